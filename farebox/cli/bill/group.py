"""`fare bill`: what AWS billed, and why it is not what was estimated."""

import click

from farebox.cli.lazy_group import LazyGroup

BILL_COMMANDS = {
    "import": "Read an export of AWS's bill: CUR 2.0, legacy CUR or FOCUS.",
    "reduce": "Add up a bill of any size by the day, on Spark, where it lies.",
    "list": "List the months that were imported.",
    "compare": "Hold a stack's estimate against a month's bill, by cause.",
    "accuracy": "Show how near estimates came to their bills, month by month.",
}


@click.group(
    cls=LazyGroup,
    table=BILL_COMMANDS,
    modules={
        "import": "farebox.cli.bill.importing",
        "reduce": "farebox.cli.bill.reducing",
        "list": "farebox.cli.bill.listing",
        "compare": "farebox.cli.bill.comparing",
        "accuracy": "farebox.cli.bill.accuracy",
    },
    attributes={"import": "import_", "list": "list_"},
    epilog="""\b
Examples:
  fare bill import exports/farebox/
  fare bill list
  pulumi stack export | fare bill compare - --month 2026-10
""",
)
def bill() -> None:
    """Read what AWS billed, and hold an estimate against it.

    Bills stay on this machine, below FAREBOX_DATA_DIR. They need the extra
    `bills`: pip install '.[bills]' in a clone.
    """
