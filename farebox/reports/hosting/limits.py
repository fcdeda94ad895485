"""What `fare limits` found: needs beside limits, most used first, and what breaks first."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from farebox.hosting.plan.headroom import Headroom, LimitUse
from farebox.reports.page.as_text import BOLD, RESET

SCHEMA = "farebox.limits/1"
WIDTH = 80
NAME = 44


def text(found: Headroom, *, color: bool = False) -> str:
    """The limits in 80 columns."""
    return "".join(f"{line}\n" for line in _lines(found, color))


def _lines(found: Headroom, color: bool) -> Iterator[str]:
    def bold(line: str) -> str:
        return f"{BOLD}{line}{RESET}" if color else line

    yield bold(f"Limits of {found.tier} at {found.users:,} users, all groups at most")
    yield ""
    yield bold(f"{'':<{NAME}}{'need':>9}{'limit':>9}{'used':>8}{'holds to':>10}")
    for use in found.limits:
        yield _row(use)
    yield ""
    for sentence in _sentences(found):
        yield from wrap(sentence, WIDTH, break_on_hyphens=False)


def _row(use: LimitUse) -> str:
    name = f"{use.name} ({use.unit})" if use.unit not in use.name else use.name
    if use.unit and len(name) > NAME - 1:
        name = use.name
    return (
        f"{name:<{NAME}}{_figure(use.need):>9}{_limit(use):>9}{_share(use):>8}"
        f"{_holds(use):>10}"
    ).rstrip()


def _figure(figure: float) -> str:
    return (
        f"{figure:,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:.1f}"
    )


def _limit(use: LimitUse) -> str:
    return "account" if use.limit is None else _figure(use.limit)


def _share(use: LimitUse) -> str:
    share = use.share
    if share is None:
        return "?" if use.limit is None else "over" if use.broken else "–"
    return f"{share:.0%}" if share < 10 else f"{share:,.0f} x"


def _holds(use: LimitUse) -> str:
    if use.users_at_limit is not None:
        return f"{use.users_at_limit:,}"
    return "" if use.grows else "any"


def _sentences(found: Headroom) -> Iterator[str]:
    """What breaks first, what is refused, and what only the account can tell."""
    first, refusal = found.first, found.refusal
    if first is not None:
        already = (
            "has broken already"
            if (first.users_at_limit or 0) < found.users
            else "breaks first as users grow"
        )
        code = f" ({first.code})" if first.code else ""
        yield (
            f"{first.name}{code} {already}: it holds to {first.users_at_limit:,} users."
            f" Source: {first.source}."
        )
    if refusal is not None:
        yield f"The plan itself holds to {refusal.users:,} users. Beyond: {refusal.sentence}."
    unknown = [use for use in found.limits if use.limit is None]
    if unknown:
        codes = ", ".join(f"{use.code} ({use.name})" for use in unknown)
        yield f"Differs per account, give it with --quota CODE=LIMIT: {codes}."


def json(found: Headroom) -> bytes:
    """The contract `farebox.limits/1` (docs/json.md)."""
    from msgspec.json import encode, format

    return bytes(format(encode(document(found)), indent=1)) + b"\n"


def document(found: Headroom) -> dict[str, Any]:
    """The limits as plain dicts, lists, texts and numbers."""
    refusal = found.refusal
    return {
        "schema": SCHEMA,
        "tier": found.tier,
        "users": found.users,
        "breaks_at_users": found.breaks_at,
        "first": found.first.name if found.first else None,
        "refused": None
        if refusal is None
        else {"beyond_users": refusal.users, "reason": refusal.sentence},
        "limits": [
            {
                "limit": use.name,
                "code": use.code,
                "need": use.need,
                "allowed": use.limit,
                "unit": use.unit,
                "share": use.share,
                "grows_with_users": use.grows,
                "holds_to_users": use.users_at_limit,
                "source": use.source,
            }
            for use in found.limits
        ],
    }
