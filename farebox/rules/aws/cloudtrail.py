"""AWS CloudTrail: copies of events beyond the first, and stores of events.

Source: https://aws.amazon.com/cloudtrail/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_blocks, known_flag, known_text, unknown
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import blocks, values_of

SOURCE = "https://aws.amazon.com/cloudtrail/pricing/"
SERVICE = "AWSCloudTrail"
TRAIL = "aws:cloudtrail/trail:Trail"


def _use(key: str, usage_type: str, unit: str, says: str) -> Use:
    return Use(key=key, service=SERVICE, usage_type=usage_type, unit=unit, says=says)


MANAGEMENT = _use(
    "monthly_additional_management_events",
    "PaidEventsRecorded",
    "Events",
    "management events of a second copy",
)
DATA = _use("monthly_data_events", "DataEventsRecorded", "Events", "data events")
INSIGHTS = _use(
    "monthly_insight_events",
    "InsightsEvents",
    "Events",
    "events looked at for insights",
)
INGESTED = _use(
    "monthly_data_ingested_gb", "Ingestion-Bytes", "GB", "events taken into the store"
)
SCANNED = Use(
    key="monthly_scanned_gb",
    service=SERVICE,
    usage_type="QueryScanned-Bytes",
    unit="GB",
    says="scanned by queries",
    optional=True,
)


def trail(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The stack's first trail copies management events for nothing, the next do not."""
    logging = known_flag(resource.input("enableLogging"), "enableLogging", True)
    if isinstance(logging, Gap):
        yield logging
        return
    if not logging:
        yield NoCharge("it does not log")
        return
    found = _kinds(resource)
    if isinstance(found, Gap):
        yield found
        return
    charged = list(_events(resource, usage, circumstances, found))
    yield from charged
    if "Management" in found and _is_first(resource, circumstances):
        circumstances.note(
            f"{resource.name} is taken for the account's first trail, whose copy of "
            "management events is free; where the account has another one, "
            f"{MANAGEMENT.key} of it is charged"
        )
    if not charged:
        yield NoCharge("the first copy of management events costs nothing")


def _events(
    resource: Resource, usage: Usage, circumstances: Circumstances, kinds: set[str]
) -> Iterator[Charge]:
    if "Management" in kinds and not _is_first(resource, circumstances):
        yield MANAGEMENT.charge(resource, usage)
    if "Data" in kinds:
        yield DATA.charge(resource, usage)
    if "NetworkActivity" in kinds:
        reason = "events of network activity are charged by the event"
        yield Gap("no-price", reason)
    insights = known_blocks(resource.input("insightSelectors"), "insightSelectors")
    if isinstance(insights, Gap):
        yield INSIGHTS.gap(resource, insights.reason)
    elif insights:
        yield INSIGHTS.charge(resource, usage, factor=Decimal(len(insights)))


def _is_first(resource: Resource, circumstances: Circumstances) -> bool:
    """Whether no trail before it in the stack copies management events of its region."""
    for item in circumstances.graph.by_type.get(TRAIL, ()):
        if item.urn == resource.urn:
            return True
        kinds = _kinds(item)
        if isinstance(kinds, Gap) or "Management" not in kinds:
            continue
        if flag(item.input("enableLogging")) is False:
            continue
        everywhere = flag(item.input("isMultiRegionTrail")) is True
        if everywhere or item.region == resource.region:
            return False
    return True


def _kinds(resource: Resource) -> set[str] | Gap:
    """The kinds of events that a trail records: `Management`, `Data` and others."""
    simple = known_blocks(resource.input("eventSelectors"), "eventSelectors")
    advanced = known_blocks(
        resource.input("advancedEventSelectors"), "advancedEventSelectors"
    )
    if isinstance(simple, Gap):
        return simple
    if isinstance(advanced, Gap):
        return advanced
    if advanced:
        named = {kind for item in advanced for kind in _of_fields(item)}
        return unknown("a category of advancedEventSelectors") if "" in named else named
    found = set()
    for item in simple:
        if flag(item.get("includeManagementEvents")) is not False:
            found.add("Management")
        if item.get("dataResources") not in (None, []):
            found.add("Data")
    return found if simple else {"Management"}


def _of_fields(selector: dict[str, Any]) -> Iterator[str]:
    """The categories that an advanced selector names; an empty one is not known yet."""
    fields = selector.get("fieldSelectors")
    if UNKNOWN in values_of(fields):
        yield ""
    for item in blocks(fields):
        if item.get("field") == "eventCategory":
            found = values_of(item.get("equals"))
            yield from ("" if value is UNKNOWN else str(value) for value in found)
        elif item.get("field") is UNKNOWN:
            yield ""


def store(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What is taken in, with years of retention in the price, and what queries scan."""
    mode = known_text(
        resource.input("billingMode"), "billingMode", "EXTENDABLE_RETENTION_PRICING"
    )
    if isinstance(mode, Gap):
        yield mode
        return
    if mode == "FIXED_RETENTION_PRICING":
        yield INGESTED.charge(resource, usage)
    else:
        yield Gap(
            "no-price",
            "with retention that can be extended, events are charged by the GB taken in "
            "and, after a year, by the GB kept",
        )
    yield from SCANNED.where_given(resource, usage)


TYPES = {
    TRAIL: Type(
        billed=(
            "A trail's copy of management events is free for the first trail; further "
            "copies, data events and insights are billed by the event."
        ),
        source=SOURCE,
        uses=(MANAGEMENT, DATA, INSIGHTS),
        rule=trail,
        terraform="aws_cloudtrail",
        notes=(
            "The stack's first trail of a region is taken for the account's first. "
            "`monthly_insight_events` count once for each kind of insight."
        ),
    ),
    "aws:cloudtrail/eventDataStore:EventDataStore": Type(
        billed="A store of events is billed by the GB taken in and scanned.",
        source=SOURCE,
        uses=(INGESTED, SCANNED),
        rule=store,
        terraform="aws_cloudtrail_event_data_store",
    ),
}

FREE = free(
    "cloudtrail", {"a right of another account": "OrganizationDelegatedAdminAccount"}
)
