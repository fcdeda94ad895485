"""Bulk price lists: which rows become prices, and what a damaged list does."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices import PriceKey
from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery, Slice
from farebox.prices.text import write_book
from pricing_fetch.errors import Damaged, FetchError, NotListed, NotSold, TooLarge
from pricing_fetch.hosts import Addresses
from pricing_fetch.normalise import READING
from pricing_fetch.offers import SERVICES, Once, fetch_offer
from pricing_fetch.transport import Transport
from tests.aws.server import AwsServer, Reply

RECORDED = Path(__file__).parent.parent / "recorded" / "price_lists"
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
EC2, EC2_VERSION = RECORDED / "AmazonEC2-us-east-1.csv", "20261120183045"
R53, R53_VERSION = RECORDED / "AmazonRoute53.csv", "20261018120000"


def index_of(service: str, version: str, *regions: str) -> bytes:
    digits = [version[:4], *(version[at : at + 2] for at in range(4, 14, 2))]
    published = "{}-{}-{}T{}:{}:{}Z".format(*digits)
    path = f"/offers/v1.0/aws/{service}/{version}"
    return json.dumps(
        {
            "formatVersion": "v1.0",
            "publicationDate": published,
            "regions": {
                region: {
                    "regionCode": region,
                    "currentVersionUrl": f"{path}/{region}/index.json",
                }
                for region in regions
            },
        }
    ).encode()


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        base = "/offers/v1.0/aws"
        for service, version, path in (
            ("AmazonEC2", EC2_VERSION, f"{EC2_VERSION}/us-east-1/index.csv"),
            ("AmazonRoute53", R53_VERSION, "current/index.csv"),
        ):
            index = index_of(service, version, "us-east-1", "us-east-2", "eu-west-1")
            server.serve(
                f"{base}/{service}/current/region_index.json",
                lambda _, index=index: Reply(body=index),  # type: ignore[misc]
            )
            file = EC2 if service == "AmazonEC2" else R53
            server.serve(
                f"{base}/{service}/{path}",
                lambda _, file=file: Reply(body=file),  # type: ignore[misc]
            )
        yield server


@pytest.fixture
def transport(aws: AwsServer) -> Transport:
    return Transport(
        where=Addresses(price_list=aws.url), now=lambda: NOW, sleep=lambda _: None
    )


@pytest.fixture
def ec2(transport: Transport, tmp_path: Path) -> tuple[Delivery, list[DatedPrice]]:
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)
    return delivery, list(delivery.prices)


def found(prices: list[DatedPrice], usage_type: str, operation: str = "") -> DatedPrice:
    """The one price of a key; an error where there are none or several."""
    key = PriceKey("AmazonEC2", "us-east-1", usage_type, operation)
    (only,) = [dated for dated in prices if dated.price.key == key]
    return only


def test_a_delivery_says_what_it_is_of(
    ec2: tuple[Delivery, list[DatedPrice]], aws: AwsServer
) -> None:
    delivery, _ = ec2
    assert delivery.name == "AmazonEC2 us-east-1"
    assert delivery.whole == Slice("AmazonEC2", "us-east-1", "on-demand")
    assert delivery.source.version == EC2_VERSION
    assert delivery.source.as_of == "2026-11-23T20:00:00Z"
    assert delivery.source.url.startswith(aws.url)
    assert delivery.byte_count == EC2.stat().st_size
    assert delivery.content_hash.startswith("sha256:")


def test_linux_is_the_shared_used_on_demand_row(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    # The file has 0.99792 under the same key too, at the Dedicated rate (0.9072 x 1.1).
    price = found(ec2[1], "BoxUsage:r6a.4xlarge", "RunInstances").price
    assert price.usd_per_unit == Decimal("0.9072")
    assert price.unit == "Hrs"
    # Metal is the Shared 10.8864, 12 x 0.9072, and Dedicated keeps its own key.
    metal = found(ec2[1], "BoxUsage:r6a.metal", "RunInstances").price
    assert metal.usd_per_unit == Decimal("10.8864")
    dedicated = found(ec2[1], "DedicatedUsage:r6a.metal", "RunInstances").price
    assert dedicated.usd_per_unit == Decimal("11.97504")


def test_windows_and_its_licence_have_keys_of_their_own(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    windows = found(ec2[1], "BoxUsage:r6a.4xlarge", "RunInstances:0002")
    own = found(ec2[1], "BoxUsage:r6a.4xlarge", "RunInstances:0800")
    assert windows.price.usd_per_unit == Decimal("1.6432")
    assert own.price.usd_per_unit == Decimal("0.9072")


def test_no_instance_is_ever_free(ec2: tuple[Delivery, list[DatedPrice]]) -> None:
    instances = [d for d in ec2[1] if d.price.key.operation.startswith("RunInstances")]
    assert len(instances) == 7
    assert all(dated.price.usd_per_unit for dated in instances)


def test_what_is_left_out_is_counted_by_its_reason(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    assert dict(ec2[0].left_out) == {
        "capacity status AllocatedCapacityReservation, not Used": 1,
        "capacity status UnusedCapacityReservation, not Used": 1,
        "a Linux key with Dedicated, not Shared": 1,
        "an instance at 0": 1,
        "market option CapacityBlock, not OnDemand": 1,
        "of another place (a Local Zone, a Wavelength Zone)": 1,
        "of an AWS Wavelength Zone": 1,
        "of an AWS Outposts": 1,
        "not in USD but CNY": 1,
        "a key with a comma, which a price book cannot hold": 1,
        "tiers that leave a gap, overlap, or do not begin at 0": 1,
        "a free variant beside the price of its key": 1,
        "several prices for one key (Twice)": 1,
    }


def test_zones_come_when_they_are_asked_for(
    transport: Transport, tmp_path: Path
) -> None:
    delivery = fetch_offer(
        transport, "AmazonEC2", "us-east-1", folder=tmp_path, zones=True
    )
    prices = list(delivery.prices)
    atlanta = found(prices, "USE1-ATL1-BoxUsage:r6a.4xlarge", "RunInstances")
    assert atlanta.price.usd_per_unit == Decimal("1.134")


def test_one_key_in_two_spellings_is_one_price_if_they_agree(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    alike = [d for d in ec2[1] if d.price.key.usage_type.endswith("Alike")]
    assert len(alike) == 1
    assert not [d for d in ec2[1] if d.price.key.usage_type.endswith("Twice")]


def test_a_free_part_is_kept_apart_from_a_price(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    # Listed at 0 and at 0.06 under one key: 0.06 is the price, trap 5 of the facts.
    assert found(ec2[1], "USE1-PartlyFree").price.usd_per_unit == Decimal("0.06")
    free = found(ec2[1], "DataTransfer-In-Bytes").price
    assert not free.usd_per_unit
    assert free.source.note.startswith("free:")


def test_tiers_come_in_order_from_any_order_and_spelling(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    tiers = found(ec2[1], "Tiers").price.tiers
    assert [(tier.from_quantity, tier.usd_per_unit) for tier in tiers] == [
        (Decimal(0), Decimal("0.09")),
        (Decimal(10240), Decimal("0.085")),
        (Decimal(51200), Decimal("0.07")),
    ]


def test_gp3_counts_from_0_though_listed_from_3000(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    iops = found(ec2[1], "EBS:VolumeP-IOPS.gp3").price
    assert [(t.from_quantity, t.usd_per_unit) for t in iops.tiers] == [
        (Decimal(0), Decimal("0.005"))
    ]
    # 40.96 per GiBps is 0.04 per MiB/s; the rule divides, so the price stays as listed.
    through = found(ec2[1], "EBS:VolumeP-Throughput.gp3").price
    assert (through.usd_per_unit, through.unit) == (Decimal("40.96"), "GiBps-mo")


def test_io2_has_a_usage_type_for_each_part(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    parts = {
        ending: found(ec2[1], f"EBS:VolumeP-IOPS.io2{ending}").price.usd_per_unit
        for ending in ("", ".tier2", ".tier3")
    }
    assert parts == {
        "": Decimal("0.065"),
        ".tier2": Decimal("0.0455"),
        ".tier3": Decimal("0.03185"),
    }


def test_a_unit_has_one_spelling(ec2: tuple[Delivery, list[DatedPrice]]) -> None:
    # Listed as GB-month and GigaBytes; the embedded book has GB-Mo and GB.
    assert found(ec2[1], "EBS:VolumeUsage.io2").price.unit == "GB-Mo"
    assert found(ec2[1], "NatGateway-Bytes", "NatGateway").price.unit == "GB"


def test_a_future_price_is_kept_beside_the_present_one(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    cold = [d for d in ec2[1] if d.price.key.usage_type == "EBS:VolumeUsage.sc1"]
    # The price of 2020 gave way to that of this November.
    assert [(d.effective_from, d.price.usd_per_unit) for d in cold] == [
        ("2026-11-01", Decimal("0.016")),
        ("2027-02-01", Decimal("0.017")),
    ]


def test_every_price_can_stand_in_a_book(
    ec2: tuple[Delivery, list[DatedPrice]],
) -> None:
    present = {dated.price.key: dated.price for dated in ec2[1]}
    assert write_book(present.values()).endswith("end\n")


def test_a_version_that_is_known_is_not_downloaded(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    remembered = f"{EC2_VERSION} reading {READING}"
    last = LastDelivery("AmazonEC2 us-east-1", remembered, "", "", "", "", 22)
    delivery = fetch_offer(
        transport, "AmazonEC2", "us-east-1", folder=tmp_path, last=last
    )
    assert delivery.unchanged
    assert delivery.whole == Slice("AmazonEC2", "us-east-1", "on-demand")
    assert [asked.path.rpartition("/")[2] for asked in aws.asked] == [
        "region_index.json"
    ]


def test_what_has_no_region_is_read_from_the_list_of_all(
    transport: Transport, tmp_path: Path
) -> None:
    delivery = fetch_offer(transport, "AmazonRoute53", "global", folder=tmp_path)
    prices = {d.price.key.usage_type: d.price for d in delivery.prices}
    assert set(prices) == {"HostedZone", "DNS-Queries", "Intra-AWS-DNS-Queries"}
    assert {price.key.region for price in prices.values()} == {"global"}
    zones = prices["HostedZone"]
    # 30 zones: 25 x 0.50 + 5 x 0.10 = 13.00
    assert zones.rate(Decimal(30), "HostedZone") == Decimal(13)
    assert prices["DNS-Queries"].usd_per_unit == Decimal("0.0000004")
    assert delivery.left_out == {"of a region, not global": 2}


def test_what_has_a_region_is_read_from_the_same_download(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    once = Once()
    read = {}
    for region in ("global", "us-east-1", "eu-west-1"):
        delivery = fetch_offer(
            transport, "AmazonRoute53", region, folder=tmp_path, once=once
        )
        assert delivery.whole == Slice("AmazonRoute53", region, "on-demand")
        read[region] = {d.price.key.usage_type for d in delivery.prices}
    assert read == {
        "global": {"HostedZone", "DNS-Queries", "Intra-AWS-DNS-Queries"},
        "us-east-1": {"ResolverNetworkInterface"},
        "eu-west-1": {"EU-ResolverNetworkInterface"},
    }
    downloads = [one for one in aws.asked if one.path.endswith(".csv")]
    assert len(downloads) == 1
    delivery = fetch_offer(transport, "AmazonRoute53", "ap-x-1", folder=tmp_path)
    with pytest.raises(NotSold, match="no price of 'ap-x-1'"):
        list(delivery.prices)


def test_an_unknown_region_names_near_ones(
    transport: Transport, tmp_path: Path
) -> None:
    with pytest.raises(NotListed, match="no list for 'us-east-3'; it has us-east-"):
        fetch_offer(transport, "AmazonEC2", "us-east-3", folder=tmp_path)


def test_an_unknown_service_names_near_ones(
    transport: Transport, tmp_path: Path
) -> None:
    with pytest.raises(NotListed, match="no price list 'AmazonEC3'; did you mean Ama"):
        fetch_offer(transport, "AmazonEC3", "us-east-1", folder=tmp_path)
    with pytest.raises(NotListed, match="no service code"):
        fetch_offer(transport, "../etc", "us-east-1", folder=tmp_path)


def test_the_services_of_a_refresh_are_those_of_the_docs() -> None:
    assert len(set(SERVICES)) == len(SERVICES) == 21


def test_an_index_that_leads_elsewhere_is_refused(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    index = index_of("AmazonEC2", EC2_VERSION, "us-east-1").replace(
        f"{EC2_VERSION}/us-east-1".encode(), b"x/../../us-east-1"
    )
    aws.serve(
        "/offers/v1.0/aws/AmazonEC2/current/region_index.json",
        lambda _: Reply(body=index),
    )
    with pytest.raises(Damaged, match="which is not its own"):
        fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)


def damaged(
    aws: AwsServer, transport: Transport, folder: Path, body: bytes
) -> FetchError:
    """What reading this list instead of the right one raises."""
    aws.serve(
        f"/offers/v1.0/aws/AmazonEC2/{EC2_VERSION}/us-east-1/index.csv",
        lambda _: Reply(body=body),
    )
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=folder)
    with pytest.raises(FetchError) as caught:
        list(delivery.prices)
    return caught.value


GOOD = EC2.read_bytes()
LINES = GOOD.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (GOOD[:-1], "line 49: the file is cut off here"),
        (GOOD[:-40], "line 49: the file is cut off here"),
        (b"".join(LINES[:5]), "line 6: the file ends before its header"),
        (b"".join(LINES[:6]), "line 7: the list has no row at all"),
        (b"{}\n" * 9, "line 1: this is no price list"),
        (GOOD.replace(b"v1.0", b"v9.0", 1), "line 1: format 'v9.0'"),
        (GOOD.replace(b'"AmazonEC2"', b'"AmazonRDS"', 1), "line 5: a list of 'AmazonR"),
        (GOOD.replace(b"20261120183045", b"20261120183046", 1), "line 4: version"),
        (GOOD.replace(b'"usageType"', b'"usage"', 1), "the column 'usageType' is miss"),
        (
            GOOD.replace(b'"RelatedTo"', b'"Unit"', 1),
            "the column 'Unit' is there twice",
        ),
        (
            b"".join([*LINES[:6], LINES[6].replace(b",", b"", 9), *LINES[7:]]),
            "line 7: the row has ",
        ),
        (GOOD.replace(b'"Hrs"', b'"H\xff"', 1), "line 7: this is no line of CSV"),
        (b"".join([*LINES[:6], LINES[6], b'"x\n']), "a quoted text does not end"),
    ],
)
def test_a_damaged_list_is_refused_with_its_line(
    aws: AwsServer, transport: Transport, tmp_path: Path, body: bytes, words: str
) -> None:
    error = damaged(aws, transport, tmp_path, body)
    assert words in str(error)
    assert isinstance(error, Damaged)
    assert list(tmp_path.iterdir()) == []  # The next try fetches it anew.


@pytest.mark.parametrize(
    "column",
    [
        "Tenancy",
        "Operating System",
        "Pre Installed S/W",
        "License Model",
        "CapacityStatus",
        "MarketOption",
    ],
)
def test_instances_that_cannot_be_told_apart_have_no_price(
    aws: AwsServer, transport: Transport, tmp_path: Path, column: str
) -> None:
    renamed = GOOD.replace(f'"{column}"'.encode(), b'"Renamed"', 1)
    aws.serve(
        f"/offers/v1.0/aws/AmazonEC2/{EC2_VERSION}/us-east-1/index.csv",
        lambda _: Reply(body=renamed),
    )
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)
    linux = ("BoxUsage:r6a.4xlarge", "RunInstances")
    keys = {(d.price.key.usage_type, d.price.key.operation) for d in delivery.prices}
    assert linux not in keys
    assert ("EBS:VolumeUsage.gp3", "") in keys


def test_a_list_may_come_packed(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    packed = gzip.compress(GOOD)
    aws.serve(
        f"/offers/v1.0/aws/AmazonEC2/{EC2_VERSION}/us-east-1/index.csv",
        lambda _: Reply(body=packed),
    )
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)
    assert len(list(delivery.prices)) == 22
    cut = damaged(aws, transport, tmp_path / "cut", packed[:-9])
    assert "cut off" in str(cut)


def test_a_packed_list_that_unpacks_without_end_is_stopped(
    aws: AwsServer,
    transport: Transport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pricing_fetch.limits.OFFER_BYTES", 1 << 20)
    bomb = gzip.compress(GOOD + LINES[6] * 10_000)
    assert len(bomb) < 1 << 20
    error = damaged(aws, transport, tmp_path, bomb)
    assert isinstance(error, TooLarge)
    assert "unpacks to more than 1 MiB" in str(error)
