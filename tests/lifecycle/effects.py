"""The agent's effects on the simulated world: folders, processes, a clock of its own."""

import json
import os
import random
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from passepartout.agent.archive import FolderArchive
from passepartout.agent.effects import (
    Cloud,
    CloudVolume,
    Container,
    Effects,
    Notice,
    Settings,
)
from passepartout.agent.shares import Shares
from passepartout.users.store import Store
from tests.lifecycle.world import World, alive, wait_dead

LIMIT = 400
"""Bytes that a user's journal may have: a disk is full soon."""


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def steady(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class ProcessContainers:
    """Containers as processes of the engine daemon."""

    def __init__(self, world: World, settings: Settings) -> None:
        self._world, self._settings = world, settings

    def found(self) -> Sequence[Container]:
        self._answer()
        return [
            Container(
                user=one["user"],
                volume=one["volume"],
                port=one["port"],
                running=one["running"],
                ended="" if one["running"] else "it was killed",
            )
            for one in self._world.containers(self._settings.machine)
        ]

    def _answer(self) -> None:
        if self._world.faulty("engine", self._settings.machine):
            raise TimeoutError("the engine does not answer")

    def start(self, user: int, volume: str, home: Path, port: int) -> None:
        self._answer()
        if self._world.faulty("image", str(user)):
            raise RuntimeError("no such image")
        machine = self._settings.machine
        if self._world.holder(volume) != machine:
            self._world.violate(f"start-{user}-without-{volume}")
        folder = self._world.machine_folder(machine)
        spec = {
            "user": user,
            "volume": volume,
            "home": str(home.resolve()),
            "address": self._settings.address,
            "port": port,
            "limit": LIMIT,
            "stubborn": self._world.faulty("stubborn", str(user)),
            "containers": str(folder / "containers"),
            "violations": str(self._world.violations),
        }
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as to:
            to.settimeout(20)
            to.connect(self._world.engine_socket)
            to.sendall(json.dumps(spec).encode() + b"\n")
            with to.makefile() as lines:
                if why := lines.readline().strip():
                    raise RuntimeError(why)

    def stop(self, users: Sequence[int], seconds: float) -> None:
        self._answer()
        known = {
            one["user"]: one["pid"]
            for one in self._world.containers(self._settings.machine)
        }
        pids = [known[user] for user in users if user in known]
        for number, wait in ((signal.SIGTERM, seconds), (signal.SIGKILL, 10.0)):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            pids = wait_dead(pids, wait)
        folder = self._world.machine_folder(self._settings.machine) / "containers"
        for user in users:
            (folder / f"{user}.json").unlink(missing_ok=True)


class FolderDisks:
    """Volumes as folders; a mount is a link that is there while they are attached."""

    def __init__(self, world: World, settings: Settings) -> None:
        self._world, self._settings = world, settings
        self._mounts = world.machine_folder(settings.machine) / "mounts"

    def mounted(self) -> dict[str, Path]:
        return {one.name: one for one in self._mounts.iterdir()}

    def mount(self, volume: str) -> Path:
        if self._world.faulty("mount", volume):
            raise OSError("structure needs cleaning")
        if self._world.holder(volume) != self._settings.machine:
            raise OSError(f"{volume} is not attached")
        link = self._mounts / volume
        if not link.is_symlink():
            link.symlink_to(self._world.root / "volumes" / volume)
        return link

    def unmount(self, volume: str) -> None:
        for one in self._world.containers(self._settings.machine):
            if one["volume"] == volume and one["running"]:
                raise OSError("target is busy")
        (self._mounts / volume).unlink(missing_ok=True)

    def limit(self, volume: str, user: int, home: Path) -> None:
        assert volume in str(home)

    def bring(self, volume: str, user: int, since: float) -> str:
        return f"{user}-{int(since)}"

    def check(self, volume: str) -> str:
        if self._world.faulty("disk", volume):
            raise OSError("input/output error")
        return ""


class ShareDisks(FolderDisks):
    """Shares as folders that every machine could open."""

    def mount(self, volume: str) -> Path:
        (self._world.root / "volumes" / volume).mkdir(exist_ok=True)
        return super().mount(volume)


class FolderCloud:
    """What EC2 and the group tell one machine, and do for it."""

    def __init__(self, world: World, settings: Settings, draw: random.Random) -> None:
        self._world, self._settings, self._draw = world, settings, draw

    def _reach(self) -> None:
        if self._world.faulty("cut", self._settings.zone):
            raise ConnectionError("the cloud does not answer")

    def attached(self) -> list[CloudVolume]:
        self._reach()
        rows = self._world.ask(
            "SELECT volume, retiring, fenced FROM volume WHERE holder = ?",
            self._settings.machine,
        )
        return [_volume(row) for row in rows]

    def free(self) -> list[CloudVolume]:
        self._reach()
        rows = self._world.ask(
            "SELECT volume, retiring, fenced FROM volume"
            " WHERE holder IS NULL AND zone = ? AND pool ORDER BY volume",
            self._settings.zone,
        )
        self._draw.shuffle(rows)
        return [_volume(row) for row in rows]

    def attach(self, volume: str) -> bool:
        self._reach()
        if self._world.faulty("attach", volume):
            raise RuntimeError("volume is not in a state to be attached")
        with self._world.db() as db:
            done = db.execute(
                "UPDATE volume SET holder = ? WHERE volume = ? AND holder IS NULL",
                (self._settings.machine, volume),
            )
            return done.rowcount == 1

    def detach(self, volume: str) -> None:
        self._reach()
        mount = self._world.machine_folder(self._settings.machine) / "mounts" / volume
        if mount.is_symlink():
            self._world.violate(f"{volume}-detached-while-mounted")
        self._world.ask(
            "UPDATE volume SET holder = NULL WHERE volume = ? AND holder = ?",
            volume,
            self._settings.machine,
        )

    def notice(self) -> Notice:
        rows = self._world.ask(
            "SELECT notice FROM machine WHERE machine = ?", self._settings.machine
        )
        found: Notice = rows[0][0]
        return found

    def released(self) -> None:
        self._reach()
        self._world.ask(
            "UPDATE machine SET released = 1 WHERE machine = ?", self._settings.machine
        )

    def unhealthy(self, why: str) -> None:
        self._reach()
        self._world.ask(
            "UPDATE machine SET unhealthy = ? WHERE machine = ?",
            why,
            self._settings.machine,
        )


def _volume(row: tuple[Any, ...]) -> CloudVolume:
    volume, retiring, fenced = row
    return CloudVolume(volume=volume, retiring=bool(retiring), fenced=bool(fenced))


class Switch:
    """A machine's power."""

    def __init__(self, world: World, settings: Settings) -> None:
        self._world, self._settings = world, settings

    def cut(self) -> None:
        self._world.power_off(self._settings.machine)


class Plain:
    """A machine without TLS."""

    def certificates(self) -> str:
        return ""


class Killed(BaseException):
    """The agent's process is no more."""


class Fuse:
    """Lets an agent die before or after the nth of its effects, and all that follow."""

    def __init__(self) -> None:
        self.left: float = float("inf")
        self.after = False

    def wrap(self, effect: Any) -> Any:
        return _Fused(effect, self)

    def burn(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left < 0 or (self.left == 0 and not self.after):
            self.left = min(self.left, 0)
            raise Killed
        done = action(*args, **kwargs)
        if self.left == 0:
            raise Killed
        return done


class _Fused:
    def __init__(self, effect: Any, fuse: Fuse) -> None:
        self._effect, self._fuse = effect, fuse

    def __getattr__(self, name: str) -> Any:
        action = getattr(self._effect, name)

        def fused(*args: Any, **kwargs: Any) -> Any:
            return self._fuse.burn(action, *args, **kwargs)

        return fused


def effects_of(
    world: World,
    settings: Settings,
    clock: Clock,
    seed: int = 0,
    *,
    store: Store | None = None,
    shares: Mapping[str, int] | None = None,
) -> Effects:
    """All effects of one machine; `shares` of each zone are the record's to give."""
    cloud: Cloud = FolderCloud(world, settings, random.Random(seed))
    disks = FolderDisks(world, settings)
    if shares is not None and store is not None:
        cloud = Shares(settings, store, cloud, clock, wanted=shares)
        disks = ShareDisks(world, settings)
    return Effects(
        power=Switch(world, settings),
        known=Plain(),
        containers=ProcessContainers(world, settings),
        disks=disks,
        cloud=cloud,
        archive=FolderArchive(world.root / "archive"),
        clock=clock,
    )


def fused(effects: Effects, fuse: Fuse) -> Effects:
    """The same effects, until the fuse is burnt."""
    parts = {
        field.name: getattr(effects, field.name)
        if field.name == "clock"
        else fuse.wrap(getattr(effects, field.name))
        for field in fields(Effects)
    }
    return Effects(**parts)


__all__ = ["Clock", "Effects", "Fuse", "Killed", "alive", "effects_of", "fused"]
