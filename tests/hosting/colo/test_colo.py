"""Servers of one's own and rented ones: a case by hand, laws, both arithmetics."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.hosting.colo.colo import (
    OPTIONS,
    PLAIN,
    Demand,
    annuity,
    colo,
    for_draws,
    rented,
)
from farebox.hosting.colo.colo_inputs import shipped_inputs
from farebox.hosting.uncertainty import Columns

LIKELY = {name: one.likely for name, one in shipped_inputs().items()}
DEMAND = Demand(storage_gib_per_user=10, egress_gb_per_user=2, memory_gib_per_user=1.6)


def test_a_debt_is_paid_back_with_interest() -> None:
    # By hand: 8 % a year is 0.0066667 a month; 1.0066667^-60 = 0.6712104;
    #   0.0066667 / (1 - 0.6712104) = 0.0202764
    assert annuity(60, 0.08) == pytest.approx(0.0202764, rel=1e-5)
    # Without interest a sixtieth a month.
    assert annuity(60, 0.0) == pytest.approx(1 / 60, rel=1e-6)


def test_colo_for_100_000_users_by_hand() -> None:
    fleet = colo(100_000, DEMAND, LIKELY)
    # Users a server: 1,536 / 1.6 x 0.85 = 816. Busy: 100,000 / 816 = 122.55 -> 123.
    # Spares: 5 % of 123 = 6.15 -> 7, more than 2. Servers: 130.
    assert fleet.servers == 130
    # NVMe a server: 816 x 10 GiB x 0.001073741824 TB x 2 = 17.52346657 TB
    # Server: 16,000 + 1,536 x 20 + 17.52346657 x 250 = 51,100.8666
    # Network: 130 servers are 2 blocks of 80: 120,000
    # Capex: 130 x 51,100.8666 + 120,000 = 6,763,112.66
    assert fleet.capex_usd == pytest.approx(6_763_112.66, abs=0.01)
    assert fleet.lines == pytest.approx(
        {
            "capital": 6_763_112.66 * 0.02027639,
            "power and space": 130 * 0.8 * 300,
            # 3 % a year of the servers alone: 6,643,112.66 x 0.03 / 12
            "support": 16_607.78,
            # 200,000 GB x 8,000 Mbit / 2,628,000 s = 608.83 Mbps; x 2.5 x 0.20
            "transit": 304.414,
            "cross-connects": 600,
            "hands": 130 * 5,
            "addresses": 120,
            # 100,000 x 4 GiB = 429.4967 TB, at 6
            "backup": 2_576.98,
            # 130 / 400 is less than the 2 people at least
            "people": 40_000,
        },
        rel=1e-5,
    )
    assert fleet.usd_per_month / 100_000 == pytest.approx(2.291907, abs=1e-6)


def test_rented_servers_for_100_000_users_by_hand() -> None:
    fleet = rented(100_000, DEMAND, LIKELY)
    # Users a server: memory 256 / 1.6 x 0.85 = 136; drives 3.84 TB / 0.02147 = 178.
    # Busy: 735.3 -> 736. Spares: 36.8 -> 37. Servers: 773.
    assert fleet.servers == 773
    assert fleet.lines == pytest.approx(
        {
            # 773 x 79 EUR x 1.1186 over 24 months
            "capital": 2_846.23,
            # 773 x 238 EUR x 1.1186
            "rent": 205_793.32,
            "backup": 2_576.98,
            # 773 / 400 = 1.9325 people
            "people": 38_650,
        },
        rel=1e-5,
    )
    assert fleet.usd_per_month / 100_000 == pytest.approx(2.498665, abs=1e-6)


def test_a_rented_server_may_be_full_of_data_before_its_memory_is() -> None:
    # By hand: 40 GiB twice is 0.0858993 TB a user; 3.84 / 0.0858993 = 44.7 users,
    #   less than the 136 of memory. 1,000 / 44.7 = 22.37 -> 23, and 2 spare.
    fleet = rented(1_000, Demand(40, 2, 1.6), LIKELY)
    assert fleet.servers == 25


def test_a_few_users_still_take_two_spare_servers() -> None:
    assert colo(10, DEMAND, LIKELY).servers == 3


def test_two_sites_have_network_blocks_of_their_own() -> None:
    # By hand: 130 servers on two sites are 65 on each: one block each, as many as on
    #   one site; 12 servers take two blocks instead of one.
    two = {**LIKELY, "sites": 2.0}
    assert (
        colo(100_000, DEMAND, two).capex_usd == colo(100_000, DEMAND, LIKELY).capex_usd
    )
    assert colo(8_000, DEMAND, two).capex_usd == pytest.approx(
        colo(8_000, DEMAND, LIKELY).capex_usd + 60_000
    )


@pytest.mark.parametrize("option", OPTIONS)
@given(users=st.integers(1, 2_000_000), times=st.integers(2, 50))
def test_more_users_cost_more_in_all_and_less_each(
    option: str, users: int, times: int
) -> None:
    few = OPTIONS[option](users, DEMAND, LIKELY, PLAIN).usd_per_month
    many = OPTIONS[option](users * times, DEMAND, LIKELY, PLAIN).usd_per_month
    assert many >= few
    assert many / (users * times) <= few / users * (1 + 1e-9)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", shipped_inputs())
def test_low_is_the_cheap_level_of_every_input(option: str, name: str) -> None:
    one = shipped_inputs()[name]
    low, likely, high = (
        OPTIONS[option](77_777, DEMAND, {**LIKELY, name: figure}, PLAIN).usd_per_month
        for figure in (one.low, one.likely, one.high)
    )
    assert low <= likely <= high


@pytest.mark.parametrize("model", OPTIONS.values(), ids=OPTIONS)
def test_draws_and_plain_figures_give_the_same(model: Callable[..., Any]) -> None:
    inputs = shipped_inputs()
    ranged = [name for name, one in inputs.items() if one.is_range]
    at = Columns(ranged, seed=3, draws=40).positions
    drawn: dict[str, Any] = {
        name: one.at(at[name]) if name in at else one.likely
        for name, one in inputs.items()
    }
    whole = model(54_321, DEMAND, drawn, for_draws()).usd_per_month
    for column, usd in enumerate(whole):
        one_by_one = {
            name: float(drawn[name][column]) if name in at else drawn[name]
            for name in inputs
        }
        plain = model(54_321, DEMAND, one_by_one, PLAIN).usd_per_month
        assert usd == pytest.approx(plain, rel=1e-12)
