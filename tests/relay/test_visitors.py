"""Visitors reach a home that listens to nobody, through the tunnel that it opened."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientError, ClientSession, web

from relay.frames import Frame, Kind, pack
from relay.home import stay
from relay.server import Relay
from relay.tokens import token_of
from relay.visitors import Visitors
from tests.relay.running import DOMAIN, KEY, Pods, parties, pods, run, until

LARGE = bytes(range(256)) * 4096 * 8
"""8 MiB: many times the window."""


async def answer(request: web.Request) -> web.Response:
    if request.path == "/large":
        return web.Response(body=LARGE)
    if request.path == "/length":
        return web.Response(text=str(len(await request.read())))
    headers = {"X-Saw": f"{request.host} {request.headers.get('X-Forwarded-For')}"}
    return web.Response(text=f"{request.method} {request.path_qs}", headers=headers)


@asynccontextmanager
async def home(running: Pods, pod: int = 0) -> AsyncIterator[None]:
    app = web.Application(client_max_size=2 * len(LARGE))
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    local = f"http://127.0.0.1:{runner.addresses[0][1]}"
    url = running.url(pod, "/connect/alice")
    task = asyncio.create_task(stay(url, token_of("alice", KEY), local))
    await until(lambda: "alice" in running.relays[pod].here)
    try:
        yield
    finally:
        task.cancel()
        await runner.cleanup()


HOST = {"Host": f"alice.{DOMAIN}", "X-Forwarded-For": "192.0.2.7"}


def test_a_visitor_gets_what_the_home_answers() -> None:
    async def test() -> None:
        async with pods() as running, home(running), ClientSession() as session:
            url = running.url(path="/page?a=b%20c")
            async with session.get(url, headers=HOST) as said:
                assert await said.text() == "GET /page?a=b%20c"
                assert said.headers["Content-Length"] == "17"
                assert said.headers["X-Saw"] == f"alice.{DOMAIN} 192.0.2.7"

    run(test)


def test_bodies_many_times_the_window_pass_both_ways() -> None:
    async def test() -> None:
        async with pods() as running, home(running), ClientSession() as session:
            async with session.get(running.url(path="/large"), headers=HOST) as said:
                assert await said.read() == LARGE
            async with session.post(
                running.url(path="/length"), headers=HOST, data=LARGE
            ) as said:
                assert await said.text() == str(len(LARGE))

    run(test)


def test_a_visitor_on_one_pod_reaches_a_home_on_another() -> None:
    async def test() -> None:
        async with pods(2) as running, home(running, 1), ClientSession() as session:
            url = running.url(0, "/large")

            async def there() -> bool:
                async with session.get(url, headers=HOST) as said:
                    return said.status == 200 and await said.read() == LARGE

            await until(there)

    run(test)


@pytest.mark.parametrize("said", [3, 7])
def test_a_home_that_lies_about_its_length_ends_the_connection(said: int) -> None:
    async def test() -> None:
        async with (
            pods() as running,
            parties(running, alice=0) as (alice,),
            ClientSession() as session,
        ):
            asking = asyncio.create_task(session.get(running.url(), headers=HOST))
            opened = await alice.read()
            assert opened.kind == Kind.OPEN
            head = {"status": 200, "headers": [["Content-Length", str(said)]]}
            for kind, payload in (
                (Kind.OPEN, json.dumps(head).encode()),
                (Kind.DATA, b"12345"),
                (Kind.END, b""),
            ):
                frame = Frame(kind, opened.name, opened.stream, payload)
                await alice.socket.send_bytes(pack(frame))
            with pytest.raises(ClientError):
                await (await asking).read()

    run(test)


def test_a_home_that_is_not_connected_is_a_bad_gateway() -> None:
    async def test() -> None:
        async with (
            pods() as running,
            ClientSession() as session,
            session.get(running.url(), headers=HOST) as said,
        ):
            assert said.status == 502
            assert await said.text() == "alice is not connected\n"

    run(test)


def test_a_home_comes_back_when_its_pod_ends() -> None:
    async def test() -> None:
        async with pods(1) as running, home(running), ClientSession() as session:
            await running.relays[0].here["alice"].socket.close(code=1012)
            await until(lambda: "alice" not in running.relays[0].here)
            await until(lambda: "alice" in running.relays[0].here)
            async with session.get(running.url(path="/"), headers=HOST) as said:
                assert said.status == 200

    run(test)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("alice.example.com", "alice"),
        ("Alice.example.com:443", "alice"),
        ("relay.example.com", ""),
        ("example.com", ""),
        ("alice.example.com.example.org", ""),
        ("a.alice.example.com", ""),
        ("10.0.0.1:8080", ""),
    ],
)
def test_only_names_of_the_domain_are_homes(host: str, name: str) -> None:
    assert Visitors(Relay(KEY), DOMAIN, "relay.example.com").name_of(host) == name
