"""What an instance type can do and where it is offered: two Describe calls of EC2."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, ValidationError, json

from farebox.prices.deliveries import Delivery, LastDelivery
from pricing_fetch.calls.aws import pages, refuse_china
from pricing_fetch.calls.fact_delivery import fact_delivery
from pricing_fetch.calls.spot_history import nothing_to_tell
from pricing_fetch.errors import Damaged

TYPE_PAGE, OFFERING_PAGE = 100, 1000

DEDICATED_FROM = 45
"""Attachments from which the limit is not shared with network cards.

The API calls some of them shared; the EBS CSI driver corrects that, and so does this.
"""


class EbsRates(Struct, frozen=True, omit_defaults=True):
    """What a machine can move to its volumes; MB/s as AWS prints them."""

    mbps: int = 0
    mb_per_second: float = 0
    iops: int = 0


class TypeFact(Struct, frozen=True, omit_defaults=True):
    """The value of a fact `instance-type`; what AWS does not say is 0, "" or ()."""

    vcpus: int
    memory_mib: int
    architectures: tuple[str, ...] = ()
    usage_classes: tuple[str, ...] = ()
    bare_metal: bool = False
    current_generation: bool = False
    local_disk_gb: int = 0
    network_performance: str = ""
    network_baseline_gbps: float = 0
    network_peak_gbps: float = 0
    max_enis: int = 0
    ipv4_per_eni: int = 0
    tcp_timeout_seconds: int = 0
    attachments: int = 0
    attachments_are: str = ""
    ebs_cards: int = 0
    ebs_baseline: EbsRates = EbsRates()
    ebs_maximum: EbsRates = EbsRates()


def fetch_instance_types(
    client: Any,
    region: str,
    *,
    instance_types: Sequence[str] | None = None,
    now: Callable[[], datetime],
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """Facts named `instance types <region>`: `instance-type` (a TypeFact) and
    `zone-offering` (a list of zone ids), both by instance type. Raises FetchError.
    """
    name = f"instance types {region}"
    refuse_china(region)
    found: dict[tuple[str, str], str] = {}
    done = 0
    for request in _type_requests(instance_types):
        for page in pages(
            client,
            "describe_instance_types",
            request,
            rows="InstanceTypes",
            source=name,
        ):
            for row in page:
                subject, text = _described(row, name)
                found["instance-type", subject] = text
                done += len(text)
            progress(done, None)
    if not found:
        raise Damaged(f"{name}: AWS describes no instance type; check the region")
    left_out: Counter[str] = Counter()
    zones = _offerings(client, name, left_out)
    described = {subject for _, subject in found}
    for instance_type, zone_ids in zones.items():
        if instance_type in described:
            text = json.encode(sorted(zone_ids)).decode()
            found["zone-offering", instance_type] = text
    return fact_delivery(
        name,
        f"https://ec2.{region}.amazonaws.com/?Action=DescribeInstanceTypes",
        region,
        found,
        now=now,
        last=last,
        left_out=left_out,
    )


def _type_requests(types: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    """One request for all types; named ones a hundred at a time, without a page size."""
    if types is None:
        yield {"MaxResults": TYPE_PAGE}
        return
    named = sorted(set(types))
    for start in range(0, len(named), TYPE_PAGE):
        yield {"InstanceTypes": named[start : start + TYPE_PAGE]}


def _described(row: Mapping[str, Any], name: str) -> tuple[str, str]:
    """An instance type's name and the JSON of its fact. Raises Damaged."""
    try:
        text = json.encode(type_fact(row))
        json.decode(text, type=TypeFact)
        if not isinstance(row["InstanceType"], str):
            raise TypeError("name")
        return row["InstanceType"], text.decode()
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise Damaged(
            f"{name}: an instance type is not in the known shape (no {error});"
            " nothing is taken"
        ) from error


def type_fact(row: Mapping[str, Any]) -> TypeFact:
    """The fields of a described type that are kept. KeyError for one that must be."""
    network = row.get("NetworkInfo", {})
    ebs = row.get("EbsInfo", {})
    speeds = ebs.get("EbsOptimizedInfo", {})
    cards = network.get("NetworkCards", ())
    attachments = ebs.get("MaximumEbsAttachments", 0)
    shared = ebs.get("AttachmentLimitType", "")
    return TypeFact(
        vcpus=row["VCpuInfo"]["DefaultVCpus"],
        memory_mib=row["MemoryInfo"]["SizeInMiB"],
        architectures=tuple(row["ProcessorInfo"]["SupportedArchitectures"]),
        usage_classes=tuple(row.get("SupportedUsageClasses", ())),
        bare_metal=row.get("BareMetal", False),
        current_generation=row.get("CurrentGeneration", False),
        local_disk_gb=row.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0),
        network_performance=network.get("NetworkPerformance", ""),
        network_baseline_gbps=sum(c.get("BaselineBandwidthInGbps", 0) for c in cards),
        network_peak_gbps=sum(c.get("PeakBandwidthInGbps", 0) for c in cards),
        max_enis=network.get("MaximumNetworkInterfaces", 0),
        ipv4_per_eni=network.get("Ipv4AddressesPerInterface", 0),
        tcp_timeout_seconds=network.get("ConnectionTrackingConfiguration", {}).get(
            "DefaultTcpEstablishedTimeout", 0
        ),
        attachments=attachments,
        attachments_are="dedicated" if attachments >= DEDICATED_FROM else shared,
        ebs_cards=ebs.get("MaximumEbsCards", 0),
        ebs_baseline=_rates(speeds, "Baseline"),
        ebs_maximum=_rates(speeds, "Maximum"),
    )


def _rates(speeds: Mapping[str, Any], level: str) -> EbsRates:
    return EbsRates(
        speeds.get(f"{level}BandwidthInMbps", 0),
        speeds.get(f"{level}ThroughputInMBps", 0),
        speeds.get(f"{level}Iops", 0),
    )


def _offerings(client: Any, name: str, left_out: Counter[str]) -> dict[str, set[str]]:
    """Instance type to the zone ids that offer it."""
    zones: dict[str, set[str]] = {}
    request = {"LocationType": "availability-zone-id", "MaxResults": OFFERING_PAGE}
    for page in pages(
        client,
        "describe_instance_type_offerings",
        request,
        rows="InstanceTypeOfferings",
        source=name,
    ):
        for row in page:
            zone_id = row.get("Location", "")
            if zone_id.count("-") != 1:
                left_out["Local Zones and Wavelength"] += 1
                continue
            zones.setdefault(row.get("InstanceType", ""), set()).add(zone_id)
    return zones
