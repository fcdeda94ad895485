"""How what AWS answered is joined with what a program asks for, value by value."""

import re
from typing import Any

from farebox.graph.values import DEFAULTS_KEY, NOT_KNOWN, SIGNATURE_KEY

PART = re.compile(r'\["([^"]*)"\]|\[([^\]]*)\]|([^.\[\]]+)')
"""One part of a property path: `a`, `["a"]`, `[0]` or `[*]`.

Source: https://www.pulumi.com/docs/iac/concepts/resources/options/ignorechanges/
"""


def path_of(written: str) -> tuple[str, ...]:
    """`scalingConfig.desiredSize` or `tags["a.b"]` as its parts."""
    return tuple("".join(found) for found in PART.findall(written))


def is_answer(value: Any) -> bool:
    """Whether an output says something: not empty, not 0 or below, and known."""
    kind = type(value)
    if kind is bool:
        return True
    if kind is int or kind is float:
        return bool(value > 0)
    if kind is str:
        return value != "" and value not in NOT_KNOWN
    if kind is dict:
        return SIGNATURE_KEY not in value and any(
            is_answer(item) for key, item in value.items() if key != DEFAULTS_KEY
        )
    return kind is list and any(map(is_answer, value))


def filled(asked: Any, answer: Any, earlier: Any = None) -> Any:
    """What is asked for, with what AWS answered where nothing is asked for.

    `earlier` is what was asked for when AWS answered: what that had and `asked` lacks
    was taken away, and its answer with it. Items of lists are told apart by their
    texts, such as a device's name; an item that fits no answer, or several, stays.
    """
    if asked is None:
        return _plain(answer) if earlier is None and is_answer(answer) else None
    if type(asked) is list:
        return _list_filled(asked, _items(answer), _items(earlier))
    answer, earlier = _block(answer), _block(earlier)
    if type(asked) is not dict or answer is None or _signed(asked, answer):
        return asked
    found = dict(asked)
    for key, value in answer.items():
        said = asked.get(key)
        if said is None or type(said) is dict or type(said) is list:
            value = filled(said, value, earlier.get(key) if earlier else None)
            if value is not None:
                found[key] = value
    return found


def _list_filled(asked: list[Any], answer: list[Any], earlier: list[Any]) -> list[Any]:
    alone = len(asked) == 1
    return [
        filled(item, _fitting(item, answer, alone), _fitting(item, earlier, alone))
        if type(item) is dict
        else item
        for item in asked
    ]


def _fitting(item: dict[str, Any], others: list[Any], alone: bool) -> Any:
    """The one of the blocks that says the same in every text; None where unclear."""
    if alone and len(others) == 1:
        return others[0]
    texts = {k: v for k, v in item.items() if type(v) is str and v not in NOT_KNOWN}
    fitting = [
        other
        for other in others
        if type(other) is dict and all(other.get(k) == v for k, v in texts.items())
    ]
    return fitting[0] if texts and len(fitting) == 1 else None


def overlaid(asked: Any, answer: Any, path: tuple[str, ...]) -> Any:
    """What is asked for, with AWS's answer in its place where the path leads."""
    if answer is None or (type(answer) is str and answer in NOT_KNOWN):
        return asked
    if not path:
        return _plain(answer)
    part, rest = path[0], path[1:]
    if type(asked) is list:
        if not (part == "*" or part.isdigit()):
            # A block of which there is one may stand as a list of one.
            part, rest = "0", path
        others = _items(answer)
        return [
            overlaid(item, others[place], rest)
            if part in ("*", str(place)) and place < len(others)
            else item
            for place, item in enumerate(asked)
        ]
    if part.isdigit() and type(answer) is dict:
        return overlaid(asked, answer, rest)
    block = _block(answer)
    if block is None or not (asked is None or type(asked) is dict):
        return asked
    found = dict(asked or {})
    for key in block if part == "*" else (part,):
        value = overlaid(found.get(key), block.get(key), rest)
        if value is not None:
            found[key] = value
    return found


def _plain(value: Any) -> Any:
    """An answer without the parts of its blocks that say nothing."""
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items() if _stays(item)}
    if type(value) is list:
        return [_plain(item) for item in value]
    return value


def _stays(item: Any) -> bool:
    return is_answer(item) or (type(item) is str and item in NOT_KNOWN)


def _signed(*blocks: dict[str, Any]) -> bool:
    return any(SIGNATURE_KEY in block for block in blocks)


def _items(value: Any) -> list[Any]:
    return value if type(value) is list else [value] if type(value) is dict else []


def _block(value: Any) -> dict[str, Any] | None:
    if type(value) is list and len(value) == 1:
        value = value[0]
    return value if type(value) is dict else None
