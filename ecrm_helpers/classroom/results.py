"""What a run of the simulated class left behind: score sheets, marks, what marking noted."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.grades.gradebook import Gradebook, read_gradebook
from ecrm_helpers.grades.output import write_csv, write_privately, write_xlsx
from ecrm_helpers.grades.sheets import read_sheets
from ecrm_helpers.grades.totals import class_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.classroom.room import Room
    from ecrm_helpers.classroom.students import Student
    from ecrm_helpers.classroom.work import Plan
    from ecrm_helpers.grades.record import ClassList

__all__ = ["ClassRun", "results"]


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
    notices : list of str
        What whoever runs it should know, for instance that there was no sandbox.
    """

    folder: Path
    students: Sequence[Student]
    plans: Mapping[str, Mapping[str, Plan]]
    gradebook: Gradebook
    listed: ClassList
    notes: Mapping[str, Sequence[str]]
    other_shops: Mapping[str, set[str]]
    paths: Mapping[str, Path]
    notices: Sequence[str] = ()


def results(room: Room) -> ClassRun:
    """Simulate the score sheets, compute the class list, write it, and gather what marking noted."""
    room.progress("grades", 0, 1)
    scores, reports = room.root / "scores", room.root / "reports"
    _write_scores(room, scores)
    gradebook = read_gradebook(room.gradebook)
    listed = class_list(room.course, gradebook, read_sheets(scores, room.course))
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
        room.folder, room.students, room.plans, gradebook, listed, _notes(room), _other_shops(room), paths,
        tuple(room.notices),
    )  # fmt: skip


def _write_scores(room: Room, folder: Path) -> None:
    """Write one sheet per component, as a teacher would; one careless student has a deferred exam."""
    excused = next((one.student_id for one in room.students if one.kind.name == "careless"), "")
    deferred = list(room.course.effective_weights())[-1]
    for component in room.course.components:
        headings = [f"{component.id}{part.name}" for part in component.parts] or [component.id]
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow(["学号", "姓名", *headings])
        for one in room.students:
            dice = one.dice(component.id)
            marks: list[Any] = [dice.randint(*one.kind.sheet) for _ in headings]
            if one.student_id == excused and component.id == deferred:
                marks = ["缓考"] * len(headings)
            writer.writerow([one.student_id, one.name, *marks])
        write_privately(folder / f"{component.id}.csv", lines.getvalue().encode("utf-8-sig"))


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
