"""Two lines at the top of a program, and its preview ends with the statement."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.bill.statement import Statement
from farebox.cli.main import run
from tests.graph.harness import run_preview, write_project

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROOT = Path(__file__).parent.parent.parent
STATEMENTS: list[Statement] = []
"""What the programs below report."""

PROGRAM = """
import pulumi_aws as aws
aws.ebs.Volume("data", availability_zone="us-east-1a", size=100, type="gp3")
"""
REPORTING = (
    """
from datetime import date
import farebox
from tests.casebook import frozen_book
from tests.quote.test_program import STATEMENTS
farebox.price_program(book=frozen_book(), on=date(2026, 11, 23), report=STATEMENTS.append)
"""
    + PROGRAM
)


@pytest.fixture(autouse=True)
def _nothing_reported() -> Iterator[None]:
    STATEMENTS.clear()
    yield
    STATEMENTS.clear()


def test_the_statement_is_one_info_message_at_the_end_of_the_preview(
    tmp_path: Path,
) -> None:
    write_project(tmp_path, "import farebox\nfarebox.price_program()\n" + PROGRAM)
    ((word, message),) = run_preview(tmp_path)
    assert word == "info"
    # The embedded book: 100 GB-months of gp3 at 0.08 USD.
    assert "demo/dev" in message
    assert "8.00" in message


@pytest.mark.parametrize("tier", ["self-hosted", "1k"])
def test_a_tiers_preview_says_to_the_byte_what_fare_price_prints(
    tier: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    ((word, message),) = run_preview(ROOT, tier)
    assert run(["price", tier, "--on", date.today().isoformat()]) == 0

    assert word == "info"
    assert message == capsys.readouterr().out
    # By hand: colo for 1,000 users is 4 servers and 2 people: 47.60 each.
    assert ("47.60 on colo, 12.72 on rented servers" in message) == (tier == "1k")


def test_nothing_is_said_outside_of_a_preview(tmp_path: Path) -> None:
    write_project(tmp_path, "import farebox\nfarebox.price_program()\n" + PROGRAM)
    assert run_preview(tmp_path, dry_run=False) == []


def test_the_stacks_own_usage_file_and_users_count(tmp_path: Path) -> None:
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    write_project(
        tmp_path,
        REPORTING,
        project="name: demo\nruntime: python\nstackConfigDir: stacks\n",
        stacks={},
    )
    (stacks / "Pulumi.dev.yaml").write_text(
        "config: {aws:region: us-east-1, farebox:users: 50}"
    )
    (stacks / "dev.usage.yaml").write_text(
        "version: 1\naccount_usage:\n  us-east-1: {monthly_outbound_internet_gb: 1100}\n"
    )
    assert run_preview(tmp_path) == []
    (statement,) = STATEMENTS
    # 100 GB x 0.08 = 8.00; 1,100 GB out = 100 free + 1,000 x 0.09 = 90.00.
    assert statement.usd_per_month == Decimal("98.00")
    assert statement.users == 50


def test_a_broken_usage_file_is_a_warning_and_never_fails_the_preview(
    tmp_path: Path,
) -> None:
    write_project(tmp_path, REPORTING)
    (tmp_path / "dev.usage.yaml").write_text("version: 1\nacount_usage: {}\n")
    ((word, message),) = run_preview(tmp_path)
    assert word == "warning"
    assert message.startswith("farebox: this stack was not priced: ")
    assert "dev.usage.yaml:2" in message


def test_users_that_are_no_figure_are_a_warning(tmp_path: Path) -> None:
    write_project(
        tmp_path,
        REPORTING,
        stacks={"dev": "config: {aws:region: us-east-1, farebox:users: many}"},
    )
    assert run_preview(tmp_path) == [
        (
            "warning",
            "farebox: this stack was not priced: farebox:users in the stack's config "
            "is 'many': give a number of users above 0",
        )
    ]


def test_prices_that_are_not_there_are_a_warning(tmp_path: Path) -> None:
    config = "config: {aws:region: us-east-1, farebox:prices: july.prices}"
    write_project(
        tmp_path,
        "import farebox\nfarebox.price_program()\n" + PROGRAM,
        stacks={"dev": config},
    )
    ((word, message),) = run_preview(tmp_path)
    assert word == "warning"
    assert "farebox:prices july.prices: there is no such file" in message


def test_a_program_that_prices_itself_can_be_run_offline_too(tmp_path: Path) -> None:
    from farebox.graph.offline.program import read_program

    write_project(tmp_path, REPORTING)
    assert len(read_program(tmp_path, "dev")) == 2
    assert STATEMENTS == []


def test_importing_farebox_imports_nothing_heavy() -> None:
    code = (
        "import sys, farebox; print({'pulumi', 'msgspec', 'yaml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
