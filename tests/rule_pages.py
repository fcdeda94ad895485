"""Writes the pages of docs/rules/ from what the services declare; `make docs` runs it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import fill
from types import ModuleType

from farebox.rules.aws import data_transfer
from farebox.rules.charges import Gap, NoCharge
from farebox.rules.homes import FILE as HOMES
from farebox.rules.machines.standing import STANDING
from farebox.rules.packages import FREE_PACKAGES
from farebox.rules.registry import SERVICES, TYPES
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.unread import UNREAD
from tests import type_coverage

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "rules"
COVERAGE = DOCS / "coverage.md"
WIDTH = 88

MODULES = (*SERVICES, data_transfer)
"""Services with a page of their own; traffic is the account's and has no type."""

BY_HAND = frozenset({"machines", "allowances"})
"""Pages on what holds for several services; the others are generated."""

MORE = {
    "autoscaling": "machines.md#auto-scaling",
    "ec2": "machines.md#ec2-instances-fleets-reservations-images",
    "ec2_fleets": "machines.md#fleet-and-spot-fleet",
    "ec2_reservations": "machines.md#capacity-reservation",
    "eks": "machines.md#eks",
}
"""Services of which the page on machines says more."""


def name_of(module: ModuleType) -> str:
    """The last part of the module's name, which its page and its case have too."""
    return module.__name__.rpartition(".")[2]


def page(module: ModuleType) -> str:
    """The page of one service, whole."""
    title, _, about = (module.__doc__ or "").strip().partition("\n\n")
    parts = [f"# {title.rstrip('.')}", _linked(about)]
    name = name_of(module)
    more = (
        f" How its machines are counted: [machines]({MORE[name]})."
        if name in MORE
        else ""
    )
    parts.append(_filled(f"Generated from `farebox/rules/aws/{name}.py`.{more}"))
    account = getattr(module, "ACCOUNT", None)
    if account is not None:
        parts += _section([], account)
    for names, declared in _sections(getattr(module, "TYPES", {})):
        parts += _section(names, declared)
    parts += _table("Free", "why", getattr(module, "FREE", {}))
    parts += _unread(getattr(module, "FREE", {}), named=True)
    parts += _table("Charged, not priced yet", "why", getattr(module, "UNPRICED", {}))
    return "\n\n".join(part for part in parts if part) + "\n"


def _sections(types: Mapping[str, Type]) -> Iterator[tuple[list[str], Type]]:
    """Types with the tokens that share them, in the order of the module."""
    seen: dict[int, list[str]] = {}
    for name, declared in types.items():
        seen.setdefault(id(declared), []).append(name)
    for names in seen.values():
        yield names, types[names[0]]


def _section(names: list[str], declared: Type) -> Iterator[str]:
    if names:
        yield f"## {names[0].rpartition(':')[2]}"
        yield _filled(", ".join(f"`{name}`" for name in names) + ".")
    yield _filled(declared.billed)
    if declared.no_price:
        yield _filled(f"`no-price`: {declared.no_price}.")
    meters = [*declared.meters, *(u for u in declared.uses if isinstance(u, Use))]
    if meters:
        yield _meters(meters)
    keys = [use for use in declared.uses if isinstance(use, Key)]
    if keys:
        yield "\n".join(
            ["| usage key | what it says |", "|---|---|", *map(_key_row, keys)]
        )
    yield from _measured(declared)
    if declared.notes:
        notes = declared.notes.strip()
        yield notes if "\n" in notes else _filled(notes)
    yield from _apart(names)
    yield from _unread(names)
    if declared.not_modelled:
        yield _filled(f"Not modelled: {declared.not_modelled}.")
    yield f"Source: <{declared.source}>"


def _measured(declared: Type) -> Iterator[str]:
    """Where CloudWatch counts the keys, which `fare usage sync` reads."""
    rows = [
        f"- `{use.key}`: {metric.namespace} {' + '.join(metric.names)}"
        + (f" / {' + '.join(metric.per)}" if metric.per else "")
        for use in declared.uses
        for metric in use.metrics
    ]
    if rows:
        yield "Measured by `fare usage sync`:"
        yield "\n".join(rows)


def _apart(names: Iterable[str]) -> Iterator[str]:
    """Inputs that say whether it stands where the region's prices do not hold."""
    rows = dict.fromkeys(name for type_ in names for name in STANDING.get(type_, ()))
    if rows:
        yield _filled(
            f"In a Local or Wavelength Zone or on an Outpost it is `no-price`; what says "
            f"so: {', '.join(f'`{name}`' for name in rows)}."
        )


def _unread(names: Iterable[str], *, named: bool = False) -> Iterator[str]:
    """Inputs that carry a charge and are named as a gap, each with its types."""
    rows: dict[str, None] = {}
    for name in names:
        for entry in UNREAD.get(name, ()):
            token = f"`{name}`, " if named else ""
            rows[f"- {token}{entry.when()}: `{entry.code}`, {entry.says}."] = None
    if rows:
        yield "Charged and not priced, named in the statement:"
        yield "\n".join(rows)


def _meters(meters: Iterable[Meter]) -> str:
    rows = ["| charge | service | usage type | operation | unit | usage key |"]
    rows.append("|---|---|---|---|---|---|")
    for meter in meters:
        key = _named(meter) if isinstance(meter, Use) else ""
        operation = f"`{meter.operation}`" if meter.operation else ""
        rows.append(
            f"| {meter.says} | `{meter.service}` | `{meter.usage_type}` | {operation} "
            f"| {meter.unit} | {key} |"
        )
    return "\n".join(row.replace("  ", " ") for row in rows)


def _key_row(key: Key) -> str:
    says = f"{key.says}, in {key.unit}" if key.unit else key.says
    if key.texts:
        says += f" ({' or '.join(f'`{text}`' for text in key.texts)})"
    if key.unused:
        says += f"; not used yet: {key.unused}"
    return f"| {_named(key)} | {says} |"


def _named(use: Use | Key) -> str:
    also = f" (Infracost: `{use.infracost}`)" if use.infracost else ""
    optional = ", where given" if isinstance(use, Use) and use.optional else ""
    return f"`{use.key}`{also}{optional}"


def _table(
    title: str, column: str, said: Mapping[str, NoCharge] | Mapping[str, Gap]
) -> Iterator[str]:
    if not said:
        return
    by_reason: dict[str, list[str]] = {}
    for name, item in said.items():
        by_reason.setdefault(item.reason, []).append(name)
    yield f"## {title}"
    rows = ["| types | " + column + " |", "|---|---|"]
    for reason, names in by_reason.items():
        rows.append(f"| {', '.join(f'`{name}`' for name in names)} | {reason} |")
    yield "\n".join(rows)


LINK = re.compile(r"https://[^\s,)]*[^\s,.)]")


def _linked(about: str) -> str:
    """The module's own text, with its links as markdown has them."""
    return LINK.sub(lambda found: f"<{found[0]}>", about)


def _filled(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def coverage() -> str:
    """The page of all types: how many of a service are charged, free, not priced yet."""
    found = type_coverage.coverage()
    unseen = (
        f", and {len(found.unseen):,} have not been looked at and are `no-rule`"
        if found.unseen
        else ""
    )
    parts = [
        "# Coverage",
        _filled(
            f"Generated by `make docs`; `make coverage` prints the counts. Of the "
            f"{found.total:,} types of pulumi-aws {found.version}, {len(found.priced):,} "
            f"are charged by a rule, {len(found.free):,} cost nothing, "
            f"{len(found.unpriced):,} are charged and have no rule yet{unseen}: each with "
            "its reason on the service's page. No type is free by default."
        ),
        "| service | charged | free | not priced yet |\n|---|---|---|---|\n"
        + "\n".join(map(_service_row, MODULES)),
        _filled(
            "Objects of the package `kubernetes` are charged as what AWS makes of them "
            "([Kubernetes](kubernetes.md)). Resources of these packages cost "
            "nothing at AWS; one of any other package is `no-rule`, and the reason names "
            "the package."
        ),
        "| packages | why |\n|---|---|\n" + "\n".join(_package_rows()),
    ]
    return "\n\n".join(parts) + "\n"


def _service_row(module: ModuleType) -> str:
    counts = [
        str(len(getattr(module, table, {})) or "")
        for table in ("TYPES", "FREE", "UNPRICED")
    ]
    title = (module.__doc__ or "").strip().partition(":")[0].partition("\n")[0]
    link = f"[{title.rstrip('.')}](rules/{name_of(module)}.md)"
    return f"| {' | '.join((link, *counts))} |".replace("  ", " ")


def _package_rows() -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for name, reason in FREE_PACKAGES.items():
        by_reason.setdefault(reason, []).append(f"`{name}`")
    for reason, names in by_reason.items():
        yield f"| {', '.join(names)} | {reason} |"


def homes() -> str:
    """The file of `farebox/rules/homes.py`: each service's module and its types."""
    lines = []
    for module in SERVICES:
        tables = (getattr(module, name, {}) for name in ("TYPES", "FREE", "UNPRICED"))
        types = sorted(_in_homes(type_) for table in tables for type_ in table)
        lines.append(f"{name_of(module)}: {' '.join(types)}\n")
    return "".join(lines)


def _in_homes(type_: str) -> str:
    """A type, with the names that Terraform has for it where it is charged."""
    said = TYPES.get(type_)
    return "=".join([type_, *(said.terraform.split() if said else ())])


def pages() -> dict[Path, str]:
    """Every generated page: where it stands, and its text."""
    found = {FOLDER / f"{name_of(module)}.md": page(module) for module in MODULES}
    return {**found, COVERAGE: coverage(), HOMES: homes()}


def write() -> None:
    """Write every page, and remove those of modules that are gone."""
    found = pages()
    for path in FOLDER.glob("*.md"):
        if path not in found and path.stem not in BY_HAND:
            path.unlink()
    for path, text in found.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
