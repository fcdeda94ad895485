"""The inputs of the colo model: the table that ships, and a user's file over it.

The table is `data/colo.yaml`. A user's file has the same form, with only the inputs
that differ; a plain figure stands for all three levels. What is not given of an entry
(unit) stays as in the table; the source becomes the user's. A figure that is marked to
have a source names it and the day on which it was true, so that it can be aged.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from farebox.hosting.errors import ConfigError, DataError
from farebox.hosting.input_files import mapping
from farebox.hosting.uncertainty import Input

LEVELS = ("low", "likely", "high")
FIELDS = (*LEVELS, "unit", "mark", "source", "as_of")
MARKS = ("S", "R", "A")
SOURCED = "S"

_YEAR = re.compile(r"20\d\d", re.ASCII)

MORE_THAN_NOTHING = frozenset(
    (
        "amortisation_months",
        "fill",
        "nvme_copies",
        "packing_ratio",
        "ram_gib_per_server",
        "rented_months",
        "rented_nvme_tb",
        "rented_ram_gib",
        "server_usd",
        "servers_per_fte",
        "servers_per_network",
        "sites",
        "usd_per_eur",
    )
)
"""Inputs that the model divides by, or of which there is at least some."""

GIVEN_WAY = {"gib_per_user": "packing_ratio, times the GiB that the cloud has a user"}
"""Inputs of before, and what says the same now."""

PLANS_OFF: Mapping[str, str] = {
    "plan-1-year": "plan_1_year_off",
    "plan-3-year": "plan_3_year_off",
}
"""Each plan to the input with what it takes off on demand."""
SHARES = frozenset(("fill", *PLANS_OFF.values()))
"""Inputs that are shares of a whole, so at most 1."""


@cache
def shipped_inputs() -> Mapping[str, Input]:
    """The table that ships with Farebox, by name. Raises DataError if it is damaged."""
    name = "farebox/hosting/data/colo.yaml"
    path = files("farebox.hosting").joinpath("data", "colo.yaml")
    try:
        return _table(mapping(path.read_text("utf-8"), name=name))
    except ConfigError as error:
        raise DataError(f"{name} is damaged: {error}") from error


def read_inputs(path: Path) -> Mapping[str, Input]:
    """The shipped table with what the user's file replaces.

    Raises ConfigError, which names the file, the input and what is right.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the file is not UTF-8 text") from error
    given = mapping(text, name=str(path))
    try:
        return replaced(shipped_inputs(), given, by=path.name)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def replaced(
    table: Mapping[str, Input], given: Mapping[Any, Any], *, by: str = "given"
) -> dict[str, Input]:
    """The table with the entries of `given` in place of its own; `by` is their source.

    Raises ConfigError.
    """
    made = dict(table)
    for name, entry in given.items():
        if name not in table:
            instead = GIVEN_WAY.get(str(name), "")
            near = get_close_matches(str(name), table, n=1, cutoff=0.0)[0]
            raise ConfigError(
                f"there is no input {name!r}; the nearest is {instead or near}"
                " (docs/economics.md has them all)"
            )
        old = table[name]
        fields = entry if isinstance(entry, Mapping) else {"likely": entry}
        made[name] = _input(
            name, {"unit": old.unit, "mark": "A", "source": by, **fields}
        )
    return made


def _table(content: Mapping[Any, Any]) -> dict[str, Input]:
    table = {}
    for name, entry in content.items():
        if not isinstance(entry, Mapping):
            raise ConfigError(f"{name} must be a block with {', '.join(FIELDS)}")
        if missing := [key for key in ("unit", "mark", "source") if key not in entry]:
            raise ConfigError(f"{name} lacks {missing[0]}; give it")
        table[name] = _input(name, entry)
    return table


def _input(name: str, entry: Mapping[Any, Any]) -> Input:
    for key in entry:
        if key not in FIELDS:
            near = get_close_matches(str(key), FIELDS, n=1, cutoff=0.0)[0]
            raise ConfigError(f"{name} has no field {key!r}; the nearest is {near}")
    if "likely" not in entry:
        raise ConfigError(f"{name} lacks likely; give it, or one figure for all levels")
    figures = {level: _figure(name, level, entry.get(level)) for level in LEVELS}
    likely = figures["likely"]
    assert likely is not None  # it is in the entry, and _figure refuses null
    low, high = (likely if figures[k] is None else figures[k] for k in ("low", "high"))
    assert low is not None
    assert high is not None
    if not (low <= likely <= high or low >= likely >= high):
        raise ConfigError(
            f"{name}: likely {likely:g} must lie between low {low:g} and high {high:g}"
        )
    if entry["mark"] not in MARKS:
        raise ConfigError(f"{name}: mark must be one of {', '.join(MARKS)}")
    return Input(
        name=name,
        low=low,
        likely=likely,
        high=high,
        unit=str(entry["unit"]),
        mark=entry["mark"],
        source=str(entry["source"]),
        as_of=_as_of(name, entry),
    )


def _as_of(name: str, entry: Mapping[Any, Any]) -> str:
    """The day or year of the figure; empty where an assumption gives none."""
    given = entry.get("as_of")
    if given is None:
        if entry["mark"] == SOURCED:
            raise ConfigError(
                f"{name}: mark {SOURCED} says that the figure has a source, so give"
                " as_of, the day on which it was true (2026-10-08, or 2026)"
            )
        return ""
    text = str(given)
    if _YEAR.fullmatch(text) is None:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ConfigError(
                f"{name}: as_of is {text!r}, which is no date; write 2026-10-08, or"
                " 2026 where only the year is known"
            ) from None
    if entry["mark"] == SOURCED and not str(entry["source"]).strip():
        raise ConfigError(f"{name}: source is empty; say where the figure is from")
    return text


def _figure(name: str, level: str, value: object) -> float | None:
    """A level's figure; None where an outer level is left out."""
    if value is None and level != "likely":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ConfigError(f"{name}: {level} must be a figure, not {value!r}")
    figure = float(value)
    if not isfinite(figure) or figure < 0:
        raise ConfigError(f"{name}: {level} is {figure:g}; it must be 0 or more")
    if figure == 0 and name in MORE_THAN_NOTHING:
        raise ConfigError(f"{name}: {level} is 0; it must be more than 0")
    if figure > 1 and name in SHARES:
        raise ConfigError(f"{name}: {level} is {figure:g}; a share is at most 1")
    return figure
