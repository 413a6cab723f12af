"""A class with marks, answers and feedback, small enough to work out by hand, for tests of item analysis."""

from __future__ import annotations

import pandas as pd

from ecrm_helpers.grades import Component, Course, Evidence, Formative, RoundHalfUp
from ecrm_helpers.grades.coverage.records import GradedTask
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.items import analysed
from ecrm_helpers.grades.record import ClassList, Mark, Person, StudentRow

COURSE = Course(
    id="demo", title="示例", result="总评", exercises=(), gap=None, unit_exercises=Formative(),
    components=(Component("A", "平时", 100),), missing="pending", evidence=Evidence("示例", {}),
    rounding=RoundHalfUp(components=1, total=0),
)  # fmt: skip


def class_of(*students, **states):
    """A class list of `students`, all 正常 but for `states` by id."""
    rows = tuple(
        StudentRow(one, "", {}, Mark(None), (), Person(one, one, state=states.get(one, "正常")))
        for one in students
    )
    return ClassList(COURSE, {}, rows, (), ())


def mark(student, task, score, *, assignment="a1", full=1.0, pending=False, auto=None, **found):
    """One row of the gradebook, with `message` and `answer` where there are any."""
    return {
        "student_id": student, "assignment": assignment, "notebook": "main", "task": task,
        "full": float(full),
        "auto": float(score if auto is None else auto), "manual": float("nan"), "score": float(score),
        "pending": pending, "message": found.get("message", ""), "answer": found.get("answer", ""),
    }  # fmt: skip


def book_of(rows, *, untouched=()):
    """A gradebook of `mark` rows; `untouched` are (assignment, task, full) that nobody did."""
    frame = pd.DataFrame(rows or [mark("", "", 0)])
    frame = frame if rows else frame.iloc[:0]
    key = ["assignment", "notebook", "task"]
    more = pd.DataFrame(
        [(assignment, "main", task, float(full)) for assignment, task, full in untouched],
        columns=[*key, "full"],
    )
    tasks = pd.concat([frame[[*key, "full"]].drop_duplicates(), more], ignore_index=True)
    found = frame.loc[(frame["message"] != "") | (frame["answer"] != "")]
    return Gradebook(
        names={},
        tasks=tasks.assign(kind="code"),
        marks=frame.drop(columns=["message", "answer"]),
        submissions=pd.DataFrame(),
        findings=found[["student_id", *key, "message", "answer"]],
    )


def graded(task, title, *, assignment="a1", full=1.0):
    return GradedTask(assignment, "main", task, title, full, (), manual=False)


def analysis_of(rows, tasks=(), *, untouched=(), **states):
    """Item analysis of everybody who has a row."""
    students = dict.fromkeys(row["student_id"] for row in rows)
    return analysed(class_of(*students, **states), book_of(rows, untouched=untouched), tasks)


def matrix(points, full):
    """Rows of a class from a table of points: students s00, s01 …, tasks t0, t1 …."""
    return [
        mark(f"s{at:02}", f"t{task}", score, full=full[task])
        for at, row in enumerate(points)
        for task, score in enumerate(row)
    ]
