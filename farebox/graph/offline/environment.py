"""Which packages a program in Python runs with: its own environment's, beside Farebox's.

Pulumi runs a program in the environment that `Pulumi.yaml` names (`virtualenv`), else in
the one that is active in the shell. Its packages are found here too, after Farebox's own,
so that Farebox may be installed apart (uv, pipx) and need no SDK.
"""

import os
import sys
from pathlib import Path

from farebox.graph.project import Project

ACTIVE = "VIRTUAL_ENV"
"""The variable that names the environment that is active in the shell."""


def packages_of(project: Project) -> list[str]:
    """The folders of the program's own packages; none of another Python's."""
    base = _environment_of(project)
    if base is None:
        return []
    found = (
        base / "lib" / _this_python() / "site-packages",
        base / "Lib/site-packages",
    )
    return [str(folder) for folder in found if folder.is_dir()]


def has_sdk(project: Project) -> bool:
    """Whether Pulumi's SDK is in the program's own environment."""
    return any((Path(folder) / "pulumi").is_dir() for folder in packages_of(project))


def why_unused(project: Project) -> str:
    """Why packages of the program's environment are not found here, or empty.

    It is a part of a sentence, with what to do.
    """
    base = _environment_of(project)
    if base is None or packages_of(project):
        return ""
    pythons = sorted(base.glob("lib/python3*/site-packages"))
    if not pythons:
        return (
            f"the program's environment {base.name} is not there: make it with python3 "
            f"-m venv {base.name}, and install into it what the program imports"
        )
    theirs = pythons[0].parent.name.removeprefix("python")
    return (
        f"the program's environment {base.name} is of Python {theirs}, and Farebox runs "
        f"on {_this_python().removeprefix('python')}: install it for {theirs} (uv tool "
        f"install --python {theirs} . in its clone)"
    )


def _environment_of(project: Project) -> Path | None:
    """The environment's folder, where it is another than Farebox's own."""
    named = project.virtualenv or os.environ.get(ACTIVE, "")
    if not named:
        return None
    base = project.folder / named
    return None if base.resolve() == Path(sys.prefix).resolve() else base


def _this_python() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"
