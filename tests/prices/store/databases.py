"""Statements past the store, as another program or an accident would run them."""

import sqlite3


def run(url: str, *statements: str) -> None:
    """Run statements on the store's database, each in a transaction of its own."""
    if url.startswith("postgresql"):
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        return
    with sqlite3.connect(url, isolation_level=None) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
