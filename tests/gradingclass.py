"""Small courses, gradebooks and score sheets that can be checked by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pandas as pd

from ecrm_helpers.grades import Component, Course, Evidence, Formative, RoundHalfUp
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.people import People
from ecrm_helpers.grades.record import Override, Person
from ecrm_helpers.grades.sheets import Entry, ScoreSheets
from ecrm_helpers.grades.totals import class_list

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
TWO = (Component("A", "平时", 40), Component("B", "期末", 60))


def course(*components, exercises=(), **changes):
    """A course without gaps: 平时 40, 期末 60, what is missing is waited for."""
    declared = {
        "id": "demo", "title": "示例", "result": "总评", "gap": None, "unit_exercises": Formative(),
        "evidence": Evidence("示例", {}), "missing": "pending",
        "rounding": RoundHalfUp(components=1, total=0),
    }  # fmt: skip
    return Course(components=components or TWO, exercises=exercises, **{**declared, **changes})


def sheets(**students):
    """Entries by student (s1 is student 1): a number is a mark, a text the word that stood in its place."""
    entries = {
        student[1:]: {place: _entry(place, value) for place, value in marks.items()}
        for student, marks in students.items()
    }
    return ScoreSheets(dict.fromkeys(entries, ""), entries, ["scores.csv"])


def _entry(place, value):
    if isinstance(value, Entry):
        return value
    if value is None or isinstance(value, str):
        return Entry(None, value or "", f"scores.csv {place}")
    return Entry(Fraction(str(value)), "", f"scores.csv {place}")


def days_late(value, days):
    """A mark whose row says how many days late the work came."""
    return Entry(Fraction(str(value)), "", "scores.csv", late_days=Fraction(str(days)))


def gradebook(*hand_ins, tasks=(5.0, 5.0)):
    """Hand-ins of (student, assignment, points by task, facts: late_by, attempts, penalty, pending)."""
    marks, submissions = [], []
    for student, assignment, points, facts in hand_ins:
        late_by = facts.get("late_by", dt.timedelta(0))
        submissions.append(
            {
                "student_id": student,
                "assignment": assignment,
                "late": late_by > dt.timedelta(0),
                "late_by": late_by,
                "penalty": facts.get("penalty", 0.0),
                "attempts": facts.get("attempts", 1),
            }
        )
        for number, (full, score) in enumerate(zip(tasks, points, strict=True), start=1):
            marks.append(
                {
                    "student_id": student,
                    "assignment": assignment,
                    "notebook": assignment,
                    "task": f"t{number}",
                    "full": full,
                    "auto": float(score),
                    "manual": float("nan"),
                    "score": float(score),
                    "pending": f"t{number}" in facts.get("pending", ()),
                }
            )
    table = pd.DataFrame(marks)
    known = table[["assignment", "notebook", "task", "full"]].drop_duplicates().assign(kind="code")
    names = dict.fromkeys((one[0] for one in hand_ins), "")
    return Gradebook(names, known, table, pd.DataFrame(submissions))


def roster(*ids, **states):
    """People by id, with a state where one is given: roster("1", "2", s2="缓考")."""
    people = {one: Person(one, one, f"学生{one}", state=states.get(f"s{one}", "正常")) for one in ids}
    return People(people, ("roster.csv",))


def override(student, place, value, *, when="2026-12-01", why="复核"):
    """A teacher's own mark."""
    return Override(student, place, Fraction(str(value)), "王老师", when, why, "overrides.csv 第 2 行")


def listed(scheme, book=None, scores=None, **rest):
    """The class list, rows by student id."""
    found = class_list(scheme, book, scores or ScoreSheets(), **rest)
    return {row.student_id: row for row in found.rows}


def texts(row):
    """What every line of a row says."""
    return [line.text for line in row.lines]
