"""Objects of Kubernetes: which of them cost something at AWS, and which do not.

An object's type is `kubernetes:<group>/<version>:<Kind>`. Versions do not matter here.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge, Rule
from farebox.rules.kubernetes.balancers import ingress, service
from farebox.rules.kubernetes.storage import (
    templates_of,
    volume_claim,
    volume_snapshot,
)
from farebox.rules.shapes import blocks, field, or_default, text

PROFILE = "aws:eks/fargateProfile:FargateProfile"

CUSTOM_RESOURCE = "kubernetes:apiextensions.k8s.io:CustomResource"
"""The type of a custom resource in a program that has no class of its own for it."""

CHARGED_BY_A_PATCH = {
    "Service": (("type", "LoadBalancer"), ("loadBalancerClass", "")),
    "Ingress": (("ingressClassName", ""),),
    "PersistentVolumeClaim": (("resources", ""), ("storageClassName", "")),
    "StatefulSet": (("replicas", ""), ("volumeClaimTemplates", "")),
}
"""What of a kind's spec AWS charges by, and the value that does; any where it is empty."""

WORKLOADS = frozenset(
    (
        "CronJob",
        "Deployment",
        "Job",
        "Pod",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
    )
)
"""Kinds whose pods may run on Fargate; those of a DaemonSet never do."""

MAKERS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "helm.sh",
        (),
        "a chart as a whole: what it makes, load balancers and volumes too, is not seen "
        "here",
    ),
    (
        "karpenter.sh",
        ("NodePool", "Provisioner"),
        "Karpenter launches instances as pods ask for them; none of them is in this "
        "stack",
    ),
    (
        "gateway.networking.k8s.io",
        ("Gateway",),
        "its controller may make a load balancer of it, which is not seen here",
    ),
    (
        "services.k8s.aws",
        (),
        "a controller in the cluster makes it at AWS; it is not priced here",
    ),
    ("aws.upbound.io", (), "Crossplane makes it at AWS; it is not priced here"),
    ("aws.m.upbound.io", (), "Crossplane makes it at AWS; it is not priced here"),
    ("aws.crossplane.io", (), "Crossplane makes it at AWS; it is not priced here"),
)
"""Ends of groups with kinds (all where none is listed) that make what is charged."""

HARMLESS = (
    "cert-manager.io",
    "cilium.io",
    "elbv2.k8s.aws",
    "external-secrets.io",
    "karpenter.k8s.aws",
    "keda.sh",
    "kyverno.io",
    "monitoring.coreos.com",
    "networking.istio.io",
    "projectcalico.org",
    "security.istio.io",
    "traefik.io",
)
"""Ends of groups whose objects only configure what runs in the cluster."""


def rule_of(type_: str) -> Rule:
    """The rule of an object's type."""
    _, middle, kind = type_.split(":", 2) if type_.count(":") == 2 else ("", "", "")
    group = middle.partition("/")[0]
    if type_ == CUSTOM_RESOURCE:
        return _custom
    if kind.endswith("Patch"):
        return _patch
    own = _CHARGED.get((group, kind))
    if own is not None:
        return own
    if kind in WORKLOADS:
        return workload
    return _other(group, kind)


def _other(group: str, kind: str) -> Rule:
    for end, kinds, reason in MAKERS:
        if _is_of(group, end):
            makes = not kinds or kind in kinds
            return _unseen(reason) if makes else _saying(IN_CLUSTER)
    if any(_is_of(group, end) for end in HARMLESS):
        return _saying(IN_CLUSTER)
    if "." in group and not group.endswith(".k8s.io"):
        return _unseen("what its own controller makes of it is not seen here")
    if kind.endswith("List"):
        return _unseen("a list of objects, which are not looked into")
    return _saying(IN_CLUSTER)


def _custom(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An object that names its group and kind itself, as programs in YAML write it."""
    said = [text(resource.input(name)) for name in ("apiVersion", "kind")]
    if UNKNOWN in said:
        yield Gap("unknown-input", "what it is is not known before deployment")
        return
    named = f"kubernetes:{said[0]}:{said[1]}"
    if named == CUSTOM_RESOURCE:
        yield Gap("unknown-input", "its apiVersion and kind name no object")
    else:
        yield from rule_of(named)(resource, usage, circumstances)


def _patch(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A change of an object that another makes; one that asks AWS for more is told."""
    spec = resource.input("spec")
    kind = resource.type.rpartition(":")[2].removesuffix("Patch")
    for name, costly in CHARGED_BY_A_PATCH.get(kind, ()):
        said = field(spec, name)
        if said is UNKNOWN or (said is not None and costly in ("", said)):
            yield Gap(
                "unknown-input",
                f"changes the {name} of a {kind}, by which AWS may charge more; what it "
                "is otherwise is not seen here",
            )
            return
    yield NoCharge("changes an object of the cluster that another resource makes")


IN_CLUSTER = "an object of the cluster, which costs nothing at AWS by itself"


def _is_of(group: str, end: str) -> bool:
    return group == end or group.endswith(f".{end}")


def workload(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Pods run on nodes, which are charged, or on Fargate; a StatefulSet has volumes."""
    if resource.type.endswith(":StatefulSet"):
        spec = resource.input("spec")
        if UNKNOWN in (spec, field(spec, "volumeClaimTemplates")):
            yield Gap("unknown-input", "whether it claims volumes is not known yet")
        else:
            yield from templates_of(resource, circumstances)
    profile = _fargate_profile(resource, circumstances)
    if profile is None:
        yield NoCharge("its pods run on the nodes of the cluster, which are charged")
    else:
        reason = f"its pods run on Fargate: their use is charged on {profile}"
        yield NoCharge(reason, "priced-with")


def _fargate_profile(resource: Resource, circumstances: Circumstances) -> str | None:
    """The Fargate profile that takes its pods, by namespace and labels."""
    metadata = resource.input("metadata")
    spec = resource.input("spec")
    template = field(field(spec, "jobTemplate"), "spec") or spec
    labels = field(field(field(template, "template"), "metadata"), "labels")
    if resource.type.endswith(":Pod"):
        labels = field(metadata, "labels")
    namespace = or_default(text(field(metadata, "namespace")), "default")
    for profile in circumstances.graph.by_type.get(PROFILE, ()):
        for selector in blocks(profile.input("selectors")):
            wanted = str(selector.get("namespace") or "")
            if namespace is UNKNOWN or not fnmatchcase(str(namespace), wanted):
                continue
            if _has(labels, selector.get("labels")):
                return profile.name
    return None


def _has(labels: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return True
    return all(
        fnmatchcase(str(field(labels, key) or ""), str(value))
        for key, value in wanted.items()
    )


def _saying(reason: str) -> Rule:
    said = NoCharge(reason)
    return lambda _resource, _usage, _circumstances: (said,)


def _unseen(reason: str) -> Rule:
    said = Gap("unknown-input", reason)
    return lambda _resource, _usage, _circumstances: (said,)


_CHARGED: dict[tuple[str, str], Rule] = {
    ("core", "Service"): service,
    ("core", "PersistentVolumeClaim"): volume_claim,
    ("networking.k8s.io", "Ingress"): ingress,
    ("extensions", "Ingress"): ingress,
    ("snapshot.storage.k8s.io", "VolumeSnapshot"): volume_snapshot,
}
"""Group and kind of what AWS charges."""
