"""Open a regular file that a student named: no link, no pipe, no device, nothing huge."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO, Final

from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_FILE", "open_regular", "read_regular"]

MAX_FILE: Final = 64 * 1024 * 1024


def open_regular(path: Path) -> BinaryIO | None:
    """Open a regular file, not what a link points at and not a pipe; None where it is neither.

    Raises
    ------
    OSError
        It cannot be opened.
    """
    if path.is_symlink():
        return None
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return os.fdopen(handle, "rb")


def read_regular(path: Path, *, most: int = MAX_FILE) -> tuple[bytes, list[str]]:
    """Return the content of a regular file of at most `most` bytes, or nothing and the reason."""
    try:
        file = open_regular(path)
    except OSError:
        file = None
    if file is None:
        return b"", [say.LINKED_FILE]
    with file:
        data = file.read(most + 1)
    if len(data) > most:
        return b"", [say.HUGE_FILE]
    return data, [] if data.strip() else [say.EMPTY_FILE]
