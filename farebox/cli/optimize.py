"""`fare host optimize`: the cheapest machines, zones, purchase and packing of a tier."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from farebox.cli import show
from farebox.cli.errors import BadInput, CheckFailed
from farebox.cli.options.common import format_option
from farebox.cli.options.spot import (
    LIMIT,
    SpotRequest,
    spot_options,
    tier_argument,
)

if TYPE_CHECKING:
    from farebox.hosting.choice.choice_question import Question
    from farebox.hosting.choice.choices import Choice
    from farebox.hosting.plan.tier_files import TierSource
    from farebox.hosting.plan_values import TierConfig, TierPlan
    from farebox.prices import PriceBook
    from farebox.reports.hosting.optimize_view import OptimizeView

DEFAULT_VM_PERCENT = 10.0
"""Users that may be lost with one machine, in percent, where nothing is asked."""


class OptimizeRequest(SpotRequest, frozen=True, kw_only=True):
    """What `fare host optimize` is asked, beside the tier.

    `top` instance types are shown; `write` puts the `choice`th of them into the tier's
    config. Percents are of the tier's users, quotas are vCPUs; None where there is no
    limit, or for pools and the architecture where the tier as it is now decides.
    """

    top: int
    max_pool_percent: float | None
    max_vm_percent: float
    spot_vcpus: int | None
    on_demand_vcpus: int | None
    architecture: str | None
    write: bool
    choice: int


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
@format_option("the choices")
@spot_options
def optimize(tier: str, format_: str, **asked: Any) -> None:
    """Find the cheapest instance type, zones, purchase mix and packing of a tier.

    Every type of the region is tried in every set of its zones, on spot, on demand,
    with plans and mixed, with as many users a machine as memory, processor, volumes
    and limits allow. What binds each choice is named with what it costs.

    \b
    Examples:
      fare host optimize 100k
      fare host optimize 50k --max-kills 0.2 --plans none --architecture any
      fare host optimize 10k --max-pool-percent 20 --spot-vcpus 640 --format json
      fare host optimize 10k --write
    """
    from farebox.reports.hosting.optimize import OptimizeReport

    show.write(OptimizeReport(_view(tier, OptimizeRequest(**asked))), format_)


def _view(tier: str, request: OptimizeRequest) -> "OptimizeView":
    """Search the tier's choices, and write one to its config where that is asked."""
    from farebox.cli.options.plans import plan_prices
    from farebox.hosting.choice.choice_search import Search
    from farebox.hosting.choice.machine_market import (
        as_configured,
        market,
        stale_prices,
    )
    from farebox.hosting.choice.optimize import NoChoice, binds, cheapest_choices
    from farebox.hosting.plan.tier_files import read_tier
    from farebox.reports.hosting.optimize_view import Offered, OptimizeView

    if request.write and request.users is not None:
        raise BadInput(
            "--write with --users would write a choice for other users than the"
            " tier's own: change farebox:users in its config first"
        )
    book, day = plan_prices(
        request.prices, as_of=request.as_of, on=request.on, tiers=(tier,)
    )
    source = read_tier(Path.cwd(), tier)
    question = _question(source, book, request)
    sellers, search = market(question, book), Search(question)
    try:
        found = cheapest_choices(search, sellers, top=request.top)
    except NoChoice as error:
        raise CheckFailed(str(error)) from error
    if request.choice > len(found):
        raise BadInput(
            f"--choice {request.choice}: only {len(found)} found (see --top)"
        )
    file, diff = "", ""
    if request.write:
        chosen = found[request.choice - 1].choice
        file, diff = _write(tier, source.config, question.plan, chosen)
    return OptimizeView(
        tier=tier,
        search=search,
        market=sellers,
        offers=tuple(Offered(found=one, binds=binds(search, one)) for one in found),
        now=as_configured(question, book),
        book=book,
        on=day,
        stale_spot_prices=stale_prices(
            book, question.plan.region, [one.choice for one in found], day
        ),
        file=file,
        diff=diff,
    )


def _question(
    source: "TierSource", book: "PriceBook", request: OptimizeRequest
) -> "Question":
    """The question for the tier; what is not limited stays as the tier is now."""
    from farebox.hosting.choice.choice_question import Limits, question_of
    from farebox.hosting.choice.choices import pool_percent
    from farebox.hosting.instance_types import instance_type
    from farebox.hosting.spot.spot_inputs import spot_inputs

    question = question_of(
        source,
        book,
        hours=request.hours,
        inputs=spot_inputs(request.inputs),
        limits=Limits(
            vm_percent=request.max_vm_percent,
            session_kills=request.max_kills,
            downtime_minutes=request.max_downtime_minutes,
            spot_vcpus=request.spot_vcpus,
            on_demand_vcpus=request.on_demand_vcpus,
            rests=request.rests,
        ),
        users=request.users,
    )
    plan, most = question.plan, request.max_pool_percent
    return question.limited(
        pool_percent=pool_percent(question, len(plan.zones)) if most is None else most,
        architecture=request.architecture
        or instance_type(plan.instance_types[0]).architecture,
    )


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
