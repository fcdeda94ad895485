"""Near names: the right one among very many, without comparing each letter by letter."""

from difflib import get_close_matches
from typing import Any

import pytest

from farebox.prices import search
from farebox.prices.search import MOST_COMPARED, bare_names, near_names

SIZES = ("large", "xlarge", *(f"{n}xlarge" for n in (2, 4, 8, 12, 16, 24, 32, 48)))
FAMILIES = [f"{a}{n}{b}" for a in "cmrxtgipz" for n in range(1, 9) for b in "aegid"]
MANY = [
    f"{kind}:{family}.{size}"
    for kind in ("BoxUsage", "SpotUsage", "DedicatedUsage", "UnusedBox", "UnusedDed")
    for family in FAMILIES
    for size in SIZES
] + ["EBS:VolumeUsage.gp3", "NatGateway-Hours", "TimedStorage-ByteHrs"]


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("r6a.4xlagre", "r6a.4xlarge"),
        ("R6A.4XLARG", "r6a.4xlarge"),
        ("EBS:VolumUsage.gp3", "EBS:VolumeUsage.gp3"),
        ("natgatewayhours", "NatGateway-Hours"),
        ("TimedStorageByteHrs", "TimedStorage-ByteHrs"),
    ],
)
def test_a_misspelt_name_finds_what_was_meant(wanted: str, meant: str) -> None:
    assert meant in near_names(MANY, wanted)


def test_nothing_is_near_what_is_no_name() -> None:
    assert near_names(MANY, "?") == []
    assert near_names([], "r6a.4xlarge") == []


def test_only_few_names_are_compared_letter_by_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []

    def counted(word: str, names: list[str], *more: Any, **how: Any) -> list[str]:
        compared.append(len(names))
        return get_close_matches(word, names, *more, **how)

    monkeypatch.setattr(search, "get_close_matches", counted)
    assert len(MANY) > 10_000
    near_names(MANY, "r6a.4xlagre")
    assert compared == [MOST_COMPARED]


@pytest.mark.parametrize(
    ("wanted", "bare"),
    [
        ("r6a.4xlarge", "BoxUsage:r6a.4xlarge"),
        ("r6a.4xlarge", "SpotUsage:r6a.4xlarge"),
        ("EU-EBS:VolumeUsage.gp3", "EBS:VolumeUsage.gp3"),
        ("eu-west-1-KMS-Keys", "KMS-Keys"),
        (" DataTransfer-Out-Bytes ", "DataTransfer-Out-Bytes"),
        ("CPT-BoxUsage:t3.small", "BoxUsage:t3.small"),
    ],
)
def test_a_name_is_looked_for_under_each_usage_type_that_it_may_be(
    wanted: str, bare: str
) -> None:
    assert bare in bare_names(wanted)
    assert len(bare_names(wanted)) <= 9  # a handful of look-ups in an index
