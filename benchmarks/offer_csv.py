"""A synthetic offer file of AmazonEC2 in the real shape, as large as it is asked for.

    python -m benchmarks.offer_csv 450 /tmp/ec2.csv

The columns are those of AWS's file of 2025-09-12. Per instance type it has what the
real one has: on-demand rows by operating system and tenancy, capacity reservations at 0,
and twenty reserved rows for each product, so that nine of ten rows are not on demand.
Linux, storage and network cost what the embedded book says: a refresh from this file
prices a tier as the book does. The same arguments give the same bytes. Columns
that describe the hardware stay empty, so that 450 MB have as many rows as AWS's JSON of
that size: its CSV has longer ones, and fewer for the same bytes.
"""

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

from farebox.prices.curated import curated_book
from farebox.prices.prefixes import without_prefix
from farebox.prices.values import Price

VERSION = "20261120183045"
PUBLISHED = "2026-11-20T18:30:45Z"
EFFECTIVE = "2026-11-01"
FUTURE = "2027-02-01"

DISCLAIMER = (
    "This pricing list is for informational purposes only. All prices are subject to "
    "the additional terms included in the pricing pages on http://aws.amazon.com."
)

_CAPACITIES = ("10x", "12x", "16x", "18x", "24x", "2x", "32x", "4x", "8x", "9x")

COLUMNS = (
    *("SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription"),
    *("EffectiveDate", "StartingRange", "EndingRange", "Unit", "PricePerUnit"),
    *("Currency", "RelatedTo", "LeaseContractLength", "PurchaseOption"),
    *("OfferingClass", "Product Family", "serviceCode", "Location", "Location Type"),
    *("Instance Type", "Current Generation", "Instance Family", "vCPU"),
    *("Physical Processor", "Clock Speed", "Memory", "Storage"),
    *("Network Performance", "Processor Architecture", "Storage Media"),
    *("Volume Type", "Max Volume Size", "Max IOPS/volume"),
    *("Max IOPS Burst Performance", "Max throughput/volume", "Provisioned"),
    *("Tenancy", "EBS Optimized", "Operating System", "License Model", "Group"),
    *("Group Description", "Transfer Type", "From Location", "From Location Type"),
    *("To Location", "To Location Type", "usageType", "operation"),
    *("AvailabilityZone", "CapacityStatus", "ClassicNetworkingSupport"),
    *("Dedicated EBS Throughput", "ECU", "Elastic Graphics Type"),
    *("Enhanced Networking Supported", "From Region Code", "GPU", "GPU Memory"),
    "Instance",
    *(f"Instance Capacity - {size}large" for size in _CAPACITIES),
    *(f"Instance Capacity - {size}" for size in ("large", "medium", "metal", "xlarge")),
    *("instanceSKU", "Intel AVX2 Available", "Intel AVX Available"),
    *("Intel Turbo Available", "MarketOption", "Normalization Size Factor"),
    *("Physical Cores", "Pre Installed S/W", "Processor Features", "Product Type"),
    *("Region Code", "Resource Type", "serviceName", "SnapshotArchiveFeeType"),
    *("To Region Code", "Volume API Name", "VPCNetworkingSupport"),
)
"""The header of AmazonEC2's file of version 20250912225308, 94 columns."""

_TERM_COLUMNS = 15
"""How many columns differ from row to row of one product."""

LINUX = "RunInstances"
"""The operation of Linux, of which the others are made."""

SYSTEMS: tuple[tuple[str, str, str, str, str], ...] = (
    ("RunInstances", "Linux", "NA", "No License required", "1"),
    ("RunInstances:0002", "Windows", "NA", "No License required", "1.82"),
    ("RunInstances:0800", "Windows", "NA", "Bring your own license", "1"),
    ("RunInstances:0010", "RHEL", "NA", "No License required", "1.21"),
    ("RunInstances:000g", "SUSE", "NA", "No License required", "1.24"),
    ("RunInstances:1010", "Red Hat Enterprise Linux with HA", "NA", "", "1.28"),
    ("RunInstances:0g00", "Ubuntu Pro", "NA", "No License required", "1.03"),
    ("RunInstances:0004", "Linux", "SQL Std", "No License required", "2.9"),
    ("RunInstances:0200", "Linux", "SQL Web", "No License required", "1.3"),
    ("RunInstances:0100", "Linux", "SQL Ent", "No License required", "6.9"),
    ("RunInstances:0006", "Windows", "SQL Std", "No License required", "3.7"),
    ("RunInstances:0202", "Windows", "SQL Web", "No License required", "2.1"),
    ("RunInstances:0102", "Windows", "SQL Ent", "No License required", "7.7"),
    ("RunInstances:0014", "RHEL", "SQL Std", "No License required", "3.1"),
    ("RunInstances:0210", "RHEL", "SQL Web", "No License required", "1.5"),
    ("RunInstances:0110", "RHEL", "SQL Ent", "No License required", "7.1"),
    ("RunInstances:1014", "Red Hat Enterprise Linux with HA", "SQL Std", "", "3.2"),
    ("RunInstances:1210", "Red Hat Enterprise Linux with HA", "SQL Web", "", "1.6"),
    ("RunInstances:0g04", "Ubuntu Pro", "SQL Std", "No License required", "2.93"),
    ("RunInstances:0g0g", "Ubuntu Pro", "SQL Web", "No License required", "1.33"),
    ("RunInstances:0g02", "Ubuntu Pro", "SQL Ent", "No License required", "6.93"),
    ("RunInstances:00g4", "SUSE", "SQL Std", "No License required", "3.1"),
    ("RunInstances:00g2", "SUSE", "SQL Ent", "No License required", "7.1"),
    ("RunInstances:1110", "Red Hat Enterprise Linux with HA", "SQL Ent", "", "7.2"),
)
"""Operation, system, software, licence, and the price as a multiple of Linux's."""

_TERMS: tuple[tuple[str, str, str, str, str], ...] = (
    ("4NA7Y494T4", "1yr", "No Upfront", "standard", "0.63"),
    ("HU7G6KETJZ", "1yr", "Partial Upfront", "standard", "0.30"),
    ("6QCMYABX3D", "1yr", "All Upfront", "standard", "0"),
    ("7NE97W5U4E", "1yr", "No Upfront", "convertible", "0.72"),
    ("CUZHX8X6JH", "1yr", "Partial Upfront", "convertible", "0.34"),
    ("VJWZNREJX2", "1yr", "All Upfront", "convertible", "0"),
    ("BPH4J8HBKS", "3yr", "No Upfront", "standard", "0.43"),
    ("38NPMPTW36", "3yr", "Partial Upfront", "standard", "0.20"),
    ("NQ3QZPMQV9", "3yr", "All Upfront", "standard", "0"),
    ("Z2E3P23VKM", "3yr", "No Upfront", "convertible", "0.50"),
    ("R5XV2EPZQZ", "3yr", "Partial Upfront", "convertible", "0.23"),
    ("MZU6U2429S", "3yr", "All Upfront", "convertible", "0"),
)
"""Term code, length, payment, class, and the hourly part of the on-demand price."""

_ON_DEMAND = "JRTCKXETXF"
_HOURLY = "6YS6EN2CT7"
_UPFRONT = "2TG2D8R56U"

LISTED_UNITS = {"EBS:VolumeUsage.io2": "GB-month"}
"""Usage types whose unit AWS spells in another way than the embedded book."""

LISTED_FROM = {"EBS:VolumeP-IOPS.gp3": "3000"}
"""Usage types whose listed range begins after each volume's free part."""


def write_offer(
    path: Path,
    *,
    mb: float = 450,
    region: str = "us-east-1",
    version: str = VERSION,
    published: str = PUBLISHED,
) -> int:
    """Write the file, at most about `mb` million bytes; the number of its rows.

    The rows of other than instances come first, then type after type, whole, as many
    as fit: 450 MB hold about 1.2 million rows, which are all types of us-east-1.
    """
    limit = int(mb * 1e6)
    rows = size = 0
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        size += file.write(_head(version, published))
        for block in _blocks(region):
            if rows and size + len(block) > limit:
                break
            size += file.write(block)
            rows += block.count("\n")
    return rows


def _head(version: str, published: str) -> str:
    about = (
        ("FormatVersion", "v1.0"),
        ("Disclaimer", DISCLAIMER),
        ("Publication Date", published),
        ("Version", version),
        ("OfferCode", "AmazonEC2"),
        COLUMNS,
    )
    return "".join(",".join(f'"{one}"' for one in line) + "\n" for line in about)


def _blocks(region: str) -> Iterator[str]:
    """The rows of all that is no instance, then those of one instance type a block."""
    machines: dict[str, dict[str, Decimal]] = {}
    others: list[Price] = []
    prefix = ""
    for price in curated_book():
        key = price.key
        if (key.service, key.region, key.purchase) != (
            "AmazonEC2",
            region,
            "on-demand",
        ):
            continue
        before, found, instance_type = key.usage_type.partition("BoxUsage:")
        if found:
            prefix = before
            listed = machines.setdefault(instance_type, {})
            listed[key.operation] = price.usd_per_unit
        else:
            others.append(price)
    yield "".join(_other_rows(price, region) for price in others)
    # The types that the tiers rent stand first, so that a small file has them too.
    first = sorted(machines, key=lambda one: (one.partition(".")[0] != "r6a", one))
    for instance_type in first:
        if LINUX in machines[instance_type]:
            listed = machines[instance_type]
            yield "".join(_type_rows(instance_type, listed, region, prefix))


def _other_rows(price: Price, region: str) -> str:
    """A price of the book as its rows, and a later price of one that no tier uses."""
    key = price.key
    bare = without_prefix(key.usage_type, region)
    unit = LISTED_UNITS.get(bare, price.unit)
    sku = _sku(str(key))
    tail = _attributes(
        {
            "Product Family": "Storage" if "Volume" in bare else "System Operation",
            "usageType": key.usage_type,
            "operation": key.operation,
        },
        region,
    )
    ends = [f"{tier.from_quantity:f}" for tier in price.tiers[1:]] + ["Inf"]
    text = ""
    days = [(EFFECTIVE, Decimal(1))]
    if bare == "EBS:VolumeUsage.sc1":
        days.append((FUTURE, Decimal("0.9")))
    for day, factor in days:
        for number, (tier, end) in enumerate(zip(price.tiers, ends, strict=True)):
            start = LISTED_FROM.get(bare, f"{tier.from_quantity:f}")
            usd = tier.usd_per_unit * factor
            text += (
                f'"{sku}","{_ON_DEMAND}","{sku}.{_ON_DEMAND}.{number:010}","OnDemand",'
                f'"${usd:f} per {unit} of {bare}","{day}","{start}","{end}","{unit}",'
                f'"{usd:.10f}","USD",,,,,{tail}'
            )
    return text


def _type_rows(
    instance_type: str, listed: Mapping[str, Decimal], region: str, prefix: str
) -> Iterator[str]:
    """All rows of one instance type: on demand, reservations, reserved.

    `listed` are the book's prices by operation; what it lacks is a part of Linux's.
    """
    linux = listed[LINUX]
    metal = ".metal" in instance_type
    family = "Compute Instance (bare metal)" if metal else "Compute Instance"
    for operation, system, software, licence, factor in SYSTEMS:
        for tenancy, usage, more in (
            ("Shared", "BoxUsage", "1"),
            ("Dedicated", "DedicatedUsage", "1.1"),
        ):
            usd = listed.get(operation, linux * Decimal(factor)) * Decimal(more)
            product = {
                "Product Family": family,
                "Instance Type": instance_type,
                "Tenancy": tenancy,
                "Operating System": system,
                "License Model": licence or "No License required",
                "usageType": f"{prefix}{usage}:{instance_type}",
                "operation": operation,
                "CapacityStatus": "Used",
                "MarketOption": "OnDemand",
                "Pre Installed S/W": software,
            }
            sku = _sku(f"{region} {usage} {instance_type} {operation}")
            tail = _attributes(product, region)
            yield (
                f'"{sku}","{_ON_DEMAND}","{sku}.{_ON_DEMAND}.{_HOURLY}","OnDemand",'
                f'"${usd:.6f} per On Demand {system} {instance_type} Instance Hour",'
                f'"{EFFECTIVE}","0","Inf","Hrs","{usd:.10f}","USD",,,,,{tail}'
            )
            yield from _capacity_rows(product, region, prefix, tenancy, usd)
            yield _reserved_rows(sku, usd, tail)
    yield _odd_rows(instance_type, linux, region, prefix)


def _capacity_rows(
    product: dict[str, str], region: str, prefix: str, tenancy: str, usd: Decimal
) -> Iterator[str]:
    """What a capacity reservation costs: 0 while it is used, as much as an instance
    while it is not."""
    instance_type, operation = product["Instance Type"], product["operation"]
    used, unused = (
        ("Reservation", "UnusedBox")
        if tenancy == "Shared"
        else ("DedicatedRes", "UnusedDed")
    )
    for usage, status, price in (
        (used, "AllocatedCapacityReservation", Decimal(0)),
        (unused, "UnusedCapacityReservation", usd),
    ):
        sku = _sku(f"{region} {usage} {instance_type} {operation}")
        changed = {
            "usageType": f"{prefix}{usage}:{instance_type}",
            "CapacityStatus": status,
        }
        yield (
            f'"{sku}","{_ON_DEMAND}","{sku}.{_ON_DEMAND}.{_HOURLY}","OnDemand",'
            f'"${price:.2f} per {usage} {instance_type}","{EFFECTIVE}","0","Inf","Hrs",'
            f'"{price:.10f}","USD",,,,,{_attributes(product | changed, region)}'
        )


def _reserved_rows(sku: str, usd: Decimal, tail: str) -> str:
    """Twenty rows: two lengths, two classes, three payments, most of them in two parts."""
    text = ""
    hour = float(usd)
    for code, length, payment, kind, part in _TERMS:
        lease = f'"USD",,"{length}","{payment}","{kind}",{tail}'
        start = f'"{sku}","{code}","{sku}.{code}.'
        text += (
            f'{start}{_HOURLY}","Reserved","applied","{EFFECTIVE}",'
            f'"0","Inf","Hrs","{hour * float(part):.10f}",{lease}'
        )
        if payment != "No Upfront":
            upfront = int(hour * (3300 if length == "1yr" else 7000))
            text += (
                f'{start}{_UPFRONT}","Reserved","Upfront Fee","{EFFECTIVE}",,,'
                f'"Quantity","{upfront}",{lease}'
            )
    return text


def _odd_rows(instance_type: str, linux: Decimal, region: str, prefix: str) -> str:
    """A Local Zone's price, and for accelerated types a capacity block."""
    base = {
        "Product Family": "Compute Instance",
        "Instance Type": instance_type,
        "Tenancy": "Shared",
        "Operating System": "Linux",
        "License Model": "No License required",
        "operation": "RunInstances",
        "CapacityStatus": "Used",
        "MarketOption": "OnDemand",
        "Pre Installed S/W": "NA",
    }
    zone = base | {
        "usageType": f"{prefix}ATL1-BoxUsage:{instance_type}",
        "Location Type": "AWS Local Zone",
        "Region Code": f"{region}-atl-1",
    }
    rows = [("zone", zone, linux * Decimal("1.25"))]
    if instance_type[0] in "pg":
        block = base | {
            "usageType": f"{prefix}BoxUsage:{instance_type}",
            "MarketOption": "CapacityBlock",
        }
        rows.append(("block", block, Decimal(0)))
    text = ""
    for name, product, usd in rows:
        sku = _sku(f"{region} {name} {instance_type}")
        text += (
            f'"{sku}","{_ON_DEMAND}","{sku}.{_ON_DEMAND}.{_HOURLY}","OnDemand",'
            f'"${usd:.6f} per {instance_type}","{EFFECTIVE}","0","Inf","Hrs",'
            f'"{usd:.10f}","USD",,,,,{_attributes(product, region)}'
        )
    return text


@cache
def _places() -> dict[str, int]:
    return {name: index for index, name in enumerate(COLUMNS[_TERM_COLUMNS:])}


def _attributes(product: dict[str, str], region: str) -> str:
    """The columns of the product, from `Product Family` on, and the line's end."""
    fields = [""] * (len(COLUMNS) - _TERM_COLUMNS)
    given = {
        "serviceCode": "AmazonEC2",
        "Location Type": "AWS Region",
        "Region Code": region,
    } | product
    places = _places()
    for name, value in given.items():
        if value:
            fields[places[name]] = f'"{value}"'
    return ",".join(fields) + "\n"


def _sku(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16].upper()


if __name__ == "__main__":
    target = Path(sys.argv[2])
    print(f"{write_offer(target, mb=float(sys.argv[1])):,} rows in {target}")
