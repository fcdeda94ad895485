"""The team and the card fee: presets, heads by users, and a user's own file."""

from decimal import Decimal
from pathlib import Path

import pytest

from farebox.hosting.errors import ConfigError
from farebox.hosting.ranges import Range, of
from farebox.hosting.tiers.overhead import (
    FOUNDERS,
    PAPER,
    STAFFED,
    CardFee,
    overhead_named,
    parse_overhead,
)


def test_the_papers_team_costs_120_to_240_thousand_whatever_the_users() -> None:
    # 0.80-1.60 and 0.40-0.80 a user at 100,000 users.
    assert PAPER.engineering(1_000) == of("80000", "120000", "160000")
    assert PAPER.support(1_000_000) == of("40000", "60000", "80000")
    assert PAPER.usd_per_user_month(100_000) == of("1.2", "1.8", "2.4")


def test_founders_cost_at_most_thirty_thousand() -> None:
    assert FOUNDERS.usd_per_month(1_000) == of("0", "15000", "30000")


def test_a_staffed_team_follows_users_and_tickets() -> None:
    # 100,000: 4.5 engineers x 17,000 + 100,000 x 0.03 / 700 = 4.2857 x 7,000 = 30,000.
    likely = STAFFED.usd_per_month(100_000).likely
    assert likely.quantize(Decimal("0.01")) == Decimal("106500.00")
    # 1,000: 2 engineers; 0.04 of a supporter, but never less than two.
    assert STAFFED.usd_per_month(1_000).likely == 2 * 17_000 + 2 * 7_000
    assert STAFFED.engineers_at(9_999).likely == 2
    assert STAFFED.engineers_at(10_000).likely == 3


def test_the_card_fee_is_a_share_and_a_fixed_part_and_nothing_of_nothing() -> None:
    # 2.9 % of 10 + 0.30
    assert CardFee().of_price(Decimal(10)) == Decimal("0.59")
    assert CardFee().of_price(Decimal(0)) == 0


FILE = """
engineers:
  - {from_users: 0, engineers: 1}
  - {from_users: 5000, engineers: {low: 1, likely: 2, high: 3}}
usd_per_engineer: 10_000
supporters_at_least: 1
usd_per_supporter: 5000.50
tools_usd: 250
card_percent: 1.4
card_usd: 0.25
"""


def test_a_file_replaces_the_team() -> None:
    team = parse_overhead(FILE, name="team.yaml")
    # 10,000 + 5,000.50 + 250; from 5,000 users on 10,000 x (1, 2, 3).
    assert team.usd_per_month(4_999).likely == Decimal("15250.50")
    assert team.usd_per_month(5_000) == of("15250.5", "25250.5", "35250.5")
    assert team.card_fee.of_price(Decimal(10)) == Decimal("0.39")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("enginers: 3", "has the unknown key 'enginers'; did you mean engineers?"),
        ("engineers: -1", "engineers is -1; it must be a figure of 0 or more"),
        ("engineers: {low: 3, likely: 2, high: 1}", "low, likely, high, each at least"),
        ("engineers: {low: 3}", "must be a figure, or low, likely and high of one"),
        ("engineers: many", "engineers is many; it must be a figure"),
        ("engineers: .inf", "engineers is .inf; it must be a figure"),
        ("fixed_usd: true", "fixed_usd is True; it must be a figure"),
        ("engineers: [3]", "engineers must be a map of keys: from_users, engineers"),
        ("engineers: [{from_users: 9, engineers: 1}]", "from_users grow from 0 on"),
        ("tickets_per_supporter: 0", "tickets_per_supporter must be more than 0"),
        ("card_percent: 100", "card_percent must be less than 100"),
        ("version: 2", "version 2 is not known; write 1"),
        ("tools_usd: 1\ntools_usd: 2", "'tools_usd' is here twice"),
        ("? [1]\n: 2", "a key must be a text"),
        ("- 1", "a map of keys to values is needed"),
        ("1: 2", "has the unknown key '1'"),
        ("a: [", "this is not YAML"),
    ],
)
def test_a_wrong_file_is_one_clear_sentence(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_overhead(text, name="team.yaml")
    assert said in str(raised.value)
    assert str(raised.value).startswith("team.yaml")
    assert "\n" not in str(raised.value)


def test_an_unknown_name_lists_the_presets(tmp_path: Path) -> None:
    assert overhead_named("staffed") is STAFFED
    with pytest.raises(ConfigError, match="paper, founders, staffed"):
        overhead_named(str(tmp_path / "none.yaml"))
    broken = tmp_path / "team.yaml"
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        overhead_named(str(broken))


def test_a_file_is_called_by_its_name_and_its_mistakes_by_their_path(
    tmp_path: Path,
) -> None:
    team = tmp_path / "team.yaml"
    team.write_text("fixed_usd: 5000\n")
    assert overhead_named(str(team)).name == "team.yaml"
    team.write_text("people: 3\n")
    with pytest.raises(ConfigError, match=str(team)):
        overhead_named(str(team))


def test_a_range_adds_and_divides_level_by_level() -> None:
    both = of("1", "2", "4") + of("1", "1", "1")
    assert both.over(Decimal(2)) == Range(Decimal(1), Decimal("1.5"), Decimal("2.5"))
    assert both.width == 3
