"""Talk with one process of a submission: read its events, keep its limits, learn how it ended."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.channel import ChannelError, LateError, TooLargeError, read_frame, write_frame
from ecrm_helpers.marking.sandbox.limits import CellRun, Limits
from ecrm_helpers.marking.sandbox.outputs import CellOutputs, HostileFrameError, read_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["BrokenSandboxError", "Conversation"]

_START_SECONDS: Final = 60.0
_END_SECONDS: Final = 20.0
_MOST_VERDICT: Final = 10_000
_SLACK: Final = 1 << 20
_ENDS: Final[dict[type[Exception], str]] = {
    TooLargeError: "flood",
    LateError: "timeout",
    HostileFrameError: "killed",
}


class BrokenSandboxError(ChannelError):
    """The sandbox itself failed, not the submission."""


class Conversation:
    """One process of one submission.

    Parameters
    ----------
    leash : socket
        The job goes in; closing it ends the process; its sitter says how it ended.
    events : socket
        What the student's process sends: every byte may be forged.
    limits : Limits
        Of the submission.
    """

    def __init__(self, leash: socket.socket, events: socket.socket, limits: Limits) -> None:
        self._leash, self._events, self._limits = leash, events, limits
        self._verdict: dict[str, Any] | None = None

    def begin(self, job: dict[str, Any], files: Sequence[bytes]) -> None:
        """Send the job and wait until the process is ready.

        Raises
        ------
        BrokenSandboxError
            It did not come up.
        """
        try:
            write_frame(self._leash, json.dumps(job).encode("utf-8"))
            for data in files:
                write_frame(self._leash, data)
            frame = read_frame(self._events, most=_MOST_VERDICT, until=time.monotonic() + _START_SECONDS)
        except (OSError, ChannelError) as error:
            raise BrokenSandboxError(str(error)) from error
        if frame is None:
            raise BrokenSandboxError(str(self.end()))

    def cells(self, indices: Sequence[int], *, until: float, room: Callable[[], int]) -> Iterator[CellRun]:
        """Yield what became of each cell; the last one may have taken the process with it."""
        for index in indices:
            began = time.monotonic()
            outputs = CellOutputs(room())
            status = self._cell(index, outputs, until=min(until, began + self._limits.cell_seconds))
            seconds = time.monotonic() - began
            yield CellRun(index=index, status=status, outputs=outputs.kept, seconds=seconds)
            if status not in ("ok", "error"):
                return

    def _cell(self, index: int, outputs: CellOutputs, *, until: float) -> str:
        try:
            return self._listen(index, outputs, until=until)
        except (OSError, ChannelError, HostileFrameError) as error:
            return _ENDS.get(type(error)) or self._how_it_died()

    def _listen(self, index: int, outputs: CellOutputs, *, until: float) -> str:
        while outputs.seen <= self._limits.flood_bytes:
            data = read_frame(self._events, most=self._limits.flood_bytes + _SLACK, until=until)
            if data is None:
                return self._how_it_died()
            if outputs.has_no_room(len(data)):
                continue
            event = read_event(data)
            if "out" in event:
                outputs.add(event, len(data))
                continue
            if event.get("event") != "done" or event.get("index") != index:
                return "killed"
            return "ok" if event.get("ok") is True else "error"
        return "flood"

    def _how_it_died(self) -> str:
        return "memory" if self.end().get("end") == "memory" else "killed"

    def end(self) -> dict[str, Any]:
        """End the process and return how it ended, as its sitter says.

        Raises
        ------
        BrokenSandboxError
            The sitter is gone, or says that it failed.
        """
        if self._verdict is None:
            with suppress(OSError):
                self._leash.shutdown(socket.SHUT_WR)
            self._verdict = self._read_verdict()
        if self._verdict.get("end") == "failed":
            raise BrokenSandboxError(str(self._verdict.get("why")))
        return self._verdict

    def _read_verdict(self) -> dict[str, Any]:
        try:
            frame = read_frame(self._leash, most=_MOST_VERDICT, until=time.monotonic() + _END_SECONDS)
        except (OSError, ChannelError) as error:
            raise BrokenSandboxError(str(error)) from error
        if frame is None:
            message = "the warm process is gone"
            raise BrokenSandboxError(message)
        return dict(json.loads(frame))
