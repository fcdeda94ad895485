"""`make rule` and `make price-row` leave what the tests then ask for, and no more."""

import ast
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from farebox.prices.text import parse_book
from tests.new_rule import ROOT, CannotBegin, begin
from tests.price_row import FILE, BadRow, with_row

RULES = Path("farebox") / "rules"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copytree(ROOT / RULES, tmp_path / RULES)
    (tmp_path / RULES / "aws" / "glacier.py").unlink()  # a service as not begun yet
    (tmp_path / "tests" / "cases").mkdir(parents=True)
    return tmp_path


def test_a_service_begins_with_all_types_of_its_module(root: Path) -> None:
    rule, case = begin("aws:glacier/vault:Vault", root)
    text = rule.read_text()
    ast.parse(text)
    assert '"aws:glacier/vault:Vault": Type(' in text
    assert 'UNJUDGED = unjudged("glacier", "VaultLock")' in text
    written = yaml.safe_load(case.read_text())
    assert written["resources"] == [{"type": "aws:glacier/vault:Vault", "name": "one"}]


def test_a_type_that_is_none_or_is_declared_is_refused(root: Path) -> None:
    with pytest.raises(CannotBegin, match="no type of the installed pulumi_aws"):
        begin("aws:glacier/tomb:Tomb", root)
    with pytest.raises(CannotBegin, match=r"ecr\.py is there"):
        begin("aws:ecr/repository:Repository", root)


ROW = {
    "SERVICE": "AmazonTales",
    "REGION": "us-east-1",
    "USAGE_TYPE": "Tales",
    "UNIT": "Tales",
    "USD": "0:0.5 10:0.4",
    "URL": "https://example.test/tales.json",
    "DATE": "2026-11-01",
}


def test_a_price_is_added_in_canonical_form() -> None:
    text = with_row(FILE.read_text("utf-8"), ROW)
    [price] = [
        p for p in parse_book(text, kind="file") if p.key.service == "AmazonTales"
    ]
    assert [str(tier.usd_per_unit) for tier in price.tiers] == ["0.5", "0.4"]
    assert price.source.as_of == "2026-11-01"
    with pytest.raises(BadRow, match="has Tales there already"):
        with_row(text, ROW)


def test_a_price_without_its_source_is_refused() -> None:
    with pytest.raises(BadRow, match="a price needs URL, DATE too"):
        with_row("", {**ROW, "URL": "", "DATE": ""})
