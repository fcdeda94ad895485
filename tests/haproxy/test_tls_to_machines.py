"""TLS between proxies and machines, with a real HAProxy on both ends."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from passepartout.agent import install as agent_install
from passepartout.agent.commands import run
from passepartout.agent.identity import PUBLISHED_FOR, RENEWED_AFTER, Identity
from passepartout.proxy import install as proxy_install
from passepartout.users.records import Machine
from tests.haproxy.proxy import Book, Machines, configure, running, watcher
from tests.passepartout.agent.fake_run import FakeRun

HERE = "127.0.0.1"
OFFSET = agent_install.TLS_PORTS


class Time:
    """The clock by which certificates age."""

    ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def steady(self) -> float:
        return self.now()

    def sleep(self, seconds: float) -> None:
        self.ahead += seconds


def identity(folder: Path, clock: Time, address: str = HERE) -> Identity:
    """A machine's identity; HAProxy is told by the test, not by systemd."""

    def command(*words: str, **more: object) -> str:
        return "active" if words[0] == "systemctl" else run(*words)

    return Identity(address, clock, folder=folder, command=command)


@contextmanager
def machine_tls(
    haproxy: str, folder: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """HAProxy as a machine runs it, before one port of a container."""
    text = agent_install.tls_config(HERE, port, 1, folder)
    # Here a process may have fewer files open than on a machine.
    (folder / "tls.cfg").write_text(text.replace("maxconn 100000", "maxconn 500"))
    with (folder / "tls.log").open("wb") as log:
        command = [haproxy, "-W", "-f", str(folder / "tls.cfg")]
        process = subprocess.Popen(command, stderr=log, stdout=log)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection((HERE, port + OFFSET)):
                break
            assert process.poll() is None, (folder / "tls.log").read_text()
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def serve(book: Book, certificates: str, container: int) -> None:
    """The record: user 7 runs here, on a machine with these certificates."""
    book.put(7, container)
    book.machines = [
        Machine(
            machine="i-1",
            zone="use1-az1",
            address=HERE,
            seen=time.time(),
            certificates=certificates,
        )
    ]


def test_requests_go_by_tls_to_a_machine_that_has_it(
    haproxy: str, tmp_path: Path
) -> None:
    machines, book = Machines(1), Book()
    (container,) = machines.ports
    proxy_folder, machine_folder = tmp_path / "proxy", tmp_path / "machine"
    for folder in (proxy_folder, machine_folder):
        folder.mkdir()
    known = identity(machine_folder, Time())
    with_port = configure(proxy_folder)
    watch = watcher(book, proxy_folder)
    watch.load()
    with (
        running(haproxy, proxy_folder, with_port) as proxy,
        at(haproxy, machine_folder, container, known),
    ):
        serve(book, known.certificates(), container)
        watch.step(0.0)
        entries = proxy.runtime.entries(f"{proxy_folder}/tls.map")
        assert entries == {HERE: f"{HERE}.machine"}
        # The visitor's address is inside, and a claimed one is not.
        assert proxy.get(7)[2] == f"{container} 127.0.0.1 https"
        # Written down, so that a worker that starts anew knows it without a word.
        watch.save()
        assert known.certificates() in (proxy_folder / "machines.pem").read_text()


def test_a_machine_with_anothers_certificate_is_not_spoken_to(
    haproxy: str, tmp_path: Path
) -> None:
    # At this address answers somebody whose certificate is trusted, for another address.
    machines, book = Machines(1), Book()
    (container,) = machines.ports
    proxy_folder, machine_folder = tmp_path / "proxy", tmp_path / "machine"
    for folder in (proxy_folder, machine_folder):
        folder.mkdir()
    other = identity(machine_folder, Time(), "127.0.0.9")
    with_port = configure(proxy_folder)
    watch = watcher(book, proxy_folder)
    watch.load()
    with (
        running(haproxy, proxy_folder, with_port) as proxy,
        at(haproxy, machine_folder, container, other),
    ):
        serve(book, other.certificates(), container)
        watch.step(0.0)
        assert proxy.get(7)[0] == 503


def test_a_certificate_is_renewed_without_a_lost_request(
    haproxy: str, tmp_path: Path
) -> None:
    machines, book, clock = Machines(1), Book(), Time()
    (container,) = machines.ports
    proxy_folder, machine_folder = tmp_path / "proxy", tmp_path / "machine"
    for folder in (proxy_folder, machine_folder):
        folder.mkdir()
    known = identity(machine_folder, clock)
    with_port = configure(proxy_folder)
    watch = watcher(book, proxy_folder)
    watch.load()
    with (
        running(haproxy, proxy_folder, with_port) as proxy,
        at(haproxy, machine_folder, container, known) as process,
    ):
        first = known.certificates()
        serve(book, first, container)
        watch.step(0.0)
        assert proxy.get(7)[0] == 200
        clock.sleep(RENEWED_AFTER + 60)
        both = known.certificates()
        assert both.startswith(first)
        assert both.count("END CERTIFICATE") == 2
        serve(book, both, container)
        watch.step(100.0)
        assert proxy.get(7)[0] == 200
        # Published for long enough: the machine uses it.
        next_file = machine_folder / "next.pem"
        made = clock.now() - PUBLISHED_FOR - 1
        os.utime(next_file, (made, made))
        second = known.certificates()
        assert second == both.removeprefix(first)
        process.send_signal(12)  # SIGUSR2, as the unit reloads
        for _ in range(30):
            assert proxy.get(7)[0] == 200
            time.sleep(0.05)
        serve(book, second, container)
        watch.step(200.0)
        assert proxy.get(7)[0] == 200


@contextmanager
def at(
    haproxy: str, folder: Path, container: int, known: Identity
) -> Iterator[subprocess.Popen[bytes]]:
    """The machine's TLS before a container's port."""
    known.certificates()
    with machine_tls(haproxy, folder, container) as process:
        yield process


def test_proxies_and_machines_count_the_same_ports() -> None:
    assert proxy_install.TLS_PORTS == agent_install.TLS_PORTS
    # No user's port is another user's port with TLS.
    assert agent_install.TLS_PORTS > 2_048


def test_a_certificate_names_its_machine_and_signs_nothing(tmp_path: Path) -> None:
    identity(tmp_path, Time(), "10.0.0.5").certificates()
    text = run(
        "openssl", "x509", "-in", str(tmp_path / "machine.pem"), "-noout", "-text"
    )
    assert "DNS:10.0.0.5.machine" in text
    assert "CA:FALSE" in text
    assert (tmp_path / "machine.pem").stat().st_mode & 0o007 == 0


def test_a_machine_whose_tls_does_not_run_is_spoken_to_without(tmp_path: Path) -> None:
    def command(*words: str, **more: object) -> str:
        return "inactive" if words[0] == "systemctl" else run(*words)

    without = Identity(HERE, Time(), folder=tmp_path, command=command)
    assert without.certificates() == ""


def test_the_machines_tls_starts_at_every_boot_and_not_as_root(tmp_path: Path) -> None:
    command = FakeRun()
    agent_install.install({"region": "us-east-1", "image": "one"}, tmp_path, command)
    assert "systemctl enable --now passepartout-tls.service" in command.said
    unit = (tmp_path / "etc/systemd/system/passepartout-tls.service").read_text()
    assert "User=haproxy" in unit
    assert "CapabilityBoundingSet=\n" in unit
