"""AWS Systems Manager: parameters, and what costs nothing for instances in EC2.

Source: https://aws.amazon.com/systems-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced
from farebox.rules.shapes import text

ADVANCED = Meter(
    service="AWSSystemsManager",
    usage_type="PS-Advanced-Param-Tier1",
    unit="Hrs",
    says="advanced parameter",
    per="hour",
    because="stored all month",
)
STORAGE_HOURS = Key(
    key="parameter_storage_hrs",
    says="hours that an advanced parameter is stored in the month",
    unit="hours",
)
THROUGHPUT = Key(
    key="api_throughput_limit",
    says="throughput of requests; a standard one is free",
    texts=("standard", "advanced", "higher"),
)
INTERACTIONS = Use(
    key="monthly_api_interactions",
    service="AWSSystemsManager",
    usage_type="PS-Param-Processed-Tier2",
    unit="API Interactions",
    says="requests for the parameter",
)


def parameter(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The tier decides: standard, advanced, or left to AWS, whose answer then counts."""
    tier = text(resource.input("tier"))
    if tier not in (None, "Standard", "Advanced"):
        tier = text(resource.output("tier")) or tier
    throughput = (usage.text(THROUGHPUT.key) or "standard").lower()
    if throughput != "standard":
        yield INTERACTIONS.charge(resource, usage)
    if tier in (None, "Standard"):
        yield NoCharge("standard parameters are not charged")
    elif tier == "Advanced":
        stored = STORAGE_HOURS.given(usage)
        if stored is None:
            yield ADVANCED.all_month(resource, circumstances)
        else:
            because = stored.source or f"stored {stored.quantity:f} hours as given"
            yield ADVANCED.metered(
                resource, stored.quantity, because, usage=stored.status
            )
    else:
        yield ADVANCED.gap(
            resource,
            "whether the parameter becomes an advanced one, which is charged, is known "
            "only after deployment",
        )


TYPES = {
    "aws:ssm/parameter:Parameter": Type(
        billed="A standard parameter is free; an advanced one is billed by the hour.",
        source="https://aws.amazon.com/systems-manager/pricing/",
        meters=(ADVANCED,),
        uses=(STORAGE_HOURS, THROUGHPUT, INTERACTIONS),
        rule=parameter,
        terraform="aws_ssm_parameter",
        notes=(
            "`Intelligent-Tiering` is `unknown-input`: whether a parameter becomes an "
            "advanced one is known only after deployment. In a state it is known."
        ),
    )
}

FREE = free(
    "ssm",
    {
        "not charged for instances in EC2": (
            "Association DefaultPatchBaseline Document MaintenanceWindow "
            "MaintenanceWindowTarget MaintenanceWindowTask PatchBaseline PatchGroup "
            "ResourceDataSync ServiceSetting"
        ),
        "setting up is not charged; what it sets up is": (
            "QuicksetupConfigurationManager"
        ),
        "a rota is a plan; incidents and their messages are charged": (
            "ContactsRotation"
        ),
    },
)

UNPRICED = unpriced(
    "ssm",
    {
        "machines outside of EC2 are charged by the hour in the advanced tier": (
            "Activation"
        )
    },
)
