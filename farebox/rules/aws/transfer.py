"""AWS Transfer Family: servers by protocol and hour, what they move, messages.

Source: https://aws.amazon.com/aws-transfer-family/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import blocks, or_default, text, values_of

SOURCE = "https://aws.amazon.com/aws-transfer-family/pricing/"
SERVICE = "AWSTransfer"

PROTOCOL = Meter(
    service=SERVICE,
    usage_type="ProtocolHours",
    operation="{protocol}:{store}",
    unit="Hrs",
    says="{protocol} of the server",
    per="hour",
    because="switched on all month, whether the server is stopped or not",
)
MOVED = tuple(
    Use(
        key=f"monthly_data_{verb}ed_gb",
        service=SERVICE,
        usage_type=f"{verb.title()}Bytes",
        operation="{protocol}:{store}",
        unit="GB",
        says=f"data {verb}ed through the server",
    )
    for verb in ("upload", "download")
)
RECEIVED, SENT = (
    Use(
        key=f"monthly_as2_{way.lower()}_messages",
        service=SERVICE,
        usage_type=f"{way}Messages",
        operation="AS2-HTTP:S3",
        unit="Messages",
        says=f"{way.lower()} messages of AS2",
    )
    for way in ("Inbound", "Outbound")
)
AS2 = "AS2"


def server(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each protocol by the hour, and the GB up and down; messages of AS2."""
    protocols = values_of(or_default(resource.input("protocols"), ["SFTP"]))
    domain = or_default(text(resource.input("domain")), "S3")
    if UNKNOWN in protocols or domain is UNKNOWN:
        yield Gap(
            "unknown-input", "protocols or domain are not known before deployment"
        )
        return
    names = [_operation(str(each)) for each in protocols]
    store = str(domain)
    for name in names:
        yield PROTOCOL.all_month(resource, circumstances, protocol=name, store=store)
    files = [name for name in names if not name.startswith(AS2)]
    if files:
        for use in MOVED:
            yield use.charge(resource, usage, protocol=files[0], store=store)
    if len(files) < len(names):
        yield RECEIVED.charge(resource, usage)


def _operation(protocol: str) -> str:
    return "AS2-HTTP" if protocol == AS2 else protocol


def connector(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Messages of AS2 that it sends; calls and bytes by SFTP have no key that was seen."""
    if resource.input("as2Config") is not None:
        yield SENT.charge(resource, usage)
    else:
        yield Gap(
            "no-price",
            "what a connector for SFTP does is charged by the call and the GB, and "
            "Farebox knows no price for it",
        )


def workflow(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Decrypting files is charged by the GB; all other steps are free."""
    steps = resource.input("steps")
    kinds = [each.get("type") for each in blocks(steps)]
    if steps is UNKNOWN or UNKNOWN in kinds:
        yield Gap("unknown-input", "the steps are not known before deployment")
    elif "DECRYPT" in kinds:
        yield Gap(
            "no-price",
            "decrypting files is charged by the GB, and Farebox knows no price for it",
        )
    else:
        yield NoCharge("steps that decrypt nothing are not charged")


TYPES = {
    "aws:transfer/server:Server": Type(
        billed="A server is billed by the hour for each protocol, and by the GB.",
        source=SOURCE,
        meters=(PROTOCOL,),
        uses=(*MOVED, RECEIVED),
        rule=server,
        terraform="aws_transfer_server",
        notes="Without `protocols` it speaks SFTP. All protocols have one rate for a GB.",
    ),
    "aws:transfer/connector:Connector": Type(
        billed="A connector is billed by what it sends: messages, calls and GB.",
        source=SOURCE,
        uses=(SENT,),
        rule=connector,
        terraform="aws_transfer_connector",
    ),
    "aws:transfer/workflow:Workflow": Type(
        billed="Decrypting files is billed by the GB; other steps are free.",
        source=SOURCE,
        rule=workflow,
        terraform="aws_transfer_workflow",
    ),
    "aws:transfer/webApp:WebApp": Type(
        billed="A web app is billed by the hour for each of its units.",
        source=SOURCE,
        no_price=(
            "a web app is charged by the hour and unit (0.50 USD in eu-west-1), under a "
            "key that Farebox has not seen"
        ),
    ),
}

FREE = free(
    "transfer",
    {
        "a setting of a server, which is charged by the hour and the GB": (
            "Access Agreement Certificate HostKey Profile SshKey Tag User "
            "WebAppCustomization"
        )
    },
)
