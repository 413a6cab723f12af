"""`Sandbox`: one warm process inside bubblewrap, and a fork of it for every submission."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox.availability import check_sandbox
from ecrm_helpers.marking.sandbox.limits import CellRun, Limits
from ecrm_helpers.messages import sandbox as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from ecrm_helpers.marking.sandbox.conversation import Conversation
    from ecrm_helpers.marking.sandbox.process import Boxed

__all__ = ["Sandbox"]

_WARM_SECONDS: Final = 180.0


class Sandbox:
    """Runs the cells of submissions, many at a time.

    Parameters
    ----------
    course : str
        Whose shop the warm process keeps in memory; empty: none.
    drawing : bool
        Whether it keeps the libraries that draw. A submission that draws without them imports them itself.
    limits : Limits
        Of every submission, unless `run` is told others.
    hidden : sequence of Path
        Further folders that must not be visible inside, for instance a course's root.

    Raises
    ------
    SandboxError
        From `start` and `run`: student code cannot be run safely here. Nothing was run.
    """

    def __init__(
        self,
        *,
        course: str = "",
        drawing: bool = True,
        limits: Limits | None = None,
        hidden: Sequence[Path] = (),
    ) -> None:
        self.course, self.drawing = course, drawing
        self.limits, self.hidden = limits or Limits(), tuple(hidden)
        self._lock = threading.Lock()
        self._boxed: Boxed | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Process id of bubblewrap (as root: of what became it); None before the start."""
        boxed = self._boxed
        return None if boxed is None or boxed.process is None else boxed.process.pid

    def __enter__(self) -> Sandbox:
        """Start nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the warm process."""
        self.close()

    def start(self) -> None:
        """Start the warm process, unless it runs."""
        with self._lock:
            self._start()

    def close(self) -> None:
        """End the warm process, with every submission that still runs."""
        with self._lock:
            self._stop()

    def run(
        self,
        *,
        cells: Sequence[tuple[int, str]],
        student_id: str,
        files: Mapping[str, bytes] | None = None,
        limits: Limits | None = None,
    ) -> list[CellRun]:
        """Run `cells` in order, in a process of this submission alone.

        Parameters
        ----------
        cells : sequence of (int, str)
            Number and source of each code cell.
        student_id : str
            Whose work it is; ``ECRM_STUDENT`` inside.
        files : mapping of str to bytes, optional
            Files of its working directory, by relative name.
        limits : Limits, optional
            Instead of the sandbox's own.

        Returns
        -------
        list of CellRun
            One for each cell, in the same order.
        """
        from ecrm_helpers.marking.sandbox.conversation import BrokenSandboxError  # noqa: PLC0415 - Linux only
        from ecrm_helpers.marking.sandbox.rerun import run_submission  # noqa: PLC0415 - Linux only

        limits = limits or self.limits
        told: dict[str, Any] = {
            "files": _checked(files or {}),
            "limits": limits,
        }
        broken = 0
        while True:
            self.start()
            served = self._boxed
            try:
                return run_submission(self._connect, cells, student_id=student_id, **told)
            except BrokenSandboxError as error:
                log = self._bury(served)
                if log is None:
                    continue
                broken += 1
                if broken > 1:
                    message = say.refused(say.died(log or str(error)), say.TRY_AGAIN)
                    raise SandboxError(message) from error

    @contextmanager
    def _connect(self, limits: Limits) -> Iterator[Conversation]:
        """Have the warm process fork, and yield the talk with that fork."""
        from ecrm_helpers.marking.channel import give  # noqa: PLC0415
        from ecrm_helpers.marking.sandbox.conversation import BrokenSandboxError, Conversation  # noqa: PLC0415

        leash, far_leash = socket.socketpair()
        events, far_events = socket.socketpair()
        with leash, events:
            try:
                with far_leash, far_events, self._lock:
                    if self._control is None:
                        raise ConnectionError
                    give(self._control, far_leash.fileno(), far_events.fileno())
            except OSError as error:
                raise BrokenSandboxError(str(error)) from error
            talk = Conversation(leash, events, limits)
            yield talk
            talk.end()

    def _start(self) -> None:
        if self._boxed is not None and self._boxed.wait(0) is None:
            return
        self._stop()
        check_sandbox()
        from ecrm_helpers.marking.sandbox.binds import check_exposure, secrets, trees  # noqa: PLC0415
        from ecrm_helpers.marking.sandbox.process import Boxed, python_inside  # noqa: PLC0415

        check_exposure(trees(), secrets(self.hidden))
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told = f"int(sys.argv[1]), sys.argv[2], drawing={bool(self.drawing)}"
        code = f"from ecrm_helpers.marking.sandbox.warm import main; main({told})"
        with far:
            self._boxed = Boxed(python_inside(code, str(far.fileno()), self.course), pass_fds=[far.fileno()])
        self._control = near
        near.settimeout(_WARM_SECONDS)
        try:
            said = near.recv(200)
        except OSError:
            said = b""
        near.settimeout(None)
        if said != b"ready":
            log = self._boxed.log()
            self._stop()
            message = say.refused(say.no_start(log[-1_500:]), say.TRY_AGAIN)
            raise SandboxError(message)
        self._boxed.has_started()

    def _bury(self, served: Boxed | None) -> str | None:
        """End the sandbox that failed and return its log; None when another submission has ended it.

        What breaks the sandbox must not cost those who were marked beside it.
        """
        with self._lock:
            if served is None or served is not self._boxed:
                return None
            log = served.log()
            self._stop()
            return log

    def _stop(self) -> None:
        boxed, control, self._boxed, self._control = self._boxed, self._control, None, None
        if control is not None:
            control.close()
        if boxed is not None:
            boxed.close()


def _checked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            message = say.bad_file(name)
            raise SandboxError(message)
    return dict(files)
