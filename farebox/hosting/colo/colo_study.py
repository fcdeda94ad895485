"""Cloud, rented servers and colo by user count, with bands, crossovers and payback.

One run over the columns of `uncertainty` gives everything: the likely figures, the
bands of the draws and what each input moves.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, structs

from farebox.hosting.colo.cloud_points import (
    MOVERS,
    PURCHASES,
    CloudPoint,
    cloud_point,
    curve_users,
)
from farebox.hosting.colo.colo import OPTIONS, Demand, ServerFleet, for_draws
from farebox.hosting.colo.crossovers import Curve, scan_users, stays_cheaper_from
from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.tiers.tiers import TierTerms
from farebox.hosting.uncertainty import Band, Columns, Figure, Input, Swing

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

DEMANDED = Demand.__struct_fields__
"""What a user asks of a server."""

T = TypeVar("T")

USERS = (1_000, 10_000, 50_000, 100_000, 1_000_000)
"""The paper's user counts."""


class Crossover(Struct, frozen=True, kw_only=True):
    """From which user count on `to` stays cheaper than `from_`.

    The band has infinity where it never does within the counts looked at, and their
    first one where it always does; `never` and `always` are shares of the draws.
    """

    from_: str
    to: str
    users: Band
    never: float
    always: float
    swings: tuple[Swing, ...]


class ColoStudy(Struct, frozen=True, kw_only=True):
    """The answer: bands by option and user count, in the order of `users`.

    `usd_per_user_month` is by option, `ratios` and `payback_months` of colo by purchase
    and user count; `servers` the likely number by option. `swings` are of what one user
    costs on colo at `swings_at` users.
    """

    users: tuple[int, ...]
    usd_per_user_month: Mapping[str, tuple[Band, ...]]
    ratios: Mapping[str, tuple[Band, ...]]
    payback_months: Mapping[str, tuple[Band, ...]]
    capex_usd: tuple[Band, ...]
    servers: Mapping[str, tuple[int, ...]]
    crossovers: tuple[Crossover, ...]
    swings_at: int
    swings: tuple[Swing, ...]
    first_users: int
    last_users: int
    points: tuple[CloudPoint, ...]
    inputs: Mapping[str, Input]
    seed: int
    draws: int

    def at(self, users: Sequence[int]) -> "ColoStudy":
        """The same answer at these of its user counts; what is of all counts stays."""
        places = [self.users.index(count) for count in users]

        def kept(found: Sequence[T]) -> tuple[T, ...]:
            return tuple(found[place] for place in places)

        def each(found: Mapping[str, Sequence[T]]) -> dict[str, tuple[T, ...]]:
            return {name: kept(figures) for name, figures in found.items()}

        return structs.replace(
            self,
            users=kept(self.users),
            usd_per_user_month=each(self.usd_per_user_month),
            ratios=each(self.ratios),
            payback_months=each(self.payback_months),
            capex_usd=kept(self.capex_usd),
            servers=each(self.servers),
            points=kept(self.points),
        )


def colo_study(
    sources: Sequence[TierSource],
    terms: TierTerms,
    inputs: Mapping[str, Input],
    *,
    users: Sequence[int] = USERS,
    seed: int,
    draws: int,
) -> ColoStudy:
    """Compare the options for the tiers' users. Raises HostingError and PriceBookError."""
    asked = tuple(sorted(set(users)))
    if not asked or asked[0] < 1:
        raise ConfigError("users must be whole numbers of at least 1, such as 1000,50k")
    points = {
        count: cloud_point(sources, count, terms, inputs)
        for count in sorted({*curve_users(sources), *asked})
    }
    run = _Run(points, inputs, seed=seed, draws=draws)
    table = {count: run.options(count) for count in asked}
    # The inputs move the decision where it is near: at 100,000 users, or the nearest.
    swings_at = min(asked, key=lambda count: max(count, 10**5) / min(count, 10**5))
    columns = run.columns
    return ColoStudy(
        users=asked,
        usd_per_user_month={
            name: tuple(columns.band(table[count].usd[name]) for count in asked)
            for name in (*PURCHASES, *OPTIONS)
        },
        ratios={
            name: tuple(
                columns.band(table[n].usd[name] / table[n].usd["colo"]) for n in asked
            )
            for name in PURCHASES
        },
        payback_months={
            name: tuple(columns.band(table[n].payback(name)) for n in asked)
            for name in PURCHASES
        },
        capex_usd=tuple(columns.band(table[n].fleets["colo"].capex_usd) for n in asked),
        servers={
            name: tuple(int(table[n].fleets[name].servers[0]) for n in asked)
            for name in OPTIONS
        },
        crossovers=run.crossovers(),
        swings_at=swings_at,
        swings=tuple(columns.swings(table[swings_at].usd["colo"])),
        first_users=min(points),
        last_users=max(points),
        points=tuple(points[count] for count in asked),
        inputs=inputs,
        seed=seed,
        draws=draws,
    )


class _Options(Struct, frozen=True):
    """All options at one user count, USD per user-month for each column."""

    users: int
    usd: Mapping[str, "Array"]
    fleets: Mapping[str, ServerFleet]

    def payback(self, purchase: str) -> "Array":
        """Months until what colo saves on the cloud has paid its capex; or infinity."""
        import numpy as np

        fleet = self.fleets["colo"]
        saved = self.usd[purchase] * self.users - fleet.opex_usd_per_month
        pays = saved > 0
        found: Array = np.where(pays, fleet.capex_usd / np.where(pays, saved, 1), inf)
        return found


class _Run:
    """The model on all columns: what `colo_study` asks of it."""

    def __init__(
        self,
        points: Mapping[int, CloudPoint],
        inputs: Mapping[str, Input],
        *,
        seed: int,
        draws: int,
    ) -> None:
        import numpy as np

        ranged = [name for name, one in inputs.items() if one.is_range]
        self.points = points
        self.columns = Columns((*ranged, *MOVERS), seed=seed, draws=draws)
        at = self.columns.positions
        self.at = {name: at[name] for name in MOVERS}
        self.figures: dict[str, Figure] = {
            name: one.at(at[name]) if one.is_range else one.likely
            for name, one in inputs.items()
        }
        self.calc = for_draws()
        counts = tuple(points)
        every = np.ones(len(self.columns))
        self.cloud = {
            purchase: Curve(counts, [every * self._cloud(n, purchase) for n in counts])
            for purchase in PURCHASES
        }
        demands = [points[n].demand(self.at) for n in counts]
        self.demand = Curve(
            counts,
            [
                np.stack([every * getattr(each, name) for name in DEMANDED])
                for each in demands
            ],
        )

    def options(self, users: int) -> _Options:
        """All options at one user count."""
        fleets = {name: self._fleet(name, users) for name in OPTIONS}
        usd = {name: fleet.usd_per_month / users for name, fleet in fleets.items()}
        usd |= {name: curve.at(users) for name, curve in self.cloud.items()}
        return _Options(users, usd, fleets)

    def crossovers(self) -> tuple[Crossover, ...]:
        """Each purchase to rented and to colo, and rented to colo."""
        scan = scan_users(tuple(self.points))
        scanned = [self.options(int(count)).usd for count in scan]
        pairs = [(one, other) for other in OPTIONS for one in PURCHASES]
        return tuple(
            self._crossover(one, other, scan, scanned)
            for one, other in (*pairs, ("rented", "colo"))
        )

    def _crossover(
        self,
        one: str,
        other: str,
        scan: "Array",
        scanned: Sequence[Mapping[str, "Array"]],
    ) -> Crossover:
        import numpy as np

        found = stays_cheaper_from(
            scan,
            [usd[other] - usd[one] for usd in scanned],
            lambda users: self._usd(other, users) - self._usd(one, users),
        )
        drawn = found[len(found) - self.columns.draws :]
        return Crossover(
            from_=one,
            to=other,
            users=self.columns.band(found),
            never=float(np.mean(np.isinf(drawn))) if drawn.size else 0.0,
            always=float(np.mean(drawn <= scan[0])) if drawn.size else 0.0,
            swings=tuple(self.columns.swings(found)),
        )

    def _usd(self, option: str, users: Figure) -> "Array":
        """USD per user-month of an option, at a user count for each column."""
        if option in self.cloud:
            return self.cloud[option].at(users)
        fleet = self._fleet(option, users)
        found: Array = fleet.usd_per_month / users
        return found

    def _fleet(self, option: str, users: Figure) -> ServerFleet:
        demand = Demand(*self.demand.at(users))
        return OPTIONS[option](users, demand, self.figures, self.calc)

    def _cloud(self, users: int, purchase: str) -> Figure:
        return self.points[users].usd_per_user_month(purchase, self.figures, self.at)
