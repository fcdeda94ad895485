"""Policy documents, as IAM reads them."""

import fnmatch
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader

from tests.engine.plugin.schema import Failure
from tests.engine.plugin.wire import is_unknown


def check_policy(text: Any, place: str) -> Iterator[Failure]:
    """A policy document: JSON with a version and complete statements.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    if not isinstance(text, str) or is_unknown(text):
        return
    try:
        document = json.loads(text)
    except ValueError as reason:
        yield Failure(place, f"the policy is not JSON: {reason}")
        return
    if not isinstance(document, dict) or document.get("Version") not in POLICY_VERSIONS:
        yield Failure(place, "the policy has no Version 2012-10-17")
        return
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not statements:
        yield Failure(place, "the policy has no Statement")
        return
    for statement in statements:
        yield from _statement(statement, place)
        yield from _actions(statement, place)


def _statement(statement: Mapping[str, Any], place: str) -> Iterator[Failure]:
    """The parts that a statement must have, and those that it must not."""
    trust = place == "assumeRolePolicy"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield Failure(place, "a statement's Effect is neither Allow nor Deny")
    if not {"Action", "NotAction"} & statement.keys():
        yield Failure(place, "a statement has no Action")
    if trust and not {"Principal", "NotPrincipal"} & statement.keys():
        yield Failure(place, "a statement of a trust policy has no Principal")
    if trust and "Resource" in statement:
        yield Failure(place, "a statement of a trust policy has a Resource")
    if not trust and not {"Resource", "NotResource"} & statement.keys():
        yield Failure(place, "a statement has no Resource")


POLICY_VERSIONS = ("2012-10-17", "2008-10-17")


def _actions(statement: Mapping[str, Any], place: str) -> Iterator[Failure]:
    actions = statement.get("Action", [])
    for action in [actions] if isinstance(actions, str) else actions:
        if action == "*":
            continue
        if not re.fullmatch(r"[a-z0-9-]+:[\w*?]+", str(action)):
            yield Failure(place, f"{action!r} is no action such as ec2:AttachVolume")
            continue
        service, name = action.split(":")
        known = actions_of(service)
        if known and not fnmatch.filter(known, name):
            yield Failure(place, f"{service} has no action {name}")


MODELS = {"elasticloadbalancing": ("elb", "elbv2"), "monitoring": ("cloudwatch",)}
MODELLED = frozenset(
    [
        "acm",
        "autoscaling",
        "cloudwatch",
        "dlm",
        "ec2",
        "ecr",
        "eks",
        "iam",
        "kms",
        "logs",
        "route53",
        "sns",
        "sqs",
        "ssm",
        "secretsmanager",
        "sts",
    ]
)
"""Services whose actions are called as the operations of their API are."""
NO_OPERATIONS = {
    "eks": {"AccessKubernetesApi"},
    "iam": {"PassRole"},
    "sts": {"TagSession", "SetSourceIdentity"},
}
"""Actions that are no operation of the API."""


@cache
def actions_of(service: str) -> frozenset[str]:
    """The actions of a service, from botocore's model; none where not known."""
    if service not in MODELLED and service not in MODELS:
        return frozenset()
    loader = Loader()
    found = set(NO_OPERATIONS.get(service, ()))
    for model in MODELS.get(service, (service,)):
        found |= set(loader.load_service_model(model, "service-2")["operations"])
    return frozenset(found)


MANAGED = frozenset(
    {
        "service-role/AmazonEBSCSIDriverPolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEKSClusterPolicy",
        "AmazonEKSVPCResourceController",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchAgentServerPolicy",
        "service-role/AWSDataLifecycleManagerServiceRole",
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaSQSQueueExecutionRole",
    }
)
"""AWS's own policies that a machine or cluster role may want.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""


def check_attachment(inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """A policy of AWS's that is attached to a role exists."""
    arn = str(inputs.get("policyArn"))
    start = "arn:aws:iam::aws:policy/"
    if arn.startswith(start) and arn.removeprefix(start) not in MANAGED:
        yield Failure("policyArn", f"{arn} is no policy that the stand-in knows")
