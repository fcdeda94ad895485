"""The option of every command that works on bills and fleets: where it is worked on."""

import click

from farebox.billed.engines import DUCKDB, FORMS

engine_option = click.option(
    "--engine",
    "engine_",
    default=DUCKDB,
    show_default=True,
    metavar=FORMS,
    help="Where it is worked on: here within a bound of memory, or on Spark, which needs "
    "the extra `spark` and Java; its workers must see the same folders.",
)
