"""The recipe that proposes prices, run for real: git, a stand-in for gh, a market."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.aws.server import AwsServer
from tests.faults.market import Market
from tests.test_schedules import SCHEDULE, SCRIPTS

TOKEN = "ghs_refresh_token_of_this_test"

PROGRAM = """\
import os
import pulumi_aws as aws

assert not any("ghs_" in value for value in os.environ.values())
aws.ebs.Volume("data", availability_zone="us-east-1a", size=100, type="gp3")
"""
"""Refuses to run where the forge's token is in its environment."""

GH = """\
#!/usr/bin/env bash
# Stands in for gh: keeps what it is asked, and the text of the pull request.
set -euo pipefail
[ -n "$GH_TOKEN" ]
if [ "$1" = auth ]; then
  exit 0
fi
printf '%s\\n' "$*" >> "$GH_SEEN/asked"
if [ "$1 $2" = "pr list" ]; then
  cat "$GH_SEEN/open" 2> /dev/null || true
  exit 0
fi
for ((i = 1; i <= $#; i++)); do
  if [ "${!i}" = --body-file ]; then
    next=$((i + 1))
    cp -- "${!next}" "$GH_SEEN/body"
  fi
done
"""


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.test"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


class Forge:
    """A git server of files, a stand-in for gh, and the market that is refreshed."""

    def __init__(self, folder: Path, aws: AwsServer) -> None:
        self.market = Market(aws)
        self.folder = folder
        self.seen = folder / "seen"
        self.origin = folder / "origin.git"
        self.runs = 0
        bin_ = folder / "bin"
        for made in (self.seen, bin_):
            made.mkdir()
        (bin_ / "gh").write_text(GH)
        (bin_ / "gh").chmod(0o755)
        path = f"{bin_}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.env = {
            "PATH": path,
            "HOME": str(folder),
            "GH_SEEN": str(self.seen),
            "FAREBOX_STACKS": "small",
            "FAREBOX_ARGUMENTS": "--only lists --service AmazonEC2 --region us-east-1",
            "FAREBOX_DATA_DIR": str(folder / "data"),
            "FAREBOX_PRICE_LIST_URL": aws.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self._first_commit()

    def _first_commit(self) -> None:
        project = self.folder / "project"
        project.mkdir()
        (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (project / "__main__.py").write_text(PROGRAM)
        config = {"config": {"aws:region": "us-east-1"}}
        (project / "Pulumi.small.yaml").write_text(yaml.safe_dump(config))
        git(project, "init", "--quiet", "--initial-branch=main")
        git(project, "add", ".")
        git(project, "commit", "--quiet", "-m", "first")
        git(self.folder, "clone", "--quiet", "--bare", str(project), str(self.origin))

    def run(self, **env: str) -> tuple[int, str, str]:
        """Both jobs, each in a fresh clone: exit code, output and errors together.

        The second one is on a machine of its own, and has the token and the books.
        """
        self.runs += 1
        books = self.folder / f"books-{self.runs}"
        given = {**self.env, **env, "FAREBOX_OUT": str(books)}
        code, out, errors = 0, "", ""
        for script, token in zip(SCRIPTS, ({}, {"GH_TOKEN": TOKEN}), strict=True):
            clone = self.folder / f"clone-{self.runs}-{script.stem}"
            git(self.folder, "clone", "--quiet", f"file://{self.origin}", str(clone))
            done = subprocess.run(
                ["bash", str(script)],
                cwd=clone,
                env={**given, **token},
                capture_output=True,
                text=True,
            )
            code, out, errors = (
                code or done.returncode,
                out + done.stdout,
                errors + done.stderr,
            )
        return code, out, errors

    def merge(self) -> None:
        """The pull request is merged and its branch deleted."""
        git(self.origin, "branch", "--force", "main", "farebox/prices")
        git(self.origin, "branch", "-D", "farebox/prices")
        (self.seen / "open").unlink(missing_ok=True)

    def asked(self) -> list[str]:
        """What gh was asked since the last time."""
        path = self.seen / "asked"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    @property
    def body(self) -> str:
        return (self.seen / "body").read_text()

    def book(self, branch: str = "farebox/prices") -> str:
        return git(self.origin, "show", f"{branch}:prices/small.prices")


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


@pytest.fixture
def forge(tmp_path: Path, aws: AwsServer) -> Forge:
    return Forge(tmp_path, aws)


def test_a_pull_request_is_opened_updated_and_not_needed(forge: Forge) -> None:
    # By hand: 100 GiB of gp3 at 0.08 are 8.00; at 1.1 times that 8.80, at 1.2 times 9.60.
    code, out, errors = forge.run()
    assert code == 0, errors
    listed, created = forge.asked()
    assert listed.startswith("pr list --head farebox/prices --base main --state open")
    assert created.startswith("pr create --head farebox/prices --base main")
    assert "8.00" in forge.body
    assert ",EBS:VolumeUsage.gp3,," in forge.book()
    forge.merge()

    code, out, errors = forge.run()
    assert code == 0, errors
    assert "no price of these stacks changed" in out
    assert forge.asked() == []

    forge.market.change("AmazonEC2", "1.1")
    code, out, errors = forge.run()
    assert code == 0, errors
    assert forge.asked()[1].startswith("pr create ")
    assert "8.80" in forge.body
    assert "+0.80" in forge.body
    assert ",GB-Mo,0.088," in forge.book()
    assert ",GB-Mo,0.08," in forge.book("main")
    assert "    > AmazonEC2,us-east-1,EBS:VolumeUsage.gp3" in forge.body

    (forge.seen / "open").write_text("12")
    forge.market.change("AmazonEC2", "1.2")
    code, out, errors = forge.run()
    assert code == 0, errors
    assert forge.asked()[1].startswith("pr edit 12 --title Prices of ")
    assert "9.60" in forge.body
    # The branch is written anew: one commit on top of main.
    assert git(forge.origin, "rev-list", "--count", "main..farebox/prices") == "1"
    assert TOKEN not in out + errors


def test_a_source_that_fails_ends_with_3_and_changes_nothing(
    forge: Forge, aws: AwsServer
) -> None:
    assert forge.run()[0] == 0
    forge.merge()
    forge.asked()
    forge.market.change("AmazonEC2", "1.1")
    aws.fail("html", path="region_index.json", times=1_000)
    code, out, errors = forge.run()
    assert code == 3, out + errors
    assert forge.asked() == []
    assert "no price of these stacks changed" in out


def test_the_text_can_go_to_the_output_where_there_is_no_gh(forge: Forge) -> None:
    code, out, errors = forge.run(FAREBOX_FORGE="none", FAREBOX_BRANCH="books")
    assert code == 0, errors
    assert forge.asked() == []
    assert "8.00" in out
    assert ",EBS:VolumeUsage.gp3,," in forge.book("books")


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"FAREBOX_STACKS": ""}, "FAREBOX_STACKS names no stack"),
        ({"FAREBOX_ARGUMENTS": "--only nonsense"}, "nonsense"),
    ],
)
def test_a_wrong_setting_ends_with_2_and_pushes_nothing(
    forge: Forge, env: dict[str, str], sentence: str
) -> None:
    code, _, errors = forge.run(**env)
    assert code == 2
    assert sentence in errors
    assert git(forge.origin, "branch", "--list", "farebox/prices") == ""
    assert forge.asked() == []


def test_a_book_that_does_not_verify_or_is_no_plain_file_is_not_proposed(
    forge: Forge,
) -> None:
    books = forge.folder / "books"
    books.mkdir()
    clone = forge.folder / "clone"
    git(forge.folder, "clone", "--quiet", f"file://{forge.origin}", str(clone))
    env = {**forge.env, "GH_TOKEN": TOKEN, "FAREBOX_OUT": str(books)}

    def propose() -> Any:
        command = ["bash", str(SCHEDULE / "propose.sh")]
        return subprocess.run(
            command, cwd=clone, env=env, capture_output=True, text=True
        )

    (books / "small.prices").symlink_to("/etc/hostname")
    (books / "other.prices").write_text("a book of no stack of ours")
    assert "no price of these stacks changed" in propose().stdout
    (books / "small.prices").unlink()
    (books / "small.prices").write_text("no book")
    assert propose().returncode != 0
    assert git(forge.origin, "branch", "--list", "farebox/prices") == ""
