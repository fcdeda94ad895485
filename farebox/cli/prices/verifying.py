"""What `fare prices verify` checks: a file, the embedded book, or the store."""

from pathlib import Path

from farebox.cli.errors import BadInput

STORE, EMBEDDED = "store", "embedded"


def faults_in(name: str | None) -> tuple[str, list[str]]:
    """What was checked, and a sentence for each fault. Raises PriceBookError."""
    from farebox.prices.store import open_store, store_exists

    if name is None:
        name = STORE if store_exists() else EMBEDDED
    if name == STORE:
        if not store_exists():
            raise BadInput("there is no price store yet; fare refresh makes one")
        with open_store() as store:
            return f"the store {store.name}", store.verify()
    from farebox.prices.text import faults_of

    if name == EMBEDDED:
        from farebox.prices.curated import curated_path
        from farebox.prices.volume_faults import volume_faults

        return "the embedded book", [*faults_of(curated_path()), *volume_faults()]
    return name, faults_of(Path(name))
