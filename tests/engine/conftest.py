"""The engine as a fixture: skipped with the reason where there is none."""

import os
from pathlib import Path

import pytest

from tests.engine.build import NoEngine, find
from tests.engine.engine import Engine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need the engine."""
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The real Pulumi engine; under `CI=true` its absence is a failure."""
    try:
        found = find()
    except NoEngine as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Pulumi engine: {reason}")
        pytest.skip(f"no Pulumi engine: {reason}")
    return Engine(found, tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of small Pulumi programs."""
    return Path(__file__).parent / "programs"
