"""A program in another language is previewed by the engine on PATH, and then priced."""

import json
from pathlib import Path

import pytest

from farebox.graph import IncompletePreview
from farebox.graph.project import read_project
from farebox.quote.errors import RequestError
from farebox.quote.target import find_target, read_stack
from farebox.quote.waiting import SILENT

NAT = "aws:ec2/natGateway:NatGateway"
URN = f"urn:pulumi:dev::shop::{NAT}::nat"
PREVIEW = {
    "config": {"aws:region": "eu-west-1"},
    "steps": [
        {
            "op": "create",
            "urn": URN,
            "newState": {"urn": URN, "custom": True, "type": NAT, "inputs": {}},
        }
    ],
    "changeSummary": {"create": 1},
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    (folder / "dev.usage.yaml").write_text(
        "version: 1\nresource_usage:\n  nat: {monthly_data_processed_gb: 1}\n"
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


def engine(project: Path, body: str) -> None:
    """A `pulumi` that does what the script says, as the only program on PATH."""
    program = project.parent / "bin" / "pulumi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


def test_the_engines_preview_is_read_with_the_stacks_usage_file(project: Path) -> None:
    said = project.parent / "preview.json"
    said.write_text(json.dumps(PREVIEW))
    asked = project.parent / "asked"
    engine(
        project,
        f'echo "$@" > {asked}\nwhile read -r line || [ -n "$line" ]; do '
        f'echo "$line"; done < {said}',
    )
    target = read_stack(read_project(project), "dev", region=None, waiting=SILENT)
    assert [each.urn for each in target.graph.resources] == [URN]
    assert target.usage_path == project / "dev.usage.yaml"
    words = asked.read_text().split()
    assert words[:4] == ["preview", "--json", "--show-sames", "--non-interactive"]
    assert words[words.index("--stack") + 1] == "dev"
    assert not {"up", "--yes"} & set(words)


def test_without_an_engine_the_way_is_said(project: Path) -> None:
    with pytest.raises(RequestError, match="is in nodejs, which Pulumi's engine runs"):
        read_stack(read_project(project), "dev", region=None, waiting=SILENT)


def test_an_engine_that_fails_is_one_sentence_with_its_own_words(project: Path) -> None:
    engine(project, "echo 'error: no credentials' >&2\nexit 255")
    with pytest.raises(RequestError, match="of dev failed: error: no credentials"):
        read_stack(read_project(project), "dev", region=None, waiting=SILENT)


def test_a_stack_that_only_has_a_config_file_is_to_be_made(project: Path) -> None:
    engine(project, "echo \"error: no stack named 'dev' found\" >&2\nexit 255")
    with pytest.raises(RequestError, match=r"with: pulumi stack init dev$"):
        read_stack(read_project(project), "dev", region=None, waiting=SILENT)


def test_a_program_that_fails_before_its_first_resource_is_quoted(
    project: Path,
) -> None:
    # As the engine writes it of a TypeScript program that does not compile: no steps.
    failed = {
        "config": {"aws:region": "us-east-1"},
        "diagnostics": [{"severity": "error", "message": "error: TSError: no such"}],
        "duration": 1507462818,
    }
    said = project.parent / "preview.json"
    said.write_text(json.dumps(failed))
    engine(
        project,
        f'while read -r line || [ -n "$line" ]; do echo "$line"; done < {said}\nexit 1',
    )
    with pytest.raises(IncompletePreview, match="error: TSError: no such"):
        read_stack(read_project(project), "dev", region=None, waiting=SILENT)


def test_a_preview_that_ends_in_an_error_is_not_priced_as_whole(project: Path) -> None:
    failed = {
        **PREVIEW,
        "diagnostics": [{"severity": "error", "message": "the program threw"}],
    }
    said = project.parent / "preview.json"
    said.write_text(json.dumps(failed))
    engine(
        project,
        f'while read -r line || [ -n "$line" ]; do echo "$line"; done < {said}\nexit 1',
    )
    with pytest.raises(IncompletePreview, match="the program threw"):
        read_stack(read_project(project), "dev", region=None, waiting=SILENT)


def test_a_stack_without_a_config_file_is_the_engines_to_know(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `pulumi stack init` in Pulumi Cloud writes no file.
    (project / "Pulumi.dev.yaml").unlink()
    monkeypatch.chdir(project)
    assert find_target("dev") == read_project(project)
    with pytest.raises(RequestError, match=r"^old\.json is no file: pulumi preview"):
        find_target("old.json")
    (project / "dev").write_text("{}")
    assert find_target("dev") == b"{}"


def test_a_python_project_without_a_stack_says_how_to_make_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "Pulumi.dev.yaml").unlink()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    monkeypatch.chdir(project)
    with pytest.raises(RequestError, match="no stack's config file: pulumi stack init"):
        find_target("dev")
    monkeypatch.chdir(project.parent)
    with pytest.raises(RequestError, match="this folder has no Pulumi project: run"):
        find_target("dev")
