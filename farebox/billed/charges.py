"""A month's bill, added up to what can be held against an estimate.

One charge is what one resource was billed under one key: quantity and money are sums
over the month. The rows stay where they are; only these sums leave the engine.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from farebox.billed.engines import side
from farebox.billed.errors import BillError

if TYPE_CHECKING:
    from ibis import BaseBackend, Table

Cost = Literal["unblended", "amortised", "listed", "net", "net_amortised"]
"""Cash this month, commitments spread over their use, list prices, and the first two
after discounts."""

COSTS: tuple[Cost, ...] = ("unblended", "amortised", "listed", "net", "net_amortised")

GROSS: dict[Cost, Cost] = {
    "unblended": "unblended",
    "amortised": "amortised",
    "listed": "listed",
    "net": "unblended",
    "net_amortised": "amortised",
}
"""Each way of counting before discounts."""

KEYED = (
    "account",
    "class",
    "service",
    "region",
    "usage_type",
    "operation",
    "purchase",
    "resource",
    "unit",
)


class Parents(Struct, frozen=True):
    """What tags say of the thing that was billed; empty where they say nothing.

    The fields are those of `columns.TAGS`.
    """

    auto_scaling_group: str = ""
    cluster: str = ""
    node_group: str = ""
    policy: str = ""
    task_service: str = ""
    claim: str = ""
    fleet: str = ""
    launcher: str = ""
    backup_of: str = ""
    stack: str = ""
    project: str = ""
    created_by: str = ""


GROUPED = (*KEYED, *Parents.__struct_fields__)
SUMS = ("amount", *COSTS, "free")
"""The figures of a row: a quantity, the ways of counting its cost, and what was free."""


class Charge(Struct, frozen=True):
    """What one resource was billed under one key in a month, in US dollars.

    `free` is the list price of what was billed at nothing, as free tiers are.
    """

    account: str
    class_: str
    service: str
    region: str
    usage_type: str
    operation: str
    purchase: str
    resource: str
    unit: str
    parents: Parents
    amount: Decimal
    unblended: Decimal
    amortised: Decimal
    listed: Decimal
    net: Decimal
    net_amortised: Decimal
    free: Decimal = Decimal(0)

    def usd(self, cost: Cost) -> Decimal:
        """What it cost in one of the ways of counting."""
        found: Decimal = getattr(self, cost)
        return found


class DayCharge(Struct, frozen=True):
    """What one resource was billed under one key on one day, and on how many rows."""

    day: date
    charge: Charge
    rows: int = 1


def month_table(connection: "BaseBackend", bills: Path, month: str) -> "Table":
    """The rows of a month, of all payers. Raises BillError where there are none."""
    parts = sorted(bills.glob(f"payer=*/month={month}"))
    if not parts:
        raise BillError(
            f"no bill of {month} was imported: `fare bill import SOURCE` reads one"
        )
    files = [file for part in parts for file in sorted(part.glob("data_*.parquet"))]
    found = side(connection).stored(connection, files)
    if not {*GROUPED, *SUMS} <= set(found.columns):
        raise BillError(
            f"the bill of {month} was imported by an earlier Farebox: import it again"
        )
    return found


def charges(
    connection: "BaseBackend", bills: Path, month: str, accounts: Sequence[str] = ()
) -> list[Charge]:
    """The month's charges, one for each resource and key. Raises BillError."""
    found = _added_up(connection, bills, month, accounts, GROUPED)
    rows = _settled(found.to_pyarrow().to_pylist())
    return sorted(map(_charge, rows), key=_order)


def use_by_day(
    connection: "BaseBackend", bills: Path, month: str
) -> Iterator[DayCharge]:
    """What was used of each resource and key by the day, one day in memory at a time.

    Raises BillError.
    """
    found = _added_up(connection, bills, month, (), (*GROUPED, "day"))
    used = found.filter((found["class"] == "usage") & (found.amount != 0))
    for day in used.select("day").distinct().order_by("day").to_pyarrow().to_pylist():
        rows = used.filter(used.day == day["day"]).to_pyarrow().to_pylist()
        for row in _settled(rows):
            yield DayCharge(date.fromisoformat(row["day"]), _charge(row), row["rows"])


def _settled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sums with a net cost for the discounts' own rows that have none.

    Nothing where use has its costs after discounts, for these have the discount in them;
    else the discount itself.
    """
    told = any(
        row["net"] is not None and row["net"] != row["unblended"] for row in rows
    )
    for row in rows:
        for net, gross in (("net", "unblended"), ("net_amortised", "amortised")):
            if row[net] is None:
                row[net] = Decimal(0) if told else row[gross]
    return rows


def _added_up(
    connection: "BaseBackend",
    bills: Path,
    month: str,
    accounts: Sequence[str],
    grouped: Sequence[str],
) -> "Table":
    rows = month_table(connection, bills, month)
    if accounts:
        rows = rows.filter(rows.account.isin(list(accounts)))
    currencies = rows.select("currency").distinct().to_pyarrow().to_pylist()
    others = sorted({one["currency"] for one in currencies} - {"USD", ""})
    if others:
        raise BillError(
            f"the bill of {month} is in {', '.join(others)}: an estimate is in US "
            "dollars, and two currencies are never added"
        )
    sums = {name: rows[name].sum() for name in SUMS} | {"rows": rows.count()}
    return rows.group_by(list(grouped)).aggregate(**sums)


def _charge(row: dict[str, Any]) -> Charge:
    parents = {name: row[name] or "" for name in Parents.__struct_fields__}
    fields = {name: row[name] for name in (*KEYED, *SUMS) if name != "class"}
    return Charge(class_=row["class"], parents=Parents(**parents), **fields)


def _order(charge: Charge) -> tuple[str, ...]:
    return (charge.resource, charge.service, charge.usage_type, charge.operation)
