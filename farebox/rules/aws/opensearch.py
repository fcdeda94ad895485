"""Amazon OpenSearch Service: domains by the hour of their nodes, with their storage.

Serverless collections and pipelines are in `opensearch_serverless`.
Source: https://aws.amazon.com/opensearch-service/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.db_support import extended
from farebox.rules.aws.opensearch_nodes import (
    NODES,
    OPTIMIZED,
    data_nodes,
    node_charges,
)
from farebox.rules.aws.opensearch_storage import MANAGED, METERS, volume_charges
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Type, free, unpriced
from farebox.rules.shapes import block, field, text

ELASTICSEARCH = "aws:elasticsearch/domain:Domain"
SOURCE = "https://aws.amazon.com/opensearch-service/pricing/"


def domain(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A domain is billed for each hour of each node, and for its data nodes' storage.

    Source: https://aws.amazon.com/opensearch-service/pricing/
    """
    value = resource.input("clusterConfig")
    options = resource.input("ebsOptions")
    if value is UNKNOWN or options is UNKNOWN:
        reason = "its nodes or their storage are not known before deployment"
        yield Gap("unknown-input", reason)
        return
    config = block(value)
    yield from node_charges(resource, circumstances, config)
    kind, nodes = data_nodes(resource, config)
    yield from volume_charges(resource, block(options), nodes)
    warm = flag(config.get("warmEnabled"))
    if warm or str(kind).startswith(OPTIMIZED):
        yield MANAGED.charge(resource, usage)
    else:
        yield from MANAGED.where_given(resource, usage)
    if flag(field(config.get("coldStorageOptions"), "enabled")):
        reason = "cold storage is charged by the GB-month, and no facts have its price"
        yield Gap("no-price", reason)
    yield from _support(resource, circumstances)


def _support(resource: Resource, circumstances: Circumstances) -> Iterator[Charge]:
    """The gap for extended support of a version, by the hour of its nodes."""
    version = _version(resource)
    if isinstance(version, Unknown):
        reason = "its version, and so extended support, is not known before deployment"
        yield Gap("unknown-input", reason)
        return
    engine, _, number = (version or "").partition("_")
    if extended(engine.lower(), number, circumstances.on) is not None:
        yield Gap(
            "no-price",
            f"standard support of {engine} {number} is over: extended support is charged "
            "by the hour of each node's size, and Farebox knows no price for it",
        )


def _version(resource: Resource) -> str | Unknown | None:
    """Engine and version, as `OpenSearch_2.11`; the older type means Elasticsearch 1.5."""
    if resource.type != ELASTICSEARCH:
        return text(resource.input("engineVersion"))
    said = resource.input("elasticsearchVersion")
    if isinstance(said, Unknown):
        return said
    return f"Elasticsearch_{said or '1.5'}"


DOMAIN = Type(
    billed="A domain is billed for each hour of each node, and for its data nodes' storage.",
    source=SOURCE,
    meters=(NODES, *METERS),
    uses=(MANAGED,),
    rule=domain,
    terraform="aws_opensearch_domain",
    notes=(
        "`instanceCount` counts the data nodes of all zones; dedicated masters, "
        "coordinators and UltraWarm nodes come on top. No type means m4.large, no type "
        "of volume gp2, both marked assumed. gp3 includes 3,000 IOPS and 125 MiB/s up to "
        "1,024 GiB a node; rates beyond that on larger volumes are a gap. UltraWarm and "
        "the OR1 family keep data in managed storage too."
    ),
    not_modelled="extended support (a gap), cold storage, traffic between zones",
)

TYPES = {"aws:opensearch/domain:Domain": DOMAIN}

FREE = free(
    "opensearch",
    {
        "a setting of domains or collections; those are charged": (
            "AuthorizeVpcEndpointAccess DomainPolicy DomainSamlOptions "
            "InboundConnectionAccepter OutboundConnection PackageAssociation "
            "ServerlessAccessPolicy ServerlessLifecyclePolicy ServerlessSecurityConfig "
            "ServerlessSecurityPolicy"
        ),
        "its file is stored, and charged, in S3": "Package",
    },
)

UNPRICED = unpriced(
    "opensearch",
    {
        "what an application of OpenSearch costs stands on no page that was read": (
            "Application"
        ),
        "its collections share capacity between the group's least and most": (
            "ServerlessCollectionGroup"
        ),
    },
)
