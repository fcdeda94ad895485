"""What `fare host limits` found: needs beside limits, most used first, and what breaks first."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from farebox.hosting.plan.headroom import Headroom, LimitUse
from farebox.reports.page.page import Column, Page, Row, Sentence, Table, Title

SCHEMA = "farebox.limits/1"
WIDTH = 80
NAME = 44


COLUMNS = (
    Column("", heading="Limit", align="left"),
    Column("need", 9),
    Column("limit", 9, heading="Allowed"),
    Column("used", 8),
    Column("holds to", 10),
)


class LimitsReport(Struct, frozen=True):
    """What a tier needs of each limit."""

    found: Headroom

    def page(self) -> Page:
        """The limits, most used first, then what breaks."""
        return limits_page(self.found)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.limits/1`."""
        return document(self.found)


def limits_page(found: Headroom) -> Page:
    """The limits in 80 columns."""
    title = f"Limits of {found.tier} at {found.users:,} users, all groups at most"
    rows = tuple(_row(use) for use in found.limits)
    sentences = (
        Sentence(said, follows=place > 0)
        for place, said in enumerate(_sentences(found))
    )
    return Page((Title(title), Table(COLUMNS, rows, head="total"), *sentences), WIDTH)


def _row(use: LimitUse) -> Row:
    name = f"{use.name} ({use.unit})" if use.unit not in use.name else use.name
    if use.unit and len(name) > NAME - 1:
        name = use.name
    return Row(
        (name, figure_text(use.need), allowed_text(use), share_text(use), _holds(use))
    )


def figure_text(figure: float) -> str:
    """A need or a limit, whole where it is large or whole."""
    return (
        f"{figure:,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:.1f}"
    )


def allowed_text(use: LimitUse) -> str:
    """What is allowed; `account` where only the account knows."""
    return "account" if use.limit is None else figure_text(use.limit)


def share_text(use: LimitUse) -> str:
    """How much of the limit is needed, in percent, or in times of it."""
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
