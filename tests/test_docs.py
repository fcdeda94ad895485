"""The docs keep up with the code: commands, rules, codes and figures."""

import re
from pathlib import Path
from typing import get_args

import pytest

from farebox.bill.statement import FreeCode, GapCode
from farebox.prices.ages import MAX_AGE_DAYS
from farebox.rules import RULES
from tests.casebook import CASES
from tests.cli_reference import PAGE, help_of, names, reference

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def test_the_command_reference_is_what_the_commands_say() -> None:
    assert PAGE.read_text() == reference(), "run make docs"


@pytest.mark.parametrize("name", ["fare", *names()])
def test_help_fits_a_terminal_and_shows_examples(name: str) -> None:
    text = help_of(name)
    assert "Examples:" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("type_", sorted(RULES))
def test_a_rule_has_a_section_in_the_docs(type_: str) -> None:
    pages = "".join(page.read_text() for page in (DOCS / "rules").glob("*.md"))
    assert f"`{type_}`" in pages


def test_a_rule_has_a_case_worked_by_hand() -> None:
    cases = "".join(path.read_text() for path in CASES.glob("*.yaml"))
    rules = {rule for type_, rule in RULES.items() if type_ in cases}
    without = sorted({rule.__name__ for rule in RULES.values() if rule not in rules})
    assert not without


def test_a_rule_cites_the_page_it_follows() -> None:
    for rule in RULES.values():
        assert "https://" in (rule.__doc__ or ""), rule


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
