"""`fare refresh` against a local server: exit codes, summaries, what is asked again."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from farebox.cli.main import run
from farebox.cli.refresh_progress import plan_of
from farebox.prices import Price, Source, Tier
from farebox.prices.curated import curated_book
from farebox.prices.deliveries import Delivery, Slice
from farebox.prices.store import open_store, store_exists
from pricing_fetch.lists.normalise import READING
from pricing_fetch.refresh.intake import Job
from pricing_fetch.refresh.tally import NO_ON_DEMAND
from tests.aws.offers import offer_csv, region_index
from tests.aws.server import Asked, AwsServer, Reply
from tests.pricing_fetch.feeds.test_spot_feeds import advisor_document, feed_document

REGION = "us-east-1"
BALANCERS = ("refresh", "--only", "lists", "--service", "AWSELB", "--region", REGION)
BOTH = (*BALANCERS, "--service", "AmazonEKS")


class Lists:
    """The embedded prices of two services, sold by a local server as bulk lists."""

    def __init__(self, aws: AwsServer) -> None:
        self.aws = aws
        self.version = 20261110000000
        self.regions: dict[str, list[str]] = {}
        self.prices: dict[str, list[Price]] = {"AWSELB": [], "AmazonEKS": []}
        for price in curated_book():
            if price.key.region == REGION and price.key.service in self.prices:
                self.prices[price.key.service].append(price)
        aws.serve("/offers/v1.0/aws/", self._answer)

    def multiply(self, service: str, factor: str) -> None:
        """Sell a service at that much, in a newer version of all lists."""
        self.version += 1_000_000
        self.prices[service] = [_times(p, factor) for p in self.prices[service]]

    def _answer(self, asked: Asked) -> Reply:
        service, version = asked.path.split("/")[4:6]
        if version == "current":
            regions = self.regions.get(service, [REGION])
            return Reply(body=region_index(service, str(self.version), regions))
        return Reply(body=offer_csv(service, version, self.prices[service]))


def _times(price: Price, factor: str) -> Price:
    tiers = tuple(
        Tier(tier.from_quantity, tier.usd_per_unit * Decimal(factor))
        for tier in price.tiers
    )
    return replace(price, tiers=tiers)


def _feed(document: object) -> Callable[[Asked], Reply]:
    body = json.dumps(document).encode()
    fed = {"Last-Modified": formatdate(usegmt=True)}
    return lambda asked: Reply(headers=fed, body=body)


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lists]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with AwsServer() as aws:
        monkeypatch.setenv("FAREBOX_PRICE_LIST_URL", aws.url)
        monkeypatch.setenv("FAREBOX_SPOT_FEED_URL", f"{aws.url}/spot.json")
        monkeypatch.setenv("FAREBOX_SPOT_ADVISOR_URL", f"{aws.url}/advisor.json")
        yield Lists(aws)


def answered(capfdbinary: Any, *arguments: str, code: int = 0) -> dict[str, Any]:
    assert run([*arguments, "--format", "json"]) == code
    document: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return document


def test_a_refresh_fills_the_store_and_says_so_in_80_columns(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*BOTH]) == 0
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines())) <= 80
    # The embedded prices are those of the lists, so the book stays.
    assert "AWSELB us-east-1                    0       0       0         7" in out
    assert "No price changed." in out
    first, *steps = err.splitlines()
    assert first == (
        "fare: note: asks 2 price lists of 1 region (us-east-1); 2 lists not in the "
        "store yet"
    )
    assert all(line.startswith("fare: A") for line in steps)
    assert "fare: AWSELB us-east-1: fetched" in err
    assert "fare: AWSELB us-east-1: kept" in err
    with open_store() as store:
        assert store.refreshes(1)[0].by == "fare refresh"


def test_what_is_to_come_is_said_before_anything_is_asked() -> None:
    def jobs(*services: str) -> list[Job]:
        regions = ("eu-west-1", "us-east-1")
        return [
            Job(
                f"{service} {region}",
                "list",
                lambda last, tell: Delivery("", Source("", "")),
                Slice(service, region, "on-demand"),
            )
            for service in services
            for region in regions
        ]

    asked = jobs("AmazonEC2", "AWSELB", "AmazonEKS")
    feed = Job("spot feed", "spot", asked[0].fetch)
    # 2 x 450 MB are 0.9 GB, 7,200 Mbit: 144 s at 50 Mbit/s.
    assert plan_of([*asked, feed], ()) == (
        "asks 6 price lists of 2 regions (eu-west-1, us-east-1) and 1 other source; "
        "6 lists not in the store yet, of which AmazonEC2 has up to 450 MB a region: "
        "up to 0.9 GB, 2 minutes at 50 Mbit/s"
    )
    assert plan_of(asked, [job.name for job in asked]) == (
        "asks 6 price lists of 2 regions (eu-west-1, us-east-1); a list is downloaded "
        "only where it changed"
    )
    assert plan_of([feed], ()) == ""


def test_a_second_refresh_downloads_nothing(lists: Lists) -> None:
    assert run([*BOTH, "--quiet"]) == 0
    first = len(lists.aws.asked)
    assert run([*BOTH, "--quiet"]) == 0
    again = lists.aws.asked[first:]
    assert {asked.path.rpartition("/")[2] for asked in again} == {"region_index.json"}
    downloads = list((Path("data") / "downloads").iterdir())
    assert downloads == []


def test_the_summary_as_json_is_the_contract(lists: Lists, capfdbinary: Any) -> None:
    lists.multiply("AWSELB", "1.25")
    document = answered(capfdbinary, *BALANCERS)
    assert document["schema"] == "farebox.refresh/1"
    assert set(document) == {
        *("schema", "store", "book", "book_before", "seen_at", "dry_run"),
        *("seconds", "sources", "changes"),
    }
    (source,) = document["sources"]
    assert (source["name"], source["outcome"]) == ("AWSELB us-east-1", "kept")
    assert (source["new"], source["changed"], source["gone"]) == (0, 7, 0)
    assert source["version"] == str(lists.version)
    change = document["changes"][0]
    # 0.0225 x 1.25 for the hour, 0.008 and 0.006 for the units: all by a quarter.
    assert Decimal(change["new_usd"]) == Decimal(change["old_usd"]) * Decimal("1.25")
    assert document["book"] != document["book_before"]


def test_a_refused_source_ends_with_3_and_names_rows_and_the_way_out(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*BOTH, "-q"]) == 0
    lists.multiply("AWSELB", "2")
    assert run([*BOTH, "-q"]) == 3
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines())) <= 80
    flat = " ".join(out.split())
    assert "Refused: AWSELB us-east-1: 7 prices moved by more than 30 %" in flat
    assert "from 0.008 to 0.016 (+100 %)" in flat
    assert "take it with --accept 'AWSELB us-east-1'." in flat
    assert err == (
        "fare: refused: AWSELB us-east-1. The store keeps what it had of it; "
        "the other is in\n"
    )
    assert run([*BOTH, "-q", "--accept", "AWSELB us-east-1"]) == 0


def test_a_source_that_fails_ends_with_3_and_the_others_are_in(
    lists: Lists, capfdbinary: Any
) -> None:
    lists.multiply("AWSELB", "1.1")
    lists.aws.fail("html", path="/AmazonEKS/", times=9)
    document = answered(capfdbinary, *BOTH, code=3)
    good, bad = document["sources"]
    assert (good["outcome"], good["changed"]) == ("kept", 7)
    assert bad["outcome"] == "failed"
    assert bad["reason"]


def test_quiet_says_nothing_when_all_is_well(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*BALANCERS, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_dry_run_leaves_the_store_and_says_so(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*BALANCERS, "-q"]) == 0
    lists.multiply("AWSELB", "1.1")
    with open_store() as store:
        before = store.book().id
    assert run([*BALANCERS, "--dry-run"]) == 0
    assert "Nothing was written" in capsys.readouterr().out
    with open_store() as store:
        assert store.book().id == before


def test_without_a_region_it_asks_for_one(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["refresh", "--only", "lists"]) == 2
    assert "no region to refresh: give --region us-east-1" in capsys.readouterr().err
    assert not store_exists()


def test_the_regions_are_those_of_the_projects_stacks(
    lists: Lists, capfdbinary: Any
) -> None:
    Path("Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    Path("Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")
    Path("Pulumi.live.yaml").write_text("config:\n  aws:region: us-east-1\n")
    document = answered(
        capfdbinary, "refresh", "--only", "lists", "--service", "AWSELB"
    )
    assert [source["name"] for source in document["sources"]] == ["AWSELB us-east-1"]


def test_the_environments_region_is_taken_where_no_stack_names_one(
    lists: Lists, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    document = answered(
        capfdbinary, "refresh", "--only", "lists", "--service", "AWSELB"
    )
    assert [source["name"] for source in document["sources"]] == ["AWSELB us-east-1"]


def test_an_accept_that_names_no_source_is_refused_before_anything_is_asked(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*BALANCERS, "--accept", "AWSELB us-east-2"]) == 2
    assert "did you mean 'AWSELB us-east-1'?" in capsys.readouterr().err
    assert lists.aws.asked == []


def test_a_service_without_the_lists_is_refused_before_anything_is_asked(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["refresh", "--only", "spot-feed", "--service", "AmazonEC2"]
    assert run(asked) == 2
    assert "--service goes with --only lists" in capsys.readouterr().err
    assert lists.aws.asked == []


def test_a_service_that_aws_does_not_list_is_told_with_near_names(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    lists.aws.serve("/offers/v1.0/aws/AmazonEC/", lambda asked: Reply(404))
    arguments = [*BALANCERS, "--service", "AmazonEC"]
    assert run(arguments) == 3
    assert "did you mean Amazon" in " ".join(capsys.readouterr().out.split())


def test_again_reads_what_has_not_changed(lists: Lists, capfdbinary: Any) -> None:
    assert run([*BOTH, "--quiet"]) == 0
    first = len(lists.aws.asked)
    sources = answered(capfdbinary, *BOTH, "--again")["sources"]
    assert [(one["outcome"], one["unchanged"]) for one in sources] == [
        ("kept", len(lists.prices["AWSELB"])),
        ("kept", len(lists.prices["AmazonEKS"])),
    ]
    again = lists.aws.asked[first:]
    assert sum(asked.path.endswith(".csv") for asked in again) == 2


def test_a_farebox_that_reads_lists_in_another_way_reads_them_again_by_itself(
    lists: Lists, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run([*BALANCERS, "--quiet"]) == 0
    monkeypatch.setattr("pricing_fetch.lists.offers.READING", READING + 1)
    (source,) = answered(capfdbinary, *BALANCERS)["sources"]
    assert (source["outcome"], source["version"]) == ("kept", str(lists.version))
    (source,) = answered(capfdbinary, *BALANCERS)["sources"]
    assert source["outcome"] == "unchanged"


def test_a_service_that_is_not_sold_in_a_region_is_no_failure(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    lists.regions["AmazonEKS"] = ["eu-west-1"]
    assert run([*BOTH]) == 0
    out, err = capsys.readouterr()
    assert "AmazonEKS us-east-1 not sold there" in out
    flat = " ".join(out.split())
    # The embedded book has 2 prices of EKS in us-east-1.
    assert (
        "Not sold there: AWS has no list of AmazonEKS for us-east-1; the "
        f"{len(lists.prices['AmazonEKS'])} prices that "
        "the store has of it stay." in flat
    )
    assert "AmazonEKS us-east-1: not in the lists of that region" in err
    with open_store() as store:
        # It did not fail, so no record says that it did.
        assert [one.name for one in store.refreshes(1)[0].deliveries] == [
            "AWSELB us-east-1"
        ]
        kept = store.keys(service="AmazonEKS", region=REGION)
        assert len(kept) == len(lists.prices["AmazonEKS"])


def test_a_list_that_goes_away_is_a_failure_and_its_prices_stay(
    lists: Lists, capfdbinary: Any
) -> None:
    assert run([*BOTH, "-q"]) == 0
    lists.regions["AmazonEKS"] = ["eu-west-1"]
    document = answered(capfdbinary, *BOTH, code=3)
    assert [one["outcome"] for one in document["sources"]] == ["unchanged", "failed"]
    assert "has no list for 'us-east-1'" in document["sources"][1]["reason"]


def test_a_region_of_which_aws_lists_nothing_is_a_failure(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ("--service", "AWSELB", "--service", "AmazonEKS")
    assert run(["refresh", "--only", "lists", *named, "--region", "us-esat-1"]) == 3
    flat = " ".join(capsys.readouterr().out.split())
    assert "has no list for 'us-esat-1'; it has us-east-1" in flat


def test_the_usual_refresh_asks_lists_feed_and_advisor_and_then_only_for_news(
    lists: Lists, capfdbinary: Any
) -> None:
    bodies = {"/spot.json": feed_document(), "/advisor.json": advisor_document()}
    for path, document in bodies.items():
        lists.aws.serve(path, _feed(document))
    usual = ("refresh", "--region", REGION, "--service", "AWSELB")
    first = {one["name"]: one for one in answered(capfdbinary, *usual)["sources"]}
    assert list(first) == ["AWSELB us-east-1", "spot feed", "spot advisor"]
    feed = first["spot feed"]
    # The made-up types of the made-up regions have no on-demand price to vouch for them.
    assert feed["left_out"][NO_ON_DEMAND] == 30_000
    assert feed["new"] > 0
    assert first["spot advisor"]["facts"] > 800
    again = answered(capfdbinary, *usual)["sources"]
    assert [one["outcome"] for one in again] == ["unchanged"] * 3
    assert again[1]["unchanged"] == feed["new"]


def test_a_clock_that_is_off_is_told(
    lists: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    lists.aws.fail("skew", times=9, seconds=3600)
    assert run([*BALANCERS, "-q"]) == 0
    assert "clock is 60 minutes behind the price sources'" in capsys.readouterr().err


def test_a_mirror_over_plain_http_is_refused_with_3(
    lists: Lists,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FAREBOX_PRICE_LIST_URL", "http://mirror.example.com")
    assert run([*BALANCERS]) == 3
    assert "by https only" in " ".join(capsys.readouterr().out.split())


def test_without_a_network_a_refresh_fails_once_and_makes_no_store(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    began = time.monotonic()
    assert run(["refresh", "-q", "--region", REGION]) == 3
    assert time.monotonic() - began < 5
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("fare: no network: none of pricing.us-east-1.amazonaws.com")
    assert not store_exists()


def test_boto3_is_not_imported_without_credentials(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    import builtins

    real = builtins.__import__

    def watched(name: str, *more: Any, **named: Any) -> Any:
        assert name.partition(".")[0] not in ("boto3", "botocore"), name
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", watched)
    run(["refresh", "-q", "--region", REGION, "--service", "AWSELB"])
