"""Metering: each resource's rule says what AWS would charge, and in which quantities.

A rule that reads a figure with a range is run again at the low and the high level, so
that every quantity has its own range.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.statement import REST, Free, Subject
from farebox.bill.usage import Usage, UsageFile
from farebox.graph import UNKNOWN, UNKNOWN_REGION, Resource
from farebox.prices import PriceKey
from farebox.rating.tier_lines import Lot
from farebox.rules.aws import data_transfer as account
from farebox.rules.charges import Charge, Circumstances, Gap, Metered, NoCharge, Rule
from farebox.rules.errors import MissingRegion, UnknownBlock
from farebox.rules.homes import declared_of
from farebox.rules.machines.standing import STANDING, apart, at_own_prices
from farebox.rules.packages import rule_of_package, without_a_rule
from farebox.rules.unread import UNREAD, unread_charges

ZERO = Decimal(0)


class Metering:
    """Runs the rules over resources, and sorts what they say.

    `lots` are the quantities to rate, `gaps` the charges without a figure, `free` the
    resources that cost nothing by themselves.
    """

    def __init__(self, circumstances: Circumstances) -> None:
        self.circumstances = circumstances
        self.lots: list[Lot] = []
        self.gaps: list[tuple[Subject, Gap]] = []
        self.free: list[Free] = []

    def meter(self, resource: Resource, usage: UsageFile) -> None:
        """Meter one resource at every level that matters to it."""
        graph = self.circumstances.graph
        subject = Subject(
            resource.urn,
            resource.type,
            resource.name,
            graph.component_of(resource),
            resource.source_position,
        )
        declared = declared_of(resource.type)
        rule = declared.rule
        if rule is None or resource.operation == "read":
            other = rule_of_package(resource.type) if resource.custom else None
            if other is not None and resource.operation != "read":
                self._run(subject, other, resource, self._given(resource, usage))
                return
            said = declared.said if resource.operation != "read" else None
            unread = [] if said is None else list(unread_charges(resource))
            self._sort(subject, [said or self._undeclared(resource), *unread])
            return
        if resource.region is None:
            raise MissingRegion(
                f"{resource.name} ({resource.type}) has no region: nothing in the "
                "document names one. Give it with --region or AWS_REGION, or set "
                "aws:region in the stack's config."
            )
        if resource.region == UNKNOWN_REGION:
            reason = (
                "its region, its own or its provider's, is not known before deployment"
            )
            self._sort(subject, [Gap("unknown-input", reason)])
            return
        self._run(subject, rule, resource, self._given(resource, usage))

    def _undeclared(self, resource: Resource) -> Charge:
        """What is said of a type that no rule knows, by whether it has parts here."""
        resources = self.circumstances.graph.resources
        parents = self.circumstances.once(
            "parents", lambda: frozenset(item.parent for item in resources)
        )
        return without_a_rule(resource, resource.urn in parents)

    def meter_unfinished(self, resource: Resource) -> None:
        """Say that something may exist and cost whose making was interrupted."""
        if resource.custom and not isinstance(
            declared_of(resource.type).said, NoCharge
        ):
            subject = Subject(resource.urn, resource.type, resource.name)
            reason = "a deployment was interrupted while it was made: it may exist"
            self._sort(subject, [Gap("unknown-input", reason)])

    def meter_missing(self, reason: str) -> None:
        """Say that there is more than the document holds, which may cost anything."""
        self._sort(REST, [Gap("unknown-input", reason)])

    def _given(self, resource: Resource, usage: UsageFile) -> Usage:
        level = self.circumstances.level
        return usage.of_resource(resource.urn, resource.type, resource.name, level)

    def meter_account(self, region: str, usage: UsageFile) -> None:
        """Meter what the account uses in a region, which no resource owns."""
        subject = Subject(None, "account", f"account in {region}")
        given = usage.of_account(region, self.circumstances.level)
        resource = Resource("", "account", subject.name, {}, region)
        self._run(subject, account.account_usage, resource, given)

    def _run(
        self, subject: Subject, rule: Rule, resource: Resource, usage: Usage
    ) -> None:
        level = self.circumstances.level
        level.start()
        charges = self._charges(rule, resource, usage)
        if resource.type in UNREAD:
            charges += unread_charges(resource)
        differs_low, differs_high = level.differs_low, level.differs_high
        if not differs_low and not differs_high:
            self._sort(subject, charges)
            return
        likely = low = high = _quantities(charges)
        if differs_low:
            level.level = "low"
            low = _quantities(self._charges(rule, resource, usage))
        if differs_high:
            level.level = "high"
            high = _quantities(self._charges(rule, resource, usage))
        for place in dict.fromkeys([*likely, *low, *high]):
            shown = likely.get(place) or _elsewhere(place, low, high)
            at_levels = (low.get(place), likely.get(place), high.get(place))
            quantities = [ZERO if at is None else at.quantity for at in at_levels]
            self.lots.append(Lot(subject, shown, *quantities))
        rest = [charge for charge in charges if not isinstance(charge, Metered)]
        self._sort(subject, rest, charged=bool(likely or low or high))

    def _charges(self, rule: Rule, resource: Resource, usage: Usage) -> list[Charge]:
        """What a rule says; where an unknown entry stops it, what it said until then."""
        charges: list[Charge] = []
        try:
            charges.extend(rule(resource, usage, self.circumstances))
        except UnknownBlock as stopped:
            charges.append(Gap("unknown-input", _which(resource, str(stopped))))
        if resource.type in STANDING:
            why = apart(resource, self.circumstances)
            return at_own_prices(charges, why) if why else charges
        return charges

    def _sort(
        self, subject: Subject, charges: Iterable[Charge], *, charged: bool = False
    ) -> None:
        lots, gaps = self.lots, self.gaps
        no_charge = None
        for charge in charges:
            if type(charge) is Metered:
                quantity = charge.quantity
                lots.append(Lot(subject, charge, quantity, quantity, quantity))
                charged = True
            elif type(charge) is Gap:
                gaps.append((subject, charge))
                charged = True
            elif type(charge) is NoCharge:
                no_charge = charge
        if charged:
            return
        if no_charge is None:
            gaps.append((subject, Gap("no-rule", "its rule gave no figure")))
        else:
            self.free.append(Free(subject, no_charge.code, no_charge.reason))


def _which(resource: Resource, otherwise: str) -> str:
    """Which inputs of a resource hold what is unknown; `otherwise` where others do."""
    values = {name: resource.input(name) for name in resource.raw_inputs}
    names = [
        name
        for name, value in values.items()
        if isinstance(value, list) and UNKNOWN in value
    ]
    if names:
        return f"an entry of {' and '.join(names)} is not known before deployment"
    names = [name for name, value in values.items() if value is UNKNOWN]
    if names:
        return f"{' or '.join(names)}: a block is not known before deployment"
    return otherwise


def _elsewhere(
    place: tuple[PriceKey, str, int],
    low: Mapping[tuple[PriceKey, str, int], Metered],
    high: Mapping[tuple[PriceKey, str, int], Metered],
) -> Metered:
    """A charge that is not made as a rule: it says at which level it is."""
    level, charge = ("high", high[place]) if place in high else ("low", low[place])
    if "as a rule" in charge.because:
        return charge
    because = f"0 as a rule, {charge.because} at the {level} level"
    return replace(charge, because=because)


def _quantities(
    charges: Iterable[Charge],
) -> dict[tuple[PriceKey, str, int], Metered]:
    """Metered charges by key, description and how often both came before."""
    found: dict[tuple[PriceKey, str, int], Metered] = {}
    for charge in charges:
        if isinstance(charge, Metered):
            times, count = 0, len(found)
            while len(found) == count:
                found.setdefault((charge.key, charge.description, times), charge)
                times += 1
    return found
