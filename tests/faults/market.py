"""A market on the local server: the embedded prices, sold as AWS sells them.

The lists are served as bulk files, spot as `DescribeSpotPriceHistory`. A test raises the
prices of one of them, so it knows the figure before the refresh and the one after it;
there must never be a third.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from threading import Lock

from msgspec.structs import replace

from farebox.bill.terms import Terms
from farebox.prices import Price, PriceBook, Tier
from farebox.prices.curated import curated_book
from farebox.prices.embedded import embedded_book
from farebox.quote.basket import Basket, usage_at
from tests.aws.offers import offer_csv, region_index
from tests.aws.server import Asked, AwsServer, Reply
from tests.faults.figures import ON, tier

REGION = "us-east-1"
SERVICES = (
    *("AmazonEC2", "AmazonVPC", "AWSELB", "AmazonEKS"),
    *("AWSDataTransfer", "AmazonCloudWatch"),
)
"""What the 100k tier is charged for, by the service codes of the price list."""

SPOT = "spot"
FIRST_VERSION = "20261110000000"
PAGE_ROWS = 25
"""Spot pools a page: fewer than AWS may send, so that there are several pages."""


@cache
def beneath() -> tuple[Price, ...]:
    """The embedded prices that the tier uses, those beneath the curated rows too.

    No list of the market has them, so a store answers with what ships.
    """
    book, target = embedded_book(), tier()
    usage = usage_at(target.usage_path)
    statement = Basket(target.graph, usage, Terms(on=ON)).at(book)
    return tuple({line.key: book.price(line.key) for line in statement.lines}.values())


class Market:
    """What the server sells now. `url` is the server's."""

    def __init__(self, server: AwsServer) -> None:
        self._server = server
        self._lock = Lock()
        self._files: dict[str, bytes] = {}
        self.reset()
        server.serve("/", self._call)

    def reset(self) -> None:
        """Sell the embedded prices again, at the first version."""
        self.prices: dict[str, list[Price]] = {name: [] for name in (*SERVICES, SPOT)}
        for price in curated_book():
            key = price.key
            if key.region == REGION:
                name = SPOT if key.purchase == "spot" else key.service
                self.prices.get(name, []).append(price)
        self._first = dict(self.prices)
        self.versions = dict.fromkeys(SERVICES, FIRST_VERSION)
        self._files.clear()
        self.serve_lists()

    def serve_lists(self) -> None:
        """Serve the lists at their paths again, whatever a test put there."""
        self._server.forget("/offers/")
        self._server.serve("/offers/v1.0/aws/", self._list)

    def change(self, name: str, factor: str) -> None:
        """Sell a service, or spot, at that multiple of its embedded prices from now on.

        It is a newer version, whatever the factor.
        """
        with self._lock:
            self.prices[name] = [_times(p, Decimal(factor)) for p in self._first[name]]
            if name in self.versions:
                self.versions[name] = str(int(self.versions[name]) + 1_000_000)

    def book(self, *, but: Iterable[Price] = ()) -> PriceBook:
        """The book that a store should have after a refresh of all that is sold.

        `but` replaces prices by those of before: of a source that failed.
        """
        found = {price.key: price for price in (*beneath(), *curated_book())}
        for price in (*(p for prices in self.prices.values() for p in prices), *but):
            found[price.key] = price
        return PriceBook(found.values(), book_id="sha256:market", kind="file")

    def _list(self, asked: Asked) -> Reply:
        """`/offers/v1.0/aws/<service>/(current/region_index.json|<version>/<region>/…)`."""
        service, version, *rest = asked.path.split("/")[4:]
        if service not in self.versions:
            return Reply(404, {}, b"Not Found")
        if version == "current":
            return Reply(body=region_index(service, self.versions[service], [REGION]))
        path = f"{service} {version}"
        with self._lock:
            if version == self.versions[service] and path not in self._files:
                self._files[path] = offer_csv(service, version, self.prices[service])
        if rest != [REGION, "index.csv"] or path not in self._files:
            return Reply(404, {}, b"Not Found")
        return Reply(body=self._files[path])

    def _call(self, asked: Asked) -> Reply:
        if asked.operation == "DescribeSpotPriceHistory":
            return spot_page(self.prices[SPOT], asked)
        return Reply(404, {}, b"Not Found")


def spot_page(prices: Sequence[Price], asked: Asked) -> Reply:
    """A page of spot pools, in the shape of EC2's answer."""
    start = int(asked.form.get("NextToken") or 0)
    rows = "".join(
        f"<item><instanceType>{price.key.usage_type.partition(':')[2]}</instanceType>"
        "<productDescription>Linux/UNIX</productDescription>"
        f"<spotPrice>{price.usd_per_unit:.6f}</spotPrice>"
        "<timestamp>2026-11-23T12:00:00.000Z</timestamp>"
        f"<availabilityZone>{REGION}{'abcdef'[int(price.key.zone_id[-1]) - 1]}"
        "</availabilityZone>"
        f"<availabilityZoneId>{price.key.zone_id}</availabilityZoneId></item>"
        for price in prices[start : start + PAGE_ROWS]
    )
    end = start + PAGE_ROWS
    token = f"<nextToken>{end}</nextToken>" if end < len(prices) else "<nextToken/>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeSpotPriceHistoryResponse '
        'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>'
        f"<spotPriceHistorySet>{rows}</spotPriceHistorySet>{token}"
        "</DescribeSpotPriceHistoryResponse>"
    )
    return Reply(200, {"Content-Type": "text/xml;charset=UTF-8"}, text.encode())


def _times(price: Price, factor: Decimal) -> Price:
    return replace(
        price,
        tiers=tuple(
            Tier(tier.from_quantity, tier.usd_per_unit * factor) for tier in price.tiers
        ),
    )
