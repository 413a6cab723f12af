"""Start, keep, replace and close the warm judges of this process; without fork, one process a request."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.leftovers import owned_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Said", "WarmJudge", "close_judges", "marking_file", "one_process", "warm_judge"]

START_SECONDS: Final = 120.0
_STARTS: Final = 3
_MOST: Final = 4
_CAN_FORK: Final = hasattr(os, "fork") and hasattr(socket, "send_fds") and hasattr(select, "poll")
# -I: neither the current folder nor the user's own packages can stand in for ours.
_PYTHON: Final = (sys.executable, "-I", "-X", "utf8", "-m")
# A fork takes one thread along: what another one held locked would stay locked. pyarrow, which pandas loads,
# starts one for its memory otherwise.
_SINGLE_THREADED: Final = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


@dataclass(frozen=True)
class Said:
    """What a judge's process said.

    `lines` about tasks, the `log` of why it stopped early, whether the warm process itself `died`, and
    whether the fork may be asked `again`.
    """

    lines: list[dict[str, Any]]
    log: str = ""
    died: bool = False
    again: bool = False


@dataclass(eq=False)
class WarmJudge:
    """One warm process: its control pair, why it did not start, and whether somebody else ended it.

    `idle` are the lines to forks that may be asked again.
    """

    settings: dict[str, Any]
    process: subprocess.Popen[bytes] = field(init=False)
    control: socket.socket = field(init=False)
    log: str = ""
    killed: bool = False
    idle: deque[socket.socket] = field(default_factory=deque)
    _state: str = "starting"
    _printed: IO[bytes] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._start(rehearse=True)

    def ready(self) -> bool:
        """Wait until the process is ready; False when it cannot be started, `log` says why."""
        with self._lock:
            starts = 1
            while self._state == "starting" and not self._came_up():
                self.killed = self.has_died() and self.process.returncode == -signal.SIGKILL
                if starts == _STARTS or (starts > 1 and not self.killed):
                    self._state = "failed"
                    self._printed.seek(0)
                    printed = self._printed.read()[-1_000:].decode("utf-8", "replace")
                    self.log = f"no judge started: {printed}"
                    break
                # A judge that ends the process at the rehearsal is still to be asked task by task.
                self._end(0)
                self._start(rehearse=False)
                starts += 1
            return self._state == "ready"

    def has_died(self) -> bool:
        """Tell whether the process is gone; one that was just killed is given a moment to be so."""
        try:
            self.process.wait(0.5)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def usable(self) -> bool:
        """Whether it is worth asking: one that does not start never will, one that was killed starts anew."""
        if self._state == "failed":
            return not self.killed
        return self._state == "starting" or (self._state == "ready" and self.process.poll() is None)

    def close(self) -> None:
        """Close the control pair: the process and its forks end. Whoever waits for it waits no longer."""
        patience = 2 if self._state == "ready" else 0
        self._state = "closed"
        if not patience:
            self.process.kill()
        with self._lock:
            self._end(patience)
            self._state = "closed"

    def _end(self, patience: float) -> None:
        self.control.close()
        while self.idle:
            self.idle.pop().close()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._printed.close()

    def _start(self, *, rehearse: bool) -> None:
        settings = json.dumps({**self.settings, "rehearse": rehearse})
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.control, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self.process = subprocess.Popen(
                [*_PYTHON, "ecrm_helpers.marking.judge.server", str(there.fileno()), settings],
                stdin=subprocess.DEVNULL,
                stdout=self._printed,
                stderr=self._printed,
                pass_fds=[there.fileno()],
                env=_environment(),
                cwd=Path(self.settings["marking"]).parent,
                start_new_session=True,  # Ctrl-C is for the one who asks
            )

    def _came_up(self) -> bool:
        ready, _, _ = select.select([self.control], [], [], START_SECONDS)
        try:
            came = bool(ready) and self.control.recv(20) == b"ready"
        except OSError:
            came = False
        if came:
            self._state = "ready"
        return came


_judges: dict[tuple[str, str, str], WarmJudge] = {}
_lock = threading.Lock()


def warm_judge(marking: str | Path, *, course: str, assignment: str) -> WarmJudge | None:
    """Return the warm process of a marking file, starting it if need be, without waiting until it is ready.

    Parameters
    ----------
    marking : path
        The ``marking.py``; a changed file gets a process of its own.
    course, assignment : str
        Whose sample it rehearses with.

    Returns
    -------
    WarmJudge or None
        None where processes cannot fork.
    """
    if not _CAN_FORK:
        return None
    path = Path(marking)
    digest = hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()
    key = (str(path), course, digest)
    with _lock:
        known = _judges.get(key)
        if known is not None and known.usable:
            return known
        if known is not None:
            _judges.pop(key).close()
        settings = {"marking": str(path), "course": course, "assignment": assignment, "digest": digest}
        _judges[key] = WarmJudge(settings)
        while len(_judges) > _MOST:
            _judges.pop(next(iter(_judges))).close()
        return _judges[key]


def close_judges() -> None:
    """End the warm judges of this process; the next request starts new ones."""
    with _lock:
        for judge in _judges.values():
            judge.close()
        _judges.clear()


@cache
def _kept() -> Path:
    folder = owned_folder("ecrm-judge-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def marking_file(marking: str | Path | bytes, beside: Mapping[str, bytes] | None = None) -> Path:
    """Return the path of a marking file; one that came as bytes is kept until this process ends.

    Parameters
    ----------
    marking : path or bytes
        The ``marking.py``.
    beside : mapping of str to bytes, optional
        Files that it finds in its own folder, by relative name, when it came as bytes.
    """
    if not isinstance(marking, bytes):
        return Path(marking).resolve()
    files = {**(beside or {}), "marking.py": marking}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    folder = _kept() / hashlib.sha256(json.dumps(digests).encode()).hexdigest()
    with _lock:
        if not folder.exists():
            for name, data in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    return folder / "marking.py"


atexit.register(close_judges)


def _leave_lines() -> None:
    """Where this process is forked, answers on one line would reach now the one, now the other."""
    for judge in _judges.values():
        while judge.idle:
            judge.idle.pop().close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_lines)


def one_process(request: dict[str, Any]) -> Said:
    """Judge in a process started for this request alone."""
    seconds = 30 + request["seconds"] * len(request["tasks"])
    try:
        done = subprocess.run(
            [*_PYTHON, "ecrm_helpers.marking.judge.process"],
            input=json.dumps(request).encode("utf-8"),
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_environment(),
            cwd=Path(request["marking"]).parent,
        )
    except subprocess.TimeoutExpired as error:
        return Said(_lines(error.stdout), f"no verdict within {seconds:g} s")
    return Said(
        _lines(done.stdout), f"exit {done.returncode}: {done.stderr[-1_000:].decode('utf-8', 'replace')}"
    )


def _lines(written: bytes | None) -> list[dict[str, Any]]:
    found = []
    for line in (written or b"").decode("utf-8", "replace").splitlines():
        try:
            result = json.loads(line)
        except ValueError:
            continue
        if isinstance(result, dict):
            found.append(result)
    return found


def _environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {**env, **_SINGLE_THREADED, "MPLBACKEND": "Agg"}
