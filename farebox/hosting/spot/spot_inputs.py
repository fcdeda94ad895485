"""The inputs of the spot model: its assumptions, and a user's file over them.

A user's file is YAML with only the inputs that differ, each a figure or a block with
low, likely and high (docs/economics.md).
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from farebox.hosting.colo.colo_inputs import PLANS_OFF, replaced, shipped_inputs
from farebox.hosting.errors import ConfigError
from farebox.hosting.input_files import mapping
from farebox.hosting.uncertainty import Input

OWN = (
    Input(
        name="overlap_minutes",
        low=5,
        likely=10,
        high=30,
        unit="minutes",
        mark="A",
        source="old and new machine run side by side while users move",
    ),
    Input(
        name="fast_minutes",
        low=1,
        likely=2,
        high=4,
        unit="minutes",
        mark="A",
        source="a spare machine runs: stop, detach, and see that a volume is free",
    ),
    Input(
        name="slow_minutes",
        low=10,
        likely=20,
        high=60,
        unit="minutes",
        mark="A",
        source="no machine is free: one must be found and started first",
    ),
    Input(
        name="attach_seconds",
        low=3,
        likely=6,
        high=15,
        unit="seconds",
        mark="A",
        source="attach and mount a volume; a machine takes one after the other",
    ),
    Input(
        name="start_seconds",
        low=0.2,
        likely=0.5,
        high=1.5,
        unit="seconds",
        mark="A",
        source="start a container; a machine starts one after the other",
    ),
    Input(
        name="slow_share",
        low=0.05,
        likely=0.1,
        high=0.3,
        unit="share",
        mark="A",
        source="interruptions that go the slow way although spare machines run",
    ),
)
"""Assumptions of this model alone; the discounts of plans are those of `fare host colo`."""

PLAN_INPUTS = tuple(PLANS_OFF.values())
SHARES = ("slow_share", *PLAN_INPUTS)


def spot_inputs(path: Path | None = None) -> Mapping[str, Input]:
    """The inputs by name, with what the user's file replaces. Raises ConfigError."""
    table = {one.name: one for one in OWN}
    table |= {name: shipped_inputs()[name] for name in PLAN_INPUTS}
    if path is None:
        return table
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the file is not UTF-8 text") from error
    content = mapping(text, name=str(path))
    try:
        table = replaced(table, content, by=path.name)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    for name in SHARES:
        if max(table[name].low, table[name].high) > 1:
            raise ConfigError(f"{path}: {name} is a share, so it is at most 1")
    return table


def exact(figure: float) -> Decimal:
    """A figure of the models as money counts it: the digits that it prints."""
    return Decimal(repr(figure))
