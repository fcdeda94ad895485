"""A fleet's stacks come from a folder, a bucket, Pulumi's backend or git; each is named."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from farebox.fleet.bucket import fetched
from farebox.fleet.errors import FleetError
from farebox.fleet.pulumi import exported
from farebox.fleet.sources import found_in
from tests.fleet.test_fleet import FIXED, run, state

LISTED = [
    {"name": "acme/shop/prod", "lastUpdate": "2026-11-01T00:00:00Z"},
    {"name": "acme/data/prod", "lastUpdate": "2026-11-02T00:00:00Z"},
    {"name": "acme/locked/prod", "lastUpdate": "2026-11-03T00:00:00Z"},
]


class Pulumi:
    """Answers as pulumi does; counts what it is asked."""

    def __init__(self, listed: list[dict[str, str]]) -> None:
        self.listed = listed
        self.exports: list[str] = []

    def __call__(self, words: Sequence[str]) -> bytes:
        if words[1] == "ls":
            return json.dumps(self.listed).encode()
        name = words[-1]
        self.exports.append(name)
        if "locked" in name:
            raise FleetError("pulumi stack export failed: no access")
        return json.dumps(state(name.split("/")[1], 1)).encode()


def test_every_stack_is_exported_once_and_one_that_fails_is_named(
    tmp_path: Path,
) -> None:
    pulumi = Pulumi(LISTED)
    found = exported(tmp_path, pulumi)
    assert [(f.name, bool(f.error)) for f in found] == [
        ("acme/data/prod", False),
        ("acme/locked/prod", True),
        ("acme/shop/prod", False),
    ]
    # The next day only what was deployed since is exported, and what failed.
    again = Pulumi([LISTED[0], {**LISTED[1], "lastUpdate": "2026-11-09"}, LISTED[2]])
    assert len(exported(tmp_path, again)) == 3
    assert again.exports == ["acme/data/prod", "acme/locked/prod"]


@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", ""])
def test_a_stacks_name_leads_out_of_no_folder(name: str, tmp_path: Path) -> None:
    [found] = exported(tmp_path / "in", Pulumi([{"name": name, "lastUpdate": ""}]))
    assert "is no name of a stack" in found.error
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_a_backend_without_stacks_and_words_that_are_no_list_are_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(FleetError, match="has no stack"):
        exported(tmp_path, Pulumi([]))
    with pytest.raises(FleetError, match="no list of stacks"):
        exported(tmp_path, lambda words: b"error: no credentials")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if find_spec("moto") is None:
        reason = "no moto: make .venv/.moto installs AWS's stand-in"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    import boto3
    import moto

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with moto.mock_aws():
        found = boto3.client("s3", region_name="us-east-1")
        found.create_bucket(Bucket="states")
        yield found


def test_a_backend_in_s3_is_its_states_fetched_where_they_changed(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("stacks/shop/prod.json", "history/shop/prod.json"):
        body = json.dumps(state("shop", 1)).encode()
        client.put_object(Bucket="states", Key=f"team/.pulumi/{key}", Body=body)
    [found] = fetched("s3://states/team", tmp_path, client)
    assert (found.name, found.path.is_file()) == ("shop/prod.json", True)
    monkeypatch.setattr(client, "download_file", lambda *a: pytest.fail("again"))
    assert fetched("s3://states/team", tmp_path, client) == [found]
    for url, said in (("s3://", "no bucket"), ("s3://nowhere/x", "NoSuchBucket")):
        with pytest.raises(FleetError, match=said):
            fetched(url, tmp_path, client)


def git(folder: Path, *words: str) -> None:
    told = ("-c", "user.name=t", "-c", "user.email=t@t")
    subprocess.run(["git", *told, *words], cwd=folder, check=True, capture_output=True)


def test_documents_and_programs_of_refs_are_priced_side_by_side(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "repo" / "states"
    folder.mkdir(parents=True)
    git(tmp_path / "repo", "init", "-q")
    for count, tag in ((1, "v1"), (3, "v2")):
        (folder / "prod.json").write_text(json.dumps(state("shop", count)))
        git(tmp_path / "repo", "add", "-A")
        git(tmp_path / "repo", "commit", "-qm", tag)
        git(tmp_path / "repo", "tag", tag)
    out = tmp_path / "fleet"
    refs = ("--ref", "v1", "--ref", "v2", "--ref", "v9")
    code, told = run("fleet", "price", folder, "--out", out, *refs, *FIXED)
    # By hand: one gateway of 32.85 at v1, three at v2; v9 is no ref and is named.
    assert (code, told["stacks"], told["failed"]) == (1, 3, 1)
    assert Decimal(told["usd"]) == Decimal("131.40")
    _, shown = run("fleet", "show", out)
    assert [g["name"] for g in shown["groups"]] == ["v2:prod.json", "v1:prod.json"]
    (tmp_path / "repo" / "program").mkdir()
    program = tmp_path / "repo" / "program"
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (program / "Pulumi.prod.yaml").write_text("config: {}\n")
    git(tmp_path / "repo", "add", "-A")
    git(tmp_path / "repo", "commit", "-qm", "program")
    [found] = found_in(str(program), out, ("HEAD",))
    assert (found.name, found.stack, found.path) == ("HEAD:prod", "prod", program)
