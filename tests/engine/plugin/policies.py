"""Policy documents, as IAM reads them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

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
    trust = place == "assumeRolePolicy"
    for statement in statements:
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
        yield from _actions(statement, place)


POLICY_VERSIONS = ("2012-10-17", "2008-10-17")


def _actions(statement: Mapping[str, Any], place: str) -> Iterator[Failure]:
    actions = statement.get("Action", [])
    for action in [actions] if isinstance(actions, str) else actions:
        if action != "*" and not re.fullmatch(r"[a-z0-9-]+:[\w*?]+", str(action)):
            yield Failure(place, f"{action!r} is no action such as ec2:AttachVolume")
