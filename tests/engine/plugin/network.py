"""Limits of VPC and Elastic Load Balancing."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from tests.engine.plugin.known import Inputs, known
from tests.engine.plugin.schema import Failure
from tests.engine.plugin.wire import is_unknown


def _ipv4(text: Any, place: str) -> Iterator[Failure]:
    """An IPv4 network of a VPC or subnet: /16 to /28, no host bits.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    if not isinstance(text, str) or is_unknown(text):
        return
    try:
        network = ipaddress.IPv4Network(text)
    except ValueError as reason:
        yield Failure(place, f"{text!r} is no network: {reason}")
        return
    if not 16 <= network.prefixlen <= 28:
        yield Failure(place, f"{text} is not between /16 and /28")


def check_network(inputs: Inputs) -> Iterator[Failure]:
    yield from _ipv4(inputs.get("cidrBlock"), "cidrBlock")


def check_subnet(inputs: Inputs) -> Iterator[Failure]:
    yield from check_network(inputs)
    if inputs.get("availabilityZone") and inputs.get("availabilityZoneId"):
        yield Failure("availabilityZone", "give a zone's name or its id, not both")


def check_load_balancer(inputs: Inputs) -> Iterator[Failure]:
    kind = known(inputs, "loadBalancerType") or "application"
    subnets = inputs.get("subnets")
    if subnets is None and inputs.get("subnetMappings") is None:
        yield Failure("subnets", "a load balancer needs subnets or subnet mappings")
    if kind == "application" and isinstance(subnets, list) and len(subnets) < 2:
        yield Failure("subnets", "an application load balancer needs two subnets")
    name = known(inputs, "name") or ""
    if name.startswith(("internal-", "-")) or name.endswith("-"):
        yield Failure("name", f"{name!r} starts with internal- or has a hyphen outside")


def check_listener(inputs: Inputs) -> Iterator[Failure]:
    yield from _port(inputs, "port")
    protocol = known(inputs, "protocol")
    if protocol in ("TLS", "HTTPS") and not inputs.get("certificateArn"):
        yield Failure("certificateArn", f"a {protocol} listener needs a certificate")
    if protocol not in ("TLS", "HTTPS", None) and inputs.get("certificateArn"):
        yield Failure("certificateArn", f"a {protocol} listener takes no certificate")
    for action in inputs.get("defaultActions") or []:
        if action.get("type") == "forward" and not (
            action.get("targetGroupArn") or action.get("forward")
        ):
            yield Failure("defaultActions", "a forward action needs a target group")


def _port(inputs: Inputs, name: str) -> Iterator[Failure]:
    value = known(inputs, name)
    if value is not None and not 1 <= int(value) <= 65_535:
        yield Failure(name, f"{value} is no port")


def check_target_group(inputs: Inputs) -> Iterator[Failure]:
    yield from _port(inputs, "port")
    if (known(inputs, "targetType") or "instance") != "lambda":
        for name in ("port", "protocol", "vpcId"):
            if inputs.get(name) is None:
                yield Failure(name, "a target group of instances needs this")
    health = inputs.get("healthCheck")
    if not isinstance(health, dict):
        return
    interval = known(health, "interval")
    if interval is not None and not 5 <= int(interval) <= 300:
        yield Failure("healthCheck", f"the interval is 5 to 300 s, not {interval}")
    for name in ("healthyThreshold", "unhealthyThreshold"):
        count = known(health, name)
        if count is not None and not 2 <= int(count) <= 10:
            yield Failure("healthCheck", f"{name} is 2 to 10, not {count}")
    if known(health, "protocol") == "TCP" and health.get("path"):
        yield Failure("healthCheck", "a TCP health check takes no path")


def check_rules(inputs: Inputs) -> Iterator[Failure]:
    for side in ("ingress", "egress"):
        for rule in inputs.get(side) or []:
            low, high = known(rule, "fromPort"), known(rule, "toPort")
            if str(known(rule, "protocol")) == "-1" and (low or high):
                yield Failure(side, "all protocols means ports 0 to 0")
            elif low is not None and high is not None and int(low) > int(high):
                yield Failure(side, f"the first port {low} is above the last, {high}")
            if not SOURCES & {key for key, value in rule.items() if value}:
                yield Failure(side, "a rule names no network, group, list or self")


SOURCES = {"cidrBlocks", "ipv6CidrBlocks", "securityGroups", "prefixListIds", "self"}
