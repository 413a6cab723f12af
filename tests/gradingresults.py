"""Classes for tests of what is written: every kind of place, policy and trouble, small or by the thousand."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pandas as pd

from ecrm_helpers.grades import (
    Assignments,
    Attainment,
    Component,
    CountIn,
    Course,
    Evidence,
    Late,
    Part,
    Product,
    Resubmit,
    RoundHalfUp,
    Rubric,
    ScaleTo100,
)
from ecrm_helpers.grades.attainment import attained
from ecrm_helpers.grades.coverage.records import GradedTask
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.items import analysed
from ecrm_helpers.grades.people import People
from ecrm_helpers.grades.plan import plan
from ecrm_helpers.grades.record import Override, Person
from ecrm_helpers.grades.results import Results
from ecrm_helpers.grades.sheets import Entry, ScoreSheets
from ecrm_helpers.grades.totals import class_list

CONFIG = Path(__file__).parents[1] / "grading_config.py"
NAMES = ("=1+1", "王芳", "𠮷田·阿依古丽", '=HYPERLINK("http://x")', "@李", "-赵", "欧阳<r>&娜")
DIMENSIONS = {"资料": 20, "分析": 50, "表达": 30}
FIXED = {**dict.fromkeys(range(6), "正常"), 6: "缓考", 7: "缺考", 8: "免修", 9: "重修", 10: "违纪"}


def scheme(*, assignments=2, **changes):
    """Weights that add up to 90; a product, a rubric, exercises inside a part, an assignment as a source."""
    names = tuple(f"quiz{number}" for number in range(1, assignments + 1))
    course = Course(
        id="crossborder_crm", title="示例课 A&B", result="课程总评", gap=ScaleTo100(), missing="pending",
        components=(
            Component("X1", "课堂表现", 10, parts=(Part("出勤", 50), Part("互动", 50))),
            Component("X2", "实训", 25, parts=(Part("小组", 60), Part("贡献", 40)), combine=Product()),
            Component("X3", "开发报告", 25, by=Rubric(DIMENSIONS)),
            Component("X4", "大作业", 30, by=Assignments(("final",))),
            Component("LAB2", "实验二", 0),
        ),
        exercises=names, unit_exercises=CountIn("X1.互动", share=50),
        evidence=Evidence("示例表", {"LO211": {"X3": 1}, "LO351": {"X4": 60, "X2": 40}, "LO811": {"X1": 1}},
                          "三个目标用的证据不同。"),
        rounding=RoundHalfUp(components=1, total=0), attainment=Attainment(threshold=0.6),
        programme={"LO21": ("LO211",), "LO35": ("LO351",), "LO81": ("LO811",)},
        late={"X3": Late(per_day=5, most=30), "单元练习": Late(per_day=10, most=50)},
        resubmit={"单元练习": Resubmit(free=1, per_extra=3, cap=90)},
        levels={"优秀": 90, "良好": 80, "中等": 70, "及格": 60, "不及格": 0},
        office={"学号": "学号", "姓名": "姓名", "平时": ("X1", "X2", "X3"), "期末": "X4", "总评": "总评"},
    )  # fmt: skip
    return replace(course, **changes)


def tasks_of(course):
    """Three tasks of 6, 2.5 and 2 points in every assignment; the first two serve outcomes."""
    serves = (("LO351",), ("LO351", "LO811"), ())
    return tuple(
        GradedTask(name, "nb", f"t{n}", f"第 {n} 题　{name}", full, serves[n - 1], manual=n == 3)
        for name in (*course.exercises, "final") for n, full in enumerate((6, 2.5, 2), 1)
    )  # fmt: skip


def results(course, *, students=12, seed=7, quiet=False):
    """Make a class by seed, with gaps, states, late and repeated work, overrides and waiting tasks.

    `quiet`: nothing is missing, late, changed or waiting.
    """
    draw = Random(seed)  # noqa: S311  marks, not secrets
    tasks = tasks_of(course)
    people = {person.student_id: person for person in _people(course, students, draw, quiet=quiet)}
    gradebook = _gradebook(tasks, people, draw, quiet=quiet)
    entries = {student: _entries(course, draw, quiet=quiet) for student in people}
    sheets = ScoreSheets({one.student_id: one.name for one in people.values()}, entries, ["成绩.xlsx"])
    roster = People(people, ("roster.xlsx",), ())
    overrides = [] if quiet else _overrides(course, list(people), draw)
    listed = class_list(course, gradebook, sheets, people=roster, overrides=overrides)
    return Results(
        listed=listed, gradebook=gradebook, attained=attained(listed, gradebook, tasks),
        items=analysed(listed, gradebook, tasks), tasks=tasks, sections=(), config=CONFIG,
        made_on="2026-07-01",
    )  # fmt: skip


def _people(course, students, draw, *, quiet):
    states = list(course.states)
    for number in range(students):
        state = "正常" if quiet or draw.random() < 0.8 else draw.choice(states)
        state = FIXED.get(number, state) if not quiet else state
        name = NAMES[number] if number < len(NAMES) else f"学生{number}"
        shown = f"00A{number:04d}"
        yield Person(shown.lower(), shown, name, f"电商{1 + number % 2}班", state, f"G{number // 5}")


def _gradebook(tasks, people, draw, *, quiet):
    rows, handed_in = [], []
    for student in people:
        for name in dict.fromkeys(one.assignment for one in tasks):
            if not quiet and draw.random() < 0.12:
                continue
            late = dt.timedelta(0) if quiet else dt.timedelta(hours=draw.choice([0, 0, 0, 5, 30]))
            attempts = 1 if quiet else draw.choice([1, 1, 2, 3])
            handed_in.append(
                {"student_id": student, "assignment": name, "late": bool(late), "late_by": late,
                 "penalty": 0.0, "attempts": attempts}
            )  # fmt: skip
            rows += [
                {"student_id": student, "assignment": name, "notebook": "nb", "task": one.task,
                 "full": one.points, "auto": 0.0, "manual": 0.0,
                 "score": draw.choice([0, 0.1, 0.5, 1]) * one.points,
                 "pending": not quiet and one.manual and draw.random() < 0.05}
                for one in tasks if one.assignment == name
            ]  # fmt: skip
    listed = pd.DataFrame(
        [{"assignment": one.assignment, "notebook": "nb", "task": one.task, "full": one.points,
          "kind": "markdown" if one.manual else "code"} for one in tasks]
    )  # fmt: skip
    marks = pd.DataFrame(rows)
    found = marks.loc[marks["task"] == "t1", ["student_id", "assignment", "notebook", "task", "score"]]
    wrong = found["score"] < 6
    findings = found.drop(columns="score").assign(
        message=wrong.map({True: "重要价值客户数不对：先看最近一次消费。", False: "对。"}),
        answer=wrong.map({True: "[3, 4]", False: "[5, 4]"}),
    )
    return Gradebook({}, listed, marks, pd.DataFrame(handed_in), findings)


def _entries(course, draw, *, quiet):
    entries = {}
    for place in _places(course):
        lacking = not quiet and draw.random() < 0.06
        late = Fraction(draw.choice([0, 0, 0, 2])) if place.startswith("X3:资料") and not quiet else None
        value = None if lacking else Fraction(draw.randrange(300, 1001), 10)
        entries[place] = Entry(value, "请假" if lacking else "", f"成绩.xlsx {place}", late_days=late)
    return entries


def _places(course):
    for place, (component, part) in course.leaves().items():
        if not isinstance((part or component).by, Assignments):
            dimensions = component.dimensions(part)
            yield from [f"{place}:{name}" for name in dimensions] or [place]


def _overrides(course, students, draw):
    wanted = ("X2", "X3", "X3:分析", "X1.互动", "quiz1", "测评", "总评")
    places = [place for place in wanted if place in plan(course)]
    return [
        Override(
            draw.choice(students), place, Fraction(draw.randrange(400, 1000), 10),
            "李老师", "2026-06-30", "复核",
        )
        for place in places
    ]  # fmt: skip
