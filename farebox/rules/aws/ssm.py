"""AWS Systems Manager: parameters, and what costs nothing for instances in EC2.

Source: https://aws.amazon.com/systems-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Key, Meter, Type, Use, free
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
INSTANCE_TIER = Key(
    key="instance_tier",
    says="tier of machines outside of EC2; the standard one is free",
    texts=("standard", "advanced"),
)
MACHINES = Meter(
    service="AWSSystemsManager",
    usage_type="MI-AdvInstances-Hrs",
    unit="Hrs",
    says="machines outside of EC2",
)
MACHINE_COUNT = Key(
    key="instances",
    says="machines outside of EC2, as a mean over the month",
    unit="instances",
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


def activation(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Machines outside of EC2: free in the standard tier, by the hour in the advanced."""
    tier = (usage.text(INSTANCE_TIER.key) or "").lower()
    if tier == "standard":
        yield NoCharge("machines of the standard tier are not charged")
        return
    count = MACHINE_COUNT.given(usage)
    if tier == "advanced" and count is not None:
        because = count.source or f"{count.quantity:f} machines all month"
        quantity = count.quantity * circumstances.hours_per_month
        yield MACHINES.metered(resource, quantity, because, usage=count.status)
        return
    missing = MACHINE_COUNT.key if tier == "advanced" else INSTANCE_TIER.key
    reason = (
        "machines outside of EC2 are charged by the hour in the advanced tier, and no "
        f"{missing} is given"
    )
    key = MACHINES.price_key(resource)
    yield Gap("no-usage", reason, key, MACHINES.unit, missing)


TYPES = {
    "aws:ssm/activation:Activation": Type(
        billed="Machines outside of EC2 are billed by the hour in the advanced tier.",
        source="https://aws.amazon.com/systems-manager/pricing/",
        meters=(MACHINES,),
        uses=(INSTANCE_TIER, MACHINE_COUNT),
        rule=activation,
        terraform="aws_ssm_activation",
    ),
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
    ),
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
