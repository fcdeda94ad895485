"""The documents that are damaged, and the commands that read them."""

import json
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from benchmarks.same_output import write_documents
from farebox.graph.values import SIGNATURE_KEY
from tests.fuzz.oracles import SECRET

ROOT = Path(__file__).parents[2]
SETTINGS = ("--region", "us-east-1", "--prices", "embedded", "--on", "2026-11-23")
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
DOCUMENT = "{document}"
"""Stands in a command's arguments for the damaged file."""

USAGE = """\
version: 1
resource_type_default_usage:
  aws:s3/bucket:Bucket: {standard: {storage_gb: 100, monthly_tier_1_requests: 1e6}}
resource_usage:
  "*": {monthly_data_processed_gb: {low: 1, likely: 2, high: 3, source: "a log"}}
account_usage:
  us-east-1: {monthly_outbound_internet_gb: 5000}
"""
OVERHEAD = """\
engineers: [{from_users: 0, engineers: 2}, {from_users: 10000, engineers: 3}]
usd_per_engineer: {low: 13000, likely: 17000, high: 22000}
tickets_per_user_month: 0.03
"""


class Seed(Struct, frozen=True):
    """A sound document, its file's ending, and the commands that read it."""

    name: str
    data: bytes
    ending: str
    commands: tuple[tuple[str, ...], ...]


def seeds(folder: Path) -> list[Seed]:
    """Every document of the tests, one of each format that Farebox reads."""
    return [*_documents(folder), *_written(folder)]


def _documents(folder: Path) -> Iterator[Seed]:
    write_documents(folder)
    commands: tuple[tuple[str, ...], ...] = tuple(
        ("price", DOCUMENT, *SETTINGS, "--format", format_)
        for format_ in ("json", "json", "text", "markdown")
    )
    commands = (
        *commands,
        ("diff", "--sides", DOCUMENT, *SETTINGS),
        ("usage", "init", DOCUMENT, *SETTINGS[:2], "--stdout"),
    )
    for path in sorted(folder.iterdir()):
        yield Seed(path.name, with_secrets(path.read_bytes()), ".json", commands)


def with_secrets(data: bytes) -> bytes:
    """The document with a secret beside the inputs of each resource."""
    document = json.loads(data)
    secret = {
        SIGNATURE_KEY: SECRET_SIGNATURE,
        "ciphertext": SECRET,
        "plaintext": SECRET,
    }
    holders = [document]
    while holders:
        item = holders.pop()
        if isinstance(item, dict):
            if isinstance(item.get("inputs"), dict):
                item["inputs"]["password"] = secret
            holders += item.values()
        elif isinstance(item, list):
            holders += item
    return json.dumps(document).encode()


def _written(folder: Path) -> Iterator[Seed]:
    preview = folder / "case_vpc_nat_and_addresses.json"
    beside = str(preview)
    yield Seed(
        "usage",
        USAGE.encode(),
        ".yaml",
        (("price", beside, "--usage", DOCUMENT, *SETTINGS, "--format", "json"),),
    )
    book = (ROOT / "farebox/prices/data/aws.prices").read_text().splitlines()
    count = next(i for i, line in enumerate(book) if line.startswith("prices "))
    rows = book[count + 1 : count + 30]
    text = "\n".join([*book[:count], f"prices {len(rows)}", *rows, "end", ""])
    yield Seed(
        "book",
        text.encode(),
        ".prices",
        (
            ("prices", "verify", DOCUMENT),
            ("price", beside, *SETTINGS[:2], "--prices", DOCUMENT, "--format", "json"),
        ),
    )
    yield Seed(
        "overhead",
        OVERHEAD.encode(),
        ".yaml",
        (("host", "tiers", "1k", "--overhead", DOCUMENT),),
    )
    colo = (ROOT / "farebox/hosting/data/colo.yaml").read_bytes()
    yield Seed("colo", colo, ".yaml", (("host", "colo", "--inputs", DOCUMENT),))


def diff_seed(text: str) -> Seed:
    """A diff that `fare diff --format json` wrote."""
    json.loads(text)
    return Seed(
        "diff",
        text.encode(),
        ".diff.json",
        (("comment", "--diff", DOCUMENT, "--print"),),
    )


def statement_seed(text: str) -> Seed:
    """A statement that `fare price --format json` wrote."""
    json.loads(text)
    return Seed(
        "statement",
        text.encode(),
        ".json",
        (("diff", DOCUMENT, DOCUMENT, "--format", "text"),),
    )
