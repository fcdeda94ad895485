"""One machine's agent as a process of its own, which may be killed."""

from pathlib import Path

from passepartout.agent.agent import Agent
from passepartout.agent.effects import Settings
from passepartout.users.sqlite import SqliteStore
from tests.lifecycle.effects import Clock, effects_of
from tests.lifecycle.world import World


def run(root: str, settings: Settings, began: float) -> None:
    """Step until somebody kills it."""
    world = World(Path(root) / "world")
    clock = Clock(began)
    agent = Agent(
        settings,
        effects_of(world, settings, clock),
        SqliteStore(str(Path(root) / "record.db")),
    )
    while True:
        agent.step()
        clock.sleep(1)
