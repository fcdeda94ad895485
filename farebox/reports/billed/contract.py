"""The JSON contracts of bills: `farebox.bills/1` and `farebox.bill-comparison/1`."""

from decimal import Decimal

from msgspec import Struct


class Month(Struct, frozen=True, kw_only=True):
    """One payer's month as it was imported."""

    payer: str
    month: str
    rows: int
    aside: int
    usd: Decimal
    currency: tuple[str, ...]
    closed: bool
    delivery: str
    until: str
    accounts: tuple[str, ...]
    lacks: tuple[str, ...]


class Importing(Struct, frozen=True, kw_only=True):
    """The months of bills that are here."""

    schema: str = "farebox.bills/1"
    months: tuple[Month, ...]


class Difference(Struct, frozen=True):
    """US dollars of the difference that one cause explains."""

    cause: str
    usd: Decimal


class Paired(Struct, frozen=True, kw_only=True):
    """What was estimated and what was billed under one key for one resource."""

    urn: str | None
    name: str
    service: str
    region: str
    usage_type: str
    unit: str
    estimated: Decimal
    billed: Decimal
    estimated_usd: Decimal
    billed_usd: Decimal
    causes: tuple[Difference, ...]


class BilledCharge(Struct, frozen=True, kw_only=True):
    """What was billed and has no line in the estimate."""

    account: str
    service: str
    region: str
    usage_type: str
    operation: str
    resource: str
    unit: str
    amount: Decimal
    usd: Decimal
    owner: str
    created_by: str
    cause: str


class Comparing(Struct, frozen=True, kw_only=True):
    """A month of a stack against its estimate; causes add up to the difference."""

    schema: str = "farebox.bill-comparison/1"
    month: str
    cost: str
    hours: Decimal
    estimated_usd: Decimal
    billed_usd: Decimal
    difference_usd: Decimal
    totals: dict[str, Decimal]
    causes: tuple[Difference, ...]
    matched_by_id_usd: Decimal
    matched_by_parent_usd: Decimal
    matched_by_key_usd: Decimal
    part: Decimal
    pairs: tuple[Paired, ...]
    unmatched: tuple[BilledCharge, ...]
