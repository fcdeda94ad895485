"""`fare host pack`: how many users fit on a machine, what binds, and how steep the cliff is."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from farebox.cli.options.common import format_option
from farebox.cli.options.memory import (
    Real,
    RealLevels,
    Size,
    SizeGiven,
    complete_types,
)
from farebox.cli.show import write

if TYPE_CHECKING:
    from farebox.hosting.packing.memory_shapes import ShapedMemory
    from farebox.hosting.packing.pack_range import Levels
    from farebox.hosting.uncertainty import Input


@click.command()
@click.argument("instance_type", metavar="TYPE", shell_complete=complete_types)
@click.option(
    "--active",
    type=RealLevels(0, 1),
    default="0.05:0.1:0.2",
    show_default=True,
    metavar="P",
    help="Share of users active at the peak hour; one figure is taken as known.",
)
@click.option(
    "--idle-gib",
    type=Size(),
    default="0.5:1.0",
    show_default=True,
    metavar="SIZE",
    help="Memory of an idle user: 0.75, 0.5:1.0 or lognormal:0.7:0.3.",
)
@click.option(
    "--active-gib",
    type=Size(),
    default="2:3",
    show_default=True,
    metavar="SIZE",
    help="Memory of an active user, written alike.",
)
@click.option(
    "--size-error",
    type=Real(0, 90),
    default=20.0,
    show_default=True,
    metavar="PERCENT",
    help="How far both sizes may be off, all users alike.",
)
@click.option(
    "--measured",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="CSV of time,container,gib each minute, in place of sizes.",
)
@click.option(
    "--overhead-mib",
    type=RealLevels(0, 65_536),
    metavar="MIB",
    help="Memory beside the user's own.  [default: the isolation's]",
)
@click.option(
    "--overflow",
    type=Real(0, 1, open_=True),
    metavar="EPS",
    help="Allowed probability of overflow at the peak hour.",
)
@click.option(
    "--kills",
    type=Real(0, 1e6, open_=True),
    metavar="N",
    help="Allowed kills per user-year.  [default: 0.1, without --overflow]",
)
@click.option(
    "--users",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Ask what this many users on a VM feel.",
)
@click.option(
    "--correlation",
    type=RealLevels(0, 0.99),
    default="0:0:0.05",
    show_default=True,
    metavar="RHO",
    help="How much users turn active together.",
)
@click.option(
    "--session-hours",
    type=RealLevels(0, 8760, open_=True),
    default="0.5:1:2",
    show_default=True,
    metavar="H",
    help="Mean length of an active session.",
)
@click.option(
    "--isolation",
    type=click.Choice(["runc", "gvisor", "kata", "firecracker"]),
    default="runc",
    show_default=True,
    help="What a container runs in.",
)
@click.option(
    "--saving",
    type=click.Choice(["none", "zram", "hibernation"]),
    default="none",
    show_default=True,
    help="What takes memory back from idle users.",
)
@click.option(
    "--users-per-volume",
    type=click.IntRange(1, 100_000),
    default=80,
    show_default=True,
    metavar="N",
    help="Users that share a data volume.",
)
@format_option("the answer")
@click.pass_context
def pack(ctx: click.Context, /, instance_type: str, format_: str, **asked: Any) -> None:
    """Say how many users fit on one machine of a TYPE, and what binds.

    Memory is computed exactly, as a convolution of all users' sizes; nothing is
    simulated. Below the answer stand all limits, what somewhat more users feel, what
    moves the answer most, and other isolations and memory savers. Shares, hours and
    MiB may be given as low:likely:high.

    \b
    Examples:
      fare host pack r6a.8xlarge
      fare host pack r6a.8xlarge --active 0.2 --overflow 1e-4
      fare host pack r6a.8xlarge --active 0.08:0.12:0.15 --size-error 5
      fare host pack r6a.4xlarge --users 80 --correlation 0.05
      fare host pack r6a.4xlarge --measured memory.csv --kills 0.1
      fare host pack r6a.4xlarge --idle-gib lognormal:0.7:0.3 --isolation kata
    """
    from farebox.hosting.instance_types import instance_type as known_type
    from farebox.hosting.packing import pack as packing
    from farebox.hosting.packing.pack_range import ranged
    from farebox.reports.hosting import pack as report

    def given(name: str) -> bool:
        return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE

    if asked["measured"] and (given("correlation") or asked["saving"] != "none"):
        raise click.UsageError(
            "--measured already holds how users move together and what they keep;"
            " leave --correlation and --saving out"
        )
    if asked["measured"] and (given("idle_gib") or given("active_gib")):
        raise click.UsageError(
            "--measured stands in place of sizes; leave --idle-gib and --active-gib out"
        )
    question = packing.PackQuestion(
        machine=known_type(instance_type),
        model=_model(asked),
        target=packing.PackTarget(
            kills=asked["kills"], overflow=asked["overflow"], users=asked["users"]
        ),
        measured=_measured(asked["measured"]),
        disk=packing.Disk(users_per_volume=asked["users_per_volume"]),
        isolation=asked["isolation"],
        saving=asked["saving"],
    )
    answer = packing.pack(question)
    shown = report.Asked(
        question=question,
        answer=answer,
        range=ranged(question, answer, _inputs(asked, question)),
        memory=_memory(asked, question),
    )
    write(report.PackReport(shown), format_)


def _model(asked: dict[str, Any]) -> "ShapedMemory":
    from farebox.hosting.packing.isolation import ISOLATIONS
    from farebox.hosting.packing.memory_shapes import ShapedMemory

    idle: SizeGiven = asked["idle_gib"]
    active: SizeGiven = asked["active_gib"]
    given: Levels | None = asked["overhead_mib"]
    overhead = (
        ISOLATIONS[asked["isolation"]].overhead_mib if given is None else given.likely
    )
    return ShapedMemory(
        idle_gib=idle.bounds,
        active_gib=active.bounds,
        idle_sigma=idle.sigma,
        active_sigma=active.sigma,
        active_share=asked["active"].likely,
        overhead_mib=overhead,
        correlation=asked["correlation"].likely,
        session_hours=asked["session_hours"].likely,
    )


def _inputs(asked: dict[str, Any], question: Any) -> "tuple[Input, ...]":
    """The figures that were given, or are assumed, as ranges."""
    from farebox.hosting.packing.pack_range import inputs_of

    return inputs_of(
        question,
        active=asked["active"],
        correlation=asked["correlation"],
        session_hours=asked["session_hours"],
        overhead_mib=asked["overhead_mib"],
        size_error=asked["size_error"],
    )


def _measured(path: Path | None) -> Any:
    if path is None:
        return None
    from farebox.hosting.packing.measured import read_measured

    return read_measured(path)


def _memory(asked: dict[str, Any], question: Any) -> str:
    """What the packing stands on, in a sentence."""
    measured, model = question.measured, question.model
    if measured is not None:
        sizes = (
            f"{measured.containers} containers in the {measured.minutes} busiest"
            f" minutes, from {measured.starts.isoformat(sep=' ', timespec='minutes')}"
        )
    else:
        sizes = (
            f"idle {asked['idle_gib'].text} GiB, active {asked['active_gib'].text} GiB,"
            f" {model.active_share:.1%} active at the peak hour"
        )
        if model.correlation:
            sizes += f", correlation {model.correlation:g}"
        if question.saving != "none":
            sizes += f", {question.saving}"
    return f"{sizes}; {question.isolation}, {model.overhead_mib:g} MiB beside each"
