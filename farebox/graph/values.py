"""Values as Pulumi writes them: unknowns, secrets, assets and bridge defaults."""

from decimal import Decimal
from typing import Any, Final

from farebox.files.figures import figure_in

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for an output that is not known before deployment."""

SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
"""The key that marks an object as a secret, an asset, an archive or a reference."""

SECRET_TEXT = "[secret]"
"""What a preview writes for a secret of any type."""

NOT_KNOWN = frozenset((UNKNOWN_TEXT, SECRET_TEXT))
"""Texts that stand for a value that is not known, or not to be shown."""

DEFAULTS_KEY = "__defaults"


class Unknown:
    """The one value that stands for what is not known, or secret, before deployment."""

    _only: "Unknown | None" = None

    def __new__(cls) -> "Unknown":
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown()


def clean(value: Any) -> Any:
    """The value with unknowns and secrets as UNKNOWN and `__defaults` dropped."""
    kind = type(value)
    if kind is str:
        return UNKNOWN if value in NOT_KNOWN else value
    if kind is dict:
        if SIGNATURE_KEY in value:
            return UNKNOWN
        return {k: clean(v) for k, v in value.items() if k != DEFAULTS_KEY}
    if kind is list:
        return [clean(item) for item in value]
    return value


def number(value: Any) -> Decimal | Unknown | None:
    """A number, or a text that is one, as Decimal; None for anything else.

    Pulumi writes some numbers as text and whole numbers as floats: 3.0 is 3 here.
    """
    kind = type(value)
    if kind is int:
        return Decimal(value)
    if kind is Unknown:
        return UNKNOWN
    if kind is bool or value is None:
        return None
    if kind is float and value.is_integer():
        return Decimal(int(value))
    return figure_in(str(value).strip())


FLAGS = {"true": True, "false": False}


def flag(value: Any) -> bool | Unknown | None:
    """A boolean, also where Pulumi writes it as text; None for anything else."""
    kind = type(value)
    if kind is bool or kind is Unknown:
        return value  # type: ignore[no-any-return]
    return FLAGS.get(value.lower()) if kind is str else None
