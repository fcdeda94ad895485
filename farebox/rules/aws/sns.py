"""Amazon SNS: requests to topics, and deliveries to their subscribers.

Usage keys are those of Infracost's `aws_sns_topic` and `aws_sns_topic_subscription`.

Source: https://aws.amazon.com/sns/pricing/
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, NoCharge, used
from farebox.rules.service import Type, free
from farebox.rules.shapes import text

SERVICE = "AmazonSNS"
KB_PER_REQUEST = Decimal(64)
"""Each 64 KB of a message are charged as one request or delivery."""

DELIVERIES = {
    "email": "DeliveryAttempts-SMTP",
    "email-json": "DeliveryAttempts-SMTP",
    "http": "DeliveryAttempts-HTTP",
    "https": "DeliveryAttempts-HTTP",
}


def topic(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A standard topic is billed by the request, 64 KB of a message each.

    Source: https://aws.amazon.com/sns/pricing/ (standard topics)
    """
    factor = _requests_a_message(usage)
    if flag(resource.input("fifoTopic")) or resource.input("fifoTopic") is UNKNOWN:
        yield Gap(
            "no-price",
            "a FIFO topic is charged by message and by GB, and Farebox knows no price "
            "for it",
        )
        return
    yield used(
        resource,
        usage,
        "monthly_requests",
        SERVICE,
        "Requests-Tier1",
        unit="Requests",
        description="requests to the topic",
        factor=factor,
    )


def topic_subscription(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Deliveries are billed by their protocol; to Lambda and SQS they are free.

    `monthly_requests` are the messages that reach this subscriber.
    Source: https://aws.amazon.com/sns/pricing/ (deliveries)
    """
    factor = _requests_a_message(usage)
    protocol = text(resource.input("protocol"))
    if protocol in ("lambda", "sqs"):
        yield NoCharge("deliveries to Lambda and SQS are not charged")
        return
    usage_type = DELIVERIES.get(str(protocol))
    if usage_type is None:
        yield Gap(
            "unknown-input" if protocol is UNKNOWN else "no-price",
            "its protocol is not known before deployment"
            if protocol is UNKNOWN
            else f"deliveries by {protocol} are charged, and Farebox knows no price "
            "for them",
        )
        return
    yield used(
        resource,
        usage,
        "monthly_requests",
        SERVICE,
        usage_type,
        unit="Notifications",
        description=f"deliveries by {protocol}",
        factor=factor,
    )


def _requests_a_message(usage: Usage) -> Decimal:
    """How many requests one message counts as, by `request_size_kb`."""
    size = usage.quantity("request_size_kb")
    if size is None:
        return ONE
    chunks = (size.quantity / KB_PER_REQUEST).to_integral_value(ROUND_CEILING)
    return max(chunks, ONE)


TYPES = {
    "aws:sns/topic:Topic": Type(
        billed="A standard topic is billed by the request, 64 KB of a message each.",
        source="https://aws.amazon.com/sns/pricing/",
        rule=topic,
    ),
    "aws:sns/topicSubscription:TopicSubscription": Type(
        billed="Deliveries are billed by their protocol; to Lambda and SQS they are free.",
        source="https://aws.amazon.com/sns/pricing/",
        rule=topic_subscription,
    ),
}

FREE = free(
    "sns", {"a right or a setting; requests and deliveries are charged": "TopicPolicy"}
)
