"""Several at once, sources that fail beside others that do not, and feeds that froze."""

from tests.faults.figures import usd_per_month
from tests.faults.market import SPOT
from tests.faults.test_faults import EVER, FILE, LISTS, gets_through
from tests.faults.world import World


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
    ends = {world.end(first).code, world.end(second).code}
    assert ends == {0}
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
