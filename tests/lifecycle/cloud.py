"""The operator's side of the simulated cloud, and a record that a cut zone loses."""

import shutil
from collections.abc import Sequence
from typing import Any

from passepartout.restore.restore import Snapshot
from passepartout.users.store import Store
from tests.lifecycle.world import World


class OperatorsCloud:
    """What a restore asks: the interface of passepartout/restore over a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def snapshots(self, volume: str) -> Sequence[Snapshot]:
        rows = self._world.ask(
            "SELECT snapshot, at FROM snapshot WHERE volume = ?", volume
        )
        return [Snapshot(*row) for row in rows]

    def fence(self, volume: str) -> None:
        self._world.ask("UPDATE volume SET fenced = 1 WHERE volume = ?", volume)

    def held_by(self, volume: str) -> str:
        return self._world.holder(volume)

    def copy(self, volume: str, snapshot: str, zone: str) -> str:
        source = f"{volume}@{snapshot}"
        found = self._world.ask(
            "SELECT volume FROM volume WHERE source = ? AND zone = ?", source, zone
        )
        if found:
            return str(found[0][0])
        name = f"{volume}r" if zone in volume else f"{volume}r{zone}"
        shutil.copytree(
            self._world.root / "snapshots" / snapshot,
            self._world.root / "volumes" / name,
        )
        self._world.ask(
            "INSERT INTO volume (volume, zone, pool, source) VALUES (?, ?, 0, ?)",
            name,
            zone,
            source,
        )
        return name

    def publish(self, volume: str) -> None:
        self._world.ask("UPDATE volume SET pool = 1 WHERE volume = ?", volume)


class Cut:
    """The record as a machine reaches it: not at all from a zone that is cut off."""

    def __init__(self, store: Store, world: World, zone: str) -> None:
        self._store, self._world, self._zone = store, world, zone

    def __getattr__(self, name: str) -> Any:
        if self._world.faulty("cut", self._zone):
            raise ConnectionError("the record does not answer")
        return getattr(self._store, name)
