"""Small stacks for the policies: resources with their urns, parents and references."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import exactly
from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.bill.usage import Entry, UsageFile
from farebox.graph import Resource, ResourceGraph
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book

BOOK = frozen_book()
ON = date(2026, 11, 23)
STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
VOLUME = "aws:ebs/volume:Volume"
NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"
INSTANCE = "aws:ec2/instance:Instance"
SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
GROUP = "aws:autoscaling/group:Group"


def urn(type_: str, name: str) -> str:
    """The urn of a resource of the stack."""
    return f"urn:pulumi:dev::shop::{type_}::{name}"


def resource(
    type_: str,
    name: str,
    /,
    *,
    parent: str = STACK,
    needs: Mapping[str, Sequence[str]] | None = None,
    **inputs: Any,
) -> Resource:
    """A resource of us-east-1; `needs` are the urns behind each input."""
    return Resource(
        urn(type_, name),
        type_,
        name,
        inputs,
        "us-east-1",
        parent,
        dependencies={key: list(urns) for key, urns in (needs or {}).items()},
    )


def component(name: str, parent: str = STACK) -> Resource:
    """A component of the program."""
    type_ = "shop:parts:Part"
    return Resource(urn(type_, name), type_, name, {}, None, parent, custom=False)


def volume(
    name: str, gib: int | str, /, *, parent: str = STACK, **inputs: Any
) -> Resource:
    """A gp3 volume, by hand 0.08 USD a GB and month."""
    return resource(
        VOLUME, name, parent=parent, **{"type": "gp3", "size": gib, **inputs}
    )


def graph(*resources: Resource) -> ResourceGraph:
    """The graph of a stack of these."""
    itself = Resource(STACK, "pulumi:pulumi:Stack", "shop-dev", {}, None, custom=False)
    return ResourceGraph([itself, *resources], project="shop", stack="dev")


def priced(
    found: ResourceGraph,
    *,
    users: int | None = None,
    usage: Mapping[str, int] | None = None,
) -> Statement:
    """The statement at the frozen book's prices; the usage holds for every resource."""
    values = {key: exactly(Decimal(value)) for key, value in (usage or {}).items()}
    return estimate(
        found,
        BOOK,
        UsageFile(resources=[Entry("*", values)] if values else []),
        Terms(on=ON, users=Decimal(users) if users else None),
    )
