"""A download on the disk: its part file, what is known of it, and how it goes on."""

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from msgspec import Struct

from pricing_fetch.errors import Damaged, NoRoom
from pricing_fetch.net import limits
from pricing_fetch.net.answers import NotYet

_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII)
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Downloaded(Struct, frozen=True):
    """A whole file as its bytes came; `sha256` is hex, `files` all that is on disk.

    It is read through `opened`: another refresh may delete the file meanwhile, for it
    has stored the same list already.
    """

    path: Path
    etag: str
    sha256: str
    byte_count: int
    files: tuple[Path, ...]
    opened: BinaryIO


class PartFile:
    """`<hash of the address>.part` in a folder, and beside it its ETag in a small file.

    The file is only ever appended to, and the last byte that it has is asked for again:
    so a file that is already whole is confirmed by one byte. Two processes that want
    the same file do not share one while it comes: the second has a part file of its own.
    Whoever starts over leaves the old file to those who read it, and begins another.
    """

    def __init__(self, folder: Path, url: str, now: datetime) -> None:
        self._folder = folder
        self._now = now
        self._stem = sha256(url.encode()).hexdigest()[:32]
        self.path = folder / f"{self._stem}.part"
        self.size = 0
        self.asked_from = 0
        self._etag = ""
        self._whole: int | None = None
        self._overlap = 0
        self._hash = sha256()
        self._file: BinaryIO | None = None
        self._is_finished = False

    @classmethod
    def of(cls, folder: Path, url: str, now: datetime) -> "PartFile":
        """The part file of an address, opened when it is entered."""
        return cls(folder, url, now)

    def __enter__(self) -> "PartFile":
        with self._room():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_leftovers()
            self._open()
            self._remember()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        if self._is_finished:
            _unlock(self._file)
        else:
            self._file.close()

    @property
    def side(self) -> Path:
        """The small file that keeps the ETag and the length."""
        return self.path.with_suffix(".json")

    def resume_headers(self) -> dict[str, str]:
        """What asks for the rest, if the file is still the same."""
        if not (self.size and self._etag):
            return {}
        return {"Range": f"bytes={self.size - 1}-", "If-Range": self._etag}

    def begin(self, status: int, headers: Mapping[str, str], name: str) -> int | None:
        """Take up the answer's headers; the length of the whole file, if it is said."""
        etag = headers.get("ETag", "")
        length = headers.get("Content-Length", "")
        if status == 206:
            found = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", ""))
            fits = found is not None and int(found[1]) == self.size - 1
            if found is None or not fits or (etag and etag != self._etag):
                self.start_over("")
                raise NotYet(f"{name}: the server sent another part than was asked for")
            self._whole = int(found[3])
            self.asked_from, self._overlap = self.size - 1, 1
            return self._whole
        self.start_over("" if etag.startswith("W/") else etag)
        if length.isascii() and length.isdigit() and len(length) <= 15:
            self._whole = int(length)
        elif headers.get("Transfer-Encoding", "").lower() != "chunked":
            raise Damaged(
                f"{name}: the answer does not say how long it is, so that a cut could "
                "not be seen; a proxy on the way may do this"
            )
        with self._room():
            self._keep_side()
        return self._whole

    def write(self, piece: bytes) -> None:
        """Append what came, but for the byte that is already here."""
        file = self._opened()
        if self._overlap and piece:
            self._overlap = 0
            with self._room():
                file.seek(self.size - 1)
                if file.read(1) != piece[:1]:
                    self.start_over("")
                    raise NotYet(f"{self.path.name}: the rest does not fit the start")
            piece = piece[1:]
        with self._room():
            file.seek(self.size)
            file.write(piece)
            file.flush()
        self._hash.update(piece)
        self.size += len(piece)

    def finished(self, whole: int | None, name: str) -> Downloaded:
        """The whole file. Raises Damaged when its length is not what was said."""
        if whole is not None and self.size != whole:
            found = self.size
            self.start_over("")
            raise NotYet(f"{name}: {found:,} bytes came of {whole:,}")
        self._whole = self.size
        with self._room():
            self._keep_side()
        self._is_finished = True
        return Downloaded(
            self.path,
            self._etag,
            self._hash.hexdigest(),
            self.size,
            (self.path, self.side),
            self._opened(),
        )

    def start_over(self, etag: str) -> None:
        """Forget what has come: the file on the server is another one now."""
        file = self._opened()
        with self._room():
            if os.fstat(file.fileno()).st_size:
                file.close()
                self.path.unlink(missing_ok=True)
                self._open()
        self.size = self.asked_from = self._overlap = 0
        self._etag, self._whole = etag, None
        self._hash = sha256()

    def give_up(self) -> None:
        """Leave nothing behind, so that a full disk is not left full."""
        for path in (self.path, self.side):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _opened(self) -> BinaryIO:
        assert self._file is not None, "a part file is used inside its with block"
        return self._file

    def _open(self) -> None:
        """Open the part file, or one of this process's own where another has it."""
        self._file = _private(self.path)
        if not _lock(self._file):
            self._file.close()
            self.path = self._folder / f"{self._stem}.{os.getpid()}.part"
            self._file = _private(self.path)
            _lock(self._file)

    def _remember(self) -> None:
        """Go on from what an earlier run left, if it is known what that is."""
        try:
            kept = json.loads(self.side.read_bytes())
            etag = kept["etag"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            etag = ""
        if not (isinstance(etag, str) and etag):
            self.start_over("")
            return
        self._etag = etag
        file = self._opened()
        file.seek(0)
        while piece := file.read(1 << 20):
            self._hash.update(piece)
            self.size += len(piece)

    def _keep_side(self) -> None:
        """Write the side file in one step: it is there whole, or not at all."""
        waiting = self.side.with_suffix(".json.new")
        waiting.unlink(missing_ok=True)
        text = json.dumps({"etag": self._etag, "bytes": self._whole})
        descriptor = _descriptor(waiting)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
        waiting.replace(self.side)

    def _remove_leftovers(self) -> None:
        """Drop what a run left behind for good: its version of the list is gone."""
        oldest = self._now.timestamp() - limits.LEFTOVER_SECONDS
        for path in self._folder.iterdir():
            if path.suffix in (".part", ".json", ".new") and path != self.path:
                with suppress(OSError):
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _NO_SPACE:
                self.give_up()
                raise NoRoom(
                    f"{self._folder}: the disk is full after {self.size:,} bytes of a "
                    "download, which was removed; make room there, or name another "
                    "folder with FAREBOX_DATA_DIR"
                ) from error
            raise NoRoom(
                f"{self._folder}: cannot be written ({error.strerror}); make it yours, "
                "or name another folder with FAREBOX_DATA_DIR"
            ) from error


def _private(path: Path) -> BinaryIO:
    return os.fdopen(_descriptor(path), "r+b")


def _descriptor(path: Path) -> int:
    """The file, for its user alone; never another one that a link leads to."""
    follow = getattr(os, "O_NOFOLLOW", 0)  # Windows has none.
    return os.open(path, os.O_RDWR | os.O_CREAT | follow, 0o600)


def _lock(file: BinaryIO) -> bool:
    """Whether the file is ours alone while it is written; where that can be told."""
    try:
        import fcntl
    except ImportError:  # Windows: opening for writing is no conflict that we can see
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(file: BinaryIO) -> None:
    """The file is whole: others may confirm it, and read it too."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(file.fileno(), fcntl.LOCK_UN)
