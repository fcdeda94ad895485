"""The resources that a CloudFormation stack makes, as resources of the graph.

`aws:cloudformation/stack:Stack` holds a template as text. What it declares is priced by
the same rules as what a program declares itself: each of its resources becomes a child
of the stack. What cannot be read or decided is told, as sentences for gaps.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.files.yaml_text import Node, YamlError, compose, kind_of, pairs
from farebox.graph.resource import Resource
from farebox.graph.templates.names import token_of, type_of_native
from farebox.graph.templates.properties import inputs_of, without_own_copy
from farebox.graph.templates.values import Values, sources_of, unmarked
from farebox.graph.values import UNKNOWN, UNKNOWN_TEXT

STACK = "aws:cloudformation/stack:Stack"
NATIVE = "aws-native:"
CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource"

OPEN_TRANSFORMS = ("AWS::LanguageExtensions", "AWS::Include")
SHORT = ("Ref", "Condition")
"""Functions whose short form, `!Ref`, is not that of an `Fn::` function."""

MOST_RESOURCES = 500
"""What a template may declare.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""


class Template(Struct, frozen=True):
    """The resources that a stack makes, and what of it could not be told."""

    resources: tuple[Resource, ...] = ()
    problems: tuple[str, ...] = ()


def with_templates(resources: list[Resource]) -> list[Resource]:
    """The resources, with those that their templates make behind them."""
    found = [_of_its_own_type(item) for item in resources]
    for item in resources:
        if item.type == STACK and item.operation != "read":
            found.extend(read_template(item).resources)
    return found


def _of_its_own_type(item: Resource) -> Resource:
    """A resource under CloudFormation's name as the one of `aws` that it is."""
    if item.type.startswith(NATIVE):
        return _from_native(item)
    return _from_cloud_control(item) if item.type == CLOUD_CONTROL else item


def _from_cloud_control(item: Resource) -> Resource:
    """What Cloud Control makes of a type and a state; itself where they are not known."""
    type_, state = item.input("typeName"), item.input("desiredState")
    try:
        properties = json.loads(state) if isinstance(state, str) else None
    except (ValueError, RecursionError):
        properties = None
    if not isinstance(type_, str) or not isinstance(properties, dict):
        return item
    inputs = without_own_copy(inputs_of(type_, properties), item.region)
    return replace(
        item,
        type=token_of(type_, inputs),
        raw_inputs=inputs,
        former_inputs=None,
        outputs=None,
    )


def _from_native(item: Resource) -> Resource:
    """A resource of the package `aws-native` as the one of `aws` that it is."""
    type_ = type_of_native(item.type)

    def convert(values: Mapping[str, Any]) -> dict[str, Any]:
        named = {f"{key[:1].upper()}{key[1:]}": v for key, v in values.items()}
        return without_own_copy(inputs_of(type_, named), item.region)

    made, former = convert(item.raw_inputs), item.former_inputs
    return replace(
        item,
        type=token_of(type_, made),
        raw_inputs=made,
        dependencies=_same_names(item, made),
        former_inputs=None if former is None else convert(former),
        outputs=None if item.outputs is None else item.outputs.converted(convert),
    )


def _same_names(item: Resource, made: dict[str, Any]) -> dict[str, list[str]]:
    """The urns behind each input; a new name may come from any of the others."""
    every = list(dict.fromkeys(u for urns in item.dependencies.values() for u in urns))
    found = {name: item.dependencies.get(name, every) for name in made}
    return {name: urns for name, urns in found.items() if urns}


def read_template(stack: Resource) -> Template:
    """What a stack's template makes, and what of it cannot be told."""
    body = stack.input("templateBody")
    if body is None or body is UNKNOWN:
        where = "is elsewhere (templateUrl)" if body is None else "is not known yet"
        return Template(
            problems=(f"its template {where}, so what it makes is not seen",)
        )
    try:
        template = _parsed(str(body), f"the template of {stack.name}")
    except YamlError as error:
        return Template(problems=(f"its template cannot be read: {error}",))
    declared = template.get("Resources")
    if not isinstance(declared, dict) or len(declared) > MOST_RESOURCES:
        return Template(problems=("its template declares no resources that are read",))
    values = Values(template, _given(stack, template), stack.region)
    urns = {name: f"{stack.urn}/{name}" for name in declared}
    resources: list[Resource] = []
    problems = list(_transforms(template))
    for name, item in declared.items():
        if not isinstance(item, dict) or not isinstance(item.get("Type"), str):
            problems.append(f"{name} is no resource that is read")
            continue
        holds = values.condition(item["Condition"]) if "Condition" in item else True
        if holds is None:
            problems.append(f"whether {name} ({item['Type']}) is made is not known")
        elif holds:
            resources.append(_made(stack, name, item, values, urns))
    return Template(tuple(resources), tuple(problems))


def _given(stack: Resource, template: dict[str, Any]) -> dict[str, Any]:
    """What the stack gives for the template's parameters; all unknown where it is."""
    given = stack.raw_inputs.get("parameters")
    if stack.input("parameters") is UNKNOWN:
        declared = template.get("Parameters")
        names = declared if isinstance(declared, dict) else {}
        return dict.fromkeys(names, UNKNOWN_TEXT)
    return given if isinstance(given, dict) else {}


def _transforms(template: dict[str, Any]) -> Iterator[str]:
    named = template.get("Transform")
    for transform in named if isinstance(named, list) else [named]:
        if transform is not None and transform not in OPEN_TRANSFORMS:
            yield f"its template is changed by {transform} before it is deployed"


def _made(
    stack: Resource,
    name: str,
    item: dict[str, Any],
    values: Values,
    urns: dict[str, str],
) -> Resource:
    properties = values.of(item.get("Properties") or {})
    inputs = inputs_of(item["Type"], properties if isinstance(properties, dict) else {})
    inputs = without_own_copy(inputs, stack.region)
    dependencies = {
        key: sorted(urns[source] for source in sources_of(value) if source in urns)
        for key, value in inputs.items()
    }
    return Resource(
        urns[name],
        token_of(item["Type"], inputs),
        f"{stack.name}/{name}",
        {key: unmarked(value) for key, value in inputs.items()},
        stack.region,
        stack.urn,
        stack.operation,
        stack.source_position,
        {key: found for key, found in dependencies.items() if found},
    )


def _parsed(text: str, name: str) -> dict[str, Any]:
    """A template in JSON or YAML, short functions written out. Raises YamlError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        root = compose(text, name=name, tags=True)
        found = {} if root is None else _plain(root, name)
    if not isinstance(found, dict):
        raise YamlError(f"{name}: it is no map of keys")
    return found


def _plain(node: Node, name: str) -> Any:
    if node.id == "mapping":
        found: Any = {
            key.value: _plain(value, name) for key, value in pairs(node, name=name)
        }
    elif node.id == "sequence":
        found = [_plain(item, name) for item in node.value]
    else:
        found = _scalar(node)
    tag = str(node.tag)
    if not tag.startswith("!") or tag == "!":
        return found
    function = tag.removeprefix("!")
    return {function if function in SHORT else f"Fn::{function}": found}


def _scalar(node: Node) -> Any:
    kind, text = kind_of(node), node.value
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "null":
        return None
    if kind == "int" and text.lstrip("+-").isdigit():
        return int(text)
    return text
