"""Every type of the networking modules is priced or free, and never both."""

import re
from pathlib import Path

import pulumi_aws
import pytest

from farebox.graph import Resource
from farebox.rules.charges import Gap, NoCharge
from farebox.rules.packages import without_a_rule
from farebox.rules.registry import FREE, RULES
from tests.rules.network import resource, statement_of

MODULES = (
    "ec2",
    "ebs",
    "vpc",
    "lb",
    "alb",
    "elb",
    "ec2transitgateway",
    "ec2clientvpn",
    "dlm",
    "iam",
    "acm",
)
TOKEN = re.compile(
    r'@pulumi\.type_token\("([^"]+)"\)\nclass \w+\(pulumi\.CustomResource'
)
ALIAS = re.compile(r'Alias\(type_="([^"]+)"')


def _tokens(module: str) -> set[str]:
    folder = Path(pulumi_aws.__file__).parent / module
    found: set[str] = set()
    for path in folder.glob("*.py"):
        source = path.read_text()
        found.update(TOKEN.findall(source))
        found.update(ALIAS.findall(source))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_type_of_a_module_has_a_rule_or_a_reason_to_be_free(module: str) -> None:
    tokens = _tokens(module)
    assert tokens
    assert not sorted(tokens - set(RULES) - set(FREE))


def test_no_type_is_free_and_priced() -> None:
    assert not set(RULES) & set(FREE)


def test_every_free_type_says_why_in_a_sentence_of_its_own() -> None:
    assert all(len(said.reason) > 10 for said in FREE.values())
    assert all(said.code in ("no-charge", "priced-with") for said in FREE.values())


def test_a_type_that_is_free_is_on_the_free_list_with_its_reason() -> None:
    statement = statement_of(resource("aws:ec2/subnet:Subnet"))
    [free] = statement.free
    assert "traffic does" in free.reason


def test_a_random_value_is_data_and_an_unknown_package_is_named() -> None:
    random = without_a_rule(Resource("u", "random:index/randomId:RandomId", "r", {}))
    assert isinstance(random, NoCharge)
    assert random.code == "data"
    other = without_a_rule(Resource("u", "gcp:compute/instance:Instance", "g", {}))
    assert isinstance(other, Gap)
    assert other.code == "no-rule"
    assert "package gcp" in other.reason
