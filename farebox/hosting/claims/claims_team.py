"""Claims about the team: its dollars against its heads (C19-C21)."""

from decimal import Decimal

from farebox.hosting.claims.claim_inputs import assumed, levels, range_text, stated
from farebox.hosting.claims.claim_values import Finding, Ground
from farebox.hosting.paper.paper_figures import Said
from farebox.hosting.ranges import Range


def engineering(ground: Ground) -> Finding:
    """C19: the paper's engineers at declared pay, against its dollars."""
    breakdown = ground.paper.breakdown
    return _heads(
        ground,
        breakdown.engineering,
        breakdown.engineers,
        ground.team.usd_per_engineer,
        "engineer",
    )


def support(ground: Ground) -> Finding:
    """C20: the paper's supporters at declared pay, against its dollars."""
    breakdown = ground.paper.breakdown
    return _heads(
        ground,
        breakdown.support,
        breakdown.supporters,
        ground.team.usd_per_supporter,
        "supporter",
    )


def _heads(ground: Ground, said: Said, heads: Said, pay: Range, name: str) -> Finding:
    users = Decimal(ground.users)
    ours = Range(
        heads.low * pay.low / users,
        heads.middle * pay.likely / users,
        heads.high * pay.high / users,
    )
    implied = said.middle * users / heads.middle
    source = f"overhead {ground.team.name}: {pay.low:f} to {pay.high:f}"
    return Finding(
        paper=range_text(said),
        holds=said.holds(ours.likely),
        because=f"{range_text(heads)} people at {pay.likely:f} a month each; the paper's"
        f" dollars are {implied:,.0f} a month for each",
        inputs=(
            stated(ground, f"{name}s, middle", heads.middle, "heads", heads.said),
            assumed(f"pay of one {name}", pay.likely, "USD/month", source),
            stated(ground, "users", users, "users"),
        ),
        number=levels(ours),
    )


def overhead(ground: Ground) -> Finding:
    """C21: the team of that size, and the subtotal as the sum of its lines."""
    breakdown = ground.paper.breakdown
    said = breakdown.overhead
    adds_up = (
        breakdown.engineering.low + breakdown.support.low == said.low
        and breakdown.engineering.high + breakdown.support.high == said.high
    )
    team = ground.team
    ours = team.usd_per_user_month(ground.users)
    heads = team.engineers_at(ground.users), team.supporters_at(ground.users)
    return Finding(
        paper=range_text(said),
        holds=adds_up and said.holds(ours.likely),
        by_paper=not adds_up,
        because=f"the paper's lines {'do' if adds_up else 'do not'} add up to it; the"
        f" {team.name} team is {heads[0].likely:f} engineers and {heads[1].likely:.1f}"
        f" supporters at {ground.users:,} users",
        inputs=(
            assumed("engineers", heads[0].likely, "heads", f"overhead {team.name}"),
            assumed("supporters", heads[1].likely, "heads", f"overhead {team.name}"),
            stated(
                ground,
                "engineering, high",
                breakdown.engineering.high,
                "USD/user-month",
            ),
            stated(ground, "support, high", breakdown.support.high, "USD/user-month"),
        ),
        number=levels(ours),
    )
