"""`fare prices`: a look at the prices themselves, and at the store that keeps them."""

import click

from farebox.cli.lazy_group import LazyGroup

PRICES_COMMANDS = {
    "show": "Show a price: tiers, source, age, history.",
    "age": "Show how old the prices are against their limits.",
    "export": "Write one price book file, for a repository or for CI.",
    "import": "Check a price book file and keep it in the store.",
    "verify": "Check a file or the store: hash, form and laws of prices.",
    "refreshes": "List the books that the store has, with their ids.",
    "pin": "Keep a book from ever being pruned.",
    "unpin": "Let a pinned book be pruned again.",
    "prune": "Drop books that are older than some days.",
}

_FILES = dict.fromkeys(("export", "import", "verify"), "farebox.cli.prices.files")
_STORE = dict.fromkeys(
    ("refreshes", "pin", "unpin", "prune"), "farebox.cli.prices.store"
)


@click.group(
    cls=LazyGroup,
    table=PRICES_COMMANDS,
    modules={
        "show": "farebox.cli.prices.show",
        "age": "farebox.cli.prices.age",
        **_FILES,
        **_STORE,
    },
    attributes={"import": "import_"},
    epilog="""\b
Examples:
  fare prices show r6a.4xlarge --region us-east-1
  fare prices age
  fare prices export aws.prices --for prod
  fare prices refreshes
""",
)
def prices() -> None:
    """Look at the prices: one of them, their age, a file, the store's books."""
