"""Which store a name means; each is imported only where it is opened."""

from passepartout.errors import HostedError
from passepartout.users.store import Store


def open_store(where: str) -> Store:
    """The store at `sqlite:PATH` or `dynamodb:REGION/TABLE`.

    Raises HostedError when it is neither.
    """
    kind, _, rest = where.partition(":")
    if kind == "sqlite" and rest:
        from passepartout.users.sqlite import SqliteStore

        return SqliteStore(rest)
    if kind == "dynamodb" and rest.count("/") == 1:
        from passepartout.users.dynamodb import DynamoStore

        region, table = rest.split("/")
        return DynamoStore.at(region, table)
    raise HostedError(
        f"{where!r} is no record: give sqlite:PATH or dynamodb:REGION/TABLE"
    )
