"""C03 and C04 over time: the time-weighted means of zones, worked by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec import structs

from farebox.hosting.claims.claim_values import Checked
from farebox.prices import PriceBook, Source
from farebox.prices.spot_series import SpotSeries, spot_series, write_points
from tests.hosting.claims.claim_grounds import Hand, check, number, spot

END = datetime(2026, 11, 23, 12, tzinfo=UTC)
EIGHT = {"1": "0.90", "2": "0.90", "4": "0.90"}
"""r6a.8xlarge as the book has it: twice the paper's 0.45 in every zone."""

Told = dict[str, list[tuple[float, str]]]
"""Zone number to (days before END, dollars)."""


class Past(PriceBook):
    """A book of which some pools have a history."""

    def __init__(self, told: Told, end: datetime) -> None:
        prices = spot("r6a.8xlarge", EIGHT)
        super().__init__(prices, book_id="sha256:past", kind="store")
        self.told = told
        self.end = end

    def spot_series(
        self, region: str, instance_type: str, zone_id: str
    ) -> SpotSeries | None:
        changes = self.told.get(zone_id.removeprefix("use1-az"))
        if changes is None or instance_type != "r6a.8xlarge":
            return None
        points: list[tuple[str, str | None]] = [
            ((self.end - timedelta(days=days)).isoformat(), usd)
            for days, usd in changes
        ]
        source = Source("https://example.test/history", self.end.isoformat())
        return spot_series(write_points(points), "by hand", source)


def checked(told: Told, end: datetime = END) -> Checked:
    ground = Hand()
    ground.terms = structs.replace(ground.terms, book=Past(told, end))
    return check("C04", ground)


def test_c04_is_held_to_the_median_of_the_zones_means_of_90_days() -> None:
    found = checked(
        {
            "1": [(90, "0.40"), (30, "0.55")],
            "2": [(90, "0.30")],
            "4": [(90, "0.60")],
        }
    )
    # (60 x 0.40 + 30 x 0.55) / 90 = 40.5 / 90 = 0.45; of 0.45, 0.30 and 0.60 the
    # median is 0.45, the paper's own. The book's own 0.90 is one moment and not asked.
    assert found.verdict == "pass"
    assert number(found) == (Decimal("0.45"), Decimal("0.30"), Decimal("0.60"))
    said = found.finding.because
    assert "3 zones' time-weighted means from 2026-08-25 to 2026-11-23 is 1.00" in said
    # The last 30 and 7 days: 0.55 is in the middle, 0.55 / 0.45 = 1.22.
    assert "the last 30 days 1.22, of the last 7 days 1.22" in said
    # 60 days of zone 1 and 90 of zone 2 are at or under 0.45: 150 of 270.
    assert "56 % of the hours were at or under it" in said
    names = [one.name for one in found.finding.inputs[1:]]
    assert names[0] == "spot r6a.8xlarge use1-az1, time-weighted from 2026-08-25"
    assert [one.value for one in found.finding.inputs[1:]] == [
        Decimal("0.45"),
        Decimal("0.30"),
        Decimal("0.60"),
    ]


def test_what_is_older_than_90_days_does_not_count() -> None:
    found = checked({"1": [(400, "9"), (90, "0.45")]})
    assert number(found) == (Decimal("0.45"), Decimal("0.45"), Decimal("0.45"))
    assert found.verdict == "pass"


def test_a_price_that_rose_lately_still_fails_over_its_whole_time() -> None:
    found = checked({"1": [(90, "0.40"), (45, "0.60")]})
    # (45 x 0.40 + 45 x 0.60) / 90 = 0.50, 11 % above 0.45.
    assert number(found)[0] == Decimal("0.50")
    assert found.verdict == "fail"


def test_a_history_that_ended_over_a_week_ago_is_stale() -> None:
    fresh = checked({"1": [(90, "0.45")]}, END - timedelta(days=7))
    assert (fresh.verdict, fresh.as_of) == ("pass", "2026-05-31")
    old = checked({"1": [(90, "0.45")]}, END - timedelta(days=8))
    assert (old.verdict, old.would_be) == ("stale", "pass")


def test_a_zone_whose_history_ended_before_the_others_began_is_left_out() -> None:
    told: Told = {"1": [(90, "0.45")], "2": [(20, "0.45")]}
    found = checked(told)
    assert len(found.finding.inputs) == 3
    # Zone 2 is known for 20 days only, and counts with its own mean.
    assert found.verdict == "pass"


def test_without_a_history_it_is_one_moment_and_says_what_fetches_one() -> None:
    found = checked({})
    assert number(found)[0] == Decimal("0.90")
    assert "--only spot-90-days --type r6a.8xlarge fetches one" in found.finding.because
