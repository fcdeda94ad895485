"""A usage file to fill in: every key that a stack can use, behind a # until it is known.

What it says of a key stands above it: its unit, its meaning, the rate that it feeds, and
how far it can go. Until a # is taken away the file changes nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Context
from json import dumps

from msgspec.structs import replace

from farebox.bill.assumptions import Assumption
from farebox.bill.wanted import Wanted, WantedKey
from farebox.prices import Tier
from farebox.reports.figures import plain

HEAD = """\
# What {name} uses in a month. Keys behind a # are not known: their charges have no
# figure. Take the # away and give a figure, or a range such as
#   {{low: 50, likely: 100, high: 400, source: "bill of October"}}
# Without a key marked * a charge is left out; the others have a default, or are charged
# only where they are given. Rates are the price book's of {as_of}, before free allowances.
version: 1
"""

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*(?:\.[A-Za-z0-9_/-]+)*")
"""Names that YAML reads as a text without quotes; words that it does not are quoted."""

WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])

TERRAFORM = "aws_"
"""A name that begins so would be read as a type or an address of Terraform's."""


MANY, FEW = 12, 4
"""Of more keys those are written that are needed, else the first, unless all are asked."""


def usage_text(wanted: Iterable[Wanted], *, name: str, as_of: str) -> str:
    """The file's text. `name` is the stack's, `as_of` the day of the book's prices."""
    every = list(wanted)
    resources = [each for each in every if each.urn]
    account = [each for each in every if not each.urn]
    lines = [HEAD.format(name=_comment(name) or "the stack", as_of=as_of[:10])]
    if resources:
        lines.append("resource_usage:\n")
        for each, pattern in zip(resources, patterns(resources), strict=True):
            lines += _entry(each, pattern, f"{each.type} in {each.region}")
    if account:
        lines.append("\naccount_usage: # what no resource owns\n")
        for each in account:
            lines += _entry(each, each.name, "")
    return "".join(lines)


def shortened(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Those that could have very many keys with the ones that they need, or a few."""
    return [each if len(each.keys) <= MANY else _needed(each) for each in wanted]


def _needed(each: Wanted) -> Wanted:
    needed = tuple(key for key in each.keys if key.needed) or each.keys[:FEW]
    return replace(each, keys=needed, more=len(each.keys) - len(needed))


def patterns(resources: Sequence[Wanted]) -> list[str]:
    """What each resource is called in a file: its name, with its type, or its urn.

    The shortest that only this resource has; a pattern must match nothing else.
    """
    names = Counter(each.name for each in resources)
    typed = Counter(f"{each.type}::{each.name}" for each in resources)
    return [_pattern(each, names, typed) for each in resources]


def _pattern(each: Wanted, names: Counter[str], typed: Counter[str]) -> str:
    if names[each.name] == 1 and not each.name.startswith(TERRAFORM):
        return each.name
    with_type = f"{each.type}::{each.name}"
    return with_type if typed[with_type] == 1 else each.urn


DIGITS = Context(prec=6)
"""A measured month is no more exact than that."""


def measured_text(figure: Assumption) -> str:
    """A measured range, as a value of a usage file."""
    low, likely, high = (
        plain(at.normalize(DIGITS)) for at in (figure.low, figure.likely, figure.high)
    )
    return (
        f"{{low: {low}, likely: {likely}, high: {high}, status: {figure.status}, "
        f"source: {dumps(figure.source)}}}"
    )


def key_text(text: str) -> str:
    """A text as a key of YAML, in quotes where it needs them."""
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    return dumps(text)


def _entry(each: Wanted, pattern: str, above: str) -> Iterator[str]:
    if above:
        yield f"\n  # {_comment(above)}\n"
    yield f"  {key_text(pattern)}:\n"
    for key in each.keys:
        yield f"    # {_comment(_said(key))}\n"
        yield f"    # {key.key}: {key.texts[0] if key.texts else 0}\n"
    if each.more:
        yield f"    # It can have {each.more} more keys: --all writes them too.\n"


def _said(key: WantedKey) -> str:
    """`* data processed, in GB; 0.045 USD per GB; at most 744`."""
    parts = [f"{key.says}{_in(key.unit)}"]
    if key.texts:
        parts = [f"{key.says} ({' or '.join(key.texts)})"]
    if key.tiers:
        parts.append(_rate(key))
    if key.most is not None:
        parts.append(f"at most {plain(key.most)}")
    return f"{'* ' if key.needed else ''}{'; '.join(parts)}"


def _in(unit: str) -> str:
    if not unit:
        return ""
    return f" {unit}" if unit.startswith("per ") else f", in {unit}"


def _rate(key: WantedKey) -> str:
    tiers = key.tiers
    said = f"{plain(tiers[0].usd_per_unit)} USD per {key.rated}"
    said += "".join(map(_tier, tiers[1:]))
    if key.factor != 1:
        said += f", and one is {plain(key.factor)} {key.rated}"
    return said


def _tier(tier: Tier) -> str:
    return f", from {tier.from_quantity:,f} on {plain(tier.usd_per_unit)}"


def _comment(text: str) -> str:
    """One line of printable characters: a name of a document may hold anything."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
