"""Make a course of any size as nbgrader and a teacher would leave it: gradebook, roster, score sheets."""

from __future__ import annotations

import csv
import datetime as dt
import json
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

import sqlalchemy as sa

from ecrm_helpers.marking.records.findings_table import findings_table
from ecrm_helpers.marking.run.ledger import ledger_table

PROJECT = Path(__file__).parents[1]
COURSE = "crossborder_crm"
DUE = dt.datetime(2026, 9, 30, 12)  # noqa: DTZ001  nbgrader stores naive UTC
POINTS = 5.0
WRITTEN = 2  # of the tasks of an assignment, marked by a teacher
OUTCOMES = ("LO211", "LO351", "LO811")
LINES = ("门槛用错了", "单位是元，不是分", "少算了退款的订单", "对了")


@dataclass(frozen=True)
class Size:
    """How many students, assignments, tasks of one."""

    students: int
    assignments: int
    tasks: int

    @property
    def names(self) -> list[str]:
        return [f"unit{number:02}_work" for number in range(1, self.assignments + 1)]

    @property
    def ids(self) -> list[str]:
        return [f"{number:08}" for number in range(1, self.students + 1)]


def make_course(folder: Path, size: Size, *, seed: int = 1) -> Path:
    """Write grading_config.py, the solutions and the course folder; return the course folder."""
    dice = Random(seed)  # noqa: S311  nothing secret
    root = folder / "courses" / COURSE
    (root / "scores").mkdir(parents=True)
    (folder / "grading_config.py").write_text(
        f"import runpy\nfrom dataclasses import replace\n\n"
        f"declared = runpy.run_path({str(PROJECT / 'grading_config.py')!r})\n"
        f"COURSE = replace(declared['CROSSBORDER'], exercises={tuple(size.names)!r})\n",
        "utf-8",
    )
    (root / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "{COURSE}"\n', "utf-8"
    )
    for name in size.names:
        _solution(folder / "solutions" / COURSE / name, name, size)
    _people(root, size, dice)
    _gradebook(root / "gradebook.db", size, dice)
    return root


def _solution(folder: Path, name: str, size: Size) -> None:
    cells = []
    for number in range(1, size.tasks + 1):
        outcome = OUTCOMES[number % len(OUTCOMES)]
        nbgrader = {"grade": True, "grade_id": f"t{number}", "points": POINTS, "solution": False}
        kind = "markdown" if number > size.tasks - WRITTEN else "code"
        cell = {"cell_type": kind, "id": f"t{number}", "source": f"## 第 {number} 题", "metadata": {
            "nbgrader": nbgrader, "ecrm": {"objectives": [outcome]}}}  # fmt: skip
        cells.append(cell if kind == "markdown" else {**cell, "outputs": [], "execution_count": None})
    folder.mkdir(parents=True)
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{name}.ipynb").write_text(json.dumps(book, ensure_ascii=False), "utf-8")


def _people(root: Path, size: Size, dice: Random) -> None:
    people = [(one, f"学生{one[-4:]}") for one in size.ids]
    states = ["正常"] * 48 + ["缓考", "缺考"]
    _csv(root / "roster.csv", ["学号", "姓名", "行政班", "状态"],
         [(one, name, f"商务{number % 20 + 1}班", dice.choice(states))
          for number, (one, name) in enumerate(people)])  # fmt: skip
    _csv(root / "scores" / "marks.csv", ["学号", "姓名", "X1出勤", "X1互动", "X2", "X3", "X4"],
         [(*one, *(dice.randint(50, 100) for _ in range(5))) for one in people])  # fmt: skip


def _csv(path: Path, headings: list[str], rows: list[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])


def _gradebook(path: Path, size: Size, dice: Random) -> None:
    """Fill nbgrader's own schema, and our two tables, by plain inserts."""
    from nbgrader.api import Base  # noqa: PLC0415  a second's import

    engine = sa.create_engine(f"sqlite:///{path}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        Base.metadata.create_all(engine)
    ours = sa.MetaData()
    tables = dict(Base.metadata.tables)
    tables |= {one.name: one for one in (ledger_table(ours), findings_table(ours))}
    ours.create_all(engine)
    with engine.begin() as connection:
        for name, rows in _rows(size, dice).items():
            connection.execute(tables[name].insert(), rows)
    engine.dispose()


def _rows(size: Size, dice: Random) -> dict[str, list[dict]]:
    """Make the rows of every table: whoever the student, everything is handed in and marked."""

    def new() -> str:
        return f"{dice.getrandbits(128):032x}"

    rows: dict[str, list[dict]] = defaultdict(list)
    rows["course"].append({"id": COURSE})
    rows["student"] = [{"id": one, "last_name": "学生", "first_name": one[-4:]} for one in size.ids]
    for name in size.names:
        assignment, notebook = new(), new()
        rows["assignment"].append({"id": assignment, "name": name, "duedate": DUE, "course_id": COURSE})
        rows["notebook"].append({"id": notebook, "name": name, "assignment_id": assignment})
        cells = [
            (new(), f"t{number}", "markdown" if number > size.tasks - WRITTEN else "code")
            for number in range(1, size.tasks + 1)
        ]
        for cell, task, kind in cells:
            one = {"id": cell, "name": task, "type": "GradeCell", "notebook_id": notebook}
            rows["base_cell"].append(one)
            rows["grade_cells"].append({"id": cell, "max_score": POINTS, "cell_type": kind})
        for student in size.ids:
            submission, sheet = new(), new()
            moment = DUE + dt.timedelta(hours=dice.choice([-30, -9, -3, -1, 5, 30]))
            rows["submitted_assignment"].append(
                {"id": submission, "assignment_id": assignment, "student_id": student, "timestamp": moment}
            )
            rows["submitted_notebook"].append(
                {"id": sheet, "assignment_id": submission, "notebook_id": notebook, "flagged": False}
            )
            rows["ecrm_marked"].append({
                "assignment": name, "student": student, "fingerprint": "", "submitted": "", "answers": "{}",
                "review": "[]", "notes": "[]", "seconds": 1.0, "marked_at": DUE,
                "attempts": dice.randint(1, 5),
            })  # fmt: skip
            rows["grade"] += [_grade(new(), sheet, cell, kind, dice) for cell, _, kind in cells]
            rows["ecrm_findings"] += [
                {"assignment": name, "student": student, "notebook": name, "task": task,
                 "message": dice.choice(LINES), "answer": f"[{dice.randint(1, 6)}]"}
                for _, task, kind in cells if kind == "code"
            ]  # fmt: skip
    return rows


def _grade(row: str, sheet: str, cell: str, kind: str, dice: Random) -> dict:
    score = dice.randint(0, 10) / 2
    own = {"manual_score": score} if kind == "markdown" else {"auto_score": score}
    blank = {"auto_score": None, "manual_score": None, "needs_manual_grade": False}
    return {"id": row, "notebook_id": sheet, "cell_id": cell, **blank, **own}
