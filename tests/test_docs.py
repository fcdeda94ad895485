"""The docs keep up with the code: commands, rules, codes and figures."""

import re
from pathlib import Path
from typing import get_args

import pytest

from farebox.bill.statement import FreeCode, GapCode
from farebox.prices.ages import MAX_AGE_DAYS
from farebox.rules.registry import TYPES
from tests.casebook import CASES
from tests.cli_reference import PAGE, help_of, names, reference
from tests.rule_pages import BY_HAND, pages

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def test_the_command_reference_is_what_the_commands_say() -> None:
    assert PAGE.read_text() == reference(), "run make docs"


@pytest.mark.parametrize("name", ["fare", *names()])
def test_help_fits_a_terminal_and_shows_examples(name: str) -> None:
    text = help_of(name)
    assert "Examples:" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", [one for one in names() if "host" not in one])
def test_the_examples_of_what_prices_any_stack_name_no_stack_of_ours(name: str) -> None:
    examples = help_of(name).partition("Examples:")[2]
    assert not re.search(r"\b(1k|10k|50k|100k|1m)\b", examples)


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
def test_the_page_of_a_service_is_what_its_module_declares(path: Path) -> None:
    assert path.read_text() == pages()[path], "run make docs"


def test_a_page_of_the_rules_is_generated_or_known_to_be_by_hand() -> None:
    found = {path for path in (DOCS / "rules").glob("*.md") if path not in pages()}
    assert {path.stem for path in found} == BY_HAND


def test_a_type_has_a_case_worked_by_hand() -> None:
    # Tokens that share one declaration are one type under several names.
    cases = "".join(path.read_text() for path in CASES.glob("*.yaml"))
    shown = {id(said) for type_, said in TYPES.items() if type_ in cases}
    assert [type_ for type_, said in TYPES.items() if id(said) not in shown] == []


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_a_type_says_how_it_is_billed_and_cites_the_page(type_: str) -> None:
    assert TYPES[type_].billed.endswith(".")
    assert re.match(r"https://(docs\.)?aws\.amazon\.com/", TYPES[type_].source)


@pytest.mark.parametrize("code", [*get_args(FreeCode), *get_args(GapCode)])
def test_a_code_is_explained(code: str) -> None:
    assert f"| `{code}` |" in (DOCS / "concepts.md").read_text()


def test_the_age_limits_in_the_docs_are_those_of_the_code() -> None:
    decisions = (DOCS / "decisions.md").read_text()
    spot, listed = MAX_AGE_DAYS["spot"], MAX_AGE_DAYS["list"]
    assert f"{spot} days for spot, {listed} for list prices" in decisions


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
