"""The judge's warm process: ``python -I -m ecrm_helpers.marking.judge.server CONTROL SETTINGS``.

It has loaded one ``marking.py`` and the course's shops, and forks for every line it is given (see
`fork`): whatever a judge does, this process stays as it was. It takes lines (one end of a socketpair
each) over the control pair it was started with; nothing listens on a port. When a client closes its end the
fork is killed; when the control pair closes, everything is.
"""

from __future__ import annotations

import ctypes
import gc
import hashlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.marking.channel import take, write_frame
from ecrm_helpers.marking.judge.fork import serve
from ecrm_helpers.marking.judge.marking_file import MarkingFile
from ecrm_helpers.marking.judge.process import LOG, TaskTimeoutError, alarm
from ecrm_helpers.marking.judge.tasks import Context, Marking, judged

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["main"]

_REHEARSAL: Final = 20.0
_PDEATHSIG: Final = 1


@dataclass(frozen=True)
class _Fork:
    """One request under way: our copy of its line, and what it prints."""

    line: socket.socket
    log: IO[bytes]


@dataclass(frozen=True)
class _Post:
    """Where requests and ended forks are told, and the forks under way by process id."""

    control: socket.socket
    woken: socket.socket
    wake: socket.socket
    marking: MarkingFile | str
    forks: dict[int, _Fork] = field(default_factory=dict)


def main() -> None:
    """Load the marking file, say that it is ready, serve until the control pair is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    marking = _loaded(settings)
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    woken, wake = socket.socketpair()
    wake.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    _serve(_Post(control, woken, wake, marking))


def _loaded(settings: dict[str, Any]) -> MarkingFile | str:
    """Return the marking file, or why there is none: every request is told."""
    path = Path(settings["marking"])
    try:
        file = MarkingFile(path)
        marking = file.warm_up()
        if hashlib.sha256(path.read_bytes()).hexdigest() != settings["digest"]:
            return f"{path} changed while it was read"
        if settings["rehearse"]:
            _rehearse(marking, settings)
    except Exception:  # noqa: BLE001 - whatever a marking file raises, all marks are left to the teacher
        return traceback.format_exc()[-LOG:]
    return file


def _rehearse(marking: Marking, settings: dict[str, Any]) -> None:
    """Judge the sample once, so that every module and table is there before the first fork."""
    if marking.sample is None:
        return
    context = Context(student_id="s001", course=settings["course"], assignment=settings["assignment"])
    try:
        with alarm(_REHEARSAL):
            answers = dict(marking.sample(context))
            for task in marking.tasks.values():
                judged(task, answers.get(task.id), context.with_answers(answers))
            _preload(settings["course"])
    except (Exception, TaskTimeoutError):  # noqa: BLE001 - only a rehearsal; the submissions will tell
        traceback.print_exc()


def _preload(course: str) -> None:
    datasets = sys.modules.get("ecrm_helpers.datasets")
    if datasets is None:
        return  # this marking file asks for no shop
    with suppress(EcrmError):  # a course with no shop
        datasets.preload(course)


def _serve(post: _Post) -> None:
    poll = select.poll()
    poll.register(post.control, select.POLLIN)
    poll.register(post.woken, select.POLLIN)
    while True:
        # Asked for first, so told first: the control pair, then ended forks. An event of a line that was
        # closed in this round finds no fork, and its number is not used again before the next.
        for number, _ in poll.poll():
            if number == post.control.fileno():
                given = take(post.control)
                if given is None:
                    _kill_all(post)
                    return
                for line in given[1]:
                    if _start(socket.socket(fileno=line), post):
                        poll.register(line, 0)  # nothing but its end
            elif number == post.woken.fileno():
                post.woken.recv(4096)
                for fork in _ended(post):
                    with suppress(KeyError):
                        poll.unregister(fork.line)
                    fork.line.close()
            elif number in (lines := {fork.line.fileno(): pid for pid, fork in post.forks.items()}):
                poll.unregister(number)
                os.kill(lines[number], signal.SIGKILL)
                _kill_group(lines[number])


def _start(line: socket.socket, post: _Post) -> bool:
    fork = _Fork(line, tempfile.TemporaryFile())  # noqa: SIM115 - closed when the fork has ended
    server = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        _tell_end(fork, f"no process: {error}")
        line.close()
        fork.log.close()
        return False
    if pid == 0:
        _child(fork, post, server)
    post.forks[pid] = fork
    return True


def _child(fork: _Fork, post: _Post, server: int) -> NoReturn:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _die_with(server)
        os.dup2(fork.log.fileno(), 1)
        os.dup2(fork.log.fileno(), 2)
        for other in (post.control, post.woken, post.wake, *(known.line for known in post.forks.values())):
            other.close()
        serve(fork.line, post.marking)
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may leave a fork but its exit code
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _die_with(server: int) -> None:
    """Ask Linux to kill this process with the server; elsewhere its limits end it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != server:
            os._exit(1)


def _ended(post: _Post) -> list[_Fork]:
    """Take away the forks that have ended, and what they may have left running."""
    found = []
    while post.forks:
        told = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if told is None:
            break
        _kill_group(told.si_pid)
        _, status = os.waitpid(told.si_pid, 0)
        fork = post.forks.pop(told.si_pid)
        code = os.waitstatus_to_exitcode(status)
        _tell_end(fork, f"exit {code}" if code >= 0 else f"signal {-code}")
        fork.log.close()
        found.append(fork)
    return found


def _tell_end(fork: _Fork, how: str) -> None:
    """Say last how the fork ended; a client that is gone, or does not read, needs no answer."""
    size = fork.log.seek(0, os.SEEK_END)
    fork.log.seek(max(0, size - 1_000))
    printed = fork.log.read().decode("utf-8", "replace")
    fork.line.settimeout(0)
    with suppress(OSError):
        write_frame(fork.line, json.dumps({"end": how, "log": printed}).encode())


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # it had no time to found one, or nothing is left
        os.killpg(pid, signal.SIGKILL)


def _kill_all(post: _Post) -> None:
    for pid, fork in post.forks.items():
        os.kill(pid, signal.SIGKILL)
        _kill_group(pid)
        os.waitpid(pid, 0)
        fork.line.close()
        fork.log.close()


if __name__ == "__main__":
    main()
