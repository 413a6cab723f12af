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
from ecrm_helpers.marking.sandbox.memory import Memory
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
    memory = Memory(job["limits"]["total_memory_mb"])
    job["used_bytes"] = memory.address_space()
    move_in(job["limits"])
    caught = lay_out(files)
    first, tie = _first_process()
    student = os.fork()
    if student == 0:
        live(job, events_fd, caught, shell)
    os.close(events_fd)
    os.close(caught)
    verdict = _watch(leash, student, first, memory)
    os.close(tie)
    return verdict


def _first_process() -> tuple[int, int]:
    """Start the first of the submission's processes: when it ends, Linux ends all the others.

    It is a ``cat`` of a pipe that only the sitter holds, so that it ends with the sitter. What a submission
    leaves orphaned becomes its child, and vanishes when it ends.
    """
    reader, tie = os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    spare = [(os.POSIX_SPAWN_DUP2, reader, 0), *((os.POSIX_SPAWN_DUP2, nothing, fd) for fd in (1, 2))]
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    first = os.posix_spawn("/usr/bin/cat", ["cat"], {}, file_actions=spare)
    signal.signal(signal.SIGCHLD, before)
    os.close(reader)
    os.close(nothing)
    return first, tie


def _watch(leash: socket.socket, student: int, first: int, memory: Memory) -> dict[str, Any]:
    """Wait until the student's process ends, the leash is pulled or memory runs out; then end them all."""
    handle = os.pidfd_open(student)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(leash, select.POLLIN)
    end = ""
    while not end:
        ready = {fd for fd, _ in poll.poll(_EVERY_SECONDS * 1000)}
        if handle in ready:
            end = "ended"
        elif ready:
            end = "leash"
        else:
            family = memory.family()
            # Fifty busy processes would take another student's processor until that one's time is over.
            memory.hold_back(family, but=student)
            end = "memory" if memory.exceeded(family) else ""
    os.kill(first, signal.SIGKILL)
    ended = {}
    with suppress(ChildProcessError):
        while True:  # the first process ends only when no other is left, whoever's child it is
            pid, status = os.waitpid(-1, 0)
            ended[pid] = os.waitstatus_to_exitcode(status)
    return {"end": end, "code": ended[student]}
