"""Start nbgrader's own commands in a course folder, keep a log of them, and follow their progress."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Nbgrader"]

TAIL = 12


@dataclass(frozen=True)
class Nbgrader:
    """nbgrader in one course folder, with one log file."""

    course_folder: Path
    exchange: Path
    log: Path

    def run(self, *arguments: str, on_line: Callable[[str], None] | None = None) -> None:
        """Run one command, as a teacher would type it in the course folder.

        Parameters
        ----------
        *arguments : str
            For instance ``"autograde", "unit3_segments"``.
        on_line : callable, optional
            Called with every line of nbgrader's log, to follow a long command.

        Raises
        ------
        MarkingError
            The command failed; the message ends with the last lines of its log.
        """
        command = [sys.executable, "-m", "nbgrader", *arguments]
        if not sys.platform.startswith("win"):
            command.append(f"--Exchange.root={self.exchange}")
        tail: deque[str] = deque(maxlen=TAIL)
        with (
            self.log.open("a", encoding="utf-8") as log,
            subprocess.Popen(
                command, cwd=self.course_folder, env=self._environment(), text=True, encoding="utf-8",
                errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ) as process,
        ):  # fmt: skip
            log.write(f"$ nbgrader {' '.join(arguments)}\n")
            try:
                for line in process.stdout or ():
                    log.write(line)
                    tail.append(line)
                    if on_line is not None:
                        on_line(line)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            shown = "nbgrader " + " ".join(arguments)
            message = messages.step_failed(shown, process.returncode, "".join(tail).rstrip(), self.log)
            raise MarkingError(message)

    def _environment(self) -> dict[str, str]:
        """Shut out the user's own nbgrader settings, and let nbgrader find alembic and pip's Jupyter."""
        programs = str(Path(sys.executable).parent)
        kept: Sequence[tuple[str, str]] = [
            (name, value) for name, value in os.environ.items() if not name.startswith(("ECRM_", "NBGRADER_"))
        ]
        return {
            **dict(kept),
            "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
            "JUPYTER_CONFIG_DIR": str(self.log.parent / "jupyter"),
            "PYTHONUTF8": "1",
        }
