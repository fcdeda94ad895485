"""The five minutes in other languages: each command as typed, on the real engine."""

import sys
from pathlib import Path

import pytest

from tests.engine.engine import ROOT, Engine
from tests.engine.languages.build import packages
from tests.site.walk import START, sections, walk


@pytest.mark.parametrize(
    "section", [name for name in sections(START) if name != "Python"]
)
def test_the_page_shows_what_the_engine_and_fare_print(
    other_languages: Engine, section: str, tmp_path: Path
) -> None:
    folder, state = tmp_path / "shop", tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    environment = other_languages.environment(state)
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    fare = (sys.executable, "-m", "farebox")
    walk(sections(START)[section], folder, fare, environment, packages())
