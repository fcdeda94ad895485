"""A new user's five minutes: every command of the page as typed, its output as shown."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.documents import preview, volume
from tests.site.walk import Command, File, sections

PAGE = Path(__file__).parents[2] / "docs/start.md"
MAIN = "from farebox.cli.main import main; main()"
SECTIONS = dict(sections(PAGE))


def made_at(place: str, **inputs: Any) -> dict[str, Any]:
    one = volume(**inputs)
    one["newState"]["sourcePosition"] = f"project:///{place}"
    return one


def state() -> bytes:
    """What `pulumi stack export` writes of the volume once it is deployed."""
    resource = volume()["newState"] | {"id": "vol-1", "outputs": {"size": 100}}
    del resource["propertyDependencies"]
    zone = "us-east-1a"
    resource["outputs"]["availabilityZone"] = zone
    deployment = {"manifest": {}, "resources": [resource]}
    return json.dumps({"version": 3, "deployment": deployment}).encode()


WRITTEN_BY_PULUMI = {
    "preview.json": preview(made_at("index.ts#3")),
    "larger.json": preview(made_at("index.ts#3", size=200)),
    "state.json": state(),
}
"""What the engine would write of the page's programs; tests/programs runs it for real."""


def run(words: str, folder: Path) -> str:
    """What a command prints, its figures first."""
    if words.startswith("pulumi "):
        name = words.rpartition("> ")[2]
        (folder / name).write_bytes(WRITTEN_BY_PULUMI[name])
        return ""
    command = shlex.split(words)
    assert command[0] == "fare", words
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *command[1:]],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "FAREBOX_DATA_DIR": str(folder / "none")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_shows_what_its_commands_print(section: str, tmp_path: Path) -> None:
    for step in SECTIONS[section]:
        if isinstance(step, File):
            (tmp_path / step.name).write_text(step.text, encoding="utf-8")
        else:
            output = run(step.words, tmp_path)
            assert step.prints(output), f"$ {step.words}\n{output}"


def test_another_figure_than_the_page_shows_is_seen() -> None:
    shown = Command("fare price", "a\n…\nTotal 8.00\n")
    assert shown.prints("a\nb\nTotal 8.00\n")
    assert not shown.prints("a\nb\nTotal 9.00\n")
    assert not shown.prints("a\nTotal 8.00\nmore\n")
