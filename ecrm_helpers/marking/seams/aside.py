"""The formgrader's buttons that take long: a process does the work, the server goes on answering."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from nbgrader.server_extensions.formgrader.base import BaseApiHandler, check_notebook_dir, check_xsrf
from tornado import web

from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AutogradeAside", "FeedbackAside", "ask_for_formgrader", "run_aside"]

# No option, no pattern, no path: it goes to a command line.
_NAME: Final = re.compile(r"[^-./\\*?\[\]\x00-\x1f][^/\\*?\[\]\x00-\x1f]{0,127}")
_LOG: Final = 200_000
_ECRM: Final = ["-P", "-c", "from ecrm_helpers.cli import main; main()"]
_turn = asyncio.Lock()


async def run_aside(arguments: Sequence[str], folder: str) -> dict[str, Any]:
    """Run our interpreter in `folder`; return what nbgrader's pages expect: success, log, error."""
    env = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "100"}
    async with _turn:  # one submission at a time: two would only share the processors
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=folder,
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        written, _ = await process.communicate()
    result: dict[str, Any] = {
        "success": process.returncode == 0,
        "log": written.decode("utf-8", "replace")[-_LOG:],
    }
    if process.returncode:
        result["error"] = say.NOT_DONE.format(code=process.returncode)
    return result


class _Aside(BaseApiHandler):
    """What the buttons share."""

    def prepare(self) -> Any:
        """Answer only where nbgrader's formgrader runs."""
        ask_for_formgrader(self)
        return super().prepare()

    async def _answer(self, arguments: Sequence[str], *names: str) -> None:
        if any(_NAME.fullmatch(name) is None for name in names):
            raise web.HTTPError(400)
        result = await run_aside(arguments, self.coursedir.root)
        book = self.settings["nbgrader_gradebook"]
        if book is not None:
            book.db.rollback()  # what it has read before is old now
        # nbgrader's page parses the text itself.
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(json.dumps(result))

    def _is_ours(self) -> bool:
        exporter = self.coursedir.parent.config.get("Autograde", {}).get("exporter_class")
        return isinstance(exporter, str) and exporter.startswith("ecrm_helpers.")


class AutogradeAside(_Aside):
    """The Autograde button: ``ecrm mark`` in our courses, ``nbgrader autograde`` in others."""

    @web.authenticated
    @check_xsrf
    @check_notebook_dir
    async def post(self, assignment_id: str, student_id: str) -> None:
        """Mark one submission."""
        told = [
            *_ECRM,
            "mark",
            f"--root={self.coursedir.root}",
            f"--student={student_id}",
            "--again",
            assignment_id,
        ]
        if not self._is_ours():
            told = [
                "-P",
                "-m",
                "nbgrader",
                "autograde",
                assignment_id,
                f"--student={student_id}",
                "--force",
                "--create",
            ]
        await self._answer(told, assignment_id, student_id)


class FeedbackAside(_Aside):
    """The buttons that write feedback, of one student or of all."""

    @web.authenticated
    @check_xsrf
    @check_notebook_dir
    async def post(self, assignment_id: str, student_id: str = "") -> None:
        """Write feedback pages."""
        chosen = [f"--student={student_id}"] if student_id else []
        told = ["-P", "-m", "nbgrader", "generate_feedback", assignment_id, "--force", *chosen]
        await self._answer(told, assignment_id, *([student_id] if student_id else []))


def ask_for_formgrader(handler: Any) -> None:
    """Answer 404 where nbgrader's formgrader is off, as for students on a hub."""
    if "nbgrader_formgrader" not in handler.settings:
        raise web.HTTPError(404)
