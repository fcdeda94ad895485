"""Amazon SQS: requests to queues, 64 KB of a message each.

Source: https://aws.amazon.com/sqs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.chunks import chunks_of
from farebox.rules.service import KIB, Key, Metric, Type, Use, free

SOURCE = "https://aws.amazon.com/sqs/pricing/"
KB_PER_REQUEST = Decimal(64)
"""Each 64 KB of a message count as one request."""

REQUESTS = Use(
    key="monthly_requests",
    service="AWSQueueService",
    usage_type="Requests-{kind}Tier1",
    unit="Requests",
    says="requests to the queue",
    metrics=(
        Metric(
            namespace="AWS/SQS",
            names=(
                "NumberOfMessagesSent",
                "NumberOfMessagesReceived",
                "NumberOfMessagesDeleted",
                "NumberOfEmptyReceives",
            ),
            dimensions={"QueueName": "name"},
        ),
    ),
)
REQUEST_SIZE = Key(
    key="request_size_kb",
    says="size of a message; each 64 KB count as one",
    unit="KB",
    metrics=(
        Metric(
            namespace="AWS/SQS",
            names=("SentMessageSize",),
            dimensions={"QueueName": "name"},
            counts="level",
            stat="Average",
            unit=KIB,
        ),
    ),
)


def queue(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Requests at the rate of the queue's kind: standard, or first in, first out."""
    fifo = flag(resource.input("fifoQueue"))
    if fifo is UNKNOWN:
        yield Gap("unknown-input", "fifoQueue is not known before deployment")
        return
    factor = chunks_of(usage, REQUEST_SIZE, KB_PER_REQUEST)
    yield REQUESTS.charge(resource, usage, factor=factor, kind="FIFO-" if fifo else "")


TYPES = {
    "aws:sqs/queue:Queue": Type(
        billed="A queue is billed by the request, 64 KB of a message each.",
        source=SOURCE,
        uses=(REQUESTS, REQUEST_SIZE),
        rule=queue,
        terraform="aws_sqs_queue",
        notes=(
            "A million requests a month are free for the account; here they go to "
            "standard queues. Sending, receiving and deleting a message are a request "
            "each, an empty receive too."
        ),
        not_modelled="fair queues, keys of one's own that encrypt the messages",
    ),
}

FREE = free(
    "sqs",
    {
        "a setting of a queue, whose requests are charged": (
            "QueuePolicy RedriveAllowPolicy RedrivePolicy"
        )
    },
)
