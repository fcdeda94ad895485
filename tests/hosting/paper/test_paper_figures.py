"""The paper's figures: kept as written, checked, and its own arithmetic reproduced."""

from decimal import Decimal
from importlib.resources import files

import pytest

from farebox.hosting.errors import HostingError
from farebox.hosting.growth.ladder import Span, margins
from farebox.hosting.paper import paper
from farebox.hosting.paper.paper_figures import Said, parse_paper, the_paper

TEXT = (files("farebox.hosting") / "data" / "paper.yaml").read_text(encoding="utf-8")


def test_compute_is_2_09875_by_the_papers_own_price_and_packing() -> None:
    small, large = the_paper().machines
    # 0.23 x 730 / 80 = 167.9 / 80 = 2.09875; 0.45 x 730 / 160 = 328.5 / 160 = 2.053125.
    assert small.usd_per_hour * 730 / small.users_per_vm == Decimal("2.09875")
    assert large.usd_per_hour * 730 / large.users_per_vm == Decimal("2.053125")


def test_the_subtotals_are_the_sums_of_their_lines() -> None:
    breakdown = the_paper().breakdown
    # 1.50 + 0.80 + 0.50 + 0.50 = 3.30; 0.80 + 0.40 = 1.20; 1.60 + 0.80 = 2.40.
    assert sum(line.low for line in breakdown.lines.values()) == Decimal("3.30")
    assert breakdown.engineering.low + breakdown.support.low == Decimal("1.20")
    assert breakdown.engineering.high + breakdown.support.high == Decimal("2.40")
    # 3.30 + 1.20 = 4.50; 3.30 + 2.40 = 5.70.
    assert breakdown.infra.low + breakdown.overhead.low == breakdown.total.low
    assert breakdown.infra.high + breakdown.overhead.high == breakdown.total.high


@pytest.mark.parametrize(
    ("users", "low", "high"),
    [
        # 1 - 7/10 = 0.30, 1 - 5/10 = 0.50.
        (50_000, "0.30", "0.50"),
        # 1 - 5.70/10 = 0.43, 1 - 4.50/10 = 0.55.
        (100_000, "0.43", "0.55"),
        # 1 - 4/10 = 0.60, 1 - 2/10 = 0.80.
        (1_000_000, "0.60", "0.80"),
    ],
)
def test_the_margins_of_the_scaling_table_follow_from_its_costs(
    users: int, low: str, high: str
) -> None:
    row = the_paper().row(users)
    assert row is not None
    assert row.margin is not None
    assert (1 - row.cost.high / 10, 1 - row.cost.low / 10) == (
        Decimal(low),
        Decimal(high),
    )
    assert (row.margin.low, row.margin.high) == (Decimal(low), Decimal(high))


def test_the_row_of_10_000_users_writes_0_where_its_costs_give_minus_20() -> None:
    row = the_paper().row(10_000)
    assert row is not None
    assert row.margin is not None
    # 1 - 12/10 = -0.20, 1 - 8/10 = 0.20: the paper writes "0-20%".
    assert (1 - row.cost.high / 10, 1 - row.cost.low / 10) == (
        Decimal("-0.2"),
        Decimal("0.2"),
    )
    assert row.margin.low == 0


@pytest.mark.parametrize(
    ("phase", "paired", "full"),
    [
        # 1 - 25/30 = 1/6, 1 - 20/25 = 0.20; 1 - 25/25 = 0, 1 - 20/30 = 1/3.
        (0, (Decimal(5) / 30, Decimal("0.20")), (Decimal(0), Decimal(10) / 30)),
        # 1 - 15/25 = 0.40, 1 - 10/20 = 0.50; 1 - 15/20 = 0.25, 1 - 10/25 = 0.60.
        (1, (Decimal("0.40"), Decimal("0.50")), (Decimal("0.25"), Decimal("0.60"))),
        # 1 - 7/20 = 0.65, 1 - 5/15 = 2/3; 1 - 7/15 = 8/15, 1 - 5/20 = 0.75.
        (2, (Decimal("0.65"), Decimal(10) / 15), (Decimal(8) / 15, Decimal("0.75"))),
        # 1 - 4/15 = 11/15, 1 - 2/10 = 0.80; 1 - 4/10 = 0.60, 1 - 2/15 = 13/15.
        (3, (Decimal(11) / 15, Decimal("0.80")), (Decimal("0.60"), Decimal(13) / 15)),
    ],
)
def test_the_ladders_margins_paired_and_over_the_full_range(
    phase: int, paired: tuple[Decimal, Decimal], full: tuple[Decimal, Decimal]
) -> None:
    one = the_paper().phases[phase]
    found = margins(
        Span(one.cost.low, one.cost.high), Span(one.price.low, one.price.high)
    )
    for ours, theirs in ((found.paired, paired), (found.full, full)):
        assert abs(ours.low - theirs[0]) < Decimal("1E-20")
        assert abs(ours.high - theirs[1]) < Decimal("1E-20")


def test_the_rows_of_the_market_follow_from_capture_price_and_margin() -> None:
    market = the_paper().market
    # 2028, high: 500M x 0.001 = 500,000; x 10 = 5M a month; x 12 x 0.5 = 30M a year.
    for row in market.years:
        for end in ("low", "high"):
            users = getattr(row.agent_users, end) * market.capture
            assert users == getattr(row.users, end)
            assert users * market.price == getattr(row.mrr, end)
            assert users * market.price * 12 / 2 == getattr(row.revenue, end)


def test_a_plus_sign_means_up_to_twice_the_high_end() -> None:
    said = Said(low=Decimal(25), high=Decimal(40), at_least=True, said="$25-40+")
    # 2 x 40 = 80.
    assert said.holds(Decimal(80))
    assert not said.holds(Decimal(81))
    assert not said.holds(Decimal(24))
    assert said.holds(Decimal("24.5"), Decimal("0.5"))


def test_fare_tiers_holds_these_rows_beside_its_own() -> None:
    row = paper.row_for(1_000, hosted=True)
    alone = paper.row_for(1_000, hosted=False)
    assert row is not None
    assert alone is not None
    # 25-40+: the middle is 32.50; self-hosted 0.50-1 at any count: 0.75.
    assert (row.usd.likely, row.open_ended, row.margin) == (Decimal("32.5"), True, None)
    assert alone.usd.likely == Decimal("0.75")
    assert paper.row_for(3_000, hosted=True) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{low: 4.50, high: 5.70, said: \"Total\"}", "{low: 6, high: 5.70, said: x}",
         "breakdown.total is 6 to 5.70; it must be low to high"),
        ("{low: 0.5, high: 1, said", "{low: -0.5, high: 1, said",
         "idle_gib is -0.5 to 1; it must be low to high"),
        ("capture: 0.001", "captured: 0.001", "captured"),
        ("- {users: 50000, cost", "- {users: 5000, cost",
         "scaling must be rows that grow"),
        ("version: 1", "version: [", "not YAML"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_one_sentence(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(HostingError, match=said) as found:
        parse_paper(TEXT.replace(old, new, 1))
    assert "\n" not in str(found.value)
