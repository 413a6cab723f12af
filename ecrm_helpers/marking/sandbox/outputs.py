"""From frames that a student's process may have forged to the outputs of a cell."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import sandbox as say

__all__ = ["CellOutputs", "HostileFrameError", "read_event"]

_MAX_DEPTH: Final = 60
_MAX_KINDS: Final = 40
_MAX_NAME: Final = 200
_MAX_OUTPUTS: Final = 2_000
_MAX_METADATA: Final = 100_000
_MAX_PRINTED: Final = 64_000
_MAX_LINE: Final = 20_000
_MAX_LINES: Final = 500


class HostileFrameError(MarkingError):
    """A frame that our own code would never send."""


def read_event(data: bytes) -> dict[str, Any]:
    """Return the event in a frame: strict JSON of bounded depth.

    Raises
    ------
    HostileFrameError
        No JSON object, not UTF-8, a lone surrogate, a number that is not finite, or too deep.

    Examples
    --------
    >>> read_event(b'{"event": "done", "index": 2, "ok": true}')["index"]
    2
    """
    try:
        event = json.loads(data.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        if b"\\u" in data:
            json.dumps(event, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        message = f"no plain JSON: {type(error).__name__}"
        raise HostileFrameError(message) from error
    if type(event) is not dict or not _is_shallow(event):
        message = "one object of bounded depth expected"
        raise HostileFrameError(message)
    return event


def _refuse(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _is_shallow(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(_MAX_DEPTH):
        inside = [item for box in level for item in (box.values() if type(box) is dict else box)]
        level = [item for item in inside if type(item) in (dict, list)]
        if not level:
            return True
    return False


class CellOutputs:
    """The outputs of one cell, kept while there is room.

    Parameters
    ----------
    room : int
        Bytes kept; what comes after is cut.
    """

    def __init__(self, room: int) -> None:
        self.kept: list[dict[str, Any]] = []
        self.used = 0
        self.seen = 0
        self._printed = 0
        self._room = room
        self._cut = False
        self._clear_next = False
        self._named: dict[str, dict[str, Any]] = {}

    def has_no_room(self, size: int) -> bool:
        """Tell whether a frame is too large to be worth reading: JSON can take thirty times its length."""
        if size <= self._room:
            return False
        self.seen += size
        self._say_cut()
        return True

    def add(self, event: dict[str, Any], size: int) -> None:
        """Take one output of `size` bytes.

        Raises
        ------
        HostileFrameError
            It has not the form of an output.
        """
        self.seen += size
        if event["out"] == "clear":
            self._clear(wait=event.get("wait") is True)
            return
        made = _output(event)
        if self._clear_next:
            self._clear(wait=False)
        self.used += len(str(made)) if made["output_type"] == "error" else size  # an error is cut already
        self._printed += len(made.get("text", ""))
        if self.used > self._room or len(self.kept) >= _MAX_OUTPUTS:
            self._say_cut()
        elif made["output_type"] == "stream" and self._printed > _MAX_PRINTED:
            self._say_cut()  # but a figure after it is kept
        else:
            self._place(made, event)

    def _say_cut(self) -> None:
        if not self._cut:
            self._cut = True
            self.kept.append({"output_type": "stream", "name": "stdout", "text": say.OUTPUT_CUT})

    def _place(self, made: dict[str, Any], event: dict[str, Any]) -> None:
        last = self.kept[-1] if self.kept else {}
        if made["output_type"] == "stream" == last.get("output_type") and made["name"] == last["name"]:
            last["text"] += made["text"]
            return
        name = event.get("display_id")
        name = name if isinstance(name, str) and len(name) <= _MAX_NAME else ""
        if event["out"] == "update":
            # Only within the cell: no cell writes into another one's outputs.
            self._named.get(name, {}).update(made)
            return
        if name:
            self._named[name] = made
        self.kept.append(made)

    def _clear(self, *, wait: bool) -> None:
        self._clear_next = wait
        if not wait:
            self.kept, self.used, self._printed, self._cut, self._named = [], 0, 0, False, {}


def _output(event: dict[str, Any]) -> dict[str, Any]:
    kind = event["out"]
    if kind == "stream" and event.get("name") in ("stdout", "stderr"):
        return {"output_type": "stream", "name": event["name"], "text": _text(event.get("text"))}
    if kind == "error":
        traceback = event.get("traceback")
        if not isinstance(traceback, list):
            message = "an error without its traceback"
            raise HostileFrameError(message)
        lines = [_text(line)[:_MAX_LINE] for line in traceback[:_MAX_LINES]]
        named = {name: _text(event.get(name))[:_MAX_LINE] for name in ("ename", "evalue")}
        return {"output_type": "error", **named, "traceback": lines}
    if kind in ("display_data", "execute_result", "update"):
        made = {"output_type": "display_data" if kind == "update" else kind, **_bundle(event)}
        return {**made, "execution_count": None} if kind == "execute_result" else made
    message = "an output of unknown kind"
    raise HostileFrameError(message)


def _bundle(event: dict[str, Any]) -> dict[str, Any]:
    data, metadata = event.get("data"), event.get("metadata")
    if not isinstance(data, dict) or len(data) > _MAX_KINDS or any(len(kind) > _MAX_NAME for kind in data):
        message = "no bundle of representations"
        raise HostileFrameError(message)
    # A representation is text, except under JSON's own types: anything else breaks readers of notebooks.
    kept = {kind: value for kind, value in data.items() if isinstance(value, str) or kind.endswith("json")}
    small = isinstance(metadata, dict) and len(json.dumps(metadata)) <= _MAX_METADATA
    return {"data": kept, "metadata": metadata if small else {}}


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = "text expected"
        raise HostileFrameError(message)
    return value
