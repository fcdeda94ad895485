"""Several at once, some that fail beside others, feeds that froze and lists that lie."""

from msgspec import json

from farebox.prices.embedded import embedded_book
from tests.aws.offers import offer_csv
from tests.aws.server import Reply
from tests.faults.figures import usd_per_month
from tests.faults.market import REGION, SPOT
from tests.faults.test_faults import EVER, FILE, LISTS, gets_through, is_told
from tests.faults.world import World
from tests.pricing_fetch.feeds.test_spot_feeds import feed_document

FEED = ("--only", "spot-feed")


def test_fault_60_one_source_fails_and_the_others_are_kept(world: World) -> None:
    before = world.market.prices["AmazonEC2"]
    for name in ("AmazonEC2", "AWSELB", "AmazonVPC"):
        world.market.change(name, "1.1")
    world.aws.fail("truncate", path=f"AmazonEC2/20261111000000/{FILE}", times=EVER)
    done = world.refresh()
    assert done.code == 3
    assert LISTS in done.said
    assert world.usd() == usd_per_month(world.market.book(but=before))
    world.aws.heal()
    gets_through(world, world.refresh())


def test_fault_61_two_refreshes_at_once(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.market.change(SPOT, "0.95")
    first, second = world.start(), world.start()
    ends = {world.end(child).code for child in (first, second)}
    assert ends == {0}, world.said
    assert world.usd() == world.usd_as_sold()


def test_fault_62_readers_see_the_old_book_or_the_new_one(world: World) -> None:
    before = world.usd()
    world.market.change("AmazonEC2", "1.1")
    after = world.usd_as_sold()
    child = world.start()
    seen = [world.usd()]
    while child.wait(0) is None:
        seen.append(world.usd())
    assert world.end(child).code == 0
    seen.append(world.usd())
    assert seen[-1] == after
    assert set(seen) <= {before, after}
    assert seen == sorted(seen)  # dearer after the refresh, and never cheaper again


def test_fault_63_a_feed_that_froze(world: World) -> None:
    feed = json.encode(feed_document())
    world.aws.serve("/spot.json", lambda asked: Reply(body=feed))
    world.aws.fail("frozen-etag", path="/spot.json", times=EVER)
    for statuses in ("first seen", "not modified"):
        done = world.refresh((*FEED, "--format", "json", "--quiet"))
        assert done.code == 0, (statuses, done.said)
        # Nobody takes it for fresh: its own date counts, not that of the check.
        (source,) = json.decode(done.said)["sources"]
        assert source["as_of"].startswith("2024-05-13")
        assert source["stale"] > 0
        assert world.usd() == usd_per_month(embedded_book())
    again = world.aws.asked_for("/spot.json")[1]
    assert again.headers["if-none-match"] == '"frozen"'


def serve_list(world: World, body: bytes) -> None:
    """Answer this for the EC2 list that is sold now, whatever the market says."""
    version = world.market.versions["AmazonEC2"]
    path = f"/offers/v1.0/aws/AmazonEC2/{version}/{REGION}/index.csv"
    world.aws.serve(path, lambda asked: Reply(body=body))


def test_fault_64_a_list_that_lost_half_of_its_rows(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    version = world.market.versions["AmazonEC2"]
    half = world.market.prices["AmazonEC2"][::2]
    serve_list(world, offer_csv("AmazonEC2", version, half))
    done = world.refresh()
    world.market.serve_lists()
    is_told(world, done, LISTS, "prices are gone, more than 5 %", "--accept")


def test_fault_65_a_list_in_another_currency(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    version = world.market.versions["AmazonEC2"]
    text = offer_csv("AmazonEC2", version, world.market.prices["AmazonEC2"])
    serve_list(world, text.replace(b'"USD"', b'"CNY"'))
    done = world.refresh()
    world.market.serve_lists()
    is_told(world, done, LISTS, "it has no price", "CNY")


def test_fault_66_prices_that_jumped(world: World) -> None:
    world.market.change("AmazonEC2", "1.5")
    done = world.refresh()
    assert done.code == 3
    said = " ".join(done.said.split())
    assert "moved by more than 30 %" in said
    assert f"--accept '{LISTS}'" in said
    assert world.usd() == usd_per_month(embedded_book())
    accepted = ("--only", "lists", "--service", "AmazonEC2", "--region", REGION)
    gets_through(world, world.refresh((*accepted, "--accept", LISTS)))


def test_fault_67_a_throttled_call_in_json(world: World) -> None:
    only = ("--only", "quotas", "--region", REGION)
    world.aws.fail("throttle", path="ServiceQuotas", times=EVER)
    done = world.refresh(only)
    assert done.code == 3
    said = " ".join(done.said.split())
    assert "quotas us-east-1: AWS throttles servicequotas:" in said
    assert "try again in a minute" in said
    assert world.usd() == usd_per_month(embedded_book())
