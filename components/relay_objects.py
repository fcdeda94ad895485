"""The relay's pods on the cluster: what runs, how it is reached, grows and is closed off."""

import pulumi
from pulumi_kubernetes.apps.v1 import (
    Deployment,
    DeploymentSpecArgs,
    DeploymentStrategyArgs,
    RollingUpdateDeploymentArgs,
)
from pulumi_kubernetes.autoscaling import v2 as scaling
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.policy import v1 as policy

from components.relay_workload_args import (
    BUSY_PERCENT_OF_A_CORE,
    FULL_PERCENT,
    NODE_PORT,
    POD_GIB,
    POD_GIB_MOST,
    POD_MILLICORES,
    RelayWorkloadArgs,
)

NAMESPACE = "relay"
PORT = 8_080
USER_ID = 10_001
KEY_SECRET = "relay-key"
LABELS = {"app.kubernetes.io/name": "relay"}
LEAVE_SECONDS = 15
"""How long a pod that ends still answers, while nodes and load balancer turn away."""
END_SECONDS = 60


def relay_objects(
    name: str, args: RelayWorkloadArgs, opts: pulumi.ResourceOptions
) -> None:
    """Make the namespace and everything in it; `name` starts the resources' names."""
    namespace = core.Namespace(
        f"{name}-namespace",
        metadata=ObjectMetaArgs(
            name=NAMESPACE,
            labels={**LABELS, "pod-security.kubernetes.io/enforce": "restricted"},
        ),
        opts=opts,
    )
    inside = pulumi.ResourceOptions.merge(
        opts, pulumi.ResourceOptions(depends_on=[namespace])
    )
    account = core.ServiceAccount(
        f"{name}-account",
        metadata=_meta("relay"),
        # The relay asks nothing of the cluster and nothing of AWS.
        automount_service_account_token=False,
        opts=inside,
    )
    before: list[pulumi.Resource] = [account]
    if args.key is not None:
        before.append(
            core.Secret(
                f"{name}-key",
                metadata=_meta(KEY_SECRET),
                string_data={"key": args.key},
                opts=inside,
            )
        )
    _services(name, inside)
    least, most = (count * args.pods_per_node for count in (args.nodes, args.max_nodes))
    Deployment(
        f"{name}-deployment",
        metadata=_meta("relay"),
        spec=DeploymentSpecArgs(
            replicas=least,
            selector=LabelSelectorArgs(match_labels=LABELS),
            # Nodes have no room for one more: the spare pods stand for the missing one.
            strategy=DeploymentStrategyArgs(
                type="RollingUpdate",
                rolling_update=RollingUpdateDeploymentArgs(
                    max_surge=0, max_unavailable=1
                ),
            ),
            template=core.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(labels=LABELS), spec=_pod(args)
            ),
        ),
        opts=pulumi.ResourceOptions.merge(
            inside,
            pulumi.ResourceOptions(
                depends_on=before,
                # How many run is the scaler's word after the first deployment.
                ignore_changes=["spec.replicas"],
            ),
        ),
    )
    _scaler(name, least, most, inside)
    policy.PodDisruptionBudget(
        f"{name}-budget",
        metadata=_meta("relay"),
        spec=policy.PodDisruptionBudgetSpecArgs(
            max_unavailable=1, selector=LabelSelectorArgs(match_labels=LABELS)
        ),
        opts=inside,
    )
    _closed(name, inside)


def _meta(name: str) -> ObjectMetaArgs:
    return ObjectMetaArgs(name=name, namespace=NAMESPACE, labels=LABELS)


def _services(name: str, opts: pulumi.ResourceOptions) -> None:
    """The way in from the load balancer, and the pods' way to find each other."""
    core.Service(
        f"{name}-service",
        metadata=_meta("relay"),
        spec=core.ServiceSpecArgs(
            type="NodePort",
            selector=LABELS,
            # Only nodes with a pod answer, without a hop; the client's address stays.
            external_traffic_policy="Local",
            ports=[
                core.ServicePortArgs(
                    name="http", port=80, target_port="http", node_port=NODE_PORT
                )
            ],
        ),
        opts=opts,
    )
    core.Service(
        f"{name}-pods",
        metadata=_meta("relay-pods"),
        spec=core.ServiceSpecArgs(
            cluster_ip="None",
            selector=LABELS,
            ports=[core.ServicePortArgs(name="http", port=PORT, target_port="http")],
        ),
        opts=opts,
    )


def _pod(args: RelayWorkloadArgs) -> core.PodSpecArgs:
    """One container without rights, one core, and copies spread over zones and nodes."""
    return core.PodSpecArgs(
        service_account_name="relay",
        automount_service_account_token=False,
        enable_service_links=False,
        termination_grace_period_seconds=END_SECONDS,
        security_context=core.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=USER_ID,
            run_as_group=USER_ID,
            fs_group=USER_ID,
            seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        topology_spread_constraints=[
            core.TopologySpreadConstraintArgs(
                max_skew=1,
                topology_key=key,
                when_unsatisfiable=otherwise,
                label_selector=LabelSelectorArgs(match_labels=LABELS),
            )
            for key, otherwise in (
                ("kubernetes.io/hostname", "DoNotSchedule"),
                # A zone that is lost must not keep the others from taking its pods.
                ("topology.kubernetes.io/zone", "ScheduleAnyway"),
            )
        ],
        containers=[_container(args)],
        volumes=[
            core.VolumeArgs(
                name="key",
                secret=core.SecretVolumeSourceArgs(
                    secret_name=KEY_SECRET, default_mode=0o440
                ),
            )
        ],
    )


def _container(args: RelayWorkloadArgs) -> core.ContainerArgs:
    settings = {
        "RELAY_KEY_FILE": "/etc/relay/key",
        "RELAY_DOMAIN": args.domain,
        "RELAY_HOST": args.relay_host,
        "RELAY_PORT": str(PORT),
        "RELAY_PODS": f"relay-pods.{NAMESPACE}.svc.cluster.local",
    }
    return core.ContainerArgs(
        name="relay",
        image=args.image,
        ports=[core.ContainerPortArgs(name="http", container_port=PORT)],
        env=[
            *(
                core.EnvVarArgs(name=key, value=value)
                for key, value in settings.items()
            ),
            core.EnvVarArgs(
                name="RELAY_POD_ADDRESS",
                value_from=core.EnvVarSourceArgs(
                    field_ref=core.ObjectFieldSelectorArgs(field_path="status.podIP")
                ),
            ),
        ],
        resources=core.ResourceRequirementsArgs(
            # No limit on processor: what is idle on the node may be used.
            requests={"cpu": f"{POD_MILLICORES}m", "memory": f"{POD_GIB}Gi"},
            limits={"memory": f"{POD_GIB_MOST}Gi"},
        ),
        security_context=core.SecurityContextArgs(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=core.CapabilitiesArgs(drop=["ALL"]),
        ),
        startup_probe=_probe(period=2, failures=30),
        readiness_probe=_probe(period=5, failures=2),
        liveness_probe=_probe(period=10, failures=6),
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(
                sleep=core.SleepActionArgs(seconds=LEAVE_SECONDS)
            )
        ),
        volume_mounts=[
            core.VolumeMountArgs(name="key", mount_path="/etc/relay", read_only=True)
        ],
    )


def _probe(*, period: int, failures: int) -> core.ProbeArgs:
    return core.ProbeArgs(
        http_get=core.HTTPGetActionArgs(path="/ready", port="http"),
        period_seconds=period,
        timeout_seconds=2,
        failure_threshold=failures,
    )


def _scaler(name: str, least: int, most: int, opts: pulumi.ResourceOptions) -> None:
    """More pods when those that run are busy; fewer slowly, for each end sends users off."""
    busy = BUSY_PERCENT_OF_A_CORE * 1_000 // POD_MILLICORES
    scaling.HorizontalPodAutoscaler(
        f"{name}-scaler",
        metadata=_meta("relay"),
        spec=scaling.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=scaling.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name="relay"
            ),
            min_replicas=least,
            max_replicas=most,
            metrics=[
                scaling.MetricSpecArgs(
                    type="Resource",
                    resource=scaling.ResourceMetricSourceArgs(
                        name=resource,
                        target=scaling.MetricTargetArgs(
                            type="Utilization", average_utilization=percent
                        ),
                    ),
                )
                for resource, percent in (("cpu", busy), ("memory", FULL_PERCENT))
            ],
            behavior=scaling.HorizontalPodAutoscalerBehaviorArgs(
                scale_down=scaling.HPAScalingRulesArgs(
                    stabilization_window_seconds=1_800,
                    policies=[
                        scaling.HPAScalingPolicyArgs(
                            type="Pods", value=1, period_seconds=300
                        )
                    ],
                )
            ),
        ),
        opts=opts,
    )


def _closed(name: str, opts: pulumi.ResourceOptions) -> None:
    """Anybody reaches the relay's port; the relay reaches its pods and the names' server."""
    pods = networking.NetworkPolicyPeerArgs(
        pod_selector=LabelSelectorArgs(match_labels=LABELS)
    )
    names = networking.NetworkPolicyPeerArgs(
        namespace_selector=LabelSelectorArgs(
            match_labels={"kubernetes.io/metadata.name": "kube-system"}
        ),
        pod_selector=LabelSelectorArgs(match_labels={"k8s-app": "kube-dns"}),
    )
    port = [networking.NetworkPolicyPortArgs(protocol="TCP", port=PORT)]
    networking.NetworkPolicy(
        f"{name}-policy",
        metadata=_meta("relay"),
        spec=networking.NetworkPolicySpecArgs(
            pod_selector=LabelSelectorArgs(match_labels=LABELS),
            policy_types=["Ingress", "Egress"],
            ingress=[networking.NetworkPolicyIngressRuleArgs(ports=port)],
            egress=[
                networking.NetworkPolicyEgressRuleArgs(to=[pods], ports=port),
                networking.NetworkPolicyEgressRuleArgs(
                    to=[names],
                    ports=[
                        networking.NetworkPolicyPortArgs(protocol=protocol, port=53)
                        for protocol in ("UDP", "TCP")
                    ],
                ),
            ],
        ),
        opts=opts,
    )
