"""A real API server for the session: skipped with the reason where there is none."""

import os
from collections.abc import Iterator

import pytest

from tests.engine.build import NoEngine
from tests.kube.build import found
from tests.kube.server import ApiServer, api_server


@pytest.fixture(scope="session")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A Kubernetes API server; under `CI=true` its absence is a failure."""
    try:
        programs = found()
    except NoEngine as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Kubernetes API server: {reason}")
        pytest.skip(f"no Kubernetes API server: {reason}")
    with api_server(programs, tmp_path_factory.mktemp("kube")) as server:
        yield server
