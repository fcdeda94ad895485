"""Which sources a refresh asks: with and without an account, by kind and by service."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from farebox.prices.curated import curated_book
from farebox.rules.registry import price_lists
from pricing_fetch.lists.offers import GLOBAL_SERVICES, REGIONAL_TOO, SERVICES
from pricing_fetch.refresh.jobs import Sources, Wanted, jobs_for, needs_region

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


def names(tmp_path: Path, *only: str, services: tuple[str, ...] = ()) -> list[str]:
    sources = Sources(lambda: NOW, tmp_path)
    wanted = Wanted(only, ("us-east-1", "eu-west-1"), services, rated=price_lists())
    return [each.name for each in jobs_for(wanted, sources)]


def test_without_credentials_lists_feed_and_advisor_are_asked(tmp_path: Path) -> None:
    found = names(tmp_path, services=("AWSELB", "AmazonRoute53"))
    assert found == [
        *("AWSELB us-east-1", "AWSELB eu-west-1", "AmazonRoute53 global"),
        # Resolver endpoints are sold by region.
        *("AmazonRoute53 us-east-1", "AmazonRoute53 eu-west-1"),
        *("spot feed", "spot advisor"),
    ]


def test_with_credentials_spot_history_is_asked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    assert names(tmp_path, "spot") == ["spot us-east-1", "spot eu-west-1", "spot feed"]


def test_a_kind_that_needs_credentials_is_asked_when_it_is_named(
    tmp_path: Path,
) -> None:
    assert names(tmp_path, "spot-history") == ["spot us-east-1", "spot eu-west-1"]
    assert names(tmp_path, "facts")[::2] == [
        *("instance types us-east-1", "quotas us-east-1", "placement scores us-east-1")
    ]


def test_all_services_are_the_issues_list_and_every_name_comes_once(
    tmp_path: Path,
) -> None:
    found = names(tmp_path, "lists", services=("all", "AmazonEC2"))
    # In each of two regions, but for those that are sold without a region only.
    regional = len(SERVICES) - len(GLOBAL_SERVICES - REGIONAL_TOO)
    assert len(found) == len(set(found)) == 2 * regional + len(GLOBAL_SERVICES)
    assert set(names(tmp_path, "lists")) <= set(found)


def test_every_service_of_the_embedded_book_is_refreshed_by_itself() -> None:
    found = {price.key.service for price in curated_book()}
    assert found - set(price_lists()) == set()


def test_only_feeds_need_no_region() -> None:
    assert needs_region(())
    assert needs_region(("spot",))
    assert not needs_region(("spot-feed", "advisor"))
