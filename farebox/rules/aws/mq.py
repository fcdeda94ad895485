"""Amazon MQ: brokers by the hour, alone or in several zones, and what they store.

Source: https://aws.amazon.com/amazon-mq/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import known_text
from farebox.rules.service import Meter, Type, Use, free

SOURCE = "https://aws.amazon.com/amazon-mq/pricing/"
SERVICE = "AmazonMQ"

NODES_OF_A_CLUSTER = Decimal(3)
"""Brokers of a RabbitMQ cluster; its hour pays for all of them, its storage for one.

Source: https://aws.amazon.com/amazon-mq/pricing/
"""

BROKER = Meter(
    service=SERVICE,
    usage_type="{deployment}:{size}",
    operation="{operation}",
    unit="Hrs",
    says="broker {size}",
    per="hour",
)
STORED = Use(
    key="storage_size_gb",
    service=SERVICE,
    usage_type="TimedStorage{kind}-ByteHrs",
    operation="{operation}",
    unit="GB-Mo",
    says="stored by a broker",
)

DEPLOYMENTS = {
    ("ActiveMQ", "SINGLE_INSTANCE"): "Single-AZUsage",
    ("ActiveMQ", "ACTIVE_STANDBY_MULTI_AZ"): "Multi-AZUsage",
    ("RabbitMQ", "SINGLE_INSTANCE"): "RabbitMQ-Single-InstanceUsage",
    ("RabbitMQ", "CLUSTER_MULTI_AZ"): "RabbitMQ-3-InstanceUsage",
}
"""How the hours of an engine's deployments are called."""

OPERATIONS = {"ActiveMQ": "CreateBroker:0001", "RabbitMQ": "CreateBroker:0002"}


def broker(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours of a deployment, all of its brokers together, and the GB stored."""
    said = [
        known_text(resource.input(name), name, default)
        for name, default in (
            ("engineType", None),
            ("hostInstanceType", None),
            ("deploymentMode", "SINGLE_INSTANCE"),
        )
    ]
    gaps = [item for item in said if isinstance(item, Gap)]
    if gaps:
        yield gaps[0]
        return
    engine, size, mode = map(str, said)
    engine = "RabbitMQ" if engine.lower() == "rabbitmq" else "ActiveMQ"
    deployment = DEPLOYMENTS.get((engine, mode))
    if deployment is None:
        yield Gap("unknown-input", f"{engine} has no deployment mode {mode}")
        return
    operation = OPERATIONS[engine]
    yield BROKER.all_month(
        resource,
        circumstances,
        because=f"{engine}, {mode}",
        deployment=deployment,
        size=size,
        operation=operation,
    )
    yield from _stored(resource, usage, engine, mode)
    copies = resource.input("dataReplicationMode")
    if copies is UNKNOWN:
        yield Gap("unknown-input", "dataReplicationMode is not known before deployment")
    elif copies == "CRDR":
        reason = "copies of the broker's data in another region have rates of their own"
        yield Gap("no-price", reason)


def _stored(
    resource: Resource, usage: Usage, engine: str, mode: str
) -> Iterator[Charge]:
    """ActiveMQ stores in EFS unless told otherwise; each broker of a cluster stores."""
    default = "ebs" if engine == "RabbitMQ" else "efs"
    kind = known_text(resource.input("storageType"), "storageType", default)
    if isinstance(kind, Gap):
        yield STORED.gap(resource, kind.reason, kind="", operation="")
        return
    name = "-EBS" if kind.lower() == "ebs" else ""
    cluster = mode == "CLUSTER_MULTI_AZ"
    yield STORED.charge(
        resource,
        usage,
        factor=NODES_OF_A_CLUSTER if cluster else ONE,
        kind="-RabbitMQ" if engine == "RabbitMQ" else name,
        operation=OPERATIONS[engine],
    )


TYPES = {
    "aws:mq/broker:Broker": Type(
        billed="A broker is billed by the hour of its deployment and by the GB stored.",
        source=SOURCE,
        meters=(BROKER,),
        uses=(STORED,),
        rule=broker,
        terraform="aws_mq_broker",
        notes=(
            "The hour of a RabbitMQ cluster pays for its three brokers; each of them "
            "stores, so `storage_size_gb` of one counts three times."
        ),
        not_modelled="traffic between zones (the account's)",
    )
}

FREE = free("mq", {"a setting of a broker, which is charged": "Configuration"})
