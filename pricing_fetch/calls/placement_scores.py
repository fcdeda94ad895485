"""How likely spot machines start, zone by zone: ec2:GetSpotPlacementScores.

A score from 1 to 10 is the chance to get the machines now, not how long they stay. AWS
lets an account ask about few configurations in 24 hours: so there is a fixed small set,
and the answer is kept for a day.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, json

from farebox.prices.deliveries import Delivery, LastDelivery
from farebox.prices.values import Source
from pricing_fetch.calls.aws import pages, refuse_china
from pricing_fetch.calls.fact_delivery import fact_delivery
from pricing_fetch.calls.spot_history import nothing_to_tell
from pricing_fetch.errors import Damaged

KEPT = timedelta(hours=24)
"""How long an answer holds: AWS counts its configurations in the last 24 hours."""


class ScoredFleet(Struct, frozen=True):
    """A configuration that is asked about; with fewer than three types scores are low."""

    name: str
    instance_types: tuple[str, ...]
    vcpus: int


FLEETS = (
    ScoredFleet(
        "memory-x86",
        ("r6a.4xlarge", "r6a.8xlarge", "r6i.4xlarge", "r7a.4xlarge", "r7i.4xlarge"),
        640,
    ),
    ScoredFleet("memory-arm", ("r6g.4xlarge", "r7g.4xlarge", "r8g.4xlarge"), 640),
)
"""The fixed set: the machines that the tiers of this repository run on."""


def fetch_scores(
    client: Any,
    region: str,
    *,
    fleets: Sequence[ScoredFleet] = FLEETS,
    now: Callable[[], datetime],
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """Facts `placement-score` named `placement scores <region>`, a number each.

    The subject is the fleet and the zone id: `memory-x86 use1-az1`. Within 24 hours of
    `last` AWS is not asked. Raises FetchError.
    """
    name = f"placement scores {region}"
    refuse_china(region)
    url = f"https://ec2.{region}.amazonaws.com/?Action=GetSpotPlacementScores"
    if last is not None and now() - _instant(last.as_of) < KEPT:
        return Delivery(
            name,
            Source(url, last.as_of, note="kept for a day"),
            unchanged=True,
            content_hash=last.content_hash,
        )
    left_out: Counter[str] = Counter()
    found: dict[tuple[str, str], str] = {}
    for fleet in fleets:
        request = {
            "InstanceTypes": list(fleet.instance_types),
            "TargetCapacity": fleet.vcpus,
            "TargetCapacityUnitType": "vcpu",
            "SingleAvailabilityZone": True,
            "RegionNames": [region],
        }
        for page in pages(
            client,
            "get_spot_placement_scores",
            request,
            rows="SpotPlacementScores",
            source=name,
        ):
            for row in page:
                score, zone_id = row.get("Score", 0), row.get("AvailabilityZoneId", "")
                known = isinstance(score, int) and isinstance(zone_id, str)
                if not known or not zone_id or not 1 <= score <= 10:
                    raise Damaged(
                        f"{name}: a score of {score} for zone {zone_id!r} cannot be;"
                        " nothing is taken"
                    )
                text = json.encode(score).decode()
                found["placement-score", f"{fleet.name} {zone_id}"] = text
        progress(sum(map(len, found.values())), None)
    return fact_delivery(
        name, url, region, found, now=now, last=None, left_out=left_out
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
