"""The search for a type's cheapest choice: every zone set, purchase mix and packing.

The search is exhaustive. What it leaves out it has a bound for: a machine's month is
paid at least (1 + headroom) users / n times, at the lower of a zone's prices, and users'
data takes at least its own GiB. What cannot get below the best few by that bound is not
tried; what could tie is. Tests hold the result against a search that tries everything.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product

from msgspec import Struct

from farebox.hosting.choice.choice_question import DOWNTIME, KILLS, POOL, Question
from farebox.hosting.choice.choices import (
    Choice,
    Edge,
    Machine,
    Sized,
    broken,
    edge,
    interruptions,
    measures,
    sized,
    usd_per_month,
)
from farebox.hosting.errors import PlanError
from farebox.hosting.limits import ZONES_MOST
from farebox.hosting.plan.sizing import users_in_zones
from farebox.hosting.spot.machine_prices import Rest
from farebox.hosting.spot.purchase_mixes import (
    Mix,
    at_level,
    likely,
    usd_rest_hour,
    within,
)
from farebox.hosting.spot.spot_inputs import exact
from farebox.hosting.spot.spot_risk import MINUTES_PER_HOUR

SPOT_PERCENTS = (100, 75, 50, 25, 0)
"""Shares of spot that are tried, each with every other way to buy the rest."""

ALMOST_ONE = Decimal("0.999999")
"""Machines are rounded up less a billionth (`edge.up`), so the bound gives way too."""

ZERO = Decimal(0)


class Found(Struct, frozen=True):
    """A choice that keeps all limits, and USD a month of machines and volumes."""

    choice: Choice
    usd_per_month: Decimal

    @property
    def rank(self) -> tuple[Decimal, int, int, tuple[str, ...], Mix, str]:
        """Cheapest first; of equals more zones, then fewer users on a machine."""
        one = self.choice
        zones, name = one.zone_ids, one.machine.one.instance_type
        return (
            *(self.usd_per_month, -len(zones), one.users_per_vm),
            *(zones, one.mix, name),
        )


class PlacedMix(Struct, frozen=True):
    """A mix in a zone set; `by_machine` is its bound times the users of a machine."""

    by_machine: Decimal
    mix: Mix
    zone_ids: tuple[str, ...]


class Search:
    """One question's search; what several types need is counted once.

    `tried` counts the choices that were looked at.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.tried = 0
        self._sizes: dict[tuple[int, int], Sized | None] = {}
        self._edges: dict[int, Edge | None] = {}
        self._fitting: dict[int, tuple[int, list[int]]] = {}
        volumes, rates = question.volumes, question.rates
        fewest = Decimal(question.users) / volumes.users_per_volume
        stored = question.users * volumes.gib_per_user * rates.gib_month
        self._fixed = ALMOST_ONE * (stored + fewest * rates.volume_month(volumes, 0))

    def best_of(
        self, machine: Machine, *, cutoff: Decimal | None = None, prune: bool = True
    ) -> Found | None:
        """The type's cheapest choice that costs no more than `cutoff`, if any.

        Without `prune` everything is tried.
        """
        best: Found | None = None
        worst, cap = cutoff, self.cap(machine)
        for place in self._places(machine, cap, prune=prune):
            if prune and worst is not None and self._floor(place, cap) > worst:
                break
            for n in reversed(self._packings(place.zone_ids, cap)):
                if prune and worst is not None and self._floor(place, n) > worst:
                    break
                choice = Choice(
                    machine=machine,
                    zone_ids=place.zone_ids,
                    mix=place.mix,
                    users_per_vm=n,
                )
                self.tried += 1
                if refused := self.refused(choice):
                    if prune and refused != {DOWNTIME}:
                        # Beside downtime, which fewer users on a machine shorten, only
                        # quotas are left to refuse it: fewer users on a machine need
                        # more machines, so more of a quota.
                        break
                    continue
                found = Found(choice, self.usd(choice))
                if best is None or found.rank < best.rank:
                    best = found
                    worst = (
                        found.usd_per_month
                        if worst is None
                        else min(worst, found.usd_per_month)
                    )
        if best and cutoff is not None and best.usd_per_month > cutoff:
            return None
        return best

    def floor(self, machine: Machine) -> Decimal | None:
        """What the type costs a month at least; None where it cannot be chosen."""
        cap = self.cap(machine)
        if cap < 1:
            return None
        least = min(
            usd
            for mix in mixes_of(machine, self.question.limits.rests)
            for usd in self._by_zone(machine, mix).values()
        )
        return least * self.question.users / cap + self._fixed

    def cap(self, machine: Machine) -> int:
        """The most users that machine and limits allow, at most all of the tier's."""
        users, percent = self.question.users, self.question.limits.vm_percent
        cap = min(machine.cap, users)
        return cap if percent is None else min(cap, int(users * percent / 100 + 1e-9))

    def usd(self, choice: Choice) -> Decimal:
        """USD a month of machines and volumes at the likely level."""
        size = self.size(choice)
        return sum(usd_per_month(self.question, choice, size).values(), ZERO)

    def size(self, choice: Choice) -> Sized:
        """Machines and volumes of a choice. Raises PlanError where gp3 has none such."""
        zones, n = len(choice.zone_ids), choice.users_per_vm
        return self._size(zones, n) or sized(self.question, zones, n)

    def measures(self, choice: Choice) -> dict[str, tuple[float, float | None]]:
        """What a choice takes of each limit, and the limit. Raises PlanError."""
        beside = self._edge(choice.zone_ids)
        if beside is None:
            beside = edge(self.question, choice.zone_ids)
        return measures(self.question, choice, self.size(choice), beside)

    def refused(self, choice: Choice) -> set[str]:
        """The limits that a choice breaks; "gp3" where its volumes cannot be."""
        if self._size(len(choice.zone_ids), choice.users_per_vm) is None:
            return {"gp3"}
        return broken(self.measures(choice))

    def zone_counts(self, machine: Machine, mix: Mix) -> Iterator[tuple[str, ...]]:
        """A zone set of each size whose own limits allow the mix.

        Downtime is that of one user on a machine, the shortest there is.
        """
        zones = _zones(machine, mix)
        for count in range(2, min(len(zones), ZONES_MOST) + 1):
            zone_ids = zones[:count]
            beside = self._edge(zone_ids)
            if beside is None:
                continue
            choice = Choice(machine=machine, zone_ids=zone_ids, mix=mix, users_per_vm=1)
            found = measures(self.question, choice, Sized((), (), 0, 0), beside)
            if not broken(found) & {POOL, KILLS, DOWNTIME}:
                yield zone_ids

    def _places(self, machine: Machine, cap: int, *, prune: bool) -> list[PlacedMix]:
        """Mixes and zone sets that no packing can make right or wrong, cheapest first."""
        if cap < 1:
            return []
        places = []
        for mix in mixes_of(machine, self.question.limits.rests):
            usd = self._by_zone(machine, mix)
            for first in self.zone_counts(machine, mix):
                shares = users_in_zones(self.question.users, len(first))
                for zone_ids in combinations(_zones(machine, mix), len(first)):
                    pairs = zip(zone_ids, shares, strict=True)
                    by_machine = sum((usd[zone] * here for zone, here in pairs), ZERO)
                    places.append(PlacedMix(by_machine, mix, zone_ids))
                    # Without spot every zone costs the same, and the first wins ties.
                    if prune and not mix.spot_percent:
                        break
        return sorted(places, key=lambda place: place.by_machine)

    def _floor(self, place: PlacedMix, users_per_vm: int) -> Decimal:
        """What a mix in its zones costs a month at least."""
        return place.by_machine / users_per_vm + self._fixed

    def _by_zone(self, machine: Machine, mix: Mix) -> dict[str, Decimal]:
        """USD a month of one busy machine in each zone, at least, spares included."""
        question = self.question
        config, hours = question.config, question.hours
        rest = usd_rest_hour(
            machine.usd_on_demand, machine.plans, mix.rest, question.inputs, likely
        )
        beside = question.rates.machine_month(
            hours, public_address=not config.nat_gateways
        )
        spares = ALMOST_ONE * (1 + exact(config.headroom))
        if not mix.spot_percent:
            return dict.fromkeys(machine.zone_ids, (rest * hours + beside) * spares)
        probe = Choice(machine=machine, zone_ids=(), mix=mix, users_per_vm=1)
        minutes = at_level(question.inputs["overlap_minutes"], "likely")
        moved = exact(interruptions(probe) * minutes / MINUTES_PER_HOUR) * ALMOST_ONE
        by_zone = {}
        for zone_id, spot in machine.usd_spot.items():
            # A cheaper rest may take more than its share, for it is rounded up.
            hour = min(rest, mix.spot_share * spot + (1 - mix.spot_share) * rest)
            by_zone[zone_id] = (hour * hours + beside) * spares + moved * spot
        return by_zone

    def _packings(self, zone_ids: tuple[str, ...], cap: int) -> list[int]:
        """Users of a machine, up to `cap`, whose volumes gp3 and the stack can hold."""
        zones = len(zone_ids)
        checked, fitting = self._fitting.get(zones, (0, []))
        beside, limits = self._edge(zone_ids), self.question.limits
        resources = beside.resources if beside else 0
        for n in range(checked + 1, cap + 1):
            size = self._size(zones, n)
            if (
                size is not None
                and within(limits.volumes, size.volumes)
                and within(limits.resources, resources + size.volumes)
            ):
                fitting.append(n)
        self._fitting[zones] = max(checked, cap), fitting
        return fitting[: bisect_right(fitting, cap)]

    def _size(self, zones: int, users_per_vm: int) -> Sized | None:
        key = zones, users_per_vm
        if key not in self._sizes:
            try:
                self._sizes[key] = sized(self.question, *key)
            except PlanError:
                self._sizes[key] = None
        return self._sizes[key]

    def _edge(self, zone_ids: tuple[str, ...]) -> Edge | None:
        count = len(zone_ids)
        if count not in self._edges:
            try:
                self._edges[count] = edge(self.question, zone_ids)
            except PlanError:
                self._edges[count] = None
        return self._edges[count]


def _zones(machine: Machine, mix: Mix) -> tuple[str, ...]:
    """Zones that a mix can be bought in, in order."""
    return tuple(sorted(machine.usd_spot)) if mix.spot_percent else machine.zone_ids


def mixes_of(machine: Machine, rests: Sequence[Rest]) -> Iterator[Mix]:
    """Every mix; spot alone once, and no spot where the type has none."""
    for percent, rest in product(SPOT_PERCENTS, rests):
        if percent and not machine.usd_spot:
            continue
        if percent == 100 and rest != rests[0]:
            continue
        yield Mix(percent, rest)
