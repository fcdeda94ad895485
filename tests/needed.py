"""Tests that need a package or a tool say so: skipped with the reason, under CI a failure."""

import os
from importlib.util import find_spec
from shutil import which

import pytest


def need_package(package: str, target: str) -> None:
    """Skip the module where the package is missing; `make target` installs it."""
    need(find_spec(package) is not None, f"needs {package}: make {target}")


def need_tool(command: str, why: str) -> None:
    """Skip where a command is not on PATH."""
    need(which(command) is not None, f"needs {command}, {why}")


def need(there: bool, reason: str) -> None:
    """Skip with the reason where what is needed is not there; under CI a failure."""
    if there:
        return
    assert not os.environ.get("CI"), reason
    pytest.skip(reason, allow_module_level=True)
