"""Bills are read by an extra: without it these tests are skipped, and say so."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from farebox.billed.engines import DUCKDB
from tests.billed.cluster import CLUSTER, SMALL, missing


@pytest.fixture(autouse=True, scope="session")
def _reads_bills() -> None:
    """DuckDB and Ibis; under `CI=true` their absence is a failure."""
    if find_spec("ibis") is None:
        reason = "no Ibis: make .venv/.bills installs what reads bills"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def spark() -> Iterator[str]:
    """The name of a Spark that runs: one cluster for all tests of a process."""
    if reason := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from farebox.billed.spark import connected

    with connected(CLUSTER, SMALL):
        yield CLUSTER


@pytest.fixture(params=["duckdb", "spark"])
def on(request: pytest.FixtureRequest) -> str:
    """The name of an engine: the same test runs on each."""
    if request.param == DUCKDB:
        return DUCKDB
    name: str = request.getfixturevalue("spark")
    return name
