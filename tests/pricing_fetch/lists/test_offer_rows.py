"""Which rows of a bulk price list become prices, and under which keys."""

from decimal import Decimal
from pathlib import Path

from farebox.prices import PriceKey
from farebox.prices.deliveries import DatedPrice, Delivery
from farebox.prices.text import write_book
from pricing_fetch.lists.offers import fetch_offer
from pricing_fetch.net.transport import Transport
from tests.pricing_fetch.lists.price_lists import aws, ec2, transport

__all__ = ["aws", "ec2", "transport"]


def found(prices: list[DatedPrice], usage_type: str, operation: str = "") -> DatedPrice:
    """The one price of a key; an error where there are none or several."""
    key = PriceKey("AmazonEC2", "us-east-1", usage_type, operation)
    (only,) = [dated for dated in prices if dated.price.key == key]
    return only


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
