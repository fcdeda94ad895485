"""A folder of previews, and what `fare` says when it refuses."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.documents import preview

ROOT = Path(__file__).parents[2]


ON = ("--on", "2026-11-23")


NAT = "aws:ec2/natGateway:NatGateway"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, *steps: dict[str, Any], **options: Any) -> str:
    (folder / name).write_bytes(preview(*steps, **options))
    return name


def compared(capfdbinary: Any, *arguments: str) -> dict[str, Any]:
    code = run(["diff", *arguments, "--format", "json", *ON])
    out, err = capfdbinary.readouterr()
    assert code == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def change(document: dict[str, Any]) -> Decimal:
    return Decimal(document["change"]["usd_per_month"])


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    assert run([*arguments, *ON]) == code
    said = capsys.readouterr().err.strip()
    assert said.startswith("fare: ")
    assert "\n" not in said
    assert "Traceback" not in said
    return said
