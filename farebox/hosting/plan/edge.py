"""Relay nodes and reverse proxies: how many a tier needs.

Both carry connections of all users, hosted here or not. One machine more than is busy
runs all the time; the largest size still carries the load when a zone is lost.
"""

from math import ceil

from farebox.hosting.instance_types import InstanceType, instance_type
from farebox.hosting.limits import (
    EKS_NODES_PER_GROUP,
    EKS_SOURCE,
    NLB_SOURCE,
    NLB_TARGETS,
    check_connections,
    check_offered,
    check_targets,
)
from farebox.hosting.plan_values import NodesPlan, TierConfig


def relay_plan(config: TierConfig, users: int, region: str) -> NodesPlan:
    """Relay nodes: what connections and messages ask for, and one to spare."""
    relay = config.relay
    one = instance_type(relay.instance_type)
    check_offered([relay.instance_type], config.zone_ids, region)
    check_connections(
        "relay", one, relay.connections_per_node, key="connections_per_node"
    )
    connections = users * relay.connections_per_user
    messages = users * relay.messages_per_user_second
    busy = max(
        up(connections / relay.connections_per_node),
        up(messages / relay.messages_per_node_second),
    )
    nodes = _nodes(one, busy, relay.min_nodes, len(config.zone_ids))
    check_targets("relay", nodes, config, EKS_NODES_PER_GROUP, source=EKS_SOURCE)
    return nodes


def proxies_plan(config: TierConfig, users: int, region: str) -> NodesPlan:
    """Reverse proxies: open connections, and one to spare."""
    proxies = config.proxies
    one = instance_type(proxies.instance_type)
    check_offered([proxies.instance_type], config.zone_ids, region)
    check_connections(
        "proxies", one, proxies.connections_per_proxy, key="connections_per_proxy"
    )
    busy = up(users * proxies.connections_per_user / proxies.connections_per_proxy)
    nodes = _nodes(one, busy, proxies.min_proxies, len(config.zone_ids))
    check_targets(
        "proxies",
        nodes,
        config,
        NLB_TARGETS * len(config.zone_ids),
        source=NLB_SOURCE,
    )
    return nodes


def target_connections(config: TierConfig, users: int, proxies: NodesPlan) -> int:
    """Connections that each proxy shall have: with those of the peak the usual ones run.

    Where the usual ones are hardly used, more are started at four fifths of what one
    takes.
    """
    at_peak = up(users * config.proxies.connections_per_user / proxies.nodes)
    return max(at_peak, config.proxies.connections_per_proxy * 4 // 5)


def _nodes(one: InstanceType, busy: int, least: int, zones: int) -> NodesPlan:
    """Busy machines and one to spare; at most what carries on when a zone is lost."""
    usual = max(least, busy + 1)
    return NodesPlan(
        instance_type=one.instance_type,
        min_nodes=max(least, busy),
        nodes=usual,
        max_nodes=max(usual, up(busy * zones / (zones - 1)) + 1),
    )


def up(figure: float) -> int:
    """Rounded up, a float's own error aside."""
    return ceil(figure - 1e-9)
