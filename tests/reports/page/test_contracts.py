"""Every contract reads what it writes, and docs/json.md has every name of it."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from msgspec import Struct

from farebox.bill.contract import StatementOf
from farebox.diff.contract import DiffOf
from farebox.diff.drift import drift
from farebox.diff.drift_contract import DriftOf
from farebox.diff.statements import diff_statements
from farebox.reports.change.report import DiffReport, DriftReport
from farebox.reports.page.as_json import as_json, from_json
from farebox.reports.statement.explanation import Explanation, ExplanationOf, subjects
from farebox.reports.statement.json import statement_document
from tests.reports.samples import statement

DOCS = (Path(__file__).parents[3] / "docs/json.md").read_text()

CONTRACTS: dict[str, type[Struct]] = {
    "farebox.statement/1": StatementOf,
    "farebox.explain/1": ExplanationOf,
    "farebox.diff/1": DiffOf,
    "farebox.drift/1": DriftOf,
}


def names(contract: Any) -> set[str]:
    """The field names of a contract and of all structs in it."""
    origin = getattr(contract, "__origin__", contract)
    if isinstance(origin, type) and issubclass(origin, Struct):
        fields = set(origin.__struct_encode_fields__)
        for hint in get_type_hints(origin).values():
            fields |= names(hint)
        return fields
    return {name for part in get_args(contract) for name in names(part)}


@pytest.mark.parametrize("schema", CONTRACTS)
def test_every_name_of_a_contract_is_documented(schema: str) -> None:
    spelled = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`]+`", DOCS))))
    assert f"`{schema}`" in DOCS
    assert not names(CONTRACTS[schema]) - spelled - {"schema"}


@pytest.mark.parametrize("users", [None, 100])
def test_a_statement_is_read_as_it_was_written(users: int | None) -> None:
    document = statement_document(statement(users=users))
    assert from_json(as_json(document), StatementOf[str]) == document


def test_an_explanation_is_read_as_it_was_written() -> None:
    sample = statement()
    document = Explanation(sample, tuple(subjects(sample))).document()
    assert from_json(as_json(document), ExplanationOf) == document


def test_a_diff_and_a_drift_are_read_as_they_were_written() -> None:
    few, many = statement(users=100), statement(users=100, copies=3)
    diff = DiffReport(diff_statements(few, many)).document()
    assert from_json(as_json(diff), DiffOf[str]) == diff
    moved = DriftReport(drift(many, many), Decimal(5)).document()
    assert from_json(as_json(moved), DriftOf[str]) == moved
