"""Writes an IAM policy document, as the AWS provider's getPolicyDocument does.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/iam/getpolicydocument/
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

VERSION = "2012-10-17"
Statement = dict[str, Any]


def policy_json(arguments: Mapping[str, Any]) -> tuple[str, str]:
    """The document with line breaks, and without.

    Statements of the source documents come first; a later statement with the same
    `Sid` takes the place of an earlier one, those of the override documents last.
    """
    document: dict[str, Any] = {"Version": arguments.get("version") or VERSION}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    statements = [
        *_parsed(arguments.get("sourcePolicyDocuments", ())),
        *(_statement(item) for item in arguments.get("statements", ())),
        *_parsed(arguments.get("overridePolicyDocuments", ())),
    ]
    document["Statement"] = _merged(statements)
    return json.dumps(document, indent=2), json.dumps(document, separators=(",", ":"))


def _parsed(documents: Iterable[str]) -> Iterable[Statement]:
    for text in documents:
        found = json.loads(text).get("Statement", []) if text else []
        yield from found if isinstance(found, list) else [found]


def _merged(statements: Iterable[Statement]) -> list[Statement]:
    merged: list[Statement] = []
    place_of: dict[str, int] = {}
    for statement in statements:
        sid = statement.get("Sid")
        if sid and sid in place_of:
            merged[place_of[sid]] = statement
            continue
        if sid:
            place_of[sid] = len(merged)
        merged.append(statement)
    return merged


def _statement(given: Mapping[str, Any]) -> Statement:
    written: Statement = {}
    if given.get("sid"):
        written["Sid"] = given["sid"]
    written["Effect"] = given.get("effect") or "Allow"
    for key, name in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if given.get(key):
            written[name] = _one_or_many(given[key])
    for key, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if given.get(key):
            written[name] = _principals(given[key])
    for condition in given.get("conditions", ()):
        tests = written.setdefault("Condition", {})
        variables = tests.setdefault(condition["test"], {})
        variables[condition["variable"]] = _one_or_many(condition["values"])
    return written


def _principals(given: Iterable[Mapping[str, Any]]) -> Any:
    by_kind: dict[str, list[str]] = {}
    for item in given:
        by_kind.setdefault(item["type"], []).extend(item["identifiers"])
    if by_kind.get("*") == ["*"]:
        return "*"
    return {kind: _one_or_many(names) for kind, names in by_kind.items()}


def _one_or_many(values: Iterable[str]) -> str | list[str]:
    """One value alone, several in falling order; `&{…}` stands for `${…}`."""
    texts = [value.replace("&{", "${") for value in values]
    return texts[0] if len(texts) == 1 else sorted(texts, reverse=True)
