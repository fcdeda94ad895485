"""The one reader of YAML: usage files, stack configs and the inputs of the models.

Every text is bounded before anything is made of it: its size, how deep it nests, and how
many values it stands for once its aliases are written out. Tags are refused, so no text
chooses what is made of it. `load` gives plain values; `compose` and `pairs` give the
nodes, for a reader that needs the line of every key.

* YamlError   the text cannot be read; the sentence starts with the file and the line
"""

from collections.abc import Callable, Iterator, Sized
from pathlib import Path
from typing import Any, NoReturn

from farebox.errors import FareboxError

Node = Any
"""A node of PyYAML's tree; the library's stubs leave its fields out."""

LARGEST_BYTES = 8 << 20
"""A year's usage of 100,000 resources has less."""

MOST_VALUES = 500_000
"""How many keys and values a text may stand for, aliases written out."""

DEEPEST = 64
"""How many blocks may lie in one another; the readers' own forms need six."""

LONGEST_SCALAR = 1 << 20
"""How many characters one value may have."""

PREFIX = "tag:yaml.org,2002:"

Scalars = Callable[[str, str], Any]
"""Makes a plain scalar's value from its kind (`int`, `float`, `bool`, …) and its text.

It raises ValueError for a text that cannot be meant; the message ends the sentence.
"""


class YamlError(FareboxError):
    """The text is not YAML, or holds more or other things than is safe to read."""


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without a mark. Raises YamlError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise YamlError(f"{path}: {error.strerror or error}") from error
    if len(data) > LARGEST_BYTES:
        raise YamlError(f"{path}: it is larger than {LARGEST_BYTES >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError(f"{path}: the file is not UTF-8 text") from error


def compose(text: str, *, name: str, tags: bool = False) -> Node | None:
    """The tree of nodes of a bounded text, None of an empty one. Raises YamlError.

    With `tags` the nodes keep the tags that a text gives them; they are only names, and
    nothing is made by them.
    """
    import yaml

    try:
        _refuse_unbounded(text, name, tags)
        return yaml.compose(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        line = min(line, text.count("\n") + 1)
        said = error.problem or "unreadable"
        raise YamlError(f"{name}:{line}: this is not YAML: {said}") from error
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise YamlError(f"{name}: this is not YAML: {said}") from error
    except ValueError as error:
        # A number of thousands of digits in a directive: Python refuses to read it.
        raise YamlError(f"{name}: this is not YAML: {error}") from error


def load(text: str, *, name: str, scalars: Scalars) -> Any:
    """The text as maps, lists and what `scalars` makes. Raises YamlError."""
    root = compose(text, name=name)
    return None if root is None else _plain(root, name, scalars)


def pairs(node: Node, *, name: str) -> Iterator[tuple[Node, Node]]:
    """The key nodes and value nodes of a mapping, merged maps (`<<`) written out.

    Raises YamlError for a key that is no text, or that is there twice.
    """
    merged: dict[str, tuple[Node, Node]] = {}
    own: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if key.id != "scalar":
            _refuse(key, name, "a key must be a text")
        if key.tag == f"{PREFIX}merge":
            for block in value.value if value.id == "sequence" else (value,):
                if block.id != "mapping":
                    _refuse(key, name, "<< must name a map of keys")
                for pair in pairs(block, name=name):
                    merged.setdefault(pair[0].value, pair)
        elif key.value in own:
            _refuse(key, name, f"the key {key.value!r} is here twice")
        else:
            own[key.value] = (key, value)
    yield from ({**merged, **own} if merged else own).values()


def line_of(node: Node) -> int:
    """The line of a node, from 1."""
    return int(node.start_mark.line) + 1


def kind_of(node: Node) -> str:
    """What a scalar is as YAML reads it: `str`, `int`, `float`, `bool`, `null` …"""
    return str(node.tag).removeprefix(PREFIX)


def whole(text: str) -> int:
    """A whole number as YAML 1.1 writes it. Raises ValueError."""
    from yaml import ScalarNode
    from yaml.constructor import SafeConstructor

    return SafeConstructor().construct_yaml_int(ScalarNode(f"{PREFIX}int", text))


def _plain(node: Node, name: str, scalars: Scalars) -> Any:
    if node.id == "mapping":
        return {
            key.value: _plain(value, name, scalars)
            for key, value in pairs(node, name=name)
        }
    if node.id == "sequence":
        return [_plain(item, name, scalars) for item in node.value]
    kind = kind_of(node)
    if kind == "str":
        return node.value
    if kind == "null":
        return None
    try:
        return scalars(kind, node.value)
    except ValueError as error:
        _refuse(node, name, f"{node.value[:40]} {error}")


def _refuse(node: Node, name: str, sentence: str) -> NoReturn:
    raise YamlError(f"{name}:{line_of(node)}: {sentence}")


def _loader() -> Any:
    """The parser written in C where the library has it: nine times faster."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_unbounded(text: str, name: str, tags: bool) -> None:
    """Walk the parser's events once and refuse what would grow, recurse or construct.

    An event costs the same whatever it leads to, so this pass is linear in the text.
    """
    import yaml

    sizes: dict[str, int] = {}
    open_blocks: list[tuple[str | None, int]] = []
    total = 0
    events: Iterator[Node] = yaml.parse(text, Loader=_loader())
    for event in events:
        place = f"{name}:{event.start_mark.line + 1}"
        _refuse_event(event, place, tags)
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.CollectionStartEvent):
            open_blocks.append((anchor, total))
            _refuse_deep(open_blocks, place)
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_blocks.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if anchor is not None:
                sizes[anchor] = 1
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == name_ for name_, _ in open_blocks):
                raise YamlError(f"{place}: the alias *{anchor} stands inside itself")
            total += sizes.get(str(anchor), 1)
        if total > MOST_VALUES:
            raise YamlError(
                f"{place}: it stands for more than {MOST_VALUES:,} values, its aliases "
                "written out"
            )


def _refuse_deep(open_blocks: Sized, place: str) -> None:
    if len(open_blocks) > DEEPEST:
        raise YamlError(f"{place}: it nests its values too deep")


def _refuse_event(event: Any, place: str, tags: bool) -> None:
    """Refuse a tag, and a scalar that no text of ours has."""
    if not tags and getattr(event, "tag", None) is not None:
        raise YamlError(
            f"{place}: the tag {event.tag[:40]!r} is not allowed; write the value plainly"
        )
    value = getattr(event, "value", None)
    if value is None or (len(value) < 64 and value.isascii()):
        return
    if len(value) > LONGEST_SCALAR:
        raise YamlError(f"{place}: a value has more than {LONGEST_SCALAR:,} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise YamlError(
            f"{place}: a value holds half a character (a lone surrogate)"
        ) from None
