"""Runs Pulumi programs on the real engine, away from the checkout and from AWS.

A project is copied to a temporary folder with a state of its own; the AWS plugin is
the stand-in of `tests/engine/plugin`. Nothing is asked of the network.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.engine.build import BUILT, Found
from tests.engine.languages.build import node_folder, packages

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "venv", "node_modules", "tests", "docs"
)
PASSED_ON = ("LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class EngineFailed(Exception):
    """A command of the engine ended with an error; the message is the engine's."""


@dataclass(frozen=True)
class Outcome:
    """What a command printed, how it ended and how many seconds it took."""

    document: bytes
    errors: str
    exit_code: int
    seconds: float

    def json(self) -> Any:
        """The document, parsed."""
        return json.loads(self.document)


class Engine:
    """A Pulumi engine with a home, a stand-in AWS plugin and states of its own."""

    def __init__(self, found: Found, folder: Path) -> None:
        self.found = found
        self.folder = folder
        self._opened = 0
        self._plugins = folder / "plugins"
        self._plugins.mkdir(parents=True)
        for package in ("aws", "kubernetes"):
            _write_script(
                self._plugins / f"pulumi-resource-{package}",
                f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -P -c '
                f'"from tests.engine.plugin.pulumi_resource_{package} import main; '
                'main()" "$@"',
            )

    def open(
        self,
        project: Path,
        stack: str,
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        beside: "Deployment | None" = None,
    ) -> "Deployment":
        """A stack of a copy of the project; `beside` shares another one's state."""
        self._opened += 1
        folder = self.folder / f"{self._opened}-{stack}"
        shutil.copytree(project, folder / "project", ignore=NOT_COPIED)
        _prepare(folder / "project")
        state = beside.state if beside else folder / "state"
        state.mkdir(exist_ok=True)
        deployment = Deployment(self, folder / "project", stack, state)
        deployment.run("stack", "init", "--secrets-provider", "passphrase")
        for key, value in (config or {}).items():
            deployment.run("config", "set", key, value)
        for key, value in (secrets or {}).items():
            deployment.run("config", "set", "--secret", key, value)
        return deployment

    def preview(
        self,
        project: Path,
        stack: str,
        *,
        show_sames: bool = True,
        streaming: bool = False,
        env: Mapping[str, str] | None = None,
        policy_pack: Path | None = None,
        config: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Outcome:
        """The first preview of a stack, as JSON; see `Deployment.preview`."""
        return self.open(project, stack, config=config).preview(
            show_sames=show_sames,
            streaming=streaming,
            env=env,
            policy_pack=policy_pack,
            check=check,
        )

    def environment(self, state: Path) -> dict[str, str]:
        """The environment of the engine's commands: nothing of the user's account."""
        node = node_folder()
        path = [self._plugins, self.found.folder, BUILT, Path(sys.executable).parent]
        path += [node] if node else []
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return passed_on | {
            "PATH": os.pathsep.join([*map(str, path), os.environ.get("PATH", "")]),
            "HOME": str(self.folder),
            "AWS_EC2_METADATA_DISABLED": "true",
            "FAREBOX_DATA_DIR": str(self.folder / "farebox"),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": "only for tests",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            # The types of all of AWS take minutes to check; users' compilers do that.
            "PULUMI_NODEJS_TRANSPILE_ONLY": "true",
            "NO_COLOR": "1",
        }

    def policy_pack(self, pack: Path) -> Path:
        """An executable that starts a policy pack as Pulumi's own new host does."""
        self._opened += 1
        script = self.folder / f"pack-{self._opened}"
        _write_script(
            script,
            f'cd "{pack}" && exec "{sys.executable}" -u -m pulumi.policy "$1" "{pack}"',
        )
        return script


@dataclass(frozen=True)
class Deployment:
    """One stack of one copied project."""

    engine: Engine
    project: Path
    stack: str
    state: Path

    def preview(
        self,
        *,
        show_sames: bool = True,
        streaming: bool = False,
        as_text: bool = False,
        env: Mapping[str, str] | None = None,
        policy_pack: Path | None = None,
        check: bool = True,
    ) -> Outcome:
        """`pulumi preview --json`; with `streaming`, one event a line.

        The engine shows what a policy pack reports in the text form only.
        """
        options = [] if as_text else ["--json"]
        options += ["--show-sames"] if show_sames else []
        if policy_pack is not None:
            options += ["--policy-pack", str(self.engine.policy_pack(policy_pack))]
        extra = dict(env or {})
        if streaming:
            extra["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] = "true"
        return self.run("preview", *options, env=extra, check=check)

    def up(
        self, *, env: Mapping[str, str] | None = None, check: bool = True
    ) -> Outcome:
        """Deploys the stack onto the stand-in plugin."""
        options = ("--yes", "--skip-preview", "--suppress-progress")
        return self.run("up", *options, env=env, check=check)

    def export(self) -> bytes:
        """The stack's state, as `pulumi stack export` writes it."""
        return self.run("stack", "export").document

    def destroy(self) -> Outcome:
        """Deletes all resources of the stack."""
        return self.run("destroy", "--yes", "--skip-preview", "--suppress-progress")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs after `up`."""
        found: dict[str, Any] = self.run("stack", "output", "--json").json()
        return found

    def configure(self, **values: str) -> None:
        """Sets the project's own configuration keys."""
        for key, value in values.items():
            self.run("config", "set", key, value)

    def write(self, name: str, text: str) -> None:
        """Changes a file of the copied project."""
        (self.project / name).write_text(text)

    def run(
        self,
        *words: str,
        env: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Outcome:
        """Any `pulumi` command on this stack; EngineFailed when it fails."""
        command = [str(self.engine.found.folder / "pulumi"), *words]
        command += ["--non-interactive", "--cwd", str(self.project)]
        command += [] if words[:2] == ("stack", "init") else ["--stack", self.stack]
        command += [self.stack] if words[:2] == ("stack", "init") else []
        started = time.monotonic()
        done = subprocess.run(
            command,
            env=self.engine.environment(self.state) | dict(env or {}),
            capture_output=True,
            check=False,
        )
        seconds = time.monotonic() - started
        errors = done.stderr.decode()
        if check and done.returncode != 0:
            reasons = [errors.strip(), *_diagnostics(done.stdout)]
            raise EngineFailed(
                f"pulumi {words[0]}: " + "\n".join(filter(None, reasons))
            )
        return Outcome(done.stdout, errors, done.returncode, seconds)


def _diagnostics(document: bytes) -> Iterable[str]:
    """The errors in a preview's JSON; the text itself where it is something else."""
    try:
        found = json.loads(document)
    except ValueError:
        return [document.decode(errors="replace")]
    return [
        item["message"]
        for item in found.get("diagnostics", [])
        if item.get("severity") == "error"
    ]


def _prepare(project: Path) -> None:
    """Makes a copied project run on what is installed here, in its own language."""
    file = project / "Pulumi.yaml"
    content = yaml.safe_load(file.read_text())
    runtime = content["runtime"]
    language = runtime["name"] if isinstance(runtime, dict) else runtime
    installed = packages()
    if language == "python":
        file.write_text(
            yaml.safe_dump(content | {"runtime": language}, sort_keys=False)
        )
    elif language == "nodejs" and installed:
        (project / "node_modules").symlink_to(installed)


def _write_script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
