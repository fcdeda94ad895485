"""Figures go into a usage file; what a person wrote in it stays as it is."""

from decimal import Decimal

import pytest

from farebox.bill.assumptions import LevelInForce
from farebox.bill.usage_edit import Edited, Figure, with_figures
from farebox.bill.usage_file import UsageError, parse_usage

VALUE = '{low: 1, likely: 2, high: 3, status: measured, source: "CloudWatch, 30 days"}'
NEW = VALUE.replace("likely: 2", "likely: 2.5")

FILE = """\
# Ours, by hand.
version: 1
resource_usage:

  # aws:sqs/queue:Queue in us-east-1
  jobs: # the busy one
    # requests to the queue
    # monthly_requests: 0
    # request_size_kb: 100 is what Ann measured
    request_size_kb: 64 # Ann's

  "nat-*": {monthly_data_processed_gb: 7}
  assets:
    standard: {storage_gb: 500}

account_usage: # of the account
  us-east-1: {monthly_outbound_internet_gb: 9}
"""


def figure(pattern: str, key: str, value: str = VALUE) -> Figure:
    return Figure(pattern, key, value, pattern)


def edited(*figures: Figure, text: str = FILE) -> Edited:
    return with_figures(text, figures, path="u.yaml")


def likely(text: str, name: str, key: str) -> Decimal | None:
    usage = parse_usage(text).of_resource("u", "t", name, LevelInForce())
    found = usage.assumption(*key.split("."))
    return None if found is None else found.likely


def test_a_key_is_taken_from_behind_its_mark() -> None:
    found = edited(figure("jobs", "monthly_requests"))
    assert found.text == FILE.replace(
        "    # monthly_requests: 0\n", f"    monthly_requests: {VALUE}\n"
    )
    assert (found.put_in, found.kept) == (1, ())


def test_a_figure_that_was_measured_before_is_measured_anew() -> None:
    once = edited(figure("jobs", "monthly_requests")).text
    again = edited(figure("jobs", "monthly_requests", NEW), text=once)
    assert likely(again.text, "jobs", "monthly_requests") == Decimal("2.5")
    assert again.text.count("monthly_requests:") == 1


@pytest.mark.parametrize(
    ("pattern", "key", "said"),
    [
        ("jobs", "request_size_kb", "u.yaml:10: request_size_kb is kept"),
        ("nat-*", "monthly_data_processed_gb", "u.yaml:12: monthly_data_processed_gb is kept"),
        ("nat-*", "other", "u.yaml:12: other is not put in: the entry is written on one"),
        ("assets", "standard.storage_gb", "u.yaml:14: standard.storage_gb is kept"),
    ],
)  # fmt: skip
def test_what_a_person_gave_is_kept_and_told(pattern: str, key: str, said: str) -> None:
    found = edited(figure(pattern, key))
    assert (found.text, found.put_in) == (FILE, 0)
    assert found.kept[0].startswith(said)


def test_a_key_that_is_not_there_comes_below_its_entry() -> None:
    found = edited(figure("assets", "standard.monthly_tier_1_requests"))
    assert likely(found.text, "assets", "standard.monthly_tier_1_requests") == 2
    assert likely(found.text, "assets", "standard.storage_gb") == 500
    lines = found.text.splitlines()
    at = lines.index("  assets:")
    assert lines[at + 1] == f"    standard.monthly_tier_1_requests: {VALUE}"


def test_an_entry_that_is_not_there_comes_at_the_end_of_its_section() -> None:
    found = edited(figure("new", "gb"), figure("new", "requests"))
    assert likely(found.text, "new", "gb") == likely(found.text, "new", "requests") == 2
    assert "storage_gb: 500}\n  new:\n" in found.text
    assert found.text.endswith(FILE.partition("500}\n")[2])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version: 1\n",
        "resource_usage:\n",
        "resource_usage:\n  # nothing yet\n",
        # An empty file as Infracost begins it, which it could not read after a sync:
        # infracost/infracost issue 2750.
        "version: 0.1\n# resource_type_default_usage:\n# resource_usage:\n",
        "account_usage: {us-east-1: {gb: 1}}\n",
    ],
)
def test_a_file_without_the_section_gets_it(text: str) -> None:
    found = edited(figure("jobs", "gb"), text=text)
    assert likely(found.text, "jobs", "gb") == 2
    assert found.text.startswith(text.rstrip("\n"))


def test_every_comment_and_every_other_line_stays_in_its_order() -> None:
    figures = (
        figure("jobs", "monthly_requests"),
        figure("assets", "standard.monthly_tier_1_requests"),
        figure("new", "gb"),
    )
    left = [line for line in edited(*figures).text.splitlines() if VALUE not in line]
    expected = FILE.replace("    # monthly_requests: 0\n", "").splitlines()
    assert [line for line in left if line != "  new:"] == expected


@pytest.mark.parametrize("text", ["resource_usage: [", "no_such: 1\n", "a: {b: c\n"])
def test_a_file_that_cannot_be_read_is_not_written_to(text: str) -> None:
    with pytest.raises(UsageError, match=r"u\.yaml"):
        edited(figure("jobs", "gb"), text=text)


ASSUMED = """\
version: 1
account_usage:
  us-east-1:
    # What users send.
    monthly_outbound_internet_gb:
      {low: 5, likely: 20, high: 60, source: "assumption: 2 GB a user"}
resource_usage:
  bucket:
    standard:
      storage_gb:
        {low: 1, likely: 2, high: 3, source: "assumption: ten packages"}
      # Nobody knows.
      monthly_tier_1_requests: {low: 1, likely: 2, high: 3, source: "Ann's list"}
"""


def test_an_assumption_gives_way_wherever_it_stands() -> None:
    traffic = Figure(
        *("us-east-1", "monthly_outbound_internet_gb", VALUE, "us-east-1"),
        section="account_usage",
    )
    stored, asked = (
        figure("bucket", f"standard.{key}")
        for key in ("storage_gb", "monthly_tier_1_requests")
    )
    found = edited(traffic, stored, asked, text=ASSUMED)
    assert found.text == (
        "version: 1\naccount_usage:\n  us-east-1:\n    # What users send.\n"
        f"    monthly_outbound_internet_gb: {VALUE}\n"
        "resource_usage:\n  bucket:\n    standard:\n"
        f"      storage_gb: {VALUE}\n"
        "      # Nobody knows.\n"
        '      monthly_tier_1_requests: {low: 1, likely: 2, high: 3, source: "Ann\'s list"}\n'
    )
    assert found.put_in == 2
    assert found.kept == (
        "u.yaml:11: standard.monthly_tier_1_requests is kept as it was given",
    )


def test_an_account_without_an_entry_gets_one_in_its_own_section() -> None:
    traffic = Figure(
        "eu-west-1", "monthly_intra_region_gb", VALUE, "eu-west-1", "account_usage"
    )
    found = edited(traffic)
    usage = parse_usage(found.text).of_account("eu-west-1", LevelInForce())
    assert usage.assumption("monthly_intra_region_gb") is not None
    assert found.text.count("account_usage:") == 1
