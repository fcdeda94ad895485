"""AWS Global Accelerator: accelerators by the hour, and a premium on their traffic.

Source: https://aws.amazon.com/global-accelerator/pricing/
"""

from farebox.rules.service import Type, free

SOURCE = "https://aws.amazon.com/global-accelerator/pricing/"

_ACCELERATOR = Type(
    billed="An accelerator is billed by the hour, whether it is enabled or not.",
    source=SOURCE,
    no_price=(
        "an accelerator is charged by the hour (0.025 USD on AWS's page), under a key "
        "that Farebox has not seen in a price list or on a bill"
    ),
    terraform="aws_globalaccelerator_accelerator",
    notes="Its two public IPv4 addresses are included.",
)
_GROUP = Type(
    billed="Traffic through an accelerator is billed by the GB of its larger direction.",
    source=SOURCE,
    no_price=(
        "traffic through the accelerator is charged by the GB of the larger direction, "
        "by the region and the edge that it goes between, beside the traffic itself; "
        "Farebox knows no price for it"
    ),
    terraform="aws_globalaccelerator_endpoint_group",
)

TYPES = {
    "aws:globalaccelerator/accelerator:Accelerator": _ACCELERATOR,
    "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator": _ACCELERATOR,
    "aws:globalaccelerator/endpointGroup:EndpointGroup": _GROUP,
    "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup": _GROUP,
}

FREE = free(
    "globalaccelerator",
    {
        "a setting of an accelerator, which is charged": (
            "CrossAccountAttachment CustomRoutingListener Listener"
        )
    },
)
