"""Statements are read back strictly: whole, of the right version, and adding up."""

import json
from typing import Any

import pytest

from farebox.bill.statement_file import StatementFileError, is_statement, read_statement
from farebox.reports.statement.json import statement_json
from tests.diff.statements import gap, line, statement, subject, urn_of

SAMPLE = statement(
    [line(subject("disk")), line(subject("other"), "33.333333333333333333333333")],
    unpriced=[gap(subject("nat"))],
    users=10,
    aliases={urn_of("disk"): (urn_of("old"),)},
)


def changed(**fields: Any) -> bytes:
    document = json.loads(statement_json(SAMPLE))
    document.update(fields)
    return json.dumps(document).encode()


def refused(data: bytes) -> str:
    with pytest.raises(StatementFileError) as error:
        read_statement(data, "s.json")
    said = str(error.value)
    assert said.startswith(("s.json ", "s.json: "))
    return said


def test_what_is_written_is_read_again_to_the_last_digit() -> None:
    data = statement_json(SAMPLE)
    assert is_statement(data)
    assert statement_json(read_statement(data)) == data


def test_a_file_of_an_editor_with_a_mark_is_read() -> None:
    assert read_statement(b"\xef\xbb\xbf" + statement_json(SAMPLE)).users == 10


def test_a_statement_that_was_written_before_aliases_is_read() -> None:
    document = json.loads(statement_json(SAMPLE))
    del document["aliases"]
    assert read_statement(json.dumps(document).encode()).aliases == {}


def test_a_preview_is_no_statement() -> None:
    assert not is_statement(b'{"config": {}, "steps": []}')
    assert "is no statement" in refused(b'{"steps": []}')


def test_another_document_or_version_of_farebox_is_named() -> None:
    assert "farebox.diff/1" in refused(b'{"schema": "farebox.diff/1"}')
    assert "farebox.statement/2" in refused(changed(schema="farebox.statement/2"))


def test_a_cut_file_is_told() -> None:
    assert "cut off at byte" in refused(statement_json(SAMPLE)[:-300])


def test_a_missing_or_wrong_field_is_named_with_its_place() -> None:
    lines = json.loads(statement_json(SAMPLE))["lines"]
    del lines[1]["quantity"]
    said = refused(changed(lines=lines))
    assert "quantity" in said
    assert "lines[1]" in said
    assert "stack" in refused(changed(stack=5))


def test_lines_that_were_changed_are_refused() -> None:
    lines = json.loads(statement_json(SAMPLE))["lines"]
    lines[0]["usd_per_month"] = "5"
    said = refused(changed(lines=lines))
    assert "lines[0]" in said
    assert "100 x 0.08 is 8" in said


def test_a_total_that_is_not_the_sum_of_the_lines_is_refused() -> None:
    lines = json.loads(statement_json(SAMPLE))["lines"]
    assert "its lines make" in refused(changed(lines=lines[:1]))


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "1E+999999", "1E-999999"])
def test_a_figure_that_is_none_is_refused(figure: str) -> None:
    lines = json.loads(statement_json(SAMPLE))["lines"]
    lines[0]["quantity"] = figure
    assert "lines[0] has a figure that is none" in refused(changed(lines=lines))


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"currency": "EUR"}, "'EUR'"),
        ({"users": "0"}, "users is 0"),
        ({"hours_per_month": "-1"}, "hours_per_month"),
    ],
)
def test_what_cannot_be_compared_is_refused(fields: dict[str, str], part: str) -> None:
    assert part in refused(changed(**fields))
