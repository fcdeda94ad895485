"""Damages a document: in its values where it is JSON, in its text, or in its bytes."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

NASTY_TEXTS = (
    "",
    "\x1b[2J\x07",
    "\u202egnp.exe",
    "@everyone <img src=x onerror=alert(1)> [a](http://x)",
    "a|b\n# heading\n/close",
    "\ud800",
    "\0",
    "x" * 5_000,
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "[secret]",
    "1e999999",
    "-1",
    "NaN",
    "us-east-1",
    "aws:ec2/instance:Instance",
    "urn:pulumi:a::b::c::d",
)
NASTY_VALUES: tuple[Any, ...] = (
    *NASTY_TEXTS,
    None,
    True,
    0,
    -1,
    10**30,
    10**400,
    1e308,
    0.1,
    [],
    {},
    [[[[[[]]]]]],
    {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"},
)


def damaged(data: bytes, random: Random) -> bytes:
    """The document with one to four damages of one kind."""
    damage = random.choice(DAMAGES)
    for _ in range(random.randint(1, 4)):
        data = damage(data, random)
    return data


def _value(data: bytes, random: Random) -> bytes:
    """Puts another value, drops one, or copies one to another place."""
    try:
        document = json.loads(data)
    except ValueError:
        return _line(data, random)
    holders: list[Any] = []
    stack = [document]
    while stack:
        item = stack.pop()
        if isinstance(item, dict | list) and item:
            holders.append(item)
            stack += item.values() if isinstance(item, dict) else item
    if not holders:
        return json.dumps(random.choice(NASTY_VALUES)).encode()
    holder = random.choice(holders)
    key = random.choice(
        list(holder) if isinstance(holder, dict) else range(len(holder))
    )
    match random.randrange(4):
        case 0:
            del holder[key]
        case 1:
            other = random.choice(holders)
            holder[key] = json.loads(json.dumps(other))
        case _:
            holder[key] = random.choice(NASTY_VALUES)
    return json.dumps(document).encode()


def _line(data: bytes, random: Random) -> bytes:
    """Drops, repeats, swaps or indents a line, or puts a nasty value into it."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return random.choice(NASTY_TEXTS).encode(errors="surrogatepass")
    place = random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, lines[random.randrange(len(lines))])
        case 2:
            lines[place] = b"  " + lines[place]
        case 3:
            text = random.choice(NASTY_TEXTS).encode(errors="surrogatepass")
            head, colon, _ = lines[place].partition(b":")
            lines[place] = head + colon + b" " + text + b"\n"
        case _:
            fields = lines[place].split(b",")
            text = random.choice(NASTY_TEXTS).encode(errors="surrogatepass")
            fields[random.randrange(len(fields))] = text
            lines[place] = b",".join(fields)
    return b"".join(lines)


def _bytes(data: bytes, random: Random) -> bytes:
    """Flips, cuts, repeats or inserts bytes."""
    if not data:
        return b"\xff"
    place = random.randrange(len(data))
    match random.randrange(4):
        case 0:
            return data[:place]
        case 1:
            flipped = data[place] ^ (1 << random.randrange(8))
            return data[:place] + bytes((flipped,)) + data[place + 1 :]
        case 2:
            part = data[place : place + random.randrange(200)]
            return data[:place] + part + data[place:]
        case _:
            junk = random.randbytes(random.randint(1, 8))
            return data[:place] + junk + data[place:]


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _value,
    _value,
    _value,
    _line,
    _bytes,
)
"""Damaged values reach furthest, so they are tried most."""
