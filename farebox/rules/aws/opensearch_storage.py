"""Storage of a search domain's data nodes: volumes, and managed storage.

Source: https://aws.amazon.com/opensearch-service/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Gap
from farebox.rules.service import Meter, Use
from farebox.rules.shapes import amount, text

SERVICE = "AmazonES"
DEFAULT_TYPE = "gp2"
"""The volumes of a domain that names no type.

Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_EBSOptions.html
"""

_IOPS_FREE, _MIBPS_FREE = Decimal(3000), Decimal(125)
PLAIN_UP_TO_GIB = Decimal(1024)
"""Up to this size gp3 includes 3,000 IOPS and 125 MiB/s; beyond, AWS includes more."""


def _meter(usage_type: str, unit: str, says: str) -> Meter:
    return Meter(
        service=SERVICE,
        usage_type=usage_type,
        operation="ESDomain",
        unit=unit,
        says=says,
    )


SIZE = {
    "gp2": _meter("ES:GP2-Storage", "GB-Mo", "gp2 storage"),
    "gp3": _meter("ES:GP3-Storage", "GB-Mo", "gp3 storage"),
    "io1": _meter("ES:PIOPS-Storage", "GB-Mo", "io1 storage"),
    "standard": _meter("ES:Magnetic-Storage", "GB-Mo", "magnetic storage"),
}
GP3_IOPS = _meter("ES:GP3-PIOPS", "IOPS-Mo", "gp3 IOPS beyond 3,000")
GP3_THROUGHPUT = _meter(
    "ES:GP3-Provisioned-ThroughPut", "MBPS-Mo", "gp3 throughput beyond 125 MiB/s"
)
IO1_IOPS = _meter("ES:PIOPS", "IOPS-Mo", "io1 IOPS")
MANAGED = Use(
    key="managed_storage_gb",
    service=SERVICE,
    usage_type="ES:Managed-Storage",
    operation="ESDomain",
    unit="GB-Mo",
    says="data in managed storage",
)
METERS = (*SIZE.values(), GP3_IOPS, GP3_THROUGHPUT, IO1_IOPS)


def volume_charges(
    resource: Resource, options: dict[str, Any], nodes: Decimal | Unknown
) -> Iterator[Charge]:
    """The volume of each data node: its size, and its rates beyond what is included."""
    enabled = flag(options.get("ebsEnabled"))
    if enabled is UNKNOWN:
        yield Gap("unknown-input", "whether its nodes have volumes is not known")
        return
    if enabled is False or (enabled is None and not options):
        return
    kind = text(options.get("volumeType"))
    gib = amount(resource, options.get("volumeSize"), "a volume of")
    if isinstance(kind, Unknown):
        yield Gap("unknown-input", "the type of its volumes is not known")
        return
    status: UsageStatus = "given" if kind else "assumed"
    meter = SIZE.get(kind or DEFAULT_TYPE)
    if meter is None:
        yield Gap("no-price", f"Farebox knows no volumes of type {kind}")
        return
    if not isinstance(gib, Decimal) or isinstance(nodes, Unknown):
        yield meter.gap(resource, "the size of its volumes is not known")
        return
    because = f"{nodes:f} x {gib:f} GiB"
    yield meter.metered(resource, nodes * gib, because, usage=status)
    yield from _rates(resource, options, kind, gib, nodes)


def _rates(
    resource: Resource,
    options: dict[str, Any],
    kind: str | None,
    gib: Decimal,
    nodes: Decimal,
) -> Iterator[Charge]:
    """IOPS and throughput of each node's volume, where its type has any."""
    iops = amount(resource, options.get("iops"), "iops of")
    mibps = amount(resource, options.get("throughput"), "a throughput of")
    wanted = {
        "gp3": ((GP3_IOPS, iops, _IOPS_FREE), (GP3_THROUGHPUT, mibps, _MIBPS_FREE)),
        "io1": ((IO1_IOPS, iops, Decimal(0)),),
    }.get(kind or "", ())
    for meter, asked, included in wanted:
        if isinstance(asked, Unknown) or (asked is None and kind == "io1"):
            yield meter.gap(resource, f"{meter.says}: how many is not known")
        elif asked is not None and asked > included:
            if kind == "gp3" and gib > PLAIN_UP_TO_GIB:
                key = meter.price_key(resource)
                reason = f"{meter.says}: AWS includes more above 1,024 GiB"
                yield Gap("no-price", reason, key, meter.unit)
                continue
            over = asked - included
            because = f"{nodes:f} x {over:f} beyond what is included"
            yield meter.metered(resource, nodes * over, because)
