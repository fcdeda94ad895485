"""What a release has is the same to the byte, whoever builds it, and says what is in it."""

import json
import os
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / ".venv/release/bin/python"
RUNTIME = ROOT / ".venv/release-runtime/bin/python"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another clone, whose files have other dates and other modes."""
    if not RELEASE.exists():
        reason = "needs what builds a release: make .venv/.release"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("clone") / "farebox"
    subprocess.run(
        ["git", "clone", "-q", str(ROOT), str(folder)], check=True, umask=0o077
    )
    return folder


def built(checkout: Path, out: Path, umask: int, *more: str) -> dict[str, str]:
    """File name to SHA-256 of what a checkout builds."""
    script = checkout / "packaging/dist.py"
    command = [str(RELEASE), str(script), str(out), *more]
    subprocess.run(command, check=True, capture_output=True, umask=umask, cwd=checkout)
    return {p.name: sha256(p.read_bytes()).hexdigest() for p in out.iterdir()}


def test_two_clones_build_the_same_bytes_and_say_what_is_in_them(
    clone: Path, tmp_path: Path
) -> None:
    sbom = ("--sbom", str(RUNTIME))
    first = built(clone, tmp_path / "first", 0o077, *sbom)
    (clone / "stray.py").write_text("not of the commit")
    second = built(clone, tmp_path / "second", 0o022, *sbom)
    assert first == second
    names = sorted(first)
    assert [name.rpartition(".")[2] for name in names] == ["whl", "gz", "json", "txt"]

    wheel = next((tmp_path / "first").glob("*.whl"))
    files = zipfile.ZipFile(wheel).namelist()
    assert "farebox/prices/data/aws.prices" in files
    assert "farebox/prices/data/volumes/AmazonEC2.prices" in files
    assert wheel.stat().st_size < 4_000_000, "the book of all regions is to stay small"
    assert not [name for name in files if name.startswith(("tests", "stray"))]

    bill = json.loads((tmp_path / "first/farebox.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    parts = {part["name"] for part in bill["components"]}
    assert {"boto3", "msgspec", "pulumi", "SQLAlchemy"} <= parts
    assert not parts & {"pytest", "mypy", "ruff"}
    table = (tmp_path / "first/licences.txt").read_text()
    assert "msgspec" in table
    silent = {row.split(" ")[0] for row in table.splitlines() if "not stated" in row}
    assert silent <= {"protobuf", "pulumi_policy"}, "their packages name no licence"
