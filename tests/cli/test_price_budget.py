"""`fare price --budget`: a limit for a month, to its last cent."""

import json
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


def failed(folder: Path) -> str:
    """The preview of a volume whose program failed after it."""
    name = write(folder, "preview.json", volume())
    document = json.loads(Path(name).read_text())
    document["diagnostics"] = [{"message": "boom", "severity": "error"}]
    Path(name).write_text(json.dumps(document))
    return name


def test_a_part_of_a_stack_is_a_lower_bound_that_passes_no_budget(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # By hand: the volume that the preview reached, 100 GiB x 0.08 = 8.00
    name = failed(folder)
    assert "--partial" in refused(capsys, "price", name)
    for told in (["--budget", "50"], ["--format", "csv"]):
        said = refused(capsys, "price", name, "--partial", *told)
        assert "a part of a stack" in said
    for form in ("text", "markdown", "html"):
        assert run(["price", name, "--partial", "--format", form, *ON]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "8.00" in said
        assert "lower bound" in said
        assert "what it did not reach is missing: boom" in said


def test_a_statement_of_a_part_is_held_against_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = failed(folder)
    assert run(["price", name, "--partial", "--format", "json", *ON]) == 0
    part = capsys.readouterr().out
    assert json.loads(part)["total"]["lower_bound"] is True
    Path("part.json").write_text(part)
    assert "is of a part of a stack" in refused(
        capsys, "diff", "part.json", "part.json"
    )
