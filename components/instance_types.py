"""What an instance type's name says: its processor, its machine image, its disks."""

import re

from components.arguments import require

INSTANCE_TYPE = re.compile(
    r"(?P<family>[a-z]+(?P<generation>\d+)(?P<options>[a-z-]*))\.(?P<size>[a-z0-9-]+)"
)
TYPES_SOURCE = (
    "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"
)
ATTACHMENTS_SOURCE = (
    "https://docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html"
)

MACHINE_IMAGE = (
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/"
    "al2023-ami-kernel-default-{architecture}"
)
"""Amazon Linux 2023, newest build, resolved by EC2 when a machine starts.

Source: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
"""

NOT_OFFERED = {"use1-az3": ("r6a",), "apse1-az3": ("r6a",), "cac1-az4": ("r6a",)}
"""Zone id to families that have no capacity there.

Source: EC2 DescribeInstanceTypeOfferings, as recorded by moto and SkyPilot in 2026.
"""


def architecture(argument: str, instance_types: tuple[str, ...]) -> str:
    """`x86_64` or `arm64`, the same for all of the types, else BadArgument."""
    found = set()
    for name in instance_types:
        parts = INSTANCE_TYPE.fullmatch(name)
        require(
            parts is not None,
            argument,
            name,
            "must be an EC2 instance type such as r6a.4xlarge",
            TYPES_SOURCE,
        )
        graviton = parts is not None and (
            parts["options"].startswith("g") or parts["family"] == "a1"
        )
        found.add("arm64" if graviton else "x86_64")
    require(
        len(found) == 1,
        argument,
        instance_types,
        "must be of one processor architecture, because they start from one image",
        TYPES_SOURCE,
    )
    return found.pop()


def machine_image(argument: str, instance_types: tuple[str, ...]) -> str:
    """The reference to the machine image that fits the types."""
    return MACHINE_IMAGE.format(architecture=architecture(argument, instance_types))


_DEDICATED = {
    "16xlarge": 48,
    "24xlarge": 64,
    "32xlarge": 88,
    "48xlarge": 128,
    "96xlarge": 128,
    "metal-24xl": 39,
    "metal-48xl": 79,
    "metal-96xl": 79,
    "m8a.metal-24xl": 64,
    "r8a.metal-24xl": 64,
    "r8i.metal-48xl": 64,
}
"""Attachments by size, or by type where one differs, of types whose volumes have slots
of their own; sizes up to 12xlarge have 32."""


def data_volumes_at_most(instance_type: str) -> int:
    """How many data volumes a type takes beside its root, with one network interface.

    Up to the 6th generation, and on Graviton up to the 7th, volumes share 28 slots (of
    bare metal 32) with network interfaces: one interface and the root leave 26 or 30.
    Later ones have slots for volumes alone.
    """
    parts = INSTANCE_TYPE.fullmatch(instance_type)
    if parts is None:
        return 26
    generation = int(parts["generation"])
    if generation < 7 or (generation == 7 and parts["options"].startswith("g")):
        return 30 if parts["size"] == "metal" else 26
    of_size = _DEDICATED.get(parts["size"], 32)
    return _DEDICATED.get(instance_type, of_size) - 1


def require_offered(
    argument: str, instance_types: tuple[str, ...], zone_ids: tuple[str, ...]
) -> None:
    """Raise BadArgument for a type in a zone that is known not to have it."""
    for zone_id in zone_ids:
        for name in instance_types:
            require(
                name.split(".")[0] not in NOT_OFFERED.get(zone_id, ()),
                argument,
                name,
                f"is not offered in zone {zone_id}; leave that zone out",
                "EC2 DescribeInstanceTypeOfferings",
            )
