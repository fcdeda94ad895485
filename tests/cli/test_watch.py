"""`fare price --watch`: a save is priced, by a process of its own, until the user ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from farebox.cli.main import run
from farebox.cli.watching import stamps

PROGRAM = """\
import pulumi_aws as aws
from sizes import GIB

aws.ebs.Volume("data", availability_zone="us-east-1a", size=GIB, type="gp3")
"""


@contextmanager
def watched(folder: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """The command at work in the folder; it is ended as a person ends it."""
    command = [sys.executable, "-m", "farebox", "price", *words, "--watch"]
    environment = {**os.environ, "FAREBOX_DATA_DIR": str(folder / ".store")}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What runs these tests in the background may have it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=30)
            finally:
                process.kill()
        assert process.returncode == 0


def totals(process: "subprocess.Popen[str]") -> Iterator[str]:
    """The totals, as they come."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Total a month"):
            yield line.split()[-1]


def test_a_program_is_priced_again_when_one_of_its_modules_is_saved(
    tmp_path: Path,
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "sizes.py").write_text("GIB = 100\n")
    with watched(tmp_path, "dev", "--prices", "embedded") as process:
        found = totals(process)
        # By hand: 100 GiB x 0.08 = 8.00, then 250 GiB x 0.08 = 20.00.
        assert next(found) == "8.00"
        (tmp_path / "sizes.py").write_text("GIB = 250\n")
        assert next(found) == "20.00"
        # A program that fails is told of, and the next save is priced.
        (tmp_path / "sizes.py").write_text("GIB = \n")
        assert process.stderr is not None
        assert any("invalid syntax" in line for line in process.stderr)
        (tmp_path / "sizes.py").write_text("GIB = 1000\n")
        assert next(found) == "80.00"


def test_a_pipe_is_not_watched(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["price", "-", "--watch"]) == 2
    assert "a pipe is read only once" in capsys.readouterr().err


def test_what_is_installed_or_made_is_not_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("a.py", "b/c.yaml", "node_modules/d.js", ".venv/e.py", "f.png", "g.usage")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = stamps("dev", [tmp_path / "g.usage"])
    kept = sorted(str(Path(name).relative_to(tmp_path)) for name in found)
    assert kept == ["a.py", "b/c.yaml", "g.usage"]
