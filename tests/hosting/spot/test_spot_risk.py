"""Interruptions, what they cost and what users feel: each formula worked by hand."""

from datetime import date, timedelta
from decimal import Decimal
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.hosting.errors import ConfigError, DataError
from farebox.hosting.spot import advisor
from farebox.hosting.spot.advisor import (
    BUCKETS,
    advice,
    advisor_is_stale,
    advisor_source,
)
from farebox.hosting.spot.spot_risk import (
    MachineMonth,
    Waits,
    cold_restarts_per_user_year,
    downtime_minutes_per_user_month,
    headroom_to_lose,
    interruptions_per_vm_month,
    session_kills_per_user_year,
    slow_share_at,
)

LAMBDA = 0.3566749439
"""-ln(1 - 0.30): the middle of the top bucket."""


def usd(**change: Decimal) -> Decimal:
    """The paper's r6a.8xlarge at 160 users, unless the change says otherwise."""
    given = {
        "spot_share": Decimal(1),
        "usd_spot_hour": Decimal("0.45"),
        "usd_rest_hour": Decimal("1.8144"),
        "hours": Decimal(730),
        "headroom": Decimal("0.04"),
        "interruptions": Decimal(str(LAMBDA)),
        "overlap_minutes": Decimal(10),
        "usd_machine_month": Decimal("2.40"),
        "users_per_vm": Decimal(160),
        **change,
    }
    return MachineMonth(**given).usd_per_user_month()


@pytest.mark.parametrize(
    ("label", "reclaimed", "rate"),
    [
        ("<5%", 0.025, 0.025318),
        ("5-10%", 0.075, 0.077962),
        ("10-15%", 0.125, 0.133531),
        ("15-20%", 0.175, 0.192372),
        (">20%", 0.300, 0.356675),
    ],
)
def test_interruptions_follow_from_the_middle_of_a_bucket(
    label: str, reclaimed: float, rate: float
) -> None:
    # -ln(0.975), -ln(0.925), -ln(0.875), -ln(0.825), -ln(0.70)
    bucket = next(one for one in BUCKETS if one.label == label)
    assert bucket.likely == reclaimed
    assert interruptions_per_vm_month(bucket.likely) == pytest.approx(rate, abs=5e-7)


@pytest.mark.parametrize("reclaimed", [-0.01, 1.0, 1.2, float("nan")])
def test_a_share_that_cannot_be_reclaimed_is_refused(reclaimed: float) -> None:
    with pytest.raises(ConfigError, match="from 0 to under 1"):
        interruptions_per_vm_month(reclaimed)


def test_the_papers_own_arithmetic() -> None:
    # 0.23 x 730 / 80 = 2.09875
    nothing = Decimal(0)
    found = usd(
        usd_spot_hour=Decimal("0.23"),
        headroom=nothing,
        interruptions=nothing,
        usd_machine_month=nothing,
        users_per_vm=Decimal(80),
    )
    assert found == Decimal("2.09875")


def test_a_users_month_on_spot_with_spares_and_overlap() -> None:
    # 0.45 x 730 x 1.04 = 341.64; 0.3566749439 x 10/60 x 0.45 = 0.0267506; root 2.40;
    # together 344.0667506 / 160 = 2.1504172
    assert float(usd()) == pytest.approx(2.1504172, abs=1e-7)


def test_a_users_month_half_on_demand() -> None:
    # (0.225 + 0.9072) x 730 x 1.04 = 859.56624; lambda 0.17833747 x 10/60 x 0.45 =
    # 0.0133753; + 2.40 = 861.9796153 / 160 = 5.3873726
    found = usd(spot_share=Decimal("0.5"), interruptions=Decimal("0.17833747"))
    assert float(found) == pytest.approx(5.3873726, abs=1e-7)


WAITS = Waits(fast_minutes=3, slow_minutes=20, attach_seconds=6, start_seconds=0.5)


def test_downtime_is_fast_for_most_slow_for_some_and_a_restart_for_all() -> None:
    # 160 containers on 2 volumes: (80.5 x 0.5 + 1.5 x 6) / 60 = 49.25 / 60 = 0.8208333.
    # 0.3566749 x (0.9 x 3 + 0.1 x 20 + 0.8208333) = 0.3566749 x 5.5208333 = 1.9691429
    found = downtime_minutes_per_user_month(
        LAMBDA, WAITS, slow_share=0.1, containers=160, volumes=2
    )
    assert found == pytest.approx(1.9691429, abs=1e-7)


def test_a_user_waits_longer_on_a_fuller_machine() -> None:
    # One container on one volume waits for itself: (0.5 + 6) / 60 = 0.1083333 minutes;
    # 951 on 24: (476 x 0.5 + 12.5 x 6) / 60 = 313 / 60 = 5.2166667.
    assert WAITS.restart_minutes(1, 1) == pytest.approx(6.5 / 60)
    assert WAITS.restart_minutes(951, 24) == pytest.approx(313 / 60)


def test_kills_and_restarts_of_a_year() -> None:
    # 12 x 0.3566749439 x 0.1 = 0.4280099; 12 x 0.3566749439 = 4.2800993
    assert session_kills_per_user_year(LAMBDA, 0.1) == pytest.approx(
        0.4280099, abs=1e-7
    )
    assert cold_restarts_per_user_year(LAMBDA) == pytest.approx(4.2800993, abs=1e-7)


@pytest.mark.parametrize("pools", [2, 3, 5, 8])
def test_headroom_to_lose_one_of_k_equal_pools_is_one_over_k_less_one(
    pools: int,
) -> None:
    assert headroom_to_lose(1 / pools) == pytest.approx(1 / (pools - 1))


def test_too_little_headroom_sends_the_rest_the_slow_way() -> None:
    # 4 % of spares replace 16 % of a pool that asks for 25 %: 84 % wait.
    assert slow_share_at(0.04, 0.25, 0.1) == pytest.approx(0.84)
    assert slow_share_at(0.25, 0.25, 0.1) == 0.1
    assert slow_share_at(0.04, 0.0, 0.1) == 0.1


@given(a=st.decimals(0, 2, places=3), b=st.decimals(0, 2, places=3))
def test_more_headroom_costs_more(a: Decimal, b: Decimal) -> None:
    less, more = sorted((a, b))
    assert usd(headroom=less) <= usd(headroom=more)


@given(a=st.floats(0, 0.99), b=st.floats(0, 0.99), p=st.floats(0.01, 1))
def test_a_pool_that_is_reclaimed_more_kills_more(a: float, b: float, p: float) -> None:
    rarer, oftener = sorted((a, b))
    kills = [
        session_kills_per_user_year(interruptions_per_vm_month(one), p)
        for one in (rarer, oftener)
    ]
    assert kills[0] <= kills[1]
    # The model's own definition: what is left after a month is e^-lambda.
    assert log(1 - rarer) == pytest.approx(-interruptions_per_vm_month(rarer))


# --- the Spot Advisor's table ---------------------------------------------------


def test_the_advisor_knows_its_types_and_no_others() -> None:
    # The fact sheet, 2025-06-28: us-east-1 8xl 73 % saved and over 20 % reclaimed;
    # us-east-2 4xl 10-15 %.
    said = advice("us-east-1", "r6a.8xlarge")
    assert said is not None
    assert (said.savings_percent, said.bucket.label) == (73, ">20%")
    other = advice("us-east-2", "r6a.4xlarge")
    assert other is not None
    assert other.bucket.label == "10-15%"
    assert advice("us-east-1", "r8a.4xlarge") is None
    assert advice("eu-north-1", "r6a.4xlarge") is None


def test_the_advisors_table_says_its_date_and_is_stale_after_90_days() -> None:
    day = date.fromisoformat(advisor_source().as_of)
    assert advisor_source().url.startswith("https://spot-bid-advisor")
    assert not advisor_is_stale(day + timedelta(days=90))
    assert advisor_is_stale(day + timedelta(days=91))


@pytest.mark.parametrize(
    "line", ["us-east-1,r6a.4xlarge,57,5", "us-east-1,r6a.4xlarge,101,4", "x,r6a,5,1"]
)
def test_a_row_that_cannot_be_is_refused_with_its_line(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = dict(zip(advisor.COLUMNS, line.split(","), strict=True))
    monkeypatch.setattr(advisor, "table_rows", lambda *_: [(7, cells)])
    with pytest.raises(DataError, match="line 7"):
        advisor._table.__wrapped__()


def test_a_table_without_its_date_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# source: https://x\n# version: 1\n"
    for broken in (text, f"{text}# as of: soon\n"):
        monkeypatch.setattr(advisor, "table_text", lambda *_, said=broken: said)
        with pytest.raises(DataError, match="the day it is of"):
            advisor.advisor_source.__wrapped__()
