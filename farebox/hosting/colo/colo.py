"""What the same users cost on servers of one's own and on rented servers.

    users per server = RAM / (the cloud's GiB per user x packing ratio) x fill
    servers = ceil(N / users per server) + max(spare servers, share of them)
    capex = servers x (base + RAM + NVMe) + sites x network
    per month = capex x i / (1 - (1 + i)^-months) + power + support + transit
                + cross-connects + hands + addresses + backup + people

Each formula is written once. It takes plain figures, or arrays with a figure for each
draw: which rounding it uses comes with `Arithmetic`. Figures are floats, because inputs
are estimates; they become money only where they are reported. docs/economics.md has
the units and the sources.
"""

from collections.abc import Callable, Mapping
from math import ceil

from msgspec import Struct

from farebox.hosting.uncertainty import Figure

MONTHS_PER_YEAR = 12
SECONDS_PER_MONTH = 730 * 3600
TB_PER_GIB = 2**30 / 1e12
MBIT_PER_GB = 8000

ROOM = 1e-9
"""Below this a fraction of a server is a float's own error."""


class Arithmetic(Struct, frozen=True):
    """How figures are rounded up and compared: Python's way, or numpy's for draws."""

    ceil: Callable[[Figure], Figure]
    larger: Callable[[Figure, Figure], Figure]
    smaller: Callable[[Figure, Figure], Figure]


PLAIN = Arithmetic(ceil, max, min)


def for_draws() -> Arithmetic:
    """The arithmetic of arrays; numpy is imported only here."""
    import numpy as np

    return Arithmetic(np.ceil, np.maximum, np.minimum)


class Demand(Struct, frozen=True):
    """What a user takes on every option alike, as the cloud's plan provides it.

    GiB stored, GB sent to the internet in a month, and GiB of machine memory.
    """

    storage_gib_per_user: Figure
    egress_gb_per_user: Figure
    memory_gib_per_user: Figure


class ServerFleet(Struct, frozen=True, kw_only=True):
    """Servers and their money: `capex_usd` once, `lines` USD a month by what for.

    `lines` has capital (capex paid back with interest, or the setup fee spread out)
    and what running it all costs.
    """

    servers: Figure
    capex_usd: Figure
    lines: Mapping[str, Figure]

    @property
    def usd_per_month(self) -> Figure:
        """All lines, USD a month."""
        return sum(self.lines.values())

    @property
    def opex_usd_per_month(self) -> Figure:
        """What running it costs, USD a month, without paying it off."""
        return sum(usd for name, usd in self.lines.items() if name != "capital")


Inputs = Mapping[str, Figure]
"""Figures of the inputs by name: one level, or one for each draw."""


def annuity(months: Figure, per_year: Figure, calc: Arithmetic = PLAIN) -> Figure:
    """Share of a debt to pay each month: i / (1 - (1 + i)^-m); 1/m without interest."""
    # A billionth a month is no interest, and keeps the formula from 0/0.
    monthly = calc.larger(per_year / MONTHS_PER_YEAR, 1e-9)
    return monthly / (1 - (1 + monthly) ** -months)


def colo(
    users: Figure, demand: Demand, inputs: Inputs, calc: Arithmetic = PLAIN
) -> ServerFleet:
    """Servers of one's own in a rented hall, for `users`."""
    x = inputs
    on_each = x["ram_gib_per_server"] / _packed(demand, x) * x["fill"]
    servers = _with_spares(users, on_each, x, calc)
    nvme_tb = on_each * demand.storage_gib_per_user * TB_PER_GIB * x["nvme_copies"]
    server_usd = (
        x["server_usd"]
        + x["ram_gib_per_server"] * x["ram_usd_per_gib"]
        + nvme_tb * x["nvme_usd_per_tb"]
    )
    # A drawn number of sites between 1 and 2 is the nearer of them.
    sites = calc.ceil(x["sites"] - 0.5)
    blocks = calc.ceil(servers / sites / x["servers_per_network"] - ROOM)
    hardware_usd = servers * server_usd
    capex_usd = hardware_usd + sites * blocks * x["network_usd"]
    mbps = (users * demand.egress_gb_per_user * MBIT_PER_GB / SECONDS_PER_MONTH) * x[
        "peak_factor"
    ]
    return ServerFleet(
        servers=servers,
        capex_usd=capex_usd,
        lines={
            "capital": capex_usd
            * annuity(x["amortisation_months"], x["cost_of_capital"], calc),
            "power and space": servers * x["server_kw"] * x["usd_per_kw_month"],
            "support": hardware_usd * x["support_share"] / MONTHS_PER_YEAR,
            "transit": mbps * x["transit_usd_per_mbps"],
            "cross-connects": sites * x["cross_connects_usd_per_site"],
            "hands": servers * x["hands_usd_per_server"],
            "addresses": sites * x["addresses_usd_per_site"],
            "backup": _backup(users, x),
            "people": _people(servers, x["fte"], x, calc),
        },
    )


def rented(
    users: Figure, demand: Demand, inputs: Inputs, calc: Arithmetic = PLAIN
) -> ServerFleet:
    """Dedicated servers by the month, for `users`: memory or drives fill first."""
    x = inputs
    by_memory = x["rented_ram_gib"] / _packed(demand, x) * x["fill"]
    user_tb = demand.storage_gib_per_user * TB_PER_GIB * x["nvme_copies"]
    by_drives = x["rented_nvme_tb"] / user_tb
    servers = _with_spares(users, calc.smaller(by_memory, by_drives), x, calc)
    setup_usd = servers * x["rented_setup_eur"] * x["usd_per_eur"]
    return ServerFleet(
        servers=servers,
        capex_usd=setup_usd,
        lines={
            "capital": setup_usd / x["rented_months"],
            "rent": servers * x["rented_eur_per_month"] * x["usd_per_eur"],
            "backup": _backup(users, x),
            "people": _people(servers, x["rented_fte"], x, calc),
        },
    )


OPTIONS: Mapping[str, Callable[[Figure, Demand, Inputs, Arithmetic], ServerFleet]] = {
    "rented": rented,
    "colo": colo,
}
"""The options beside the cloud, by the name that reports and JSON give them."""


def _packed(demand: Demand, x: Inputs) -> Figure:
    """GiB of a server's memory that a user takes."""
    return demand.memory_gib_per_user * x["packing_ratio"]


def _with_spares(users: Figure, on_each: Figure, x: Inputs, calc: Arithmetic) -> Figure:
    """Servers that the users fill, and the spares beside them."""
    busy = calc.ceil(users / on_each - ROOM)
    return busy + calc.larger(
        x["spare_servers"], calc.ceil(x["spare_share"] * busy - ROOM)
    )


def _backup(users: Figure, x: Inputs) -> Figure:
    return users * x["backup_gib_per_user"] * TB_PER_GIB * x["backup_usd_per_tb"]


def _people(servers: Figure, least: Figure, x: Inputs, calc: Arithmetic) -> Figure:
    heads = calc.larger(least, servers / x["servers_per_fte"])
    return heads * x["fte_usd_per_month"]
