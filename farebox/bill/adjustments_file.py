"""Reads an adjustments file: discounts that were negotiated with AWS.

Each is a percentage off what its charges cost, for a service, a usage type or a region by
patterns (`*` is any text). Their order in the file is the order in which they are taken.
"""

from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from farebox.errors import FareboxError
from farebox.files.figures import figure_in
from farebox.files.yaml_text import YamlError, load, read_text, whole
from farebox.prices import PriceKey
from farebox.prices.aliases import billed_key

HUNDRED = Decimal(100)


class AdjustmentsError(FareboxError):
    """The adjustments file cannot be read, or says what no discount can be."""


class Adjustment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A discount: its name on the lines, the percentage, and which charges it is of."""

    name: str
    percent: Decimal
    service: str = "*"
    usage_type: str = "*"
    region: str = "*"
    purchase: str = "*"

    def is_of(self, key: PriceKey) -> bool:
        """Whether the charge under the key is discounted; names are the bill's."""
        own = billed_key(key)
        return all(
            fnmatchcase(said, pattern)
            for said, pattern in (
                (own.service, self.service),
                (own.usage_type, self.usage_type),
                (own.region, self.region),
                (own.purchase, self.purchase),
            )
        )


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    adjustments: list[Adjustment]


def read_adjustments(path: Path) -> tuple[Adjustment, ...]:
    """The discounts of the file. Raises AdjustmentsError, with what is wrong in it."""
    try:
        content = load(read_text(path), name=str(path), scalars=_scalar)
    except YamlError as error:
        raise AdjustmentsError(str(error)) from error
    try:
        file = msgspec.convert(content, _File)
    except msgspec.ValidationError as error:
        said, _, at = str(error).partition(" - at ")
        place = at.strip("`").removeprefix("$.") or "the file"
        raise AdjustmentsError(
            f"{path}: {place}: {said[:1].lower()}{said[1:]}"
        ) from error
    if file.version != 1:
        raise AdjustmentsError(f"{path}: version {file.version} is not known; give 1")
    for one in file.adjustments:
        if not 0 < one.percent <= HUNDRED:
            raise AdjustmentsError(
                f"{path}: {one.name} takes {one.percent} percent off: give more than 0, "
                "and 100 at most"
            )
    return tuple(file.adjustments)


def _scalar(kind: str, text: str) -> Any:
    if kind == "int":
        return whole(text)
    if kind == "float":
        figure = figure_in(text.replace("_", ""))
        if figure is None:
            raise ValueError("is no figure")
        return figure
    return text
