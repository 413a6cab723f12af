"""Mark an assignment: plan, hand out, save. The only place that writes while a run lasts."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.beside import files_beside
from ecrm_helpers.marking.execute_cells import released_files
from ecrm_helpers.marking.groups import load_groups
from ecrm_helpers.marking.records.teacher_log import tell_teacher
from ecrm_helpers.marking.released import released_notebooks
from ecrm_helpers.marking.renamed import renamed_in
from ecrm_helpers.marking.run.course import CONFIG, Course, open_course
from ecrm_helpers.marking.run.files import locked_course, replaced
from ecrm_helpers.marking.run.gradebook import Book
from ecrm_helpers.marking.run.group_marks import share_marks
from ecrm_helpers.marking.run.group_work import remarks_on, whole_groups, with_mates
from ecrm_helpers.marking.run.lanes import default_lanes, in_lanes
from ecrm_helpers.marking.run.plan import read_released, students_with_work
from ecrm_helpers.marking.run.remote import checked
from ecrm_helpers.marking.run.report import MarkReport, lines_of
from ecrm_helpers.marking.run.save import Saving, save_outcome
from ecrm_helpers.marking.run.settings import late_penalty, read_settings
from ecrm_helpers.marking.run.spread import spread
from ecrm_helpers.marking.run.todo import Run, chosen_students, job_for, to_do
from ecrm_helpers.marking.run.warm import WarmUp
from ecrm_helpers.messages import marking_run as say
from ecrm_helpers.messages.cli import file_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["mark_assignment"]


def mark_assignment(
    root: Path,
    assignment: str,
    *,
    students: Sequence[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    certificates: Path | None = None,
    again: bool = False,
    trusted: bool = False,
    on_progress: Callable[[int, int, str], None] = lambda _done, _total, _student: None,
) -> MarkReport:
    """Mark what is new or changed in an assignment.

    Parameters
    ----------
    root : Path
        The course folder, with ``nbgrader_config.py`` and the gradebook.
    assignment : str
    students : sequence of str, optional
        Only these; everyone who handed in by default.
    workers : int, optional
        Submissions at a time on this machine, one per processor by default.
    scheduler : str, optional
        ``tls://host:port`` of a Dask scheduler: other machines do the work, this one writes.
    certificates : path, optional
        The folder with this machine's certificate and key for the scheduler.
    again : bool
        Mark everything once more.
    trusted : bool
        Run the notebooks without the sandbox, with this account's rights: only for notebooks of one's own.
    on_progress : callable
        Called with (done, total, student).

    Returns
    -------
    MarkReport
        One line per student. A submission that could not be marked keeps its old result and has the reason.

    Raises
    ------
    MarkingError
        Nothing was handed in, the course or its gradebook cannot be used, or another run is marking.
    SandboxError
        Student code cannot be run safely here.
    """
    started = time.monotonic()
    course = open_course(root)
    if renamed := renamed_in(course.config):  # nbgrader's other commands would fail on the first of them
        message = say.old_names(course.root / CONFIG, renamed)
        raise MarkingError(message)
    warm = None if scheduler else _warm_up(course, assignment, trusted=trusted, early=again)
    with locked_course(course.root), Book(course.db_url) as book:
        with book.transaction() as connection:
            rows = book.assignment(connection, assignment)
        files = released_files(course.released(assignment))
        released = read_released(course, rows, source=course.source(assignment), files=files)
        settings = read_settings(course)
        groups = load_groups(course.root, assignment)
        run = Run(course, settings, book, rows, released, trusted, groups=groups)
        chosen = chosen_students(run, students)
        todo = with_mates(run, to_do(run, chosen, again=again))
        if todo and warm is not None:
            warm.wait()
        jobs = (job_for(run, student) for student in todo)
        penalty = late_penalty(course)
        outcomes: Iterator[dict[str, Any]]
        if scheduler:
            sent = spread(jobs, scheduler=scheduler, certificates=certificates, trusted=trusted)
            outcomes = (checked(outcome, rows.notebooks) for outcome in sent)
        else:
            outcomes = in_lanes(jobs, lanes=workers or default_lanes())
        for done, outcome in enumerate(outcomes if todo else (), start=1):
            for whole in whole_groups(run, outcome, todo):
                _save(run, whole, penalty)
            on_progress(done, len(todo), outcome["student"])
        with book.transaction() as connection:
            remarks = [*remarks_on(connection, run), *share_marks(connection, run)]
            lines = lines_of(connection, book, rows, {*chosen, *run.states}, run.states)
    seconds = time.monotonic() - started
    return MarkReport(
        assignment=assignment,
        lines=lines,
        seconds=seconds,
        forgeable=sorted(run.forgeable),
        remarks=remarks,
        reasons=run.reasons,
        broken=run.broken,
    )


def _warm_up(course: Course, assignment: str, *, trusted: bool, early: bool) -> WarmUp:
    """Prepare the warm processes; start them at once where it is plain that there is work."""
    source = course.source(assignment)
    marking = source / "marking.py"
    warm = WarmUp(
        course=source.parent.name,
        assignment=assignment,
        marking=marking.read_bytes() if marking.is_file() else b"",
        beside=files_beside(marking) if marking.is_file() else {},
        released=released_notebooks(course, assignment),
        hidden=[course.root, source.parent],
        trusted=trusted,
    )
    students, _ = students_with_work(course.root / course.submitted_directory, assignment)
    if early or any(not course.autograded(student, assignment).exists() for student in students):
        warm.begin()
    return warm


def _save(run: Run, outcome: Mapping[str, Any], penalty: Callable[[str, float, float], float | None]) -> None:
    """Save one outcome, or say why there is none; the old result stays until the new one is complete."""
    student = outcome["student"]
    handed, fingerprint = run.handed.pop(student)
    if "failed" in outcome:
        run.states[student] = ("failed", say.failed(outcome["failed"]))
        return
    if outcome["broken"] and not run.broken:
        run.broken = outcome["broken"]
        tell_teacher(run.course.root, [[run.rows.name, "", "", "marking.py", "broken", "", run.broken]])
    if outcome["broken"] and student in run.marked:
        run.states[student] = ("failed", say.KEPT)
        return
    notebooks = {f"{name}.ipynb": data for name, data in outcome["notebooks"].items()}
    files = {**run.released.files, **handed.kept, **outcome["files"], **notebooks}
    folder = run.course.autograded(student, run.rows.name)
    saving = Saving(
        timestamp=run.counted.get(student, handed.timestamp()),
        fingerprint=fingerprint,
        submitted=handed.digest(),
        penalty=penalty,
        create_student=run.settings.create_student,
    )
    try:
        with (
            replaced(folder, files, mode=run.course.permissions),
            run.book.transaction() as connection,
        ):
            save_outcome(connection, run.book, run.rows, outcome=outcome, saving=saving)
    except (MarkingError, OSError) as error:
        why = file_problem(error) if isinstance(error, OSError) else str(error)
        run.states[student] = ("failed", say.failed(why))
        return
    run.states[student] = ("marked", "")
    run.forgeable |= set(outcome["forgeable"])
    _tell_teacher(run, outcome)


def _tell_teacher(run: Run, outcome: Mapping[str, Any]) -> None:
    """Add what the teacher decides to ``marking.log``; a useless marking file is told once for everybody."""
    name, student = run.rows.name, outcome["student"]
    if outcome["broken"]:
        return
    tell_teacher(run.course.root, ([name, student, *told] for told in outcome["waiting"]))
    for notebook, grade_id, status, _, log in outcome["waiting"]:
        run.reasons.setdefault(f"{notebook}/{grade_id}", Counter())[say.why_open(status, log)] += 1
