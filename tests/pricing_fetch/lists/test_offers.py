"""Bulk price lists: which one is asked for, and which is not downloaded again."""

from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery, Slice
from pricing_fetch.errors import Damaged, NotListed, NotSold
from pricing_fetch.lists.normalise import READING
from pricing_fetch.lists.offers import SERVICES, Once, fetch_offer
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply
from tests.pricing_fetch.lists.price_lists import (
    EC2,
    EC2_VERSION,
    aws,
    ec2,
    index_of,
    transport,
)

__all__ = ["aws", "ec2", "transport"]


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


def test_a_service_is_known_once() -> None:
    assert len(set(SERVICES)) == len(SERVICES)


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
