"""Units of price lists take the spelling that rules name."""

import pytest

from farebox.prices.curated import curated_book
from farebox.prices.prefixes import without_prefix
from pricing_fetch.lists.units import Units


@pytest.mark.parametrize(
    ("service", "usage_type", "listed", "spelled"),
    [
        ("AmazonEC2", "EBS:VolumeUsage.io2", "GB-month", "GB-Mo"),
        ("AmazonEC2", "NatGateway-Hours", "Hours", "Hrs"),
        ("AmazonEKS", "AmazonEKS-Hours:perCluster", "Hrs", "Hours"),
        ("AmazonECS", "Fargate-GB-Hours", "hours", "hours"),
        ("AmazonEC2", "EBS:FastSnapshotRestore", "Hrs", "hours"),
        ("AmazonS3", "Requests-Tier1", "requests", "Requests"),
        ("AmazonRDS", "InstanceUsage:db.t3.micro", "Hours", "Hrs"),
        ("AmazonSNS", "SMS-Price", "Messages", "Messages"),
    ],
)
def test_one_unit_has_one_spelling(
    service: str, usage_type: str, listed: str, spelled: str
) -> None:
    assert Units().spelling(service, usage_type, listed) == spelled


def test_another_quantity_is_never_respelled() -> None:
    # A GB-month is no GB, and an hour no GB-hour, whatever the book has.
    assert Units().spelling("AmazonEC2", "EBS:VolumeUsage.gp3", "GB") == "GB"
    assert Units().spelling("AmazonEC2", "NatGateway-Hours", "GB-Hours") == "GB-Hours"


def test_every_unit_of_the_book_is_its_own_spelling() -> None:
    units = Units()
    for price in curated_book():
        key = price.key
        bare = without_prefix(key.usage_type, key.region)
        assert units.spelling(key.service, bare, price.unit) == price.unit
