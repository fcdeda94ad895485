"""A usage file that Farebox writes holds the keys that a stack can use, and is read back."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.bill.terms import Terms
from farebox.bill.usage_file import parse_usage
from farebox.bill.wanted import Wanted, WantedKey
from farebox.graph import Resource, ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.rating.wanted import wanted_usage
from farebox.reports.usage_text import key_text, shortened, usage_text
from farebox.rules.usage_keys import check_usage, in_pulumi_names
from tests.casebook import book_of, case_files, frozen_book, graph_of, load

BOOK = frozen_book()
TERMS = Terms(on=date(2026, 11, 23))


def graph(*resources: Resource) -> ResourceGraph:
    return ResourceGraph(resources, project="shop", stack="prod")


def resource(type_: str, name: str, **inputs: Any) -> Resource:
    return Resource(f"{type_}::{name}", type_, name, inputs, "us-east-1")


def queue(name: str) -> Resource:
    return resource("aws:sqs/queue:Queue", name)


def keys(wanted: tuple[Wanted, ...], name: str) -> dict[str, WantedKey]:
    return {key.key: key for each in wanted if each.name == name for key in each.keys}


def text_of(stack: ResourceGraph) -> str:
    wanted = wanted_usage(stack, BOOK, TERMS)
    return usage_text(wanted, name="prod", as_of="2026-11-01T00:00:00Z")


def test_a_key_has_its_unit_its_rate_and_whether_it_is_needed() -> None:
    found = wanted_usage(graph(queue("jobs")), book_of_queues(), TERMS)
    asked = keys(found, "jobs")
    assert list(asked) == ["monthly_requests", "request_size_kb"]
    requests, size = asked.values()
    assert (requests.needed, size.needed) == (True, False)
    assert requests.tiers[0].usd_per_unit == Decimal("0.0000004")
    assert (requests.rated, size.unit) == ("Requests", "KB")
    assert size.most == Decimal(10240)


def book_of_queues() -> Any:
    case = {
        "prices": [
            {
                "service": "AWSQueueService",
                "region": "us-east-1",
                "usage_type": "Requests-Tier1",
                "unit": "Requests",
                "usd": "0.0000004",
            }
        ]
    }
    return book_of(case, BOOK)


def test_a_use_that_is_charged_only_where_it_is_given_has_its_rate_too() -> None:
    group = resource("aws:cloudwatch/logGroup:LogGroup", "log")
    scanned = keys(wanted_usage(graph(group), embedded_book(), TERMS), "log")
    assert not scanned["monthly_data_scanned_gb"].needed
    # By hand: the list has 0.005 USD for a GB scanned.
    assert scanned["monthly_data_scanned_gb"].tiers[0].usd_per_unit == Decimal("0.005")


def test_the_accounts_keys_stand_for_each_region_of_the_stack() -> None:
    found = wanted_usage(graph(queue("jobs")), BOOK, TERMS)
    between = keys(found, "us-east-1")["monthly_intra_region_gb"]
    assert (between.factor, between.rated) == (Decimal(2), "GB")


def test_keys_that_share_a_form_of_usage_type_have_each_its_own_rate() -> None:
    # To us-east-2 a GB costs 0.01 from us-east-1, to the rate of other regions 0.02.
    found = wanted_usage(graph(queue("jobs")), embedded_book(), TERMS)
    account = keys(found, "us-east-1")
    rates = [
        account[f"monthly_outbound_{name}_gb"].tiers[0].usd_per_unit
        for name in ("us_east_to_us_east", "other_regions")
    ]
    assert rates == [Decimal("0.01"), Decimal("0.02")]


def test_what_is_free_or_has_no_keys_is_left_out() -> None:
    role = resource("aws:iam/role:Role", "role")
    found = wanted_usage(graph(role, queue("jobs")), BOOK, TERMS)
    assert [each.name for each in found] == ["jobs", "us-east-1"]


def test_the_file_says_each_key_once_behind_a_mark() -> None:
    text = text_of(graph(queue("jobs")))
    assert "  # aws:sqs/queue:Queue in us-east-1\n  jobs:\n" in text
    assert "    # monthly_requests: 0\n" in text
    assert "size of a message; each 64 KB count as one, in KB; at most 10240" in text


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_what_is_written_is_read_back_without_a_word(path: Path) -> None:
    case = load(path)
    stack = graph_of(case)
    wanted = wanted_usage(stack, book_of(case, BOOK), TERMS)
    text = usage_text(wanted, name="case", as_of="2026-11-01")
    for written in (text, filled(text)):
        usage = in_pulumi_names(parse_usage(written))
        assert check_usage(usage, stack) == []
    entries = parse_usage(filled(text)).entries
    assert [len(entry.lines) for entry in entries] == [len(w.keys) for w in wanted]


def filled(text: str) -> str:
    """The file with each key taken out from behind its mark."""
    return re.sub(r"^(    )# ([a-z][a-z0-9_.-]*: [^ ]+)$", r"\1\2", text, flags=re.M)


def test_resources_of_one_name_are_told_apart_by_type_and_then_by_urn() -> None:
    topic = resource("aws:sns/topic:Topic", "jobs")
    twin = Resource("urn::parent$jobs", "aws:sqs/queue:Queue", "twin", {}, "us-east-1")
    other = Resource("urn::other$jobs", "aws:sqs/queue:Queue", "twin", {}, "us-east-1")
    text = text_of(graph(queue("jobs"), topic, twin, other))
    assert "  aws:sqs/queue:Queue::jobs:\n" not in text  # a colon needs quotes
    assert '  "aws:sqs/queue:Queue::jobs":\n' in text
    assert '  "urn::parent$jobs":\n' in text


def test_a_name_of_a_document_cannot_leave_its_line() -> None:
    odd = queue("a\n  x: {monthly_requests: 5}\n# \u202e")
    text = text_of(graph(odd))
    usage = parse_usage(text)
    assert [entry.pattern for entry in usage.resources] == [odd.name]
    assert not usage.resources[0].values


@pytest.mark.parametrize("name", ["no", "null", "1", "a: b", "#x", "nat*", "a'b", ""])
def test_a_name_that_yaml_reads_otherwise_is_quoted(name: str) -> None:
    text = f"resource_usage:\n  {key_text(name)}:\n    monthly_requests: 1\n"
    assert [entry.pattern for entry in parse_usage(text).resources] == [name]


def test_a_resource_with_very_many_keys_has_those_that_it_needs() -> None:
    stack = graph(resource("aws:s3/bucket:Bucket", "assets"))
    wanted = wanted_usage(stack, BOOK, TERMS)
    short = usage_text(shortened(wanted), name="prod", as_of="2026-11-01")
    assert "# standard.storage_gb: 0" in short
    assert "glacier_deep_archive" not in short
    assert re.search(r"It can have \d\d more keys: --all", short)
