"""Inside the sandbox: how much memory the processes of a submission hold, and which they are."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Memory"]

_HELD: Final = ("RssAnon:", "RssShmem:", "VmSwap:")
_SHARED_OUT: Final = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")
_LEAST_PRIORITY: Final = 19


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

    def exceeded(self, family: Sequence[int]) -> bool:
        """Tell whether these processes hold too much.

        What forks share is counted for each of them at first, which is quick; only when that is too much
        every page is divided among those who share it.
        """
        quick = sum(sum(self._numbers(f"{pid}/status", _HELD).values()) for pid in family)
        if quick <= self._most_kb:
            return False
        return sum(self._share(pid) for pid in family) > self._most_kb

    def _share(self, pid: int) -> int:
        """Return a process's share, kB; of one that hides its pages, all it has."""
        found = self._numbers(f"{pid}/smaps_rollup", _SHARED_OUT) or self._numbers(f"{pid}/status", _HELD)
        return sum(found.values())

    def family(self) -> list[int]:
        """Return the descendants of this process; orphans have become children of one of them."""
        children: dict[int, list[int]] = {}
        for name in os.listdir(self._proc):  # noqa: PTH208 - an open folder, no path
            if name.isdecimal():
                parent = self._numbers(f"{name}/status", ("PPid:",)).get("PPid:", 0)
                children.setdefault(parent, []).append(int(name))
        found, todo = [], children.get(os.getpid(), [])
        while todo:
            found.append(todo.pop())
            todo += children.get(found[-1], ())
        return found

    def hold_back(self, family: Sequence[int], *, but: int) -> None:
        """Let all processes and threads but one run only when nobody else wants the processor."""
        for pid in family:
            for thread in self._threads(pid):
                if thread != but:
                    with suppress(OSError):  # it has just ended
                        os.setpriority(os.PRIO_PROCESS, thread, _LEAST_PRIORITY)

    def _threads(self, pid: int) -> list[int]:
        try:
            fd = os.open(f"{pid}/task", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._proc)
        except OSError:
            return []
        try:
            return [int(name) for name in os.listdir(fd)]  # noqa: PTH208 - an open folder, no path
        except OSError:
            return []
        finally:
            os.close(fd)

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
