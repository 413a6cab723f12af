"""The page on which a student reads what a submission earned: one file, no script, no request to anyone.

`FeedbackExporter` is named as ``GenerateFeedback.exporter_class``, so nbgrader's own ``generate_feedback``
and ``release_feedback`` write and deliver it. Points and comments come from the gradebook, messages from the
marked notebook; the source of a locked grade cell is never shown, for it may hold hidden tests.
"""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nbconvert.exporters import HTMLExporter

from ecrm_helpers.marking.pages.parts import Part, parts_of
from ecrm_helpers.marking.pages.policy import MarkingPolicy
from ecrm_helpers.marking.pages.showing import CleanStudentWork
from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Facts", "FeedbackExporter", "environment", "page"]

TEMPLATES: Final = Path(__file__).parent / "templates"
BEIJING: Final = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the gradebook knows of one notebook of one submission.

    Attributes
    ----------
    grades, comments : dict of str to object
        nbgrader's rows by cell, detached from the database.
    score, full, penalty : float
    due, handed_in : datetime or None
        UTC, without a zone.
    attempts : int or None
        How many hand-ins were marked, where that is counted.
    """

    score: float = 0.0
    full: float = 0.0
    penalty: float = 0.0
    due: dt.datetime | None = None
    handed_in: dt.datetime | None = None
    attempts: int | None = None
    grades: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


class FeedbackExporter(HTMLExporter):
    """Writes the feedback page of one marked notebook."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page; `resources` tell whose notebook it is, as nbgrader's converters do."""
        told = (resources or {})["nbgrader"]
        facts = read_facts(told["db_url"], told["notebook"], told["assignment"], told["student"])
        policy = MarkingPolicy(parent=self)
        held = policy.holds(facts.due, now=dt.datetime.now(dt.UTC))
        if policy.hold_messages and facts.due is None:
            self.log.warning(say.NO_DEADLINE.format(assignment=told["assignment"]))
        cleaned, _same = CleanStudentWork().preprocess(nb, {})
        shown = page(
            cleaned, facts, student=told["student"], name=told["notebook"], held=held, allowed=policy.attempts
        )
        return shown, {**(resources or {}), "output_extension": ".html"}


def read_facts(db_url: str, notebook: str, assignment: str, student: str) -> Facts:
    """Read what the gradebook knows of one notebook.

    Raises
    ------
    nbgrader.api.MissingEntry
        The submission was never marked.
    """
    from nbgrader.api import Gradebook  # noqa: PLC0415 - a second to import
    from sqlalchemy.exc import SAWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own models warn about their autoflush
        with Gradebook(db_url) as book:
            found = book.find_submission_notebook(notebook, assignment, student)
            submission = found.assignment
            grades = {
                grade.name: {
                    "points": grade.score,
                    "full": grade.max_score,
                    "waits": bool(grade.needs_manual_grade),
                    "by_teacher": grade.manual_score is not None,
                    "auto": grade.auto_score is not None,
                    "extra": grade.extra_credit or 0.0,
                }
                for grade in found.grades
            }
            return Facts(
                score=found.score,
                full=found.max_score,
                penalty=found.late_submission_penalty or 0.0,
                due=_due(submission),
                handed_in=submission.timestamp,
                attempts=_attempts(book, assignment, student),
                grades=grades,
                comments={comment.name: comment.manual_comment or "" for comment in found.comments},
            )


def _due(submission: Any) -> dt.datetime | None:
    """Return when this student's work is due: a message shown before an extension ends is an oracle, too."""
    due: dt.datetime | None = submission.assignment.duedate
    return due if due is None or submission.extension is None else due + submission.extension


def _attempts(book: Any, assignment: str, student: str) -> int | None:
    """Return how many hand-ins were marked; nothing counts them where only nbgrader's commands were used."""
    from sqlalchemy import column, inspect, select, table  # noqa: PLC0415 - a second to import

    if not inspect(book.db.get_bind()).has_table("ecrm_marked"):
        return None
    names: list[Any] = [column(name) for name in ("attempts", "assignment", "student")]
    rows = select(names[0]).select_from(table("ecrm_marked", *names))
    one = book.db.execute(rows.where(names[1] == assignment, names[2] == student)).first()
    return None if one is None else int(one[0])


def page(
    nb: NotebookNode, facts: Facts, *, student: str, name: str, held: bool = False, allowed: int = 0
) -> str:
    """Return the HTML of a feedback page.

    Parameters
    ----------
    nb : NotebookNode
        Marked, and cleaned by `CleanStudentWork`.
    facts : Facts
    student, name : str
        Student id and notebook.
    held : bool, default=False
        Leave out points and messages.
    allowed : int, default=0
        How many hand-ins are marked, 0 for all.
    """
    parts = parts_of(nb, facts.grades, facts.comments, held=held)
    tasks = [part.task for part in parts if part.task is not None]
    notes = nb.metadata.get("ecrm", {}).get("notes", [])
    return str(
        environment().get_template("feedback.html.j2").render(
            say=say,
            title=_title(parts, name),
            student=student,
            parts=parts,
            tasks=tasks,
            notes=[note for note in notes if isinstance(note, str)] if isinstance(notes, list) else [],
            held=say.held_until(beijing(facts.due)) if held and facts.due else "",
            handed_in=beijing(facts.handed_in),
            score=_figure(max(0.0, facts.score - facts.penalty)),
            full=_figure(facts.full),
            share=min(1.0, max(0.0, (facts.score - facts.penalty) / facts.full)) if facts.full else 0.0,
            penalty=_figure(facts.penalty) if facts.penalty else "",
            waiting=sum(task.state == "waiting" for task in tasks),
            attempts=say.attempts(facts.attempts, allowed) if facts.attempts and allowed else "",
            used_up=say.attempts_used_up(allowed) if 0 < allowed <= (facts.attempts or 0) else "",
        )
    )  # fmt: skip


def environment() -> Any:
    """Return the templates' environment; everything is escaped that is not marked as clean."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only for pages

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters["points"] = _figure
    return made


def beijing(moment: dt.datetime | None) -> str:
    """Return a moment of the gradebook as Beijing reads its clock.

    Examples
    --------
    >>> beijing(dt.datetime(2026, 10, 16, 15, 59))
    '2026-10-16 23:59'
    """
    if moment is None:
        return ""
    known = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return known.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _figure(points: float) -> str:
    return f"{round(points, 2):g}"


def _title(parts: list[Part], name: str) -> str:
    return next((part.heading for part in parts if part.heading), name)
