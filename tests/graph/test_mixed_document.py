"""The document of a hundred types that speed is measured on is what it says it is."""

from datetime import date

from benchmarks.mixed import TYPES, mixed
from farebox.bill.statement import unaccounted
from farebox.bill.usage_file import parse_usage
from farebox.graph.document import read_document
from farebox.prices.embedded import embedded_book
from farebox.rating.estimate import estimate


def test_each_of_a_hundred_types_is_charged_or_says_why_not() -> None:
    state, usage = mixed(TYPES)
    graph = read_document(state, name="mixed")
    given = parse_usage(usage)
    found = estimate(graph, embedded_book(), given, on=date(2026, 11, 23))
    assert not unaccounted([one.urn for one in graph.resources], found)
    charged = {line.subject.type for line in found.lines}
    without = {gap.subject.type for gap in found.unpriced}
    assert len(charged | without) >= TYPES
    # Some cases bring prices of their own, which the embedded book lacks.
    assert len(charged) >= TYPES * 3 / 4
