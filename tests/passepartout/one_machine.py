"""One machine's steps for its users, over a folder; its containers are names."""

from pathlib import Path
from typing import Any

from passepartout.agent.effects import Container, Effects, Settings
from passepartout.agent.homes import Homes
from passepartout.agent.one_user import UserSteps
from passepartout.users.store import Store
from tests.lifecycle.effects import Clock


class Engine:
    """Containers of one machine."""

    def __init__(self) -> None:
        self.running: dict[int, Container] = {}

    def start(self, user: int, volume: str, home: Path, port: int) -> None:
        assert home.is_dir()
        one = Container(user=user, volume=volume, port=port, running=True)
        self.running[user] = one

    def stop(self, users: list[int], seconds: float) -> None:
        for user in users:
            self.running.pop(user, None)


class OneMachine:
    """Machine i-1, which holds one volume or share, mounted at a folder."""

    def __init__(self, store: Store, volume: str, root: Path, **effects: Any) -> None:
        self.store, self.volume = store, volume
        self.engine = Engine()
        Homes(root).mark(volume)
        given = dict.fromkeys(("power", "known", "cloud", "archive", "disks"))
        settings = Settings(
            machine="i-1",
            zone="z1",
            address="10.0.0.1",
            volumes=1,
            places=4,
            gib_per_user=1,
            first_port=20_000,
            ports=10,
        )
        all_effects: dict[str, Any] = {
            **given,
            "containers": self.engine,
            "clock": Clock(),
            **effects,
        }
        self._steps = UserSteps(settings, Effects(**all_effects), store, {volume: root})

    def work(self) -> None:
        """One step for each user."""
        for record in self.store.users_on(self.volume):
            told = record.state == "restoring" and record.reason
            if record.state == "removed" or told:
                continue
            container = self.engine.running.get(record.user)
            self._steps.settle(record, container, 20_000 + record.user)
