"""What the services declare holds together, and holds against what the rules do."""

import csv
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from farebox.bill.assumptions import LevelInForce
from farebox.bill.usage import Usage, Value
from farebox.graph import Resource
from farebox.prices.embedded import embedded_book
from farebox.prices.prefixes import without_prefix
from farebox.rules.aws.data_transfer import ACCOUNT
from farebox.rules.packages import declared
from farebox.rules.registry import (
    FREE,
    SERVICES,
    TYPES,
    UNPRICED,
    DeclaredTwice,
    joined,
    price_lists,
)
from farebox.rules.service import Key, Meter, Type, free, token, unpriced
from farebox.rules.usage_keys import keys_of
from pricing_fetch.lists.offers import GLOBAL_SERVICES, REGIONAL_TOO
from pricing_fetch.lists.offers import SERVICES as LISTS
from tests.casebook import case_files, frozen_book, load, statement_of
from tests.sdk_types import types_of_the_sdk

BOOK = frozen_book()
ALL = {**TYPES, "account": ACCOUNT}
KNOWN = set(TYPES) | set(FREE) | set(UNPRICED)

SDK = types_of_the_sdk()
MODULES = sorted(module for module, types in SDK.items() if types & KNOWN)


def type_of(name: str) -> Type:
    """What a type is charged by, of the account and of objects of Kubernetes too."""
    said = ACCOUNT if name == "account" else declared(name)
    assert said is not None, f"{name} is charged and not declared"
    return said


def meters_of(said: Type) -> list[Meter]:
    return [*said.meters, *(use for use in said.uses if isinstance(use, Meter))]


def every_meter() -> list[tuple[str, str]]:
    return sorted(
        {(m.service, m.usage_type) for s in ALL.values() for m in meters_of(s)}
    )


def pattern(text: str) -> re.Pattern[str]:
    """A declared name; what an input decides, in braces, is any text or none."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(text)))


@pytest.mark.parametrize("module", MODULES)
def test_every_type_of_a_module_of_which_one_is_known_is_known(module: str) -> None:
    missing = sorted(SDK[module] - KNOWN)
    assert not missing, f"declare in farebox/rules/aws: {', '.join(missing)}"


@pytest.mark.parametrize("module", SERVICES, ids=lambda module: module.__name__)
def test_every_type_of_a_service_has_been_judged(module: Any) -> None:
    left = getattr(module, "UNJUDGED", ())
    assert not left, f"put into TYPES, FREE or UNPRICED: {', '.join(left)}"


def test_every_known_type_is_one_of_the_sdk() -> None:
    assert not sorted(KNOWN - set().union(*SDK.values()))


def test_no_type_is_two_of_charged_free_and_not_priced_yet() -> None:
    twice = (set(TYPES) & set(FREE)) | (set(FREE) & set(UNPRICED))
    assert not sorted(twice | (set(TYPES) & set(UNPRICED)))


def test_a_type_in_two_modules_is_refused_by_name() -> None:
    one, two = (
        cast(Any, SimpleNamespace(__name__=name, FREE=free("x", {"a reason": "Y"})))
        for name in ("one", "two")
    )
    with pytest.raises(DeclaredTwice, match=r"aws:x/y:Y .* the second time in two"):
        joined((one, two), "FREE")


def test_a_type_is_named_as_pulumi_names_it() -> None:
    assert token("ecr", "LifecyclePolicy") == "aws:ecr/lifecyclePolicy:LifecyclePolicy"


def test_every_type_that_is_not_charged_says_why_in_a_sentence_of_its_own() -> None:
    assert all(len(said.reason) > 10 for said in FREE.values())
    assert all(said.code in ("no-charge", "priced-with") for said in FREE.values())
    assert all(len(said.reason) > 10 for said in UNPRICED.values())
    assert {said.code for said in UNPRICED.values()} <= {"no-rule"}


def test_what_is_unpriced_is_a_gap_with_its_reason() -> None:
    [said] = unpriced("ecr", {"copies are charged": "Copies"}).values()
    assert (said.code, said.reason) == ("no-rule", "copies are charged")


@pytest.fixture(scope="module")
def known_usage_types() -> dict[str, set[str]]:
    """Usage types without prefix by service: the embedded book's, and others seen."""
    found: dict[str, set[str]] = {}
    book = embedded_book()
    for service in book.services:
        found[service] = set(book.units_of(service))
    with (Path(__file__).parent / "usage_types.csv").open() as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["service"], set()).add(row["usage_type"])
    return found


@pytest.mark.parametrize("meter", every_meter(), ids=" ".join)
def test_a_meter_has_a_name_that_a_price_list_knows(
    meter: tuple[str, str], known_usage_types: dict[str, set[str]]
) -> None:
    service, usage_type = meter
    names = known_usage_types.get(service, set())
    found = usage_type in names or any(map(pattern(usage_type).fullmatch, names))
    assert found, f"no list that was read has {service} {usage_type}"


def test_a_meter_s_unit_is_the_one_that_the_book_has_for_its_usage_type() -> None:
    # In another unit a price is a gap, in every stack that has the charge.
    book = embedded_book()
    units = {service: book.units_of(service) for service in book.services}
    other = {
        (meter.service, meter.usage_type, meter.unit): found
        for said in ALL.values()
        for meter in meters_of(said)
        if (found := units.get(meter.service, {}).get(meter.usage_type))
        and found != meter.unit
    }
    assert other == {}


def test_every_service_has_a_price_list_that_a_refresh_can_ask() -> None:
    assert set(price_lists()) <= set(LISTS)
    assert {service for service, _ in every_meter()} == set(price_lists())


def test_keys_of_a_type_are_told_apart() -> None:
    for type_, said in ALL.items():
        names = [use.key for use in said.uses]
        names += [use.infracost for use in said.uses if use.infracost]
        assert len(names) == len(set(names)), type_


def test_a_key_says_what_it_means() -> None:
    for said in ALL.values():
        for use in said.uses:
            assert use.says
            assert isinstance(use, Key) or use.unit


class _Declared(Usage):
    """The usage of one resource, which refuses to read what its type does not declare."""

    __slots__ = ("_type",)

    def __init__(self, type_: str, usage: Usage, level: LevelInForce) -> None:
        super().__init__(usage._entries, level)
        self._type = type_

    def value(self, *path: str) -> Value | None:
        key = ".".join(path)
        said = type_of(self._type)
        assert key in keys_of(said), f"{self._type} does not declare {key}"
        return super().value(*path)


@pytest.fixture
def strict_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    from farebox.bill.usage import UsageFile

    of_resource, of_account = UsageFile.of_resource, UsageFile.of_account

    def resource(
        self: UsageFile, urn: str, type_: str, name: str, level: LevelInForce
    ) -> Usage:
        return _Declared(type_, of_resource(self, urn, type_, name, level), level)

    def account(self: UsageFile, region: str, level: LevelInForce) -> Usage:
        return _Declared("account", of_account(self, region, level), level)

    monkeypatch.setattr(UsageFile, "of_resource", resource)
    monkeypatch.setattr(UsageFile, "of_account", account)


@pytest.mark.usefixtures("strict_usage")
@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_a_rule_reads_only_keys_and_fills_only_meters_that_its_type_declares(
    path: Path,
) -> None:
    statement = statement_of(load(path), BOOK)
    for line in statement.lines:
        usage_type = without_prefix(line.key.usage_type, line.key.region)
        meters = meters_of(type_of(line.subject.type))
        assert any(
            meter.service == line.key.service
            and meter.unit == line.unit
            and pattern(meter.usage_type).fullmatch(usage_type)
            for meter in meters
        ), f"{line.subject.type} does not declare {line.key.service} {usage_type}"


def test_a_rule_that_reads_an_undeclared_key_is_told(
    strict_usage: None,
) -> None:
    from farebox.bill.usage import NO_USAGE

    resource = Resource("u", "aws:kms/key:Key", "k", {})
    usage = NO_USAGE.of_resource("u", resource.type, "k", LevelInForce())
    with pytest.raises(AssertionError, match="does not declare monthly_tales"):
        usage.quantity("monthly_tales")


def test_what_is_sold_without_a_region_is_refreshed_without_one() -> None:
    # Dashboards stand in CloudWatch's list of each region, under no region's prefix.
    sold = {
        meter.service
        for said in TYPES.values()
        for meter in meters_of(said)
        if meter.region == "global"
    }
    assert sold - GLOBAL_SERVICES <= {"AmazonCloudWatch"}


def test_what_is_sold_in_regions_besides_is_refreshed_there_too() -> None:
    regional = {
        meter.service
        for said in TYPES.values()
        for meter in meters_of(said)
        if meter.region != "global"
    }
    assert regional & GLOBAL_SERVICES == REGIONAL_TOO
