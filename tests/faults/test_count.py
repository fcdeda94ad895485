"""That every fault which was asked for is shown, by the names of the tests."""

import re
from pathlib import Path

ASKED_FOR = {
    "pages": "in_pages",
    "429": "a_429_that_lasts",
    "ThrottlingException": "a_throttled_call_in_json",
    "time-outs": "a_time_out_that_lasts",
    "resets mid-body": "a_reset_in_the_middle_of_the_file",
    "truncation": "cut_short_each_time",
    "lengths too long": "a_length_that_is_too_long",
    "lengths too short": "a_length_that_is_too_short",
    "gzip without header": "gzip_that_no_header_names",
    "HTML instead of JSON": "a_web_page_instead_of_prices",
    "an empty page with a next token": "an_empty_page_that_names_a_next_one",
    "an expired token": "credentials_that_expired",
    "an expired place in a list": "a_place_in_the_list_that_expired",
    "a frozen ETag": "a_feed_that_froze",
    "clock skew": "a_clock_that_is_off",
    "a 450 MB file": "a_list_of_450_mb",
    "a full disk, downloads": "a_disk_that_the_download_fills",
    "a full disk, store": "a_disk_that_the_store_fills",
    "kill -9": "kill_9_at_50_random_instants",
    "kill -9 on PostgreSQL": "random_instants_on_postgresql",
}
"""The faults of the issue, to a part of their test's name."""


def test_fault_99_all_that_were_asked_for_are_among_the_53() -> None:
    text = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    names = re.findall(r"^def (test_fault_\d\d_\w+)", text, re.MULTILINE)
    for part in ASKED_FOR.values():
        assert any(part in name for name in names), part
    numbers = [name[11:13] for name in names]
    assert len(numbers) == len(set(numbers)) == 53
