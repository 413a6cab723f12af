"""Show a run of the simulated class: progress while it runs, then marks by kind, notes, class list, paths."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecrm_helpers.classroom.cycle import run_class
from ecrm_helpers.classroom.students import CLASS_OF_24, KINDS
from ecrm_helpers.grades.page.filenames import page_name
from ecrm_helpers.grades.terminal import lines, rules, table
from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction
    from pathlib import Path

    from rich.console import Console

    from ecrm_helpers.classroom.results import ClassRun
    from ecrm_helpers.grades.record import Mark

__all__ = ["show_class", "surprises"]

PERSONAL = {"roster", "groups", "overrides", "csv", "xlsx", "report", "pages"}  # files of our own commands
OTHERS = 0o077


def show_class(
    project: Path,
    course: str,
    *,
    console: Console,
    out: Path | None = None,
    seed: int = 2026,
    counts: Mapping[str, int] | None = None,
) -> list[str]:
    """Run a simulated class with a progress bar and show its result.

    Returns
    -------
    list of str
        What came out other than it must; empty when all is well.
    """
    console.print(messages.intro(sum((counts or CLASS_OF_24).values())), markup=False, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        started: dict[str, int] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in started:
                started[step] = bars.add_task(messages.STEPS[step], total=total)
            current = bars.tasks[started[step]]
            if total >= (current.total or 0):
                bars.update(current.id, completed=done, total=total)
            elif done == total:
                bars.update(current.id, completed=current.total)

        run = run_class(project, course, counts=counts, out=out, seed=seed, progress=progress)
    console.print(table(run.listed))
    console.print(_by_kind(run))
    found = surprises(run)
    for line in (
        *run.notices,
        *_notes(run),
        *lines(run.found, ()),
        *messages.verdict(found),
        messages.paths(run.paths),
        *rules(run.listed),
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return found


def surprises(run: ClassRun) -> list[str]:
    """Compare every student's result with what that kind of student must get.

    Checked: the exercise's mark, before deductions, lies in the student's band, automatic points are exactly
    those of the planned answers, late work is flagged, copied work is reported with its owner, a broken file
    is explained; attainment lies between 0 and 1; every deduction, override and state left its line; all
    files are there, and only their owner can read ours.
    """
    rows = {row.student_id: row for row in run.listed.rows}
    found: list[str] = []
    for one in run.students:
        row, who = rows[one.student_id], messages.who(one.student_id, one.kind.name, one.breakage)
        for name in run.listed.course.exercises:
            mark = as_marked(row.marks[name])
            low, high = one.band
            if mark is None or not low <= mark <= high:
                found.append(messages.outside(who, name, mark, low, high))
            earned, planned = _automatic(run, name, one.student_id), run.plans[name][one.student_id].points
            if not one.breakage and not one.friend and abs(earned - planned) > 1e-6:  # noqa: PLR2004  float noise
                found.append(messages.not_as_planned(who, name, earned, planned))
        if one.late != bool(row.late):
            found.append(messages.lateness(who))
        if one.friend and one.friend not in run.other_shops.get(one.student_id, set()):
            found.append(messages.copy_missed(who))
        if bool(one.breakage) != bool(run.notes.get(one.student_id)):
            found.append(messages.unexplained(who))
    return [*found, *_figures(run), *_shaped(run), *_files(run)]


def as_marked(mark: Mark) -> Fraction | None:
    """Return a mark as it was before deductions."""
    return mark.value if mark.before is None else mark.before


def _figures(run: ClassRun) -> Iterator[str]:
    for one in run.found.attained.outcomes:
        if one.value is None or not 0 <= one.value <= 1:
            yield messages.attainment(one.outcome, one.value)


def _shaped(run: ClassRun) -> Iterator[str]:
    rows = {row.student_id: row for row in run.listed.rows}
    for purpose, kind in (("late_paper", "late"), ("overridden", "override"), ("deferred", "state")):
        student = run.special.get(purpose)
        if student and kind not in {line.kind for line in rows[student].lines}:
            yield messages.not_shaped(student, kind)


def _files(run: ClassRun) -> Iterator[str]:
    for name, path in run.paths.items():
        if not path.exists():
            yield messages.no_file(name, path)
        elif name in PERSONAL and os.name == "posix" and path.stat().st_mode & OTHERS:
            yield messages.not_private(name, path)
    for row in run.listed.rows:
        page = run.paths["pages"] / page_name(row.person.shown_id)
        if not page.is_file() or escape(row.name) not in page.read_text("utf-8"):
            yield messages.no_page(row.person.shown_id)


def _automatic(run: ClassRun, assignment: str, student: str) -> float:
    marks = run.gradebook.marks
    kinds = run.gradebook.tasks.set_index(["assignment", "task"])["kind"]
    own = marks[(marks["assignment"] == assignment) & (marks["student_id"] == student)]
    judged = [kinds[assignment, task] == "code" for task in own["task"]]
    return float(own.loc[judged, "score"].sum())


def _by_kind(run: ClassRun) -> Table:
    view = Table(title=messages.SUMMARY_TITLE)
    for heading in messages.SUMMARY_HEADINGS:
        view.add_column(heading, justify="left" if heading == messages.SUMMARY_HEADINGS[0] else "right")
    rows = {row.student_id: row for row in run.listed.rows}
    for kind in KINDS:
        members = [one for one in run.students if one.kind.name == kind]
        marks = [
            as_marked(rows[one.student_id].marks[name])
            for one in members
            for name in run.listed.course.exercises
        ]
        known = [float(mark) for mark in marks if mark is not None]
        if known:
            figures = (min(known), sum(known) / len(known), max(known))
            view.add_row(messages.KINDS[kind], str(len(members)), *(f"{figure:.1f}" for figure in figures))
    return view


def _notes(run: ClassRun) -> list[str]:
    kinds = {
        one.student_id: messages.who(one.student_id, one.kind.name, one.breakage) for one in run.students
    }
    broken = [messages.notes_line(kinds[student], notes) for student, notes in run.notes.items()]
    copied = [
        messages.copied_line(kinds[student], sorted(owners)) for student, owners in run.other_shops.items()
    ]
    return [*((messages.EXPLAINED_TITLE, *broken) if broken else ()), *copied]
