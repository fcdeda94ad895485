"""Downloads from a real server: what goes on where it stopped, and what is kept."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from pricing_fetch.errors import (
    Damaged,
    NoRoom,
    NotReached,
)
from pricing_fetch.net import downloads, limits
from pricing_fetch.net.transport import Transport
from tests.aws.server import Asked, AwsServer, Reply
from tests.pricing_fetch.net.conftest import BODY, NOW


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
