"""What a template's functions say before it is deployed.

Parameters, mappings and conditions are known where the stack gives them; what only the
deployment tells is unknown, and keeps which resources of the template it comes from.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from farebox.graph.values import NOT_KNOWN, UNKNOWN_TEXT

MARK = f"{UNKNOWN_TEXT}#"
"""Before the names of the resources that an unknown value comes from."""

NO_VALUE = object()
"""What `AWS::NoValue` stands for: the property is left out."""

REFERENCE = re.compile(r"\$\{([^!}][^}]*)\}")

VERSIONS = {"LatestVersionNumber": "$Latest", "DefaultVersionNumber": "$Default"}


def unknown(*names: str) -> str:
    """A value that is not known, of the resources that it comes from."""
    return MARK + ",".join(names) if names else UNKNOWN_TEXT


def sources_of(value: Any) -> set[str]:
    """The resources that the unknown values within a value come from."""
    if isinstance(value, str):
        return set(value[len(MARK) :].split(",")) if value.startswith(MARK) else set()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return {name for item in value for name in sources_of(item)}
    return set()


def is_unknown(value: Any) -> bool:
    """Whether the whole value is not known."""
    return isinstance(value, str) and (value in NOT_KNOWN or value.startswith(MARK))


def unmarked(value: Any) -> Any:
    """The value as Pulumi writes it, without the names of resources."""
    if isinstance(value, str):
        return UNKNOWN_TEXT if value.startswith(MARK) else value
    if isinstance(value, dict):
        return {key: unmarked(item) for key, item in value.items()}
    return [unmarked(item) for item in value] if isinstance(value, list) else value


class Values:
    """The values of one template, with what its stack gives for its parameters."""

    def __init__(
        self, template: Mapping[str, Any], given: Mapping[str, Any], region: str | None
    ) -> None:
        declared = _map(template.get("Parameters"))
        self._parameters: dict[str, Any] = {
            name: _parameter(_map(said), given.get(name))
            for name, said in declared.items()
        }
        self._parameters["AWS::Region"] = region or UNKNOWN_TEXT
        self._conditions = _map(template.get("Conditions"))
        self._mappings = _map(template.get("Mappings"))
        self._resources = _map(template.get("Resources"))
        self._open: set[str] = set()

    def of(self, value: Any) -> Any:
        """The value with every function in it worked out as far as it is known."""
        if isinstance(value, list):
            found = [self.of(item) for item in value]
            return [item for item in found if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
            if str(name).startswith("Fn::"):
                return unknown(*sorted(self._named_in(argument)))
        found_by_key = {key: self.of(item) for key, item in value.items()}
        return {key: v for key, v in found_by_key.items() if v is not NO_VALUE}

    def condition(self, name: Any) -> bool | None:
        """Whether a named condition holds, None where that is not known."""
        if not isinstance(name, str) or name in self._open:
            return None
        self._open.add(name)
        try:
            return _truth(self.of(self._conditions.get(name)))
        finally:
            self._open.discard(name)

    def ref(self, name: Any) -> Any:
        """A parameter's value, or an unknown one of the resource that is named."""
        if not isinstance(name, str):
            return UNKNOWN_TEXT
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._parameters:
            return self._parameters[name]
        return unknown(name) if name in self._resources else UNKNOWN_TEXT

    def get_att(self, argument: Any) -> Any:
        """An attribute: unknown, but for the versions of a launch template."""
        parts = argument.split(".") if isinstance(argument, str) else argument
        if not parts or not _texts(parts):
            return UNKNOWN_TEXT
        if parts[-1] in VERSIONS:
            return VERSIONS[str(parts[-1])]
        return unknown(str(parts[0])) if parts[0] in self._resources else UNKNOWN_TEXT

    def sub(self, argument: Any) -> Any:
        """A text with the values of what it names."""
        text, own = argument, {}
        if isinstance(argument, list) and len(argument) == 2:
            text, own = argument[0], _map(self.of(argument[1]))
        if not isinstance(text, str):
            return UNKNOWN_TEXT
        sources: set[str] = set()
        missing = False

        def value(match: re.Match[str]) -> str:
            nonlocal missing
            name = match[1].strip()
            found = own[name] if name in own else self._named(name)
            if is_unknown(found) or not isinstance(found, str | int | float):
                missing = True
                sources.update(sources_of(found))
            return str(found)

        written = REFERENCE.sub(value, text).replace("${!", "${")
        return unknown(*sorted(sources)) if missing else written

    def _named(self, name: str) -> Any:
        return self.get_att(name) if "." in name else self.ref(name)

    def choose(self, argument: Any) -> Any:
        """The value of the branch whose condition holds."""
        if not isinstance(argument, list) or len(argument) != 3:
            return UNKNOWN_TEXT
        holds = self.condition(argument[0])
        if holds is None:
            return unknown(*sorted(self._named_in(argument[1:])))
        return self.of(argument[1] if holds else argument[2])

    def find_in_map(self, argument: Any) -> Any:
        """The value of a mapping under two keys."""
        keys = self.of(argument)
        found: Any = self._mappings
        if not _texts(keys) or len(keys) != 3:
            return UNKNOWN_TEXT
        for key in keys:
            if is_unknown(key) or not isinstance(found, dict) or key not in found:
                return UNKNOWN_TEXT
            found = found[key]
        return found

    def join(self, argument: Any) -> Any:
        """Texts with another between them."""
        found = self.of(argument)
        if not isinstance(found, list) or len(found) != 2:
            return UNKNOWN_TEXT
        between, parts = found
        if not isinstance(parts, list) or any(map(is_unknown, parts)):
            return unknown(*sorted(sources_of(found)))
        return str(between).join(map(str, parts))

    def select(self, argument: Any) -> Any:
        """One item of a list."""
        found = self.of(argument)
        if isinstance(found, list) and len(found) == 2 and isinstance(found[1], list):
            place = str(found[0])
            if place.isdigit() and int(place) < len(found[1]):
                return found[1][int(place)]
        return unknown(*sorted(sources_of(found)))

    def _named_in(self, value: Any) -> Iterable[str]:
        """The resources that an argument names, whatever is made of them."""
        return sources_of(self.of(value))


def _parameter(declared: dict[str, Any], given: Any) -> Any:
    """A parameter's value; one that is looked up in Parameter Store is not known.

    An image that is looked up there is written as EC2 has it, with the name that tells
    its system.
    """
    value = declared.get("Default", UNKNOWN_TEXT) if given is None else given
    kind = str(declared.get("Type"))
    if kind == "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>":
        return value if is_unknown(value) else f"resolve:ssm:{value}"
    if kind.startswith("AWS::SSM::Parameter::Value") or is_unknown(value):
        return UNKNOWN_TEXT
    if isinstance(value, str) and kind.startswith(("List<", "CommaDelimitedList")):
        return [item.strip() for item in value.split(",")]
    return value


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> bool:
    """Whether it is a list of texts, as names and keys are."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _equals(values: Values, argument: Any) -> Any:
    found = values.of(argument)
    if not isinstance(found, list) or len(found) != 2 or any(map(is_unknown, found)):
        return UNKNOWN_TEXT
    return str(found[0]) == str(found[1])


def _all(values: Values, argument: Any, *, decides: bool) -> Any:
    """And (decided by one that does not hold) or Or (decided by one that does)."""
    found = [_truth(item) for item in _list(values.of(argument))]
    if decides in found:
        return decides
    return UNKNOWN_TEXT if None in found else not decides


def _not(values: Values, argument: Any) -> Any:
    found = _list(values.of(argument))
    truth = _truth(found[0]) if found else None
    return UNKNOWN_TEXT if truth is None else not truth


def _condition(values: Values, argument: Any) -> Any:
    holds = values.condition(argument)
    return UNKNOWN_TEXT if holds is None else holds


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


FUNCTIONS: dict[str, Callable[[Values, Any], Any]] = {
    "Ref": Values.ref,
    "Condition": _condition,
    "Fn::GetAtt": Values.get_att,
    "Fn::Sub": Values.sub,
    "Fn::If": Values.choose,
    "Fn::FindInMap": Values.find_in_map,
    "Fn::Join": Values.join,
    "Fn::Select": Values.select,
    "Fn::Equals": _equals,
    "Fn::And": lambda values, argument: _all(values, argument, decides=False),
    "Fn::Or": lambda values, argument: _all(values, argument, decides=True),
    "Fn::Not": _not,
}
