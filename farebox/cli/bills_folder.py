"""Where bills are kept, and what they need installed."""

from pathlib import Path

from farebox.extras import require


def bills_folder() -> Path:
    """The folder of imported bills. Raises NotInstalled where the extra is missing."""
    require("bills")
    from farebox.prices.store.location import data_folder

    return data_folder() / "bills"
