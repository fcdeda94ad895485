"""Routes by name on a real HAProxy, changed while it runs."""

import os
import time
from pathlib import Path

import pytest

from passepartout.proxy.routes import SILENT_SECONDS
from passepartout.users.records import Machine
from tests.haproxy.proxy import Book, Machines, Proxy, configure, running, watcher


def test_a_user_is_reached_where_the_record_says(haproxy: str, tmp_path: Path) -> None:
    book, machines = Book(), Machines(3)
    first, second, relay = machines.ports
    port = configure(tmp_path, relay=f"127.0.0.1:{relay}")
    book.put(7, first)
    watch = watcher(book, tmp_path)
    assert watch.load()
    with running(haproxy, tmp_path, port) as proxy:
        # Read from the file, without a word through the socket.
        assert proxy.get(7)[2] == f"{first} 127.0.0.1 https"
        # Nobody's name: a user who hosts at home, behind the relay.
        assert proxy.get("alice")[2].startswith(f"{relay} ")
        book.put(8, second)
        book.put(7, second)
        watch.step(0.0)
        assert proxy.get(7)[2].startswith(f"{second} ")
        assert proxy.get(8)[2].startswith(f"{second} ")
        book.put(8, None, "waiting")
        watch.step(0.0)
        status, headers, text = proxy.get(8)
        assert (status, headers["retry-after"]) == (503, "5")
        assert text == "Your machine starts; nothing is lost.\n"
        book.put(8, None, "removed")
        watch.step(0.0)
        assert proxy.get(8)[2].startswith(f"{relay} ")


def test_one_connection_for_two_users_never_mixes_them(
    haproxy: str, tmp_path: Path
) -> None:
    book, machines = Book(), Machines(2)
    port = configure(tmp_path)
    for user, machine in zip((7, 8), machines.ports, strict=True):
        book.put(user, machine)
    watcher(book, tmp_path).load()
    with running(haproxy, tmp_path, port) as proxy, proxy.open() as opened:
        for _ in range(20):
            for user, machine in zip((7, 8), machines.ports, strict=True):
                assert proxy.get(user, over=opened)[2].startswith(f"{machine} ")


def test_a_silent_machine_keeps_its_routes_and_is_marked(
    haproxy: str, tmp_path: Path
) -> None:
    book, machines = Book(), Machines(1)
    port = configure(tmp_path)
    book.put(7, machines.ports[0])
    spoke = time.time() - SILENT_SECONDS - 1
    book.machines = [
        Machine(machine="i-1", zone="use1-az1", address="127.0.0.1", seen=spoke)
    ]
    watch = watcher(book, tmp_path)
    watch.load()
    with running(haproxy, tmp_path, port) as proxy:
        assert proxy.runtime.entries(f"{tmp_path}/marks.map") == {"127.0.0.1": "silent"}
        assert proxy.get(7)[0] == 200
        machines.stop(0)
        status, headers, _ = proxy.get(7)
        assert (status, headers["retry-after"]) == (503, "10")
        book.machines = [
            Machine(
                machine="i-1", zone="use1-az1", address="127.0.0.1", seen=time.time()
            )
        ]
        watch.step(1_000.0)
        assert proxy.runtime.entries(f"{tmp_path}/marks.map") == {}
        assert "retry-after" not in proxy.get(7)[1]


def test_without_the_record_routes_stay(haproxy: str, tmp_path: Path) -> None:
    book, machines = Book(), Machines(1)
    port = configure(tmp_path)
    book.put(7, machines.ports[0])
    watcher(book, tmp_path).load()
    book.away = True
    again = watcher(book, tmp_path)
    assert not again.load()
    with running(haproxy, tmp_path, port) as proxy:
        again.step(0.0)
        assert proxy.get(7)[0] == 200
        book.away = False
        book.put(7, None, "removed")
        again.step(0.0)
        assert proxy.runtime.entries(f"{tmp_path}/routes.map") == {}


def test_a_worker_that_starts_anew_is_told_what_its_file_lacks(
    haproxy: str, tmp_path: Path
) -> None:
    book, machines = Book(), Machines(2)
    port = configure(tmp_path)
    book.put(7, machines.ports[0])
    watch = watcher(book, tmp_path)
    watch.load()
    with running(haproxy, tmp_path, port):
        watch.step(0.0)
    book.put(7, machines.ports[1])
    watch.step(0.0)  # HAProxy is away: nothing is lost by it
    (tmp_path / "routes.map").write_text("9.example.com 127.0.0.1:1\n")
    with running(haproxy, tmp_path, port) as proxy:
        watch.step(0.0)
        assert proxy.get(7)[2].startswith(f"{machines.ports[1]} ")
        assert "9.example.com" not in proxy.runtime.entries(f"{tmp_path}/routes.map")


def test_the_configuration_needs_no_root(haproxy: str, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    port = configure(tmp_path)
    for path in (tmp_path, *tmp_path.iterdir()):
        os.chown(path, 65534, 65534)
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    program = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", haproxy]
    script = tmp_path / "as-nobody"
    script.write_text(f'#!/bin/sh\nexec {" ".join(program)} "$@"\n')
    script.chmod(0o755)
    with running(str(script), tmp_path, port) as proxy:
        assert worker_user(proxy) == 65534
        assert proxy.get("healthy")[0] == 503  # no relay here, but it answers


def worker_user(proxy: Proxy) -> int:
    status = Path(f"/proc/{proxy.runtime.pid()}/status").read_text()
    return int(status.partition("Uid:")[2].split()[0])
