"""The claims board: each claim of the paper, its rule, and the function that checks it.

One row a claim; docs/claims.md has them in words. `check_claims` gives every verdict.
"""

from collections.abc import Iterable

from farebox.hosting.claims import claims_colo as colo
from farebox.hosting.claims import claims_costs as costs
from farebox.hosting.claims import claims_ladder as ladder
from farebox.hosting.claims import claims_machines as machines
from farebox.hosting.claims import claims_market as market
from farebox.hosting.claims import claims_packing as packing
from farebox.hosting.claims import claims_spot as spot
from farebox.hosting.claims import claims_team as team
from farebox.hosting.claims.claim_values import Check, Checked, Claim, Ground, judged
from farebox.hosting.errors import ConfigError


def _claim(id_: str, says: str, rule: str, tolerance: str, check: Check) -> Claim:
    return Claim(id=id_, says=says, rule=rule, tolerance=tolerance, check=check)


COMPUTE = "spot price x 730 / users, at the paper's price and at the book's median"
SPOT = (
    "median over the region's zones of the spot price: its mean of 90 days where the"
    " store has it, else the book's"
)
KILLS = "kills per user-year of the capacity model at the peak hour meet the target"
INTERVAL = "the likely figure lies in the paper's interval"
LINE = "the paper has a line for what the tier is charged"
QUOTA = "the quota covers the plan at its largest"
PHASE = "1 - cost/price, low with low and high with high, lies in the paper's interval"
NONE = "none"
POINT = "1 point"

CLAIMS: tuple[Claim, ...] = (
    _claim("C01", "compute on r6a.4xlarge", COMPUTE, "5 %", machines.compute_at(0)),
    _claim("C02", "compute on r6a.8xlarge", COMPUTE, "5 %", machines.compute_at(1)),
    _claim("C03", "spot price, r6a.4xlarge", SPOT, "10 %", spot.spot_price_of(0)),
    _claim("C04", "spot price, r6a.8xlarge", SPOT, "10 %", spot.spot_price_of(1)),
    _claim(
        "C05",
        "spot per GiB, all sizes",
        "dearest over cheapest size per GiB-hour, less 1",
        "under 15 %",
        machines.spot_per_gib,
    ),
    _claim("C06", "80 users fit 128 GiB", KILLS, NONE, packing.fits(0)),
    _claim("C07", "160 users fit 256 GiB", KILLS, NONE, packing.fits(1)),
    _claim(
        "C08",
        "processors do not bind",
        "users that the processors serve are at least the users packed",
        NONE,
        packing.cpu,
    ),
    _claim(
        "C09",
        "storage of a user",
        "GB of a user x price of gp3",
        "exact",
        costs.storage,
    ),
    _claim(
        "C10",
        "a volume for each user",
        "volumes of a machine are at most what it attaches",
        NONE,
        packing.attachments,
    ),
    _claim(
        "C11",
        "snapshots are counted",
        LINE,
        "half a cent",
        costs.counted("snapshots", of="snapshots"),
    ),
    _claim("C12", "gp3 quota", QUOTA, NONE, packing.quota("L-7A658B76")),
    _claim("C13", "snapshot quota", QUOTA, NONE, packing.quota("L-309BACF6")),
    _claim("C14", "spot vCPU quota", QUOTA, NONE, packing.quota(packing.SPOT_QUOTA)),
    _claim(
        "C15",
        "egress of a user",
        "the traffic of the usage file costs at most what the paper has",
        NONE,
        costs.egress,
    ),
    _claim(
        "C16",
        "NAT, traffic between zones",
        LINE,
        "half a cent",
        costs.counted("inter-zone", "nat", of="NAT and traffic between zones"),
    ),
    _claim(
        "C17",
        "relay of a user",
        "the relay's line is between half and twice the paper's",
        "2 x",
        costs.relay,
    ),
    _claim("C18", "infrastructure subtotal", "sum of its lines", "exact", costs.infra),
    _claim(
        "C19",
        "dollars of 4-5 engineers",
        f"heads x declared pay / users; {INTERVAL}",
        NONE,
        team.engineering,
    ),
    _claim(
        "C20",
        "dollars of 2-3 supporters",
        f"heads x declared pay / users; {INTERVAL}",
        NONE,
        team.support,
    ),
    _claim(
        "C21",
        "overhead subtotal",
        f"sum of its lines; for the team of that size {INTERVAL}",
        NONE,
        team.overhead,
    ),
    _claim(
        "C22",
        "total at 100,000 users",
        f"sum of its subtotals; {INTERVAL}",
        NONE,
        costs.total_cost,
    ),
    _claim(
        "C23",
        "margin at 100,000 users",
        f"1 - total/price; {INTERVAL}",
        NONE,
        costs.margin,
    ),
    _claim(
        "C24", "cost at 1,000 users", INTERVAL, "a plus: up to 2 x", costs.scaling(0)
    ),
    _claim("C25", "cost at 10,000 users", INTERVAL, NONE, costs.scaling(1)),
    _claim("C26", "cost at 50,000 users", INTERVAL, NONE, costs.scaling(2)),
    _claim("C27", "cost at 100,000 users", INTERVAL, NONE, costs.scaling(3)),
    _claim("C28", "cost at 1,000,000 users", INTERVAL, NONE, costs.scaling(4)),
    _claim(
        "C29",
        "break-even users",
        f"users from whom on the price covers the cost; {INTERVAL}",
        "2 digits",
        ladder.break_even,
    ),
    _claim("C30", "margin, Bootstrap", PHASE, POINT, ladder.phase_margin(0)),
    _claim("C31", "margin, Break-even", PHASE, POINT, ladder.phase_margin(1)),
    _claim("C32", "margin, Mature", PHASE, POINT, ladder.phase_margin(2)),
    _claim("C33", "margin, Commodity", PHASE, POINT, ladder.phase_margin(3)),
    _claim(
        "C34",
        "ladder and scaling agree",
        "rows whose cost differs from the phase's",
        "none differs",
        ladder.same_costs,
    ),
    _claim(
        "C35",
        "price is never below cost",
        "lowest price less likely cost at each phase's first and last users is not"
        " below 0",
        NONE,
        ladder.never_below_cost,
    ),
    _claim(
        "C36",
        "self-hosted costs nothing",
        "cost of a million self-hosted users over what 100,000 hosted ones pay",
        "under 5 %",
        ladder.self_hosted,
    ),
    _claim(
        "C37",
        "AWS over colo at 100,000",
        f"ratio for spot, as the paper buys; {INTERVAL}",
        NONE,
        colo.colo_ratio,
    ),
    _claim(
        "C38",
        "colo stays cheaper from",
        f"user count for spot, as the paper buys; {INTERVAL}",
        NONE,
        colo.colo_crossover,
    ),
    _claim(
        "C39",
        "hypervisor costs packing",
        "memory and speed lost to the hypervisor are 5 % or more",
        "5 %",
        machines.hypervisor,
    ),
    _claim(
        "C40",
        "memory is not overcommitted",
        "memory that users may take is at most what the machine has, or kills them",
        NONE,
        packing.overcommit,
    ),
    _claim(
        "C41", "agent users in 2026", "a source, and its age", NONE, market.agent_users
    ),
    _claim(
        "C42",
        "weekly users of ChatGPT",
        "a source that says so, and its age",
        "10 %, 180 days",
        market.chatbot_users,
    ),
    _claim(
        "C43",
        "rows of the market",
        "agent users x capture x price x 12 x margin",
        "exact",
        market.capture_rows,
    ),
    _claim(
        "C44",
        "one margin for all years",
        "margin at each row's users equals the paper's",
        "5 points",
        market.one_margin,
    ),
    _claim(
        "C45",
        "card fees are counted",
        LINE,
        "half a cent",
        costs.counted("card fee", of="card fees"),
    ),
    _claim(
        "C46",
        "interruptions are tolerable",
        "sessions of a user that end in a year, 12 lambda p, within the kill target",
        NONE,
        machines.interruptions,
    ),
)
"""Every claim, in order."""


def check_claims(ground: Ground, ids: Iterable[str] = ()) -> tuple[Checked, ...]:
    """The verdict of each claim, or of those named. Raises ConfigError for another id."""
    wanted = chosen(ids)
    return tuple(judged(claim, ground) for claim in wanted)


def chosen(ids: Iterable[str]) -> tuple[Claim, ...]:
    """The claims of these ids in their order, all where none is named."""
    known = {claim.id: claim for claim in CLAIMS}
    asked = {id_.upper() for id_ in ids}
    if unknown := sorted(asked - known.keys()):
        raise ConfigError(
            f"there is no claim {unknown[0]}; they are {CLAIMS[0].id} to {CLAIMS[-1].id}"
        )
    return tuple(claim for claim in CLAIMS if not asked or claim.id in asked)
