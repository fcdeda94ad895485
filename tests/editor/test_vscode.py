"""The extension for VS Code checks and builds from its lock, and names what `fare lsp` takes."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click

from farebox.cli.lsp import lsp
from tests.needed import need_tool

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors/vscode"


def test_the_extension_builds_from_its_lock(tmp_path: Path) -> None:
    need_tool("npm", "which builds the extension for VS Code")
    folder = tmp_path / "vscode"
    ignored = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(EXTENSION, folder, ignore=ignored)
    for words in (
        ("ci", "--no-audit", "--no-fund"),
        ("run", "check"),
        ("run", "build"),
    ):
        done = subprocess.run(
            ["npm", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "dist/extension.js").stat().st_size < 1_000_000


def test_the_extension_has_farebox_version_and_options_of_the_command() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert manifest["version"] == project["version"]
    assert manifest["capabilities"]["untrustedWorkspaces"]["supported"] is False
    options = {name for one in lsp.params for name in one.opts}
    used = set(re.findall(r'"(--\w+)"', (EXTENSION / "src/extension.ts").read_text()))
    assert used <= options
    settings = manifest["contributes"]["configuration"]["properties"]
    [show] = [one for one in lsp.params if one.name == "show"]
    assert isinstance(show.type, click.Choice)
    assert settings["farebox.show"]["enum"] == list(show.type.choices)
    assert settings["farebox.show"]["default"] == show.default
