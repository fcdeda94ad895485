"""Where users' data may live, as rows of the scaling table and of the ladder."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from farebox.hosting.ranges import Range
from farebox.hosting.tiers.storage import LOSES, Place

NAMES = {
    "gp3": "data on gp3",
    "efs": "data on EFS",
    "s3": "gp3, backups in S3",
}
TITLE = "Users' data with their backups, by place"


def place_rows(
    found: Sequence[Sequence[Place]], usd: Callable[[Range], str]
) -> list[tuple[str, Sequence[str]]]:
    """A row for each place, a cell for each tier."""
    return [
        (label, [_cell(tier, name, usd) for tier in found])
        for name, label in NAMES.items()
        if any(tier for tier in found)
    ]


def _cell(tier: Sequence[Place], name: str, usd: Callable[[Range], str]) -> str:
    for one in tier:
        if one.name == name:
            return "refused" if one.both is None else usd(one.both)
    return "–"


def place_notes(found: Sequence[Sequence[Place]]) -> Iterator[str]:
    """What each place loses; and why a tier cannot have one."""
    if not any(found):
        return
    for name, loses in LOSES.items():
        yield f"{NAMES[name]} loses {loses}."
    refused = {one.refused: one for tier in found for one in tier if one.refused}
    for one in refused.values():
        yield f"No {NAMES[one.name]}: {one.refused}."


def places_json(
    tier: Sequence[Place], levels: Callable[[Range], dict[str, str]]
) -> list[dict[str, Any]]:
    """The places of one tier, USD per user-month."""
    return [
        {
            "place": one.name,
            "data": None if one.data is None else levels(one.data),
            "backups": None if one.backups is None else levels(one.backups),
            "infrastructure": None if one.infra is None else levels(one.infra),
            "lower_bound": one.lower_bound,
            "refused": one.refused or None,
            "loses": one.loses,
        }
        for one in tier
    ]
