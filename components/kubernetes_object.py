"""Kubernetes objects as Pulumi resources, written as Kubernetes' own pages write them.

Pulumi's SDK for Kubernetes is 3 MB of classes that take half a second to import, a third
of what a tier costs to price. The engine needs none of them: a type, the object, and the
plugin's version. What the classes would check, a real API server does (`tests/kube`).
"""

from collections.abc import Mapping
from typing import Any

import pulumi

PLUGIN_VERSION = "4.34.2"
"""The plugin that the engine fetches and that is asked for each object.

Source: https://github.com/pulumi/pulumi-kubernetes/releases
"""


def kubernetes_provider(
    name: str, kubeconfig: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> pulumi.ProviderResource:
    """Reach a cluster as `kubeconfig`, a YAML or JSON text, says."""
    return pulumi.ProviderResource(
        "kubernetes", name, {"kubeconfig": kubeconfig}, _versioned(opts)
    )


def kubernetes_object(
    name: str,
    kind: str,
    metadata: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
    **body: Any,
) -> pulumi.CustomResource:
    """Make an object of a kind such as `apps/v1:Deployment` or `v1:Service`.

    `body` holds the object's other fields, named as Kubernetes names them.
    """
    version, _, short = kind.rpartition(":")
    group = version if "/" in version else f"core/{version}"
    return pulumi.CustomResource(
        f"kubernetes:{group}:{short}",
        name,
        {"apiVersion": version, "kind": short, "metadata": metadata, **body},
        _versioned(opts),
    )


def _versioned(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(
        opts, pulumi.ResourceOptions(version=PLUGIN_VERSION)
    )
