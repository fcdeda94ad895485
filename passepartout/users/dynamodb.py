"""The record in one DynamoDB table, with two indexes.

| what | partition key `pk` | sort key `sk` |
|---|---|---|
| a user | `Record#<user>` | `Record` |
| volumes, machines | `Volume`, `Machine` | the id |
| calls of a machine | `Call#<machine>` | `Call` |

Index `homes` (`home`, `pk`) gives the users of a volume, index `changes` (`bucket`,
`changed` in ms) what changed since. Indexes lag: whoever decides by them reads the item
itself before it acts, and a change is asked for again for `OVERLAP_MS`.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from email.utils import parsedate_to_datetime
from typing import Any

from passepartout.errors import Conflict
from passepartout.users.records import Item, Machine, Record, Volume, key_of
from passepartout.users.store import START, Changes, T

BUCKETS = 4
"""Partitions of the index of changes: each takes 1,000 writes a second.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""
OVERLAP_MS = 10_000
"""How far a watcher looks back, for clocks that differ and indexes that lag."""

KEYS = (("pk", "S"), ("sk", "S"))
"""The table's partition and sort key with their types."""
INDEXES = {
    "homes": (("home", "S"), ("pk", "S")),
    "changes": (("bucket", "N"), ("changed", "N")),
}
"""Each index's partition and sort key with their types; an item is in it whole."""


class DynamoStore:
    """A table that the stack makes; `client` is boto3's."""

    def __init__(self, client: Any, table: str) -> None:
        """Use the table; nothing is asked yet."""
        self._client = client
        self._table = table
        self._ahead_ms = 0

    @classmethod
    def at(cls, region: str, table: str) -> "DynamoStore":
        """The table in a region, with the credentials that boto3 finds."""
        import boto3
        from botocore.config import Config

        patient = Config(retries={"mode": "standard", "max_attempts": 5})
        client = boto3.client("dynamodb", region_name=region, config=patient)
        return cls(client, table)

    def read(self, kind: type[T], key: str) -> T | None:
        """See `Store`."""
        answer = self._client.get_item(
            TableName=self._table, Key=_key(kind, key), ConsistentRead=True
        )
        self._learn_time(answer)
        return _value(kind, answer["Item"]) if "Item" in answer else None

    def every(self, kind: type[T]) -> Iterator[T]:
        """See `Store`."""
        if kind is Record:
            for bucket in range(BUCKETS):
                for item in self._changed(bucket, 0):
                    yield _value(kind, item)
            return
        asked = {":pk": {"S": kind.__name__}}
        for item in self._query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=asked,
            ConsistentRead=True,
        ):
            yield _value(kind, item)

    def users_on(self, volume: str) -> list[Record]:
        """See `Store`."""
        items = self._query(
            IndexName="homes",
            KeyConditionExpression="#home = :home",
            ExpressionAttributeNames={"#home": "home"},
            ExpressionAttributeValues={":home": {"S": volume}},
        )
        return [_value(Record, item) for item in items]

    def write(self, *items: Item) -> None:
        """See `Store`."""
        puts = [{"Put": self._put(item)} for item in items]
        failures = self._client.exceptions
        try:
            if len(puts) == 1:  # half the price of a transaction
                self._client.put_item(**puts[0]["Put"])
            else:
                self._client.transact_write_items(TransactItems=puts)
        except failures.ConditionalCheckFailedException as error:
            raise Conflict(f"{key_of(items[0])} was written by another") from error
        except failures.TransactionCanceledException as error:
            reasons = {why.get("Code") for why in error.response["CancellationReasons"]}
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                keys = ", ".join(map(key_of, items))
                raise Conflict(f"one of {keys} was written by another") from error
            raise

    def _put(self, item: Item) -> dict[str, Any]:
        kind = type(item)
        values = {**asdict(item), "version": item.version + 1}
        stored = {**_key(kind, key_of(item)), **_stored(values)}
        if isinstance(item, Record):
            stored["bucket"] = {"N": str(item.user % BUCKETS)}
            stored["changed"] = {"N": str(self._now_ms())}
            if item.state != "removed":
                stored["home"] = {"S": item.volume}
        put: dict[str, Any] = {"TableName": self._table, "Item": stored}
        if item.version:
            put["ConditionExpression"] = "#version = :read"
            put["ExpressionAttributeNames"] = {"#version": "version"}
            put["ExpressionAttributeValues"] = {":read": {"N": str(item.version)}}
        else:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        return put

    def changes(self, since: str) -> Changes:
        """See `Store`."""
        after, latest = max(0, int(since) - OVERLAP_MS), int(since)
        records = []
        for bucket in range(BUCKETS):
            for item in self._changed(bucket, after if since != START else 0):
                records.append(_value(Record, item))
                latest = max(latest, int(item["changed"]["N"]))
        return Changes(records, str(latest))

    def _changed(self, bucket: int, after: int) -> Iterator[Mapping[str, Any]]:
        return self._query(
            IndexName="changes",
            KeyConditionExpression="#bucket = :bucket AND #changed > :after",
            ExpressionAttributeNames={"#bucket": "bucket", "#changed": "changed"},
            ExpressionAttributeValues={
                ":bucket": {"N": str(bucket)},
                ":after": {"N": str(after)},
            },
        )

    def call(self, machine: str) -> None:
        """See `Store`."""
        self._client.update_item(
            TableName=self._table,
            Key={"pk": {"S": f"Call#{machine}"}, "sk": {"S": "Call"}},
            UpdateExpression="ADD #calls :one",
            ExpressionAttributeNames={"#calls": "calls"},
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    def calls(self, machine: str) -> int:
        """See `Store`."""
        answer = self._client.get_item(
            TableName=self._table,
            Key={"pk": {"S": f"Call#{machine}"}, "sk": {"S": "Call"}},
        )
        return int(answer["Item"]["calls"]["N"]) if "Item" in answer else 0

    def _query(self, **asked: Any) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query")
        for page in pages.paginate(TableName=self._table, **asked):
            self._learn_time(page)
            yield from page["Items"]

    def _learn_time(self, answer: Mapping[str, Any]) -> None:
        """AWS's clock, where this machine's is off: an operator's laptop may be."""
        told = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        if told:
            ahead = parsedate_to_datetime(told).timestamp() - time.time()
            self._ahead_ms = int(ahead * 1000) if abs(ahead) > 2 else 0

    def _now_ms(self) -> int:
        return int(time.time() * 1000) + self._ahead_ms


def _key(kind: type[Record | Volume | Machine], key: str) -> dict[str, Any]:
    if kind is Record:
        return {"pk": {"S": f"Record#{key}"}, "sk": {"S": "Record"}}
    return {"pk": {"S": kind.__name__}, "sk": {"S": key}}


def _stored(values: Mapping[str, str | int | float]) -> dict[str, Any]:
    """Values as DynamoDB's; empty ones are left out, they are the defaults."""
    return {
        name: {"S": value} if isinstance(value, str) else {"N": repr(value)}
        for name, value in values.items()
        if value != ""
    }


def _value(kind: type[T], item: Mapping[str, Any]) -> T:
    """An item as a value of its kind."""
    found: dict[str, Any] = {}
    for field in fields(kind):
        if (stored := item.get(field.name)) is None:
            continue
        if "S" in stored:
            found[field.name] = stored["S"]
        else:
            whole = field.type in (int, "int")
            found[field.name] = int(stored["N"]) if whole else float(stored["N"])
    return kind(**found)
