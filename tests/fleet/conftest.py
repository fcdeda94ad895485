"""Fleets are kept by an extra: without it these tests are skipped, and say so."""

import os
from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True, scope="session")
def _reads_bills() -> None:
    """DuckDB and Ibis; under `CI=true` their absence is a failure."""
    if find_spec("ibis") is None:
        reason = "no Ibis: make .venv/.bills installs what reads bills"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
