"""Tell a beginner in Chinese what went wrong: one line and a 提示 line above a short traceback.

Installed in IPython by ``from ecrm_helpers.answers import answer`` (or ``%load_ext ecrm_helpers.slips``). It
changes what is shown, never what happens: the exception, its name and its message go on as they were, and
the full traceback stays below, folded.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from ecrm_helpers import slip_rules
from ecrm_helpers.messages import slips as say
from ecrm_helpers.plaindata import PlainDataError, plain

__all__ = ["install", "load_ipython_extension", "shell"]

_SHORT = 14


def shell() -> Any:
    """Return the running IPython shell, or None outside IPython; never imports IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def install() -> None:
    """Install the hook in the running IPython shell, once."""
    running = shell()
    if running is not None:
        load_ipython_extension(running)


def load_ipython_extension(running: Any) -> None:
    """Install the hook in `running`, an ``InteractiveShell``.

    Parameters
    ----------
    running : IPython.core.interactiveshell.InteractiveShell
        The shell whose errors are explained.
    """
    if getattr(running, "_ecrm_slips", None) is not None:
        return
    hook = _Hook(running)
    running._ecrm_slips = hook  # noqa: SLF001 - the shell is where "once per session" is kept
    running._showtraceback = hook.show  # noqa: SLF001 - the one method every error passes through
    running.events.register("pre_run_cell", hook.before_cell)
    if not os.environ.get("ECRM_MARKING"):
        running.events.register("post_run_cell", hook.after_cell)


class _Hook:
    """What the session remembers: how errors were shown before, and what was answered."""

    def __init__(self, running: Any) -> None:
        self.shell = running
        self.show_before = running._showtraceback  # noqa: SLF001
        self.cell = ""
        self.answered: dict[str, tuple[tuple[str, ...], str]] = {}

    def before_cell(self, info: Any) -> None:
        """Keep the text of the cell that is about to run."""
        self.cell = getattr(info, "raw_cell", "") or ""

    def show(self, kind: Any, error: BaseException, traceback: list[str]) -> None:
        """Show an error with its explanation first."""
        try:
            lines = slip_rules.explain(error, self._scene(error))
        except Exception:  # noqa: BLE001 - an explanation that fails must not hide the student's own error
            lines = None
        if lines is None:
            self.show_before(kind, error, traceback)
            return
        what, hint = lines
        short = _shortened(traceback)
        if short != traceback and hasattr(self.shell, "kernel"):
            self._fold(traceback)
        self.show_before(kind, error, [f"{what}\n提示：{hint}\n", *short])

    def _scene(self, error: BaseException) -> slip_rules.Scene:
        names = {name: value for name, value in self.shell.user_ns.items() if not name.startswith("_")}
        hidden = getattr(self.shell, "user_ns_hidden", {})
        own = {name: value for name, value in names.items() if name not in hidden}
        return slip_rules.Scene(
            cell=self.cell,
            names=own,
            fresh=not own,
            notebook=_saved_cells() if isinstance(error, NameError) else (),
        )

    def _fold(self, traceback: list[str]) -> None:
        from IPython.display import publish_display_data  # noqa: PLC0415 - only a notebook has IPython

        text = html.escape(_without_colour("\n".join(traceback)))
        folded = f"<details><summary>{say.SUMMARY}</summary><pre>{text}</pre></details>"
        publish_display_data({"text/html": folded, "text/plain": ""})

    def after_cell(self, result: Any) -> None:
        """Look for slips that raise nothing, after a cell has run."""
        cell = getattr(result.info, "raw_cell", "") or ""
        if not result.success:
            return
        lines = slip_rules.quiet_slip(cell, self.shell.user_ns)
        if lines is not None:
            _tell(lines)
        calls = slip_rules.answer_calls(cell)
        for task, (names, before) in self.answered.items():
            if task not in calls and (now := self._state(names)) != before:
                self.answered[task] = (names, now)
                _tell(say.stale_answer("、".join(names), task))
        for task, names in calls.items():
            self.answered[task] = (names, self._state(names))

    def _state(self, names: tuple[str, ...]) -> str:
        """Return the values behind an answer as text; what is no plain data goes by its identity."""
        states = []
        for name in names:
            value = self.shell.user_ns.get(name)
            try:
                states.append(json.dumps(plain(value), ensure_ascii=False))
            except PlainDataError:
                states.append(f"{type(value).__name__} {id(value)}")
        return "\n".join(states)


def _tell(lines: say.Lines) -> None:
    print(f"{lines[0]}\n提示：{lines[1]}")  # noqa: T201 - speaking to the student is the point


def _without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _shortened(traceback: list[str]) -> list[str]:
    """Keep the frame of the student's own cell and the last line."""
    if sum(part.count("\n") + 1 for part in traceback) <= _SHORT:
        return traceback
    own = [part for part in traceback if re.search(r"Cell In|<ipython-input", _without_colour(part))]
    return [*own[-1:], traceback[-1]] if own and own[-1] is not traceback[-1] else traceback[-2:]


def _saved_cells() -> list[str]:
    """Return the sources of the code cells of this session's notebook, as last saved; [] if unknown."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    for path in (Path(name), Path(Path(name).name)):
        if path.suffix != ".ipynb" or not path.is_file():
            continue
        try:
            cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
        except (OSError, ValueError):
            return []
        return ["".join(cell.get("source", "")) for cell in cells if cell.get("cell_type") == "code"]
    return []
