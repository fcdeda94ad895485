"""`fare price --budget`: a limit for a month, to its last cent."""

from pathlib import Path

import pytest

from farebox.cli.main import run
from tests.cli.comparing import NAT, ON, folder, refused, write
from tests.cli.documents import step, volume

__all__ = ["folder"]


@pytest.mark.parametrize(
    ("budget", "code"),
    [("8", 0), ("7.99", 1), ("8 USD", 0), ("0.80/user", 0), ("0.79USD/user", 1)],
)
def test_a_budget_holds_up_to_its_last_cent(
    folder: Path, budget: str, code: int
) -> None:
    # By hand: 100 GiB x 0.08 = 8.00, of 10 users 0.80
    name = write(folder, "preview.json", volume())
    assert run(["price", name, "--users", "10", "--budget", budget, *ON]) == code


def test_over_budget_names_total_budget_biggest_lines_and_the_way_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, "preview.json", volume(), volume("big", size=1000))
    said = refused(capsys, "price", name, "--budget", "50", code=1)
    assert "shop/test costs 88 USD a month" in said
    assert "38 USD a month more than the budget of 50 USD" in said
    assert said.index("big gp3 storage (80.00)") < said.index("data gp3 storage (8.00)")
    assert "fare explain" in said


def test_a_lower_bound_within_the_budget_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nat = step(NAT, "nat", {"subnetId": "subnet-1", "connectivityType": "private"})
    name = write(folder, "preview.json", nat)
    said = refused(capsys, "price", name, "--budget", "50", code=0)
    assert "within the budget of 50 USD a month" in said
    assert "lower bound: 1 charge has no figure" in said


def test_a_budget_per_user_without_users_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, "preview.json", volume())
    assert "--users" in refused(capsys, "price", name, "--budget", "1/user")
    assert "is no budget" in refused(capsys, "price", name, "--budget", "cheap")
