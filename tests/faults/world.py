"""A user with a store, credentials and a network, who runs `fare refresh`."""

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.prices.store import open_store
from tests.aws.server import AwsServer
from tests.faults.child import AS_USUAL, Child, Terms
from tests.faults.figures import usd_per_month
from tests.faults.market import REGION, SERVICES, Market

SECRETS = (
    "AKIAFAREBOXFAULTS001",
    "farebox+faults/SecretAccessKey+40chars/xx",
    "FwoGZXIvYXdzFareboxFaultsSessionToken",
)
"""The user's credentials, to be found again wherever they should not be."""

SOURCES = [
    *("--only", "lists", "--only", "spot-history", "--region", REGION),
    *(part for service in SERVICES for part in ("--service", service)),
]


class Done(Struct, frozen=True):
    """A command that ended: its exit code, and all that it printed."""

    code: int | None
    said: str


class World:
    """The server and what it sells, the user's folder, and what was printed so far."""

    def __init__(
        self, aws: AwsServer, market: Market, data: Path, output: Path
    ) -> None:
        self.aws = aws
        self.market = market
        self.data = data
        self.output = output
        self.said: list[str] = []
        self._started = 0
        self.environ: dict[str, str] = {
            "PATH": os.environ["PATH"],
            "HOME": str(data.parent),
            "FAREBOX_DATA_DIR": str(data),
            "FAREBOX_PRICE_LIST_URL": aws.url,
            "FAREBOX_SPOT_FEED_URL": f"{aws.url}/spot.json",
            "FAREBOX_SPOT_ADVISOR_URL": f"{aws.url}/advisor.json",
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_ACCESS_KEY_ID": SECRETS[0],
            "AWS_SECRET_ACCESS_KEY": SECRETS[1],
            "AWS_SESSION_TOKEN": SECRETS[2],
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(data.parent / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(data.parent / "no-credentials"),
        }

    def start(
        self,
        arguments: Sequence[str] = (),
        *,
        terms: Terms = AS_USUAL,
        environ: Mapping[str, str] = {},
    ) -> Child:
        """`fare refresh` of everything that is sold, in a process of its own."""
        command = ["refresh", *(arguments or SOURCES)]
        self._started += 1
        output = self.output.with_name(f"{self.output.name}-{self._started}")
        return Child(command, self.environ | dict(environ), output, terms)

    def end(self, child: Child) -> Done:
        """The command's end; at most a minute."""
        code = child.wait(60)
        if code is None:
            child.kill()
        said = child.output.read_text()
        self.said.append(said)
        return Done(code, said)

    def refresh(
        self,
        arguments: Sequence[str] = (),
        *,
        terms: Terms = AS_USUAL,
        environ: Mapping[str, str] = {},
    ) -> Done:
        """The same, to its end."""
        return self.end(self.start(arguments, terms=terms, environ=environ))

    def peak_bytes(self) -> int:
        """The most memory that the last command had."""
        last = self.output.with_name(f"{self.output.name}-{self._started}.peak")
        return int(last.read_text())

    @property
    def place(self) -> str:
        """The store: its URL, or its file."""
        return self.environ.get("FAREBOX_PRICES_URL") or str(self.store_file)

    @property
    def store_file(self) -> Path:
        """The store's file, where it is SQLite."""
        return self.data / "prices.sqlite"

    def usd(self) -> Decimal:
        """What the 100k tier costs a month at the store's newest book."""
        with open_store(self.place) as store:
            return usd_per_month(store.book())

    def usd_as_sold(self) -> Decimal:
        """What it costs at the prices that the market sells now."""
        return usd_per_month(self.market.book())
