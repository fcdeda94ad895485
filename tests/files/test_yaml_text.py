"""YAML is bounded before anything is made of it."""

from contextlib import suppress
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.files.yaml_text import MOST_VALUES, YamlError, compose, load, whole


def _scalar(kind: str, text: str) -> Any:
    return whole(text) if kind == "int" else text


def _load(text: str) -> Any:
    return load(text, name="f.yaml", scalars=_scalar)


def _bomb(levels: int, width: int = 9) -> str:
    """Each level names the one before it `width` times."""
    lines = ["k0: &k0 [1]"]
    lines += [
        f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * width)}]" for n in range(1, levels)
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: !!python/object:os.system x", "f.yaml:1: the tag"),
        ("a: 1\nb: !!set {x}", "f.yaml:2: the tag 'tag:yaml.org,2002:set'"),
        ("a: !mine x", "the tag '!mine' is not allowed"),
        ("a: !!int x", "the tag 'tag:yaml.org,2002:int'"),
        ("a: &r\n  b: *r", "f.yaml:2: the alias *r stands inside itself"),
        ("a: &r [x, [*r]]", "the alias *r stands inside itself"),
        ("a: *nobody", "this is not YAML"),
        ("[" * 100, "f.yaml:1: it nests its values too deep"),
        ("a: [", "f.yaml:1: this is not YAML"),
        ('a: "\\uD800"', "f.yaml:1: this is not YAML"),
        ("a: \ud800", "f.yaml: this is not YAML"),
        ("a: 1\na: 2", "f.yaml:2: the key 'a' is here twice"),
        ("? {x: 1}\n: 2", "f.yaml:1: a key must be a text"),
        ("a: " + "x" * 1_100_000, "more than 1,048,576 characters"),
        ("%YAML " + "9" * 5000 + ".1\n---\na", "f.yaml"),
        ("a: 1" + "0" * 5000, "f.yaml:1: 1000"),
    ],
)
def test_what_is_not_safe_to_read_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(YamlError) as raised:
        _load(text)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    started = perf_counter()
    with pytest.raises(YamlError, match=f"more than {MOST_VALUES:,} values"):
        compose(_bomb(40), name="f.yaml")
    assert perf_counter() - started < 1


def test_aliases_that_stay_small_are_read() -> None:
    assert _load("a: &a [1, 2]\nb: [*a, *a]") == {"a": [1, 2], "b": [[1, 2], [1, 2]]}


def test_a_merged_map_is_written_out_and_the_own_key_wins() -> None:
    text = "base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3"
    assert _load(text)["more"] == {"x": 1, "y": 3}


PLAIN = st.recursive(
    st.text(st.characters(categories=("L", "N", "P")), max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_written_is_read_again(value: Any) -> None:
    import yaml

    text = yaml.safe_dump(value, allow_unicode=True)
    kinds = {"int": int}
    assert load(text, name="f", scalars=lambda kind, text: kinds[kind](text)) == value


@given(st.binary(max_size=60))
def test_no_text_ends_in_anything_but_a_value_or_a_sentence(data: bytes) -> None:
    with suppress(YamlError):
        _load(data.decode("latin-1"))
