"""The whole life of a stack on this machine: users, machines, zones, faults, restores.

The agents, the record, the assigner and the restore are the real ones. Each step is one
thing that happens; after it the invariants hold:

* each user has one home, and each volume counts exactly its users;
* at most one container of a user runs, from its home, on the machine that holds it;
* a route never leads to another user's container;
* nothing that AWS, the kernel or XFS would never let happen has happened.

When all has settled, each user runs or has a reason, its route leads to it, and what it
wrote before is read again: all of it, or after a restore all that the snapshot had.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from passepartout.agent.agent import Agent
from passepartout.agent.effects import LEASE, Settings
from passepartout.agent.guard import Guard
from passepartout.errors import NoRoom, Refused
from passepartout.restore.restore import Restore
from passepartout.users.assigner import Assigner
from passepartout.users.records import Machine, Record, Volume
from passepartout.users.store import Store
from tests.lifecycle.cloud import Cut, OperatorsCloud
from tests.lifecycle.effects import Clock, Fuse, Killed, effects_of, fused
from tests.lifecycle.world import World, say, wait_dead

FIRST_PORT = 20_000
SHARES_LEASE = 60.0
NETWORK = f"127.{os.getpid() % 200 + 20}"
"""Addresses of this process's machines: several simulations may run at once."""


@dataclass
class Host:
    """A machine of the simulation and its agent, if that runs."""

    settings: Settings
    fuse: Fuse = field(default_factory=Fuse)
    agent: Agent | None = None
    guard: Guard | None = None


class Simulation:
    """A stack of `zones` x `machines` x `volumes`, with `places` on each volume."""

    def __init__(
        self,
        world: World,
        store: Store,
        seed: int,
        *,
        zones: int = 3,
        machines: int = 10,
        volumes: int = 3,
        places: int = 10,
        shared: bool = False,
    ) -> None:
        self.world, self.store = world, store
        self.draw = random.Random(seed)
        self.clock = Clock()
        self.assigner = Assigner(store, self.draw)
        self.hosts: dict[str, Host] = {}
        self.numbers = self.steps = 0
        self.written: dict[int, list[str]] = {}
        self.kept: dict[str, dict[int, list[str]]] = {}
        self.per_machine, self.places = volumes, places
        self.wanted = Counter(f"z{1 + number % zones}" for number in range(machines))
        self.lost: set[str] = set()
        self.happened: Counter[str] = Counter()
        self.shares: dict[str, int] | None = None
        if shared:
            self.shares = {z: count * volumes - 1 for z, count in self.wanted.items()}
            world.given = self._given
        for zone, count in self.wanted.items():
            for number in range(0 if shared else count * volumes - 1):
                world.add_volume(f"vol-{zone}-{number}", zone)
        self.launch()

    def _given(self, volume: str) -> str:
        """The machine that the record gives a share to."""
        found = self.store.read(Volume, volume)
        return found.machine if found is not None else ""

    # --- machines -------------------------------------------------------------------

    def launch(self) -> None:
        """The groups start what they lack; a new machine may get an old address."""
        here = Counter(host.settings.zone for host in self.hosts.values())
        for zone, count in self.wanted.items():
            for _ in range(0 if zone in self.lost else count - here[zone]):
                taken = {host.settings.address for host in self.hosts.values()}
                places = (f"{NETWORK}.{zone[1:]}.{last}" for last in range(1, 250))
                address = next(one for one in places if one not in taken)
                self.numbers += 1
                name = f"i-{self.numbers:04d}"
                self.world.launch(name, zone, address)
                self.hosts[name] = Host(
                    Settings(
                        machine=name,
                        zone=zone,
                        address=address,
                        volumes=self.per_machine,
                        places=self.places,
                        gib_per_user=1,
                        first_port=FIRST_PORT,
                        ports=60,
                        at_once=4,
                        look=1,
                        sync=30,
                        stop=5,
                        retry=8,
                        shared=self.shares is not None,
                        lease=LEASE if self.shares is None else SHARES_LEASE,
                        memory=self.world.machine_folder(name) / "memory.json",
                    )
                )

    def step_host(self, host: Host) -> None:
        """One round of one agent; an agent that died is started anew."""
        if host.agent is None:
            host.fuse = Fuse()
            reached = Cut(self.store, self.world, host.settings.zone)
            plain = effects_of(
                self.world,
                host.settings,
                self.clock,
                self.numbers,
                store=reached,
                shares=self.shares,
            )
            record = host.fuse.wrap(reached)
            host.agent = Agent(host.settings, fused(plain, host.fuse), record)
            host.guard = Guard(host.settings, plain, host.agent.volumes)
        try:
            host.agent.step()
        except Killed:
            self.happened["agents killed"] += 1
            self.stop_agent(host)
        except Exception:
            if not self.world.faulty("engine", host.settings.machine):
                raise
        self._end_released(host)

    def stop_agent(self, host: Host) -> None:
        """The agent's process ends, whatever it was doing."""
        host.fuse.left = -1
        if host.agent is not None:
            host.agent.close()
        host.agent = host.guard = None

    def guard(self) -> None:
        """What each agent's own thread does every two seconds, agents' steps or not."""
        for host in self.hosts.values():
            if host.guard is not None:
                host.guard.watch()

    def _end_released(self, host: Host) -> None:
        name = host.settings.machine
        rows = self.world.ask(
            "SELECT released OR unhealthy <> '' FROM machine WHERE machine = ?", name
        )
        if rows[0][0]:
            self.end(name)

    def end(self, name: str) -> None:
        """A machine is no more, whether or not it gave its volumes back."""
        self.stop_agent(self.hosts.pop(name))
        self.world.terminate(name)

    def round(self) -> None:
        """Some time passes, the groups fill up, every agent takes a step."""
        self.clock.sleep(2)
        self.guard()
        self.launch()
        for name in self.draw.sample(sorted(self.hosts), len(self.hosts)):
            if name in self.hosts:
                self.step_host(self.hosts[name])
        self.check()

    # --- what happens ---------------------------------------------------------------

    def step(self) -> None:
        """One thing happens, and the agents that it wakes take a step."""
        self.steps += 1
        name = self.draw.choice(sorted(HAPPENINGS))
        self.happened[name] += 1
        HAPPENINGS[name](self)
        self.check()
        self.clock.sleep(self.draw.choice((1, 1, 2, 5)))
        self.guard()
        self.launch()
        for host in self.draw.sample(sorted(self.hosts), min(4, len(self.hosts))):
            if host in self.hosts:
                self.step_host(self.hosts[host])
        self.check()

    def users(self) -> list[Record]:
        """Users that are not removed."""
        return [one for one in self.store.every(Record) if one.state != "removed"]

    def add(self) -> None:
        gone = [one.user for one in self.store.every(Record) if one.state == "removed"]
        user = self.draw.choice(gone) if gone and self.draw.random() < 0.3 else None
        if user is None:
            user = 1 + max((one.user for one in self.store.every(Record)), default=0)
        with suppress(NoRoom):
            self.assigner.add(user)
            self.written[user] = []

    def remove(self) -> None:
        if found := self.users():
            user = self.draw.choice(found).user
            with suppress(Refused):
                self.assigner.remove(user)

    def move(self) -> None:
        if found := self.users():
            record = self.draw.choice(found)
            zone = self.draw.choice(["", *sorted(self.wanted)])
            with suppress(Refused, NoRoom):
                self.assigner.move(record.user, zone=zone)

    def write(self) -> None:
        found = [one for one in self.users() if one.route]
        for record in self.draw.sample(found, min(8, len(found))):
            address, port = record.route or ("", 0)
            text = f"{record.user}.{len(self.written[record.user])}"
            if say(address, port, f"write {text}") == "ok":
                self.written[record.user].append(text)

    def fill_disk(self) -> None:
        """One user writes until its limit; that is nobody else's trouble."""
        found = [one for one in self.users() if one.route]
        if found:
            record = self.draw.choice(found)
            address, port = record.route or ("", 0)
            for _ in range(60):
                text = f"{record.user}.{len(self.written[record.user])}.{'x' * 20}"
                if say(address, port, f"write {text}") != "ok":
                    return
                self.written[record.user].append(text)

    def _any_host(self) -> Host:
        return self.hosts[self.draw.choice(sorted(self.hosts))]

    def reboot(self) -> None:
        host = self._any_host()
        self.stop_agent(host)
        self.world.power_off(host.settings.machine)

    def power_cut(self) -> None:
        """EC2 takes a machine without a word."""
        self.end(self._any_host().settings.machine)

    def interrupt(self, notice: str = "interruption") -> None:
        host = self._any_host()
        self.world.ask(
            "UPDATE machine SET notice = ? WHERE machine = ?",
            notice,
            host.settings.machine,
        )
        self.step_host(host)

    def rebalance(self) -> None:
        self.interrupt("rebalance")

    def scale_in(self) -> None:
        self.interrupt("terminating")

    def interrupt_pool(self) -> None:
        """All machines of a zone but one are taken at once."""
        zone = self.draw.choice(sorted(self.wanted))
        names = [n for n, host in self.hosts.items() if host.settings.zone == zone]
        for name in sorted(names)[1:]:
            self.world.ask(
                "UPDATE machine SET notice = 'interruption' WHERE machine = ?", name
            )
        for name in sorted(names)[1:]:
            self.step_host(self.hosts[name])

    def kill_agent(self) -> None:
        """The agent dies before or after one of its next effects."""
        host = self._any_host()
        host.fuse.after = self.draw.random() < 0.5
        host.fuse.left = self.draw.randint(1, 40)

    def kill_container(self) -> None:
        host = self._any_host()
        found = self.world.containers(host.settings.machine)
        if running := [one for one in found if one["running"]]:
            pid = self.draw.choice(running)["pid"]
            os.kill(pid, signal.SIGKILL)
            wait_dead([pid])

    def toggle_fault(self) -> None:
        """An image, a mount, an attachment or an engine fails, or works again."""
        kind = self.draw.choice(("image", "mount", "attach", "engine"))
        if kind == "image":
            key = str(self.draw.choice(self.users()).user) if self.users() else "1"
        elif kind == "engine":
            key = self._any_host().settings.machine
        else:
            key = self.draw.choice([one.volume for one in self.store.every(Volume)])
        self.world.fault(kind, key, not self.world.faulty(kind, key))

    def snapshot(self) -> None:
        """The lifecycle policy copies a volume, with its users running."""
        volumes = [v.volume for v in self.store.every(Volume) if v.state == "open"]
        if volumes:
            self.take_snapshot(self.draw.choice(volumes))

    def take_snapshot(self, volume: str) -> None:
        name = self.world.snapshot(volume, self.clock.now())
        self.kept[name] = {
            record.user: list(self.written.get(record.user, ()))
            for record in self.users()
        }

    # --- a lost zone ------------------------------------------------------------------

    def lose_zone(self, zone: str, *, power: bool) -> None:
        """A zone loses power, or is cut off with its machines running."""
        self.lost.add(zone)
        self.world.fault("cut", zone)
        for host in list(self.hosts.values()):
            if power and host.settings.zone == zone:
                self.stop_agent(host)
                self.world.power_off(host.settings.machine)
                self.hosts.pop(host.settings.machine)

    def restore_zone(self, zone: str, goals: list[str]) -> int:
        """Restore every volume of a lost zone into the others; how many users."""
        cloud = OperatorsCloud(self.world)

        def sleep(seconds: float) -> None:
            self.clock.sleep(seconds)
            if self.draw.random() < 0.2:
                self.round()

        restore = Restore(self.store, cloud, now=self.clock.now, sleep=sleep)
        users = 0
        for number, volume in enumerate(list(self.store.every(Volume))):
            if volume.zone == zone and volume.state != "fenced":
                here = {r.user for r in self.users() if r.volume == volume.volume}
                done = restore.restore(
                    volume.volume,
                    at=self.clock.now(),
                    zone=goals[number % len(goals)],
                    machine_lost=True,
                )
                kept = self.kept[done.snapshot.snapshot]
                for user in here:
                    self.written[user] = kept.get(user, [])
                users += done.users
        return users

    # --- what holds -----------------------------------------------------------------

    def check(self) -> None:
        """The invariants that hold at every instant."""
        violations = [one.name for one in self.world.violations.iterdir()]
        assert not violations, (self.steps, violations)
        records = {one.user: one for one in self.store.every(Record)}
        taken: Counter[str] = Counter()
        for record in records.values():
            if record.state != "removed":
                taken[record.volume] += 1
                taken[record.target] += bool(record.target)
        for volume in self.store.every(Volume):
            assert volume.users == taken[volume.volume] <= volume.places, volume
        where: dict[int, tuple[str, int]] = {}
        at: dict[tuple[str, int], int] = {}
        for (machine,) in self.world.ask(
            "SELECT machine FROM machine WHERE state = 'running'"
        ):
            for one in self.world.containers(machine):
                if not one["running"]:
                    continue
                user = one["user"]
                assert user not in where, f"two containers of user {user}"
                where[user] = (one["address"], one["port"])
                at[where[user]] = user
                assert self.world.holder(one["volume"]) == machine
                assert records[user].volume == one["volume"], (records[user], one)
        for record in records.values():
            if record.route is not None:
                assert at.get(record.route, record.user) == record.user, record

    def quiesce(self, rounds: int = 40) -> None:
        """End all faults, let the agents work until nothing changes, and check all."""
        with self.world.db() as db:
            db.execute("DELETE FROM fault WHERE kind <> 'cut'")
        before: list[Record] = []
        for _ in range(rounds):
            self.round()
            after = sorted(self.users(), key=lambda one: one.user)
            passing = ("leaving", "arriving", "removing", "waiting")
            if after == before and not any(one.state in passing for one in after):
                break
            before = after
            self.clock.sleep(8)
        self.check_settled()

    def check_settled(self) -> None:
        """Each user runs or has a reason; its route leads to it; its data are there."""
        held = {one.volume for one in self.store.every(Volume) if one.machine}
        for record in self.users():
            if record.state == "running":
                address, port = record.route or ("", 0)
                assert say(address, port, "who") == str(record.user), record
                answer = (say(address, port, "read") or "").split()
                assert answer == self.written[record.user], record
            elif record.state == "failed":
                assert record.reason, record
            else:
                reachable = record.volume in held and record.zone not in self.lost
                assert not reachable, record

    def states(self) -> Counter[str]:
        """How many users are in which state."""
        return Counter(one.state for one in self.users())

    def serving(self) -> int:
        """Machines that say that they serve."""
        return sum(one.state == "serving" for one in self.store.every(Machine))

    def close(self) -> None:
        """Stop all agents."""
        for host in self.hosts.values():
            self.stop_agent(host)


HAPPENINGS: dict[str, Callable[[Simulation], None]] = {
    "add": Simulation.add,
    "remove": Simulation.remove,
    "move": Simulation.move,
    "write": Simulation.write,
    "write more": Simulation.write,
    "fill disk": Simulation.fill_disk,
    "reboot": Simulation.reboot,
    "power cut": Simulation.power_cut,
    "interrupt": Simulation.interrupt,
    "rebalance": Simulation.rebalance,
    "scale in": Simulation.scale_in,
    "interrupt pool": Simulation.interrupt_pool,
    "kill agent": Simulation.kill_agent,
    "kill container": Simulation.kill_container,
    "toggle fault": Simulation.toggle_fault,
    "snapshot": Simulation.snapshot,
}
"""What may happen in a step."""
