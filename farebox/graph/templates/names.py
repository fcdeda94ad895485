"""CloudFormation's names of types and properties, as the names that Pulumi has for them.

`AWS::EC2::Instance` is `aws:ec2/instance:Instance`, `InstanceType` is `instanceType`.
`tokens.txt` and the table hold what does not follow from the rule; a type that they miss
keeps a name that no rule knows, and is a gap.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

MODULES = {
    "elasticloadbalancingv2": "lb",
    "elasticloadbalancing": "elb",
    "logs": "cloudwatch",
    "events": "cloudwatch",
    "certificatemanager": "acm",
    "applicationautoscaling": "appautoscaling",
    "amazonmq": "mq",
    "aps": "amp",
    "bcmdataexports": "bcmdata",
    "cassandra": "keyspaces",
    "ce": "costexplorer",
    "cloudhsm": "cloudhsmv2",
    "config": "cfg",
    "eventschemas": "schemas",
    "inspectorv2": "inspector2",
    "kafkaconnect": "mskconnect",
    "macie": "macie2",
    "opensearchservice": "opensearch",
    "osis": "opensearchingest",
    "resourceexplorer2": "resourceexplorer",
    "sso": "ssoadmin",
    "stepfunctions": "sfn",
}
"""Services in small letters whose module in Pulumi has another name."""

FILE = Path(__file__).with_name("tokens.txt")
"""What does not follow from the rules: a type a line, its token, and its renamed inputs.

`AWS::EC2::Volume aws:ebs/volume:Volume volumeType=type`
"""

ACRONYM = re.compile(r"^[A-Z]+(?=[A-Z][a-z]|\d|$)|^[A-Z]")
"""`CPU` of `CPUCredits`, `VPC` of `VPCZoneIdentifier`, `I` of `InstanceType`."""


class Names(Struct, frozen=True):
    """What a type is called in Pulumi, and those of its inputs that differ."""

    token: str
    inputs: Mapping[str, str] = {}


WITHIN = re.compile(r"(?<=[a-z0-9])[A-Z]{2,}(?=[A-Z][a-z]|s?$)")
"""`GB` of `volumeSizeInGB`, `IAM` of `enableIAMDatabaseAuthentication`."""

UNITS = (
    ("GiB", "Gib"),
    ("MiB", "Mib"),
    ("KiB", "Kib"),
    ("vCpu", "Vcpu"),
    ("VCpu", "Vcpu"),
)
"""Words with a capital within, as Pulumi writes them."""


def token_of(type_: str, inputs: Mapping[str, Any] | None = None) -> str:
    """Pulumi's token of a CloudFormation type; how its service is spelled is all one.

    Some types are one in CloudFormation and several in Pulumi: their inputs tell which.
    """
    by_inputs = BY_INPUTS.get(type_.lower())
    if by_inputs is not None and inputs:
        token = by_inputs(inputs)
        if token is not None:
            return token
    known = _names().get(type_.lower())
    if known is not None:
        return known.token
    parts = type_.split("::")
    if len(parts) != 3 or parts[0] != "AWS" or not parts[2]:
        return f"cloudformation:index:{type_.replace('::', '/')}"
    service, name = parts[1].lower(), parts[2]
    if service == "logs":
        name = f"Log{name.removeprefix('Log')}"
    module = MODULES.get(service, service)
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


def renamed_inputs(type_: str) -> Mapping[str, str]:
    """Inputs of a type that Pulumi calls otherwise, by their names after the rule."""
    known = _names().get(type_.lower())
    return {} if known is None else known.inputs


@cache
def _names() -> dict[str, Names]:
    """CloudFormation's names in small letters to Pulumi's, from the file."""
    found: dict[str, Names] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        type_, token, *renamed = line.split()
        pairs = (pair.partition("=") for pair in renamed)
        renames = {input_name(old): new for old, _, new in pairs}
        found[type_.lower()] = Names(token, renames)
    return found


def _database(inputs: Mapping[str, Any]) -> str | None:
    """An instance in a cluster is a type of its own."""
    in_a_cluster = inputs.get("clusterIdentifier") is not None
    return "aws:rds/clusterInstance:ClusterInstance" if in_a_cluster else None


FILE_SYSTEMS = {
    "LUSTRE": "aws:fsx/lustreFileSystem:LustreFileSystem",
    "ONTAP": "aws:fsx/ontapFileSystem:OntapFileSystem",
    "OPENZFS": "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
    "WINDOWS": "aws:fsx/windowsFileSystem:WindowsFileSystem",
}


def _file_system(inputs: Mapping[str, Any]) -> str | None:
    return FILE_SYSTEMS.get(str(inputs.get("fileSystemType")))


def _provisioned(inputs: Mapping[str, Any]) -> str | None:
    """Concurrency that is kept ready is a resource of its own."""
    if inputs.get("provisionedConcurrentExecutions") is None:
        return None
    return "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"


BY_INPUTS: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    "aws::rds::dbinstance": _database,
    "aws::fsx::filesystem": _file_system,
    "aws::lambda::alias": _provisioned,
    "aws::lambda::version": _provisioned,
}
"""Types that are several in Pulumi, in small letters, and how their inputs tell."""


def type_of_native(token: str) -> str:
    """CloudFormation's name of a type of the package `aws-native`, as `aws-native:ec2:VPC`.

    That package writes services in small letters, and so does this name.
    """
    _, _, rest = token.partition(":")
    service, _, name = rest.partition(":")
    return f"AWS::{service}::{name}"


def input_name(name: str) -> str:
    """`InstanceType` as `instanceType`, `CPUCredits` as `cpuCredits`.

    Within a name an acronym has one capital: `VolumeSizeInGB` is `volumeSizeInGb`.
    """
    for old, new in UNITS:
        name = name.replace(old, new)
    begun = ACRONYM.sub(lambda match: match[0].lower(), name, count=1)
    return WITHIN.sub(lambda match: match[0].capitalize(), begun)
