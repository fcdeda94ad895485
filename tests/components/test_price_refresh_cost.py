"""What the scheduled refresh itself costs, by hand."""

from datetime import date
from decimal import Decimal

from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.bill.usage_file import parse_usage
from farebox.graph import Resource, ResourceGraph
from farebox.prices.curated import curated_book
from farebox.rating.estimate import estimate
from tests.components.harness import REGION, Program
from tests.components.scheduled_refresh import ROOT, refresh


def priced(program: Program, usage: str, *, free_tier: bool = True) -> Statement:
    graph = ResourceGraph(
        [
            Resource(
                f"{one.type}::{one.name}",
                one.type,
                one.name,
                one.inputs,
                REGION,
                custom=not one.type.startswith("passepartout:"),
                id=f"{one.name}.id",
                raw_outputs={"arn": f"{one.name}.arn"},
            )
            for one in program.made
        ]
    )
    return estimate(
        graph,
        curated_book(),
        parse_usage(usage),
        Terms(on=date(2026, 11, 23), free_tier=free_tier),
    )


def documented_usage() -> str:
    text = (ROOT / "docs/scheduling.md").read_text()
    return text.partition("```yaml usage\n")[2].partition("```")[0]


def test_a_daily_refresh_costs_cents_with_the_usage_of_the_docs() -> None:
    # A month has 365 / 12 runs of the documented 6 minutes: 3.041666… hours.
    #   0.5 vCPU x 0.04048 = 0.0615633…, 1 GB x 0.004445 = 0.0135202…,
    #   an address x 0.005 = 0.0152083…: 0.0902918… in all
    #   two alarms, the invocations, the log's 0.01 GB and a few mails are free.
    # Without the free tier: 2 x 0.10, 30.416… x 0.000001, 0.01 x 0.50, 0.01 x 0.03,
    #   30 requests x 0.0000005, 30 mails x 0.00002: 0.2059454…
    program = refresh(alarm_email="ops@example.test")
    statement = priced(program, documented_usage())
    assert not statement.unpriced
    assert round(statement.usd_per_month, 6) == Decimal("0.090292")
    whole = priced(program, documented_usage(), free_tier=False)
    assert round(whole.usd_per_month - statement.usd_per_month, 6) == Decimal(
        "0.205945"
    )


def test_without_usage_the_gaps_are_named_and_nothing_is_taken_as_0() -> None:
    statement = priced(refresh(), "version: 1\n")
    assert {entry.usage_key for entry in statement.unpriced} == {
        "task_minutes",
        "monthly_data_ingested_gb",
        "storage_gb",
        "monthly_requests",
    }
