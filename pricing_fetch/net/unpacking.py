"""Unpacks gzip by its magic bytes, whatever the headers say, within a limit."""

import zlib
from collections.abc import Iterable, Iterator

from pricing_fetch.errors import Damaged, TooLarge

GZIP = b"\x1f\x8b"
"""How gzip begins. No price list does, nor does any JSON."""

_PIECE = 1 << 18


def unpacked(pieces: Iterable[bytes], *, name: str, max_bytes: int) -> Iterator[bytes]:
    """The bytes, unpacked if they are gzip, in pieces of bounded size.

    Raises TooLarge as soon as more than `max_bytes` come out, and Damaged for gzip
    that is broken or cut off. `name` says in the message what is read.
    """
    waiting = iter(pieces)
    first = b""
    for piece in waiting:
        first += piece
        if len(first) >= len(GZIP):
            break
    packed = first.startswith(GZIP)
    stream = _gunzip(first, waiting, name) if packed else _plain(first, waiting)
    total = 0
    for piece in stream:
        total += len(piece)
        if total > max_bytes:
            raise TooLarge(
                f"{name}: {'unpacks to' if packed else 'has'} more than "
                f"{max_bytes >> 20:,} MiB, the most that this source may have; nothing "
                "of it was taken"
            )
        yield piece


def _plain(first: bytes, waiting: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from waiting


def _gunzip(first: bytes, waiting: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Every member of a gzip file, for packers may write several after each other."""
    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
    data = first
    started = True
    try:
        while True:
            while data:
                piece = member.decompress(data, _PIECE)
                data = member.unconsumed_tail
                if piece:
                    yield piece
                if member.eof:
                    data = member.unused_data
                    started = bool(data)
                    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            following = next(waiting, None)
            if following is None:
                break
            data = following
            started = started or bool(data)
    except zlib.error as error:
        raise Damaged(
            f"{name}: cannot be unpacked ({error}); fetch it again"
        ) from error
    if started:
        raise Damaged(f"{name}: the packed answer is cut off; fetch it again")
