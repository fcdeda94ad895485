"""`fare diff --base-ref`: a branch against another, in a real git repository."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.comparing import ROOT, change, compared, refused


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.test")
    subprocess.run(
        ["git", *identity, *words], cwd=folder, check=True, capture_output=True
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This project's program in a git repository of its own, below its root."""
    folder = tmp_path / "infra"
    folder.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("stacks", "components"):
        shutil.copytree(ROOT / name, folder / name)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "the base")
    left = tmp_path / "left"
    left.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(left))
    monkeypatch.chdir(folder)
    yield folder
    assert list(left.iterdir()) == [], "a temporary folder was left behind"
    assert not (tmp_path / ".git" / "worktrees").exists()


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "stacks" / "Pulumi.1k.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_ten_percent_more_users_against_the_main_branch(
    project: Path, capfdbinary: Any
) -> None:
    # By hand: 10 users a volume; 1,000 users over three zones are 34 volumes in each,
    # 1,100 are 37. 9 more volumes of 100 GiB at 0.08 are 72.00.
    edit(project, "farebox:users: 1000", "farebox:users: 1100")
    document = compared(capfdbinary, "--base-ref", "main", "1k")
    assert (document["base"]["users"], document["head"]["users"]) == ("1000", "1100")
    volumes = [
        item for item in document["added"] if item["type"] == "aws:ebs/volume:Volume"
    ]
    assert len(volumes) == 9
    assert sum(Decimal(item["usd_per_month"]) for item in volumes) == 72
    assert document["removed"] == []
    assert document["change"]["market"] == "0"
    assert Decimal(document["change"]["usd_per_user_month"]) < 0


def test_another_machine_on_spot_against_the_main_branch(
    project: Path, capfdbinary: Any
) -> None:
    # By hand: spot of r6a.8xlarge in use1-az2, az4 and az6 is 0.6307, 0.4894, 0.5313;
    # of r7a.8xlarge 0.7701, 0.7303, 0.4758. Each zone has 5 machines, 3,650 hours:
    # 3,650 x (0.1394 + 0.2409 - 0.0555) = 1,185.52.
    pool = "[r6a.4xlarge, r7a.4xlarge, r5.4xlarge]"
    edit(project, pool, "[r6a.8xlarge]")
    git(project, "commit", "-qam", "one type")
    edit(project, "[r6a.8xlarge]", "[r7a.8xlarge]")
    document = compared(capfdbinary, "--base-ref", "HEAD", "1k")
    assert change(document) == Decimal("1185.52")
    assert {item["name"] for item in document["changed"]} == {
        f"spot-pool-use1-az{zone}" for zone in (2, 4, 6)
    }


def test_a_program_that_fails_at_the_ref_is_named_and_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (project / "__main__.py").read_text()
    (project / "__main__.py").write_text("raise ValueError('broken')\n")
    git(project, "commit", "-qam", "broken")
    (project / "__main__.py").write_text(text)
    said = refused(capsys, "diff", "--base-ref", "HEAD", "1k")
    assert "broken" in said
    assert "left" not in said


def test_the_users_files_stay_as_they_are(project: Path, capfdbinary: Any) -> None:
    edit(project, "farebox:users: 1000", "farebox:users: 1100")
    (project / "notes.txt").write_text("untracked")
    status = subprocess.run(
        ["git", "status", "--short"], cwd=project, capture_output=True, check=True
    ).stdout
    compared(capfdbinary, "--base-ref", "main", "1k")
    after = subprocess.run(
        ["git", "status", "--short", "--", ".", ":!*__pycache__*"],
        cwd=project,
        capture_output=True,
        check=True,
    ).stdout
    assert after == status


def test_an_unknown_ref_or_no_repository_is_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "git knows no 'gone'" in refused(capsys, "diff", "--base-ref", "gone", "1k")
    said = refused(capsys, "diff", "--base-ref=--output=x", "1k")
    assert "git knows no" in said
    shutil.rmtree(project.parent / ".git")
    assert "git" in refused(capsys, "diff", "--base-ref", "main", "1k")
