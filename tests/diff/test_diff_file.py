"""A diff's JSON read back: the same comment comes of it, and no figure is on trust."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from farebox.diff.file import DiffFileError, read_diff
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.reports.change.comment import comment
from farebox.reports.change.comment_parts import change_part
from farebox.reports.change.diff_json import diff_json
from tests.reports.samples import statement


def diff() -> StatementDiff:
    """Two volumes more at 8.00, the old ones at 0.10 instead of 0.08, another total."""
    head = statement(copies=4, users=80)
    lines = tuple(
        msgspec.structs.replace(line, usd_per_unit=Decimal("0.10"))
        for line in head.lines
    )
    return diff_statements(
        statement(copies=2, users=50), msgspec.structs.replace(head, lines=lines)
    )


def test_the_comment_of_a_file_is_the_comment_of_the_diff() -> None:
    read = read_diff(diff_json(diff()))
    texts = [comment([change_part(item)], mark="<!-- x -->") for item in (diff(), read)]
    assert texts[0] == texts[1]
    assert "+16.67" not in texts[0]


def test_the_sums_and_the_resources_come_back() -> None:
    read, written = read_diff(diff_json(diff())), diff()
    for name in ("usd", "usd_base", "usd_head", "usd_code", "usd_market"):
        assert getattr(read, name) == getattr(written, name)
    assert read.usd_per_user == written.usd_per_user
    assert read.lower_bound
    changed = [item.subject.name for item in written.resources if item.kind != "same"]
    assert sorted(item.subject.name for item in read.resources) == sorted(changed)
    assert {item.subject.source_position for item in read.resources} == {
        "__main__.py:7"
    }


def test_an_empty_diff_is_read_back() -> None:
    same = diff_statements(statement(), statement())
    assert read_diff(diff_json(same)).is_empty


def test_the_commitment_of_a_rate_comes_back() -> None:
    head = statement(copies=4)
    covered = tuple(
        msgspec.structs.replace(
            line, key=msgspec.structs.replace(line.key, term="standard-1yr-no-upfront")
        )
        for line in head.lines
    )
    written = diff_statements(
        statement(copies=2), msgspec.structs.replace(head, lines=covered)
    )
    read = read_diff(diff_json(written))
    terms = [
        {line.key.term for item in one.resources for line in item.lines if line.differs}
        for one in (written, read)
    ]
    assert terms == [{"", "standard-1yr-no-upfront"}] * 2


def _set(*path: str | int, to: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (_set("change", "usd_per_month", to="1"), "head less base"),
        (_set("change", "market", to="99"), "code and market make"),
        (_set("added", to=[]), "the resources make"),
        (_set("head", "usd_per_month", to="NaN"), "none of a bill"),
        (_set("head", "usd_per_month", to="1e400"), "none of a bill"),
        (_set("head", "users", to="0"), "not above 0"),
        (_set("currency", to="EUR"), "'EUR'"),
        (_set("added", 0, "lines", 0, "code", to="x"), "added[0].lines[0].code"),
        (_set("schema", to="farebox.diff/2"), "schema farebox.diff/2"),
        (
            _set("schema", to="farebox.statement/1"),
            "schema farebox.statement/1",
        ),
    ],
)
def test_a_file_that_was_changed_is_refused(
    change: Callable[[Any], None], part: str
) -> None:
    document = json.loads(diff_json(diff()))
    change(document)
    with pytest.raises(DiffFileError) as caught:
        read_diff(json.dumps(document).encode(), "d.json")
    assert str(caught.value).startswith("d.json ") or "d.json:" in str(caught.value)
    assert part in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff\xfe{", b'{"schema": 1}'])
def test_what_is_no_diff_is_refused(data: bytes) -> None:
    with pytest.raises(DiffFileError, match="fare diff BASE HEAD --format json"):
        read_diff(data)


def test_a_file_that_was_cut_off_is_refused() -> None:
    with pytest.raises(DiffFileError, match="cut off"):
        read_diff(diff_json(diff())[:-100])


@pytest.mark.parametrize("hidden", [-1, 10**9, 10**400])
def test_a_count_that_no_stack_has_is_refused_before_it_is_a_list(hidden: int) -> None:
    document = json.loads(diff_json(diff()))
    document["head"]["hidden"] = hidden
    with pytest.raises(DiffFileError, match="hidden"):
        read_diff(json.dumps(document).encode())
