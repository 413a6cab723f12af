"""What a run of the simulated class left behind: papers, marks, reports, what marking noted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.classroom.paperwork import keep_papers, special
from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import course
from ecrm_helpers.grades.book import write_book, write_csv
from ecrm_helpers.grades.page import write_report, write_students
from ecrm_helpers.messages import grades as grade_messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.classroom.room import Room
    from ecrm_helpers.classroom.students import Student
    from ecrm_helpers.classroom.work import Plan
    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.record import ClassList
    from ecrm_helpers.grades.results import Results

__all__ = ["ClassRun", "results"]

MADE_ON = "2026-10-20"  # the run is the same on every day


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
    found : Results
        These two, with attainment and item analysis.
    special : dict
        What for (deferred, retaking, late_paper, overridden) → student id.
    notes : dict
        By student id, what marking noted about the file handed in.
    other_shops : dict
        By student id, the ids of those whose shop the answers fit.
    paths : dict
        What was written, by name.
    notices : list of str
        What whoever runs it should know, for instance that there was no sandbox.
    """

    folder: Path
    students: Sequence[Student]
    plans: Mapping[str, Mapping[str, Plan]]
    gradebook: Gradebook
    listed: ClassList
    found: Results
    special: Mapping[str, str]
    notes: Mapping[str, Sequence[str]]
    other_shops: Mapping[str, set[str]]
    paths: Mapping[str, Path]
    notices: Sequence[str] = ()


def results(room: Room, project: Path) -> ClassRun:
    """Keep the papers, compute the course as `ecrm grades` and `ecrm report` do, and gather the notes."""
    room.progress("grades", 0, 1)
    papers = keep_papers(room)
    config = project / "grading_config.py"
    data = course.read_course(config, room.course.id, root=room.root, project=project)
    found = course.results(data, made_on=MADE_ON)
    if found.gradebook is None:
        message = grade_messages.NO_GRADEBOOK_YET
        raise GradingError(message)
    room.progress("grades", 1, 1)
    paths = {
        "gradebook": room.gradebook,
        "submitted": room.root / "submitted",
        "feedback": room.root / "feedback",
        **papers,
        **_written(room, found),
        "log": room.nbgrader.log,
    }
    return ClassRun(
        folder=room.folder, students=room.students, plans=room.plans, gradebook=found.gradebook,
        listed=found.listed, found=found, special=special(room), notes=_notes(room),
        other_shops=_other_shops(room), paths=paths, notices=tuple(room.notices),
    )  # fmt: skip


def _written(room: Room, found: Results) -> dict[str, Path]:
    reports = room.root / "reports"
    room.progress("reports", 0, 1)
    pages = write_students(found, reports)
    paths = {
        "csv": write_csv(found, reports / "grades.csv"),
        "xlsx": write_book(found, reports / "grades.xlsx"),
        "report": write_report(found, reports)[0],
        "pages": pages[0].parent,
    }
    room.progress("reports", 1, 1)
    return paths


def _notes(room: Room) -> dict[str, list[str]]:
    """Collect what rebuilding said about each file."""
    found: dict[str, list[str]] = {}
    for path in sorted((room.root / "autograded").glob("*/*/*.ipynb")):
        metadata = json.loads(path.read_text("utf-8"))["metadata"]
        notes = metadata.get("ecrm", {}).get("notes", [])
        if notes:
            found.setdefault(path.parts[-3], []).extend(notes)
    return found


def _other_shops(room: Room) -> dict[str, set[str]]:
    """Read the teacher's log for answers that fit another student's shop."""
    found: dict[str, set[str]] = {}
    log = room.root / "marking.log"
    for line in log.read_text("utf-8").splitlines() if log.is_file() else ():
        parts = line.split("\t")
        if parts[4:5] == ["other_shop"]:
            found.setdefault(parts[1], set()).add(parts[5])
    return found
