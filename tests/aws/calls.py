"""What AWS answers to calls, from a price book: for real boto3 clients, over HTTP.

    with AwsServer() as aws:
        serve_calls(aws, PricingApi(book, {"EBS:VolumeUsage.gp3": "1.125"}), Ec2Api(book))

Requests are read and answers written in AWS's own protocols, by botocore's models of the
services: JSON 1.1 (`pricing`, `service-quotas`), EC2's form and XML, REST with JSON
(`savingsplans`). The answers are written by hand in the recorded shapes; the figures are
the book's. A factor moves a price: `{"EBS:VolumeUsage.gp3": "1.125"}` has AWS say
0.09 where the book says 0.08. Factors are by usage type without the region's prefix, or
by `PriceKey`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from msgspec import json

from farebox.prices.book import bare_key
from farebox.prices.values import Price, PriceKey
from tests.aws.server import Asked, AwsServer, Reply

Factors = Mapping[str | PriceKey, str | Decimal]
Request = Mapping[str, Any]
Answer = dict[str, Any]
Operation = Callable[[Request], Answer]

NEVER = "1970-01-01T00:00:00Z"


class Refusal(Exception):
    """An operation's refusal: AWS's code, its words and the status."""

    def __init__(self, code: str, words: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.words, self.status = code, words or code, status


class Api:
    """A service: its botocore name, and its operations by AWS's names."""

    service = ""

    def __init__(self) -> None:
        self.page_rows = 1000
        """How many rows a page has at most, whatever the caller asks for."""

    def operations(self) -> dict[str, Operation]:
        """Operation name to what answers it."""
        raise NotImplementedError  # pragma: no cover

    def page(
        self, request: Request, rows: Sequence[Any], name: str, token: str = "NextToken"
    ) -> Answer:
        """One page of `rows`; the token is the place in the list."""
        given = str(request.get(token) or "0")
        if not given.isdigit() or int(given) > len(rows):
            raise Refusal("InvalidNextTokenException", "Invalid NextToken")
        start = int(given)
        size = min(int(request.get("MaxResults") or self.page_rows), self.page_rows)
        answer: Answer = {name: list(rows[start : start + size])}
        if start + size < len(rows):
            answer[token] = str(start + size)
        return answer


def serve_calls(server: AwsServer, *apis: Api) -> None:
    """Let the server answer these services' calls; `AWS_ENDPOINT_URL` is its url."""
    by_service = {api.service: api for api in apis}

    def handler(asked: Asked) -> Reply:
        if asked.method != "POST":
            return Reply(404, {}, b"Not Found")
        service, operation, request = _read(asked)
        model = _model(service)
        api = by_service.get(service)
        try:
            if api is None or operation not in api.operations():
                raise Refusal("AccessDeniedException", status=403)
            answer = api.operations()[operation](request)
        except Refusal as refusal:
            return _refused(service, refusal)
        shape = model.operation_model(operation).output_shape
        if service == "ec2":
            text = _xml_of(shape, answer)
            body = (
                '<?xml version="1.0" encoding="UTF-8"?>\n'
                f'<{operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
                f"<requestId>r</requestId>{text}</{operation}Response>"
            )
            return Reply(
                headers={"Content-Type": "text/xml;charset=UTF-8"}, body=body.encode()
            )
        kind = {"Content-Type": "application/x-amz-json-1.1"}
        return Reply(headers=kind, body=json.encode(answer))

    server.serve("/", handler)


TARGETS = {
    "AWSPriceListService": "pricing",
    "ServiceQuotasV20190624": "service-quotas",
}


def _read(asked: Asked) -> tuple[str, str, dict[str, Any]]:
    """Service, operation and request of a call."""
    if target := asked.headers.get("x-amz-target"):
        prefix, _, operation = target.partition(".")
        return TARGETS[prefix], operation, json.decode(asked.body or b"{}")
    if asked.operation:
        return "ec2", asked.operation, _form(asked)
    return "savingsplans", asked.path.strip("/"), json.decode(asked.body or b"{}")


def _form(asked: Asked) -> dict[str, Any]:
    """The request of a call in EC2's query protocol; lists become lists."""
    request: dict[str, Any] = {}
    for name, value in asked.form.items():
        parts = name.split(".")
        if len(parts) == 1:
            request[name] = value
        elif len(parts) == 2:
            request.setdefault(parts[0], []).append(value)
        else:  # Filter.1.Name, Filter.1.Value.1
            entries = request.setdefault(parts[0], {})
            entry = entries.setdefault(parts[1], {})
            if len(parts) == 3:
                entry[parts[2]] = value
            else:
                entry.setdefault(parts[2], []).append(value)
    return request


def _refused(service: str, refusal: Refusal) -> Reply:
    if service == "ec2":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{refusal.code}</Code><Message>{escape(refusal.words)}</Message>"
            "</Error></Errors><RequestID>r</RequestID></Response>"
        ).encode()
        return Reply(refusal.status, {"Content-Type": "text/xml"}, body)
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "x-amzn-ErrorType": refusal.code,
    }
    text = {"__type": refusal.code, "message": refusal.words}
    return Reply(refusal.status, headers, json.encode(text))


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def _model(service: str) -> Any:
    return _session().get_service_model(service)


def _xml_of(shape: Any, value: Any) -> str:
    """The value in EC2's XML, with the element names of botocore's model."""
    match shape.type_name:
        case "structure":
            parts = []
            for name, member in shape.members.items():
                if name in value:
                    tag = member.serialization.get("name", name)
                    parts.append(f"<{tag}>{_xml_of(member, value[name])}</{tag}>")
            return "".join(parts)
        case "list":
            tag = shape.member.serialization.get("name", "item")
            return "".join(f"<{tag}>{_xml_of(shape.member, v)}</{tag}>" for v in value)
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            return str(value.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    return escape(str(value))


def moved(price: Price, factors: Factors) -> list[tuple[Decimal, Decimal]]:
    """The tiers (from, dollars) of a price as AWS says them now."""
    key = bare_key(price.key)
    factor = Decimal(factors.get(key, factors.get(key.usage_type, "1")))
    return [(tier.from_quantity, tier.usd_per_unit * factor) for tier in price.tiers]


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


class PricingApi(Api):
    """The Price List Query API over a book's on-demand prices.

    With `noise` every instance type has the rows beside it that real lists have: unused
    reservations at 0, Dedicated, Windows and capacity blocks.
    """

    service = "pricing"

    def __init__(
        self,
        prices: Iterable[Price],
        factors: Factors | None = None,
        *,
        effective: str = "2026-11-01T00:00:00Z",
        published: str = "2026-11-20T00:00:00Z",
        noise: bool = True,
    ) -> None:
        super().__init__()
        self.page_rows = 100
        factors = factors or {}
        self.products: list[Answer] = []
        for price in prices:
            if price.key.purchase == "on-demand":
                for product in _products_of(
                    price, factors, effective, published, noise
                ):
                    self.products.append(product)

    def operations(self) -> dict[str, Operation]:
        """GetProducts alone."""
        return {"GetProducts": self._get_products}

    def _get_products(self, request: Request) -> Answer:
        service = request["ServiceCode"]
        found = [
            json.encode(product).decode()
            for product in self.products
            if product["serviceCode"] == service
            and all(_matches(product, entry) for entry in request.get("Filters", ()))
        ]
        return {"FormatVersion": "aws_v1", **self.page(request, found, "PriceList")}


def _matches(product: Answer, entry: Request) -> bool:
    """Whether a product passes a filter; text is matched whole and without case."""
    assert entry["Type"] == "TERM_MATCH", entry
    field, wanted = entry["Field"], str(entry["Value"]).lower()
    if field in ("ServiceCode", "serviceCode", "servicecode"):
        return str(product["serviceCode"]).lower() == wanted
    if field == "productFamily":
        return str(product["product"]["productFamily"]).lower() == wanted
    attribute = str(product["product"]["attributes"].get(field, ""))
    return attribute.lower() == wanted


def _products_of(
    price: Price, factors: Factors, effective: str, published: str, noise: bool
) -> Iterator[Answer]:
    key = price.key
    tiers = moved(price, factors)
    attributes = _attributes(key)
    made = _product(key, attributes, price.unit, tiers, effective, published)
    yield made
    if not noise or "BoxUsage:" not in key.usage_type:
        return
    usd = tiers[0][1]
    for name, factor, other in (
        ("unused", "0", {"capacitystatus": "UnusedCapacityReservation"}),
        ("dedicated", "1.1", {"tenancy": "Dedicated"}),
        ("windows", "1.8", {"operatingSystem": "Windows", "operation": "RunInstances:0002"}),
        ("block", "0", {"marketoption": "CapacityBlock", "operation": "RunInstances:CB"}),
        ("sql", "3", {"preInstalledSw": "SQL Std", "operation": "RunInstances:0004"}),
    ):  # fmt: skip
        usage_type = key.usage_type
        if name == "unused":
            usage_type = usage_type.replace("BoxUsage", "UnusedBox")
        elif name == "dedicated":
            usage_type = usage_type.replace("BoxUsage", "DedicatedUsage")
        yield _product(
            key,
            {**attributes, **other, "usagetype": usage_type},
            price.unit,
            [(Decimal(0), usd * Decimal(factor))],
            effective,
            published,
            sku_of=name,
        )


def _attributes(key: PriceKey) -> dict[str, str]:
    attributes = {
        "servicecode": key.service,
        "usagetype": key.usage_type,
        "operation": key.operation,
        "locationType": "AWS Region",
        "regionCode": key.region,
    }
    if key.service == "AWSDataTransfer":
        del attributes["regionCode"], attributes["locationType"]
        return attributes | {
            "transferType": "AWS Outbound",
            "fromRegionCode": key.region,
            "fromLocationType": "AWS Region",
            "toLocation": "External",
        }
    if key.region == "global":
        return attributes | {"regionCode": "", "locationType": "Other"}
    if "BoxUsage:" in key.usage_type:
        attributes |= {
            "instanceType": key.usage_type.rpartition("BoxUsage:")[2],
            "tenancy": "Shared",
            "capacitystatus": "Used",
            "marketoption": "OnDemand",
            "operatingSystem": "Linux",
            "preInstalledSw": "NA",
            "licenseModel": "No License required",
        }
    return attributes


def _product(
    key: PriceKey,
    attributes: dict[str, str],
    unit: str,
    tiers: Sequence[tuple[Decimal, Decimal]],
    effective: str,
    published: str,
    sku_of: str = "",
) -> Answer:
    """A product as GetProducts has it, after botocore's own example."""
    from hashlib import sha256

    digest = sha256(f"{key} {sku_of}".encode()).hexdigest().upper()
    sku = digest[:16]
    term = f"{sku}.JRTCKXETXF"
    ends = [f"{start:f}" for start, _ in tiers[1:]] + ["Inf"]
    dimensions = {}
    for number, ((start, usd), end) in enumerate(zip(tiers, ends, strict=True)):
        rate = f"{term}.{digest[16 + number : 26 + number]}"
        dimensions[rate] = {
            "unit": unit,
            "beginRange": f"{start:f}",
            "endRange": end,
            "description": f"${usd} per {unit} ({attributes['usagetype']})",
            "appliesTo": [],
            "rateCode": rate,
            "pricePerUnit": {"USD": f"{usd:.10f}"},
        }
    family = "Storage"
    if "instanceType" in attributes:
        bare = ".metal" in attributes["instanceType"]
        family = "Compute Instance (bare metal)" if bare else "Compute Instance"
    return {
        "product": {"productFamily": family, "attributes": attributes, "sku": sku},
        "serviceCode": key.service,
        "terms": {
            "OnDemand": {
                term: {
                    "priceDimensions": dimensions,
                    "sku": sku,
                    "effectiveDate": effective,
                    "offerTermCode": "JRTCKXETXF",
                    "termAttributes": {},
                }
            }
        },
        "version": published[:19].translate(str.maketrans("", "", "-:TZ")),
        "publicationDate": published,
    }


def hours_ago(hours: float, at: datetime) -> datetime:
    """An instant before `at`."""
    return at - timedelta(hours=hours)
