"""Inside the sandbox: IPython's shell whose outputs leave as frames, without a kernel and its protocol."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import threading
import time
from typing import Any, Final

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type
from traitlets.config import Config

from ecrm_helpers.marking.channel import write_frame

__all__ = ["Line", "Shell", "new_shell"]

_TEXT_AT_ONCE: Final = 64_000
_MOST_OF_A_LINE: Final = 20_000
_FLUSH_SECONDS: Final = 0.2
_STREAMS: Final = {1: "stdout", 2: "stderr"}
# Every magic, system command and question of IPython's has one of these marks. What begins with a tab or the
# like is left to the tokeniser.
_ONLY_PYTHON: Final = re.compile(r"( *)(?![,;/]|[^\S\n])[^%!?]*\n")


class Line:
    """The way out: events as frames, once a socket is there; before, nowhere."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.caught = -1
        self.read_until = 0
        self.owner = 0
        self.streams: list[Stream] = []
        self._lock = threading.RLock()  # a student's threads print too

    def open(self, events_fd: int, caught: int) -> None:
        """Send from now on; `caught` is the file that descriptors 1 and 2 write to."""
        self.socket, self.caught, self.owner = socket.socket(fileno=events_fd), caught, os.getpid()

    def send(self, **event: Any) -> None:
        """Send one event, after what was printed before it."""
        self.flush()
        self.write(event)

    def write(self, event: dict[str, Any]) -> None:
        """Send one event now."""
        if self.socket is not None and os.getpid() == self.owner:
            data = json.dumps(event, ensure_ascii=False, default=str).encode("utf-8", "replace")
            with self._lock:
                write_frame(self.socket, data)

    def flush(self) -> None:
        """Send what was printed, by Python and past it."""
        for stream in self.streams:
            stream.flush()
        self._flush_caught()

    def has_caught(self) -> bool:
        """Tell whether something was printed past Python since the last flush."""
        return self.caught >= 0 and os.fstat(self.caught).st_size > 0

    def _flush_caught(self) -> None:
        if self.caught < 0 or os.getpid() != self.owner:
            return
        size = os.fstat(self.caught).st_size
        while self.read_until < size:
            data = os.pread(self.caught, min(_TEXT_AT_ONCE, size - self.read_until), self.read_until)
            if not data:
                break
            self.read_until += len(data)
            self.write({"out": "stream", "name": "stdout", "text": data.decode("utf-8", "replace")})
        if size:
            os.ftruncate(self.caught, 0)
            self.read_until = 0


class Stream(io.TextIOBase):
    """What ``sys.stdout`` and ``sys.stderr`` are for a student's code."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, line: Line, number: int) -> None:
        self._line, self._number, self.name = line, number, f"<{_STREAMS[number]}>"
        self._parts: list[str] = []
        self._size, self._since = 0, 0.0

    def writable(self) -> bool:
        """Return True."""
        return True

    def isatty(self) -> bool:
        """Return False."""
        return False

    def fileno(self) -> int:
        """Return the descriptor that programs started from here write to."""
        return self._number

    def write(self, text: str) -> int:
        """Keep `text` for a moment; a forked child writes past the frames."""
        if not isinstance(text, str):
            message = f"write() argument must be str, not {type(text).__name__}"
            raise TypeError(message)
        if os.getpid() != self._line.owner:
            return os.write(self._number, text.encode("utf-8", "replace"))
        if self._line.has_caught() or any(other.waits() for other in self._line.streams if other is not self):
            self._line.flush()  # what came first stands first
        self._parts.append(text)
        self._size += len(text)
        now = time.monotonic()
        if self._size > _TEXT_AT_ONCE or now - self._since > _FLUSH_SECONDS:
            self._since = now
            self.flush()
        return len(text)

    def waits(self) -> bool:
        """Tell whether something is kept."""
        return self._size > 0

    def flush(self) -> None:
        """Send what was kept."""
        parts, self._parts, self._size = self._parts, [], 0
        text = "".join(parts)
        for start in range(0, len(text), _TEXT_AT_ONCE):
            part = text[start : start + _TEXT_AT_ONCE]
            self._line.write({"out": "stream", "name": _STREAMS[self._number], "text": part})


class _Publisher(DisplayPublisher):
    shell: Shell

    def publish(  # type: ignore[override]
        self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        name = (transient or {}).get("display_id")
        kind = "update" if update else "display_data"
        self.shell.line.send(out=kind, data=_plain(data), metadata=metadata or {}, display_id=name)

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 - IPython's signature
        self.shell.line.send(out="clear", wait=bool(wait))


class _Hook(DisplayHook):
    shell: Shell

    @staticmethod
    def semicolon_at_end_of_expression(expression: str) -> bool:
        return ";" in expression and DisplayHook.semicolon_at_end_of_expression(expression)

    def start_displayhook(self) -> None:
        self.made: dict[str, Any] = {}

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.made = {"data": _plain(format_dict), "metadata": md_dict or {}}

    def finish_displayhook(self) -> None:
        if self.made.get("data"):
            self.shell.line.send(out="execute_result", **self.made)


class _Transformers(TransformerManager):
    """Takes a cell apart into tokens only where that could find something: a mark, or a wrong step back."""

    def __init__(self) -> None:
        super().__init__()
        self._usual = list(self.token_transformers)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        if self.token_transformers == self._usual and _is_clear(lines):
            return lines
        return super().do_token_transforms(lines)


def _is_clear(lines: list[str]) -> bool:
    """Tell whether no line has a mark of IPython's or steps back less than to the margin."""
    deepest = 0
    for line in lines:
        found = _ONLY_PYTHON.fullmatch(line)
        if found is None:
            return False
        depth = found.end(1)
        if 0 < depth < deepest and not line.isspace():
            return False  # maybe to where no line stood: IPython says so in the tokeniser's words
        deepest = max(deepest, depth)
    return True


class Shell(InteractiveShell):
    """IPython's shell as a notebook has it, speaking over a `Line`."""

    input_transformer_manager = Instance(_Transformers, ())
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **options: Any) -> None:
        self.line = Line()
        super().__init__(**options)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        try:
            said = str(evalue)
        except Exception:  # noqa: BLE001 - a student's exception may fail at anything
            said = "<unprintable>"
        name, lines = str(getattr(etype, "__name__", "")), [str(line)[:_MOST_OF_A_LINE] for line in stb]
        self.line.send(out="error", ename=name, evalue=said[:_MOST_OF_A_LINE], traceback=lines)

    def ask_exit(self) -> None:
        """Let ``exit()`` end nothing, as under nbgrader."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Have no window."""


def new_shell() -> Shell:
    """Return the one shell of this process."""
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = Shell.instance(config=settings)
    shell.line.streams = [Stream(shell.line, 1), Stream(shell.line, 2)]
    return shell


def _plain(data: Any) -> dict[str, Any]:
    """Return a bundle without bytes: pictures as base64."""
    import base64  # noqa: PLC0415 - small

    return {
        str(kind): base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in dict(data).items()
    }
