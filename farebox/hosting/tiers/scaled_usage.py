"""A tier's usage file at another user count: what grows with users is multiplied."""

from collections.abc import Mapping, Set
from decimal import Decimal

from msgspec import structs

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.hosting.plan.watch_graph import MACHINES_LOG

SCALED_KEYS = frozenset(
    (
        "monthly_outbound_internet_gb",
        "monthly_intra_region_gb",
        "new_connections",
        "active_connections",
        "processed_bytes_gb",
        "monthly_read_request_units",
        "monthly_write_request_units",
        "standard.monthly_tier_1_requests",
        "standard.monthly_tier_2_requests",
    )
)
"""Keys of a tier's usage file that grow with its users; other logs than that of users'
machines grow with nodes, and percentages do not grow."""
LOG_KEYS = frozenset(("monthly_data_ingested_gb", "storage_gb"))


def scaled_usage(usage: UsageFile, factor: Decimal) -> UsageFile:
    """The usage file with everything that grows with users multiplied."""
    return UsageFile(
        types=[_scaled(entry, factor) for entry in usage.types],
        resources=[_scaled(entry, factor) for entry in usage.resources],
        account=[_scaled(entry, factor) for entry in usage.account],
        path=usage.path,
    )


def _scaled(entry: Entry, factor: Decimal) -> Entry:
    keys = SCALED_KEYS
    if entry.pattern == MACHINES_LOG:
        keys |= LOG_KEYS
    return structs.replace(entry, values=_scaled_values(entry.values, factor, keys))


def _scaled_values(
    values: Mapping[str, Value], factor: Decimal, keys: Set[str], block: str = ""
) -> dict[str, Value]:
    """The values of one block, those of blocks inside it by `block.key`."""
    found: dict[str, Value] = {}
    for key, value in values.items():
        name = f"{block}{key}"
        if isinstance(value, Mapping):
            found[key] = _scaled_values(value, factor, keys, f"{name}.")
        else:
            found[key] = _times(value, factor) if name in keys else value
    return found


def _times(value: Value, factor: Decimal) -> Value:
    if not isinstance(value, Assumption):
        return value
    return structs.replace(
        value,
        low=value.low * factor,
        likely=value.likely * factor,
        high=value.high * factor,
    )
