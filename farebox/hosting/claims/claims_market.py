"""Claims about the market: its users, its rows, its one margin (C41-C44)."""

from datetime import date
from decimal import Decimal

from farebox.hosting.claims.claim_inputs import (
    alone,
    levels,
    line_inputs,
    range_text,
    stated,
)
from farebox.hosting.claims.claim_values import ClaimInput, Finding, Ground
from farebox.hosting.tiers.tiers import LINES
from farebox.prices.ages import MAX_AGE_DAYS, age_days
from farebox.prices.values import Source

MARGIN_TOLERANCE = Decimal("0.05")
"""Five points of margin."""

CHATBOT = Decimal(900_000_000)
"""Weekly users of ChatGPT, as OpenAI announced."""
CHATBOT_SOURCE = Source(
    "https://morningoverview.com/chatgpt-is-closing-in-on-1b-weekly-users-according-to-openai",
    "2026-02-27",
    note="OpenAI's own announcement, as reported",
)
CHATBOT_TOLERANCE = Decimal("0.10")

ZERO, MILLION = Decimal(0), Decimal(1_000_000)


def agent_users(ground: Ground) -> Finding:
    """C41: agent users, which the paper gives without a source."""
    said = ground.paper.agent_users
    age = (ground.on - date.fromisoformat(ground.paper.source.as_of)).days
    return Finding(
        paper=f"{said.low / MILLION:f}-{said.high / MILLION:f}M",
        holds=None,
        because=f"the paper names no source, and none was found; the figure is {age:,}"
        f" days old on {ground.on}. Every row of the market stands on it",
        unit="users",
        inputs=(
            stated(ground, "agent users, middle", said.middle, "users", said.said),
        ),
    )


def chatbot_users(ground: Ground) -> Finding:
    """C42: weekly users of ChatGPT, held against a dated report and its age."""
    said = ground.paper.chatbot_users
    age = age_days(CHATBOT_SOURCE, ground.on)
    gap = abs(said.low - CHATBOT) / CHATBOT
    return Finding(
        paper=f"{said.low / MILLION:f}M",
        holds=gap <= CHATBOT_TOLERANCE,
        because=f"the paper names no source; OpenAI announced {CHATBOT:,f} on"
        f" {CHATBOT_SOURCE.as_of}, {age:,} days before {ground.on}",
        unit="users",
        number=alone(CHATBOT),
        inputs=(
            ClaimInput(
                name="weekly users of ChatGPT",
                value=CHATBOT,
                unit="users",
                source=CHATBOT_SOURCE.url,
                as_of=CHATBOT_SOURCE.as_of,
                stale=age > MAX_AGE_DAYS["list"],
            ),
        ),
    )


def capture_rows(ground: Ground) -> Finding:
    """C43: users, MRR and revenue of each row from its agent users."""
    market = ground.paper.market
    worst, wrong = ZERO, []
    for row in market.years:
        for end in ("low", "high"):
            users = getattr(row.agent_users, end) * market.capture
            mrr = users * market.price
            for name, ours, theirs in (
                ("users", users, row.users),
                ("MRR", mrr, row.mrr),
                ("revenue", mrr * 12 * market.margin, row.revenue),
            ):
                gap = abs(ours / getattr(theirs, end) - 1)
                worst = max(worst, gap)
                if gap:
                    wrong.append(f"{row.year} {name} {end}")
    return Finding(
        paper="as its rows say",
        holds=not wrong,
        by_paper=True,
        because=f"wrong: {', '.join(wrong)}"
        if wrong
        else f"all {len(market.years) * 6} figures follow; what it calls revenue is"
        f" {market.margin * 100:.0f} % of what users pay in a year",
        unit="share off at most",
        number=alone(worst),
        inputs=(
            stated(ground, "capture", market.capture, "share"),
            stated(ground, "price", market.price, "USD/user-month"),
            stated(ground, "margin", market.margin, "share"),
        ),
    )


def one_margin(ground: Ground) -> Finding:
    """C44: one margin for each year's row, against the margin of that many users."""
    paper = ground.paper
    market = paper.market
    counts = [
        int(getattr(row.users, end)) for row in market.years for end in ("low", "high")
    ]
    found = {n: ground.curve.margin(n, market.price) for n in counts}
    far = max(found, key=lambda n: abs(found[n].likely - market.margin))
    own = [
        f"{range_text(row.margin, scale=100)} % at {row.users:,}"
        for row in paper.scaling
        if row.users in found
        and row.margin
        and not row.margin.holds(market.margin, MARGIN_TOLERANCE)
    ]
    equal = all(
        abs(margin.likely - market.margin) <= MARGIN_TOLERANCE
        for margin in found.values()
    )
    lacking = ground.curve.unpriced and not own
    return Finding(
        paper=f"{market.margin * 100:.0f} %",
        holds=None if lacking else equal and not own,
        by_paper=bool(own),
        because=f"furthest off is {found[far].likely * 100:.0f} % at {far:,} users, then"
        f" {found[counts[-1]].likely * 100:.0f} % at {counts[-1]:,}; the paper's scaling"
        f" table has {' and '.join(own) or 'no other margin'}",
        unit="share",
        inputs=line_inputs(ground, ground.cost(far), LINES),
        number=levels(found[far]),
    )
