"""The recipes of docs/spark.md: commands that there are, and a cost that is the book's."""

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices import PriceKey
from farebox.prices.embedded import embedded_book
from tests.test_docs_commands import fault

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "spark.md").read_text()
ROWS = Decimal(1_000_000_000)
CORES_OF_A_DPU, GB_OF_A_DPU = 4, 16
"""What a Glue worker G.1X has, and a worker of EMR Serverless here.

Source: https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
"""

WORKERS, DRIVERS = 10, 1
RATES = {
    "Glue 6.0": "USE1-ETL-DPU-Hour-Gen2",
    "Glue 6.0, flexible": "USE1-ETL-Flex-DPU-Hour-Gen2",
}


def commands() -> dict[str, str]:
    glue = json.loads((DOCS / "spark/glue.json").read_bytes())
    emr = json.loads((DOCS / "spark/emr-serverless.json").read_bytes())
    return {
        "Glue": glue["DefaultArguments"]["--commands"],
        "EMR Serverless": emr["sparkSubmit"]["entryPointArguments"][1],
    }


@pytest.mark.parametrize("place", ["Glue", "EMR Serverless"])
def test_a_recipe_runs_commands_that_there_are(place: str) -> None:
    said = commands()[place].split(";")
    assert len(said) == 3
    for command in said:
        assert fault(f"fare {command.partition('>')[0]}") == ""


def test_the_recipes_name_the_versions_that_there_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wheel = f"{project['name']}-{project['version']}-py3-none-any.whl"
    lock = (ROOT / "requirements-bills.lock").read_text()
    [ibis] = re.findall(r"^ibis-framework==([\d.]+)", lock, re.M)
    glue = (DOCS / "spark/glue.json").read_text()
    assert f"s3://CODE/{wheel},ibis-framework[duckdb]=={ibis}" in glue
    assert set(re.findall(r"farebox-[\w.]+-py3-none-any.whl", PAGE)) == {wheel}


def dpu_hours() -> Decimal:
    """Hours of ten workers, of which one is the driver, for a billion rows."""
    [rows] = re.findall(r"^\| `reduce`.*?([\d,]+) rows a core-second", PAGE, re.M)
    core_hours = ROWS / Decimal(rows.replace(",", "")) / 3600
    return core_hours / CORES_OF_A_DPU * WORKERS / (WORKERS - DRIVERS)


def row_of(place: str) -> list[str]:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| {place} |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.mark.parametrize("place", RATES)
def test_a_billion_rows_on_glue_cost_what_the_book_says(place: str) -> None:
    key = PriceKey("AWSGlue", "us-east-1", RATES[place], "Jobrun")
    if "flexible" in place:
        key = PriceKey("AWSGlue", "us-east-1", RATES[place], "FlexJobrun")
    [tier] = embedded_book().price(key).tiers
    _, hours, rate, usd = row_of(place)
    assert hours == f"{dpu_hours():.1f} DPU-hours"
    assert Decimal(rate) == tier.usd_per_unit
    assert usd == f"{dpu_hours() * tier.usd_per_unit:.2f}"


def test_emr_serverless_is_a_gap_of_the_book_and_said_to_be_one() -> None:
    assert "ElasticMapReduce" not in embedded_book().services
    vcpu = dpu_hours() * CORES_OF_A_DPU
    memory = dpu_hours() * GB_OF_A_DPU
    _, hours, rate, usd = row_of("EMR Serverless")
    assert hours == f"{vcpu:.0f} vCPU-hours, {memory:.0f} GB-hours"
    assert (rate, usd) == ("no price in the book", "")
