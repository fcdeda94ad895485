"""AWS X-Ray: traces that functions, APIs and workflows record.

Traces belong to what records them, so the switch is read there: a function's
`tracingConfig`, a stage's `xrayTracingEnabled`, a state machine's
`tracingConfiguration`. One request that passes several of them is one trace.

Source: https://aws.amazon.com/xray/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/xray/pricing/"
SERVICE = "AWSXRay"

TRACES = Use(
    key="monthly_traces",
    service=SERVICE,
    usage_type="XRay-TracesStored",
    unit="Traces",
    says="traces recorded",
)
INSIGHTS = Use(
    key="monthly_traces",
    service=SERVICE,
    usage_type="XRay-InsightsTracesStored",
    unit="Traces",
    says="traces that insights look at",
)
SPANS = Use(
    key="monthly_spans_gb",
    service="AmazonCloudWatch",
    usage_type="DataProcessing-Bytes",
    unit="GB",
    says="spans that come in as logs",
)
INDEXED = Use(
    key="monthly_indexed_spans",
    service=SERVICE,
    usage_type="XRay-TracesStored",
    unit="Traces",
    says="spans indexed as traces, above 1 % of them",
)


def traced(resource: Resource, usage: Usage, switch: Any) -> Iterator[Charge]:
    """Traces, where the switch of tracing is on; nothing where it is off.

    A switch that is not known before deployment makes the charge `unknown-input`,
    unless the usage file gives the traces.
    """
    is_on = flag(switch)
    if is_on or TRACES.given(usage) is not None:
        yield TRACES.charge(resource, usage)
    elif is_on is UNKNOWN:
        yield TRACES.gap(
            resource, "whether it records traces is not known before deployment"
        )


def group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A group is a filter; insights look at its traces, and are charged by them."""
    enabled = flag(field(resource.input("insightsConfiguration"), "insightsEnabled"))
    if enabled:
        yield INSIGHTS.charge(resource, usage)
    elif enabled is UNKNOWN:
        yield INSIGHTS.gap(resource, "whether insights are on is not known yet")
    else:
        yield NoCharge("a group without insights is a filter over traces")


def trace_destination(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Spans that go to CloudWatch are charged as logs; to X-Ray, as traces are."""
    destination = text(resource.input("destination"))
    if destination == "CloudWatchLogs":
        yield SPANS.charge(resource, usage)
    elif destination is UNKNOWN:
        yield SPANS.gap(resource, "where spans go is not known before deployment")
    else:
        yield NoCharge("traces are charged where they are recorded")


TYPES = {
    "aws:xray/group:Group": Type(
        billed="A group is free; with insights, the traces that they look at are billed.",
        source=SOURCE,
        uses=(INSIGHTS,),
        rule=group,
        terraform="aws_xray_group",
    ),
    "aws:xray/traceSegmentDestination:TraceSegmentDestination": Type(
        billed="Spans sent to CloudWatch are billed by the GB, as logs that come in.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        uses=(SPANS,),
        rule=trace_destination,
        terraform="aws_xray_trace_segment_destination",
    ),
    "aws:xray/indexingRule:IndexingRule": Type(
        billed="Spans indexed above 1 % are billed by the span.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        uses=(INDEXED,),
        terraform="aws_xray_indexing_rule",
        notes="Give the spans that are indexed beyond the 1 % that costs nothing.",
    ),
}

FREE = free(
    "xray",
    {
        "a setting of tracing; traces are charged where they are recorded": (
            "EncryptionConfig ResourcePolicy SamplingRule"
        )
    },
)
