"""What travels between relay, homes, devices and pods: one binary message a frame.

A frame is a kind, the name of the other side, the number of a stream, and bytes:

    1 byte kind | 1 byte length of the name | the name in ASCII | 4 bytes stream | bytes

On the way to the relay the name is the recipient's; the relay delivers the frame with the
sender's, which is the one that the sender's token proves.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

MOST_BYTES = 64 * 1024
"""Bytes of a frame's payload; a larger thing is sent in parts."""
HEADER_BYTES = 2 + 255 + 4
_STREAM = struct.Struct("!I")


class Kind(IntEnum):
    """What a frame is. The last three pass between pods only."""

    MESSAGE = 0
    """Anything, from one to another; never answered but by LOST."""
    OPEN = 1
    """A visitor's request or a home's answer begins: its head as JSON."""
    DATA = 2
    """A part of a body."""
    END = 3
    """The body is whole."""
    TAKEN = 4
    """One DATA frame was passed on; its sender may send another."""
    LOST = 5
    """The recipient is not connected, or the stream has ended on the other side."""
    HERE = 6
    """Names, one a line, that are now connected to the pod that says it."""
    GONE = 7
    """Names, one a line, that no longer are."""
    FORWARD = 8
    """A frame for a name of the pod that gets it."""


class Frame(NamedTuple):
    """One frame; `name` is the recipient's or the sender's, as it travels."""

    kind: Kind
    name: str
    stream: int = 0
    payload: bytes = b""


class BadFrame(ValueError):
    """Bytes that are no frame."""


def pack(frame: Frame) -> bytes:
    """The bytes of a frame; ValueError where its name is too long or not ASCII."""
    name = frame.name.encode("ascii")
    head = bytes((frame.kind, len(name)))
    return b"".join((head, name, _STREAM.pack(frame.stream), frame.payload))


def unpack(data: bytes) -> Frame:
    """The frame of some bytes; BadFrame where there is none."""
    try:
        end = 2 + data[1]
        kind, name = Kind(data[0]), data[2:end].decode("ascii")
        (stream,) = _STREAM.unpack_from(data, end)
    except (IndexError, ValueError, struct.error) as error:
        raise BadFrame(str(error)) from None
    return Frame(kind, name, stream, data[end + 4 :])
