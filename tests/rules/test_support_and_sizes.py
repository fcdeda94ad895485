"""The tables that rules read beside prices: support of versions, sizes of types."""

from datetime import date
from decimal import Decimal

import pytest

from farebox.rules.aws.db_classes import vcpus_of
from farebox.rules.aws.db_support import extended
from farebox.rules.aws.eks_versions import standard_support_ends
from farebox.rules.sizes import size, types_of
from farebox.rules.version_support import support


@pytest.mark.parametrize(
    ("engine", "version", "standard_ends", "charged_from"),
    [
        ("postgres", "11.22", date(2024, 2, 29), date(2024, 4, 1)),
        ("postgres", "16", date(2029, 2, 28), None),
        ("mysql", "5.7.44", date(2024, 2, 29), date(2024, 3, 1)),
        ("redis", "5.0.6", date(2026, 1, 31), date(2026, 2, 1)),
        ("kubernetes", "1.33", date(2026, 7, 29), None),
        ("runtime", "nodejs16.x", date(2024, 6, 12), None),
    ],
)
def test_a_version_is_found_by_its_longest_known_form(
    engine: str, version: str, standard_ends: date, charged_from: date | None
) -> None:
    found = support(engine, version)
    assert found is not None
    assert (found.standard_ends, found.charged_from) == (standard_ends, charged_from)
    assert found.source
    assert found.as_of


def test_a_version_is_in_extended_support_from_the_day_after_its_end() -> None:
    found = support("postgres", "13.4")
    assert found is not None
    assert not found.is_extended(date(2026, 2, 28))
    assert found.is_extended(date(2026, 3, 1))


def test_what_the_table_does_not_have_is_not_made_up() -> None:
    assert support("postgres", "99.1") is None
    assert support("oracle-ee", "19") is None
    docdb = support("docdb", "5.0.0")
    assert docdb is not None
    assert not docdb.is_extended(date(2099, 1, 1)), "AWS has named no day"


@pytest.mark.parametrize(
    ("engine", "version", "on", "is_dearer"),
    [
        # The day before it is charged, the first day, the first of the third year.
        ("mysql", "8.0.40", date(2026, 7, 31), None),
        ("mysql", "8.0.40", date(2026, 8, 1), False),
        ("postgres", "11.22", date(2026, 4, 1), True),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", date(2026, 11, 23), False),
        ("redis", "5.0.6", date(2026, 2, 1), False),
        ("opensearch", "2.9", date(2025, 11, 8), False),
        # No fee: MariaDB has no extended support, a newest version is in standard.
        ("mariadb", "10.3", date(2026, 11, 23), None),
        ("postgres", "18.1", date(2026, 11, 23), None),
        ("mysql", "8.4.3", date(2026, 11, 23), None),
    ],
)
def test_extended_support_is_charged_from_its_day_on(
    engine: str, version: str, on: date, is_dearer: bool | None
) -> None:
    found = extended(engine, version, on)
    assert (found and found.is_dearer) is is_dearer


def test_kubernetes_before_the_table_left_standard_support_before_it_begins() -> None:
    assert standard_support_ends("1.10") == date(2022, 8, 15)
    assert standard_support_ends("1.36") == date(2027, 8, 2)
    assert standard_support_ends("1.99") is None


def test_a_size_is_what_its_sources_say() -> None:
    large = size("ec2", "m7g.large")
    assert large is not None
    assert (large.vcpus, large.memory_mib) == (Decimal(2), Decimal(8192))
    assert (large.ebs_mbps, large.ebs_iops) == (Decimal(630), Decimal(3600))
    assert large.architecture == "arm64"
    node = size("elasticache", "cache.m5.large")
    assert node is not None
    assert node.memory_mib == Decimal(6533)
    assert node.ebs_mbps is None, "no source has one: that is not 0"
    assert size("rds", "db.m99.large") is None


def test_the_vcpu_of_a_database_class_by_its_name_are_those_of_the_table() -> None:
    for name in types_of("rds"):
        listed = size("rds", name)
        assert listed is not None
        assert vcpus_of(name) == listed.vcpus, name
