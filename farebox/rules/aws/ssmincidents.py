"""AWS Systems Manager Incident Manager: response plans by the month, and messages.

Source: https://aws.amazon.com/systems-manager/pricing/
"""

from farebox.rules.service import Meter, Type, free

PLAN = Meter(
    service="AWSSystemsManager",
    usage_type="IM-ResponsePlan-Months-Tier1",
    unit="Response Plan-Months",
    says="response plan",
    per="month",
    because="exists all month",
)

TYPES = {
    "aws:ssmincidents/responsePlan:ResponsePlan": Type(
        billed="A response plan is billed by the month.",
        source="https://aws.amazon.com/systems-manager/pricing/",
        meters=(PLAN,),
        terraform="aws_ssmincidents_response_plan",
        not_modelled="messages by SMS and phone beyond those that a plan has",
    )
}

FREE = free(
    "ssmincidents", {"where incidents are kept costs nothing": "ReplicationSet"}
) | free(
    "ssmcontacts",
    {
        "whom to tell, and in which order; messages are the response plan's": (
            "Contact ContactChannel Plan"
        )
    },
)
