"""nbgrader's ``release_feedback`` for work that did not all come through the exchange.

It is named as ``ExchangeFactory.release_feedback``. A student's nbgrader finds feedback by a secret that
it made when the work was handed in. Stock nbgrader stops at the first folder without one, and nobody after it
gets feedback; here that folder is told and left out: who handed in otherwise is given the page otherwise.
"""

from __future__ import annotations

import glob
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.exchange.default.release_feedback import ExchangeReleaseFeedback

from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ReleaseFeedback"]


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases what students can fetch, and says whose feedback they cannot."""

    def copy_files(self) -> None:
        """Copy the pages of all who handed in through the exchange."""
        before = self.coursedir.student_id_exclude
        excluded = set(filter(None, before.split(",")))
        folders = {student: folder for student, folder in self._folders() if student not in excluded}
        without = {student for student, folder in folders.items() if not _has_secret(folder)}
        for student in sorted(without):
            self.log.warning(say.not_fetched(student, folders[student]))
        for student in folders.keys() - without:
            (folders[student] / "timestamp.txt").touch()  # opened, though only to tell it in the log
        self.coursedir.student_id_exclude = ",".join(sorted(excluded | without))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before

    def _folders(self) -> Iterator[tuple[str, Path]]:
        """Yield the students with pages, and the folders of these."""
        where = self.coursedir.format_path(
            self.coursedir.feedback_directory, "(?P<student>.*)", self.coursedir.assignment_id, escape=True
        )
        for folder in glob.glob(self.src_path):  # noqa: PTH207 - nbgrader's own pattern, perhaps absolute
            found = re.fullmatch(where, folder)
            if found and any(Path(folder).glob("*.html")):
                yield found["student"], Path(folder)


def _has_secret(folder: Path) -> bool:
    secret = folder / "submission_secret.txt"
    return secret.is_file() and bool(secret.read_text("utf-8", "replace").strip())
