"""A real HAProxy: skipped with the reason where there is none."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def haproxy() -> str:
    """The program's path; under `CI=true` its absence is a failure."""
    found = shutil.which("haproxy", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if found is None:
        reason = "no haproxy on PATH: install it with the system's packages"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
