"""Amazon SES: mail sent and received, attachments, addresses of one's own.

Source: https://aws.amazon.com/ses/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/ses/pricing/"
SERVICE = "AmazonSES"
KB_PER_CHUNK = Decimal(256)
"""Each whole 256 KB of mail that comes in are a chunk."""

SENT = Use(
    key="monthly_messages",
    service=SERVICE,
    usage_type="Recipients",
    operation="Send",
    unit="Message",
    says="mail sent, by recipient",
)
ATTACHED = Use(
    key="monthly_attachments_gb",
    service=SERVICE,
    usage_type="AttachmentsSize-Bytes",
    operation="Send",
    unit="GB",
    says="attachments sent",
    optional=True,
)
RECEIVED = Use(
    key="monthly_received_messages",
    service=SERVICE,
    usage_type="Message",
    operation="Receive",
    unit="Message",
    says="mail received",
)
RECEIVED_SIZE = Key(
    key="received_message_kb", says="size of a message that comes in", unit="KB"
)
CHUNKS = Meter(
    service=SERVICE,
    usage_type="ReceivedChunk",
    operation="Receive",
    unit="Chunk",
    says="chunks of 256 KB received",
)
ADDRESS = Meter(
    service=SERVICE,
    usage_type="DIP-Hours",
    operation="Lease",
    unit="IP-Mo",
    says="an address of one's own",
    per="month",
    because="the address is leased all month",
)
MANAGED = Use(
    key="monthly_messages",
    service=SERVICE,
    usage_type="VirtDelivMgr",
    unit="Message",
    says="mail that the deliverability manager looks at",
)


def receipt_rule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Mail that comes in, by the message and, where large, by its chunks."""
    enabled = flag(resource.input("enabled"))
    if enabled is UNKNOWN:
        yield RECEIVED.gap(resource, "whether it is enabled is not known yet")
        return
    if not enabled:
        yield NoCharge("it is not enabled: it receives nothing")
        return
    yield RECEIVED.charge(resource, usage)
    received, size = RECEIVED.given(usage), RECEIVED_SIZE.given(usage)
    if received is not None and size is not None and size.quantity >= KB_PER_CHUNK:
        # A chunk that is not whole costs nothing, unlike elsewhere.
        whole = size.quantity // KB_PER_CHUNK
        yield CHUNKS.metered(
            resource,
            received.quantity * whole,
            f"{received.quantity.normalize():f} messages x {whole.normalize():f} chunks",
            usage=received.status,
        )


def address_pool(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A standard pool is a name for leased addresses; a managed one is charged itself."""
    mode = text(resource.input("scalingMode"))
    if mode in (None, "STANDARD"):
        yield NoCharge("its addresses are charged as they are leased")
    elif mode is UNKNOWN:
        yield Gap("unknown-input", "its scalingMode is not known before deployment")
    else:
        yield Gap(
            "no-price",
            "managed addresses are charged by the month and by the message, and Farebox "
            "knows no price for them",
        )


def deliverability(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The deliverability manager looks at all mail of the account, where it is on."""
    enabled = text(resource.input("vdmEnabled"))
    if enabled == "ENABLED":
        yield MANAGED.charge(resource, usage)
    elif enabled is UNKNOWN:
        yield MANAGED.gap(resource, "whether it is on is not known before deployment")
    else:
        yield NoCharge("the deliverability manager is off")


_IDENTITY = Type(
    billed="Mail is billed by the recipient, attachments by the GB.",
    source=SOURCE,
    uses=(SENT, ATTACHED),
    terraform=(
        "aws_ses_domain_identity aws_ses_email_identity aws_sesv2_email_identity"
    ),
    notes=(
        "`monthly_messages` count one for each recipient. 3,000 messages a month are "
        "free for twelve months only, and never count here."
    ),
    not_modelled="traffic out of mail itself (the attachments are it)",
)

TYPES = {
    "aws:ses/domainIdentity:DomainIdentity": _IDENTITY,
    "aws:ses/emailIdentity:EmailIdentity": _IDENTITY,
    "aws:sesv2/emailIdentity:EmailIdentity": _IDENTITY,
    "aws:ses/receiptRule:ReceiptRule": Type(
        billed="Mail that comes in is billed by the message and by whole 256 KB of it.",
        source=SOURCE,
        meters=(CHUNKS,),
        uses=(RECEIVED, RECEIVED_SIZE),
        rule=receipt_rule,
        terraform="aws_ses_receipt_rule",
        notes="A message that several rules match counts once: give it to one of them.",
    ),
    "aws:sesv2/dedicatedIpAssignment:DedicatedIpAssignment": Type(
        billed="An address of one's own is billed by the month.",
        source=SOURCE,
        meters=(ADDRESS,),
        terraform="aws_sesv2_dedicated_ip_assignment",
    ),
    "aws:sesv2/dedicatedIpPool:DedicatedIpPool": Type(
        billed="A pool of managed addresses is charged by the month and the message.",
        source=SOURCE,
        rule=address_pool,
        terraform="aws_sesv2_dedicated_ip_pool",
    ),
    "aws:sesv2/accountVdmAttributes:AccountVdmAttributes": Type(
        billed="The deliverability manager is billed by the message that it looks at.",
        source=SOURCE,
        uses=(MANAGED,),
        rule=deliverability,
        terraform="aws_sesv2_account_vdm_attributes",
    ),
}

_SETTING = "a setting of mail, which is charged by the message"
FREE = {
    **free(
        "ses",
        {
            _SETTING: (
                "ActiveReceiptRuleSet ConfgurationSet ConfigurationSet DomainDkim "
                "DomainIdentityVerification EventDestination IdentityNotificationTopic "
                "IdentityPolicy MailFrom ReceiptFilter ReceiptRuleSet Template"
            )
        },
    ),
    **free(
        "sesv2",
        {
            _SETTING: (
                "AccountSuppressionAttributes ConfigurationSet "
                "ConfigurationSetEventDestination ContactList "
                "EmailIdentityFeedbackAttributes EmailIdentityMailFromAttributes "
                "EmailIdentityPolicy TenantResourceAssociation"
            )
        },
    ),
}

UNPRICED = unpriced(
    "sesv2",
    {
        "mail that goes by a second region is charged by the message": (
            "MultiRegionEndpoint"
        ),
        "whether AWS charges a tenant is not known to Farebox": "Tenant",
    },
)
