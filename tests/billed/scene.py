"""A stack and a month of its bill, told row by row, for any region, account and month.

A scene starts empty. `has` puts a resource into its state, `bills` a row onto its bill;
rows have CUR's own columns (`shop.row`) and are written in every one of AWS's formats.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.billed.bills import import_delivery
from farebox.billed.causes import Comparison
from farebox.billed.charges import COSTS, Cost
from farebox.billed.sources import deliveries
from farebox.graph.document import read_document
from farebox.prices.embedded import embedded_book
from farebox.prices.prefixes import REGION_PREFIX
from farebox.quote.basket import Basket
from farebox.quote.bill_comparison import billed_month, held_against
from tests.billed import shop

ON = date(2026, 11, 23)
Writer = Callable[[list[dict[str, Any]], Path], Path]


class Scene:
    """A stack in one region and account, and a month's bill that has it among others."""

    def __init__(self, region: str, month: str, account: str = shop.ACCOUNT) -> None:
        self.region, self.month, self.account = region, month, account
        self.head = "urn:pulumi:prod::scene"
        self.resources: list[dict[str, Any]] = []
        self.rows: list[dict[str, Any]] = []

    def arn(self, service: str, tail: str, account: str | None = None) -> str:
        """The ARN of something of the scene, or of another account."""
        return f"arn:aws:{service}:{self.region}:{account or self.account}:{tail}"

    def has(
        self, type_: str, name: str, id_: str, outputs: Mapping[str, Any], *needs: str
    ) -> str:
        """Put a resource into the state; its urn. `needs` are urns that it depends on."""
        urn = f"{self.head}::{type_}::{name}"
        answers = ("arn", "arnSuffix", "resources", "memberClusters")
        self.resources.append(
            {
                "urn": urn,
                "custom": True,
                "type": type_,
                "id": id_,
                "inputs": {k: v for k, v in outputs.items() if k not in answers},
                "outputs": {"id": id_, **outputs},
                "propertyDependencies": {"of": list(needs)} if needs else {},
            }
        )
        return urn

    def bills(self, usage_type: str, /, *said: str | None, **more: Any) -> None:
        """Put a row onto the bill: what was used, by whom, how much, and what it cost.

        `said` are operation, resource, amount, list price, and where they differ cost and
        net cost; `more` the service (`of`), `kind`, `unit`, `day` and columns of CUR.
        """
        prefix = REGION_PREFIX[self.region]
        head = "" if prefix == "USE1" else f"{prefix}-"
        bare = usage_type.startswith("=")
        service = more.pop("of", "AmazonEC2")
        columns = {
            "bill_billing_period_start_date": f"{self.month}-01T00:00:00.000Z",
            "line_item_usage_start_date": (
                f"{self.month}-{more.pop('day', '02')}T00:00:00.000Z"
            ),
            "line_item_usage_account_id": self.account,
            "line_item_line_item_type": more.pop("kind", "Usage"),
            "product_region_code": self.region,
            "pricing_unit": more.pop("unit", "Hrs"),
            "product_servicecode": service,
            "line_item_product_code": service,
            **more,
        }
        named = usage_type[1:] if bare else head + usage_type
        self.rows.append(shop.row("", named, *said, **columns))  # type: ignore[arg-type]

    def state(self) -> bytes:
        """The scene's state, as `pulumi stack export` writes it."""
        provider = {
            "urn": f"{self.head}::pulumi:providers:aws::default",
            "custom": True,
            "type": "pulumi:providers:aws",
            "id": "0a1b2c3d-4444-4444-8444-000000000004",
            "inputs": {"region": self.region},
            "outputs": {"region": self.region},
        }
        of = f"{provider['urn']}::{provider['id']}"
        resources = [{**one, "provider": of} for one in self.resources]
        return json.dumps(
            {"version": 3, "deployment": {"resources": [provider, *resources]}}
        ).encode()

    def held(
        self,
        folder: Path,
        write: Writer,
        suffix: str = ".csv",
        usage: UsageFile = NO_USAGE,
    ) -> "Held":
        """Import the bill as one of the formats has it, and hold the estimate against it."""
        path = folder / "in" / f"bill{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(self.rows, path)
        bills = folder / "bills"
        [month] = import_delivery(deliveries(path)[0], bills)
        assert month.aside == 0
        graph = read_document(self.state(), name="state.json", region=None)
        statement = Basket(graph, usage, Terms(on=ON)).at(embedded_book())
        billed = billed_month(bills, self.month)
        return Held({way: held_against(statement, graph, billed, way) for way in COSTS})


class Held:
    """A scene's estimate against its bill in all five ways of counting."""

    def __init__(self, found: Mapping[Cost, Comparison]) -> None:
        self.found = found
        for one in found.values():
            # The law: causes are the whole difference, and all rows are the bill.
            assert sum(usd for _, usd in one.causes) == one.difference_usd
            assert one.billed_usd == dict(one.totals)[one.cost]

    def causes(self, cost: Cost = "amortised") -> dict[str, Decimal]:
        """US dollars by cause."""
        return {str(c): usd.normalize() for c, usd in self.found[cost].causes}

    def whose(self, cost: Cost = "amortised") -> dict[tuple[str, str], str]:
        """What stands on no line: (resource, usage type) to its owner and its cause."""
        return {
            (u.charge.resource, u.charge.usage_type): f"{u.owner.name}: {u.cause}"
            for u in self.found[cost].unmatched
        }

    def billed(self, name: str, usage_type: str) -> Decimal:
        """US dollars billed beside the estimate of a resource for a usage type."""
        [one] = [
            p
            for p in self.found["amortised"].pairs
            if (p.name, p.key.usage_type) == (name, usage_type)
        ]
        return one.billed_usd.normalize()

    def totals(self) -> dict[str, Decimal]:
        """The whole bill in each way of counting."""
        return {way: usd.normalize() for way, usd in self.found["listed"].totals}
