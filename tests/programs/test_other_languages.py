"""TypeScript and YAML programs: `fare price STACK` has the real engine preview them.

The figures are in `expected.yaml`, as those of the Python programs.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.engine.engine import ROOT, Deployment, Engine
from tests.programs.project import STACKS, programs, project_of
from tests.programs.test_programs import EXPECTED

Completed = subprocess.CompletedProcess[str]


def fare(deployment: Deployment, *words: str) -> Completed:
    """A command of `fare` in the project's folder, with the engine on PATH."""
    env = deployment.engine.environment(deployment.state)
    return subprocess.run(
        [sys.executable, "-m", "farebox", *words],
        cwd=deployment.project,
        env=env | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def priced(
    other_languages: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], dict[str, Any]]:
    """The statement of a program's stack `prod`, as JSON; each is previewed once."""
    found: dict[Path, dict[str, Any]] = {}

    def statement(program: Path) -> dict[str, Any]:
        if program not in found:
            folder = project_of(program, tmp_path_factory.mktemp("written"))
            deployment = other_languages.open(folder, "prod")
            options = ("--prices", "embedded", "--format", "json")
            done = fare(deployment, "price", "prod", *options)
            assert done.returncode == 0, done.stderr
            found[program] = json.loads(done.stdout)
        return found[program]

    return statement


@pytest.mark.parametrize(
    "program", programs(".ts", ".yaml"), ids=lambda path: path.stem
)
def test_fare_price_of_a_stack_previews_its_program_and_prices_it(
    priced: Callable[[Path], dict[str, Any]], program: Path
) -> None:
    statement = priced(program)
    gaps = Counter(gap["code"] for gap in statement["unpriced"])
    expected = EXPECTED[program.stem]
    assert f"{Decimal(statement['total']['usd_per_month']):.2f}" == expected["total"]
    assert dict(sorted(gaps.items())) == expected.get("gaps", {})
    assert "no-rule" not in gaps
    # Each line of a TypeScript program knows where its resource is declared; the host of
    # YAML names its own code, which is no place in the program.
    places = {line["source_position"].partition(":")[0] for line in statement["lines"]}
    assert places == ({"index.ts"} if program.suffix == ".ts" else {""})


def test_a_component_in_typescript_carries_what_its_children_cost(
    priced: Callable[[Path], dict[str, Any]],
) -> None:
    lines = priced(STACKS / "container_site.ts")["lines"]
    assert {line["component"].rpartition("::")[2] for line in lines} == {"site"}


def test_a_program_that_throws_is_an_error_in_its_own_words(
    other_languages: Engine, tmp_path: Path
) -> None:
    folder = project_of(STACKS / "order_queue.ts", tmp_path / "written")
    deployment = other_languages.open(folder, "prod")
    deployment.write("index.ts", "throw new Error('no such customer');\n")
    done = fare(deployment, "price", "prod", "--prices", "embedded")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no such customer" in done.stderr


def test_a_stack_that_the_backend_lacks_is_named_with_the_way_to_make_it(
    other_languages: Engine, tmp_path: Path
) -> None:
    folder = project_of(STACKS / "wiki_server.yaml", tmp_path / "written")
    deployment = other_languages.open(folder, "prod")
    deployment.write("Pulumi.dev.yaml", "config:\n  aws:region: us-east-1\n")
    done = fare(deployment, "price", "dev", "--prices", "embedded")
    assert done.returncode == 2
    assert "no stack named 'dev' found" in done.stderr
    assert "pulumi stack init dev" in done.stderr
