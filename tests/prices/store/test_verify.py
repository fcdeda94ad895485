"""What `verify` finds in a store: every fault, not only the first of its kind."""

from decimal import Decimal

from farebox.prices import Price, PriceKey, Source, Tier
from farebox.prices.deliveries import DatedPrice, Delivery, Slice
from farebox.prices.store import open_store
from tests.prices.store.deliveries import at

SOURCE = Source("https://example.com/list.csv", "2026-11-20")


def test_every_price_that_breaks_a_law_is_named(url: str) -> None:
    # 0.1 for a large is 0.2 for an xlarge and 0.4 for a 2xlarge: two of five are off.
    figures = {
        "large": "0.1",
        "xlarge": "0.2",
        "2xlarge": "0.44",
        "4xlarge": "0.8",
        "8xlarge": "1.76",
    }
    part = Slice("AmazonEC2", "eu-north-1", "on-demand")
    prices = [
        DatedPrice(
            Price(
                PriceKey(
                    part.service, part.region, f"BoxUsage:r6a.{size}", "RunInstances"
                ),
                (Tier(Decimal(0), Decimal(usd)),),
                "Hrs",
                SOURCE,
            )
        )
        for size, usd in figures.items()
    ]
    with open_store(url) as store:
        with store.refresh(at(20), by="test") as refresh:
            delivery = Delivery("AmazonEC2 eu-north-1", SOURCE, part, prices)
            refresh.keep(refresh.compare(delivery))
        faults = store.verify()
    assert len(faults) == 2
    assert "r6a.2xlarge at 0.44 in eu-north-1 is 1.1000 times its part" in faults[0]
    assert "r6a.8xlarge at 1.76" in faults[1]
