"""One machine's agent: it brings what is into line with what should be, again and again.

All that it knows it finds anew: what the cloud has attached, what is mounted, what the
container engine runs, what the record says. So it may be killed at any instant.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from passepartout.agent.effects import Container, Effects, Notice, Settings
from passepartout.agent.one_user import AWAY, UserSteps
from passepartout.agent.roster import Roster
from passepartout.agent.volumes import Volumes
from passepartout.errors import Conflict
from passepartout.users.records import SETTLED, Record
from passepartout.users.store import Store

_log = logging.getLogger("passepartout.agent")

ENGINE_SILENT = 60.0
"""Seconds after which a container engine that does not answer costs the machine."""
DISKS_SILENT = 120.0
"""Seconds after which a machine none of whose volumes answers is given up."""
ENDS = 3
"""Times that a container may end soon after its start before its user is failed."""
STOPS = 5
"""Rounds of stopping in a drain: a start that was under way ends up in a later one."""


class Agent:
    """Runs users on this machine's volumes; `step` is one round, `drain` the last."""

    def __init__(self, settings: Settings, effects: Effects, store: Store) -> None:
        """Nothing is done until the first step."""
        self._settings = settings
        self._effects = effects
        self.volumes = Volumes(settings, effects, store)
        self.roster = Roster(settings, effects, store, self.volumes)
        self._steps = UserSteps(settings, effects, store, self.volumes.roots)
        self._pool = ThreadPoolExecutor(settings.at_once, "user")
        self._busy: dict[int, tuple[Future[Record], int]] = {}
        self._looked = float("-inf")
        self._engine_answered = self._disks_answered = effects.clock.steady()
        self.draining = False
        self.drained = False

    def step(self) -> None:
        """One round. Raises nothing that one user or one volume caused."""
        if self.drained:
            return
        notice = self._notice()
        going = self.draining or notice in ("terminating", "interruption")
        if going or (notice == "rebalance" and self.roster.room_elsewhere()):
            self.drain()
            return
        now = self._effects.clock.steady()
        before = set(self.volumes.roots)
        if self._looked == float("-inf"):
            self._try("address", self.roster.inherit_address)
        if now - self._looked >= self._settings.look:
            self.volumes.look(take=not notice)
            self._looked = now
            self._judge_disks(now)
            self.roster.report("serving")
        if self.roster.due() or before != set(self.volumes.roots):
            self.roster.sync()
        found = self._containers()
        if found is not None:
            self._settle(found)
            self._leave_fenced(found)

    def close(self) -> None:
        """Let go of the threads; whatever they do ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _notice(self) -> Notice:
        """What the metadata service says; without an answer the work goes on."""
        try:
            return self._effects.cloud.notice()
        except Exception as why:
            _log.warning("notice: %s", why)
            return ""

    def _containers(self) -> dict[int, Container] | None:
        clock = self._effects.clock
        try:
            found = {one.user: one for one in self._effects.containers.found()}
        except Exception as problem:
            silent = clock.steady() - self._engine_answered
            self.volumes.problems["containers"] = str(problem)
            _log.warning("containers: %s", problem)
            if silent > ENGINE_SILENT:
                why = f"no containers for {silent:.0f} s"
                self._try("group", self._effects.cloud.unhealthy, why)
            return None
        self.volumes.problems.pop("containers", None)
        self._engine_answered = clock.steady()
        return found

    def _judge_disks(self, now: float) -> None:
        """Ask for another machine when none of the volumes here answers.

        When only some do not, the others' users are better off where they are.
        """
        roots = set(self.volumes.roots)
        if not roots or roots - self.volumes.silent:
            self._disks_answered = now
        elif now - self._disks_answered > DISKS_SILENT:
            self._try("group", self._effects.cloud.unhealthy, "no volume answers")

    def _settle(self, found: dict[int, Container]) -> None:
        """Bring each user one step on; those whose last step is not over wait."""
        self._collect()
        self._stop_strangers(found)
        taken = {one.port for one in found.values()}
        taken |= {port for _, port in self._busy.values()}
        first = self._settings.first_port
        ports = (
            port
            for port in range(first, first + self._settings.ports)
            if port not in taken
        )
        for record in sorted(self.roster.users.values(), key=lambda one: one.user):
            container = found.get(record.user)
            if record.user in self._busy or not self._due(record, container):
                continue
            port = container.port if container else next(ports, 0)
            step = self._pool.submit(self._steps.settle, record, container, port)
            self._busy[record.user] = (step, port)
        wait([step for step, _ in self._busy.values()], timeout=self._settings.tick)
        self._collect()

    def _due(self, record: Record, container: Container | None) -> bool:
        """Whether a user needs a step now."""
        roster, user = self.roster, record.user
        told = record.state == "restoring" and record.reason
        if (record.state in AWAY and container is None) or told:
            return False
        runs = container is not None and container.running
        if record.state == "running" and container is not None:
            here = (record.machine, record.port) == (
                self._settings.machine,
                container.port,
            )
            if runs and here:
                roster.went_well(user)
                return False
            if not runs and here and roster.may_try(user):
                times = roster.count(user)
                if times >= ENDS:
                    roster.failed(user, container.ended or "its container ended")
                return times < ENDS
        waits = record.state == "failed" and record.volume not in self.volumes.roots
        return roster.may_try(user) and not waits

    def _collect(self) -> None:
        """Take in what has ended; a step that failed is one user's, with its reason."""
        for user, (step, _) in list(self._busy.items()):
            if not step.done():
                continue
            del self._busy[user]
            why = step.exception()
            if why is None:
                self.roster.keep(step.result())
            elif isinstance(why, Conflict):
                self.roster.reread(user)
            elif isinstance(why, Exception):
                self.roster.count(user)
                self.roster.failed(user, f"{type(why).__name__}: {why}")
            else:
                raise why

    def _stop_strangers(self, found: dict[int, Container]) -> None:
        """Stop containers that have no business here, each by the item itself."""
        strangers = []
        for user, container in found.items():
            ours = self.roster.users.get(user)
            usable = container.volume in self.volumes.roots
            at_home = ours is not None and ours.volume == container.volume
            if user in self._busy or (at_home and usable):
                continue
            if not usable or self.roster.gone(user, container.volume):
                strangers.append(user)
        if strangers:
            self._effects.containers.stop(strangers, self._settings.stop)
            for user in strangers:
                del found[user]

    def _leave_fenced(self, found: dict[int, Container]) -> None:
        """Give back volumes whose restored copies have taken over, and emptied ones.

        One that is retired stays in EC2 with the pool's tag until somebody deletes it;
        held, it would keep others' users from a machine.
        """
        used = {one.volume for one in found.values()}
        if self._busy:
            return
        left = self.volumes.fenced | self.volumes.emptied
        for volume in set(self.volumes.held) & left - used:
            self._try(volume, self.volumes.give_back, volume)

    def drain(self) -> None:
        """Stop all users at once, then give the volumes back; data come first.

        Routes are withdrawn meanwhile; a record that does not answer holds up nothing.
        What could not be given back is tried again by the next step.
        """
        self.draining = True
        for step, _ in self._busy.values():
            step.cancel()
        self._try("volumes", self.volumes.find)
        reading = None if self.roster.users else self._pool.submit(self.roster.sync)
        telling = self._withdraw()
        containers = self._effects.containers
        for _ in range(STOPS):
            if not (found := [one.user for one in containers.found()]):
                break
            containers.stop(found, self._settings.stop)
        if reading is not None:  # it was started anew while it drained
            reading.result()
            telling = self._withdraw()
        giving = [
            self._pool.submit(self._try, volume, self.volumes.give_back, volume)
            for volume in self.volumes.held
        ]
        given = [one.result() for one in giving]
        for told in telling:
            told.result()
        self.roster.report("drained" if all(given) else "draining")
        if all(given):
            self.drained = True
            self._try("group", self._effects.cloud.released)

    def _withdraw(self) -> list[Future[None]]:
        """Take all routes away, at once."""
        routed = [one for one in self.roster.users.values() if one.state in SETTLED]
        return [self._pool.submit(self.roster.withdraw, one) for one in routed]

    def _try(self, name: str, action: Callable[..., None], *arguments: str) -> bool:
        try:
            action(*arguments)
        except Exception as why:
            _log.warning("%s: %s", name, why)
            self.volumes.problems[name] = str(why)
            return False
        self.volumes.problems.pop(name, None)
        return True
