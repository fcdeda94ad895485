"""A small statement to render: a volume (or many), a free role, an unpriced charge."""

from decimal import Decimal

from farebox.bill.statement import (
    BookSummary,
    Free,
    LineItem,
    Statement,
    Subject,
    Unpriced,
)
from farebox.prices import PriceKey, Source

GP3 = PriceKey("AmazonEC2", "us-east-1", "EBS:VolumeUsage.gp3")
BYTES = PriceKey("AmazonEC2", "us-east-1", "NatGateway-Bytes", "NatGateway")
COMPONENT = "urn:pulumi:test::shop::passepartout:hosting:UserVolumes::volumes"


def statement(
    *, name: str = "volume-0", users: int | None = None, copies: int = 1
) -> Statement:
    """Volumes of 100 GiB at 0.08 = 8.00 each, 4.00 at the low level, 16.00 at the high."""
    names = [name] if copies == 1 else [f"volume-{n}" for n in range(copies)]
    lines = [
        LineItem(
            subject=Subject(
                f"urn::{item}",
                "aws:ebs/volume:Volume",
                item,
                COMPONENT,
                "__main__.py:7",
            ),
            key=GP3,
            description="gp3 storage",
            quantity=Decimal(100),
            unit="GB-Mo",
            usd_per_unit=Decimal("0.08"),
            because="100 GiB for a month",
            usage="given",
            source=Source("https://example.test/ebs", "2026-09-03"),
            usd_low=Decimal(4),
            usd_high=Decimal(16),
        )
        for item in names
    ]
    nat = Subject("urn::nat", "aws:ec2/natGateway:NatGateway", "nat")
    role = Subject("urn::role", "aws:iam/role:Role", "role")
    return Statement(
        project="shop",
        stack="test",
        hours_per_month=Decimal(730),
        on="2026-11-23",
        book=BookSummary(
            id="sha256:0123456789abcdef",
            kind="embedded",
            as_of="2026-09-03",
            stale=10,
            used=2,
            stale_used=1,
        ),
        lines=tuple(lines),
        free=(Free(role, "no-charge", "IAM is free"),),
        unpriced=(
            Unpriced(
                nat,
                "no-usage",
                "bytes depend on use",
                BYTES,
                "GB",
                Decimal("0.045"),
                "monthly_data_processed_gb",
            ),
        ),
        users=None if users is None else Decimal(users),
    )
