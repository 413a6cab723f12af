"""Three pages of nbgrader's formgrader, replaced.

* The buttons that mark and write feedback start a process and wait for it without blocking the server.
* The page of a submission, on which a teacher marks by hand, is made of cleaned parts; its headers allow
  nbgrader's own scripts only, and no request to another host.
* Files of a submission are handed out as downloads: nothing in them runs with the teacher's rights.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from nbgrader.api import MissingEntry
from nbgrader.server_extensions.formgrader.base import (
    BaseHandler,
    check_notebook_dir,
    check_xsrf,
)
from tornado import web

from ecrm_helpers.marking.pages.grading import grading_page
from ecrm_helpers.marking.seams.aside import AutogradeAside, FeedbackAside, ask_for_formgrader
from ecrm_helpers.messages import feedback as say

__all__ = ["rules"]

_turn = asyncio.Lock()


def rules(base_url: str) -> list[tuple[str, type[BaseHandler]]]:
    """Return the addresses of the replaced pages and what answers them."""
    page = r"/formgrader/submissions/+([^/]+)"  # nbgrader's own rule takes any number of strokes
    answers = [
        (r"/formgrader/api/submission/([^/]+)/([^/]+)/autograde", AutogradeAside),
        (r"/formgrader/api/assignment/([^/]+)/generate_feedback", FeedbackAside),
        (r"/formgrader/api/assignment/([^/]+)/([^/]+)/generate_feedback", FeedbackAside),
        (rf"{page}/?", GradingPage),
        (rf"{page}/(?!(?:next|prev|next_incorrect|prev_incorrect)/?$)(.+)", SubmissionFile),
    ]
    return [(url_path_join(base_url, path), handler) for path, handler in answers]


class GradingPage(BaseHandler):
    """The page on which a teacher marks one notebook of one submission by hand."""

    def prepare(self) -> Any:
        """Answer only where nbgrader's formgrader runs."""
        ask_for_formgrader(self)
        return super().prepare()

    @cached_property
    def _nonce(self) -> str:
        """The one-time word that this page's scripts carry; tornado asks for it before `initialize`."""
        return secrets.token_urlsafe(16)

    @property
    def content_security_policy(self) -> str:
        """Scripts of this page's own, nothing from elsewhere."""
        return "; ".join(
            [
                "default-src 'none'",
                f"script-src 'nonce-{self._nonce}'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data:",
                "font-src 'self'",
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'self'",
            ]
        )

    @web.authenticated
    @check_xsrf
    @check_notebook_dir
    async def get(self, submission_id: str) -> None:
        """Show the marked notebook with fields for points and comments."""
        if not self.request.path.endswith("/"):
            query = f"?{self.request.query}" if self.request.query else ""
            self.redirect(f"{self.request.path}/{query}", permanent=True)
            return
        submission = _submission(self, submission_id)
        assignment, notebook = submission.assignment.assignment.name, submission.notebook.name
        path = _marked_folder(self, submission) / f"{notebook}.ipynb"
        if not path.is_file():
            raise web.HTTPError(404, say.MISSING_FILE.format(name=path.name))
        places = self.api.get_notebook_submission_indices(assignment, notebook)
        told = {
            "nonce": self._nonce,
            "base_url": self.base_url,
            "submission_id": submission.id,
            "assignment": assignment,
            "notebook": notebook,
            "notebook_path": f"{self.url_prefix}/{os.path.relpath(path, self.coursedir.root)}",
            "index": places.get(submission.id, -2),
            "total": len(places),
            "student": submission.student.id,
            "names": (submission.student.last_name, submission.student.first_name),
        }
        async with _turn:  # matplotlib's settings are the process's: one page at a time
            shown = await asyncio.to_thread(grading_page, path, **told)
        await self.finish(shown)


class SubmissionFile(BaseHandler):
    """A file of a submission, as a download."""

    def prepare(self) -> Any:
        """Answer only where nbgrader's formgrader runs."""
        ask_for_formgrader(self)
        return super().prepare()

    @property
    def content_security_policy(self) -> str:
        """Whatever opens it all the same runs nothing and reaches nobody."""
        return "default-src 'none'; sandbox; frame-ancestors 'none'"

    @web.authenticated
    @check_xsrf
    @check_notebook_dir
    async def get(self, submission_id: str, name: str) -> None:
        """Hand out one regular file of the marked submission; a link is none."""
        folder = _marked_folder(self, _submission(self, submission_id)).resolve()
        path = folder / name
        if "\x00" in name or path.resolve() != path or not path.is_relative_to(folder) or not path.is_file():
            raise web.HTTPError(404)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Disposition", "attachment")
        await self.finish(await asyncio.to_thread(path.read_bytes))


def _submission(handler: Any, submission_id: str) -> Any:
    try:
        return handler.gradebook.find_submission_notebook_by_id(submission_id)
    except MissingEntry as error:
        raise web.HTTPError(404) from error


def _marked_folder(handler: Any, submission: Any) -> Path:
    coursedir = handler.coursedir
    marked = coursedir.format_path(
        coursedir.autograded_directory, submission.student.id, submission.assignment.assignment.name
    )
    return Path(coursedir.root, marked)
