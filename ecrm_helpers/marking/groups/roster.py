"""Read who works with whom, and which tasks are individual."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect.course import gradebook_rows, open_course
from ecrm_helpers.marking.collect.names import clean_label, normal_student
from ecrm_helpers.marking.released import notebook_names, snapshot_folder
from ecrm_helpers.messages import groups as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Member", "individual_tasks", "read_roster", "roster_file"]

_HEADINGS: Final = {
    "组号": say.GROUP, "小组": say.GROUP, "组别": say.GROUP, "组": say.GROUP,
    "学号": say.STUDENT, "分工": say.ROLE, "姓名": say.NAME,
}  # fmt: skip
_EXACT: Final = 10**15  # Excel keeps 15 digits of a number


@dataclass(frozen=True)
class Member:
    """One student of a group, and what the roster says about the own share of the work."""

    student: str
    role: str = ""


def roster_file(root: Path, assignment: str) -> Path | None:
    """Return the roster of an assignment, None where there is none.

    Raises
    ------
    MarkingError
        There are two.
    """
    found = [
        path
        for path in (root / "groups" / f"{assignment}{end}" for end in (".csv", ".xlsx"))
        if path.is_file()
    ]
    if len(found) > 1:
        message = say.two_rosters(*found)
        raise MarkingError(message)
    return found[0] if found else None


def read_roster(path: Path, root: Path) -> tuple[list[tuple[str, Member]], tuple[str, ...]]:
    """Return (group, member) of every row, and what the teacher should look at.

    Raises
    ------
    MarkingError
        Naming the row: no group, no id, an id twice, an id that lost its zeros, another student's name.
    DataError
        The file cannot be read as a table.
    """
    names = _gradebook_names(root)
    listed = {normal_student(one) or one: one for one in names}
    members: list[tuple[str, Member]] = []
    rows: dict[str, int] = {}
    zeros: dict[str, str] = {one.lstrip("0"): one for one in listed}
    unknown = []
    for number, cells in _rows(path):
        group, student = cells.get(say.GROUP, ""), normal_student(cells.get(say.STUDENT, ""))
        if not group:
            message = say.no_group(path.name, number)
            raise MarkingError(message)
        if student is None:
            message = say.bad_id(path.name, number, cells.get(say.STUDENT, ""))
            raise MarkingError(message)
        if student in rows:
            message = say.twice(path.name, student, rows[student], number)
            raise MarkingError(message)
        other = zeros.setdefault(student.lstrip("0"), student)
        if student not in listed and other != student:
            message = say.lost_zeros(path.name, number, student, other)
            raise MarkingError(message)
        rows[student] = number
        spelled = listed.get(student, student)
        _check_name(path.name, number, spelled, names.get(spelled, ""), cells.get(say.NAME, ""))
        if names and student not in listed:
            unknown.append(student)
        members.append((group, Member(spelled, cells.get(say.ROLE, ""))))
    return members, (say.unknown_students(path.name, unknown),) if unknown else ()


def _gradebook_names(root: Path) -> dict[str, str]:
    statement = "SELECT id, last_name, first_name FROM student"
    return {
        str(one): clean_label((last or "") + (first or ""))
        for one, last, first in gradebook_rows(open_course(root), statement)
    }


def _check_name(file: str, number: int, student: str, listed: str, name: str) -> None:
    if listed and name and clean_label(name).replace(" ", "") != listed.replace(" ", ""):
        message = say.other_name(file, number, student, listed, name)
        raise MarkingError(message)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    from ecrm_helpers.intake.files import read_raw  # noqa: PLC0415 - pandas, and most assignments have no groups

    cells = read_raw(path, known=_HEADINGS).cells
    places: dict[str, int] = {}
    for index, title in enumerate(cells.columns):
        column = _HEADINGS.get(unicodedata.normalize("NFKC", str(title)).replace(" ", ""))
        if column in places:
            message = say.column_twice(path.name, column)
            raise MarkingError(message)
        if column is not None:
            places[column] = index
    for column in (say.GROUP, say.STUDENT):
        if column not in places:
            message = say.missing_column(path.name, column)
            raise MarkingError(message)
    for number, values in zip(cells.index, cells.itertuples(index=False, name=None), strict=True):
        yield int(number), {column: _text(values[index]) for column, index in places.items()}


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    return "" if value is None else clean_label(str(value))


def individual_tasks(root: Path, assignment: str) -> tuple[frozenset[str], Mapping[str, Any]]:
    """Return ``notebook/grade_id`` of every cell of an individual task, and the released notebooks.

    A grade cell that is marked brings its answer cell along: the nearest one above it.
    """
    coursedir = open_course(root)
    found: set[str] = set()
    releases: dict[str, Any] = {}
    for name in notebook_names(coursedir, assignment):
        path = snapshot_folder(coursedir, assignment) / f"{name}.ipynb"
        if not path.is_file():
            folder = Path(coursedir.format_path(coursedir.release_directory, ".", assignment))
            path = folder / f"{name}.ipynb"
        releases[name] = json.loads(path.read_text("utf-8"))
        found |= {f"{name}/{grade_id}" for grade_id in _individual(releases[name])}
    return frozenset(found), releases


def _individual(notebook: Mapping[str, Any]) -> Iterator[str]:
    above: str | None = None
    for cell in notebook["cells"]:
        told, ours = cell["metadata"].get("nbgrader", {}), cell["metadata"].get("ecrm", {})
        marked = ours.get("individual") is True and told.get("grade_id")
        if marked:
            yield told["grade_id"]
        if told.get("grade") or told.get("task"):
            if marked and not told.get("solution") and above is not None:
                yield above
            above = None
        elif told.get("solution"):
            above = told["grade_id"]
