"""A drawing of a tier: what runs where, what talks to what, and what each part costs.

Every box is a line of a user's month, or what a zone holds of it. Text stands in boxes
of its own colour, so that the drawing reads the same on a light and on a dark page.
"""

from collections.abc import Iterator

from farebox.hosting.plan_values import TierPlan
from farebox.reports.figures import dollars
from farebox.reports.graphic.chart import Chart
from farebox.reports.graphic.tier.drawing import Arrow, Box, drawing
from farebox.reports.graphic.tier.view import TierView

PLAIN, MACHINES, DATA, TEAM = "#e3e9ef", "#9ec5e8", "#f6c98f", "#b7d7b0"
ZONE = "#cfe2f4"
ROW, BOX, GAP = 24, 66, 14
LEFT, MIDDLE, RIGHT = (0, 170), (215, 215), (475, 385)
"""Where each column begins and how wide it is."""


def topology(view: TierView) -> Chart:
    """The tier as a drawing with costs on it."""
    plan = view.cost.plan
    inner = ROW * len(plan.zones)
    machines = _part(
        view,
        "compute",
        RIGHT,
        0,
        MACHINES,
        "Machines",
        f"{plan.vms:,} × {_types(plan)}, {plan.users_per_vm} users each",
        BOX + inner + 8,
    )
    zones = list(_zones(plan, machines))
    below = machines.y + machines.height + GAP
    half = (RIGHT[1] - GAP) / 2
    volumes = plan.volumes
    data = [
        _part(
            view,
            "storage",
            (RIGHT[0], half),
            below,
            DATA,
            "Volumes",
            f"{plan.data_volumes:,} × {volumes.gib:,} GiB gp3" if volumes else "none",
        ),
        _part(
            view,
            "snapshots",
            (RIGHT[0] + half + GAP, half),
            below,
            DATA,
            "Snapshots",
            f"every {volumes.snapshot_hours} h, {volumes.snapshots_kept} kept"
            if volumes
            else "none",
        ),
    ]
    middle = [
        _part(
            view,
            name,
            MIDDLE,
            place * (BOX + GAP),
            PLAIN,
            title,
            what,
        )
        for place, (name, title, what) in enumerate(_services(plan))
    ]
    top = (middle[0].y + middle[1].y) / 2
    users = Box(
        x=LEFT[0],
        y=top,
        width=LEFT[1],
        height=BOX,
        fill=TEAM,
        lines=(
            f"{plan.users:,} users",
            f"each costs {dollars(view.cost.total.likely)} USD",
            f"and pays {dollars(view.price)} USD",
        ),
    )
    traffic = _part(
        view,
        "egress",
        LEFT,
        top + BOX + GAP,
        PLAIN,
        "Internet traffic",
        "what users send",
    )
    team = [
        _part(view, name, LEFT, top + (2 + n) * (BOX + GAP), TEAM, title, what)
        for n, (name, title, what) in enumerate(
            (
                ("overhead", "Team and tools", "engineers, support"),
                ("card fee", "Card fee", "of the payment provider"),
            )
        )
    ]
    boxes = [users, traffic, *team, *middle, machines, *zones, *data]
    arrows = [
        _arrow(users, middle[0]),
        _arrow(users, middle[1]),
        _arrow(middle[0], machines, at=middle[0].y + BOX / 2),
        _arrow(middle[1], machines, at=middle[1].y + BOX / 2),
        (
            data[0].x + half / 2,
            machines.y + machines.height,
            data[0].x + half / 2,
            below,
        ),
        (data[0].x + half, below + BOX / 2, data[1].x, below + BOX / 2),
    ]
    dearest = max(
        (usd.likely, name) for name, usd in view.cost.lines.items() if usd.likely
    )
    return Chart(
        "topology",
        "What runs where, and what each part costs a user a month",
        drawing(boxes, arrows),
        ("part", "what it is", "cost"),
        tuple((box.lines[0], *_rest(box)) for box in boxes),
        "vega",
        says=f"{dearest[1].capitalize()} costs most: {dollars(dearest[0])} of"
        f" {dollars(view.cost.total.likely)} USD a user a month.",
    )


def _rest(box: Box) -> tuple[str, str]:
    what = box.lines[1] if len(box.lines) > 1 else ""
    return what, box.lines[2] if len(box.lines) > 2 else ""


def _types(plan: TierPlan) -> str:
    first, *others = plan.instance_types
    return f"{first} or {len(others)} more" if others else first


def _part(
    view: TierView,
    line: str,
    column: tuple[float, float],
    y: float,
    fill: str,
    title: str,
    what: str,
    height: float = BOX,
) -> Box:
    """A box of one line of a user's month, with its cost and share of the whole."""
    usd, whole = view.cost.lines[line].likely, view.cost.total.likely
    share = f"{usd / whole:.0%}" if usd >= whole / 100 else "<1%"
    cost = f"{dollars(usd)} USD a user ({share})"
    return Box(
        x=column[0],
        y=y,
        width=column[1],
        height=height,
        fill=fill,
        lines=(title, what, cost),
    )


def _services(plan: TierPlan) -> Iterator[tuple[str, str, str]]:
    proxies, relay = plan.proxies, plan.relay
    yield (
        "proxies",
        "Proxies, load balancer",
        f"{proxies.nodes} × {proxies.instance_type}",
    )
    yield "relay", "Relay on EKS", f"{relay.nodes} × {relay.instance_type}"
    yield "observability", "Watching", "logs, metrics, alarms"
    yield "inter-zone", "Between zones", "traffic, both ways"


def _zones(plan: TierPlan, machines: Box) -> Iterator[Box]:
    for place, zone in enumerate(plan.zones):
        yield Box(
            x=machines.x + 8,
            y=machines.y + BOX + place * ROW,
            width=machines.width - 16,
            height=ROW - 3,
            fill=ZONE,
            lines=(
                f"{zone.zone_id}: {zone.vms:,} machines, at most {zone.max_vms:,},"
                f" {len(zone.numbers):,} volumes",
            ),
        )


def _arrow(one: Box, other: Box, at: float | None = None) -> Arrow:
    """From the right side of a box to the left side of another."""
    y = other.y + other.height / 2 if at is None else at
    return one.x + one.width, one.y + one.height / 2, other.x, y
