"""A savings plan covers a share of the use at its rates, and is paid at every level."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from farebox.bill.adjustments_file import PlanRate
from farebox.bill.statement import LineItem, Statement
from farebox.prices import Price, PriceBook, PriceKey, Source, Tier
from farebox.prices.commitments import SAVINGS_PLANS, Way, covers
from farebox.prices.embedded import embedded_book
from farebox.rating.commitment import Commitment, committed
from tests.reports.samples import statement

SOURCE = Source("https://example.test/plans", "2026-10-01")
PLAN = Way("compute", 1, "all")
MACHINE = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:m7g.large", "RunInstances")
FARGATE = PriceKey("AmazonECS", "us-east-1", "USE1-Fargate-vCPU-Hours:perCPU")
LAMBDA = PriceKey("AWSLambda", "us-east-1", "Lambda-GB-Second")
REQUESTS = PriceKey("AWSLambda", "us-east-1", "Request")
SEARCH = PriceKey("AmazonES", "us-east-1", "ESInstance:m5.large.search", "ESDomain")


def book(*rates: tuple[PriceKey, str, str]) -> PriceBook:
    """A book of plans' rates: on-demand key, unit, USD."""
    prices = [
        Price(
            replace(key, purchase="savings-plan", term=PLAN.term),
            (Tier(Decimal(0), Decimal(usd)),),
            unit,
            SOURCE,
        )
        for key, unit, usd in rates
    ]
    return PriceBook(prices, book_id="test", kind="file")


RATES = book(
    (MACHINE, "Hrs", "0.05"),
    (FARGATE, "hours", "0.03"),
    (LAMBDA, "Lambda-GB-Second", "0.000014"),
)


def charge(key: PriceKey, quantity: str, unit: str, usd: str) -> LineItem:
    """A line on demand, the same at every level."""
    total = Decimal(quantity) * Decimal(usd)
    return replace(
        statement().lines[0],
        key=key,
        description="hours on demand",
        quantity=Decimal(quantity),
        unit=unit,
        usd_per_unit=Decimal(usd),
        usd_low=total,
        usd_high=total,
    )


def under(
    *lines: LineItem, coverage: str = "100", how: Way = PLAN, rates: PriceBook = RATES
) -> Statement:
    plan = Commitment(how, Decimal(coverage))
    return committed(replace(statement(), lines=lines), rates, plan)


def test_a_share_of_machines_is_covered_and_both_parts_are_shown() -> None:
    found = under(charge(MACHINE, "2190", "Hrs", "0.08"), coverage="50")
    covered, rest = found.lines
    # By hand: half of 3 machines x 730 h are 1,095 h at 0.05, the other half at 0.08.
    assert (covered.quantity, covered.usd_per_month) == (
        Decimal(1095),
        Decimal("54.75"),
    )
    assert (rest.quantity, rest.usd_per_month) == (Decimal(1095), Decimal("87.60"))
    assert (covered.key.purchase, covered.key.term) == ("savings-plan", PLAN.term)
    assert covered.list_usd_per_unit == Decimal("0.08")
    # 54.75 / 730 h = 0.075 USD an hour; for 8,760 h at once that is 657 USD.
    assert "657.00 USD of the term's paid at once" in covered.because
    assert any(
        "0.0750 USD an hour are committed (compute-1yr" in n for n in found.notes
    )
    assert "657.00 USD of it are paid at once, for the whole term." in found.notes
    assert "The oldest of these rates is of 2026-10-01." in found.notes


@pytest.mark.parametrize(
    ("upfront", "said"),
    [("all", "438.00 USD of it"), ("partial", "219.00 USD of it"), ("no", "")],
)
def test_half_of_a_plan_is_paid_at_once_where_it_is_partial(
    upfront: str, said: str
) -> None:
    how = next(x for x in SAVINGS_PLANS if x.term == f"compute-1yr-{upfront}-upfront")
    key = replace(MACHINE, purchase="savings-plan", term=how.term)
    price = Price(key, (Tier(Decimal(0), Decimal("0.05")),), "Hrs", SOURCE)
    found = under(
        charge(MACHINE, "730", "Hrs", "0.08"),
        how=how,
        rates=PriceBook([price], book_id="test", kind="file"),
    )
    # By hand: 0.05 x 8,760 h are 438 USD for the year.
    assert (
        any(note.startswith(said) for note in found.notes)
        if said
        else not any("paid at once" in note for note in found.notes)
    )


def test_fargate_and_lambda_are_covered_and_requests_are_not() -> None:
    found = under(
        charge(FARGATE, "365", "hours", "0.04048"),
        charge(LAMBDA, "1000000", "Lambda-GB-Second", "0.0000166667"),
        charge(REQUESTS, "5000000", "Requests", "0.0000002"),
        coverage="80",
    )
    # By hand: 292 h x 0.03 + 73 h x 0.04048 = 8.76 + 2.95504;
    # 800,000 x 0.000014 + 200,000 x 0.0000166667 = 11.20 + 3.33334; requests 1.00.
    assert [line.usd_per_month for line in found.lines] == [
        Decimal("8.76"),
        Decimal("2.95504"),
        Decimal("11.2"),
        Decimal("3.33334"),
        Decimal(1),
    ]
    assert "Metered use counts as if it were spread evenly over the hours." in (
        found.notes
    )


def test_what_a_free_allowance_covers_is_not_bought_again() -> None:
    free = charge(LAMBDA, "400000", "Lambda-GB-Second", "0")
    found = under(free)
    assert found.lines == (free,)


def test_a_plan_is_paid_at_the_low_level_too() -> None:
    line = replace(
        charge(MACHINE, "1460", "Hrs", "0.08"),
        usd_low=Decimal("58.4"),
        usd_high=Decimal("233.6"),
    )
    covered, rest = under(line).lines
    # By hand: two machines x 730 h x 0.05 = 73 at every level; a third or fourth one is
    # on demand: 233.60 - 116.80.
    assert covered.usd_low == covered.usd_high == 73
    assert not rest.quantity
    assert not rest.usd_low
    assert rest.usd_high == Decimal("116.8")


def test_a_machine_that_runs_some_hours_stays_on_demand_and_is_counted() -> None:
    line = charge(MACHINE, "200", "Hrs", "0.08")
    found = under(line)
    assert found.lines == (line,)
    assert any(
        "as before: 1 charge, for what does not run all" in n for n in found.notes
    )


@pytest.mark.parametrize("how", SAVINGS_PLANS, ids=lambda how: how.term)
def test_no_plan_of_the_book_is_made_up_where_the_facts_have_none(how: Way) -> None:
    line = charge(MACHINE, "730", "Hrs", "0.0816")
    found = under(line, how=how, rates=embedded_book())
    assert found.lines == (line,)
    said = " ".join(found.notes)
    if how.family in ("compute", "ec2-instance"):
        assert f"No rate of {how.term} is known for 1 charge," in said
        assert "BoxUsage:m7g.large (us-east-1)" in said
        assert "fare refresh --only plans" in said
    else:
        assert f"Nothing in this stack is what AWS sells {how.term} for." in said


def test_the_database_plan_of_hyderabad_is_rated_from_the_book() -> None:
    key = PriceKey(
        *("AmazonRDS", "ap-south-2", "InstanceUsage:db.r7g.large"),
        "CreateDBInstance:0014",
    )
    line = charge(key, "730", "Hrs", "0.3")
    found = under(line, how=Way("database", 1, "no"), rates=embedded_book())
    rate = embedded_book().price(
        replace(key, purchase="savings-plan", term="database-1yr-no-upfront")
    )
    [covered] = found.lines
    assert covered.usd_per_month == 730 * rate.usd_per_unit
    assert covered.source.as_of == "2026-04-20"


def test_a_rate_that_a_person_gives_goes_before_the_book() -> None:
    given = PlanRate(
        term=PLAN.term,
        service="AmazonEC2",
        region="us-east-1",
        usage_type="BoxUsage:m7g.large",
        operation="RunInstances",
        usd_per_unit=Decimal("0.0414"),
        source="our agreement",
    )
    line = charge(MACHINE, "730", "Hrs", "0.0816")
    windows = replace(line, key=replace(MACHINE, operation="RunInstances:0002"))
    plan = Commitment(PLAN, Decimal(100), (given,))
    found = committed(replace(statement(), lines=(line, windows)), RATES, plan)
    # By hand: 730 x 0.0414 = 30.222. Windows has another operation, and no rate.
    assert found.lines[0].usd_per_month == Decimal("30.222")
    assert found.lines[0].source.url == "our agreement"
    assert found.lines[1] == windows


def test_alike_machines_of_several_resources_are_reserved_together() -> None:
    key = replace(SEARCH, purchase="reserved", term="standard-1yr-no-upfront")
    price = Price(key, (Tier(Decimal(0), Decimal("0.1")),), "Hrs", SOURCE)
    lines = [charge(SEARCH, "730", "Hrs", "0.142") for _ in range(3)]
    found = under(
        *lines,
        how=Way(),
        coverage="70",
        rates=PriceBook([price], book_id="test", kind="file"),
    )
    # By hand: 70 % of three nodes are 2.1: two are reserved, 2 x 73 + 103.66.
    assert [line.key.purchase for line in found.lines] == [
        "reserved",
        "reserved",
        "on-demand",
    ]
    assert found.usd_per_month == Decimal("249.66")


@pytest.mark.parametrize(
    ("usage_type", "family", "sold"),
    [
        ("EU-BoxUsage:m5.large", "compute", True),
        ("EU-SpotUsage:m5.large", "compute", False),
        ("EU-EBS:VolumeUsage.gp3", "compute", False),
        ("EU-BoxUsage:m5.large", "sagemaker", False),
        ("EU-BoxUsage:m5.large", "convertible", True),
    ],
)
def test_a_commitment_is_of_machines_on_demand_only(
    usage_type: str, family: str, sold: bool
) -> None:
    key = PriceKey("AmazonEC2", "eu-west-1", usage_type, "RunInstances")
    [how] = [
        one
        for one in (*SAVINGS_PLANS, Way("convertible"))
        if one.family == family and one.years == 1 and one.upfront == "no"
    ]
    assert covers(how, key) is sold
