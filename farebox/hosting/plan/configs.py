"""Reads a tier's config, and says of a wrong one which key is wrong and what is right."""

from collections.abc import Mapping
from difflib import get_close_matches
from re import search
from typing import Any, get_args, get_type_hints

from msgspec import Struct, ValidationError, convert

from farebox.hosting.errors import ConfigError
from farebox.hosting.plan_values import (
    LogDays,
    MachineLogs,
    MemoryModel,
    ProxyConfig,
    RelayConfig,
    RetiredVolume,
    Storage,
    TierConfig,
    VolumeConfig,
)

_PARTS: Mapping[str, type[Struct]] = {
    "memory": MemoryModel,
    "volumes": VolumeConfig,
    "relay": RelayConfig,
    "proxies": ProxyConfig,
    "machine_logs": MachineLogs,
}

_CHOICES: Mapping[str, tuple[str | int, ...]] = {
    "storage": get_args(Storage),
    "support_plan": get_args(get_type_hints(TierConfig)["support_plan"]),
    "days": get_args(LogDays),
    "state": get_args(get_type_hints(RetiredVolume)["state"]),
}
"""What the keys may have that take one of some words."""

_WORDS = {
    "a whole number": "int",
    "a number": "float",
    "text": "str",
    "true or false": "bool",
    "a list": "array",
    "a block of keys or nothing": "object | null",
    "a block of keys": "object",
    "of at least": ">=",
    "of at most": "<=",
    "of more than": ">",
}
"""How we say what msgspec says."""


def tier_config(raw: Mapping[str, Any]) -> TierConfig:
    """The config under `passepartout:tier`; ConfigError names the key that is wrong."""
    try:
        return convert(raw, TierConfig)
    except ValidationError as error:
        raise ConfigError(_sentence(str(error))) from None


def _sentence(message: str) -> str:
    """msgspec's message as one sentence with the key and the way out."""
    said, _, at = message.partition(" - at ")
    path = at.strip("`").removeprefix("$").removeprefix(".")
    before = f"{path}." if path else ""
    if unknown := search(r"unknown field `([^`]*)`", said):
        keys = _PARTS.get(path, TierConfig).__struct_fields__
        near = get_close_matches(unknown[1], keys, n=1, cutoff=0.0)[0]
        return (
            f"the tier has no key {before}{unknown[1]}; the nearest is {before}{near}"
            f" (known here: {', '.join(keys)})"
        )
    if missing := search(r"missing required field `([^`]*)`", said):
        return f"the tier lacks {before}{missing[1]}; give it a value"
    wanted = said.replace("`", "").removeprefix("Expected ")
    if path == "users_per_vm":
        wanted = "a whole number of at least 1, or auto"
    elif wanted.startswith("Invalid enum value"):
        wanted = f"one of {', '.join(map(str, _CHOICES[path.rpartition('.')[2]]))}"
    for ours, theirs in _WORDS.items():
        wanted = wanted.replace(theirs, ours)
    return f"the tier's {path or 'config'} is wrong: it must be {wanted}"
