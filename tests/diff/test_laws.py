"""What holds for every diff, whatever is compared."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.bill.statement_file import read_statement
from farebox.diff.statements import (
    Kind,
    StatementDiff,
    diff_statements,
    exact_sum,
    identity_of,
)
from farebox.reports.statement.json import statement_json
from tests.diff.statements import RATES, statements

CENT = Decimal("0.01")

MIRRORED: dict[Kind, Kind] = {
    "added": "removed",
    "removed": "added",
    "changed": "changed",
    "same": "same",
}


def urns(statement: Statement) -> set[str]:
    """Every resource that the statement says something about."""
    subjects = [line.subject for line in statement.lines]
    subjects += [free.subject for free in statement.free]
    subjects += [gap.subject for gap in statement.unpriced]
    return {subject.urn or "" for subject in subjects}


def by_resource(diff: StatementDiff) -> dict[str, Decimal]:
    return {identity_of(x.subject.urn or ""): x.usd for x in diff.resources}


@given(statements())
def test_a_statement_against_itself_is_empty(one: Statement) -> None:
    diff = diff_statements(one, one)
    assert diff.is_empty
    assert {item.kind for item in diff.resources} <= {"same"}
    assert diff.usd == diff.usd_code == diff.usd_market == 0
    assert not any(item.gaps_opened or item.gaps_closed for item in diff.resources)


@given(statements(), statements())
def test_the_diff_the_other_way_round_is_the_negative(
    one: Statement, two: Statement
) -> None:
    there, back = diff_statements(one, two), diff_statements(two, one)
    assert there.usd == -back.usd
    assert by_resource(there) == {k: -usd for k, usd in by_resource(back).items()}
    sums = {x.component: x.usd for x in there.components}
    assert sums == {x.component: -x.usd for x in back.components}
    for kind, other in MIRRORED.items():
        assert {x.subject.urn for x in there.of_kind(kind)} == {
            x.subject.urn for x in back.of_kind(other)
        }
    if there.usd_per_user is not None:
        assert there.usd_per_user == -(back.usd_per_user or 0)


@given(statements(), statements(), st.none() | statements())
def test_code_and_market_together_are_the_whole(
    one: Statement, two: Statement, at_base_prices: Statement | None
) -> None:
    diff = diff_statements(one, two, head_at_base_prices=at_base_prices)
    assert diff.usd_code + diff.usd_market == diff.usd
    assert abs(diff.usd - (two.usd_per_month - one.usd_per_month)) < CENT
    for item in diff.resources:
        for line in item.lines:
            assert exact_sum((line.usd_code, line.usd_market)) == line.usd


@given(statements(), statements())
def test_every_resource_of_either_side_is_in_exactly_one_kind(
    one: Statement, two: Statement
) -> None:
    diff = diff_statements(one, two)
    kinds = Counter(item.subject.urn for item in diff.resources)
    assert set(kinds) == urns(one) | urns(two)
    assert set(kinds.values()) <= {1}
    for item in diff.resources:
        inside = (item.subject.urn in urns(one), item.subject.urn in urns(two))
        assert (item.kind == "added") == (inside == (False, True))
        assert (item.kind == "removed") == (inside == (True, False))


@given(statements(), statements())
def test_every_line_of_either_side_is_in_the_diff_once(
    one: Statement, two: Statement
) -> None:
    lines = [line for x in diff_statements(one, two).resources for line in x.lines]
    assert sorted(id(x.base) for x in lines if x.base) == sorted(map(id, one.lines))
    assert sorted(id(x.head) for x in lines if x.head) == sorted(map(id, two.lines))


@given(statements(), statements())
def test_the_sum_over_components_is_the_total(one: Statement, two: Statement) -> None:
    diff = diff_statements(one, two)
    for name in ("usd_base", "usd_head", "usd", "usd_code", "usd_market"):
        parts = (getattr(component, name) for component in diff.components)
        assert exact_sum(parts) == getattr(diff, name)


@given(statements(), st.lists(RATES, min_size=60, max_size=60))
def test_where_only_quantities_move_it_is_the_code(
    one: Statement, factors: list[Decimal]
) -> None:
    moved = [
        replace(line, quantity=line.quantity * factor)
        for line, factor in zip(one.lines, factors, strict=False)
    ]
    diff = diff_statements(one, replace(one, lines=tuple(moved)))
    assert diff.usd_market == 0
    assert diff.usd_code == diff.usd


@given(statements(), RATES.filter(lambda rate: rate > 0))
def test_where_only_prices_move_it_is_the_market(
    one: Statement, factor: Decimal
) -> None:
    moved = [replace(x, usd_per_unit=x.usd_per_unit * factor) for x in one.lines]
    diff = diff_statements(one, replace(one, lines=tuple(moved)))
    assert diff.usd_code == 0
    assert diff.usd_market == diff.usd


@given(statements(), statements())
def test_what_is_written_and_read_again_is_compared_alike(
    one: Statement, two: Statement
) -> None:
    read = [read_statement(statement_json(side)) for side in (one, two)]
    assert diff_statements(one, read[0]).is_empty
    diff, again = diff_statements(one, two), diff_statements(*read)
    assert again.usd == diff.usd
    assert again.usd_market == diff.usd_market
    assert [x.kind for x in again.resources] == [x.kind for x in diff.resources]
