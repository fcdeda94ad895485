"""Types of other packages, and free types, are told apart from gaps."""

from farebox.graph import Resource
from farebox.rules.charges import Gap, NoCharge
from farebox.rules.packages import without_a_rule
from tests.rules.network import resource, statement_of


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
