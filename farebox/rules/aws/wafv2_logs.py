"""Where the logs of a web ACL go decides about what their delivery costs."""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Use
from farebox.rules.shapes import values_of

LOGS = Use(
    key="monthly_data_ingested_gb",
    service="AmazonCloudWatch",
    usage_type="{kind}-Bytes",
    unit="GB",
    says="logs of the web ACL",
)
KINDS = {
    "aws:cloudwatch/logGroup:LogGroup": "VendedLog",
    "aws:s3/bucket:Bucket": "S3-Egress",
    "aws:s3/bucketV2:BucketV2": "S3-Egress",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "firehose",
}
IN_ARN = {":logs:": "VendedLog", ":s3:": "S3-Egress", ":firehose:": "firehose"}


def logging(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The GB delivered to CloudWatch or S3; a stream of Firehose charges them itself."""
    wanted = resource.input("logDestinationConfigs")
    name = "logDestinationConfigs"
    found = circumstances.graph.references(resource, name, UNKNOWN, KINDS)
    kinds = {KINDS[item.type] for item in found}
    for value in values_of(wanted):
        kinds |= {kind for part, kind in IN_ARN.items() if part in str(value)}
    if len(kinds) != 1:
        yield Gap("unknown-input", f"where {name} leads is not known before deployment")
        return
    kind = kinds.pop()
    if kind == "firehose":
        yield Gap(
            "no-usage",
            "logs that go to Firehose are charged by Firehose, on the stream",
        )
    else:
        yield LOGS.charge(resource, usage, kind=kind)
