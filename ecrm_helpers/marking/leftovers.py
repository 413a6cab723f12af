"""Private folders under ``/tmp`` that name their owner: what a killed run left can be told and removed.

A name holds machine, process id and start time, given when the folder is made: there is no moment in which
a live owner's folder looks like anybody's. Without ``/proc`` nothing is named and nothing removed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["owned_folder", "sweep"]

_OWNER: Final = re.compile(r"([0-9a-f]{12})-([0-9]{1,10})-([0-9]{1,20})-[a-z0-9_]{8}")
_START: Final = 19  # field 22 of /proc/<pid>/stat, counted from behind the name


def owned_folder(prefix: str, place: str | None = None, *, empty: bool = False) -> Path:
    """Make a folder that this account alone can open, after removing what dead owners left with this prefix.

    Parameters
    ----------
    prefix : str
        Begin of its name.
    place : str, optional
        Where; the system's folder for temporary files by default.
    empty : bool
        Whether such folders stay empty, being places to mount on: one that is not is left alone.
    """
    started = _started(os.getpid())
    owner = "" if started is None else f"{_machine()}-{os.getpid()}-{started}-"
    sweep(prefix, Path(place or tempfile.gettempdir()), empty=empty)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{owner}", dir=place))


def sweep(prefix: str, place: Path, *, empty: bool = False) -> None:
    """Remove the folders with this prefix that a process of this account made and has not lived to remove.

    Neither another account's folder nor a link, and none whose owner lives or cannot be looked for from here.
    """
    if _started(os.getpid()) is None:
        return
    with suppress(OSError):
        for entry in os.scandir(place):
            found = _OWNER.fullmatch(entry.name.removeprefix(prefix))
            if found is None or not entry.name.startswith(prefix):
                continue
            machine, pid, started = found.groups()
            if machine != _machine() or _started(int(pid)) == int(started):
                continue
            if _is_ours(entry) and not empty:
                shutil.rmtree(entry.path, ignore_errors=True)
            elif _is_ours(entry):
                with suppress(OSError):
                    Path(entry.path).rmdir()


def _is_ours(entry: os.DirEntry[str]) -> bool:
    try:
        seen = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    private = stat.S_ISDIR(seen.st_mode) and stat.S_IMODE(seen.st_mode) == stat.S_IRWXU
    return private and seen.st_uid == os.geteuid()


@cache
def _machine() -> str:
    """Return what tells apart the sets of process ids that may share a ``/tmp``: machines and containers."""
    parts = [os.uname().nodename]
    with suppress(OSError):
        parts.append(Path("/etc/machine-id").read_text(encoding="ascii"))
    with suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _started(pid: int) -> int | None:
    """Return when a process started, in the kernel's ticks; None where there is none, or no ``/proc``."""
    try:
        told = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return int(told.rpartition(b")")[2].split()[_START])
