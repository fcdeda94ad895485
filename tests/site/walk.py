"""Walks a page of the docs as a reader would: its files written, its commands run.

A block whose language is followed by title="NAME" is a file. A block of `console` has
commands behind `$` and what each prints; a line `…` stands for any lines, and `…` in a
line for any text. Each section of a page is walked in a folder of its own.
"""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

START = Path(__file__).parents[2] / "docs/start.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


class File(Struct, frozen=True):
    """A file that the reader writes."""

    name: str
    text: str


class Command(Struct, frozen=True):
    """A command that the reader types, and what the page says that it prints."""

    words: str
    shown: str

    def prints(self, output: str) -> bool:
        """Whether the output is what the page shows."""
        pattern = ""
        for line in self.shown.splitlines():
            if line == "…":
                pattern += r"(?:.*\n)*?"
            else:
                pattern += ".*".join(map(re.escape, line.split("…"))) + r"\n"
        return re.fullmatch(pattern, output) is not None


def sections(page: Path) -> dict[str, list[File | Command]]:
    """Each section with a block to walk: its heading, its files and commands in order."""
    found = {}
    for part in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M)[1:]:
        steps = [
            step for block in BLOCK.finditer(part) for step in _steps(*block.groups())
        ]
        if steps:
            found[part.partition("\n")[0]] = steps
    return found


def _steps(language: str, title: str | None, text: str) -> Iterator[File | Command]:
    if title is not None:
        yield File(title, text)
    elif language == "console":
        for typed in re.split(r"^\$ ", text, flags=re.M)[1:]:
            words, _, shown = typed.partition("\n")
            yield Command(words, shown)


def walk(
    steps: list[File | Command],
    folder: Path,
    fare: tuple[str, ...],
    environment: Mapping[str, str],
    node_modules: Path | None = None,
) -> None:
    """Take the steps in a folder, with a `fare`; an assertion tells what differs.

    What a package manager would fetch is linked from this environment and from
    `node_modules`: nothing is asked of the network.
    """
    command = folder.parent / f"{folder.name}-bin" / "fare"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {" ".join(fare)} "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join((str(command.parent), environment["PATH"]))
    own = {"PATH": path, "COLUMNS": "80", "FAREBOX_DATA_DIR": str(folder / "none")}
    for step in steps:
        if isinstance(step, File):
            (folder / step.name).write_text(step.text, encoding="utf-8")
        elif not _fetched(step.words, folder, node_modules):
            done = subprocess.run(
                ["sh", "-c", step.words],
                cwd=folder,
                env={**environment, **own},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert step.prints(done.stdout), f"$ {step.words}\n{done.stdout}"


def _fetched(words: str, folder: Path, node_modules: Path | None) -> bool:
    """Whether the command fetches packages, which are then there."""
    if words == "python3 -m venv venv":
        there = folder / "venv/lib" / f"python{sysconfig.get_python_version()}"
        there.mkdir(parents=True)
    elif words.startswith("venv/bin/pip install "):
        [there] = folder.glob("venv/lib/python*")
        (there / "site-packages").symlink_to(sysconfig.get_path("purelib"))
    elif words == "npm install":
        assert node_modules is not None
        (folder / "node_modules").symlink_to(node_modules)
    else:
        return False
    return True
