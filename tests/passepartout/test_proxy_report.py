"""What a proxy tells of the stack, whether or not HAProxy and the log answer."""

import json
import time
from pathlib import Path

from passepartout.proxy.routes import Routes
from passepartout.proxy.runtime import Runtime
from passepartout.proxy.watch import Report, Watcher
from passepartout.users.records import Machine, Record, Volume
from passepartout.users.sqlite import SqliteStore


def test_a_report_is_made_each_minute_from_the_record(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "record.db"))
    store.write(Volume(volume="vol-1", zone="use1-az1", places=10, users=2))
    store.write(
        Machine(machine="i-1", zone="use1-az1", address="10.0.0.1", seen=time.time())
    )
    store.write(Record(user=7, volume="vol-1", zone="use1-az1", state="failed"))
    store.write(Record(user=8, volume="vol-1", zone="use1-az1", state="waiting"))
    said: list[list[str]] = []
    watcher = Watcher(
        store,
        Runtime(str(tmp_path / "no-haproxy.sock")),
        Routes("example.com"),
        tmp_path,
        Report(said.append, places=10),
    )
    for now in (0.0, 30.0, 60.0):
        watcher.step(now)
    assert len(said) == 2
    stack, zone = map(json.loads, said[0])
    assert (stack["UsersFailed"], stack["UsersWaiting"]) == (1, 1)
    assert stack["FreePlaces"] == 8
    # 2 users, one machine of 10 places.
    assert zone == {"Zone": "use1-az1", "PlacesUsedPercent": 20.0}


def test_a_log_that_is_away_does_not_keep_routes_from_being_written(
    tmp_path: Path,
) -> None:
    store = SqliteStore(str(tmp_path / "record.db"))
    record = Record(user=7, volume="vol-1", zone="use1-az1", state="running")
    store.write(record)

    def away(_: list[str]) -> None:
        raise ConnectionError("the log is away")

    watcher = Watcher(
        store,
        Runtime(str(tmp_path / "no-haproxy.sock")),
        Routes("example.com"),
        tmp_path,
        Report(away, places=10),
    )
    assert watcher.load()
    watcher.step(0.0)
    assert (tmp_path / "routes.map").read_text().startswith("7.example.com ")
