"""Frames on a stream and open files passed along: how marking talks to its own processes.

Nothing here listens on a port. What comes back from a process that runs a student's code is bounded before
it is read, and is never unpickled.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Final

from ecrm_helpers.errors import MarkingError

__all__ = ["ChannelError", "LateError", "TooLargeError", "give", "read_frame", "take", "write_frame"]

_HEAD: Final = struct.Struct(">I")
_MOST_FILES: Final = 4


class ChannelError(MarkingError):
    """A frame was too large, cut off or too late."""


class LateError(ChannelError):
    """A frame did not come in time; its cause is a `TimeoutError`."""


class TooLargeError(ChannelError):
    """A larger frame was announced than is accepted; nothing of it was read."""


def write_frame(line: socket.socket, data: bytes) -> None:
    """Send one frame: four bytes of length, then the data.

    Raises
    ------
    OSError
        When the other side is gone.
    """
    line.sendall(_HEAD.pack(len(data)) + data)


def read_frame(line: socket.socket, *, most: int, until: float | None = None) -> bytes | None:
    """Return the next frame, or None when the other side has closed the line between two frames.

    Parameters
    ----------
    line : socket
        A connected stream socket.
    most : int
        Largest frame accepted, bytes.
    until : float, optional
        Latest `time.monotonic()` to wait for.

    Raises
    ------
    ChannelError
        The frame is too large (`TooLargeError`), cut off, or did not come in time (`LateError`).

    Examples
    --------
    >>> here, there = socket.socketpair()
    >>> write_frame(there, b"done")
    >>> read_frame(here, most=100)
    b'done'
    >>> here.close(), there.close()
    (None, None)
    """
    head = _exactly(line, _HEAD.size, until, may_end=True)
    if head is None:
        return None
    (size,) = _HEAD.unpack(head)
    if size > most:
        message = f"a frame of at most {most} bytes expected, {size} announced"
        raise TooLargeError(message)
    return _exactly(line, size, until)


def _exactly(line: socket.socket, size: int, until: float | None, *, may_end: bool = False) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        _wait(line, until)
        part = line.recv(min(size - len(data), 1 << 20))
        if not part:
            if may_end and not data:
                return None
            message = f"the other side closed the line after {len(data)} of {size} bytes"
            raise ChannelError(message)
        data += part
    return bytes(data)


def _wait(line: socket.socket, until: float | None) -> None:
    if until is None:
        return
    poll = select.poll()  # select() refuses descriptors above 1023
    poll.register(line, select.POLLIN)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        message = "nothing came in time"
        raise LateError(message) from TimeoutError(message)


def give(control: socket.socket, *files: int, note: bytes = b".") -> None:
    """Pass open files along a SOCK_SEQPACKET pair, with a note of 1 to 200 bytes."""
    socket.send_fds(control, [note], list(files))


def take(control: socket.socket) -> tuple[bytes, list[int]] | None:
    """Receive a note and open files, or None when the other side has closed the line."""
    note, files, _, _ = socket.recv_fds(control, 200, _MOST_FILES)
    return (note, files) if note or files else None
