"""A pull request on this repository's own tier, from the engine to the comment.

The base is deployed onto the stand-in, so that the head's preview has unchanged,
changed, replaced and deleted resources.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.cli.main import run
from tests.engine.engine import ROOT, Deployment, Engine
from tests.forge.changes import enter, silent
from tests.forge.fakes import (
    HEAD_SHA,
    TOKEN,
    Fake,
    FakeGitHub,
    FakeGitLab,
    serving,
)

TIER = "1k"
STACK_FILE = f"stacks/Pulumi.{TIER}.yaml"
SCRATCH = """

import pulumi_aws as aws

aws.ebs.Volume("scratch", availability_zone="us-east-1{letter}", size={gib}, type="gp3")
"""
BASE = {
    "instance_types: [r6a.4xlarge, r7a.4xlarge, r5.4xlarge]": (
        "instance_types: [r6a.8xlarge]"
    ),
    "users_per_vm: 80": "users_per_vm: 160",
    "users_per_volume: 10": "users_per_volume: 20",
    "nat_gateways: false": "nat_gateways: true",
}
HEAD = {
    "instance_types: [r6a.8xlarge]": "instance_types: [r7a.8xlarge]",
    "farebox:users: 1000": "farebox:users: 1100",
    "iops: 3000": "iops: 4000",
    "nat_gateways: true": "nat_gateways: false",
}


@pytest.fixture(scope="module")
def previews(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the base's and the head's preview of the tier."""
    folder = tmp_path_factory.mktemp("pull-request")
    tier = engine.open(ROOT, TIER)
    program = (tier.project / "__main__.py").read_text()
    configure(tier, BASE)
    tier.write("__main__.py", program + SCRATCH.format(letter="a", gib=200))
    (folder / "base.json").write_bytes(tier.preview().document)
    tier.up()
    configure(tier, BASE, HEAD)
    tier.write("__main__.py", program + SCRATCH.format(letter="b", gib=300))
    (folder / "head.json").write_bytes(tier.preview().document)
    return folder


def configure(tier: Deployment, *edits: dict[str, str]) -> None:
    """The tier's config as it is committed, with the edits, one after the other.

    The engine keeps its salt in the file and writes the rest of it anew.
    """
    text = (ROOT / STACK_FILE).read_text()
    for changes in edits:
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
    written = (tier.project / STACK_FILE).read_text().splitlines()
    salt = next(line for line in written if line.startswith("encryptionsalt:"))
    tier.write(STACK_FILE, f"{text}{salt}\n")


@pytest.fixture(params=["github", "gitlab"])
def forge(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Fake, dict[str, str]]]:
    """A fake forge, and the environment of a job that talks to it."""
    fake: Fake = FakeGitHub() if request.param == "github" else FakeGitLab()
    with serving(fake):
        event = tmp_path / "event.json"
        pull = {"number": 7, "head": {"sha": HEAD_SHA}}
        event.write_text(json.dumps({"action": "opened", "pull_request": pull}))
        # The command takes the token out of its environment once it has read it.
        environments = {
            "github": {
                "GITHUB_ACTIONS": "true",
                "GITHUB_TOKEN": TOKEN,
                "GITHUB_REPOSITORY": "shop/infra",
                "GITHUB_API_URL": fake.url,
                "GITHUB_EVENT_PATH": str(event),
            },
            "gitlab": {
                "GITLAB_CI": "true",
                "GITLAB_TOKEN": TOKEN,
                "CI_API_V4_URL": f"{fake.url}/api/v4",
                "CI_PROJECT_ID": "12",
                "CI_MERGE_REQUEST_IID": "4",
                "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.test/shop/infra",
            },
        }
        yield fake, environments[request.param]


def compared(previews: Path) -> list[str]:
    usage = str(ROOT / f"stacks/{TIER}.usage.yaml")
    sides = [str(previews / "base.json"), str(previews / "head.json")]
    return [*sides, "--usage", usage, "--on", "2026-11-23"]


def test_the_diff_tells_every_change_of_the_pull_request(
    previews: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["diff", *compared(previews), "--format", "json"]) == 0
    diff = json.loads(capfdbinary.readouterr().out)
    assert diff["schema"] == "farebox.diff/1"
    names = {
        kind: {entry["name"]: entry for entry in diff[kind]}
        for kind in ("added", "removed", "changed")
    }
    # The NAT gateways of three zones go, and their addresses.
    zones = ("use1-az2", "use1-az4", "use1-az6")
    for zone in zones:
        assert f"network-nat-{zone}" in names["removed"]
        assert f"network-nat-address-{zone}" in names["removed"]
        assert f"spot-pool-{zone}" in names["changed"]
    # 10 % more users need more volumes of 20 users, and each volume gets IOPS:
    # by hand 1,000 more IOPS x 0.005 = +5.00 a volume.
    assert any(name.startswith("user-volume-") for name in names["added"])
    volume = names["changed"]["user-volume-use1-az2-001"]
    assert volume["usd_per_month"] == "5"
    # The volume in another zone is a new one: by hand 100 GiB more x 0.08 = +8.00.
    assert names["changed"]["scratch"]["replaced"]
    assert names["changed"]["scratch"]["usd_per_month"] == "8"
    change = diff["change"]
    assert Decimal(change["market"]) == 0
    assert Decimal(change["code"]) == Decimal(change["usd_per_month"])


def test_the_comment_is_posted_and_updated_in_place(
    previews: Path,
    forge: tuple[Fake, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake, environment = forge
    same = [str(previews / "head.json")] * 2 + compared(previews)[2:]
    bodies = []
    for sides in (compared(previews), compared(previews), same):
        enter(monkeypatch, environment)
        assert run(["comment", *sides, "--post", "auto"]) == 0
        assert len(fake.comments) == 1
        bodies.append(fake.comments[0]["body"])
    assert "1,000 → 1,100 users" in bodies[0]
    assert bodies[0] == bodies[1] != bodies[2]
    out, err = capsys.readouterr()
    silent(out, err)
    told = [line.split(": ")[2] for line in err.splitlines() if "comment" in line]
    assert told == ["comment created", "comment unchanged", "comment updated"]


def test_the_annotations_stand_at_the_lines_of_the_components(
    previews: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["comment", *compared(previews), "--annotations", "-"]
    assert run([*asked, "--folder", "."]) == 0
    lines = capsys.readouterr().out.splitlines()
    files = {line.split("file=")[1].split(",")[0].removeprefix("./") for line in lines}
    assert "components/spot_pool.py" in files
    for line in lines:
        place = line.split("file=")[1].split(",title")[0]
        file, number = place.split(",line=")
        source = (ROOT / file).read_text().splitlines()
        if file != "__main__.py":  # the copy has the scratch volume at its end
            assert "aws." in source[int(number) - 1], place
