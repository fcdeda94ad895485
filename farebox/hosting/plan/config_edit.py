"""Edits a tier's config file: only the keys that change, all else as it was.

The places of keys and values come from the YAML parser; their text is replaced, so
comments, order and line ends stay. The edited text is read again before anybody
writes it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from farebox.files.yaml_text import YamlError, compose
from farebox.hosting.errors import ConfigError

if TYPE_CHECKING:
    from yaml import MappingNode, Node, ScalarNode

Setting = int | str | Sequence[str]


def edited(text: str, settings: Mapping[str, Setting], *, key: str, name: str) -> str:
    """The file's text with these settings of the tier changed or, if absent, added.

    `key` is the full config key (`passepartout:tier`), `name` the file for messages.
    Settings that already stand there are not touched. Raises ConfigError where the file
    is written in a way that cannot be edited safely.
    """
    tier = _tier_node(text, key, name)
    values = {node.value: (node, value) for node, value in tier.value}
    changes: list[tuple[int, int, str]] = []
    missing: list[str] = []
    for setting, wanted in settings.items():
        if setting not in values:
            missing.append(f"{setting}: {_written(wanted)}")
            continue
        node, value = values[setting]
        if _read(value) == _plain(wanted):
            continue
        if value.start_mark.index < node.end_mark.index:
            raise ConfigError(f"{name}: {setting} is an alias; write its value out")
        start, end, new = _change(node, value, wanted)
        if "#" in text[start:end]:
            raise ConfigError(
                f"{name}: {setting} has a comment inside its value; move it above the"
                " key, so that it is not lost"
            )
        changes.append((start, end, new))
    if missing:
        first = tier.value[0][0]
        indent = " " * first.start_mark.column
        newline = "\r\n" if "\r\n" in text else "\n"
        at = first.start_mark.index
        lines = "".join(f"{line}{newline}{indent}" for line in missing)
        changes.append((at, at, lines))
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _change(node: "ScalarNode", value: "Node", wanted: Setting) -> tuple[int, int, str]:
    """From where to where the text is replaced, and by what."""
    start, end = value.start_mark.index, value.end_mark.index
    if isinstance(value.value, list) and not getattr(value, "flow_style", True):
        # A block list starts on the next line, and its end mark lies after what
        # follows, so it ends where its last item does.
        end = max(item.end_mark.index for item in value.value)
        return node.end_mark.index + 1, end, f" {_written(wanted)}"
    if start == end:
        return start, end, f" {_written(wanted)}"
    return start, end, _written(wanted)


def _tier_node(text: str, key: str, name: str) -> "MappingNode":
    """The block of keys under the tier's config key."""
    from yaml import MappingNode

    try:
        node = compose(text, name=name)
    except YamlError as error:
        raise ConfigError(f"{error}, so it cannot be edited") from error
    bare = key.partition(":")[2]
    for wanted in (("config",), (key, bare)):
        found = [
            value
            for known, value in (node.value if isinstance(node, MappingNode) else ())
            if known.value in wanted
        ]
        if len(found) != 1:
            raise ConfigError(f"{name} has no {wanted[0]} that could be edited")
        node = found[0]
    if not isinstance(node, MappingNode) or node.flow_style or not node.value:
        raise ConfigError(
            f"{name}: {key} must be a block with a key on each line to be edited"
        )
    return node


def _read(value: "Node") -> str | list[str]:
    """A value as the parser has it: texts."""
    content = value.value
    return [item.value for item in content] if isinstance(content, list) else content


def _plain(wanted: Setting) -> str | list[str]:
    if isinstance(wanted, int | str):
        return str(wanted)
    return list(wanted)


def _written(wanted: Setting) -> str:
    if isinstance(wanted, int | str):
        return str(wanted)
    return f"[{', '.join(wanted)}]"
