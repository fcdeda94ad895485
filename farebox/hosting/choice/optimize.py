"""The cheapest ways to run a tier: the best few types, what binds each, the nearest.

Types are searched in the order of what they cost at least (`choice_search`), until no
further one can get among the best few.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct, structs

from farebox.hosting.choice.choice_question import LIFTED, UNITS, Question
from farebox.hosting.choice.choice_search import Found, Search, mixes_of
from farebox.hosting.choice.choices import Choice, Machine
from farebox.hosting.choice.machine_market import Market
from farebox.hosting.errors import HostingError
from farebox.hosting.plan.config_edit import Setting
from farebox.hosting.plan_values import TierConfig


class NoChoice(HostingError):
    """Nothing keeps all limits; the sentence names the nearest that would."""


class Bind(Struct, frozen=True):
    """A limit without which the type would cost less, and how much less a user."""

    limit: str
    usd_per_user_month: Decimal


def cheapest_choices(
    search: Search, market: Market, *, top: int, prune: bool = True
) -> list[Found]:
    """The best choice of each of the `top` cheapest types, the cheapest first.

    Raises NoChoice, with the nearest that would do, where nothing keeps the limits.
    """
    floors = [(search.floor(machine), machine) for machine in market.machines]
    hopeful = [(usd, machine) for usd, machine in floors if usd is not None]
    hopeful.sort(key=lambda pair: (pair[0], pair[1].one.instance_type))
    found: list[Found] = []
    for usd, machine in hopeful:
        cutoff = found[-1].usd_per_month if prune and len(found) == top else None
        if cutoff is not None and usd > cutoff:
            break
        best = search.best_of(machine, cutoff=cutoff, prune=prune)
        if best is not None:
            found = sorted([*found, best], key=lambda one: one.rank)[:top]
    if not found:
        raise NoChoice(_nearest(search.question, market))
    return found


def binds(search: Search, found: Found) -> tuple[Bind, ...]:
    """The limits without which this type would cost less, the dearest limit first.

    Each is lifted alone; limits of the machine (memory, attachments …) are among them.
    """
    machine, question = found.choice.machine, search.question
    lifted = [(name, _without(question, name), machine) for name in _given(question)]
    for name in machine.most_users:
        others = {k: v for k, v in machine.most_users.items() if k != name}
        roomier = structs.replace(machine, most_users=others)
        if roomier.cap > machine.cap:
            lifted.append((name, question, roomier))
    bound = []
    for name, asked, one in lifted:
        better = Search(asked).best_of(one, cutoff=found.usd_per_month)
        if better and better.usd_per_month < found.usd_per_month:
            saved = (found.usd_per_month - better.usd_per_month) / question.users
            bound.append(Bind(name, saved))
    return tuple(sorted(bound, key=lambda one: -one.usd_per_user_month))


def config_of(config: TierConfig, choice: Choice) -> TierConfig:
    """The tier's config with the choice in it; `plan_tier` makes its plan."""
    return structs.replace(
        config,
        zone_ids=choice.zone_ids,
        instance_types=(choice.machine.one.instance_type,),
        users_per_vm=choice.users_per_vm,
        on_demand_base=0,
        on_demand_percent=100 - choice.mix.spot_percent,
    )


def settings_of(config: TierConfig, choice: Choice) -> dict[str, Setting]:
    """What of the tier's config differs from a choice, by key."""
    wanted = config_of(config, choice)
    settings: dict[str, Setting] = {}
    for key in (
        *("zone_ids", "instance_types", "users_per_vm"),
        *("on_demand_base", "on_demand_percent"),
    ):
        if getattr(wanted, key) != getattr(config, key):
            settings[key] = getattr(wanted, key)
    return settings


def _nearest(question: Question, market: Market) -> str:
    """Why nothing keeps all limits, and the least that each limit would have to be."""
    if not market.machines:
        left_out = ", ".join(f"{n} {why}" for why, n in market.excluded.items())
        return f"no instance type is left to choose from: {left_out}"
    said = []
    for name in _given(question):
        search = Search(_without(question, name))
        least: tuple[float, str] | None = None
        for machine in market.machines:
            for choice in _probes(search, machine):
                if search.refused(choice):
                    continue
                value = search.measures(choice)[name][0]
                if least is None or value < least[0]:
                    where = (
                        f"{machine.one.instance_type} in {len(choice.zone_ids)} zones"
                    )
                    least = value, f"{where}, {choice.mix}"
        if least is not None:
            limit = getattr(question.limits, LIFTED[name])
            said.append(
                f"{name} {least[0]:,.4g} {UNITS[name]}".rstrip()
                + f" ({least[1]}), not {limit:,.4g}"
            )
    if not said:
        return (
            "no choice keeps all limits, nor all but one; lift two of them, or change"
            " the tier's volumes, memory model or region"
        )
    return f"no choice keeps all limits; the nearest has {', or '.join(said)}"


def _probes(search: Search, machine: Machine) -> Iterator[Choice]:
    """Choices of a type at the ends of what it can take: fullest, and one user."""
    cap = search.cap(machine)
    for mix in mixes_of(machine, search.question.limits.rests):
        for zone_ids in search.zone_counts(machine, mix):
            for n in {cap, 1} if cap > 0 else ():
                yield Choice(
                    machine=machine, zone_ids=zone_ids, mix=mix, users_per_vm=n
                )


def _given(question: Question) -> list[str]:
    """The limits that are set, by name."""
    return [
        name
        for name, field in LIFTED.items()
        if getattr(question.limits, field) is not None
    ]


def _without(question: Question, name: str) -> Question:
    """The question with one limit lifted."""
    return question.limited(**{LIFTED[name]: None})
