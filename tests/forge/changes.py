"""A change to price: base and head previews, and the environment it is posted in."""

from typing import Any

import pytest

from tests.cli.documents import preview, step, volume
from tests.forge.fakes import TOKEN

ON = ("--on", "2026-11-23")


def at(line: int, made: dict[str, Any]) -> dict[str, Any]:
    """The step declared at a line of the program."""
    made["newState"]["sourcePosition"] = f"project:///__main__.py#{line},4"
    return made


def instance(kind: str) -> dict[str, Any]:
    """A machine with a root volume of 30 GiB gp3 and no public address."""
    inputs = {
        "instanceType": kind,
        "ami": "ami-1",
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeSize": 30, "volumeType": "gp3"},
    }
    return step("aws:ec2/instance:Instance", "vm", inputs)


def nat() -> dict[str, Any]:
    """A NAT gateway with its address."""
    return step(
        "aws:ec2/natGateway:NatGateway",
        "nat",
        {"allocationId": "eipalloc-1", "subnetId": "subnet-1"},
    )


BASE = (
    at(10, instance("r6a.8xlarge")),
    at(20, volume("fast", iops=3000)),
    at(30, nat()),
    at(40, volume("old", size=200)),
)
HEAD = (
    at(11, instance("r7a.8xlarge")),
    at(21, volume("fast", iops=5000)),
    at(41, volume("new", size=300)),
)


BASE_PREVIEW = preview(*BASE, config={"farebox:users": "1000"})
HEAD_PREVIEW = preview(*HEAD, config={"farebox:users": "1100"})


def enter(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    """As a job begins: the command takes the tokens out when it has read them."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)


def silent(out: str, err: str) -> None:
    """Nothing printed holds the token or a traceback."""
    for text in (out, err):
        assert TOKEN not in text
        assert "Traceback" not in text
