"""Amazon DynamoDB Accelerator: a cluster by the hour of each node.

Source: https://aws.amazon.com/dynamodb/pricing/ (DAX)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type, free
from farebox.rules.shapes import amount, text

NODES = Meter(
    service="AmazonDAX",
    usage_type="NodeUsage:{TYPE}",
    unit="Hrs",
    says="{TYPE} nodes",
    per="hour",
)


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed for each hour of each node, `replicationFactor` of them."""
    kind = text(resource.input("nodeType"))
    count = amount(resource, resource.input("replicationFactor"), "nodes of")
    if not isinstance(kind, str):
        yield Gap("unknown-input", "its node type is not known before deployment")
    elif not isinstance(count, Decimal):
        yield NODES.gap(resource, "how many nodes it has is not known", TYPE=kind)
    else:
        because = f"{count:f} nodes all month"
        yield NODES.all_month(
            resource, circumstances, count=count, because=because, TYPE=kind
        )


TYPES = {
    "aws:dax/cluster:Cluster": Type(
        billed="A cluster is billed for each hour of each node.",
        source="https://aws.amazon.com/dynamodb/pricing/",
        meters=(NODES,),
        rule=cluster,
        terraform="aws_dax_cluster",
        not_modelled="unlimited CPU credits of T3 nodes",
    ),
}

FREE = free(
    "dax",
    {"a setting of clusters; their nodes are charged": "ParameterGroup SubnetGroup"},
)
