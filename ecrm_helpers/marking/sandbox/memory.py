"""Inside the sandbox: how much memory the processes of a submission hold."""

from __future__ import annotations

import os
from typing import Final

__all__ = ["Memory"]

_HELD: Final = ("RssAnon:", "RssShmem:")
_SHARED_OUT: Final = ("Pss_Anon:", "Pss_Shmem:")


class Memory:
    """Looks at processes through ``/proc`` as it was when this was made, and covered since.

    Parameters
    ----------
    most_mb : int
        What the processes of the submission may hold beyond what this process holds now.
    """

    def __init__(self, most_mb: int) -> None:
        self._proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._most_kb = (most_mb << 10) + sum(self._numbers(f"{os.getpid()}/status", _HELD).values())

    def address_space(self) -> int:
        """Return the address space of this process, bytes."""
        fd = os.open("self/statm", os.O_RDONLY, dir_fd=self._proc)
        try:
            return int(os.read(fd, 200).split()[0]) * os.sysconf("SC_PAGE_SIZE")
        finally:
            os.close(fd)

    def exceeded(self, *roots: int) -> bool:
        """Tell whether the processes `roots` and their descendants hold too much.

        What forks share is counted for each of them at first, which is quick; only when that is too much
        every page is divided among those who share it.
        """
        family = self._family(*roots)
        quick = sum(sum(self._numbers(f"{pid}/status", _HELD).values()) for pid in family)
        if quick <= self._most_kb:
            return False
        return sum(self._share(pid) for pid in family) > self._most_kb

    def _share(self, pid: int) -> int:
        """Return a process's share, kB; of one that hides its pages, all it has."""
        found = self._numbers(f"{pid}/smaps_rollup", _SHARED_OUT) or self._numbers(f"{pid}/status", _HELD)
        return sum(found.values())

    def _family(self, *roots: int) -> list[int]:
        """Return `roots` and their descendants; orphans have become children of one of them."""
        children: dict[int, list[int]] = {}
        for name in os.listdir(self._proc):  # noqa: PTH208 - an open folder, no path
            if name.isdecimal():
                parent = self._numbers(f"{name}/status", ("PPid:",)).get("PPid:", 0)
                children.setdefault(parent, []).append(int(name))
        found, todo = [], list(roots)
        while todo:
            found.append(todo.pop())
            todo += children.get(found[-1], ())
        return found

    def _numbers(self, path: str, names: tuple[str, ...]) -> dict[str, int]:
        """Return the named numbers of a file below ``/proc``; {} when the process is gone or closed to us."""
        try:
            fd = os.open(path, os.O_RDONLY, dir_fd=self._proc)
        except OSError:
            return {}
        try:
            lines = os.read(fd, 16_384).decode("ascii", "replace").splitlines()
        except OSError:
            return {}
        finally:
            os.close(fd)
        return {line.split()[0]: int(line.split()[1]) for line in lines if line.startswith(names)}
