"""Inputs that carry a charge and that no rule reads are named, in statement and docs."""

from typing import Any

import pytest

from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.registry import FREE, SERVICES, TYPES
from farebox.rules.unread import UNREAD, Unread, unread_charges
from tests.rule_pages import page
from tests.rules.network import resource, statement_of

PAIRS = [(type_, entry) for type_, entries in UNREAD.items() for entry in entries]
WITH_A_PATH = [(type_, entry) for type_, entry in PAIRS if entry.path]


def _ids(value: Any) -> str:
    return value.path if isinstance(value, Unread) else str(value).rpartition(":")[2]


def _nested(path: str, value: Any) -> dict[str, Any]:
    """Inputs in which a path leads to a value, each step but the first in a list."""
    name, _, rest = path.partition(".")
    if not rest:
        return {name: value}
    return {name: [_nested(rest, value)]}


def _costly(entry: Unread) -> Any:
    if entry.values:
        return entry.values[0]
    return f"…/{entry.part}" if entry.part else "something"


@pytest.mark.parametrize("type_", sorted(UNREAD))
def test_a_type_of_the_table_is_charged_or_free(type_: str) -> None:
    assert type_ in TYPES or type_ in FREE


@pytest.mark.parametrize(("type_", "entry"), WITH_A_PATH, ids=_ids)
def test_an_input_that_costs_and_is_not_read_is_a_gap(
    type_: str, entry: Unread
) -> None:
    inputs = _nested(entry.path, _costly(entry))
    gaps = list(unread_charges(resource(type_, **inputs)))
    assert (entry.code, entry.says) in [(gap.code, gap.reason) for gap in gaps]


@pytest.mark.parametrize(("type_", "entry"), WITH_A_PATH, ids=_ids)
@pytest.mark.parametrize("value", [None, "", False, 0, []])
def test_an_input_that_asks_for_nothing_is_none(
    type_: str, entry: Unread, value: Any
) -> None:
    assert not list(unread_charges(resource(type_, **_nested(entry.path, value))))


@pytest.mark.parametrize(("type_", "entry"), WITH_A_PATH, ids=_ids)
def test_an_input_that_is_not_known_yet_is_named(type_: str, entry: Unread) -> None:
    inputs = _nested(entry.path, UNKNOWN_TEXT)
    codes = [gap.code for gap in unread_charges(resource(type_, **inputs))]
    assert "unknown-input" in codes


def test_a_free_type_that_starts_charged_work_makes_the_total_a_lower_bound() -> None:
    type_ = "aws:cloudwatch/logDelivery:LogDelivery"
    statement = statement_of(resource(type_))
    assert [entry.code for entry in statement.unpriced] == ["no-usage"]
    assert not statement.free


def test_a_setting_with_a_harmless_value_stays_free() -> None:
    addon = resource("aws:eks/addon:Addon", addonName="coredns")
    assert [entry.code for entry in statement_of(addon).free] == ["no-charge"]


@pytest.mark.parametrize(("type_", "entry"), PAIRS, ids=_ids)
def test_the_docs_say_what_the_statement_says(type_: str, entry: Unread) -> None:
    pages = [page(module) for module in SERVICES if _declares(module, type_)]
    assert any(entry.says in text for text in pages)


def _declares(module: object, type_: str) -> bool:
    return type_ in getattr(module, "TYPES", {}) or type_ in getattr(module, "FREE", {})
