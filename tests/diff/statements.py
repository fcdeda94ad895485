"""Statements to compare: made by hand, or by hypothesis."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from hypothesis import strategies as st

from farebox.bill.statement import (
    BookSummary,
    Free,
    LineItem,
    Statement,
    Subject,
    Unpriced,
)
from farebox.prices import PriceKey, Source

VOLUME = "aws:ebs/volume:Volume"
BOOK = BookSummary("sha256:0123456789abcdef", "file", "2026-09-03", 0, 1, 0)
SOURCE = Source("https://example.test/ebs", "2026-09-03")
USAGE_TYPES = ("EBS:VolumeUsage.gp3", "EBS:VolumeP-IOPS.gp3", "DataTransfer-Out-Bytes")


def urn_of(name: str, type_: str = VOLUME) -> str:
    """The urn of a resource of the stack `shop/test`."""
    return f"urn:pulumi:test::shop::{type_}::{name}"


def subject(name: str, component: str | None = None, type_: str = VOLUME) -> Subject:
    """A resource of the stack `shop/test`."""
    above = urn_of(component, "shop:index:Box") if component else None
    return Subject(urn_of(name, type_), type_, name, above, "__main__.py:7")


def line(
    of: Subject,
    quantity: str | Decimal = "100",
    rate: str | Decimal = "0.08",
    *,
    usage_type: str = USAGE_TYPES[0],
    description: str = "gp3 storage",
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> LineItem:
    """A charge; low and high are the likely dollars unless they are given."""
    usd = Decimal(quantity) * Decimal(rate)
    return LineItem(
        of,
        PriceKey("AmazonEC2", "us-east-1", usage_type),
        description,
        Decimal(quantity),
        "GB-Mo",
        Decimal(rate),
        "by hand",
        "given",
        SOURCE,
        usd if low is None else low,
        usd if high is None else high,
    )


def gap(of: Subject, code: str = "no-usage", rate: str | None = "0.045") -> Unpriced:
    """A charge of a NAT gateway's bytes that has no figure."""
    return Unpriced(
        of,
        code,  # type: ignore[arg-type]
        "the cost depends on use",
        PriceKey("AmazonEC2", "us-east-1", "NatGateway-Bytes", "NatGateway"),
        "GB",
        None if rate is None else Decimal(rate),
        "monthly_data_processed_gb",
    )


def statement(
    lines: Iterable[LineItem] = (),
    *,
    unpriced: Iterable[Unpriced] = (),
    free: Iterable[Free] = (),
    users: int | None = None,
    aliases: Mapping[str, tuple[str, ...]] | None = None,
    stack: str = "test",
    hours: int = 730,
) -> Statement:
    """A statement of `shop/test` with these entries."""
    return Statement(
        "shop",
        stack,
        Decimal(hours),
        "2026-11-23",
        BOOK,
        tuple(lines),
        tuple(free),
        tuple(unpriced),
        users=None if users is None else Decimal(users),
        aliases=aliases or {},
    )


QUANTITIES = st.decimals(0, 10**7, places=6)
RATES = st.decimals(0, 100, places=10)
NAMES = st.sampled_from([f"disk-{n}" for n in range(6)])


@st.composite
def lines_of(draw: st.DrawFn, of: Subject) -> list[LineItem]:
    """Up to four charges of one resource, the same key twice among them."""
    found = []
    for usage_type in draw(st.lists(st.sampled_from(USAGE_TYPES), max_size=4)):
        quantity, rate = draw(QUANTITIES), draw(RATES)
        usd = quantity * rate
        found.append(
            line(
                of,
                quantity,
                rate,
                usage_type=usage_type,
                description=draw(st.sampled_from(["storage", "use"])),
                low=usd * draw(st.sampled_from([Decimal(1), Decimal("0.5")])),
                high=usd * draw(st.sampled_from([Decimal(1), Decimal(3)])),
            )
        )
    return found


@st.composite
def statements(draw: st.DrawFn, name: st.SearchStrategy[str] = NAMES) -> Statement:
    """A stack of up to six resources in two components, priced, free or unpriced."""
    found: list[LineItem] = []
    gaps: list[Unpriced] = []
    free: list[Free] = []
    for each in draw(st.lists(name, unique=True)):
        # The component follows from the name: here nothing moves between them.
        component = (None, "left", "right")[sum(map(ord, each)) % 3]
        of = subject(each, component)
        lines = draw(lines_of(of))
        found += lines
        if draw(st.booleans()):
            gaps.append(gap(of, draw(st.sampled_from(["no-usage", "no-price"]))))
        elif not lines:
            free.append(Free(of, "no-charge", "free"))
    users = draw(st.sampled_from([None, 7, 1000]))
    return statement(found, unpriced=gaps, free=free, users=users)
