"""A tier's plan as a resource graph: what of the stack is charged, without its program.

`fare price 100k` runs the Pulumi program, which takes seconds; a table of six tiers, a
search over plans or a curve over user counts cannot wait for that. This reader writes
down the resources that carry charges, or that a charge depends on, straight from the
plan that the program builds from: same types, same names, same inputs. What AWS never
charges (roles, routes, security groups, target groups) is left out. The tests hold its
statement against that of the program, line by line.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from farebox.graph import Resource, ResourceGraph
from farebox.graph.values import UNKNOWN_TEXT
from farebox.hosting.plan.quotas import NODE_ROOT_GIB, PROXY_ROOT_GIB, VM_ROOT_GIB
from farebox.hosting.plan.store_graph import (
    RECORD,
    USER_FILES,
    USER_VOLUME,
    Planned,
    records,
    user_files,
    user_volumes,
)
from farebox.hosting.plan.watch_graph import CONNECTIONS, POLICY, watched
from farebox.hosting.plan_values import NodesPlan, TierPlan

STACK = "pulumi:pulumi:Stack"
NETWORK = "passepartout:hosting:Network"
RELAY = "passepartout:hosting:RelayCluster"
PROXIES = "passepartout:hosting:ReverseProxies"
VOLUMES = "passepartout:hosting:UserVolumes"
FILES = "passepartout:hosting:SharedFiles"
RECORDS = "passepartout:hosting:UserRecords"
SPOT_POOL = "passepartout:hosting:SpotPool"
WATCHING = "passepartout:hosting:Watching"
"""The components of the program, as `components/` names them."""

SUBNET = "aws:ec2/subnet:Subnet"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"

LINUX = "AL2023"
"""Which processor the nodes' Linux image is for does not change a price."""

LOG_DAYS = 30
"""How long the relay's control plane log is kept (`components/relay_cluster_args.py`)."""


def plan_graph(
    plan: TierPlan,
    *,
    project: str = "passepartout",
    stack: str = "tier",
    each_volume: bool = True,
) -> ResourceGraph:
    """The charged resources of the stack that the program would build from `plan`.

    Without `each_volume` the first data volume stands for all, which are alike.
    """
    writer = _Writer(plan, project, stack, each_volume=each_volume)
    return ResourceGraph(
        writer.resources(),
        project=project,
        stack=stack,
        config={"aws:region": plan.region, "farebox:users": str(plan.users)},
    )


class _Writer:
    """Writes the resources of one plan, component by component."""

    def __init__(
        self, plan: TierPlan, project: str, stack: str, *, each_volume: bool
    ) -> None:
        self.plan = plan
        self.each_volume = each_volume
        self.pool = f"{project}-{stack}"
        self.prefix = f"urn:pulumi:{stack}::{project}::"
        self.root = f"{self.prefix}{STACK}::{self.pool}"

    def resources(self) -> Iterator[Resource]:
        plan = self.plan
        yield Resource(self.root, STACK, self.pool, {}, custom=False)
        yield from self._network()
        yield from self._relay(plan.relay)
        yield from self._proxies(plan.proxies)
        if plan.volumes is not None:
            yield from self._planned(RECORDS, RECORD, records(self.pool))
            if plan.storage == "efs":
                yield from self._planned(FILES, USER_FILES, user_files())
            else:
                volumes = user_volumes(
                    plan, plan.volumes, self.pool, each=self.each_volume
                )
                yield from self._planned(VOLUMES, USER_VOLUME, volumes)
            yield from self._pool()
        yield from self._planned(WATCHING, "watch", watched(plan, self.pool))

    def _network(self) -> Iterator[Resource]:
        yield self._component(NETWORK, "network")
        for kind in ("public", "private"):
            for zone in self.plan.zones:
                yield self._child(
                    NETWORK,
                    "network",
                    SUBNET,
                    f"network-{kind}-{zone.zone_id}",
                    {
                        "availabilityZoneId": zone.zone_id,
                        "mapPublicIpOnLaunch": kind == "public",
                    },
                )
        if not self.plan.nat_gateways:
            return
        for zone in self.plan.zones:
            address = f"network-nat-address-{zone.zone_id}"
            yield self._child(
                NETWORK, "network", "aws:ec2/eip:Eip", address, {"domain": "vpc"}
            )
            yield self._child(
                NETWORK,
                "network",
                "aws:ec2/natGateway:NatGateway",
                f"network-nat-{zone.zone_id}",
                {"allocationId": UNKNOWN_TEXT, "subnetId": UNKNOWN_TEXT},
                allocationId=[self._urn(NETWORK, "aws:ec2/eip:Eip", address)],
                subnetId=self._subnets("public", zone.zone_id),
            )

    def _relay(self, nodes: NodesPlan) -> Iterator[Resource]:
        plan = self.plan
        yield self._component(RELAY, "relay")
        yield self._child(
            RELAY,
            "relay",
            "aws:cloudwatch/logGroup:LogGroup",
            "relay-log",
            {"retentionInDays": LOG_DAYS},
        )
        yield self._child(
            RELAY,
            "relay",
            "aws:eks/cluster:Cluster",
            "relay-cluster",
            {
                "version": plan.kubernetes_version,
                "upgradePolicy": {"supportType": "STANDARD"},
            },
        )
        template = self._template(RELAY, "relay", "relay-template", NODE_ROOT_GIB)
        yield template
        yield self._child(
            RELAY,
            "relay",
            "aws:eks/nodeGroup:NodeGroup",
            "relay-nodes",
            {
                "instanceTypes": [nodes.instance_type],
                "amiType": LINUX,
                "capacityType": "ON_DEMAND",
                "scalingConfig": {
                    "minSize": nodes.min_nodes,
                    "desiredSize": nodes.nodes,
                    "maxSize": nodes.max_nodes,
                },
                "subnetIds": [UNKNOWN_TEXT] * len(plan.zones),
                "launchTemplate": {"id": UNKNOWN_TEXT},
            },
            subnetIds=self._subnets(self._outbound),
            launchTemplate=[template.urn],
        )
        yield from self._balancer(RELAY, "relay")

    def _proxies(self, nodes: NodesPlan) -> Iterator[Resource]:
        yield self._component(PROXIES, "proxy")
        yield from self._balancer(PROXIES, "proxy")
        template = self._template(
            PROXIES,
            "proxy",
            "proxy-template",
            PROXY_ROOT_GIB,
            instanceType=nodes.instance_type,
            networkInterfaces=self._interface(),
        )
        yield template
        yield self._child(
            PROXIES,
            "proxy",
            GROUP,
            "proxy-group",
            {
                "minSize": nodes.min_nodes,
                "desiredCapacity": nodes.nodes,
                "maxSize": nodes.max_nodes,
                "launchTemplate": {"id": UNKNOWN_TEXT},
                "vpcZoneIdentifiers": [UNKNOWN_TEXT] * len(self.plan.zones),
            },
            launchTemplate=[template.urn],
            vpcZoneIdentifiers=self._subnets(self._outbound),
        )
        yield self._child(PROXIES, "proxy", POLICY, "proxy-scaling", CONNECTIONS)

    def _planned(
        self, component: str, name: str, resources: Iterable[Planned]
    ) -> Iterator[Resource]:
        """A component and the resources in it, none of which refers to another."""
        yield self._component(component, name)
        for one in resources:
            yield self._child(component, name, one.type, one.name, one.inputs)

    def _pool(self) -> Iterator[Resource]:
        plan, name = self.plan, "spot-pool"
        yield self._component(SPOT_POOL, name)
        template = self._template(
            SPOT_POOL,
            name,
            f"{name}-template",
            VM_ROOT_GIB,
            networkInterfaces=self._interface(),
        )
        yield template
        share, rest = divmod(plan.on_demand_base, len(plan.zones))
        for place, zone in enumerate(plan.zones):
            yield self._child(
                SPOT_POOL,
                name,
                GROUP,
                f"{name}-{zone.zone_id}",
                {
                    "minSize": zone.min_vms,
                    "desiredCapacity": zone.vms,
                    "maxSize": zone.max_vms,
                    "vpcZoneIdentifiers": [UNKNOWN_TEXT],
                    "mixedInstancesPolicy": {
                        "instancesDistribution": {
                            "onDemandAllocationStrategy": "prioritized",
                            "onDemandBaseCapacity": share + (place < rest),
                            "onDemandPercentageAboveBaseCapacity": (
                                plan.on_demand_percent
                            ),
                            "spotAllocationStrategy": "price-capacity-optimized",
                        },
                        "launchTemplate": {
                            "launchTemplateSpecification": {
                                "launchTemplateId": UNKNOWN_TEXT
                            },
                            "overrides": [
                                {"instanceType": one} for one in plan.instance_types
                            ],
                        },
                    },
                },
                mixedInstancesPolicy=[template.urn],
                vpcZoneIdentifiers=self._subnets(self._outbound, zone.zone_id),
            )

    def _balancer(self, component: str, name: str) -> Iterator[Resource]:
        balancer = self._child(
            component,
            name,
            BALANCER,
            f"{name}-nlb",
            {
                "loadBalancerType": "network",
                "internal": False,
                "subnets": [UNKNOWN_TEXT] * len(self.plan.zones),
            },
            subnets=self._subnets("public"),
        )
        yield balancer
        yield self._child(
            component,
            name,
            "aws:lb/listener:Listener",
            f"{name}-listener",
            {"protocol": "TLS", "port": 443, "loadBalancerArn": UNKNOWN_TEXT},
            loadBalancerArn=[balancer.urn],
        )

    def _template(
        self, component: str, parent: str, name: str, root_gib: int, **more: Any
    ) -> Resource:
        inputs = {
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {"volumeType": "gp3", "volumeSize": root_gib},
                }
            ],
            "monitoring": {"enabled": False},
            **more,
        }
        return self._child(component, parent, TEMPLATE, name, inputs)

    def _interface(self) -> list[dict[str, Any]]:
        public = "false" if self.plan.nat_gateways else "true"
        return [{"deviceIndex": 0, "associatePublicIpAddress": public}]

    @property
    def _outbound(self) -> str:
        """The kind of subnet that machines live in."""
        return "private" if self.plan.nat_gateways else "public"

    def _subnets(self, kind: str, zone_id: str | None = None) -> list[str]:
        return [
            self._urn(NETWORK, SUBNET, f"network-{kind}-{zone.zone_id}")
            for zone in self.plan.zones
            if zone_id in (None, zone.zone_id)
        ]

    def _urn(self, component: str, type_: str, name: str) -> str:
        return f"{self.prefix}{component}${type_}::{name}"

    def _component(self, type_: str, name: str) -> Resource:
        urn = f"{self.prefix}{type_}::{name}"
        return Resource(urn, type_, name, {}, parent=self.root, custom=False)

    def _child(
        self,
        component: str,
        parent: str,
        type_: str,
        name: str,
        inputs: Mapping[str, Any],
        **dependencies: list[str],
    ) -> Resource:
        return Resource(
            self._urn(component, type_, name),
            type_,
            name,
            dict(inputs),
            region=self.plan.region,
            parent=f"{self.prefix}{component}::{parent}",
            dependencies=dependencies,
        )
