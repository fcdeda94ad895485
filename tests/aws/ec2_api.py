"""EC2's calls: spot prices from a book, zones, instance types, offerings, scores."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from farebox.prices.values import Price, PriceKey
from tests.aws.api import Answer, Api, Factors, Operation, Request, moved
from tests.aws.protocols import Refusal


class Ec2Api(Api):
    """EC2: spot history from a book's spot rows, and what else is given.

    `zone_names` maps zone ids to this account's names; others are made up. `history`
    adds older changes: (key, timestamp, dollars). With `old_sdk` rows have no zone id.
    """

    service = "ec2"

    def __init__(
        self,
        prices: Iterable[Price] = (),
        factors: Factors | None = None,
        *,
        at: datetime = datetime(2026, 11, 23, 19, tzinfo=UTC),
        history: Sequence[tuple[PriceKey, datetime, str]] = (),
        instance_types: Sequence[Request] = (),
        offerings: Mapping[str, Sequence[str]] | None = None,
        scores: Mapping[str, int] | None = None,
        old_sdk: bool = False,
    ) -> None:
        super().__init__()
        factors = factors or {}
        self.rows: list[Answer] = []
        self.zones: dict[str, str] = {}
        for price in prices:
            if price.key.purchase == "spot" and price.key.zone_id:
                usd = moved(price, factors)[0][1]
                self.add_spot(price.key, at, f"{usd:f}")
        for key, when, usd_text in history:
            self.add_spot(key, when, usd_text)
        self.instance_types = instance_types
        self.offerings = offerings or {}
        self.scores = scores or {}
        self.old_sdk = old_sdk

    def add_spot(self, key: PriceKey, at: datetime, usd: str, **fields: str) -> None:
        """One change of a pool's price; `fields` replace the row's own."""
        zone_id = key.zone_id
        self.zones.setdefault(zone_id, _zone_name(key.region, zone_id))
        row: Answer = {
            "AvailabilityZone": self.zones[zone_id],
            "AvailabilityZoneId": zone_id,
            "InstanceType": key.usage_type.rpartition("SpotUsage:")[2],
            "ProductDescription": "Linux/UNIX",
            "SpotPrice": usd,
            "Timestamp": at,
        }
        self.rows.append({**row, **fields, "region": key.region})

    def operations(self) -> dict[str, Operation]:
        """The operations that Farebox uses."""
        return {
            "DescribeSpotPriceHistory": self._spot,
            "DescribeAvailabilityZones": self._zones,
            "DescribeInstanceTypes": self._types,
            "DescribeInstanceTypeOfferings": self._offerings,
            "GetSpotPlacementScores": self._scores,
        }

    def _spot(self, request: Request) -> Answer:
        """Changes since StartTime and, per pool, the last one before it."""
        start = datetime.fromisoformat(request["StartTime"].replace("Z", "+00:00"))
        types = set(request.get("InstanceType", ()))
        products = set(request.get("ProductDescription", ()))
        in_force: dict[tuple[str, str, str], Answer] = {}
        rows = []
        for row in self.rows:
            if types and row["InstanceType"] not in types:
                continue
            if products and row["ProductDescription"] not in products:
                continue
            pool = (
                row["AvailabilityZone"],
                row["InstanceType"],
                row["ProductDescription"],
            )
            if row["Timestamp"] > start:
                rows.append(row)
            elif (
                pool not in in_force or in_force[pool]["Timestamp"] <= row["Timestamp"]
            ):
                in_force[pool] = row
        rows += in_force.values()
        rows.sort(key=lambda row: row["Timestamp"], reverse=True)
        hidden = {"region"} | ({"AvailabilityZoneId"} if self.old_sdk else set())
        shown = [{k: v for k, v in row.items() if k not in hidden} for row in rows]
        return self.page(request, shown, "SpotPriceHistory")

    def _zones(self, request: Request) -> Answer:
        return {
            "AvailabilityZones": [
                {"ZoneName": name, "ZoneId": zone_id, "State": "available"}
                for zone_id, name in self.zones.items()
            ]
        }

    def _types(self, request: Request) -> Answer:
        wanted = set(request.get("InstanceType", ()))
        known = {str(row["InstanceType"]) for row in self.instance_types}
        if wanted - known:
            raise Refusal("InvalidInstanceType", "The following are invalid: [...]")
        rows = [
            row
            for row in self.instance_types
            if not wanted or row["InstanceType"] in wanted
        ]
        return self.page(request, rows, "InstanceTypes")

    def _offerings(self, request: Request) -> Answer:
        rows = [
            {
                "InstanceType": instance_type,
                "LocationType": request["LocationType"],
                "Location": zone_id,
            }
            for zone_id, types in self.offerings.items()
            for instance_type in types
        ]
        return self.page(request, rows, "InstanceTypeOfferings")

    def _scores(self, request: Request) -> Answer:
        rows = [
            {"Region": "us-east-1", "AvailabilityZoneId": zone_id, "Score": score}
            for zone_id, score in self.scores.items()
        ]
        return self.page(request, rows, "SpotPlacementScores")


def _zone_name(region: str, zone_id: str) -> str:
    """A name whose letter is not the id's number: accounts shuffle them."""
    _, *local, last = zone_id.split("-")
    letter = "abcdefghij"[(int(last.removeprefix("az")) + 1) % 10]
    return f"{region}-{local[0]}-1{letter}" if local else f"{region}{letter}"
