"""Claims about machines: their spot price, its risk, the hypervisor (C01, C02, C05, C39, C46)."""

from decimal import Decimal
from statistics import median

from farebox.hosting.claims.claim_inputs import (
    alone,
    assumed,
    config_name,
    exact,
    machine_inputs,
    priced,
    spot_prices,
    within,
)
from farebox.hosting.claims.claim_values import (
    Check,
    ClaimInput,
    Finding,
    Ground,
    Number,
)
from farebox.hosting.instance_types import SOURCE, instance_type
from farebox.hosting.spot.advisor import advice, advisor_is_stale, advisor_source
from farebox.hosting.spot.spot_risk import (
    interruptions_per_vm_month,
    session_kills_per_user_year,
)
from farebox.prices import Price

COMPUTE_TOLERANCE = Decimal("0.05")
SPREAD_MOST = Decimal("0.15")
PACKING_LOSS_MOST = Decimal("0.05")
FAMILY = "r6a"
WHOLE_VM, METAL = "r6a.48xlarge", "r6a.metal"
"""A VM that is all of its host, and the host without a hypervisor."""

NITRO_OVERHEAD = (Decimal("0.001"), Decimal("0.015"))
"""Speed that hardware virtualisation takes, as expected by an engineer of Netflix."""
NITRO_SOURCE = (
    "https://www.brendangregg.com/blog/2017-11-29/aws-ec2-virtualization-2017.html"
)
NITRO_AS_OF = "2017-11-29"


def compute_at(place: int) -> Check:
    """C01, C02: price x 730 / users on the paper's machine of that place."""

    def check(ground: Ground) -> Finding:
        machine = ground.paper.machines[place]
        paper = ground.paper.breakdown.lines["compute"].low
        hours = ground.terms.hours_per_month
        own = machine.usd_per_user_month(hours)
        zones = spot_prices(ground, machine.instance_type)
        today = [p.usd_per_unit * hours / machine.users_per_vm for p in zones]
        said = f"at its own {machine.usd_per_hour} an hour it is {own:.4f}"
        holds = within(own, paper, COMPUTE_TOLERANCE)
        by_paper = not holds
        if today:
            now = median(today)
            said += f", at the book's median over {len(zones)} zones {now:.4f}"
            holds = holds and within(now, paper, COMPUTE_TOLERANCE)
        else:
            said += "; the book has no spot price for it today"
        return Finding(
            paper=f"{paper}",
            holds=holds if today or by_paper else None,
            by_paper=by_paper,
            because=f"{machine.usd_per_hour} x {hours:f} / {machine.users_per_vm}: {said}",
            number=Number(own, min([own, *today]), max([own, *today])),
            inputs=(
                *machine_inputs(ground, machine),
                assumed("hours", hours, "hours/month", "365 x 24 / 12"),
                *(priced(ground, price) for price in zones),
            ),
        )

    return check


def spot_per_gib(ground: Ground) -> Finding:
    """C05: what a GiB-hour costs on spot, size by size of the family."""
    sizes: dict[str, Decimal] = {}
    behind: list[Price] = []
    for region, name in ground.book.spot_zone_ids:
        if region == ground.region and name.startswith(f"{FAMILY}."):
            zones = spot_prices(ground, name)
            gib = Decimal(str(instance_type(name).memory_gib))
            sizes[name] = median([price.usd_per_unit for price in zones]) / gib
            behind += zones
    first, second = ground.paper.machines
    per_gib = [one.usd_per_hour / one.memory_gib for one in (first, second)]
    paper = f"{(max(per_gib) / min(per_gib) - 1) * 100:.1f} %"
    if len(sizes) < 2:
        return Finding(
            paper=paper,
            holds=None,
            unit="share",
            because=f"the book has spot prices of {len(sizes)} sizes of {FAMILY} in"
            f" {ground.region}; two are needed",
        )
    cheap, dear = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    spread = sizes[dear] / sizes[cheap] - 1
    return Finding(
        paper=paper,
        holds=spread < SPREAD_MOST,
        because=f"of {len(sizes)} sizes {dear} is dearest at {sizes[dear]:.6f} USD per"
        f" GiB-hour, {cheap} cheapest at {sizes[cheap]:.6f} (medians over zones)",
        unit="share",
        number=alone(spread),
        inputs=tuple(priced(ground, price) for price in behind),
    )


def hypervisor(ground: Ground) -> Finding:
    """C39: memory that the hypervisor keeps, and the speed that it takes."""
    vm, metal = instance_type(WHOLE_VM), instance_type(METAL)
    memory = 1 - Decimal(vm.memory_mib) / Decimal(metal.memory_mib)
    slowest = NITRO_OVERHEAD[1]
    loss = max(memory, slowest)
    return Finding(
        paper="degraded",
        holds=loss >= PACKING_LOSS_MOST,
        because=f"{WHOLE_VM} has {vm.memory_gib:,.0f} GiB and {METAL} has"
        f" {metal.memory_gib:,.0f}: users lose {memory * 100:.1f} % of memory; Nitro"
        f" takes {NITRO_OVERHEAD[0] * 100:.1f} to {slowest * 100:.1f} % of speed, less"
        " than the 5 % that would show in the packing",
        unit="share",
        number=Number(memory, memory, loss),
        inputs=(
            assumed(f"memory of {WHOLE_VM}", Decimal(vm.memory_mib), "MiB", SOURCE),
            assumed(f"memory of {METAL}", Decimal(metal.memory_mib), "MiB", SOURCE),
            ClaimInput(
                name="speed taken by a hardware hypervisor, at most",
                value=slowest,
                unit="share",
                source=NITRO_SOURCE,
                as_of=NITRO_AS_OF,
            ),
        ),
    )


def interruptions(ground: Ground) -> Finding:
    """C46: sessions that a reclaimed machine ends, 12 lambda p."""
    name = ground.paper.machines[1].instance_type
    said = advice(ground.region, name)
    model = ground.memory
    if said is None:
        return Finding(
            paper="not mentioned",
            holds=None,
            unit="kills/user-year",
            because=f"the Spot Advisor's table has no {name} in {ground.region}",
        )
    budget = exact(model.kills_per_user_year)
    low, likely, high = (
        exact(
            session_kills_per_user_year(
                interruptions_per_vm_month(share), model.active_share
            )
        )
        for share in (said.bucket.low, said.bucket.likely, said.bucket.high)
    )
    source = advisor_source()
    return Finding(
        paper="not mentioned",
        holds=likely <= budget,
        because=f"{name} is in the bucket {said.bucket.label} a month: 12 x"
        f" {interruptions_per_vm_month(said.bucket.likely):.3f} x"
        f" {model.active_share:g} sessions of a user end in a year; the budget is"
        f" {budget:f}",
        unit="kills/user-year",
        number=Number(likely, low, high),
        inputs=(
            ClaimInput(
                name=f"share of {name} reclaimed in a month",
                value=exact(said.bucket.likely),
                unit="share",
                source=source.url,
                as_of=source.as_of,
                stale=advisor_is_stale(ground.on),
            ),
            assumed(
                "active_share", exact(model.active_share), "share", config_name(ground)
            ),
            assumed(
                "kills_per_user_year", budget, "kills/user-year", config_name(ground)
            ),
        ),
    )
