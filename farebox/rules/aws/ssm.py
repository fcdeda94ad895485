"""AWS Systems Manager: parameters, and what costs nothing for instances in EC2.

Source: https://aws.amazon.com/systems-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Meter, Type, free
from farebox.rules.shapes import text

ADVANCED = Meter(
    service="AWSSystemsManager",
    usage_type="PS-Advanced-Param-Tier1",
    unit="Hrs",
    says="advanced parameter",
    per="hour",
    because="stored all month",
)


def parameter(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The tier decides: standard, advanced, or left to AWS, whose answer then counts."""
    tier = text(resource.input("tier"))
    if tier not in (None, "Standard", "Advanced"):
        tier = text(resource.output("tier")) or tier
    if tier in (None, "Standard"):
        yield NoCharge("standard parameters are not charged")
    elif tier == "Advanced":
        yield ADVANCED.all_month(resource, circumstances)
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
        rule=parameter,
        terraform="aws_ssm_parameter",
        notes=(
            "`Intelligent-Tiering` is `unknown-input`: whether a parameter becomes an "
            "advanced one is known only after deployment. In a state it is known."
        ),
        not_modelled="higher throughput",
    )
}

FREE = free(
    "ssm",
    {
        "not charged for instances in EC2": (
            "Association DefaultPatchBaseline Document MaintenanceWindow "
            "MaintenanceWindowTarget MaintenanceWindowTask PatchBaseline PatchGroup "
            "ResourceDataSync ServiceSetting"
        )
    },
)
