"""Types of other packages, and free types, are told apart from gaps."""

from decimal import Decimal

from farebox.graph import Resource
from farebox.graph.templates.names import token_of
from farebox.rules.charges import Gap, NoCharge
from farebox.rules.packages import IN_TEMPLATES, without_a_rule
from tests.rules.network import resource, statement_of
from tests.sdk_types import types_of_the_sdk


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


def test_a_component_of_another_process_is_free_with_its_parts_and_a_gap_without() -> (
    None
):
    # A preview has the parts of a component; a program that runs offline has not.
    for type_ in ("awsx:ec2:Vpc", "aws-apigateway:index:RestAPI", "eks:index:Cluster"):
        seen = without_a_rule(Resource("u", type_, "c", {}, custom=False))
        assert isinstance(seen, NoCharge)
        assert seen.code == "component"
        alone = without_a_rule(Resource("u", type_, "c", {}, custom=True))
        assert isinstance(alone, Gap)
        assert "parts are not seen here; a preview shows them" in alone.reason


def test_what_a_component_holds_rolls_up_to_it() -> None:
    # By hand: a NAT gateway, 730 x 0.045 = 32.85, below awsx's VPC.
    vpc = Resource("v", "awsx:ec2:Vpc", "net", {}, "us-east-1", custom=False)
    gateway = Resource(
        "n", "aws:ec2/natGateway:NatGateway", "nat", {}, "us-east-1", parent="v"
    )
    statement = statement_of(vpc, gateway)
    assert {line.subject.component for line in statement.lines} == {"v"}
    assert statement.lines[0].usd_per_month == Decimal("32.85")


def test_what_only_a_template_has_is_free_with_its_reason_or_not_seen() -> None:
    for type_, reason in IN_TEMPLATES.items():
        said = without_a_rule(Resource("u", type_, "r", {}))
        assert said == NoCharge(reason)
    own = without_a_rule(Resource("u", token_of("Custom::Database"), "r", {}))
    assert isinstance(own, Gap)
    assert "what it makes is not seen" in own.reason


def test_a_type_of_templates_alone_is_none_of_the_sdk() -> None:
    assert not IN_TEMPLATES.keys() & set().union(*types_of_the_sdk().values())
