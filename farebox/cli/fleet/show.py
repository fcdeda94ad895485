"""`fare fleet show`: questions over a priced fleet."""

from pathlib import Path

import click

from farebox.cli.options.common import format_option
from farebox.cli.options.engine import engine_option
from farebox.cli.show import FORMATS, TABLES, write, write_rows


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--by",
    default="stack",
    show_default=True,
    metavar="COLUMN|tag:NAME",
    help="stack, project, service, region, type, purchase, or a tag of the resources.",
)
@click.option(
    "--since",
    metavar="yesterday|DATE|FOLDER",
    help="What moved since an earlier pricing, or another one's folder, most first.",
)
@click.option("--unpriced", is_flag=True, help="What has no figure, most often first.")
@engine_option
@format_option("the answer", (*FORMATS, *TABLES))
def show(
    folder: Path, by: str, since: str | None, unpriced: bool, engine_: str, format_: str
) -> None:
    """Ask the fleet that `fare fleet price` wrote into FOLDER.

    --format focus is no answer but every charge of the fleet, as FOCUS 1.2.

    \b
    Examples:
      fare fleet show fleet --by service
      fare fleet show fleet --by tag:team --format json
      fare fleet show fleet --since yesterday
      fare fleet show fleet --since 2026-11-01
      fare fleet show fleet --unpriced --format csv
      fare fleet show fleet --format focus
    """
    from datetime import date

    from farebox.billed.engines import engine
    from farebox.cli.bills_folder import bills_folder
    from farebox.fleet import history, questions
    from farebox.reports.fleet.report import (
        GapRow,
        GapsReport,
        GroupRow,
        GroupsReport,
        MoveRow,
        MovesReport,
    )
    from farebox.reports.page.report import Report

    bills_folder()
    report: Report
    questions.must_be_priced(folder)
    if format_ == "focus":
        if since is not None or unpriced:
            raise click.UsageError("--format focus is every charge, and no answer")
        _write_focus(folder, engine_)
        return
    with engine(folder, engine_) as connection:
        if since is not None:
            before = history.since(folder, since, date.today())
            moves = questions.moved(connection, folder, before)
            report = MovesReport(
                tuple(MoveRow(m.name, m.before, m.now, m.usd) for m in moves)
            )
        elif unpriced:
            gaps = questions.unpriced(connection, folder)
            share = questions.gap_share(connection, folder)
            report = GapsReport(tuple(GapRow(*gap) for gap in gaps), share)
        else:
            found = questions.grouped(connection, folder, by)
            report = GroupsReport(
                by,
                tuple(
                    GroupRow(g.name, g.usd, g.usd_low, g.usd_high, g.stacks)
                    for g in found
                ),
            )
    write(report, format_)


def _write_focus(folder: Path, on: str) -> None:
    from farebox.billed.engines import engine
    from farebox.fleet.questions import every_line
    from farebox.reports.fleet.focus import fleet_rows

    with engine(folder, on) as connection:
        day, found = every_line(connection, folder)
        charges = (((one.name, one.project, one.stack), one.line) for one in found)
        write_rows(fleet_rows(charges, day))
