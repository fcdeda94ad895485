"""A process whose disk fails: python -m tests.faults.every_call LIBRARY FOLDER STRIDE

It runs one refresh of a small store for each call that changes a file, in a child of its
own in which just that call fails, once and then for good; after each the store is read
by this process, whose disk is sound. Prints a JSON line of what it saw.
"""

import ctypes
import json
import os
import shutil
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from farebox.prices.errors import StoreError
from farebox.prices.store import open_store
from tests.prices.store.deliveries import at, keep, key, simple

NAMES = [f"usage-{number}" for number in range(30)]


def prices(usd: str) -> dict[str, str]:
    """Every name at one price."""
    return dict.fromkeys(NAMES, usd)


def refresh(path: Path) -> None:
    """The refresh during which the disk fails."""
    with open_store(str(path)) as store:
        keep(store, at(2), simple(at(2), **prices("2")))


def state_of(path: Path) -> str:
    """`old` or `new` where every price is that of one refresh; else what must not be."""
    with open_store(str(path)) as store:
        book = store.book()
        found = {str(book.price(key(name)).usd_per_unit) for name in NAMES}
        if store.verify():
            return "broken"
    return {"1": "old", "2": "new"}.get("".join(found), "mixed")


def in_a_child(disk: ctypes.CDLL, folder: Path, number: int, stays: bool) -> int:
    """Refresh on a disk that fails: 0 done, 3 refused in a sentence, else a defect."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    with suppress(BaseException):
        disk.disk_arm(str(folder).encode(), number, int(stays))
        try:
            refresh(folder / "prices.sqlite")
            code = 0
        except StoreError:
            code = 3
    os._exit(code)


def main(library: str, below: str, stride: int) -> None:
    """Fail every call of a refresh, or every so many."""
    disk = ctypes.CDLL(library)
    disk.disk_arm.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_int]
    disk.disk_calls.restype = ctypes.c_long
    sound, folder = Path(below) / "sound", Path(below) / "disk"
    sound.mkdir()
    with open_store(str(sound / "prices.sqlite")) as store:
        keep(store, at(1), simple(at(1), **prices("1")))
    shutil.copytree(sound, folder)
    disk.disk_arm(str(folder).encode(), 0, 0)
    refresh(folder / "prices.sqlite")
    calls = disk.disk_calls()
    disk.disk_arm(b"", 0, 0)
    seen: Counter[str] = Counter()
    for number in range(1, calls + 1, stride):
        for stays in (False, True):
            shutil.rmtree(folder)
            shutil.copytree(sound, folder)
            code = in_a_child(disk, folder, number, stays)
            said = {0: "done", 3: "refused"}.get(code, f"exit {code}")
            seen[f"{said}, {state_of(folder / 'prices.sqlite')}"] += 1
    print(json.dumps({"calls": calls, "seen": seen}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
