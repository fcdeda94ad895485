"""`fare host limits`: what a tier needs of each limit, and which breaks first as users grow.

The plan is made again for more and more users. A quota breaks where its need passes its
limit; a plan that breaks a hard limit is refused, which ends the search. Limits of one
machine or one volume do not grow with users: the plan takes more of them.
"""

from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct, structs

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.instance_types import SOURCE, instance_type
from farebox.hosting.limits import (
    GP3_MOST_GIB,
    GP3_MOST_IOPS,
    GP3_MOST_MIB_PER_SECOND,
    GP3_SOURCE,
    NLB_SOURCE,
    USER_PORTS_PER_VM,
    volumes_at_most,
)
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.plan_values import QuotaNeed, TierConfig, TierPlan

NLB_LISTENERS = 50
"""Per load balancer; users are told apart by name, so one is enough."""
MOST_USERS = 10**8
"""Where the search for a limit that breaks gives up."""


class LimitUse(Struct, frozen=True, kw_only=True):
    """One limit: what the tier needs of it, and at how many users it breaks.

    `limit` is None where it differs per account and was not given. `users_at_limit` is
    the most users that it holds; None where it does not grow with users, has no limit,
    or holds for longer than the plan itself.
    """

    name: str
    code: str
    need: float
    limit: float | None
    unit: str
    source: str
    grows: bool
    users_at_limit: int | None

    @property
    def share(self) -> float | None:
        """Need over limit; above 1 the limit is broken. None where nothing is allowed."""
        return self.need / self.limit if self.limit else None

    @property
    def broken(self) -> bool:
        """Whether the tier needs more than the limit."""
        return self.limit is not None and self.need > self.limit


class Refusal(Struct, frozen=True, kw_only=True):
    """The most users that the tier's config can be planned for, and what refuses more."""

    users: int
    sentence: str


class Headroom(Struct, frozen=True, kw_only=True):
    """A tier's limits, those that are used most first, and what breaks first.

    `first` is the limit that breaks first as users grow, None where the plan itself is
    refused before; `refusal` is None where no number of users is refused.
    """

    tier: str
    users: int
    limits: tuple[LimitUse, ...]
    first: LimitUse | None
    refusal: Refusal | None

    @property
    def breaks_at(self) -> int | None:
        """The most users that break nothing."""
        counts = [] if self.refusal is None else [self.refusal.users]
        if self.first is not None and self.first.users_at_limit is not None:
            counts.append(self.first.users_at_limit)
        return min(counts, default=None)


def headroom(
    source: TierSource,
    *,
    users: int | None = None,
    quotas: Mapping[str, float] | None = None,
) -> Headroom:
    """The limits of a tier at its own users, or at `users`.

    `quotas` are the account's own limits by quota code. Raises ConfigError for a code
    that no limit has, PlanError where the tier cannot be planned.
    """
    count = source.users if users is None else users
    plan = plan_tier(source.config, users=count, region=source.region)
    given = dict(quotas or {})
    known = {need.code: need.name for need in plan.quotas if need.code}
    for code in given:
        if code not in known:
            raise ConfigError(
                f"no limit of this tier has the quota code {code}; its codes are"
                f" {', '.join(f'{one} ({name})' for one, name in known.items())}"
            )
    planned = _planner(source)
    refusal = _refusal(source, planned)
    last = MOST_USERS if refusal is None else refusal.users
    found = [
        _grown(need, given.get(need.code), planned, last) for need in plan.quotas
    ] + list(_fixed(plan, source.config))
    limits = sorted(found, key=lambda use: (use.broken, use.share or 0.0), reverse=True)
    broken = [use for use in limits if use.users_at_limit is not None]
    return Headroom(
        tier=source.name,
        users=count,
        limits=tuple(limits),
        first=min(broken, key=lambda use: use.users_at_limit or 0, default=None),
        refusal=refusal,
    )


Planner = Callable[[int], TierPlan | PlanError]


def _planner(source: TierSource) -> Planner:
    """The tier's plan at any user count, or why it is refused; each made once."""

    @cache
    def planned(users: int) -> TierPlan | PlanError:
        try:
            return plan_tier(source.config, users=users, region=source.region)
        except PlanError as error:
            return error

    return planned


def _refusal(source: TierSource, planned: Planner) -> Refusal | None:
    last = _last(lambda users: isinstance(planned(users), TierPlan), MOST_USERS)
    said = planned(last + 1) if last < MOST_USERS else None
    if not isinstance(said, PlanError):
        return None
    return Refusal(users=last, sentence=str(said))


def _grown(
    need: QuotaNeed, given: float | None, planned: Planner, last: int
) -> LimitUse:
    """A quota's use, and the most users whose plan it holds."""
    limit = need.limit if given is None else given
    at_limit: int | None = None
    if limit is not None:

        def holds(users: int) -> bool:
            plan = planned(users)
            assert isinstance(plan, TierPlan)  # only asked up to the refusal
            return _need(plan, need.name) <= limit

        most = _last(holds, last)
        at_limit = most if most < last else None
    return LimitUse(
        name=need.name,
        code=need.code,
        need=need.need,
        limit=limit,
        unit=need.unit,
        source="given with --quota" if given is not None else need.source,
        grows=True,
        users_at_limit=at_limit,
    )


def _need(plan: TierPlan, name: str) -> float:
    return next(need.need for need in plan.quotas if need.name == name)


def _last(holds: Callable[[int], bool], most: int) -> int:
    """The largest count up to `most` that holds, 0 if 1 does not; holds must end once."""
    if not holds(1):
        return 0
    low = high = 1
    while low < most:
        high = min(most, low * 2)
        if not holds(high):
            break
        low = high
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low


def _fixed(plan: TierPlan, config: TierConfig) -> list[LimitUse]:
    """Limits of one machine, one volume and one load balancer."""
    uses = [_use("Listeners of a load balancer", 1, NLB_LISTENERS, "", NLB_SOURCE)]
    if plan.volumes is None:
        return uses
    volumes, types = plan.volumes, [instance_type(one) for one in plan.instance_types]
    auto = plan_users_at_most(config, plan)
    return [
        *uses,
        _use("Users of a machine", plan.users_per_vm, auto, "users", "docs/hosting.md"),
        _use(
            "Data volumes of a machine",
            volumes.volumes_per_vm,
            volumes_at_most(types),
            "volumes",
            SOURCE,
        ),
        _use(
            "User ports of a machine",
            plan.users_per_vm,
            USER_PORTS_PER_VM,
            "ports",
            "docs/stack.md",
        ),
        _use("GiB of a volume", volumes.gib, GP3_MOST_GIB, "GiB", GP3_SOURCE),
        _use("IOPS of a volume", volumes.iops, GP3_MOST_IOPS, "IOPS", GP3_SOURCE),
        _use(
            "MiB/s of a volume",
            volumes.mib_per_second,
            GP3_MOST_MIB_PER_SECOND,
            "MiB/s",
            GP3_SOURCE,
        ),
    ]


def plan_users_at_most(config: TierConfig, plan: TierPlan) -> int:
    """Users of a machine that `users_per_vm: auto` would find for the same tier."""
    auto = structs.replace(config, users_per_vm="auto")
    return plan_tier(auto, users=plan.users, region=plan.region).users_per_vm


def _use(name: str, need: float, limit: float, unit: str, source: str) -> LimitUse:
    return LimitUse(
        name=name,
        code="",
        need=float(need),
        limit=float(limit),
        unit=unit,
        source=source,
        grows=False,
        users_at_limit=None,
    )
