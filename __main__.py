"""Passepartout hosting: one container per user, sized by a tier, priced by Farebox."""

from dataclasses import replace

import pulumi

import farebox
from components.arguments import BadArgument
from components.balancers import DnsName
from components.domain import Domain, DomainArgs
from components.network import Network, NetworkArgs
from components.relay_cluster import RelayCluster, RelayClusterArgs
from components.relay_workload import RelayWorkload, RelayWorkloadArgs
from components.relay_workload_args import IMAGE as RELAY_IMAGE
from components.reverse_proxies import ReverseProxies, ReverseProxiesArgs
from components.shared_files import SharedFiles, SharedFilesArgs
from components.spot_pool import PoolZone, SpotPool, SpotPoolArgs
from components.spot_pool_args import USER_IMAGE, SharedFolders
from components.user_records import UserRecords, UserRecordsArgs
from components.user_volumes import UserVolumes, UserVolumesArgs, VolumeZone
from components.watching import HostingWatch, Watching, WatchingArgs
from components.watching_args import machine_log, state_log
from farebox.hosting.errors import HostingError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.plan.holdings import check_held, retiring_volumes
from farebox.hosting.plan.sizing import plan_tier, tier_config


def build() -> None:
    """The stack of the tier that the config describes."""
    config = pulumi.Config()
    region = pulumi.Config("aws").require("region")
    users = pulumi.Config("farebox").require_int("users")
    tier = tier_config(config.require_object("tier"))
    plan = plan_tier(tier, users=users, region=region)
    check_held(plan, tier)

    project, stack = pulumi.get_project(), pulumi.get_stack()
    pool = f"{project}-{stack}"
    tags = {"Project": project, "Stack": stack, "ManagedBy": "Pulumi"}
    domain = config.get("domain") or "passepartout.example.com"
    relay_host = f"relay.{domain}"
    hosted_zone_id = config.get("hostedZoneId")

    network = Network(
        "network",
        NetworkArgs(
            region=region,
            zone_ids=tuple(zone.zone_id for zone in plan.zones),
            nat_gateways=plan.nat_gateways,
            tags=tags,
        ),
    )
    certificate = Domain(
        "domain", DomainArgs(domain=domain, hosted_zone_id=hosted_zone_id, tags=tags)
    )
    relay = RelayCluster(
        "relay",
        RelayClusterArgs(
            cluster_name=f"{pool}-relay",
            kubernetes_version=plan.kubernetes_version,
            vpc_id=network.vpc_id,
            control_subnet_ids=network.private_subnet_ids,
            node_subnet_ids=network.outbound_subnet_ids,
            balancer_subnet_ids=network.public_subnet_ids,
            certificate_arn=certificate.certificate_arn,
            instance_type=plan.relay.instance_type,
            min_nodes=plan.relay.min_nodes,
            nodes=plan.relay.nodes,
            max_nodes=plan.relay.max_nodes,
            operator_cidrs=tuple(config.get_object("operatorCidrs") or ()),
            admin_role_arns=tuple(config.get_object("adminRoleArns") or ()),
            dns_name=(
                DnsName(hosted_zone_id=hosted_zone_id, host_name=relay_host)
                if hosted_zone_id
                else None
            ),
            tags=tags,
        ),
    )
    RelayWorkload(
        "relay-pods",
        RelayWorkloadArgs(
            region=region,
            cluster_name=f"{pool}-relay",
            kubernetes_version=plan.kubernetes_version,
            domain=domain,
            relay_host=relay_host,
            pods_per_node=instance_type(plan.relay.instance_type).vcpus,
            nodes=plan.relay.nodes,
            max_nodes=plan.relay.max_nodes,
            image=config.get("relayImage") or RELAY_IMAGE,
            key=config.get_secret("relayKey"),
            tags=tags,
        ),
        relay.cluster,
        relay.ready,
    )
    proxies = ReverseProxies(
        "proxy",
        ReverseProxiesArgs(
            region=region,
            vpc_id=network.vpc_id,
            proxy_subnet_ids=network.outbound_subnet_ids,
            balancer_subnet_ids=network.public_subnet_ids,
            public_addresses=network.public_addresses,
            domain=domain,
            relay_host=relay_host,
            certificate_arn=certificate.certificate_arn,
            record_table=pool if plan.hosted else None,
            instance_type=plan.proxies.instance_type,
            min_proxies=plan.proxies.min_nodes,
            proxies=plan.proxies.nodes,
            max_proxies=plan.proxies.max_nodes,
            connections_per_proxy=tier.proxies.connections_per_proxy,
            target_connections=plan.target_connections,
            state_log=state_log(pool) if plan.hosted else None,
            places=plan.users_per_vm,
            hosted_zone_id=hosted_zone_id,
            tags=tags,
        ),
    )
    pulumi.export("relayEndpoint", relay.endpoint)
    pulumi.export("proxyEndpoint", proxies.endpoint)
    pulumi.export("clusterName", relay.cluster_name)
    price_refresh = config.get_object("priceRefresh")
    if price_refresh is not None:
        # Two services that no other part uses: their modules take a tenth of a run.
        from components.price_refresh import PriceRefresh
        from components.price_refresh_args import PriceRefreshArgs, refresh_arguments

        PriceRefresh(
            "price-refresh",
            PriceRefreshArgs(
                family=f"{pool}-prices",
                region=region,
                vpc_id=network.vpc_id,
                subnet_ids=network.outbound_subnet_ids,
                public_addresses=network.public_addresses,
                tags=tags,
                **refresh_arguments(price_refresh),
            ),
        )
    watched = WatchingArgs(
        pool=pool,
        region=region,
        balancers={"proxy": proxies.balancer, "relay": relay.balancer},
        alarm_email=config.get("alarmEmail"),
        tags=tags,
    )
    if plan.volumes is None:
        Watching("watch", watched)
        return

    records = UserRecords("record", UserRecordsArgs(table=pool, tags=tags))
    # What the stack holds from now on, as `volumes.held` of the config has it.
    pulumi.export(
        "heldVolumes",
        [
            {
                "zone_id": zone.zone_id,
                "volumes": zone.highest,
                "gib": plan.volumes.gib,
                "storage": plan.storage,
            }
            for zone in plan.zones
        ],
    )
    pulumi.export("bucket", records.bucket_name)
    pulumi.export("agentKey", records.agent_key)
    pulumi.export("record", f"dynamodb:{region}/{records.table}")
    files = None
    if plan.storage == "efs":
        files = SharedFiles(
            "user-files",
            SharedFilesArgs(
                region=region,
                vpc_id=network.vpc_id,
                subnet_ids=network.outbound_subnet_ids,
                volume_pool=pool,
                backup_hours=plan.volumes.snapshot_hours,
                backups_kept=plan.volumes.snapshots_kept,
                tags=tags,
            ),
        )
    else:
        UserVolumes(
            "user-volume",
            UserVolumesArgs(
                region=region,
                zones=tuple(
                    VolumeZone(
                        zone_id=zone.zone_id,
                        zone_name=network.zone_names[zone.zone_id],
                        volumes=zone.volumes,
                        numbers=zone.numbers,
                    )
                    for zone in plan.zones
                ),
                volume_pool=pool,
                gib=plan.volumes.gib,
                iops=plan.volumes.iops,
                mib_per_second=plan.volumes.mib_per_second,
                snapshot_hours=plan.volumes.snapshot_hours,
                snapshots_kept=plan.volumes.snapshots_kept,
                tags=tags,
            ),
        )
    machines = SpotPool(
        "spot-pool",
        SpotPoolArgs(
            region=region,
            vpc_id=network.vpc_id,
            zones=tuple(
                PoolZone(
                    zone_id=zone.zone_id,
                    subnet_id=network.outbound_subnet_ids[zone.zone_id],
                    min_machines=zone.min_vms,
                    machines=zone.vms,
                    max_machines=zone.max_vms,
                )
                for zone in plan.zones
            ),
            instance_types=plan.instance_types,
            proxy_security_group_id=proxies.security_group_id,
            public_addresses=network.public_addresses,
            volume_pool=pool,
            shared_files=(
                SharedFolders(
                    file_system_id=files.file_system_id,
                    file_system_arn=files.file_system_arn,
                    shares={zone.zone_id: zone.highest for zone in plan.zones},
                    retiring=retiring_volumes(plan),
                )
                if files
                else None
            ),
            record_table=records.table,
            bucket_name=records.bucket_name,
            agent_key=records.agent_key,
            volumes_per_machine=plan.volumes.volumes_per_vm,
            users_per_volume=plan.volumes.users_per_volume,
            users_per_machine=plan.users_per_vm,
            gib_per_user=plan.volumes.gib_per_user,
            container_mib=plan.container_mib,
            container_image=config.get("userImage") or USER_IMAGE,
            image_repository_arn=config.get("userImageRepositoryArn"),
            machine_log=machine_log(pool) if plan.machine_logs else None,
            user_lines=plan.machine_logs.user_lines if plan.machine_logs else 0,
            on_demand_base=plan.on_demand_base,
            on_demand_percent=plan.on_demand_percent,
            tags=tags,
        ),
    )
    if files:
        files.admit(machines.security_group_id)
    Watching(
        "watch",
        replace(
            watched,
            hosting=HostingWatch(
                group_names=machines.group_names,
                machines=plan.vms,
                places=plan.users_per_vm,
                used_percent=plan.used_percent,
                free_places=plan.least_free_places,
                snapshot_hours=plan.volumes.snapshot_hours,
                storage=plan.storage,
                machine_log_days=plan.machine_logs.days if plan.machine_logs else 0,
            ),
        ),
    )


farebox.price_program()
try:
    build()
except (BadArgument, HostingError) as error:
    raise pulumi.RunError(str(error)) from None
