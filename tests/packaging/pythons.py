"""Which Pythons are here to install into: the lowest that Farebox supports, and the highest."""

import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from shutil import which

ROOT = Path(__file__).parents[2]
NEWEST_MINOR = 30
"""No Python 3 above this is looked for."""


@cache
def found() -> dict[tuple[int, int], str]:
    """The interpreters that answer, by version, of PATH and of pyenv's folder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lowest = re.findall(r"\d+", project["requires-python"])
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    there = {}
    for minor in range(int(lowest[1]), NEWEST_MINOR):
        name = f"python3.{minor}"
        paths = [which(name), *map(str, pyenv.glob(f"3.{minor}.*/bin/{name}"))]
        for path in filter(None, paths):
            if _answers(path):
                there[3, minor] = path
                break
    return there


def lowest_and_highest() -> list[str]:
    """Interpreters of the lowest and the highest version here; one where both are one."""
    versions = sorted(found())
    return [found()[one] for one in dict.fromkeys((versions[0], versions[-1]))]


def version_of(path: str) -> str:
    """`3.13`, of an interpreter that was found."""
    [version] = [one for one, there in found().items() if there == path]
    return ".".join(map(str, version))


def _answers(path: str) -> bool:
    """Whether it is a Python that runs and can make an environment."""
    command = [path, "-c", "import ensurepip, venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
