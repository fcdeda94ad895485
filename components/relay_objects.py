"""The relay's pods on the cluster: what runs, how it is reached, grows and is closed off."""

from typing import Any

import pulumi

from components.kubernetes_object import kubernetes_object
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
SELECTED = {"matchLabels": LABELS}
LEAVE_SECONDS = 15
"""How long a pod that ends still answers, while nodes and load balancer turn away."""
END_SECONDS = 60


def relay_objects(
    name: str, args: RelayWorkloadArgs, opts: pulumi.ResourceOptions
) -> None:
    """Make the namespace and everything in it; `name` starts the resources' names."""
    namespace = kubernetes_object(
        f"{name}-namespace",
        "v1:Namespace",
        {
            "name": NAMESPACE,
            "labels": {**LABELS, "pod-security.kubernetes.io/enforce": "restricted"},
        },
        opts,
    )
    inside = pulumi.ResourceOptions.merge(
        opts, pulumi.ResourceOptions(depends_on=[namespace])
    )
    account = kubernetes_object(
        f"{name}-account",
        "v1:ServiceAccount",
        _meta("relay"),
        inside,
        # The relay asks nothing of the cluster and nothing of AWS.
        automountServiceAccountToken=False,
    )
    before: list[pulumi.Resource] = [account]
    if args.key is not None:
        before.append(
            kubernetes_object(
                f"{name}-key",
                "v1:Secret",
                _meta(KEY_SECRET),
                inside,
                stringData=pulumi.Output.secret({"key": args.key}),
            )
        )
    _services(name, inside)
    least, most = (count * args.pods_per_node for count in (args.nodes, args.max_nodes))
    kubernetes_object(
        f"{name}-deployment",
        "apps/v1:Deployment",
        _meta("relay"),
        pulumi.ResourceOptions.merge(
            inside,
            pulumi.ResourceOptions(
                depends_on=before,
                # How many run is the scaler's word after the first deployment.
                ignore_changes=["spec.replicas"],
            ),
        ),
        spec={
            "replicas": least,
            "selector": SELECTED,
            # Nodes have no room for one more: the spare pods stand for the missing one.
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
            },
            "template": {"metadata": {"labels": LABELS}, "spec": _pod(args)},
        },
    )
    _scaler(name, least, most, inside)
    kubernetes_object(
        f"{name}-budget",
        "policy/v1:PodDisruptionBudget",
        _meta("relay"),
        inside,
        spec={"maxUnavailable": 1, "selector": SELECTED},
    )
    _closed(name, inside)


def _meta(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": NAMESPACE, "labels": LABELS}


def _services(name: str, opts: pulumi.ResourceOptions) -> None:
    """The way in from the load balancer, and the pods' way to find each other."""
    kubernetes_object(
        f"{name}-service",
        "v1:Service",
        _meta("relay"),
        opts,
        spec={
            "type": "NodePort",
            "selector": LABELS,
            # Only nodes with a pod answer, without a hop; the client's address stays.
            "externalTrafficPolicy": "Local",
            "ports": [
                {
                    "name": "http",
                    "port": 80,
                    "targetPort": "http",
                    "nodePort": NODE_PORT,
                }
            ],
        },
    )
    kubernetes_object(
        f"{name}-pods",
        "v1:Service",
        _meta("relay-pods"),
        opts,
        spec={
            "clusterIP": "None",
            "selector": LABELS,
            "ports": [{"name": "http", "port": PORT, "targetPort": "http"}],
        },
    )


def _pod(args: RelayWorkloadArgs) -> dict[str, Any]:
    """One container without rights, one core, and copies spread over zones and nodes."""
    return {
        "serviceAccountName": "relay",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": END_SECONDS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER_ID,
            "runAsGroup": USER_ID,
            "fsGroup": USER_ID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": otherwise,
                "labelSelector": SELECTED,
            }
            for key, otherwise in (
                ("kubernetes.io/hostname", "DoNotSchedule"),
                # A zone that is lost must not keep the others from taking its pods.
                ("topology.kubernetes.io/zone", "ScheduleAnyway"),
            )
        ],
        "containers": [_container(args)],
        "volumes": [
            {
                "name": "key",
                "secret": {"secretName": KEY_SECRET, "defaultMode": 0o440},
            }
        ],
    }


def _container(args: RelayWorkloadArgs) -> dict[str, Any]:
    settings = {
        "RELAY_KEY_FILE": "/etc/relay/key",
        "RELAY_DOMAIN": args.domain,
        "RELAY_HOST": args.relay_host,
        "RELAY_PORT": str(PORT),
        "RELAY_PODS": f"relay-pods.{NAMESPACE}.svc.cluster.local",
    }
    return {
        "name": "relay",
        "image": args.image,
        "ports": [{"name": "http", "containerPort": PORT}],
        "env": [
            *({"name": key, "value": value} for key, value in settings.items()),
            {
                "name": "RELAY_POD_ADDRESS",
                "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}},
            },
        ],
        "resources": {
            # No limit on processor: what is idle on the node may be used.
            "requests": {"cpu": f"{POD_MILLICORES}m", "memory": f"{POD_GIB}Gi"},
            "limits": {"memory": f"{POD_GIB_MOST}Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "startupProbe": _probe(period=2, failures=30),
        "readinessProbe": _probe(period=5, failures=2),
        "livenessProbe": _probe(period=10, failures=6),
        "lifecycle": {"preStop": {"sleep": {"seconds": LEAVE_SECONDS}}},
        "volumeMounts": [{"name": "key", "mountPath": "/etc/relay", "readOnly": True}],
    }


def _probe(*, period: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": "/ready", "port": "http"},
        "periodSeconds": period,
        "timeoutSeconds": 2,
        "failureThreshold": failures,
    }


def _scaler(name: str, least: int, most: int, opts: pulumi.ResourceOptions) -> None:
    """More pods when those that run are busy; fewer slowly, for each end sends users off."""
    busy = BUSY_PERCENT_OF_A_CORE * 1_000 // POD_MILLICORES
    kubernetes_object(
        f"{name}-scaler",
        "autoscaling/v2:HorizontalPodAutoscaler",
        _meta("relay"),
        opts,
        spec={
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "relay",
            },
            "minReplicas": least,
            "maxReplicas": most,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": resource,
                        "target": {
                            "type": "Utilization",
                            "averageUtilization": percent,
                        },
                    },
                }
                for resource, percent in (("cpu", busy), ("memory", FULL_PERCENT))
            ],
            "behavior": {
                "scaleDown": {
                    "stabilizationWindowSeconds": 1_800,
                    "policies": [{"type": "Pods", "value": 1, "periodSeconds": 300}],
                }
            },
        },
    )


def _closed(name: str, opts: pulumi.ResourceOptions) -> None:
    """Anybody reaches the relay's port; the relay reaches its pods and the names' server."""
    names = {
        "namespaceSelector": {
            "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
        },
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    port = [{"protocol": "TCP", "port": PORT}]
    kubernetes_object(
        f"{name}-policy",
        "networking.k8s.io/v1:NetworkPolicy",
        _meta("relay"),
        opts,
        spec={
            "podSelector": SELECTED,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"ports": port}],
            "egress": [
                {"to": [{"podSelector": SELECTED}], "ports": port},
                {
                    "to": [names],
                    "ports": [
                        {"protocol": protocol, "port": 53}
                        for protocol in ("UDP", "TCP")
                    ],
                },
            ],
        },
    )
