"""A usage file filled in from the bill: what each resource really used, by the day.

A row of the bill belongs to a resource by its id; the usage key is the one whose meter has
the row's service, usage type and operation. A key becomes a range over the month's days. A
month that is still open, and a key with less than a week of days, tell nothing. Traffic of
all that the stack has and launched is the account's, by region.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from farebox.bill.usage_days import month_of
from farebox.bill.usage_edit import Figure, with_figures
from farebox.billed.charges import DayCharge
from farebox.billed.owners import Owners
from farebox.billed.places import key_of_charge, keys_of_charge
from farebox.graph import Resource
from farebox.prices import PriceKey
from farebox.quote.usage_files import WantedFile
from farebox.quote.usage_sync import Synced
from farebox.reports.usage_text import key_text, measured_text, patterns
from farebox.rules.aws.data_transfer import ACCOUNT
from farebox.rules.packages import declared
from farebox.rules.service import Meter, Use, any_text

RESOURCES, ACCOUNTS = "resource_usage", "account_usage"
LEAST_DAYS = 7
MONTHLY = ("GB-Mo", "GB-month", "IOPS-Mo", "GiBps-mo", "Month", "Keys", "Secrets")
"""Units of what a month has once: a day's row is a part of it, by the days of the month."""


class _Found(Struct):
    """A key of a resource, its quantity by day, and the bill's rows of it."""

    use: Use
    days: dict[date, Decimal]
    rows: int = 0


def from_bill(
    file: WantedFile,
    text: str,
    billed: Iterable[DayCharge],
    *,
    month: str,
    path: str,
) -> Synced:
    """The text with a month's use of each key that the bill tells. Raises UsageError."""
    found = _by_key(file, billed)
    first = date.fromisoformat(f"{month}-01")
    until = (first + timedelta(days=31)).replace(day=1)
    figures: list[Figure] = []
    notes: list[str] = []
    owned = [each for each in file.wanted if each.urn]
    named = dict(zip((each.urn for each in owned), patterns(owned), strict=True))
    for each in file.wanted:
        pattern = named.get(each.urn, each.name)
        for key, one in sorted(found.get(each.urn or each.name, {}).items()):
            if len(one.days) < LEAST_DAYS:
                notes.append(
                    f"{each.name}: the bill has {len(one.days)} days of {key}, too few"
                )
                continue
            monthly = one.use.unit in MONTHLY
            days = {
                day: amount * (until - first).days if monthly else amount
                for day, amount in one.days.items()
            }
            measured = month_of(
                [days],
                counts="level" if monthly else "sum",
                unit=one.use.factor,
                until=until,
                source=f"bill of {month}, {one.rows} rows",
            )
            if measured is not None:
                said = measured_text(measured)
                section = RESOURCES if each.urn else ACCOUNTS
                figures.append(Figure(pattern, key, said, key_text(pattern), section))
    edited = with_figures(text, figures, path=path)
    return Synced(edited.text, edited.put_in, len(figures), (*notes, *edited.kept))


def _by_key(
    file: WantedFile, billed: Iterable[DayCharge]
) -> dict[str, dict[str, _Found]]:
    """The days of each usage key, by the urn of its resource, or the account's region."""
    owners = Owners(file.graph)
    found: dict[str, dict[str, _Found]] = {}
    for day in billed:
        charge = day.charge
        if charge.class_ != "usage" or not charge.amount:
            continue
        owner = owners.of(charge)
        resource = file.graph.by_urn.get(owner.urn)
        if resource is None:
            continue
        whose, use = owner.urn, None
        if owner.how == "id":
            use = _the_key(resource, day)
        if use is None:
            whose, use = key_of_charge(charge).region, _only(ACCOUNT.uses, day)
        if use is not None:
            one = found.setdefault(whose, {}).setdefault(use.key, _Found(use, {}))
            before = one.days.get(day.day, Decimal(0))
            one.days[day.day] = before + charge.amount
            one.rows += day.rows
    return found


def _the_key(resource: Resource, day: DayCharge) -> Use | None:
    """The one key that a row can be the use of; None where it may be something else.

    What exists all month is counted under some usage types too (a key, and its
    rotations): then a quantity does not tell how much of it is use.
    """
    said = declared(resource.type)
    if said is None or any(_is_of(meter, day) for meter in said.meters):
        return None
    return _only(said.uses, day)


def _only(uses: Iterable[object], day: DayCharge) -> Use | None:
    """The one of several keys whose meter counts a row; None for none and for several."""
    found = [use for use in uses if isinstance(use, Use) and _is_of(use, day)]
    return found[0] if len(found) == 1 else None


def _is_of(meter: Meter, day: DayCharge) -> bool:
    """Whether a row of the bill is counted by the meter."""
    charge = day.charge
    operation = any_text(meter.operation or "{any}")
    return bool(operation.fullmatch(charge.operation)) and any(
        meter.is_of(PriceKey(key.service, key.region, key.usage_type))
        for key in keys_of_charge(charge)
    )
