"""Inside the sandbox: the process that sits with one submission and runs none of its code.

It stands outside the submission's process ids, so that nothing there can reach it, holds the leash (the
marking side closes it to end the submission) and watches the memory of all its processes.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from contextlib import suppress
from typing import Any, Final, NoReturn

from ecrm_helpers.marking.channel import read_frame, write_frame
from ecrm_helpers.marking.sandbox import kernelcalls as linux
from ecrm_helpers.marking.sandbox.nest import lay_out, move_in
from ecrm_helpers.marking.sandbox.student import live

__all__ = ["MOST_JOB_BYTES", "sit"]

MOST_JOB_BYTES: Final = 256 << 20
_EVERY_SECONDS: Final = 0.2


def sit(leash_fd: int, events_fd: int, shell: Any) -> NoReturn:
    """Run the submission that comes over the leash, and report how it ended; never returns."""
    leash = socket.socket(fileno=leash_fd)
    try:
        verdict = _sit(leash, events_fd, shell)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong before any student's code runs, the client must hear
        verdict = {"end": "failed", "why": f"{type(error).__name__}: {error}"}
    with suppress(OSError):
        write_frame(leash, json.dumps(verdict).encode())
    os._exit(0)


def _sit(leash: socket.socket, events_fd: int, shell: Any) -> dict[str, Any]:
    job = json.loads(read_frame(leash, most=MOST_JOB_BYTES, until=time.monotonic() + 60) or b"null")
    files = {name: read_frame(leash, most=MOST_JOB_BYTES) or b"" for name in job["files"]}
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    job["used_bytes"] = _used_bytes()
    base = _held_kb(proc, os.getpid())
    move_in(job["limits"])
    child = os.fork()
    if child == 0:
        _first_process(leash, proc, events_fd, files, job, shell)
    os.close(events_fd)
    return _watch(leash, proc, child, base + (job["limits"]["total_memory_mb"] << 10))


def _first_process(
    leash: socket.socket, proc: int, events_fd: int, files: dict[str, bytes], job: dict[str, Any], shell: Any
) -> NoReturn:
    """Be the first of the submission's processes: when it ends, Linux ends all the others."""
    linux.die_with_parent()
    leash.close()
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123
            score.write("1000")
    except OSError:
        pass
    caught = lay_out(files)
    os.close(proc)
    student = os.fork()
    if student == 0:
        live(job, events_fd, caught, shell)
    os.close(events_fd)
    os.close(caught)
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == student:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _watch(leash: socket.socket, proc: int, child: int, most_kb: int) -> dict[str, Any]:
    handle = os.pidfd_open(child)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(leash, select.POLLIN)
    end = "ended"
    while True:
        ready = {fd for fd, _ in poll.poll(_EVERY_SECONDS * 1000)}
        if handle in ready:
            break
        if ready:
            end = "leash"
        elif _family_kb(proc, child) > most_kb:
            end = "memory"
        else:
            continue
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        break
    _, status = os.waitpid(child, 0)
    return {"end": end, "code": os.waitstatus_to_exitcode(status)}


def _used_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as numbers:  # noqa: PTH123
        return int(numbers.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _status(proc: int, pid: int | str) -> dict[str, int]:
    """Return the parent and the memory (kB) of a process; {} when it is gone."""
    try:
        fd = os.open(f"{pid}/status", os.O_RDONLY, dir_fd=proc)
    except OSError:
        return {}
    try:
        lines = os.read(fd, 8192).decode("ascii", "replace").splitlines()
    except OSError:
        return {}
    finally:
        os.close(fd)
    wanted = ("PPid:", "RssAnon:", "RssShmem:")
    return {line.split()[0]: int(line.split()[1]) for line in lines if line.startswith(wanted)}


def _held_kb(proc: int, pid: int | str) -> int:
    status = _status(proc, pid)
    return status.get("RssAnon:", 0) + status.get("RssShmem:", 0)


def _family_kb(proc: int, first: int) -> int:
    """Return what the children of process `first` and theirs hold; orphans are its children too."""
    known = {int(name): _status(proc, name) for name in os.listdir(proc) if name.isdecimal()}  # noqa: PTH208
    children: dict[int, list[int]] = {}
    for pid, status in known.items():
        children.setdefault(status.get("PPid:", 0), []).append(pid)
    family, todo = 0, list(children.get(first, ()))
    while todo:
        pid = todo.pop()
        family += known[pid].get("RssAnon:", 0) + known[pid].get("RssShmem:", 0)
        todo += children.get(pid, ())
    return family
