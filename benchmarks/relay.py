"""What one core of the reference relay carries, beside its library's bare echo server.

`make bench-relay` prints connections, messages and bytes. What counts is the processor
time of the server's own process, not the clock: other work on the machine and this
client do not change it. Every message is a packet of its own, as from many users, not a
batch. TLS is not in it: the load balancer ends it.
"""

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from relay.frames import Frame, Kind, pack
from relay.tokens import token_of

KEY = b"0123456789abcdef0123456789abcdef"
IDLE = 4_000
"""Connections that are opened to see what one takes."""
PAIRS = 250
ROUNDS = 40
SIZES = (256, 4 * 1024, 60 * 1024)
"""Bytes of a message; the tiers' usage files take 4 KiB."""
HEARTBEATS = 40_000
"""Pings answered, to see what keeping a connection open takes."""
TICKS = os.sysconf("SC_CLK_TCK")

ECHO = """
import sys
from aiohttp import WSMsgType, web

async def echo(request):
    socket = web.WebSocketResponse(compress=False, heartbeat=50.0)
    await socket.prepare(request)
    async for message in socket:
        if message.type == WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket

app = web.Application()
app.router.add_get("/connect/{name:.+}", echo)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
"""


class Load(Struct, frozen=True):
    """What one process did: how many of a thing in how much processor time."""

    count: int
    cpu_seconds: float

    @property
    def per_core_second(self) -> float:
        """How many a core does in a second when it does nothing else."""
        return self.count / self.cpu_seconds


class Server:
    """A server process of the bench: its port, processor time and memory."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        """Watch a process that listens on a port of this machine."""
        self.process, self.port = process, port

    def cpu_seconds(self) -> float:
        """User and system time so far, from /proc."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2]
        user, system = stat.split()[11:13]
        return (int(user) + int(system)) / TICKS

    def kib(self) -> float:
        """Resident memory that is the process's own."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return float(status.partition("RssAnon:")[2].split()[0])


@contextmanager
def serving(command: list[str], port: int, **environment: str) -> Iterator[Server]:
    """A server on a port, until the block ends."""
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            sys.exit(f"bench: {' '.join(command)} does not listen")
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def echo_server() -> Iterator[Server]:
    """The library's bare echo server."""
    port = free_port()
    with serving([sys.executable, "-c", ECHO, str(port)], port) as server:
        yield server


@contextmanager
def relay_pods(count: int, folder: Path) -> Iterator[list[Server]]:
    """Pods of the relay, each on a loopback address of its own, that know each other."""
    key = folder / "key"
    key.write_bytes(KEY)
    port = free_port()
    program = (
        "import relay.__main__ as main, relay.mesh as mesh;"
        f"main.pods_of = lambda *_: {_finder(count, port)}; main.main()"
    )
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                serving(
                    [sys.executable, "-c", program],
                    port + place,
                    RELAY_KEY_FILE=str(key),
                    RELAY_DOMAIN="example.com",
                    RELAY_HOST="relay.example.com",
                    RELAY_PORT=str(port + place),
                    RELAY_PODS="pods" if count > 1 else "",
                )
            )
            for place in range(count)
        ]


def _finder(count: int, port: int) -> str:
    """What stands for the cluster's DNS: a function that knows the pods."""
    names = {f"@127.0.0.1:{port + place}" for place in range(count)}
    return f"(lambda: __import__('asyncio').sleep(0, {names!r}))"


def connect(server: Server, name: str) -> socket.socket:
    """An open WebSocket, by hand: the client must not cost more than the server."""
    opened = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = (
        f"GET /connect/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
        f"Authorization: Bearer {token_of(name, KEY)}\r\n\r\n"
    )
    opened.sendall(request.encode("ascii"))
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += opened.recv(4096)
    if b" 101 " not in answer.partition(b"\r\n")[0]:
        sys.exit(f"bench: refused: {answer!r}")
    return opened


def client_frame(payload: bytes, opcode: int = 2) -> bytes:
    """A WebSocket frame as clients send it; a mask of zeros leaves the bytes as they are."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 1 << 16:
        head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def receive(opened: socket.socket) -> None:
    """Read one whole frame of the server."""
    head = opened.recv(2, socket.MSG_WAITALL)
    size = head[1]
    if size >= 126:
        size = int.from_bytes(opened.recv(2 if size == 126 else 8, socket.MSG_WAITALL))
    if size:
        opened.recv(size, socket.MSG_WAITALL)


def pass_messages(
    servers: list[Server], ways: list[tuple[socket.socket, socket.socket, bytes]]
) -> Load:
    """Each round one message on each way, all read before the next round."""
    before = sum(server.cpu_seconds() for server in servers)
    for _ in range(ROUNDS):
        for sender, _recipient, frame in ways:
            sender.sendall(frame)
        for _sender, recipient, _frame in ways:
            receive(recipient)
    after = sum(server.cpu_seconds() for server in servers)
    return Load(ROUNDS * len(ways), after - before)


def idle_connections(server: Server) -> tuple[Load, float]:
    """What opening takes of a core, and KiB of memory that an open connection holds."""
    warm = [connect(server, f"warm-{number}") for number in range(200)]
    cpu, kib = server.cpu_seconds(), server.kib()
    opened = [connect(server, f"user-{number}") for number in range(IDLE)]
    load = Load(IDLE, server.cpu_seconds() - cpu)
    each = (server.kib() - kib) / IDLE
    for one in (*warm, *opened):
        one.close()
    return load, each


def pings(server: Server) -> Load:
    """Pings of clients, answered: half of what a heartbeat takes."""
    opened = [connect(server, f"user-{number}") for number in range(PAIRS)]
    frame = client_frame(b"", opcode=9)
    before = server.cpu_seconds()
    for _ in range(HEARTBEATS // PAIRS):
        for one in opened:
            one.sendall(frame)
        for one in opened:
            receive(one)
    load = Load(HEARTBEATS, server.cpu_seconds() - before)
    for one in opened:
        one.close()
    return load


def echoes(server: Server, size: int) -> Load:
    """Messages through the echo server."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(connect(server, f"user-{number}"))
            for number in range(PAIRS)
        ]
        frame = client_frame(bytes(size))
        return pass_messages([server], [(one, one, frame) for one in opened])


def relayed(pods: list[Server], size: int) -> Load:
    """Messages from each user of the first pod to one of the last."""
    with ExitStack() as stack:
        ways = []
        for number in range(PAIRS):
            sender = stack.enter_context(connect(pods[0], f"from-{number}"))
            to = f"to-{number}"
            recipient = stack.enter_context(connect(pods[-1], to))
            frame = client_frame(pack(Frame(Kind.MESSAGE, to, 0, bytes(size))))
            ways.append((sender, recipient, frame))
        time.sleep(0.2)  # the pods tell each other who is where
        return pass_messages(pods, ways)


def line(what: str, load: Load, beside: Load | None = None, size: int = 0) -> str:
    """One figure, what it is in MiB, and its ratio to the echo server's."""
    text = f"{load.per_core_second:10,.0f} a core-second   {what:<40}"
    if size:
        text += f" {load.per_core_second * size / 2**20:8.1f} MiB/s"
    if beside:
        ratio = load.per_core_second / beside.per_core_second
        text += f"   {ratio:.2f} of the echo server"
    return text


def main() -> None:
    """Print the report; the last lines are what the tiers' config takes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        echo = stack.enter_context(echo_server())
        echoed = {size: echoes(echo, size) for size in SIZES}
        opened, kib = idle_connections(echo)
        print(line("connections opened, echo server", opened), f"{kib:8.1f} KiB each")
        alone = stack.enter_context(relay_pods(1, folder))
        relay_opened, relay_kib = idle_connections(alone[0])
        print(
            line("connections opened, relay", relay_opened, opened),
            f"{relay_kib:8.1f} KiB each",
        )
        print(line("pings answered, relay", pings(alone[0])))
        meshed = stack.enter_context(relay_pods(2, folder))
        time.sleep(4)
        for size in SIZES:
            print(
                line(f"messages of {size:,} B, echo server", echoed[size], None, size)
            )
            one = relayed(alone, size)
            print(line("  relay, both on one pod", one, echoed[size], size))
            two = relayed(meshed, size)
            print(line("  relay, over two pods, both counted", two, echoed[size], size))


if __name__ == "__main__":
    main()
