"""Where bills are kept, and what they need installed."""

from importlib.util import find_spec
from pathlib import Path

from farebox.billed.errors import BillError


def bills_folder() -> Path:
    """The folder of imported bills. Raises BillError where the extra is missing."""
    if find_spec("ibis") is None or find_spec("duckdb") is None:
        raise BillError(
            "bills are read by DuckDB through Ibis, which are not installed: "
            "pip install '.[bills]' in a clone of Farebox"
        )
    from farebox.prices.store.location import data_folder

    return data_folder() / "bills"
