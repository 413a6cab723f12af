"""A fork of the warm judge: requests over one line, as long as it is sure to be as it was.

Most of what a fork costs are the pages that it writes to first, so it is used again. The marking file is run
anew for every request: what a judge keeps in names of its own reaches no other submission. A fork that
finds anything else changed, or could not judge a task, ends; whoever asked then has a new one.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.channel import read_frame, write_frame
from ecrm_helpers.marking.judge.process import judge_request, limit_resources

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from ecrm_helpers.marking.judge.marking_file import MarkingFile

__all__ = ["serve"]

MOST_REQUESTS: Final = 50
_LARGEST: Final = 64 * 1024**2
_FIRST_SECONDS: Final = 60.0


def serve(line: socket.socket, marking: MarkingFile | str) -> None:
    """Judge the requests that come over `line`, and say after each whether another may come.

    Parameters
    ----------
    line : socket
        A request is one frame of JSON, see `process.judge_request`; a frame per result goes back, then
        ``{"again": bool}``.
    marking : MarkingFile or str
        The marking file, or why there is none.
    """
    until: float | None = time.monotonic() + _FIRST_SECONDS
    around = None if isinstance(marking, str) else _Surroundings(marking.path.parent)
    for number in range(1, MOST_REQUESTS + 1):
        data = read_frame(line, most=_LARGEST, until=until)
        if data is None:
            return
        if isinstance(marking, str) or around is None:
            _tell(line, {"task": None, "log": str(marking)})
            return
        again = _judge(line, json.loads(data), marking) and around.are_as_they_were()
        _tell(line, {"again": again and number < MOST_REQUESTS})
        if not again:
            return
        around.restore()
        until = None


def _judge(line: socket.socket, request: dict[str, Any], marking: MarkingFile) -> bool:
    """Judge one request; False when a task waits for the teacher."""
    limit_resources(request)
    statuses = set()
    for result in judge_request(request, marking.run()):
        statuses.add(result["status"])
        _tell(line, result)
    return "pending" not in statuses


def _tell(line: socket.socket, told: dict[str, Any]) -> None:
    write_frame(line, json.dumps(told, allow_nan=False).encode())


@dataclass
class _Surroundings:
    """What a judge finds beside its own names: the process it runs in.

    Parameters
    ----------
    folder : Path
        Of the marking file; modules from there are the judge's own.
    """

    folder: Path
    _place: str = field(default_factory=os.getcwd)
    _environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    _path: list[str] = field(default_factory=lambda: list(sys.path))
    _chance: Any = field(default_factory=random.getstate)
    _numpy_chance: Any = field(default_factory=lambda: _numpy().get_state() if _numpy() else None)

    def __post_init__(self) -> None:
        self.restore()

    def are_as_they_were(self) -> bool:
        """Tell whether nothing runs on, and the place and the environment are the same."""
        return (
            threading.active_count() == 1
            and not _has_children()
            and os.getcwd() == self._place  # noqa: PTH109 - beside what it is compared with
            and dict(os.environ) == self._environment
        )

    def restore(self) -> None:
        """Take away what the last request printed, drew by chance or imported from the judge's own folder."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.ftruncate(1, 0)  # 1 and 2 are one file
        os.lseek(1, 0, os.SEEK_SET)
        sys.path[:] = self._path
        random.setstate(self._chance)
        if self._numpy_chance is not None:
            _numpy().set_state(self._numpy_chance)
        own = str(self.folder) + os.sep
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__dict__", {}).get("__file__")).startswith(own):
                del sys.modules[name]


def _numpy() -> Any:
    return sys.modules.get("numpy.random")


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
