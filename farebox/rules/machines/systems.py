"""Operating systems that a document tells, and how the bill names them.

An image id says nothing. What does: an instance that asks for a Windows password or
starts with a script for PowerShell, an image that AWS names after its system, an image of
the stack whose answer from AWS has the billing code, and the usage file.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
"""

from base64 import b64decode
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import Resource, ResourceGraph
from farebox.graph.values import flag
from farebox.rules.charges import Circumstances
from farebox.rules.errors import InvalidInput

LINUX = "RunInstances"
WINDOWS = "RunInstances:0002"

PLATFORMS = {
    "Linux/UNIX": LINUX,
    "Ubuntu Pro": "RunInstances:0g00",
    "Red Hat Enterprise Linux": "RunInstances:0010",
    "RHEL with HA": "RunInstances:1010",
    "RHEL with HA and SQL Server Standard": "RunInstances:1014",
    "RHEL with HA and SQL Server Enterprise": "RunInstances:1110",
    "RHEL with SQL Server Standard": "RunInstances:0014",
    "RHEL with SQL Server Web": "RunInstances:0210",
    "RHEL with SQL Server Enterprise": "RunInstances:0110",
    "SUSE Linux": "RunInstances:000g",
    "Linux with SQL Server Standard": "RunInstances:0004",
    "Linux with SQL Server Web": "RunInstances:0200",
    "Linux with SQL Server Enterprise": "RunInstances:0100",
    "Windows": WINDOWS,
    "Windows with SQL Server": "RunInstances:0800",
    "Windows with SQL Server Standard": "RunInstances:0006",
    "Windows with SQL Server Web": "RunInstances:0202",
    "Windows with SQL Server Enterprise": "RunInstances:0102",
}
"""What a capacity reservation calls a system, and the operation of its hours.

`Windows with SQL Server` is Windows under a licence of one's own.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCapacityReservation.html
"""

EDITIONS = ("Standard", "Web", "Enterprise")
"""Editions of SQL Server whose licence is in the price of the hour; Express is free."""

OPERATIONS = {
    "linux": LINUX,
    "windows": WINDOWS,
    "rhel": "RunInstances:0010",
    "suse": "RunInstances:000g",
    **{
        f"{word}_sql_{edition.lower()}": PLATFORMS[f"{system} SQL Server {edition}"]
        for word, system in (("windows", "Windows with"), ("linux", "Linux with"))
        for edition in EDITIONS
    },
}
"""Infracost's words for a system and our own with SQL Server, and their operation."""

GUESSED = (
    "An image's id tells no operating system: such instances are taken for Linux, and "
    "operating_system in a usage file names another"
)

NAMES = {operation: name for name, operation in PLATFORMS.items()}

IMAGE_TYPES = frozenset(
    (
        "aws:ec2/ami:Ami",
        "aws:ec2/amiCopy:AmiCopy",
        "aws:ec2/amiFromInstance:AmiFromInstance",
    )
)

WINDOWS_PARAMETER = "/aws/service/ami-windows-latest/"
"""Where Systems Manager keeps the ids of AWS's Windows images.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-ami.html
"""

AWS_PARAMETER = "/aws/service/"
"""Where Systems Manager keeps the ids of AWS's own images, by their names."""

CHARGED_PARAMETERS = {
    "/aws/service/canonical/ubuntu/pro-": PLATFORMS["Ubuntu Pro"],
    "/aws/service/canonical/ubuntu/eks-pro/": PLATFORMS["Ubuntu Pro"],
    "/aws/service/suse/sles/": PLATFORMS["SUSE Linux"],
}
"""Where it keeps the ids of images of other systems that have hours of their own.

Source: https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
"""

POWERSHELL = "<powershell>"
"""What Windows runs at its first start; Linux has no such tag.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
"""


def system_of_image(
    graph: ResourceGraph,
    resource: Resource,
    input_name: str,
    image: Any,
    user_data: Any = None,
) -> str | None:
    """The operation of an image's hours on the bill; None where all are silent.

    The image goes before the script that its machine starts with.
    """
    if isinstance(image, str) and image:
        if WINDOWS_PARAMETER in image:
            return _windows(image)
        for parameter, operation in CHARGED_PARAMETERS.items():
            if parameter in image:
                return operation
        if AWS_PARAMETER in image and "/marketplace/" not in image:
            return LINUX
    images = graph.references(resource, input_name, image, IMAGE_TYPES)
    told = {item.output("usageOperation") for item in images} if images else set()
    said = told.pop() if len(told) == 1 else None
    if isinstance(said, str) and said:
        return said
    return WINDOWS if _is_powershell(user_data) else None


def _is_powershell(user_data: Any) -> bool:
    """Whether a script, plain or in base64, is one for PowerShell."""
    if not isinstance(user_data, str) or not user_data:
        return False
    if POWERSHELL in user_data.lower():
        return True
    try:
        return POWERSHELL.encode() in b64decode(user_data, validate=True).lower()
    except ValueError:
        return False


def tell_of_guess(circumstances: Circumstances, operation: str | None) -> None:
    """Note, once for the stack, that Linux is a guess where nothing tells a system."""
    if operation is None:
        circumstances.note(GUESSED)


def _windows(image: str) -> str:
    """The operation of one of AWS's Windows images, whose name tells its SQL Server."""
    name = image.rpartition("/")[2]
    for edition in EDITIONS:
        if "SQL_" in name and name.endswith(f"_{edition}"):
            return PLATFORMS[f"Windows with SQL Server {edition}"]
    return WINDOWS


def system_of_instance(graph: ResourceGraph, resource: Resource) -> str | None:
    """The operation that an instance's own inputs tell; None where they do not.

    AWS makes a password for Windows alone, and a program asks for it nowhere else.
    """
    if flag(resource.input("getPasswordData")) is True:
        return WINDOWS
    script = resource.input("userData") or resource.input("userDataBase64")
    return system_of_image(graph, resource, "ami", resource.input("ami"), script)


def system_given(resource: Resource, usage: Usage) -> str | None:
    """The operation of the usage key `operating_system`, None where it is not given.

    Raises InvalidInput for a system that has no hours of its own on the bill.
    """
    given = usage.text("operating_system")
    if given is None:
        return None
    operation = OPERATIONS.get(given.lower())
    if operation is None:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) has operating_system {given} in the "
            f"usage file: give {', '.join(OPERATIONS)}"
        )
    return operation


def named(operation: str) -> str:
    """`, Windows` for a line of Windows hours; empty for Linux."""
    if operation == LINUX:
        return ""
    return f", {NAMES.get(operation, operation)}"
