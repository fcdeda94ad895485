"""The engine as a fixture: skipped with the reason where there is none."""

import os
import shutil
from pathlib import Path

import pytest

from tests.engine.build import NoEngine, find
from tests.engine.engine import Engine
from tests.engine.languages.build import HOSTS, packages


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need the engine."""
    for item in items:
        if {"engine", "other_languages"} & set(getattr(item, "fixturenames", ())):
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


@pytest.fixture(scope="session")
def other_languages(engine: Engine) -> Engine:
    """The engine, where it runs TypeScript and YAML too; else as without an engine."""
    path = engine.environment(engine.folder)["PATH"]
    missing = [host for host in HOSTS if shutil.which(host, path=path) is None]
    missing += [] if packages() else ["the npm packages"]
    if missing:
        reason = f"no {', '.join(missing)}: run `make languages`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return engine
