"""`pulumi plugin run farebox`: the engine finds Farebox on PATH, as a plugin of kind tool."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.documents import preview, volume
from tests.engine.engine import Engine

MAIN = "from farebox.cli.main import main; main()"


def test_the_engine_runs_farebox_as_a_tool(engine: Engine, tmp_path: Path) -> None:
    tool = tmp_path / "bin" / "pulumi-tool-farebox"
    tool.parent.mkdir()
    tool.write_text(f"#!{sys.executable}\n{MAIN}\n")
    tool.chmod(0o755)
    (tmp_path / "preview.json").write_bytes(preview(volume()))
    environment = engine.environment(tmp_path)
    environment["PATH"] = f"{tool.parent}{os.pathsep}{environment['PATH']}"
    words = ("price", "preview.json", "--prices", "embedded", "--on", "2026-11-23")
    done = subprocess.run(
        ["pulumi", "plugin", "run", "farebox", "--", *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # By hand: 100 GiB x 0.08 = 8
    assert "8.00" in done.stdout
