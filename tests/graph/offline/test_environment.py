"""A program's packages are found in its own environment, wherever Farebox is installed."""

import re
import sys
from pathlib import Path

import pytest

from farebox.extras import NotInstalled
from farebox.graph import ProgramError
from farebox.graph.offline.environment import packages_of
from farebox.graph.offline.program import read_program
from farebox.graph.project import read_project
from tests.graph.harness import by_name

HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
OTHER = "python3.99"
PROGRAM = "import shop_sizes\nimport pulumi_aws as aws\n\naws.ebs.Volume('data', size=shop_sizes.SIZE, availability_zone='us-east-1a')\n"


@pytest.fixture(autouse=True)
def nothing_found_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "shop_sizes", raising=False)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def project(folder: Path, runtime: str) -> Path:
    (folder / "Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\n")
    (folder / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (folder / "__main__.py").write_text(PROGRAM)
    return folder


def environment(folder: Path, python: str = HERE) -> Path:
    """An environment with the module that the program imports."""
    packages = folder / "lib" / python / "site-packages"
    packages.mkdir(parents=True)
    (packages / "shop_sizes.py").write_text("SIZE = 12\n")
    return folder


@pytest.mark.parametrize(
    ("runtime", "folder"),
    [
        ("{name: python, options: {virtualenv: venv}}", "venv"),
        ("{name: python, options: {toolchain: uv}}", ".venv"),
    ],
)
def test_the_environment_that_the_project_names_has_the_packages(
    tmp_path: Path, runtime: str, folder: str
) -> None:
    environment(tmp_path / folder)
    path = list(sys.path)
    graph = read_program(project(tmp_path, runtime), "dev")
    assert by_name(graph)["data"].input("size") == 12
    assert sys.path == path


def test_a_package_installed_editable_is_found(tmp_path: Path) -> None:
    elsewhere = environment(tmp_path / "elsewhere") / "lib" / HERE / "site-packages"
    packages = tmp_path / "venv/lib" / HERE / "site-packages"
    packages.mkdir(parents=True)
    (packages / "sizes.pth").write_text(f"{elsewhere}\n")
    folder = project(tmp_path, "{name: python, options: {virtualenv: venv}}")
    assert by_name(read_program(folder, "dev"))["data"].input("size") == 12


def test_else_the_active_environment_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(environment(tmp_path / "elsewhere")))
    graph = read_program(project(tmp_path, "python"), "dev")
    assert by_name(graph)["data"].input("size") == 12
    # Farebox's own is on the path already.
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert packages_of(read_project(tmp_path)) == []


def test_an_environment_of_another_python_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(tmp_path / "venv", OTHER)
    project(tmp_path, "{name: python, options: {virtualenv: venv}}")
    said = r"venv is of Python 3\.99, and Farebox runs on .* --python 3\.99"
    with pytest.raises(ProgramError, match=said):
        read_program(tmp_path, "dev")


@pytest.mark.parametrize(
    ("python", "said"),
    [
        (OTHER, "venv is of Python 3.99, and Farebox runs on"),
        (HERE, "site-packages: pip install it there"),
        ("", "environment venv is not there: make it with python3 -m venv venv"),
    ],
)
def test_where_the_sdk_is_missing_the_programs_environment_is_where_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str, said: str
) -> None:
    if python:
        environment(tmp_path / "venv", python)
    project(tmp_path, "{name: python, options: {virtualenv: venv}}")
    monkeypatch.setattr("farebox.graph.offline.program.missing", lambda _: "no pulumi")
    with pytest.raises(NotInstalled, match=re.escape(said)):
        read_program(tmp_path, "dev")


def test_without_an_environment_a_farebox_installed_apart_says_where_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farebox.graph.offline.errors.installed_by", lambda: "uv")
    said = "no module shop_sizes: activate the program's environment, or name it"
    with pytest.raises(ProgramError, match=said):
        read_program(project(tmp_path, "python"), "dev")
