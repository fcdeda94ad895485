"""What one user costs a month, line by line, from a tier's own statement.

The statement is that of the plan which also builds the Pulumi components, priced by the
same rules from the same book and the tier's usage file (`plan_graph`); nothing is typed
in here that a price or a plan can give. Beside the statement's lines stand the team and
the card fee (`overhead`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from farebox.bill.statement import LineItem, Statement
from farebox.bill.terms import HOURS_PER_MONTH, Terms
from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.plan_graph import (
    FILES,
    NETWORK,
    PROXIES,
    RECORDS,
    RELAY,
    SPOT_POOL,
    VOLUMES,
    plan_graph,
)
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.plan_values import TierPlan
from farebox.hosting.ranges import NOTHING, Range, exactly, total
from farebox.hosting.tiers.machine_logs import with_machine_logs
from farebox.hosting.tiers.overhead import Overhead
from farebox.hosting.tiers.scaled_usage import scaled_usage
from farebox.hosting.tiers.support_plan import support_per_user
from farebox.prices import PriceBook
from farebox.rating.estimate import estimate
from farebox.rules.usage_keys import check_usage

INFRA_LINES = (
    "compute",
    "storage",
    "snapshots",
    "egress",
    "inter-zone",
    "nat",
    "relay",
    "proxies",
    "observability",
    "tokens",
)
"""Lines that AWS charges, and `tokens`, which users pay themselves."""
LINES = (*INFRA_LINES, "aws support", "overhead", "card fee")
"""All lines of a user's month, in the order they are shown."""

REASONS: Mapping[str, str] = {
    "compute": "users' machines: hours, root volumes, public addresses",
    "storage": "users' data: gp3 volumes, or a file system",
    "snapshots": "snapshots of those volumes, or backups of the file system",
    "egress": "traffic to the internet",
    "inter-zone": "traffic between zones, charged on both sides",
    "nat": "NAT gateways, where a tier has them",
    "relay": "EKS, its nodes and their load balancer",
    "proxies": "reverse proxies, their load balancer, and the record they route by",
    "observability": "logs, metrics and alarms",
    "tokens": "users bring their own key to their own provider",
    "aws support": "AWS's support plan, where a tier has one",
    "overhead": "engineers, support and tools",
    "card fee": "what the payment provider keeps of the price",
}


class TierCost(Struct, frozen=True, kw_only=True):
    """A tier's month per user: `lines` has every name of LINES, USD per user-month.

    `price` is what a user pays a month; it decides the card fee and the margin.
    """

    tier: str
    users: int
    price: Decimal
    plan: TierPlan
    statement: Statement
    lines: Mapping[str, Range]

    @property
    def infra(self) -> Range:
        """USD per user-month that AWS charges."""
        return total(self.lines[name] for name in INFRA_LINES)

    @property
    def total(self) -> Range:
        """USD per user-month, team and card fee included."""
        return total(self.lines.values())

    @property
    def margin(self) -> Range | None:
        """Share of the price that is left, low to high; None where users pay nothing."""
        if self.price <= 0:
            return None
        cost = self.total
        return Range(
            *(1 - usd / self.price for usd in (cost.high, cost.likely, cost.low))
        )

    @property
    def lower_bound(self) -> bool:
        """Whether something that costs money has no figure in the statement."""
        return self.statement.lower_bound


class TierTerms(Struct, frozen=True, kw_only=True):
    """How tiers are priced: a statement's terms and book, the team and the price.

    Without `each_volume` a tier's data volumes, which are alike, share their lines: the
    sums are the same, and a curve over user counts does not rate thousands of them.
    """

    book: PriceBook
    on: date
    overhead: Overhead
    price: Decimal = Decimal(10)
    hours_per_month: Decimal = HOURS_PER_MONTH
    on_demand_fallback: bool = False
    free_tier: bool = True
    each_volume: bool = True

    def of_statement(self, users: int) -> Terms:
        """The terms of the statement of a stack with so many users."""
        return Terms(
            on=self.on,
            hours_per_month=self.hours_per_month,
            users=Decimal(users),
            on_demand_fallback=self.on_demand_fallback,
            free_tier=self.free_tier,
        )


def tier_cost(
    source: TierSource, terms: TierTerms, *, users: int | None = None
) -> TierCost:
    """What a user of the tier costs; at another user count where `users` is given.

    At another count the tier's config stays, its plan is made anew, and the usage that
    grows with users is scaled. Raises PlanError where the tier's config cannot hold
    so many, and the errors of an estimate.
    """
    plan, statement = tier_statement(source, terms, users=users)
    count = plan.users
    lines = dict.fromkeys(LINES, NOTHING)
    for line in statement.lines:
        name = line_of(line)
        lines[name] = lines[name] + Range(
            line.usd_low, line.usd_per_month, line.usd_high
        )
    lines = {name: usd.over(Decimal(count)) for name, usd in lines.items()}
    charged = total(lines[name] for name in INFRA_LINES)
    lines["aws support"] = support_per_user(source.config.support_plan, charged, count)
    price = terms.price
    if source.config.hosted:
        lines["overhead"] = terms.overhead.usd_per_user_month(count)
        lines["card fee"] = exactly(terms.overhead.card_fee.of_price(price))
    else:
        # Who hosts itself pays nothing, and the hosted users pay the team.
        price = Decimal(0)
    return TierCost(
        tier=source.name,
        users=count,
        price=price,
        plan=plan,
        statement=statement,
        lines=lines,
    )


def tier_statement(
    source: TierSource, terms: TierTerms, *, users: int | None = None
) -> tuple[TierPlan, Statement]:
    """The tier's plan and its month's statement, as `fare price` has it.

    Raises UsageError for a key of the usage file that nothing is charged by; entries
    that match nothing are among the statement's notes.
    """
    count = source.users if users is None else users
    plan = plan_tier(source.config, users=count, region=source.region)
    usage = source.usage
    if count != source.users:
        usage = scaled_usage(usage, Decimal(count) / Decimal(source.users))
    usage = with_machine_logs(usage, plan)
    graph = plan_graph(
        plan,
        project=source.project,
        stack=source.name,
        each_volume=terms.each_volume,
    )
    unmatched = check_usage(usage, graph)
    statement = estimate(graph, terms.book, usage, terms.of_statement(count))
    if not terms.each_volume:
        statement = _counted(statement, plan.ebs_volumes)
    if unmatched:
        statement = structs.replace(statement, notes=(*statement.notes, *unmatched))
    return plan, statement


def _counted(statement: Statement, volumes: int) -> Statement:
    """The statement of one data volume with the charges of so many.

    Storage, speed and snapshots have one price each, without tiers or an allowance, so
    many volumes cost as many times as much.
    """
    return structs.replace(
        statement,
        lines=tuple(
            _times(line, volumes) if _component_type(line) == VOLUMES else line
            for line in statement.lines
        ),
    )


def _times(line: LineItem, count: int) -> LineItem:
    return structs.replace(
        line,
        quantity=line.quantity * count,
        because=f"{count:,} x ({line.because})",
        usd_low=line.usd_low * count,
        usd_high=line.usd_high * count,
    )


def tier_for(sources: Iterable[TierSource], users: int) -> TierSource:
    """The hosted tier whose own user count is nearest, by ratio: 3,000 is near 1,000.

    Raises ConfigError where none is hosted.
    """
    hosted = [source for source in sources if source.config.hosted]
    if not hosted:
        raise ConfigError("no tier hosts users, so none can say what a user costs")
    return min(
        hosted, key=lambda source: max(source.users, users) / min(source.users, users)
    )


def cost_at(sources: Iterable[TierSource], users: int, terms: TierTerms) -> TierCost:
    """What a user costs at any user count, by the nearest hosted tier."""
    if users < 1:
        raise ConfigError(f"users is {users:,}; a cost per user needs at least 1 user")
    return tier_cost(tier_for(sources, users), terms, users=users)


def line_of(line: LineItem) -> str:
    """Which line of a user's month a charge belongs to.

    By component first: what a component is for decides, not which service bills it.
    """
    key, component = line.key, _component_type(line)
    if key.service == "AmazonCloudWatch":
        return "observability"
    if component == RELAY:
        return "relay"
    if component in (PROXIES, RECORDS):
        return "proxies"
    if component == SPOT_POOL:
        return "compute"
    if component == FILES:
        return "snapshots" if key.service == "AWSBackup" else "storage"
    if component == VOLUMES:
        return "snapshots" if "Snapshot" in key.usage_type else "storage"
    if component == NETWORK:
        return "nat"
    return "egress" if key.service == "AWSDataTransfer" else "inter-zone"


def _component_type(line: LineItem) -> str:
    """`passepartout:hosting:SpotPool` of the component that the charge is in."""
    urn = line.subject.component
    if urn is None:
        return ""
    return urn.split("::", 2)[-1].partition("::")[0].rsplit("$", 1)[-1]
