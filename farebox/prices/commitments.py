"""Ways to commit for one or three years, what each covers, and their prices.

A reservation's price is what an hour costs over the whole term, upfront payment
included; a savings plan's is what an hour of use counts for against the plan. Both stand
in a book under the key of the use that they discount, with purchase and term.

Sources: https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html
and https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-reserved-instances.html
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from farebox.prices.book import PriceBook
from farebox.prices.errors import AmbiguousPrice
from farebox.prices.prefixes import without_prefix
from farebox.prices.values import Price, PriceKey, Purchase

Family = Literal[
    "standard", "convertible", "compute", "ec2-instance", "sagemaker", "database"
]
Years = Literal[1, 3]
Upfront = Literal["no", "partial", "all"]

HOURS_PER_YEAR = Decimal(8_760)

CLASSES = ("standard", "convertible")
"""The classes of reservations; the other families are savings plans."""

Covered = Mapping[str, tuple[str, ...]]
"""How usage types begin, without the region's prefix, by service."""


class Way(Struct, frozen=True, order=True):
    """A way to commit: what is bought, for how many years, how much of it upfront."""

    family: Family = "standard"
    years: Years = 1
    upfront: Upfront = "no"

    @property
    def term(self) -> str:
        """How a book names it: `standard-1yr-no-upfront`, `compute-3yr-all-upfront`."""
        return f"{self.family}-{self.years}yr-{self.upfront}-upfront"

    @property
    def hours(self) -> Decimal:
        """The hours of the whole term, as AWS counts them."""
        return HOURS_PER_YEAR * self.years

    @property
    def purchase(self) -> Purchase:
        """How a book names what is bought so."""
        return "reserved" if self.family in CLASSES else "savings-plan"


def _ways(*families: Family) -> tuple[Way, ...]:
    """All terms of these families, the shortest of each first."""
    return tuple(
        Way(*parts) for parts in product(families, get_args(Years), get_args(Upfront))
    )


RESERVATIONS = _ways("standard", "convertible")
"""All twelve; databases, caches and search have the six standard ones."""

SAVINGS_PLANS = (
    *_ways("compute", "ec2-instance", "sagemaker"),
    Way("database", 1, "no"),
)
"""All that AWS sells: a database plan is for one year, with nothing upfront."""

_EC2 = ("BoxUsage:", "DedicatedUsage:")
_RDS = ("InstanceUsage", "Multi-AZUsage", "Multi-AZClusterUsage")

COVERED: Mapping[Family, Covered] = {
    "standard": {
        "AmazonEC2": _EC2,
        "AmazonES": ("ESInstance:",),
        "AmazonElastiCache": ("NodeUsage:",),
        "AmazonMemoryDB": ("NodeUsage:",),
        "AmazonRDS": _RDS,
        "AmazonRedshift": ("Node:",),
    },
    "convertible": {"AmazonEC2": _EC2},
    "compute": {
        "AmazonEC2": _EC2,
        "AmazonECS": (
            *("Fargate-vCPU-", "Fargate-GB-"),
            *("Fargate-ARM-vCPU-", "Fargate-ARM-GB-"),
        ),
        "AmazonEKS": ("Fargate-vCPU-", "Fargate-GB-"),
        "AWSLambda": ("Lambda-GB-Second", "Lambda-Provisioned-"),
    },
    "ec2-instance": {"AmazonEC2": _EC2},
    "sagemaker": {
        "AmazonSageMaker": ("Host:ml.", "Notebk:ml.", "Train:ml.", "Process:ml."),
    },
    "database": {
        "AWSDatabaseMigrationSvc": ("InstanceUsg:", "Multi-AZUsg:", "DMSServerless"),
        "AmazonDocDB": ("InstanceUsage", "DocumentDB:Serverless"),
        "AmazonDynamoDB": (
            *("ReadCapacityUnit-Hrs", "WriteCapacityUnit-Hrs", "ReplWriteCapacityUnit"),
            *("ReadRequestUnits", "WriteRequestUnits", "ReplWriteRequestUnits"),
            *("IA-Read", "IA-Write", "IA-ReplWrite"),
        ),
        "AmazonES": ("ESInstance:", "IndexingOCU", "SearchOCU"),
        "AmazonElastiCache": (
            *("NodeUsage:", "CachedData:", "ElastiCacheProcessingUnits:"),
        ),
        "AmazonNeptune": ("InstanceUsage", "ServerlessUsage"),
        "AmazonRDS": (*_RDS, "Aurora:ServerlessV2"),
    },
}
"""What AWS sells each family for; all else is paid as without it."""

_WHOLE = (
    *(*_EC2, *_RDS, "ESInstance:", "NodeUsage:", "Node:"),
    *("Host:ml.", "Notebk:ml.", "Train:ml.", "Process:ml."),
    *("InstanceUsg:", "Multi-AZUsg:"),
)


def covers(how: Way, key: PriceKey) -> bool:
    """Whether AWS sells this way to commit for the use under an on-demand key."""
    begins = COVERED[how.family].get(key.service)
    return (
        begins is not None
        and key.purchase == "on-demand"
        and without_prefix(key.usage_type, key.region).startswith(begins)
    )


def is_whole(key: PriceKey) -> bool:
    """Whether an hour of the use is one machine's, so that it runs as a whole or not."""
    return without_prefix(key.usage_type, key.region).startswith(_WHOLE)


def rate_of(book: PriceBook, key: PriceKey, how: Way) -> Price | None:
    """The price of a unit of the key's use under a commitment, or None.

    `key` is the on-demand key, with its operation. Upfront is spread over the term:
    of `all` everything is paid at once, which is the rate times `how.hours`; of `no`
    nothing; how a reservation's `partial` one is split the sources do not say. None
    too where the book has several and the key does not tell which.
    """
    try:
        return book.find(replace(key, purchase=how.purchase, term=how.term))
    except AmbiguousPrice:
        return None


def offered(book: PriceBook, key: PriceKey) -> Iterator[tuple[Way, Price]]:
    """Every reservation that the book has for the key's use, with its price."""
    for how in RESERVATIONS:
        price = rate_of(book, key, how)
        if price is not None:
            yield how, price
