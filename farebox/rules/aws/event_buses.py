"""Amazon EventBridge: events on buses, archives, destinations outside of AWS, pipes.

Source: https://aws.amazon.com/eventbridge/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.chunks import chunks_of
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/eventbridge/pricing/"
SERVICE = "AWSEvents"
KB_PER_EVENT = Decimal(64)
"""Each 64 KB of an event count as one."""

CUSTOM = Use(
    key="monthly_custom_events",
    service=SERVICE,
    usage_type="Event-64K-Chunks",
    operation="PutEvents",
    unit="64K-Chunks",
    says="events of one's own",
)
THIRD_PARTY = Use(
    key="monthly_third_party_events",
    service=SERVICE,
    usage_type="Event-64K-Chunks",
    operation="ReceivedPartnerEvents",
    unit="64K-Chunks",
    says="events of partners and of other accounts",
    optional=True,
)
EVENT_SIZE = Key(
    key="event_size_kb", says="size of an event; each 64 KB count as one", unit="KB"
)
ARCHIVED = Use(
    key="monthly_archive_processing_gb",
    service=SERVICE,
    usage_type="ArchivedEvents-Bytes",
    unit="GB",
    says="events as they enter an archive",
)
KEPT = Use(
    key="archive_storage_gb",
    service=SERVICE,
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="events kept in an archive",
)
DISCOVERED = Use(
    key="monthly_schema_discovery_events",
    service=SERVICE,
    usage_type="Event-8K-Chunks",
    unit="Events",
    says="events looked at for their schema, 8 KB each",
    optional=True,
)
CALLS = Meter(
    service=SERVICE,
    usage_type="Invocation-64K-Chunks",
    unit="64K-Chunks",
    says="calls of an API destination",
)
DESTINATION_CALLS = Use(
    key="monthly_invocations",
    service=SERVICE,
    usage_type=CALLS.usage_type,
    unit=CALLS.unit,
    says=CALLS.says,
)
REPLICATED = Use(
    key="monthly_replicated_events",
    service=SERVICE,
    usage_type="Event-64K-Chunks",
    operation="PutEvents",
    unit="64K-Chunks",
    says="events copied to the other region",
)


def event_bus(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Events of one's own and of partners, 64 KB each; those of AWS are free."""
    factor = chunks_of(usage, EVENT_SIZE, KB_PER_EVENT)
    from_partner = resource.input("eventSourceName") is not None
    if not from_partner or CUSTOM.given(usage) is not None:
        yield CUSTOM.charge(resource, usage, factor=factor)
    if from_partner or THIRD_PARTY.given(usage) is not None:
        yield THIRD_PARTY.charge(resource, usage, factor=factor)
    # Infracost's files have archives and discovery on the bus.
    for use in (ARCHIVED, KEPT, DISCOVERED):
        yield from use.where_given(resource, usage)


def event_endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Copies of events for the other region, unless replication is off."""
    state = text(field(resource.input("replicationConfig"), "state"))
    if state == "DISABLED":
        yield NoCharge("it copies no events: replication is off")
    elif state is UNKNOWN:
        yield REPLICATED.gap(resource, "whether it copies events is not known yet")
    else:
        yield REPLICATED.charge(resource, usage)


def pipe(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Requests that enter a pipe, after its filter; a stopped one takes none."""
    state = text(resource.input("desiredState"))
    if state == "STOPPED":
        yield NoCharge("it is stopped: it takes no requests")
    else:
        yield Gap(
            "no-price",
            "requests that pass its filter are charged, 64 KB each, and Farebox knows "
            "no price for them",
        )


TYPES = {
    "aws:cloudwatch/eventBus:EventBus": Type(
        billed="A bus is billed by the event that is put on it, 64 KB each.",
        source=SOURCE,
        uses=(CUSTOM, THIRD_PARTY, EVENT_SIZE, ARCHIVED, KEPT, DISCOVERED),
        rule=event_bus,
        terraform="aws_cloudwatch_event_bus",
        notes=(
            "Events of AWS services are free. What archives and discovery take may "
            "stand here, as in Infracost's files, or on resources of their own: give "
            "one of the two."
        ),
    ),
    "aws:cloudwatch/eventArchive:EventArchive": Type(
        billed="An archive is billed by the GB that enters it and the GB-month it keeps.",
        source=SOURCE,
        uses=(ARCHIVED, KEPT),
        terraform="aws_cloudwatch_event_archive",
        not_modelled="events that are replayed (give them to the bus)",
    ),
    "aws:cloudwatch/eventApiDestination:EventApiDestination": Type(
        billed="A destination outside of AWS is billed by the call, 64 KB each.",
        source=SOURCE,
        uses=(DESTINATION_CALLS,),
        terraform="aws_cloudwatch_event_api_destination",
    ),
    "aws:cloudwatch/eventEndpoint:EventEndpoint": Type(
        billed="A global endpoint is billed by the event that it copies.",
        source=SOURCE,
        uses=(REPLICATED,),
        rule=event_endpoint,
        terraform="aws_cloudwatch_event_endpoint",
    ),
    "aws:pipes/pipe:Pipe": Type(
        billed="A pipe is charged by the request that passes its filter, 64 KB each.",
        source=SOURCE,
        rule=pipe,
        terraform="aws_pipes_pipe",
    ),
}
