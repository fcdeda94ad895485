"""A usage file is read exactly, matched specifically, and refused clearly."""

from decimal import Decimal

import pytest

from farebox.bill.assumptions import LevelInForce
from farebox.bill.usage import Usage
from farebox.bill.usage_file import UsageError, parse_usage

FILE = """\
version: 1
resource_type_default_usage:
  aws:lambda/function:Function: {monthly_requests: 1_000_000}
resource_usage:
  "nat-*": {monthly_data_processed_gb: {low: 50, likely: 100, high: 400, source: flow logs}}
  "nat-b": {monthly_data_processed_gb: 7.5}
  assets: {standard: {storage_gb: 500}}
account_usage:
  us-east-1: {monthly_outbound_internet_gb: 5660}
"""


def usage_of(name: str, text: str = FILE, type_: str = "aws:x/y:Z") -> Usage:
    return parse_usage(text).of_resource(f"urn::{name}", type_, name, LevelInForce())


def test_a_figure_keeps_the_digits_of_the_file() -> None:
    given = usage_of("nat-b").quantity("monthly_data_processed_gb")
    assert given is not None
    assert given.quantity == Decimal("7.5")
    assert given.status == "usage-file"


def test_the_later_of_two_matching_entries_wins() -> None:
    text = 'resource_usage:\n  "nat-b": {gb: 1}\n  "nat-*": {gb: 2}\n'
    given = usage_of("nat-b", text).quantity("gb")
    assert given is not None
    assert given.quantity == 2


def test_a_range_is_read_at_the_level_in_force() -> None:
    level = LevelInForce()
    usage = parse_usage(FILE).of_resource("u", "t", "nat-a", level)
    figures = []
    for level.level in ("low", "likely", "high"):
        given = usage.quantity("monthly_data_processed_gb")
        assert given is not None
        figures.append(given.quantity)
    assert figures == [50, 100, 400]
    assert level.differs_low
    assert level.differs_high


def test_a_nested_key_is_found_by_its_path() -> None:
    given = usage_of("assets").quantity("standard", "storage_gb")
    assert given is not None
    assert given.quantity == 500


def test_the_default_of_a_type_holds_where_no_name_matches() -> None:
    usage = usage_of("anything", type_="aws:lambda/function:Function")
    given = usage.quantity("monthly_requests")
    assert given is not None
    assert given.quantity == 1_000_000


def test_an_entry_may_name_the_type_or_the_urn() -> None:
    text = 'resource_usage:\n  "aws:x/y:Z::a": {gb: 1}\n  "urn::b": {gb: 2}\n'
    for name, gb in (("a", 1), ("b", 2)):
        given = usage_of(name, text).quantity("gb")
        assert given is not None
        assert given.quantity == gb


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("resource_usages: {}", "u.yml:1: unknown key 'resource_usages'; did you mean resource_usage?"),
        ("version: 7", "u.yml:1: version 7 is not known"),
        ("resource_usage:\n  a: {gb: -1}", "u.yml:2: gb is -1; a quantity cannot be negative"),
        ("resource_usage:\n  a: {gb: {low: 2, likely: 1, high: 3}}", "not in order"),
        ("resource_usage:\n  a: {gb: {low: 2, likely: 3}}", "lacks high"),
        ("resource_usage:\n  a: {gb: {low: 1, likely: 2, high: 3, hi: 4}}", "did you mean high?"),
        ("resource_usage:\n  a: {gb: [1]}", "gb is a list"),
        ("resource_usage:\n  a: {gb: }", "gb has no value"),
        ("resource_usage: 5", "a map of keys to values is needed"),
        ("resource_usage:\n  a: {gb: 1, gb: 2}", "'gb' is here twice"),
        ("a: [", "u.yml:1: this is not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_file_and_line(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=r"^u\.yml:") as caught:
        parse_usage(text, path="u.yml")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("resource_usage:\n  a: {gb: 1e999999}", "u.yml:2: gb is larger than 1e+18"),
        ("resource_usage:\n  a: {gb: {low: 1, likely: 2, high: 1e99}}", "gb.high is larger"),
        ("resource_usage: " + "[" * 5000 + "]" * 5000, "u.yml:1: it nests its values too deep"),
        ("a: \0", "u.yml: this is not YAML"),
    ],
)  # fmt: skip
def test_a_file_that_no_one_can_mean_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_usage(text, path="u.yml")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_with_dots_is_a_block_in_a_block() -> None:
    text = "resource_usage:\n  b:\n    standard.storage_gb: 5\n    standard: {x: 1}\n"
    dotted = usage_of("b", text.replace("    standard: {x: 1}\n", ""))
    given = dotted.quantity("standard", "storage_gb")
    assert given is not None
    assert given.quantity == 5


def test_a_block_and_its_dotted_keys_go_together_and_no_key_stands_twice() -> None:
    text = "resource_usage:\n  b:\n    a: {x: 1}\n    a.y: 2\n"
    both = usage_of("b", text)
    assert both.quantity("a", "x") is not None
    assert both.quantity("a", "y") is not None
    for twice in ("a: {x: 1}\n    a.x: 2", "a.x: 2\n    a: {x: 1}", "a: 1\n    a.x: 2"):
        with pytest.raises(UsageError, match=r"^usage file:\d: the key 'a(.x)?'"):
            usage_of("b", f"resource_usage:\n  b:\n    {twice}\n")
