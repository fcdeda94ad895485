"""The list prices of the FOCUS sample's 942 real rows of AWS, held against the book.

Those rows have neither usage type nor operation: the SKU's description says what was
charged, and `KEYS` which key of the price list that is. `focus_sample_prices.csv` has the
sample's rows by SKU and region. `python -m tests.billed.focus_book` prints the table.

Source of the rows: https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data
(September 2024).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from farebox.prices import Price, PriceBook, PriceKey
from farebox.prices.embedded import embedded_book
from farebox.prices.errors import PriceNotFound

FILE = Path(__file__).with_name("focus_sample_prices.csv")

Verdict = Literal["equal", "differs", "book lacks", "never charged", "not told"]
VERDICTS: tuple[Verdict, ...] = (
    "equal",
    "never charged",
    "differs",
    "book lacks",
    "not told",
)

PLACES = {
    "Africa (Cape Town)": "AFS1",
    "Asia Pacific (Mumbai)": "APS3",
    "Asia Pacific (Singapore)": "APS1",
    "Asia Pacific (Sydney)": "APS2",
    "Asia Pacific (Tokyo)": "APN1",
    "EU (Germany)": "EUC1",
    "EU (Ireland)": "EUW1",
    "EU (London)": "EUW2",
    "EU (Paris)": "EUW3",
    "South America (Sao Paulo)": "SAE1",
    "US East (Northern Virginia)": "USE1",
    "US East (Ohio)": "USE2",
    "US West (Northern California)": "USW1",
    "US West (Oregon)": "USW2",
}
"""Regions as descriptions of transfer name them: the prefix of the usage type."""

EDGES = {"us": "US", "eu": "EU", "ca": "CA", "me": "ME", "sa": "SA", "ap-south-1": "IN"}
"""CloudFront's places, by what the sample has for a region."""

SENT = "AWSDataTransfer"
EC2, CW = "AmazonEC2", "AmazonCloudWatch"

Key = tuple[str, str, str]
"""A service, a usage type without the region's prefix, an operation."""

KEYS: tuple[tuple[str, Key], ...] = (
    (r".*data transfer in per month", (SENT, "DataTransfer-In-Bytes", "")),
    (r".*- (first|next) .* data transfer out.*", (SENT, "DataTransfer-Out-Bytes", "")),
    (r".*regional data transfer.*", (SENT, "DataTransfer-Regional-Bytes", "")),
    (r".* data transfer to (?P<to>.*)", (SENT, "{to}-AWS-Out-Bytes", "")),
    (r"USD ?[\d.]+ per GB for (?P<said>\S+-Bytes).*", (SENT, "{said}", "")),
    (
        r".*per On Demand Linux (?P<type>\S+) .*",
        (EC2, "BoxUsage:{type}", "RunInstances"),
    ),
    (r".*IOPS-month of gp3.*", (EC2, "EBS:VolumeP-IOPS.gp3", "")),
    (r".*MiBps-month of gp3.*", (EC2, "EBS:VolumeP-Throughput.gp3", "")),
    (r".*\((?P<type>gp\d)\) provisioned.*", (EC2, "EBS:VolumeUsage.{type}", "")),
    (r".*of Magnetic provisioned.*", (EC2, "EBS:VolumeUsage", "")),
    (r".*1 million I/O requests.*", (EC2, "EBS:VolumeIOUsage", "")),
    (r".*(snapshot data|EBS:SnapshotUsage).*", (EC2, "EBS:SnapshotUsage", "")),
    (r".*NAT Gateway Hour", (EC2, "NatGateway-Hours", "NatGateway")),
    (r".*by NAT Gateways", (EC2, "NatGateway-Bytes", "NatGateway")),
    (r".*In-use public IPv4.*", ("AmazonVPC", "PublicIPv4:InUseAddress", "")),
    (r".*Idle public IPv4.*", ("AmazonVPC", "PublicIPv4:IdleAddress", "")),
    (
        r".*used (?P<kind>\w+) load balancer capacity.*",
        ("AWSELB", "LCUUsage", "LoadBalancing:{kind}"),
    ),
    (
        r".*Application LoadBalancer-hour.*",
        ("AWSELB", "LoadBalancerUsage", "LoadBalancing:Application"),
    ),
    (r".*per LoadBalancer-hour.*", ("AWSELB", "LoadBalancerUsage", "LoadBalancing")),
    (
        r".*per free event.*|.*FreeEventsR.*",
        ("AWSCloudTrail", "FreeEventsRecorded", ""),
    ),
    (r".*customer managed KMS key.*", ("awskms", "KMS-Keys", "")),
    (
        r".*Lambda - .*\(Provisioned\).*",
        ("AWSLambda", "Lambda-Provisioned-GB-Second", ""),
    ),
    (r".*Lambda - Total Compute.*", ("AWSLambda", "Lambda-GB-Second", "")),
    (r".*Lambda - Total Requests.*", ("AWSLambda", "Request", "")),
    (r".*Fargate - ARM - Memory.*", ("AmazonECS", "Fargate-ARM-GB-Hours", "")),
    (r".*Fargate - Memory.*", ("AmazonECS", "Fargate-GB-Hours", "")),
    (r".*Fargate - vCPU.*", ("AmazonECS", "Fargate-vCPU-Hours:perCPU", "")),
    (
        r".*EKS cluster usage.*",
        ("AmazonEKS", "AmazonEKS-Hours:perCluster", "CreateOperation"),
    ),
    (r".*security checks.*", ("AWSSecurityHub", "PaidComplianceCheck", "")),
    (r".*per state transition", ("AmazonStates", "StateTransition", "")),
    (
        r".*Parameter API Interaction.*",
        ("AWSSystemsManager", "PS-Param-Processed-Tier1", ""),
    ),
    (r".*per web ACL.*", ("awswaf", "WebACL", "")),
    (r".*Lambda-Edge-GB-Second.*", ("AmazonCloudFront", "Lambda-Edge-GB-Second", "")),
    (r".*10,000 HTTP Requests.*", ("AmazonCloudFront", "{edge}-Requests-Tier1", "")),
    (
        r".*10,000 HTTPS Requests.*",
        ("AmazonCloudFront", "{edge}-Requests-Tier2-HTTPS", ""),
    ),
    (
        r".*units of write capacity beyond.*",
        ("AmazonDynamoDB", "WriteCapacityUnit-Hrs", "CommittedThroughput"),
    ),
    (
        r".*million read request units.*",
        ("AmazonDynamoDB", "ReadRequestUnits", "PayPerRequestThroughput"),
    ),
    (
        r".*million write request units.*",
        ("AmazonDynamoDB", "WriteRequestUnits", "PayPerRequestThroughput"),
    ),
    (
        r".*GB-month of data storage|.*TimedStorage-ByteHrs in.*",
        ("AmazonECR", "TimedStorage-ByteHrs", ""),
    ),
    (
        r".*Infrequent Access storage with Elastic.*",
        ("AmazonEFS", "IATimedStorage-ET-ByteHrs", ""),
    ),
    (r".*Elastic Throughput reads.*", ("AmazonEFS", "ETDataAccess-Bytes", "Read")),
    (
        r".*Aurora Capacity Unit hour.*",
        ("AmazonRDS", "Aurora:ServerlessUsage", "CreateDBInstance:0021"),
    ),
    (
        r".*consumed storage \(Aurora.*",
        ("AmazonRDS", "Aurora:StorageUsage", "CreateDBInstance"),
    ),
    (
        r".*million I/O requests \(Aurora.*",
        ("AmazonRDS", "Aurora:StorageIOUsage", "CreateDBInstance"),
    ),
    (
        r".*per (?P<type>db\S+) Single-AZ .* SQL Server Exp.*",
        ("AmazonRDS", "InstanceUsage:{type}", "CreateDBInstance:0010"),
    ),
    (
        r".*Extended Support for MySQL 5\.7 in Year 1.*",
        ("AmazonRDS", "ExtendedSupport:Yr1-Yr2:MySQL5.7", ""),
    ),
    (r".*queries for the first 1 Billion.*", ("AmazonRoute53", "DNS-Queries", "")),
    (r".*SQS standard requests.*", ("AWSQueueService", "Requests-Tier1", "")),
    (r".*other requests to Intelligent.*", ("AmazonS3", "Requests-INT-Tier2", "")),
    (r".*GET and all other requests", ("AmazonS3", "Requests-Tier2", "")),
    (r".*PUT, COPY, POST.*", ("AmazonS3", "Requests-Tier1", "")),
    (r".*month of storage used", ("AmazonS3", "TimedStorage-ByteHrs", "")),
    (r".*using GetMetricData.*", (CW, "CW:GMD-Metrics", "GetMetricData")),
    (r".*per 1,000 requests", (CW, "CW:Requests", "")),
    (r".*of log storage.*", (CW, "TimedStorage-ByteHrs", "")),
    (r".*per alarm metric month \(standard.*", (CW, "CW:AlarmMonitorUsage", "")),
    (r".*per metric-month.*", (CW, "CW:MetricMonitorUsage", "")),
    (r".*custom log data ingested.*", (CW, "DataProcessing-Bytes", "PutLogEvents")),
    (r".*of vended logs.*", (CW, "VendedLog-Bytes", "")),
)
"""What a SKU's description says to the key of its charge; the first that fits."""

UNTOLD = re.compile(
    r".*Promotional Credits.*|AWS Marketplace .*|USD[\d.]+ per GB for  .*"
)
"""Credits, what others sell, and a description that leaves out what was charged."""

CHANGED = {
    ("AmazonDynamoDB", "ReadRequestUnits"): "on demand cost half since November 2024",
    ("AmazonDynamoDB", "WriteRequestUnits"): "on demand cost half since November 2024",
}
"""Why the book's rate is another than that of September 2024, by service and usage type.

Source: https://aws.amazon.com/blogs/database/new-amazon-dynamodb-lowers-pricing-for-on-demand-throughput-and-global-tables/
"""

LACKING = {
    SENT: "traffic between most pairs of regions",
    "AWSSecurityHub": "no estimate is made of its checks",
    "AmazonECR": "storage in Stockholm",
    EC2: "requests of magnetic volumes in Oregon",
    "AmazonRDS": "Aurora Serverless v1, its requests in Ohio, extended support of MySQL",
}
"""What the book lacks of the sample, by service: an estimate says `no-price` for it."""


class Sku(Struct, frozen=True):
    """A SKU of the sample in a region: its rows, and their list price in US dollars."""

    service: str
    region: str
    description: str
    unit: str
    usd_per_unit: Decimal | None
    rows: int
    list_usd: Decimal


class Held(Struct, frozen=True):
    """A SKU beside the book: its key, the book's rates of all tiers, and the verdict."""

    sku: Sku
    key: PriceKey | None
    rates: tuple[Decimal, ...]
    verdict: Verdict


def skus(path: Path = FILE) -> list[Sku]:
    """The sample's SKUs."""
    with path.open(newline="") as file:
        return [
            Sku(
                row["service"],
                row["region"],
                row["sku_description"],
                row["unit"],
                Decimal(row["list_usd_per_unit"]) if row["list_usd_per_unit"] else None,
                int(row["rows"]),
                Decimal(row["list_usd"]),
            )
            for row in csv.DictReader(file)
        ]


def key_of(sku: Sku) -> PriceKey | None:
    """The key of the price list that a SKU's description says."""
    for pattern, (service, usage_type, operation) in KEYS:
        found = re.fullmatch(pattern, sku.description)
        if found is None:
            continue
        said = found.groupdict()
        if "to" in said:
            said["to"] = PLACES[said["to"]]
        edge = EDGES.get(sku.region) or EDGES.get(sku.region[:2], "")
        region = sku.region
        if sku.service == "Amazon CloudFront" and service == SENT:
            service, usage_type = "AmazonCloudFront", f"{edge}-{usage_type}"
        everywhere = service in ("AmazonCloudFront", "AmazonRoute53")
        if everywhere and "Lambda-Edge" not in usage_type:
            region = "global"
        return PriceKey(
            service,
            region,
            usage_type.format(edge=edge, **said),
            operation.format(**said),
        )
    return None


def held(book: PriceBook, sku: Sku) -> Held:
    """A SKU beside the book's rate of its tier."""
    key = key_of(sku)
    price = _price(book, key) if key else None
    rates = tuple(tier.usd_per_unit for tier in price.tiers) if price else ()
    return Held(sku, key, rates, _verdict(sku, rates))


def _price(book: PriceBook, key: PriceKey) -> Price | None:
    """The book's price; traffic between zones is listed under EC2 as well."""
    for service in (key.service, EC2) if key.service == SENT else (key.service,):
        try:
            return book.price(replace(key, service=service))
        except PriceNotFound:
            continue
    return None


def _verdict(sku: Sku, rates: tuple[Decimal, ...]) -> Verdict:
    if UNTOLD.fullmatch(sku.description) or sku.usd_per_unit is None:
        return "not told"
    tier = 1 if "next 40 TB" in sku.description else 0
    if rates[tier : tier + 1] == (sku.usd_per_unit,):
        return "equal"
    if sku.usd_per_unit == 0:
        return "never charged"
    return "differs" if rates else "book lacks"


def table(found: Sequence[Held]) -> Iterator[str]:
    """The rows of the sample by service and verdict, as markdown."""
    yield "| service | rows | " + " | ".join(VERDICTS) + " |"
    yield "|---|" + "--:|" * (len(VERDICTS) + 1)
    services = sorted({one.sku.service for one in found})
    for service in (*services, "all"):
        counted: Counter[str] = Counter()
        for one in found:
            if service in (one.sku.service, "all"):
                counted[one.verdict] += one.sku.rows
        cells = [str(counted[verdict] or "") for verdict in VERDICTS]
        yield f"| {service} | {counted.total()} | " + " | ".join(cells) + " |"


def explained(found: Sequence[Held]) -> Iterator[str]:
    """A sentence for each kind of row whose list price is not the book's."""
    for (service, usage_type), why in CHANGED.items():
        yield f"{service} {usage_type}: {why}"
    lacking = {
        one.key.service for one in found if one.key and one.verdict == "book lacks"
    }
    for service, what in LACKING.items():
        if service in lacking:
            yield f"the book lacks {service}: {what}"


if __name__ == "__main__":
    everything = [held(embedded_book(), sku) for sku in skus()]
    print("\n".join((*table(everything), "", *explained(everything))))
