"""Unpacks what was packed with gzip, as backends and artefact stores keep documents."""

import zlib

from farebox.graph.errors import UnreadableDocument

GZIP_MARK = b"\x1f\x8b"

MOST_BYTES = 1 << 30
"""A document of a million resources has less; a packed file may hold any amount."""


def unpacked(data: bytes, name: str) -> bytes:
    """The bytes as they were before they were packed; others as they are.

    Raises UnreadableDocument, with `name`, for what is damaged, cut off or too large.
    """
    if not data.startswith(GZIP_MARK):
        return data
    parts, size = [], 0
    while data.startswith(GZIP_MARK):
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            part = member.decompress(data, MOST_BYTES - size + 1)
        except zlib.error as error:
            raise UnreadableDocument(f"{name} is damaged: {error}") from error
        size += len(part)
        if size > MOST_BYTES:
            raise UnreadableDocument(
                f"{name} unpacks to more than {MOST_BYTES:,} bytes, which is no "
                "document of a stack"
            )
        if not member.eof:
            raise UnreadableDocument(
                f"{name} is packed with gzip and cut off: run the command that wrote "
                "it again"
            )
        parts.append(part)
        data = member.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts)
