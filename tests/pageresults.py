"""A class of any size, made up in memory: what the page tests look at.

Marks come from a seeded generator and are added up along the plan, nothing more: no file, no policy.
"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pandas as pd

from ecrm_helpers.grades import (
    Attainment,
    Component,
    CountIn,
    Course,
    Evidence,
    Part,
    RoundHalfUp,
    Rubric,
    ScaleTo100,
)  # fmt: skip
from ecrm_helpers.grades.attainment import attained
from ecrm_helpers.grades.coverage.records import GradedTask, Section
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.items.records import AssignmentItems, Item, ItemAnalysis, Missed
from ecrm_helpers.grades.plan import TOTAL, plan
from ecrm_helpers.grades.record import ClassList, Line, Mark, Person, StudentRow
from ecrm_helpers.grades.results import Results

COURSE = Course(
    id="crossborder_crm",
    title="跨境电商客户管理",
    result="课程总评",
    components=(
        Component("X1", "课堂表现", weight=10, parts=(Part("出勤", share=50), Part("互动", share=50))),
        Component("X2", "客户画像实验", weight=25),
        Component("X3", "建立跨境客户关系的开发报告", weight=25, by=Rubric({"结构": 40, "分析": 60})),
        Component("X4", "课程论文", weight=30),
    ),
    programme={"LO21": ("LO211",), "LO35": ("LO351",), "LO81": ("LO811",)},
    exercises=("unit3_segments",),
    gap=ScaleTo100(),
    unit_exercises=CountIn("X1.互动", share=50),
    evidence=Evidence(
        "课程文件第五部分的评价方式",
        {"LO211": {"X3": 100}, "LO351": {"X4": 60, "X2": 40}, "LO811": {"X1.互动": 100}},
        "各目标的证据不同，达成度可以比较。",
        tasks=False,
    ),
    missing="pending",
    rounding=RoundHalfUp(components=1, total=0),
    levels={"优秀": 90, "良好": 80, "中等": 70, "及格": 60, "不及格": 0},
    attainment=Attainment(threshold=0.7),
)
TASKS = tuple(
    GradedTask("unit3_segments", "unit3_segments", task, title, points, objectives, manual)
    for task, title, points, objectives, manual in (
        ("t1_facts", "第 1 题　先看清这张表", 4.0, ("XB3", "LO351"), False),
        ("t2_rfm", "第 2 题　亲手数 R、F、M", 9.0, ("XB3.D", "LO351"), False),
        ("t3_write", "第 3 题　写给老板", 8.0, ("XB.EN", "LO811"), True),
    )
)
SECTIONS = (
    Section("unit3", "card", "客户细分与生命周期", "theory", 1, ("XB3", "XB3.D")),
    Section("unit3", "segmentation", "3.1 客户细分与行为指标", "theory", 30, ("XB3", "XB3.D", "LO351")),
    Section("unit3", "value", "3.2 客户价值评估", "theory", 23, ("XB3", "LO351")),
    Section("unit3", "english", "English task: a note to a silent VIP", "practice", 7, ("XB.EN", "LO811")),
)
NAMES = ("王芳", "𠮷田·买买提", "=1+1", "<script>alert(1)</script>", "欧阳楠", "李强")


def made(
    count: int = 24,
    *,
    classes: int = 2,
    empty: bool = False,
    pending: int = 0,
    lacking: int = 0,
    course: Course = COURSE,
) -> Results:
    """Make up a class.

    Parameters
    ----------
    count, classes : int
        Students, and over how many 行政班 they are spread; 0: no roster.
    empty : bool
        Nobody has any mark.
    pending, lacking : int
        So many students wait for a teacher, and for their course paper.
    """
    nodes = plan(course)
    rows, points = [], []
    for number in range(count):
        dice = random.Random(f"{number}")  # noqa: S311
        person = Person(
            student_id=f"20260{number:03d}a", shown_id=f"20260{number:03d}A", name=NAMES[number % len(NAMES)],
            class_name=f"电商 {number % classes + 1} 班" if classes else "",
        )  # fmt: skip
        ability = dice.triangular(0.45, 1.0, 0.82)
        own = [] if empty else [
            (person.student_id, one, _points(dice, ability, one.points)) for one in TASKS
        ]  # fmt: skip
        points += own
        rows.append(
            _row(
                nodes,
                person,
                own,
                dice=dice,
                ability=ability,
                course=course,
                empty=empty,
                pending=number < pending,
                lacking=count - number <= lacking,
            )
        )
    listed = ClassList(
        course=course, weights=course.effective_weights(), rows=tuple(rows), plan=nodes,
        policies=("缺成绩：显示“缺”，暂不出总分", "XB.A-gap 占比：公布为 90；按比例放大到 100"),
        sources=("gradebook.db", "X2.xlsx"),
    )  # fmt: skip
    gradebook = _gradebook(points, pending={row.student_id for row in rows[:pending]})
    return Results(
        listed=listed, gradebook=gradebook, attained=attained(listed, gradebook, TASKS), items=_items(points),
        tasks=TASKS, sections=SECTIONS, config=Path("grading_config.py"), made_on="2026-11-22",
    )  # fmt: skip


def _points(dice, ability, full):
    return min(full, round(2 * dice.uniform(0.7, 1.25) * ability * full) / 2)


def _row(nodes, person, own, *, dice, ability, course, empty, pending, lacking) -> StudentRow:
    marks: dict[str, Mark] = {}
    for place, node in nodes.items():
        if node.kind == "assignment":
            full = sum(one.points for _, one, _ in own)
            value = Fraction(str(sum(got for *_, got in own))) * 100 / Fraction(str(full)) if own else None
            waits = ("unit3_segments/t3_write",) if pending else ()
            marks[place] = Mark(value, () if own else (place,), waits)
        elif node.kind in {"sheet", "dimension"}:
            gone = empty or (lacking and place == "X4")
            value = None if gone else Fraction(min(100, round(ability * 100 + dice.uniform(-12, 12))))
            marks[place] = Mark(value, (f"{place}（缓考）" if place == "X4" else place,) if gone else ())
        else:
            marks[place] = _sum([(weight, marks[part]) for part, weight in node.parts])
    if person.student_id.endswith("001a") and marks["X2"].value is not None:
        before, after = marks["X2"].value, max(marks["X2"].value - 10, Fraction(0))
        line = Line("X2", "late", after - before, "客户画像实验迟交 2 天，按每天 5 分扣 10 分")
        marks["X2"] = Mark(after, lines=(line,), before=before)
        marks[TOTAL] = _sum([(weight, marks[part]) for part, weight in nodes[TOTAL].parts])
    total = marks[TOTAL]
    shown = None if total.value is None else course.rounding.shown(total.value, digits=0)
    level = "" if shown is None else next(name for name, low in course.levels.items() if shown >= low)
    return StudentRow(person.student_id, person.name, marks, total, (), person, shown, level)


def _sum(parts: list[tuple[Fraction, Mark]]) -> Mark:
    missing = tuple(one for _, mark in parts for one in mark.missing)
    waits = tuple(one for _, mark in parts for one in mark.pending)
    if any(mark.value is None for _, mark in parts):
        return Mark(None, missing, waits)
    return Mark(sum((weight * mark.value for weight, mark in parts), Fraction(0)) / 100, missing, waits)


def _gradebook(points, *, pending) -> Gradebook:
    marks = pd.DataFrame(
        [
            {
                "student_id": student, "assignment": one.assignment, "notebook": one.notebook,
                "task": one.task, "full": one.points, "auto": got, "manual": None, "score": got,
                "pending": one.manual and student in pending,
            }
            for student, one, got in points
        ],
        columns=[
            "student_id", "assignment", "notebook", "task", "full", "auto", "manual", "score", "pending",
        ],
    )  # fmt: skip
    findings = pd.DataFrame(
        [
            {
                "student_id": student, "assignment": one.assignment, "notebook": one.notebook,
                "task": one.task, "message": "F 数的是订单，不是商品件数。", "answer": '{"甲_F":3}',
            }
            for student, one, got in points if got < one.points and not one.manual
        ],
        columns=["student_id", "assignment", "notebook", "task", "message", "answer"],
    )  # fmt: skip
    tasks = pd.DataFrame(
        [{"assignment": one.assignment, "notebook": one.notebook, "task": one.task, "full": one.points,
          "kind": "markdown" if one.manual else "code"} for one in TASKS]
    )  # fmt: skip
    submissions = pd.DataFrame(columns=["student_id", "assignment", "handed_in_at", "late", "penalty"])
    return Gradebook(names={}, tasks=tasks, marks=marks, submissions=submissions, findings=findings)


def _items(points) -> ItemAnalysis:
    if not points:
        return ItemAnalysis((), ())
    items = []
    for one in TASKS:
        got = [score for _, task, score in points if task is one]
        mean = sum(got) / len(got)
        items.append(
            Item(
                one.assignment, one.notebook, one.task, one.title, one.points, len(got), mean,
                mean / one.points,
                0.1 if one.manual else 0.42, 0.5, got.count(0) / len(got), got.count(one.points) / len(got),
            )
        )  # fmt: skip
    count = len({student for student, *_ in points})
    wrong = sum(score < TASKS[1].points for _, task, score in points if task is TASKS[1])
    text = "第 2 题：F 数成了商品件数。复习单元 3 的 3.1 客户细分与行为指标。"
    return ItemAnalysis(
        (AssignmentItems("unit3_segments", tuple(items), 0.71, count),),
        (Missed("unit3_segments", "t2_rfm", text, wrong, wrong / count),),
    )
