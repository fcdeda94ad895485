"""The transport against a real server: what is retried, what is refused, what is kept."""

import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pricing_fetch.errors import (
    Damaged,
    Denied,
    NoRoom,
    NotAllowed,
    NotListed,
    NotReached,
    Throttled,
    TooLarge,
)
from pricing_fetch.net import downloads, limits
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.transport import Transport
from tests.aws.server import Asked, AwsServer, Reply

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
BODY = b"".join(b"%d,a line of a price list\n" % number for number in range(40_000))


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        server.serve("/list", lambda _: Reply(body=BODY))
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def transport(aws: AwsServer, pauses: list[float]) -> Iterator[Transport]:
    one = Transport(
        where=Addresses(aws.url, f"{aws.url}/spot.json", f"{aws.url}/advisor.json"),
        now=lambda: NOW,
        sleep=pauses.append,
        chance=lambda: 1.0,
        patience=Patience(read_seconds=0.5, tries=4),
    )
    yield one
    one.close()


def test_an_unchanged_answer_is_asked_for_by_its_etag(
    aws: AwsServer, transport: Transport
) -> None:
    first = transport.get(f"{aws.url}/list")
    again = transport.get(f"{aws.url}/list", etag=first.etag)
    assert (first.status, first.body) == (200, BODY)
    assert (again.status, again.body) == (304, b"")
    assert first.date
    assert again.etag == first.etag


def test_gzip_is_told_by_its_first_bytes_not_by_a_header(
    aws: AwsServer, transport: Transport
) -> None:
    aws.fail("gzip-no-header")
    assert transport.get(f"{aws.url}/list").body == BODY
    aws.serve("/packed", lambda _: Reply(body=BODY, gzip=True))
    assert transport.get(f"{aws.url}/packed").body == BODY


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        ("server-error", {}),
        ("refuse", {}),
        ("reset", {"after": 100}),
        ("truncate", {"after": 100}),
        ("time-out", {"seconds": 5}),
        ("throttle", {}),
    ],
)
def test_a_passing_fault_is_asked_again_after_a_pause(
    aws: AwsServer,
    transport: Transport,
    pauses: list[float],
    fault: str,
    how: dict[str, Any],
) -> None:
    aws.fail(fault, **how)
    assert transport.get(f"{aws.url}/list").body == BODY
    assert [name for name, _ in aws.failed] == [fault]
    assert len(pauses) == 1


def test_pauses_double_and_the_last_failure_says_so(
    aws: AwsServer, transport: Transport, pauses: list[float]
) -> None:
    aws.fail("server-error", times=9)
    with pytest.raises(NotReached, match=r"asked 4 times; try again later"):
        transport.get(f"{aws.url}/list")
    assert pauses == [0.5, 1.0, 2.0]
    assert len(aws.asked) == 4


def test_a_pause_is_as_long_as_the_server_asks(
    aws: AwsServer, transport: Transport, pauses: list[float]
) -> None:
    aws.fail("throttle", retry_after=7)
    transport.get(f"{aws.url}/list")
    # 7 as asked, and up to half a second more, here all of it.
    assert pauses == [7.5]


def test_a_pause_beyond_the_longest_is_not_waited_for(
    aws: AwsServer, transport: Transport, pauses: list[float]
) -> None:
    aws.fail("throttle", retry_after=3600)
    with pytest.raises(Throttled, match="asks to wait 3,600 seconds"):
        transport.get(f"{aws.url}/list")
    assert pauses == []


def test_throttling_that_lasts_is_told_as_such(
    aws: AwsServer, transport: Transport
) -> None:
    aws.fail("throttle", times=9)
    with pytest.raises(Throttled):
        transport.get(f"{aws.url}/list")


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NotListed), (403, Denied), (400, NotReached)]
)
def test_a_refusal_is_not_asked_again(
    aws: AwsServer, transport: Transport, status: int, kind: type[Exception]
) -> None:
    aws.serve("/no", lambda _: Reply(status, {}, b"no"))
    with pytest.raises(kind):
        transport.get(f"{aws.url}/no")
    assert len(aws.asked) == 1


def test_a_web_page_is_not_taken_for_prices(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.fail("html", times=2)
    with pytest.raises(Damaged, match="a web page came"):
        transport.get(f"{aws.url}/list")
    with pytest.raises(Damaged, match="a web page came"):
        transport.download(f"{aws.url}/list", tmp_path)


def test_an_answer_beyond_its_limit_is_refused(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    with pytest.raises(TooLarge):
        transport.get(f"{aws.url}/list", max_bytes=1 << 19)
    with pytest.raises(TooLarge):
        transport.download(f"{aws.url}/list", tmp_path, max_bytes=1 << 19)
    assert list(tmp_path.iterdir()) == []


def test_a_zip_bomb_is_stopped_at_the_limit(
    aws: AwsServer, transport: Transport
) -> None:
    bomb = gzip.compress(bytes(200 << 20), 9)
    assert len(bomb) < 1 << 20
    aws.serve("/bomb", lambda _: Reply(body=bomb))
    with pytest.raises(TooLarge, match="unpacks to more than 16 MiB"):
        transport.get(f"{aws.url}/bomb")


def test_other_hosts_are_never_asked_not_even_by_redirect(
    aws: AwsServer, transport: Transport
) -> None:
    with AwsServer() as other:
        moved = {"Location": f"{other.url}/list"}
        aws.serve("/moved", lambda _: Reply(302, moved))
        with pytest.raises(NotAllowed, match="neither AWS's price host nor a mirror"):
            transport.get(f"{aws.url}/moved")
        assert other.asked == []


def test_a_redirect_on_the_host_is_followed_and_a_circle_ends(
    aws: AwsServer, transport: Transport
) -> None:
    aws.serve("/moved", lambda _: Reply(301, {"Location": "/list"}))
    assert transport.get(f"{aws.url}/moved").body == BODY
    aws.serve("/circle", lambda _: Reply(301, {"Location": "/circle"}))
    with pytest.raises(Damaged, match="in a circle"):
        transport.get(f"{aws.url}/circle")


def test_an_answer_that_drips_ends_at_its_time(aws: AwsServer) -> None:
    seconds = iter(range(0, 10_000, 50))
    transport = Transport(
        where=Addresses(price_list=aws.url), clock=lambda: float(next(seconds))
    )
    aws.fail("slow", size=1000, pause=0.001)
    with pytest.raises(NotReached, match="too slowly"):
        transport.get(f"{aws.url}/list")


def test_a_download_is_the_bytes_as_they_came(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    told: list[tuple[int, int | None]] = []
    got = transport.download(
        f"{aws.url}/list", tmp_path, progress=lambda *at: told.append(at)
    )
    assert got.path.read_bytes() == BODY
    assert (got.sha256, got.byte_count) == (sha256(BODY).hexdigest(), len(BODY))
    assert told[-1] == (len(BODY), len(BODY))
    assert set(got.files) == set(tmp_path.iterdir())
    assert all(path.stat().st_mode & 0o077 == 0 for path in got.files[:1])


@pytest.mark.parametrize("fault", ["reset", "truncate"])
def test_a_broken_download_goes_on_where_it_stopped(
    aws: AwsServer, transport: Transport, tmp_path: Path, fault: str
) -> None:
    aws.fail(fault, after=300_000)
    got = transport.download(f"{aws.url}/list", tmp_path)
    assert got.path.read_bytes() == BODY
    assert got.sha256 == sha256(BODY).hexdigest()
    begin = int(aws.asked[1].headers["range"].removeprefix("bytes=").rstrip("-"))
    # A reset may cost what the network had not handed over yet, a cut does not.
    assert begin == 299_999 if fault == "truncate" else begin < 300_000
    assert aws.asked[1].headers["if-range"] == got.etag


def test_a_next_run_goes_on_and_a_whole_file_costs_one_byte(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.fail("truncate", after=300_000, times=1)
    aws.fail("server-error", times=3)
    with pytest.raises(NotReached):
        transport.download(f"{aws.url}/list", tmp_path)
    first = transport.download(f"{aws.url}/list", tmp_path)
    again = transport.download(f"{aws.url}/list", tmp_path)
    assert (first.path, first.sha256) == (again.path, again.sha256)
    assert first.path.read_bytes() == BODY
    assert aws.asked[-1].headers["range"] == f"bytes={len(BODY) - 1}-"


def test_a_login_page_in_between_costs_nothing_of_what_has_come(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.fail("truncate", after=300_000, times=1)
    aws.fail("html", times=1)
    with pytest.raises(Damaged, match="a web page came"):
        transport.download(f"{aws.url}/list", tmp_path)
    (part,) = tmp_path.glob("*.part")
    assert part.read_bytes() == BODY[:300_000]
    got = transport.download(f"{aws.url}/list", tmp_path)
    assert got.path.read_bytes() == BODY
    assert aws.asked[-1].headers["range"] == "bytes=299999-"


def test_a_file_that_changed_meanwhile_is_fetched_anew(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.fail("truncate", after=300_000, times=1)
    aws.fail("server-error", times=3)
    with pytest.raises(NotReached):
        transport.download(f"{aws.url}/list", tmp_path)
    other = BODY[::-1]
    aws.serve("/list", lambda _: Reply(body=other))
    got = transport.download(f"{aws.url}/list", tmp_path)
    assert got.path.read_bytes() == other
    assert got.sha256 == sha256(other).hexdigest()


def test_a_server_without_ranges_starts_over(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    cut = iter([300_000])

    def without_ranges(_: Asked) -> Reply:
        stop = next(cut, len(BODY))
        return Reply(200, {"ETag": '"x"'}, iter([BODY[:stop]]), length=len(BODY))

    aws.serve("/list", without_ranges)
    aws.fail("truncate", after=300_000)
    got = transport.download(f"{aws.url}/list", tmp_path)
    assert got.path.read_bytes() == BODY
    assert "range" in aws.asked[1].headers


def test_an_answer_without_a_length_is_refused(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.serve("/list", lambda _: Reply(200, {}, iter([BODY])))
    got = transport.download(f"{aws.url}/list", tmp_path)
    # In chunks the protocol itself shows a cut, so this is whole.
    assert got.byte_count == len(BODY)


def test_a_download_of_a_killed_process_goes_on(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.fail("slow", size=20_000, pause=0.02)
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from pricing_fetch.net.hosts import Addresses\n"
        "from pricing_fetch.net.transport import Transport\n"
        "Transport(where=Addresses(price_list=sys.argv[1])).download(\n"
        "    sys.argv[1] + '/list', Path(sys.argv[2]))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, aws.url, str(tmp_path)])
    deadline = time.monotonic() + 20
    while not any(path.stat().st_size > 50_000 for path in tmp_path.glob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    got = transport.download(f"{aws.url}/list", tmp_path)
    assert got.path.read_bytes() == BODY
    assert int(aws.asked[-1].headers["range"][6:-1]) > 40_000


def test_two_downloads_of_one_file_at_a_time_do_not_share_a_part(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    with downloads.PartFile.of(tmp_path, f"{aws.url}/list", NOW) as held:
        got = transport.download(f"{aws.url}/list", tmp_path)
    assert got.path != held.path
    assert got.path.read_bytes() == BODY


def test_a_whole_file_can_be_read_whatever_others_do_to_it(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    first = transport.download(f"{aws.url}/list", tmp_path)
    # Another refresh finds it whole, stores it and deletes it.
    for path in transport.download(f"{aws.url}/list", tmp_path).files:
        path.unlink()
    # A third begins it anew, and then the server has another one.
    assert transport.download(f"{aws.url}/list", tmp_path).path == first.path
    aws.serve("/list", lambda _: Reply(body=b"another"))
    last = transport.download(f"{aws.url}/list", tmp_path)
    for got, body in ((first, BODY), (last, b"another")):
        got.opened.seek(0)
        assert got.opened.read() == body


def test_a_full_disk_is_said_and_not_left_full(
    aws: AwsServer,
    transport: Transport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Full:
        """A file on a disk with no room left."""

        def __init__(self, file: object) -> None:
            self.file = file

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    opened = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *a: Full(opened(*a)))
    with pytest.raises(NoRoom, match=r"the disk is full .* make room there"):
        transport.download(f"{aws.url}/list", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoRoom, match="cannot be written"):
        transport.download(f"{aws.url}/list", tmp_path / "file" / "folder")


def test_what_was_given_up_a_week_ago_is_removed(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    old, young, other = (tmp_path / name for name in ("a.part", "b.part", "notes.txt"))
    for path in (old, young, other):
        path.write_text("x")
    long_ago = NOW.timestamp() - limits.LEFTOVER_SECONDS - 1
    os.utime(old, (long_ago, long_ago))
    os.utime(other, (long_ago, long_ago))
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    transport.download(f"{aws.url}/list", tmp_path)
    assert not old.exists()
    assert young.exists()
    assert other.exists()


def test_a_side_file_of_another_shape_starts_over(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    got = transport.download(f"{aws.url}/list", tmp_path)
    for text in ("", "[]", json.dumps({"etag": 3}), "{"):
        got.files[1].write_text(text)
        again = transport.download(f"{aws.url}/list", tmp_path)
        assert (again.path, again.sha256) == (got.path, got.sha256)
