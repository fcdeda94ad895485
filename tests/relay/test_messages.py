"""Messages between those who are connected, on one pod and over two."""

import asyncio

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError

from relay.frames import MOST_BYTES, BadFrame, Frame, Kind, pack, unpack
from relay.server import BACKLOG_BYTES, REPLACED
from tests.relay.running import bearer, parties, pods, run, until


@pytest.mark.parametrize("payload", [b"", b"x", bytes(range(256)) * 256])
def test_a_frame_comes_out_as_it_went_in(payload: bytes) -> None:
    frame = Frame(Kind.DATA, "alice/phone", 2**32 - 1, payload)
    assert unpack(pack(frame)) == frame


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x05al", b"\x63\x00\0\0\0\0"])
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack(data)


@pytest.mark.parametrize("other", [0, 1])
def test_a_message_arrives_with_the_name_that_its_sender_proved(other: int) -> None:
    async def test() -> None:
        async with (
            pods(2) as running,
            parties(running, alice=0, bob=other) as (alice, bob),
        ):
            if other:
                await until(lambda: "bob" in running.meshes[0].homes)
                await until(lambda: "alice" in running.meshes[1].homes)
            await alice.send("bob", b"hello")
            assert await bob.read() == Frame(Kind.MESSAGE, "alice", 0, b"hello")
            await bob.send("alice", b"hello back")
            assert await alice.read() == Frame(Kind.MESSAGE, "bob", 0, b"hello back")

    run(test)


def test_who_is_not_connected_is_told_to_the_sender() -> None:
    async def test() -> None:
        async with pods() as running, parties(running, alice=0) as (alice,):
            await alice.send("bob", b"hello")
            assert await alice.read() == Frame(Kind.LOST, "bob")

    run(test)


def test_a_token_proves_its_user_and_the_users_devices_and_nobody_else() -> None:
    async def test() -> None:
        async with pods() as running, ClientSession() as session:
            for name, status in (
                ("alice", 101),
                ("alice/phone", 101),
                ("bob", 401),
                ("@pod", 400),
                ("Alice", 400),
                ("a" * 64, 400),
            ):
                url = running.url(path=f"/connect/{name}")
                headers = bearer("alice")
                if status == 101:
                    async with session.ws_connect(url, headers=headers):
                        continue
                with pytest.raises(WSServerHandshakeError) as refused:
                    await session.ws_connect(url, headers=headers)
                assert refused.value.status == status, name

    run(test)


def test_a_user_cannot_pass_for_a_pod() -> None:
    async def test() -> None:
        async with pods(2) as running, ClientSession() as session:
            with pytest.raises(WSServerHandshakeError) as refused:
                await session.ws_connect(
                    running.url(path="/mesh"), headers=bearer("alice")
                )
            assert refused.value.status == 401
        async with pods() as running, parties(running, alice=0) as (alice,):
            await alice.send("", b"bob", Kind.GONE)
            closed = await alice.socket.receive(timeout=5)
            assert closed.type == WSMsgType.CLOSE

    run(test)


def test_the_newest_connection_of_a_name_has_it() -> None:
    async def test() -> None:
        async with (
            pods() as running,
            parties(running, alice=0) as (old,),
            parties(running, alice=0, bob=0) as (new, bob),
        ):
            assert (await old.socket.receive(timeout=5)).data == REPLACED
            await bob.send("alice", b"hello")
            assert (await new.read()).payload == b"hello"

    run(test)


def test_a_recipient_that_does_not_read_is_cut_off_and_holds_nobody_up() -> None:
    async def test() -> None:
        async with (
            pods() as running,
            parties(running, alice=0, bob=0, carol=0) as (alice, bob, carol),
        ):
            # Nobody reads bob's socket: aiohttp stops reading once its own buffer is full.
            lost = asyncio.create_task(alice.read())
            for _ in range(10 * BACKLOG_BYTES // MOST_BYTES + 200):
                await alice.send("bob", bytes(MOST_BYTES))
                if lost.done():
                    break
            assert (await lost).kind == Kind.LOST
            await until(lambda: "bob" not in running.relays[0].here)
            await alice.send("carol", b"still here")
            assert (await carol.read()).payload == b"still here"
            assert bob.socket is not None

    run(test)


def test_a_pod_that_ends_sends_its_connections_away() -> None:
    async def test() -> None:
        async with pods(2) as running, parties(running, alice=0) as (alice,):
            await running.stop(0)
            closed = await alice.socket.receive(timeout=5)
            assert closed.data == 1012
        async with (
            pods() as running,
            ClientSession() as session,
            session.get(running.url(path="/ready")) as answer,
        ):
            assert answer.status == 200

    run(test)
