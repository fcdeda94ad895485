"""`fare policy-pack` writes a pack that runs where this Farebox is installed."""

import sys
from pathlib import Path

import pytest
import yaml

from farebox.cli.main import run


def test_the_pack_is_written_with_the_environment_that_has_farebox(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "budget pack"
    assert run(["policy-pack", str(folder)]) == 0
    assert f"pulumi preview --policy-pack {folder}" in capsys.readouterr().out
    project = yaml.safe_load((folder / "PulumiPolicy.yaml").read_text())
    assert project["runtime"]["options"]["virtualenv"] == sys.prefix
    own = Path(__file__).parents[2] / "policy_pack/__main__.py"
    assert (folder / "__main__.py").read_text() == own.read_text()


def test_a_pack_that_is_there_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "__main__.py").write_text("mine")
    assert run(["policy-pack", str(tmp_path)]) == 2
    assert "is there already; --force writes over it" in capsys.readouterr().err
    assert (tmp_path / "__main__.py").read_text() == "mine"
    assert run(["policy-pack", str(tmp_path), "--force"]) == 0
    assert (tmp_path / "__main__.py").read_text() != "mine"
