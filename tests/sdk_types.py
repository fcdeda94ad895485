"""Every resource type of the installed pulumi_aws, read from its source."""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pulumi_aws

TOKEN = re.compile(
    r'@pulumi\.type_token\("([^"]+)"\)\nclass \w+\(pulumi\.CustomResource'
)
ALIAS = re.compile(r'Alias\(type_="([^"]+)"')


@cache
def types_of_the_sdk() -> dict[str, set[str]]:
    """Type tokens by module (`ec2` of `aws:ec2/vpc:Vpc`), old names of types too."""
    found: dict[str, set[str]] = {}
    for path in Path(pulumi_aws.__file__).parent.glob("*/*.py"):
        source = path.read_text(encoding="utf-8")
        for type_ in (*TOKEN.findall(source), *ALIAS.findall(source)):
            package, module, _ = f"{type_}::".split(":", 2)
            if package == "aws":
                found.setdefault(module.partition("/")[0], set()).add(type_)
    return found


def sdk_version() -> str:
    """The version of the installed pulumi_aws."""
    return version("pulumi-aws")
