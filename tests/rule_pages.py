"""Writes the pages of docs/rules/ from what the services declare; `make docs` runs it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import fill
from types import ModuleType

from farebox.rules.charges import Gap, NoCharge
from farebox.rules.registry import SERVICES
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.unread import UNREAD

FOLDER = Path(__file__).parent.parent / "docs" / "rules"
WIDTH = 88


def name_of(module: ModuleType) -> str:
    """The last part of the module's name, which its page and its case have too."""
    return module.__name__.rpartition(".")[2]


def page(module: ModuleType) -> str:
    """The page of one service, whole."""
    title, _, about = (module.__doc__ or "").strip().partition("\n\n")
    parts = [f"# {title.rstrip('.')}", _linked(about)]
    parts.append(f"Generated from `farebox/rules/aws/{name_of(module)}.py`.")
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
    if declared.notes:
        notes = declared.notes.strip()
        yield notes if "\n" in notes else _filled(notes)
    yield from _unread(names)
    if declared.not_modelled:
        yield _filled(f"Not modelled: {declared.not_modelled}.")
    yield f"Source: <{declared.source}>"


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
    says = key.says
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


def _linked(about: str) -> str:
    """The module's own text, with its links as markdown has them."""
    return "\n".join(
        " ".join(
            f"<{word}>" if word.startswith("https://") else word
            for word in line.split(" ")
        )
        for line in about.splitlines()
    )


def _filled(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def write() -> None:
    """Write every page, and remove those of modules that are gone."""
    pages = {f"{name_of(module)}.md": page(module) for module in SERVICES}
    for path in FOLDER.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
