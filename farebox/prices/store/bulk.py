"""Many rows at once: by batches on SQLite, by COPY on PostgreSQL."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table

BATCH = 5_000
"""Rows that are handed to the driver at once."""


def insert_rows(
    connection: Connection, table: Table, rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows whose values are in the order of the table's columns.

    The rows are read as they are written, so a generator of any length is fine.
    """
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        assert driver is not None
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        connection.exec_driver_sql(statement, batch)
