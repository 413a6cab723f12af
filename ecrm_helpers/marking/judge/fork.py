"""A fork of the warm judge: requests over one line, as long as it is sure to be as it was.

Most of what a fork costs are the pages that it writes to first, so it is used again. The marking file is run
anew for every request: what a judge keeps in names of its own, or of modules beside it, reaches no other
submission. A fork ends, and whoever asked then has a new one, when it could not judge a task, or when a
request has left something in it (see `surroundings`): threads, children, descriptors, 256 MB of memory,
signal handlers, timers, limits, the umask, the place, the environment, settings of the interpreter, of
warnings, the locale, decimal, numpy or pandas, builtins or modules put in the place of others.

What is not seen, so that a judge must leave it alone: attributes of other modules' objects (``statistics.mean
= …``), files outside its folder, and caches there that do not always give the same.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.channel import read_frame, write_frame
from ecrm_helpers.marking.judge.marking_file import forget_modules
from ecrm_helpers.marking.judge.process import judge_request, limit_resources
from ecrm_helpers.marking.judge.surroundings import Surroundings

if TYPE_CHECKING:
    import socket

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
    around, most = None, 1
    if not isinstance(marking, str):
        around = Surroundings(marking.path.parent)
        if not marking.slow:
            most = MOST_REQUESTS
            forget_modules(marking.path.parent)  # the rehearsal has used them
    for number in range(1, most + 1):
        data = read_frame(line, most=_LARGEST, until=until)
        if data is None:
            return
        if isinstance(marking, str) or around is None:
            _tell(line, {"task": None, "log": str(marking)})
            return
        again = _judge(line, json.loads(data), marking, around) and number < most
        if again := again and around.are_as_they_were():
            around.restore()
        _tell(line, {"again": again})
        if not again:
            return
        until = None


def _judge(line: socket.socket, request: dict[str, Any], marking: MarkingFile, around: Surroundings) -> bool:
    """Judge one request; False when a task waits for the teacher."""
    limit_resources(request, held=around.grown)
    statuses = set()
    for result in judge_request(request, marking.slow or marking.run()):
        statuses.add(result["status"])
        _tell(line, result)
    return "pending" not in statuses


def _tell(line: socket.socket, told: dict[str, Any]) -> None:
    write_frame(line, json.dumps(told, allow_nan=False).encode())
