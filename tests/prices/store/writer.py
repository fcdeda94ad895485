"""A child process that refreshes a store: python -m tests.prices.store.writer URL WHEN

It prints a line at the moment WHEN (`reading`, `compared`, `kept`, or none) and then
goes on or waits to be killed; `full` runs into a file-size limit.
"""

import resource
import sys
import time
from collections.abc import Iterator

from farebox.prices.deliveries import DatedPrice
from farebox.prices.store import open_store
from tests.prices.store.deliveries import at, dated, whole

PRICES = 20_000


def prices(usd: str, stop_at: int = -1) -> Iterator[DatedPrice]:
    """Many prices; stops in the middle where it is told to."""
    for number in range(PRICES):
        if number == stop_at:
            stop()
        yield dated(f"usage-{number}", usd, at(2))


def stop() -> None:
    """Say that the moment has come, and wait for the end."""
    print("here", flush=True)
    time.sleep(60)


def main(url: str, when: str) -> None:
    """Refresh once, up to the moment."""
    with open_store(url) as store:
        if when == "full":
            with open(url, "rb") as file:
                file.seek(0, 2)
                limit = file.tell() + 100_000
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if when == "running":
            print("here", flush=True)
        with store.refresh(at(2), by="child") as refresh:
            middle = PRICES // 2 if when == "reading" else -1
            found = refresh.compare(whole(at(2), prices("2", middle)))
            if when == "compared":
                stop()
            refresh.keep(found)
            if when == "kept":
                stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
