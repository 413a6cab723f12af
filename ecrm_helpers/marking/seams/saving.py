"""nbgrader's way of saving, by the same rules and in the same rows as ``ecrm mark``.

`SaveScores` is named in ``autograde_preprocessors`` instead of nbgrader's SaveAutoGrades: one transaction per
notebook, manual marks stay settled while the answer is the same, and the ledger says what was marked, so
that ``ecrm mark`` does not mark it again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.execute_cells import released_files
from ecrm_helpers.marking.records.scores import rows_of
from ecrm_helpers.marking.run.course import Course
from ecrm_helpers.marking.run.gradebook import Book
from ecrm_helpers.marking.run.ledger import read_ledger
from ecrm_helpers.marking.run.plan import read_released
from ecrm_helpers.marking.run.save import Saving, save_outcome
from ecrm_helpers.marking.run.settings import read_settings
from ecrm_helpers.marking.run.todo import Run, due_dates
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["SaveScores", "course_of", "run_of"]


class SaveScores(NbGraderPreprocessor):
    """Saves the points of a judged notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Write points, comments and the ledger in one transaction; the notebook keeps its fingerprint.

        Raises
        ------
        MarkingError
            What lies in the submitted folder is no longer what was marked, or nothing could be judged and
            there is an older result.
        """
        told = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        course = course_of(coursedir)
        with Book(told["db_url"]) as book, book.transaction() as connection:
            run = run_of(course, book, connection, told["assignment"])
            handed, fingerprint = run.read(told["student"])
            names = sorted(run.rows.notebooks)
            whole = coursedir.notebook_id == "*" and told["notebook"] == names[-1]
            ours = dict(nb.metadata.get("ecrm", {}))
            if ours.pop("handed", handed.digest()) != handed.digest():
                message = say.handed_in_anew(told["student"])
                raise MarkingError(message)
            before = read_ledger(connection, book.ledger, told["assignment"], told["student"])
            if ours.pop("broken", False) and any(entry.fingerprint for entry in before.values()):
                raise MarkingError(say.KEPT)
            nb.metadata["ecrm"] = {**ours, "fingerprint": fingerprint}
            outcome = {
                **rows_of(nb, told["notebook"], attachments=handed.attachments_digest()),
                "student": told["student"],
                "notes": [*ours.get("notes", []), *ours.get("attachment_notes", [])],
                "seconds": ours.get("seconds", 0.0),
            }
            saving = Saving(
                timestamp=handed.timestamp(),
                fingerprint=fingerprint if whole or len(names) == 1 else "",
                submitted=handed.digest(),
            )
            review = save_outcome(connection, book, run.rows, outcome=outcome, saving=saving)
        if review:
            self.log.warning("%s: marked before, but the answer has changed: %s", told["student"], review)
        return nb, resources


def course_of(coursedir: Any) -> Course:
    """Return where nbgrader keeps things in this command, its options among them."""
    names = [
        *("course_id", "db_url", "source_directory", "release_directory", "submitted_directory"),
        *("autograded_directory", "groupshared"),
    ]
    told = {name: getattr(coursedir, name) for name in names}
    return Course(Path(coursedir.root), {"CourseDirectory": told})


def run_of(course: Course, book: Book, connection: Any, assignment: str) -> Run:
    """Return an assignment with its release and deadlines, as ``ecrm mark`` has them.

    Raises
    ------
    MarkingError
        The gradebook does not know it, or it was not released.
    """
    rows = book.assignment(connection, assignment)
    released = read_released(
        course, rows, source=course.source(assignment), files=released_files(course.released(assignment))
    )
    run = Run(course, read_settings(course), book, rows, released)
    run.dues |= due_dates(connection, run)
    return run
