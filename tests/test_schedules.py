"""The recipes of docs/scheduling.md: well formed, safe, and known to the commands."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from farebox.cli.main import fare
from tests.needed import need

ROOT = Path(__file__).parent.parent
SCHEDULE = ROOT / "docs/schedule"
SCRIPTS = [SCHEDULE / "refresh.sh", SCHEDULE / "propose.sh"]


def load(name: str) -> Any:
    return yaml.safe_load((SCHEDULE / name).read_text())


def shell_texts() -> Iterator[tuple[str, str]]:
    """Every piece of shell in the recipes, with its file's name."""
    for path in SCRIPTS:
        yield path.name, path.read_text()
    for job in load("github.yml")["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                yield "github.yml", step["run"]
    template = load("gitlab.yml")
    for job in (job for name, job in template.items() if name != "variables"):
        yield (
            "gitlab.yml",
            "\n".join(job.get("before_script", []) + job.get("script", [])),
        )
    for line in (SCHEDULE / "crontab").read_text().splitlines():
        match = re.match(r"(?:[\d*/,-]+ ){5}(.*)", line)
        if match:
            # cron reads \% as the character %.
            yield "crontab", match[1].replace(r"\%", "%")
    service = (SCHEDULE / "farebox-refresh.service").read_text()
    for line in re.findall(r"^ExecStart=/opt/farebox/bin/(.*)$", service, re.MULTILINE):
        yield "farebox-refresh.service", line
    page = (ROOT / "docs/scheduling.md").read_text()
    for block in re.findall(r"```text\n(.*?)```", page, re.DOTALL):
        yield "scheduling.md", block


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every `fare …` of the recipes, with plain values for what the shell fills in."""
    for name, text in shell_texts():
        lines = re.sub(r"\\\n\s*", " ", text).splitlines()
        for line in lines:
            if line.lstrip().startswith(("#", "env ", "fare()")):
                continue
            plain = re.sub(r'"\$\(date [^)]*\)"', "2026-11-16", line)
            plain = plain.replace('"${arguments[@]}"', "")
            plain = re.sub(
                r'"?\$\{?(stack|new|old|work|book)\}?(/\$stack\.prices)?"?', "x", plain
            )
            for match in re.finditer(r"(?<![\w./-])fare ([a-z][^|;&)>]*)", plain):
                yield name, shlex.split(match[1])


FARE = sorted({(name, tuple(words)) for name, words in commands()})


def test_the_recipes_hold_the_commands_that_the_docs_speak_of() -> None:
    said = {" ".join(words[:2]) for _, words in FARE} | {words[0] for _, words in FARE}
    assert {"refresh", "drift", "price", "prices export", "prices import"} <= said
    files = {name for name, _ in FARE}
    assert {"refresh.sh", "crontab", "farebox-refresh.service"} <= files


@pytest.mark.parametrize(
    ("name", "words"), FARE, ids=lambda value: " ".join(value)[:60]
)
def test_the_program_takes_every_command_of_the_recipes(
    name: str, words: tuple[str, ...]
) -> None:
    command: click.Command = fare
    context = click.Context(fare, **fare.context_settings)
    rest = list(words)
    while isinstance(command, click.Group):
        found = command.get_command(context, rest[0])
        assert found is not None, f"{name}: fare {' '.join(words)}"
        command, rest = found, rest[1:]
    command.make_context(words[0], rest, parent=context)


def test_every_piece_of_shell_is_one() -> None:
    for name, text in shell_texts():
        done = subprocess.run(
            ["bash", "-n"], input=text, text=True, capture_output=True
        )
        assert done.returncode == 0, f"{name}: {done.stderr}"


def test_the_job_that_runs_the_program_has_no_token_that_writes() -> None:
    workflow = load("github.yml")
    # YAML 1.1 reads the key `on` as true.
    assert set(workflow[True]) == {"schedule", "workflow_dispatch"}
    assert workflow["permissions"] == {}
    refresh, propose = workflow["jobs"]["refresh"], workflow["jobs"]["propose"]
    assert refresh["permissions"] == {"contents": "read"}
    assert propose["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert "refresh.sh" in json.dumps(refresh)
    assert "refresh.sh" not in json.dumps(propose)
    assert "actions/cache" not in json.dumps(propose)
    with_token = [
        step["name"]
        for job in (refresh, propose)
        for step in job["steps"]
        if "token" in json.dumps(step.get("env", {}))
    ]
    assert with_token == ["Propose"]
    for job in (refresh, propose):
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_the_gitlab_jobs_run_on_schedules_and_the_program_without_a_token() -> None:
    template = load("gitlab.yml")
    refresh, propose = template["farebox-refresh"], template["farebox-propose"]
    for job in (refresh, propose):
        assert job["rules"][0]["if"] == '$CI_PIPELINE_SOURCE == "schedule"'
    (run,) = refresh["script"]
    assert "gitlab-apart.sh" in run
    assert template["variables"]["FAREBOX_AS"] == "nobody"
    assert "environment" not in refresh
    assert propose["environment"] == {"name": "farebox-prices", "action": "access"}
    assert propose["cache"] == []
    assert propose["variables"]["FAREBOX_FORGE"] == "gitlab"


def test_every_file_is_named_in_the_docs_and_every_variable_too() -> None:
    page = (ROOT / "docs/scheduling.md").read_text()
    for path in SCHEDULE.iterdir():
        assert path.name in page, path.name
    for script in SCRIPTS:
        for variable in re.findall(r"\$\{(FAREBOX_[A-Z]+):-", script.read_text()):
            assert f"`{variable}`" in page, variable


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """A unit's settings by section; systemd lets a setting come more than once."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in (SCHEDULE / name).read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = {}
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[section].setdefault(key, []).append(value)
    return found


def test_the_service_is_closed_in() -> None:
    service = unit("farebox-refresh.service")["Service"]
    for key in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "PrivateDevices"):
        assert service[key] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["StateDirectory"] == ["farebox"]
    assert service["CapabilityBoundingSet"] == [""]
    # A password in a unit can be read by everybody on the machine.
    assert "PASSWORD" not in "".join(service["Environment"])
    assert unit("farebox-refresh.timer")["Timer"]["Persistent"] == ["yes"]


def test_systemd_takes_the_units_and_calls_the_service_safe(tmp_path: Path) -> None:
    for name in ("farebox-refresh.service", "farebox-refresh.timer"):
        text = (SCHEDULE / name).read_text()
        # The program need not be where a user would put it.
        text = text.replace("/opt/farebox/bin/fare", sys.executable)
        (tmp_path / name).write_text(text)
    analyze = shutil.which("systemd-analyze")
    checks = [
        ["verify", *map(str, sorted(tmp_path.iterdir()))],
        [
            "security",
            "--offline=true",
            "--threshold=20",
            f"{tmp_path}/farebox-refresh.service",
        ],
    ]
    for check in checks if analyze else []:
        done = subprocess.run([str(analyze), *check], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert (tmp_path / "farebox-refresh.service").exists()


# The container file


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", (SCHEDULE / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2]) for line in lines]


def test_the_image_runs_fare_without_root_on_one_folder() -> None:
    said = instructions()
    last = dict(said)
    assert last["USER"] == "10001:10001"
    assert json.loads(last["ENTRYPOINT"]) == ["/opt/farebox/bin/fare"]
    assert json.loads(last["CMD"]) == ["refresh"]
    assert last["VOLUME"] == "/var/lib/farebox"
    # A digest in the one argument holds for both stages.
    bases = [value.split()[0] for name, value in said if name == "FROM"]
    assert bases == ["${PYTHON}", "${PYTHON}"]
    assert re.fullmatch(
        r"PYTHON=docker\.io/library/python:3\.\d+-slim-\w+", last["ARG"]
    )
    runs = " ".join(value for name, value in said if name == "RUN")
    assert "--require-hashes -r requirements.lock" in runs
    assert "-o 10001 -g 10001 -m 0700 /var/lib/farebox" in runs


def test_hadolint_has_nothing_to_say_about_the_image() -> None:
    hadolint = ROOT / ".venv/release/bin/hadolint"
    need(hadolint.exists(), "needs hadolint: make .venv/.release")
    strict = (hadolint, "--no-color", "--failure-threshold", "style", "-")
    text = (SCHEDULE / "Containerfile").read_text()
    done = subprocess.run(strict, input=text, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    as_root = text.replace("USER 10001:10001", "USER root")
    found = subprocess.run(strict, input=as_root, capture_output=True, text=True)
    assert "DL3002" in found.stdout


def test_the_image_has_every_package_of_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = project["tool"]["setuptools"]["packages"]["find"]["include"]
    copied = {value.split()[0] for name, value in instructions() if name == "COPY"}
    assert {name.removesuffix("*") for name in named} <= copied


def test_what_the_image_copies_is_enough_to_install_farebox(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    for name, value in instructions():
        if name != "COPY" or value.startswith("--from"):
            continue
        *parts, target = value.split()
        for part in parts:
            if (ROOT / part).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / part, source / target, ignore=ignored)
            else:
                shutil.copy(ROOT / part, source / target)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", "--no-build-isolation", "--no-index"),
            *("--target", str(tmp_path / "site"), "."),
        ],
        cwd=source,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shown = subprocess.run(
        [sys.executable, "-m", "farebox.cli.main", "--help"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    installed = (tmp_path / "site/bin/fare").read_text()
    assert "from farebox.cli.main import main" in installed
    assert shown.returncode == 0, shown.stderr
