"""A store of each kind."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from passepartout.users.dynamodb import DynamoStore
from passepartout.users.sqlite import SqliteStore
from passepartout.users.store import Store
from tests.passepartout.stores import KINDS, dynamodb, make_table

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A DynamoDB of the module's own, no longer: what it replaces is the process's."""
    with dynamodb() as opened:
        yield opened


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty record, once on SQLite and once on DynamoDB."""
    if request.param == "sqlite":
        return SqliteStore(str(tmp_path / "record.db"))
    table = f"table-{next(_NUMBERS)}"
    client = request.getfixturevalue("client")
    make_table(client, table)
    return DynamoStore(client, table)
