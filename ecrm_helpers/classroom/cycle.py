"""The whole cycle on a simulated class: release, hand in, collect, mark, feedback, grades."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import shutil
import sys
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.classroom.commands import Nbgrader
from ecrm_helpers.classroom.students import Student, roster
from ecrm_helpers.classroom.work import Assignment, Plan, broken, filled, load_assignment, plan_answers
from ecrm_helpers.errors import GradingError, MarkingError, SettingsError
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.gradebook import Gradebook, read_gradebook
from ecrm_helpers.grades.output import write_csv, write_privately, write_xlsx
from ecrm_helpers.grades.sheets import read_sheets, sheet_columns
from ecrm_helpers.grades.totals import ClassList, class_list
from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ecrm_helpers.grades.scheme import Course

__all__ = ["ClassRun", "run_class"]

# Fixed dates: the run is the same on every day.
DUE = dt.datetime(2026, 10, 16, 15, 59, tzinfo=dt.UTC)
ON_TIME, LATE = DUE - dt.timedelta(hours=20), DUE + dt.timedelta(hours=26)
ESSAY_FULL = 150  # characters for full marks: the simulation's only rule for a free text
STEPS = tuple(messages.STEPS)


@dataclass(frozen=True)
class ClassRun:
    """What a run left behind.

    Attributes
    ----------
    folder : Path
        The scratch folder.
    students : list of Student
    plans : dict
        By assignment and student id, the answers given and the automatic points they must earn.
    gradebook : Gradebook
        As nbgrader left it.
    listed : ClassList
        Component marks and totals.
    notes : dict
        By student id, what marking noted about the file handed in.
    other_shops : dict
        By student id, the ids of those whose shop the answers fit.
    paths : dict
        What was written, by name.
    """

    folder: Path
    students: Sequence[Student]
    plans: Mapping[str, Mapping[str, Plan]]
    gradebook: Gradebook
    listed: ClassList
    notes: Mapping[str, Sequence[str]]
    other_shops: Mapping[str, set[str]]
    paths: Mapping[str, Path]


@dataclass
class _Room:
    """The scratch copy of a course while it runs."""

    folder: Path
    course: Course
    students: list[Student]
    nbgrader: Nbgrader
    exchange: bool
    progress: Callable[[str, int, int], None]
    assignments: list[Assignment] = field(default_factory=list)
    plans: dict[str, dict[str, Plan]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.nbgrader.course_folder

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"


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
    folder = _scratch(out)
    scheme = load_course(project / "grading_config.py", course_id)
    if not scheme.exercises:
        message = messages.nothing_to_run(course_id)
        raise GradingError(message)
    nbgrader = Nbgrader(folder / "courses" / course_id, folder / "exchange", folder / "nbgrader.log")
    direct = exchange is False or sys.platform.startswith("win")
    room = _Room(folder, scheme, roster(counts, seed=seed), nbgrader, not direct, progress)
    steps: tuple[tuple[str, Callable[[_Room], None]], ...] = (
        ("prepare", lambda room: _prepare(room, project)),
        ("release", _release),
        ("hand_in", _hand_in),
        ("collect", _collect),
        ("mark", _mark),
        ("essay", _mark_essays),
        ("feedback", _feedback),
    )
    for name, step in steps:
        progress(name, 0, 1)
        step(room)
        progress(name, 1, 1)
    return _grades(room)


def _scratch(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="ecrm-class-"))
    folder = out.resolve()
    for place in (folder, *folder.parents):
        for name in ("gradebook.db", "nbgrader_config.py"):
            if (place / name).exists():
                message = messages.folder_in_use(out, place / name)
                raise SettingsError(message)
    if folder.is_dir():
        found = next(folder.rglob("gradebook.db"), None)
        if found is not None:
            message = messages.folder_in_use(out, found)
            raise SettingsError(message)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = messages.folder_not_empty(out)
        raise SettingsError(message)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(room: _Room, project: Path) -> None:
    course = room.course.id
    room.root.mkdir(parents=True)
    room.nbgrader.exchange.mkdir(mode=0o777)
    room.nbgrader.exchange.chmod(0o777)  # nbgrader asks for a directory everyone may write to
    shutil.copy(project / "courses" / course / "nbgrader_config.py", room.root)
    for name in room.course.exercises:
        source = project / "solutions" / course / name
        shutil.copytree(
            source, room.folder / "solutions" / course / name, ignore=shutil.ignore_patterns("__pycache__")
        )
        room.assignments.append(load_assignment(source, course=course))
    (room.folder / "exercises" / course).mkdir(parents=True)


def _release(room: _Room) -> None:
    for assignment in room.assignments:
        room.nbgrader.run("generate_assignment", assignment.name, "--create")
        _enrol(room, assignment)
        if room.exchange:
            room.nbgrader.run("release_assignment", assignment.name)


def _enrol(room: _Room, assignment: Assignment) -> None:
    with _open(room) as book:
        book.find_assignment(assignment.name).duedate = DUE.replace(tzinfo=None)
        for one in room.students:
            book.update_or_create_student(one.student_id, last_name=one.surname, first_name=one.given_name)
        book.db.commit()


def _hand_in(room: _Room) -> None:
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


def _released(room: _Room, assignment: Assignment) -> Path:
    folder = room.folder / "exercises" / room.course.id / assignment.name
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        message = messages.no_release(folder)
        raise MarkingError(message)
    return found[0]


def _deliver(room: _Room, assignment: Assignment, student: Student, name: str, content: bytes) -> None:
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


def _collect(room: _Room) -> None:
    if not room.exchange:
        return
    for assignment in room.assignments:
        # One account owns every simulated file, so the owner says nothing here.
        room.nbgrader.run("collect", assignment.name, "--ExchangeCollect.check_owner=False")


def _mark(room: _Room) -> None:
    for assignment in room.assignments:
        follow = _counter(room, "mark", "] Autograding ")
        room.nbgrader.run("autograde", assignment.name, on_line=follow)


def _counter(room: _Room, step: str, sign: str) -> Callable[[str], None]:
    done = 0

    def follow(line: str) -> None:
        nonlocal done
        if sign in line:
            done += 1
            room.progress(step, min(done, len(room.students)), len(room.students))

    return follow


def _mark_essays(room: _Room) -> None:
    """Mark every free text by its length: the simulation's stand-in for a teacher, nothing more."""
    lengths = {one.student_id: one.kind.essay for one in room.students}
    lengths |= {one.student_id: lengths[one.friend] for one in room.students if one.friend}
    with _open(room) as book:
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


def _feedback(room: _Room) -> None:
    for assignment in room.assignments:
        follow = _counter(room, "feedback", "] Converting notebook ")
        room.nbgrader.run("generate_feedback", assignment.name, on_line=follow)
        if room.exchange:
            room.nbgrader.run("release_feedback", assignment.name)


def _grades(room: _Room) -> ClassRun:
    room.progress("grades", 0, 1)
    scores, reports = room.root / "scores", room.root / "reports"
    _write_scores(room, scores)
    gradebook = read_gradebook(room.gradebook)
    listed = class_list(room.course, gradebook, read_sheets(scores, sheet_columns(room.course)))
    paths = {
        "gradebook": room.gradebook,
        "submitted": room.root / "submitted",
        "feedback": room.root / "feedback",
        "scores": scores,
        "csv": write_csv(listed, reports / "grades.csv"),
        "xlsx": write_xlsx(listed, reports / "grades.xlsx"),
        "log": room.nbgrader.log,
    }
    room.progress("grades", 1, 1)
    return ClassRun(
        room.folder, room.students, room.plans, gradebook, listed, _notes(room), _other_shops(room), paths
    )


def _write_scores(room: _Room, folder: Path) -> None:
    """Write one sheet per component, as a teacher would; one careless student has a deferred exam."""
    excused = next((one.student_id for one in room.students if one.kind.name == "careless"), "")
    last = room.course.components[-1].id
    for component in room.course.components:
        headings = [f"{component.id}{part.name}" for part in component.parts] or [component.id]
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow(["学号", "姓名", *headings])
        for one in room.students:
            dice = one.dice(component.id)
            marks: list[Any] = [dice.randint(*one.kind.sheet) for _ in headings]
            if one.student_id == excused and component.id == _deferred(room.course, last):
                marks = ["缓考"] * len(headings)
            writer.writerow([one.student_id, one.name, *marks])
        write_privately(folder / f"{component.id}.csv", lines.getvalue().encode("utf-8-sig"))


def _deferred(course: Course, last: str) -> str:
    weighed = list(course.effective_weights())
    return weighed[-1] if weighed else last


def _notes(room: _Room) -> dict[str, list[str]]:
    """Collect what rebuilding said about each file."""
    found: dict[str, list[str]] = {}
    for path in sorted((room.root / "autograded").glob("*/*/*.ipynb")):
        metadata = json.loads(path.read_text("utf-8"))["metadata"]
        notes = metadata.get("ecrm", {}).get("notes", [])
        if notes:
            found.setdefault(path.parts[-3], []).extend(notes)
    return found


def _other_shops(room: _Room) -> dict[str, set[str]]:
    """Read the teacher's log for answers that fit another student's shop."""
    found: dict[str, set[str]] = {}
    log = room.root / "marking.log"
    for line in log.read_text("utf-8").splitlines() if log.is_file() else ():
        parts = line.split("\t")
        if parts[4:5] == ["other_shop"]:
            found.setdefault(parts[1], set()).add(parts[5])
    return found


@contextmanager
def _open(room: _Room) -> Iterator[Any]:
    """Open the scratch gradebook for writing; nbgrader's own models warn about their autoflush."""
    from nbgrader.api import Gradebook as NbgraderGradebook  # noqa: PLC0415  a second's import
    from sqlalchemy.exc import SAWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        with NbgraderGradebook(f"sqlite:///{room.gradebook}", room.course.id) as book:
            yield book
