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


GETTER = re.compile(r'@pulumi\.getter(?:\(name="([^"]+)"\))?\n    def (\w+)\(self\)')


@cache
def names_of(type_: str) -> frozenset[str]:
    """The inputs and outputs of a type, by Pulumi's names; empty for no type."""
    source = _source_of(type_)
    return frozenset(name or plain for name, plain in GETTER.findall(source))


def _source_of(type_: str) -> str:
    """The source of a type's module: by its name, else the one that has the token."""
    module, _, name = type_.removeprefix("aws:").partition("/")
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.partition(":")[0]).lower()
    root = Path(pulumi_aws.__file__).parent
    for folder in (module, f"{module}_"):
        path = root / folder / f"{snake}.py"
        if path.exists():
            source = path.read_text(encoding="utf-8")
            if f'"{type_}"' in source:
                return source
    sources = (path.read_text(encoding="utf-8") for path in root.glob("*/*.py"))
    return next((source for source in sources if f'"{type_}"' in source), "")
