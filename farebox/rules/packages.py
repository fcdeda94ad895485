"""Resources that no module of `rules/aws/` declares: what to say of them."""

from farebox.graph import Resource
from farebox.graph.resource import PROVIDER_TYPE_PREFIX, STACK_TYPE
from farebox.rules.charges import Charge, Gap, NoCharge, Rule
from farebox.rules.homes import declared_of
from farebox.rules.service import Type

AWS_PACKAGES = ("aws", "aws-native")

IN_A_SERVER = "an object inside a server, which is charged where it runs"
IMAGE = "an image costs nothing by itself; a registry charges what it stores"

FREE_PACKAGES: dict[str, str] = {
    "random": "makes a value, nothing at a provider",
    "tls": "makes a key or a certificate on this machine",
    "command": "runs a command; what it may create is not seen",
    "std": "computes a value",
    "null": "does nothing at a provider",
    "time": "waits or keeps a date",
    "local": "reads or writes a file of this machine",
    "archive": "packs files of this machine",
    "cloudinit": "puts a text together, nothing at a provider",
    "external": "reads a value from a program of this machine",
    "http": "reads a value from a server",
    "terraform": "reads a state of Terraform's",
    "pulumi": "belongs to Pulumi, not to a cloud",
    "pulumi-nodejs": "runs code of the program; what it may create is not seen",
    "pulumi-python": "runs code of the program; what it may create is not seen",
    "pulumiservice": "a setting of Pulumi Cloud, nothing at AWS",
    "docker": IMAGE,
    "docker-build": IMAGE,
    "mysql": IN_A_SERVER,
    "postgresql": IN_A_SERVER,
    "kafka": IN_A_SERVER,
    "keycloak": IN_A_SERVER,
    "rabbitmq": IN_A_SERVER,
    "vault": IN_A_SERVER,
    "consul": IN_A_SERVER,
    "github": "belongs to GitHub, nothing at AWS",
    "gitlab": "belongs to GitLab, nothing at AWS",
    "eks": "configures a cluster of EKS, which is charged with what it launches",
}
"""Pulumi packages whose resources cost nothing at AWS, and why."""

COMPONENT_PACKAGES = frozenset(
    (
        "awsx",
        "aws-apigateway",
        "aws-iam",
        "aws-static-website",
        "aws-s3-replicated-bucket",
    )
)
"""Packages of components alone, which another process makes: a preview has their parts."""

IN_TEMPLATES: dict[str, str] = {
    "aws:cdk/metadata:Metadata": "tells AWS what a template was made with",
    "aws:cloudformation/macro:Macro": "a name of a function, which is charged",
    "aws:cloudformation/waitCondition:WaitCondition": "waits while a stack is deployed",
    "aws:cloudformation/waitConditionHandle:WaitConditionHandle": (
        "waits while a stack is deployed"
    ),
    "aws:apigateway/gatewayResponse:GatewayResponse": "part of an API, which is charged",
    "aws:ec2/subnetCidrBlock:SubnetCidrBlock": "a range of addresses is not charged",
    "aws:lambda/version:Version": "a name of a function's code, whose runs are charged",
    "aws:secretsmanager/secretTargetAttachment:SecretTargetAttachment": (
        "part of a secret, which is charged as a whole"
    ),
    **dict.fromkeys(
        (
            "cloudformation:index:Custom/CDKBucketDeployment",
            "cloudformation:index:Custom/CrossRegionExportReader",
            "cloudformation:index:Custom/CrossRegionExportWriter",
            "cloudformation:index:Custom/LogRetention",
            "cloudformation:index:Custom/S3AutoDeleteObjects",
            "cloudformation:index:Custom/S3BucketNotifications",
            "cloudformation:index:Custom/VpcRestrictDefaultSG",
        ),
        "a step of CDK's own while a stack is deployed; its function is charged",
    ),
}
"""Types that templates have and pulumi-aws has not, which cost nothing, and why."""

CUSTOM = ("cloudformation:index:Custom/", "aws:cloudformation/customResource:")
"""How types begin that a function of one's own makes."""

REMOTE_COMPONENTS = frozenset(
    f"eks:index:{name}"
    for name in ("Cluster", "ManagedNodeGroup", "NodeGroup", "NodeGroupV2")
)
"""Components that another process makes: where its children are not seen, they cost."""


RENDERED = COMPONENT_PACKAGES | {"eks", "kubernetes"}
"""Packages whose components make parts always; a chart whose values are unknown has none.

Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v4/chart/
"""


def rule_of_package(type_: str) -> Rule | None:
    """The rule of a package other than AWS's; None where it has none."""
    if not type_.startswith("kubernetes:"):
        return None
    from farebox.rules.kubernetes.objects import rule_of

    return rule_of(type_)


def declared(type_: str) -> Type | None:
    """What a type is charged by, AWS's or another package's; None where nothing is."""
    said = declared_of(type_).type
    if said is not None or not type_.startswith("kubernetes:"):
        return said
    from farebox.rules.kubernetes.declared import declared as of_object

    return of_object(type_)


def without_a_rule(resource: Resource, has_parts: bool = True) -> Charge:
    """What to say of a resource whose type has no rule and no reason to be free.

    `has_parts` is whether the document has resources whose parent it is.
    """
    if resource.operation == "read":
        return NoCharge("read, not created: it belongs to another stack", "data")
    if resource.type == STACK_TYPE:
        return NoCharge("the stack itself", "component")
    if resource.type.startswith(PROVIDER_TYPE_PREFIX):
        return NoCharge("a provider is a connection, not a thing", "component")
    if not resource.custom:
        return _component(resource, has_parts)
    if resource.type in IN_TEMPLATES:
        return NoCharge(IN_TEMPLATES[resource.type])
    if resource.type.startswith(CUSTOM):
        return Gap(
            "no-rule", "a function of one's own makes it: what it makes is not seen"
        )
    package = resource.type.partition(":")[0]
    if resource.type in REMOTE_COMPONENTS or package in COMPONENT_PACKAGES:
        return Gap(
            "no-rule", "a component whose parts are not seen here; a preview shows them"
        )
    if package in FREE_PACKAGES:
        return NoCharge(FREE_PACKAGES[package], "data")
    if package not in AWS_PACKAGES:
        return Gap(
            "no-rule",
            f"Farebox prices AWS; it does not know what the package {package} costs",
        )
    return Gap("no-rule", f"Farebox has no rule for {resource.type} yet")


def _component(resource: Resource, has_parts: bool) -> Charge:
    package = resource.type.partition(":")[0]
    if has_parts or package not in RENDERED:
        return NoCharge("a component: its children are priced", "component")
    return Gap(
        "unknown-input",
        "a component that makes its parts of what is known only after deployment: none "
        "of them is in the document",
    )
