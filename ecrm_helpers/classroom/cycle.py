"""The whole cycle on a simulated class: release, hand in, collect, mark, feedback, grades."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import sys
from typing import TYPE_CHECKING

from ecrm_helpers.classroom.commands import Nbgrader
from ecrm_helpers.classroom.results import ClassRun, results
from ecrm_helpers.classroom.room import Room, opened, prepare, scratch_folder
from ecrm_helpers.classroom.students import Student, roster
from ecrm_helpers.classroom.work import Assignment, broken, filled, plan_answers
from ecrm_helpers.errors import GradingError, MarkingError, SandboxError
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.marking.sandbox import check_sandbox
from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["collect", "hand_in", "run_class"]

# Fixed dates: the run is the same on every day.
DUE = dt.datetime(2026, 10, 16, 15, 59, tzinfo=dt.UTC)
ON_TIME, LATE = DUE - dt.timedelta(hours=20), DUE + dt.timedelta(hours=26)
ESSAY_FULL = 150  # characters for full marks: the simulation's only rule for a free text


def run_class(
    project: Path,
    course_id: str = "crossborder_crm",
    *,
    counts: Mapping[str, int] | None = None,
    out: Path | None = None,
    seed: int = 2026,
    exchange: bool | None = None,
    progress: Callable[[str, int, int], None] = lambda _step, _done, _total: None,
) -> ClassRun:
    """Run the cycle.

    Parameters
    ----------
    project : Path
        The courseware's folder; it is only read.
    course_id : str
    counts : mapping, optional
        Students by kind; `CLASS_OF_24` by default.
    out : Path, optional
        An empty or new folder outside any course; a temporary one by default.
    seed : int
        Decides who answers what.
    exchange : bool, optional
        Hand in through nbgrader's exchange directory. By default wherever nbgrader has one (not on Windows,
        where the class hands in straight to the teacher's folder).
    progress : callable
        Called with (step, done, total).

    Raises
    ------
    SettingsError
        `out` is in use, or may belong to a real course.
    EcrmError
        A step failed; the message names the command and the log.
    """
    folder = scratch_folder(out)
    scheme = load_course(project / "grading_config.py", course_id)
    if not scheme.exercises:
        message = messages.nothing_to_run(course_id)
        raise GradingError(message)
    nbgrader = Nbgrader(folder / "courses" / course_id, folder / "exchange", folder / "nbgrader.log")
    direct = exchange is False or sys.platform.startswith("win")
    room = Room(folder, scheme, roster(counts, seed=seed), nbgrader, not direct, progress)
    steps: tuple[tuple[str, Callable[[Room], None]], ...] = (
        ("prepare", lambda room: prepare(room, project)),
        ("release", _release),
        ("hand_in", hand_in),
        ("collect", collect),
        ("mark", _mark),
        ("essay", _mark_essays),
        ("feedback", _feedback),
    )
    for name, step in steps:
        progress(name, 0, 1)
        step(room)
        progress(name, 1, 1)
    return results(room, project)


def _release(room: Room) -> None:
    for assignment in room.assignments:
        room.nbgrader.run("generate_assignment", assignment.name, "--create")
        _enrol(room, assignment)
        if room.exchange:
            room.nbgrader.run("release_assignment", assignment.name)


def _enrol(room: Room, assignment: Assignment) -> None:
    with opened(room) as book:
        book.find_assignment(assignment.name).duedate = DUE.replace(tzinfo=None)
        for one in room.students:
            book.update_or_create_student(one.student_id, last_name=one.surname, first_name=one.given_name)
        book.db.commit()


def hand_in(room: Room) -> None:
    """Let every student do and hand in the work: into the exchange, or straight into the submitted folder."""
    for assignment in room.assignments:
        release = _released(room, assignment)
        plans = {one.student_id: plan_answers(assignment, one) for one in room.students}
        room.plans[assignment.name] = plans
        by_id = {one.student_id: one for one in room.students}
        for done, student in enumerate(room.students, start=1):
            author = by_id.get(student.friend, student)  # a copier hands in a friend's file as it is
            notebook = filled(
                json.loads(release.read_text("utf-8")), assignment, author, plans[author.student_id]
            )
            content = json.dumps(notebook, ensure_ascii=False, indent=1).encode()
            _deliver(room, assignment, student, release.name, broken(content, student.breakage))
            room.progress("hand_in", done, len(room.students))


def _released(room: Room, assignment: Assignment) -> Path:
    folder = room.folder / "exercises" / room.course.id / assignment.name
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        message = messages.no_release(folder)
        raise MarkingError(message)
    return found[0]


def _deliver(room: Room, assignment: Assignment, student: Student, name: str, content: bytes) -> None:
    """Put a submission where nbgrader's submit puts it: user+assignment+time+key in the inbound folder."""
    stamp = (LATE if student.late else ON_TIME).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    folder = room.root / "submitted" / student.student_id / assignment.name
    if room.exchange:
        record = f"{student.student_id}+{assignment.name}+{stamp}+{student.student_id}"
        folder = room.nbgrader.exchange / room.course.id / "inbound" / record
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    (folder / "timestamp.txt").write_text(stamp, "utf-8")
    secret = f"{student.dice('secret').getrandbits(128):032x}"  # releasing feedback asks for one
    (folder / "submission_secret.txt").write_text(secret, "utf-8")
    at = (LATE if student.late else ON_TIME).timestamp()
    for path in (*folder.iterdir(), folder):
        os.utime(path, (at, at))


def collect(room: Room) -> None:
    """Collect from the exchange, where the class hands in through one."""
    if not room.exchange:
        return
    for assignment in room.assignments:
        # One account owns every simulated file, and all came today: neither says anything here.
        options = ("--ExchangeCollect.check_owner=False", "--CollectFromExchange.arrival=modified")
        room.nbgrader.run("collect", assignment.name, *options)


def _mark(room: Room) -> None:
    """Mark as `ecrm mark` does; the students are our own, so where there is no sandbox they are trusted.

    Raises
    ------
    MarkingError
        A submission could not be marked.
    """
    trusted = False
    try:
        check_sandbox()
    except SandboxError as error:
        trusted = True
        room.notices.append(messages.without_sandbox(str(error).splitlines()[0]))
    for assignment in room.assignments:
        report = mark_assignment(
            room.root,
            assignment.name,
            trusted=trusted,
            on_progress=lambda done, total, _student: room.progress("mark", done, total),
        )
        with room.nbgrader.log.open("a", encoding="utf-8") as log:
            log.write(f"$ ecrm mark {assignment.name}\n")
            log.writelines(f"{line.student}: {line.state} {line.seconds:.1f} s\n" for line in report.lines)
        failed = report.in_state("failed")
        if failed:
            message = messages.not_marked(
                assignment.name, failed[0].student, failed[0].reason, room.nbgrader.log
            )
            raise MarkingError(message)


def _counter(room: Room, step: str, sign: str) -> Callable[[str], None]:
    done = 0

    def follow(line: str) -> None:
        nonlocal done
        if sign in line:
            done += 1
            room.progress(step, min(done, len(room.students)), len(room.students))

    return follow


def _mark_essays(room: Room) -> None:
    """Mark every free text by its length: the simulation's stand-in for a teacher, nothing more."""
    lengths = {one.student_id: one.kind.essay for one in room.students}
    lengths |= {one.student_id: lengths[one.friend] for one in room.students if one.friend}
    with opened(room) as book:
        for submission in (s for one in room.assignments for s in book.assignment_submissions(one.name)):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            for grade in grades:
                if grade.cell.cell_type != "markdown" or not grade.needs_manual_grade:
                    continue
                share = min(1.0, lengths[submission.student.id] / ESSAY_FULL)
                grade.manual_score = math.floor(2 * share * grade.max_score) / 2
                grade.needs_manual_grade = False
                comment = next((c for c in grade.notebook.comments if c.name == grade.name), None)
                if comment is not None:
                    comment.manual_comment = messages.ESSAY_COMMENT
        book.db.commit()


def _feedback(room: Room) -> None:
    for assignment in room.assignments:
        follow = _counter(room, "feedback", "] Converting notebook ")
        room.nbgrader.run("generate_feedback", assignment.name, on_line=follow)
        if room.exchange:
            room.nbgrader.run("release_feedback", assignment.name)
