"""One page per student: marks, what the judge said, outcomes, what to review. Nothing about anybody else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.items.review import WEAK, to_review
from ecrm_helpers.grades.output import write_privately
from ecrm_helpers.grades.page import charts
from ecrm_helpers.grades.page.evidence import measured_by
from ecrm_helpers.grades.page.filenames import page_name
from ecrm_helpers.grades.page.naming import by_assignment, titled
from ecrm_helpers.grades.page.numbers import beside, plain, shown
from ecrm_helpers.grades.page.rendering import rendered
from ecrm_helpers.grades.page.tree import Task, branches, total_of
from ecrm_helpers.grades.sheets import normal_id
from ecrm_helpers.messages import items as item_messages
from ecrm_helpers.messages import report as report_messages
from ecrm_helpers.messages import student_page as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.grades.record import StudentRow
    from ecrm_helpers.grades.results import Results

__all__ = ["FOLDER", "stale_pages", "write_students"]

FOLDER = "students"
ENOUGH = 5  # students behind a class mean that another student may see

Tasks = dict[str, dict[str, list[Task]]]  # student → assignment → tasks


def write_students(results: Results, folder: Path, only: Collection[str] | None = None) -> list[Path]:
    """Write `students/<id>.html`, each readable by its owner only.

    Parameters
    ----------
    results : Results
    folder : Path
        The reports folder.
    only : collection of str, optional
        Ids of the students to write for; everybody by default.

    Raises
    ------
    GradingError
        An id of `only` is not in the class.
    OSError
        A file cannot be written.
    """
    rows = _asked(results, only)
    shared = _shared(results)
    (folder / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)  # the file names are ids
    return [
        write_privately(
            folder / FOLDER / page_name(row.person.shown_id),
            rendered("student.html", **_page(results, row, shared)),
        )
        for row in rows
    ]


def stale_pages(results: Results, folder: Path) -> list[str]:
    """Name the pages of earlier runs that belong to nobody in the class; they are left as they are."""
    own = {page_name(row.person.shown_id) for row in results.listed.rows}
    return sorted(path.name for path in (folder / FOLDER).glob("*.html") if path.name not in own)


@dataclass(frozen=True)
class _Shared:
    """What is looked up once for all pages."""

    tasks: Tasks
    titles: Mapping[tuple[str, str, str], str]
    objectives: Mapping[tuple[str, str, str], Sequence[str]]
    means: Mapping[str, Fraction]
    evidence: Mapping[str, Sequence[str]]


def _asked(results: Results, only: Collection[str] | None) -> list[StudentRow]:
    rows = {row.student_id: row for row in results.listed.rows}
    if only is None:
        return list(rows.values())
    for asked in only:
        if normal_id(asked) not in rows:
            near = get_close_matches(normal_id(asked), rows, n=1)
            message = report_messages.unknown_student(asked, rows[near[0]].person.shown_id if near else "")
            raise GradingError(message)
    return [rows[normal_id(asked)] for asked in only]


def _shared(results: Results) -> _Shared:
    keys = {(one.assignment, one.notebook, one.task): one for one in results.tasks}
    titles = {key: one.title or one.task for key, one in keys.items()}
    means = {}
    for one in results.attained.outcomes:
        known = [value for value in one.students.values() if value is not None]
        if len(known) >= ENOUGH:
            means[one.outcome] = sum(known, Fraction(0)) / len(known)
    return _Shared(
        tasks=_tasks(results, titles),
        titles=titles,
        objectives={key: one.objectives for key, one in keys.items()},
        means=means,
        evidence={one.outcome: measured_by(one) for one in results.attained.outcomes},
    )


def _tasks(results: Results, titles: Mapping[tuple[str, str, str], str]) -> Tasks:
    found: Tasks = defaultdict(lambda: defaultdict(list))
    if results.gradebook is None:
        return found
    said: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    names = ("student_id", "assignment", "notebook", "task")
    findings, marks = results.gradebook.findings, results.gradebook.marks
    told = (findings[name].tolist() for name in (*names, "message"))
    for student, assignment, notebook, task, text in zip(*told, strict=True):
        if text:
            said[student, assignment, notebook, task].append(str(text))
    columns = (marks[name].tolist() for name in (*names, "score", "full", "pending"))
    for student, assignment, notebook, task, score, full, pending in zip(*columns, strict=True):
        key = (assignment, notebook, task)
        one = Task(
            key, titles.get(key, task), score, full, bool(pending), tuple(said.get((student, *key), ()))
        )
        found[student][assignment].append(one)
    order = {key: index for index, key in enumerate(titles)}
    for assignments in found.values():
        for tasks in assignments.values():
            tasks.sort(key=lambda one: order.get(one.key, len(order)))
    return found


def _page(results: Results, row: StudentRow, shared: _Shared) -> dict[str, Any]:
    listed = results.listed
    tasks = shared.tasks.get(row.student_id, {})
    threshold = results.attained.threshold
    outcomes = [_outcome(results, one, row, shared) for one in results.attained.outcomes]
    done = [one for assignment in tasks.values() for one in assignment]
    return {
        "messages": messages,
        "title": messages.title(listed.course.title, row.name),
        "course": listed.course,
        "row": row,
        "made_on": results.made_on,
        "total": total_of(listed, row),
        "missing": [] if row.by_state else [titled(one, listed) for one in row.total.missing],
        "pending": by_assignment(row.total.pending, shared.titles),
        "preliminary": bool(row.total.pending),
        "branches": branches(listed, row, tasks),
        "outcomes": outcomes,
        "means": any(one["mean"] is not None for one in outcomes),
        "alts": [(one["code"], one["own"], one["mean"]) for one in outcomes],
        "threshold": plain(threshold),
        "limit": charts.across(threshold),
        "advice": to_review(
            [(one.key, one.title, one.lost) for one in done], shared.objectives, results.sections
        ),
        "marked": [one.lost >= WEAK for one in done if not one.pending],
        "section": item_messages.section,
    }


def _outcome(results: Results, one: Any, row: StudentRow, shared: _Shared) -> dict[str, Any]:
    own, mean, threshold = (
        one.students.get(row.student_id),
        shared.means.get(one.outcome),
        results.attained.threshold,
    )
    return {
        "code": one.outcome,
        "text": one.text,
        "own": messages.NOTHING if own is None else beside(own, threshold),
        "mean": None if mean is None else shown(mean, digits=3),
        "verdict": report_messages.verdict(None if own is None else own >= threshold)
        if row.student_id in one.students
        else messages.LEFT_OUT,
        "evidence": shared.evidence[one.outcome],
        "bar": charts.bar(own, reached=None if own is None else own >= threshold),
        "mark": None if mean is None else charts.across(mean),
    }
