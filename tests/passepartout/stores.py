"""Both stores for a test: SQLite in a file, DynamoDB by moto in this process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from passepartout.users.dynamodb import INDEXES, KEYS
from passepartout.users.records import Volume
from passepartout.users.store import Store

KINDS = ("sqlite", "dynamodb")


def need_moto() -> None:
    """Skip with the reason where moto is not installed; under `CI=true` fail."""
    try:
        import moto  # noqa: F401
    except ImportError:
        reason = "no moto: pip install --require-hashes -r tests/passepartout/moto.lock"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def make_table(client: Any, table: str) -> None:
    """The table as the stack makes it (components/user_records.py)."""
    attributes = {*KEYS, *(pair for keys in INDEXES.values() for pair in keys)}

    def schema(keys: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
        kinds = ("HASH", "RANGE")
        return [
            {"AttributeName": name, "KeyType": kind}
            for (name, _), kind in zip(keys, kinds, strict=True)
        ]

    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=schema(KEYS),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in attributes
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": schema(keys),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, keys in INDEXES.items()
        ],
    )


@contextmanager
def dynamodb() -> Iterator[Any]:
    """boto3's client of a DynamoDB in this process. One takes a second to make."""
    need_moto()
    import boto3
    from moto import mock_aws

    with mock_aws():
        yield boto3.client(
            "dynamodb",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


def fill(store: Store, *, zones: int = 3, volumes: int = 2, places: int = 4) -> None:
    """Open volumes `vol-<zone>-<number>`, each with places for users."""
    for zone in range(1, zones + 1):
        for number in range(1, volumes + 1):
            store.write(
                Volume(
                    volume=f"vol-{zone}-{number}", zone=f"use1-az{zone}", places=places
                )
            )
