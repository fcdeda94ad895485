"""What must hold of every command, whatever it was given."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage_file import UsageError, parse_usage

SECRET = "hunter2-the-secret-of-the-seeds"
"""Stands in every seed where a secret may: no output may ever hold it."""

EXPECTED_CODES = (0, 1, 2, 3)
RESIDUE = Decimal("1e-12")
"""US dollars: what shares of a tier leave when they are added up."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal could be driven with; our own output has none without colours."""


def broken(
    arguments: list[str], document: bytes, code: int, out: str, err: str
) -> Iterator[str]:
    """A word for each promise that this run of a command broke."""
    if code not in EXPECTED_CODES:
        yield f"exit code {code}"
    if "Traceback" in out + err:
        yield "a traceback"
    if SECRET in out + err:
        yield "a secret is shown"
    if CONTROL.search(out.replace("\x1b[0m", "")) or CONTROL.search(err):
        yield "a control character is shown"
    if code == 2 and not err.strip():
        yield "no sentence says what is wrong"
    if code == 2 and len(err.strip().splitlines()) > 3:
        yield "more than a sentence says what is wrong"
    if code == 0 and arguments[0] == "price" and arguments[-1] == "json":
        yield from _broken_statement(document, json.loads(out))
    if code == 0 and arguments[:2] == ["usage", "init"]:
        yield from _broken_usage(out)


def _broken_usage(text: str) -> Iterator[str]:
    """What is wrong with a usage file in which nothing is filled in yet."""
    try:
        usage = parse_usage(text)
    except UsageError:
        yield "a usage file that was written cannot be read"
        return
    if any(entry.values for entry in usage.entries):
        yield "a usage file gives figures that nobody gave"


def _broken_statement(document: bytes, statement: dict[str, object]) -> Iterator[str]:
    lines: list[dict[str, str]] = statement["lines"]  # type: ignore[assignment]
    total: dict[str, str] = statement["total"]  # type: ignore[assignment]
    summed = sum((Decimal(line["usd_per_month"]) for line in lines), Decimal(0))
    usd = Decimal(total["usd_per_month"])
    if abs(summed - usd) > RESIDUE:
        yield "the total is not the sum of its lines"
    if not Decimal(total["low"]) <= usd <= Decimal(total["high"]):
        yield "the total is not between low and high"
    named = {
        item["urn"]
        for part in ("lines", "free", "unpriced")
        for item in statement[part]  # type: ignore[attr-defined]
    }
    for urn in _created(document):
        if urn not in named:
            yield "a resource is lost"
            return


def _created(document: bytes) -> Iterator[str]:
    """The urns of a preview's create steps, where it can still be read as one."""
    try:
        steps = json.loads(document)["steps"]
        found = [(step["op"], step["urn"]) for step in steps]
    except (ValueError, LookupError, TypeError):
        return
    for operation, urn in found:
        if operation == "create" and isinstance(urn, str):
            yield urn
