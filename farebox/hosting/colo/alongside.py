"""What the users of a priced tier would cost on colo and on rented servers.

It is the likely level of `fare host colo` at the tier's users, with what the statement says
they send and what the tier's plan gives them to store. It takes no draws and no numpy.
"""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import DecodeError, Struct

from farebox.bill.statement import Statement
from farebox.hosting.errors import ConfigError, HostingError
from farebox.hosting.plan_values import TierConfig

EGRESS = "DataTransfer-Out-Bytes"


class Beside(Struct, frozen=True):
    """One option beside the cloud: USD a month for all users, and its servers."""

    option: str
    usd_per_month: Decimal
    servers: int


class Alongside(Struct, frozen=True):
    """The options beside a tier's statement, for the same users."""

    users: int
    options: tuple[Beside, ...]


def alongside(statement: Statement, config: Mapping[str, str]) -> Alongside | None:
    """The other options for the statement's users; None where it is no hosting tier.

    `config` is the stack's: only a program that hosts users by tiers has a tier there.
    """
    tier = _hosted_tier(config.get(f"{statement.project}:tier", ""))
    users = int(statement.users or 0)
    if tier is None or tier.volumes is None or users < 1:
        return None
    memory_gib = _memory_gib_per_user(tier)
    if memory_gib is None:
        return None
    from farebox.hosting.colo.colo import OPTIONS, PLAIN, Demand
    from farebox.hosting.colo.colo_inputs import shipped_inputs

    demand = Demand(
        storage_gib_per_user=tier.volumes.gib_per_user,
        egress_gb_per_user=float(_egress_gb(statement)) / users,
        memory_gib_per_user=memory_gib,
    )
    likely = {name: one.likely for name, one in shipped_inputs().items()}
    found = []
    for option in ("colo", "rented"):
        fleet = OPTIONS[option](users, demand, likely, PLAIN)
        # The one step from an estimate to money: by its shortest text.
        usd = Decimal(repr(float(fleet.usd_per_month)))
        found.append(Beside(option, usd, int(fleet.servers)))
    return Alongside(users, tuple(found))


def _hosted_tier(tier: str) -> TierConfig | None:
    """The tier's config; None where it is none, or no user is hosted."""
    if not tier.startswith("{"):
        return None
    from msgspec.json import decode

    from farebox.hosting.plan.configs import tier_config

    try:
        config = tier_config(decode(tier))
    except (ConfigError, DecodeError):
        # Another program's key of this name: it is not for us to judge.
        return None
    return config if config.hosted else None


def _memory_gib_per_user(tier: TierConfig) -> float | None:
    """GiB of machine memory that a user takes on the cloud; None without a plan."""
    from farebox.hosting.instance_types import instance_type
    from farebox.hosting.plan.machine_packing import users_of_a_machine

    try:
        memory_gib = instance_type(tier.instance_types[0]).memory_gib
        return memory_gib / users_of_a_machine(tier)
    except (HostingError, IndexError):
        return None


def _egress_gb(statement: Statement) -> Decimal:
    """GB a month to the internet, by the statement's own lines."""
    return sum(
        (
            line.quantity
            for line in statement.lines
            if line.key.service == "AWSDataTransfer"
            and line.key.usage_type.endswith(EGRESS)
        ),
        Decimal(0),
    )
