"""The calls to Linux that Python 3.11 does not offer."""

from __future__ import annotations

import ctypes
import os
import struct
from functools import lru_cache
from typing import Final

__all__ = [
    "BIND",
    "NEW_NAMESPACES",
    "NO_DEV",
    "NO_EXEC",
    "NO_SUID",
    "detach",
    "die_with_parent",
    "drop_capabilities",
    "forbid_privileges",
    "mount",
    "prctl",
    "set_dumpable",
    "unshare",
]

# Mount, host name, IPC, user, process ids, network (linux/sched.h).
NEW_NAMESPACES: Final = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
NO_SUID, NO_DEV, NO_EXEC, BIND = 2, 4, 8, 4096
_DETACH: Final = 2
_PDEATHSIG, _DUMPABLE, _CAPBSET_DROP, _NO_NEW_PRIVS, _AMBIENT = 1, 4, 24, 38, 47
_SIGKILL: Final = 9
_CAP_VERSION_3: Final = 0x20080522
_MOST_CAPABILITIES: Final = 64


@lru_cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    result = getattr(_libc(), name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Move this process (for process ids: its children) into namespaces of its own."""
    _call("unshare", flags)


def mount(source: str, target: str, kind: str | None = None, *, flags: int = 0, options: str = "") -> None:
    """Mount `source` at `target`, see mount(2)."""
    encoded = (kind.encode() if kind else None, ctypes.c_ulong(flags), options.encode())
    _call("mount", source.encode(), target.encode(), *encoded)


def detach(target: str) -> None:
    """Take a mount off the tree; what is open or bound elsewhere stays."""
    _call("umount2", target.encode(), _DETACH)


def prctl(option: int, value: int = 0, third: int = 0) -> int:
    """Call prctl(2)."""
    rest = (ctypes.c_ulong(value), ctypes.c_ulong(third), ctypes.c_ulong(0), ctypes.c_ulong(0))
    return _call("prctl", option, *rest)


def die_with_parent() -> None:
    """Have this process killed when its parent dies."""
    prctl(_PDEATHSIG, _SIGKILL)


def set_dumpable(value: int) -> None:
    """Let other processes of this account look into this one (1), or not (0)."""
    prctl(_DUMPABLE, value)


def forbid_privileges() -> None:
    """Let no program that is started from here have more rights than this process."""
    prctl(_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up all capabilities of this process and of everything it starts."""
    for number in range(_MOST_CAPABILITIES):
        try:
            prctl(_CAPBSET_DROP, number)
        except OSError:  # the first number this kernel does not know
            break
    prctl(_AMBIENT, 4)  # PR_CAP_AMBIENT_CLEAR_ALL
    header = ctypes.create_string_buffer(struct.pack("Ii", _CAP_VERSION_3, 0), 8)
    none = ctypes.create_string_buffer(24)
    _call("capset", header, none)
