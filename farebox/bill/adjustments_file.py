"""Reads an adjustments file: what a person has agreed with AWS, or read at AWS.

A discount is a percentage off what its charges cost, for a service, a usage type or a
region by patterns (`*` is any text). Their order in the file is the order in which they
are taken. A plan's rate is what a unit of one usage type counts for against a savings
plan, or costs under a reservation, where the price book has no such rate.
"""

from decimal import Decimal
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from farebox.errors import FareboxError
from farebox.files.figures import bounded, figure_in
from farebox.files.yaml_text import YamlError, load, read_text, whole
from farebox.prices import PriceKey
from farebox.prices.aliases import billed_key
from farebox.prices.commitments import RESERVATIONS, SAVINGS_PLANS
from farebox.prices.prefixes import without_prefix

HUNDRED = Decimal(100)
TERMS = tuple(how.term for how in (*SAVINGS_PLANS, *RESERVATIONS))


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


class PlanRate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """USD for a unit of one usage type under one commitment, and where it was read.

    `term` is a book's (`compute-1yr-no-upfront`), the usage type the bill's.
    """

    term: str
    service: str
    region: str
    usage_type: str
    usd_per_unit: Decimal
    source: str
    operation: str = ""
    as_of: str = ""

    def is_of(self, key: PriceKey) -> bool:
        """Whether it is the rate of the use under an on-demand key."""
        own = billed_key(key)
        return (own.service, own.region, own.operation) == (
            self.service,
            self.region,
            self.operation or own.operation,
        ) and without_prefix(own.usage_type, own.region) == without_prefix(
            self.usage_type, self.region
        )


class Adjustments(Struct, frozen=True, forbid_unknown_fields=True):
    """What an adjustments file says."""

    version: int
    adjustments: tuple[Adjustment, ...] = ()
    plan_rates: tuple[PlanRate, ...] = ()


def read_adjustments(path: Path) -> Adjustments:
    """What the file says. Raises AdjustmentsError, with what is wrong in it."""
    try:
        content = load(read_text(path), name=str(path), scalars=_scalar)
    except YamlError as error:
        raise AdjustmentsError(str(error)) from error
    try:
        file = msgspec.convert(content, Adjustments)
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
    for rate in file.plan_rates:
        if wrong := _wrong(rate):
            raise AdjustmentsError(f"{path}: the rate of {rate.usage_type} {wrong}")
    return file


def _wrong(rate: PlanRate) -> str:
    """What a plan's rate lacks, or has that none can have."""
    if rate.term not in TERMS:
        near = get_close_matches(rate.term, TERMS, n=1)
        return f"is of the term {rate.term!r}, which is none: give {(near or TERMS)[0]}"
    if not (bounded(rate.usd_per_unit) and rate.usd_per_unit > 0):
        return f"is {rate.usd_per_unit} USD: give more than 0"
    if rate.service == "AmazonEC2" and not rate.operation:
        return "has no operation: RunInstances is Linux, RunInstances:0002 Windows"
    return ""


def _scalar(kind: str, text: str) -> Any:
    if kind == "int":
        return whole(text)
    if kind == "float":
        figure = figure_in(text.replace("_", ""))
        if figure is None:
            raise ValueError("is no figure")
        return figure
    return text
