"""Amazon SNS: requests to topics, and deliveries to their subscribers.

Source: https://aws.amazon.com/sns/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.chunks import chunks_of
from farebox.rules.service import KIB, Key, Metric, Type, Use, free, unpriced
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/sns/pricing/"
SERVICE = "AmazonSNS"
KB_PER_REQUEST = Decimal(64)
"""Each 64 KB of a message are charged as one request or delivery."""

REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="Requests-Tier1",
    unit="Requests",
    says="requests to the topic",
    metrics=(
        Metric(
            namespace="AWS/SNS",
            names=("NumberOfMessagesPublished",),
            dimensions={"TopicName": "name"},
        ),
    ),
)
REQUEST_SIZE = Key(
    key="request_size_kb",
    says="size of a message; each 64 KB count as one",
    unit="KB",
    metrics=(
        Metric(
            namespace="AWS/SNS",
            names=("PublishSize",),
            dimensions={"TopicName": "name"},
            counts="level",
            stat="Average",
            unit=KIB,
        ),
    ),
)
DELIVERED = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="DeliveryAttempts-{kind}",
    unit="Notifications",
    says="deliveries by {protocol}",
)
KINDS = {"email": "SMTP", "email-json": "SMTP", "http": "HTTP", "https": "HTTP"}

SUBSCRIBERS = (
    (Key(key="http_subscriptions", says="subscribers by HTTP and HTTPS"), "https"),
    (Key(key="email_subscriptions", says="subscribers by e-mail"), "email"),
)
"""Infracost counts subscribers on the topic; here each subscription may have its own."""

OTHER_SUBSCRIBERS = tuple(
    Key(key=f"{kind}_subscriptions", says=f"subscribers by {says}")
    for kind, says in (
        ("kinesis", "Kinesis Firehose"),
        ("mobile_push", "mobile push"),
        ("macos", "MacOS"),
        ("sms", "SMS"),
    )
)
SMS_PRICE = Key(
    key="sms_notification_price",
    says="US dollars of one SMS",
    unit="USD",
    unused="deliveries by SMS are `no-price`",
)


def topic(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Requests, 64 KB of a message each, and deliveries where subscribers are given."""
    if flag(resource.input("fifoTopic")) or resource.input("fifoTopic") is UNKNOWN:
        yield Gap(
            "no-price",
            "a FIFO topic is charged by message and by GB, and Farebox knows no price "
            "for it",
        )
        return
    factor = chunks_of(usage, REQUEST_SIZE, KB_PER_REQUEST)
    yield REQUESTS.charge(resource, usage, factor=factor)
    for key, protocol in SUBSCRIBERS:
        count = key.given(usage)
        if count is not None and count.quantity:
            yield DELIVERED.charge(
                resource,
                usage,
                factor=factor * count.quantity,
                kind=KINDS[protocol],
                protocol=protocol,
            )
    for key in OTHER_SUBSCRIBERS:
        count = key.given(usage)
        if count is not None and count.quantity:
            yield _no_price(key.says.removeprefix("subscribers by "))


def topic_subscription(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The messages that reach this subscriber, by its protocol."""
    protocol = text(resource.input("protocol"))
    if protocol in ("lambda", "sqs"):
        yield NoCharge("deliveries to Lambda and SQS are not charged")
    elif protocol is UNKNOWN:
        yield Gap("unknown-input", "its protocol is not known before deployment")
    elif str(protocol) not in KINDS:
        yield _no_price(str(protocol))
    else:
        yield DELIVERED.charge(
            resource,
            usage,
            factor=chunks_of(usage, REQUEST_SIZE, KB_PER_REQUEST),
            kind=KINDS[str(protocol)],
            protocol=str(protocol),
        )


def _no_price(protocol: str) -> Gap:
    return Gap(
        "no-price",
        f"deliveries by {protocol} are charged, and Farebox knows no price for them",
    )


TYPES = {
    "aws:sns/topic:Topic": Type(
        billed="A standard topic is billed by the request, 64 KB of a message each.",
        source=SOURCE,
        uses=(
            REQUESTS,
            REQUEST_SIZE,
            *(key for key, _ in SUBSCRIBERS),
            *OTHER_SUBSCRIBERS,
            SMS_PRICE,
        ),
        meters=(DELIVERED,),
        rule=topic,
        terraform="aws_sns_topic",
        notes=(
            "FIFO topics, SMS and push are `no-price`. Deliveries are charged on the "
            "topic where its usage says how many subscribers there are, and on each "
            "`TopicSubscription` that has requests of its own: give one of the two."
        ),
    ),
    "aws:sns/topicSubscription:TopicSubscription": Type(
        billed=(
            "Deliveries are billed by their protocol; to Lambda and SQS they are free."
        ),
        source=SOURCE,
        uses=(DELIVERED, REQUEST_SIZE),
        rule=topic_subscription,
        terraform="aws_sns_topic_subscription",
        notes="`monthly_requests` are the messages that reach this subscriber.",
    ),
}

FREE = free(
    "sns",
    {
        "a right or a setting; requests and deliveries are charged": (
            "TopicPolicy SmsPreferences"
        )
    },
)

UNPRICED = unpriced(
    "sns",
    {
        "messages that a policy scans or changes are charged by the GB": (
            "DataProtectionPolicy"
        ),
        "deliveries by mobile push are charged by the million": "PlatformApplication",
    },
)
