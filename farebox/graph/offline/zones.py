"""Answers to what a program asks about availability zones when there is no AWS."""

from collections.abc import Mapping
from typing import Any

from farebox.graph.errors import WAY_OUT, ProgramError
from farebox.graph.zones import zones_of


def zones(arguments: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The zones that pass the conditions, with their ids in the same order."""
    known = zones_or_error(region)
    unwanted = {
        *arguments.get("excludeNames", ()),
        *arguments.get("excludeZoneIds", ()),
    }
    wanted = {
        name: identity
        for name, identity in known.items()
        if not {name, identity} & unwanted
        and all(_fits(item, name, identity) for item in arguments.get("filters", ()))
    }
    return {
        "id": region,
        "region": region,
        "groupNames": [region],
        "names": list(wanted),
        "zoneIds": list(wanted.values()),
    }


def _fits(condition: Mapping[str, Any], name: str, identity: str) -> bool:
    """Whether a zone passes a filter; those on status and kind all zones here pass."""
    compared = {"zone-name": name, "zone-id": identity}.get(condition["name"])
    return compared is None or compared in condition["values"]


def zone(arguments: Mapping[str, Any], region: str) -> dict[str, Any]:
    """One zone, by its name or its id."""
    for name, identity in zones_or_error(region).items():
        if (
            arguments.get("name", name) == name
            and arguments.get("zoneId", identity) == identity
        ):
            return {
                "id": name,
                "name": name,
                "zoneId": identity,
                "region": region,
                "groupName": region,
                "nameSuffix": name[-1],
                "networkBorderGroup": region,
                "optInStatus": "opt-in-not-required",
                "state": "available",
                "zoneType": "availability-zone",
            }
    asked = arguments.get("name") or arguments.get("zoneId")
    raise ProgramError(
        f"The program asks for the availability zone {asked}, and {region} has "
        f"{', '.join(zones_or_error(region))}."
    )


def zones_or_error(region: str) -> dict[str, str]:
    """Zone ids by name. Raises ProgramError for a region that is not in the table."""
    known = zones_of(region)
    if not known:
        raise ProgramError(
            f"Farebox does not know the availability zones of {region}. {WAY_OUT}"
        )
    return known
