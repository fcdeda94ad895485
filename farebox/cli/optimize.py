"""`fare optimize`: the cheapest machines, zones, purchase and packing of a tier."""

import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from farebox.cli.errors import BadInput, CheckFailed
from farebox.cli.options.common import PLAIN, format_option
from farebox.cli.options.spot import (
    LIMIT,
    rests_up_to,
    spot_options,
    tier_argument,
)

if TYPE_CHECKING:
    from farebox.hosting.choice.choices import Choice
    from farebox.hosting.plan_values import TierConfig, TierPlan

DEFAULT_VM_PERCENT = 10.0
"""Users that may be lost with one machine, in percent, where nothing is asked."""

Architecture = Literal["x86_64", "arm64", "any"]


@click.command()
@tier_argument
@click.option(
    "--top",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    metavar="N",
    help="How many instance types to show, each at its best.",
)
@click.option(
    "--max-pool-percent",
    type=LIMIT,
    metavar="PCT",
    help="Users that may be lost with one pool.  [default: as the tier is now]",
)
@click.option(
    "--max-vm-percent",
    type=LIMIT,
    default=DEFAULT_VM_PERCENT,
    show_default=True,
    metavar="PCT",
    help="Users that may be lost with one machine.",
)
@click.option(
    "--spot-vcpus",
    type=click.IntRange(min=0),
    metavar="N",
    help="The account's spot vCPU quota (L-34B43A08).",
)
@click.option(
    "--on-demand-vcpus",
    type=click.IntRange(min=0),
    metavar="N",
    help="The account's on-demand vCPU quota (L-1216C47A).",
)
@click.option(
    "--architecture",
    type=click.Choice(["x86_64", "arm64", "any"]),
    help="What the containers run on.  [default: as the tier is now]",
)
@click.option(
    "--write",
    is_flag=True,
    help="Write the best choice to the tier's config file and show the change.",
)
@click.option(
    "--choice",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Which of the shown choices --write takes.",
)
@format_option("the choices", PLAIN)
@spot_options
def optimize(
    tier: str,
    top: int,
    max_pool_percent: float | None,
    max_vm_percent: float,
    spot_vcpus: int | None,
    on_demand_vcpus: int | None,
    architecture: Architecture | None,
    write: bool,
    choice: int,
    format_: str,
    max_downtime_minutes: float | None,
    max_kills: float | None,
    plans: str,
    inputs: Path | None,
    users: int | None,
    prices: str | None,
    as_of: date | None,
    on: date | None,
    hours: Decimal,
) -> None:
    """Find the cheapest instance type, zones, purchase mix and packing of a tier.

    Every type of the region is tried in every set of its zones, on spot, on demand,
    with plans and mixed, with as many users a machine as memory, processor, volumes
    and limits allow. What binds each choice is named with what it costs.

    \b
    Examples:
      fare optimize 100k
      fare optimize 50k --max-kills 0.2 --plans none --architecture any
      fare optimize 10k --max-pool-percent 20 --spot-vcpus 640 --format json
      fare optimize 10k --write
    """
    from farebox.cli.options.plans import plan_prices
    from farebox.hosting.choice.choice_question import Limits, question_of
    from farebox.hosting.choice.choice_search import Search
    from farebox.hosting.choice.choices import pool_percent
    from farebox.hosting.choice.machine_market import (
        as_configured,
        market,
        stale_prices,
    )
    from farebox.hosting.choice.optimize import (
        NoChoice,
        binds,
        cheapest_choices,
    )
    from farebox.hosting.instance_types import instance_type
    from farebox.hosting.plan.tier_files import read_tier
    from farebox.hosting.spot.spot_inputs import spot_inputs
    from farebox.reports.hosting.optimize import Offered, View, text
    from farebox.reports.hosting.optimize_json import json

    if write and users is not None:
        raise BadInput(
            "--write with --users would write a choice for other users than the"
            " tier's own: change farebox:users in its config first"
        )
    book, day = plan_prices(prices, as_of=as_of, on=on, tiers=(tier,))
    source = read_tier(Path.cwd(), tier)
    limits = Limits(
        vm_percent=max_vm_percent,
        session_kills=max_kills,
        downtime_minutes=max_downtime_minutes,
        spot_vcpus=spot_vcpus,
        on_demand_vcpus=on_demand_vcpus,
        rests=rests_up_to(plans),
    )
    question = question_of(
        source,
        book,
        hours=hours,
        inputs=spot_inputs(inputs),
        limits=limits,
        users=users,
    )
    plan = question.plan
    if max_pool_percent is None:
        max_pool_percent = pool_percent(question, len(plan.zones))
    if architecture is None:
        architecture = instance_type(plan.instance_types[0]).architecture  # type: ignore[assignment]
    question = question.limited(
        pool_percent=max_pool_percent, architecture=architecture
    )
    sellers, search = market(question, book), Search(question)
    try:
        found = cheapest_choices(search, sellers, top=top)
    except NoChoice as error:
        raise CheckFailed(str(error)) from error
    if choice > len(found):
        raise BadInput(f"--choice {choice}: only {len(found)} found (see --top)")
    file, diff = "", ""
    if write:
        file, diff = _write(tier, source.config, plan, found[choice - 1].choice)
    view = View(
        tier=tier,
        search=search,
        market=sellers,
        offers=tuple(Offered(found=one, binds=binds(search, one)) for one in found),
        now=as_configured(question, book),
        book=book,
        on=day,
        stale_spot_prices=stale_prices(
            book, plan.region, [one.choice for one in found], day
        ),
        file=file,
        diff=diff,
    )
    if format_ == "json":
        sys.stdout.buffer.write(json(view))
        sys.stdout.buffer.flush()
    else:
        from farebox.reports.terminal import uses_color

        click.echo(text(view, color=uses_color(sys.stdout)), nl=False, color=True)


def _write(
    tier: str, config: "TierConfig", plan: "TierPlan", choice: "Choice"
) -> tuple[str, str]:
    """Edit the tier's config file; its name and the change as a diff.

    Nothing is written before the edited text was read again and its plan holds.
    """
    from difflib import unified_diff

    from farebox.graph.project import read_project, stack_file
    from farebox.hosting.choice.optimize import config_of, settings_of
    from farebox.hosting.plan.config_edit import edited
    from farebox.hosting.plan.sizing import plan_tier

    project = read_project(Path.cwd())
    path = stack_file(project, tier)
    if path is None or path.suffix == ".json":
        raise BadInput(f"the config of {tier} is no YAML file, so it cannot be edited")
    with path.open(encoding="utf-8", newline="") as file:
        before = file.read()
    plan_tier(config_of(config, choice), users=plan.users, region=plan.region)
    settings = settings_of(config, choice)
    key = f"{project.name}:tier"
    after = edited(before, settings, key=key, name=path.name)
    name = os.path.relpath(path)
    if after != before:
        _replace(path, after)
    lines = unified_diff(
        before.splitlines(),
        after.splitlines(),
        f"{name} as it was",
        f"{name} as written",
        lineterm="",
        n=1,
    )
    return name, "\n".join(lines) or f"{name} says so already: nothing to write"


def _replace(path: Path, text: str) -> None:
    """Put the text in place of the file in one step, with the file's own mode."""
    import shutil
    import tempfile

    target, name = path.resolve(), ""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, name)
        os.replace(name, target)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise BadInput(f"{path}: {error.strerror or error}") from error
