"""Earlier pricings of a fleet, by their days: what moved since yesterday is asked of them.

A fleet that is priced anew keeps the stacks' totals of the pricing before, the last one
of each day.
"""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

from farebox.fleet.errors import FleetError

FOLDER = "history"
STACKS = "stacks.parquet"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def keep(folder: Path) -> None:
    """Keep the totals that are in the folder, under the day on which they were made."""
    stacks = folder / STACKS
    if stacks.is_file():
        made = date.fromtimestamp(stacks.stat().st_mtime)
        place = folder / FOLDER / made.isoformat()
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy2(stacks, place / STACKS)


def since(folder: Path, said: str, today: date) -> Path:
    """The pricing that was the latest on a day: `yesterday`, a date, or a folder.

    Raises FleetError where there is none so old.
    """
    if said == "yesterday":
        day = (today - timedelta(days=1)).isoformat()
    elif DAY.fullmatch(said):
        day = said
    else:
        return Path(said)
    if Path(said).is_dir():
        return Path(said)
    kept = sorted(
        place for place in (folder / FOLDER).glob("*") if DAY.fullmatch(place.name)
    )
    earlier = [place for place in kept if place.name <= day]
    if not earlier:
        oldest = f"the oldest is of {kept[0].name}" if kept else "there is none"
        raise FleetError(
            f"{folder} keeps no pricing of {day} or before: {oldest}; the folder of "
            "another pricing can be given as well"
        )
    return earlier[-1]
