"""From task points and sheets to totals, counted by hand."""

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import CountIn, Formative, GiveRest, Product
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.sheets import Entry, ScoreSheets
from ecrm_helpers.grades.totals import class_list
from tests.test_grading_config import CONFIG

ALL = {"X1.出勤": 100, "X1.互动": 80, "X2": 70, "X3": 60, "X4": 90}


def course(course_id="crossborder_crm", **changes):
    declared = load_course(CONFIG, course_id)
    return type(declared)(**{**vars(declared), **changes})


def sheets(**marks):
    entries = {
        place: Entry(None if v is None else Fraction(str(v)), "", f"a.csv {place}")
        for place, v in marks.items()
    }
    return ScoreSheets({"001": "王芳"}, {"001": entries}, ["a.csv"])


def gradebook(*points, late=False, penalty=0.0, pending=()):
    """One student, one exercise, tasks of 5 points each."""
    tasks = [f"t{number}" for number, _ in enumerate(points, 1)]
    marks = pd.DataFrame({"task": tasks, "score": [float(p) for p in points]}).assign(
        student_id="001", assignment="unit3_segments", notebook="n", full=5.0, auto=0.0, manual=0.0
    )
    marks["pending"] = marks["task"].isin(pending)
    handed_in = pd.DataFrame(
        {"student_id": ["001"], "assignment": "unit3_segments", "late": late, "penalty": penalty}
    )
    return Gradebook({"001": "王芳"}, marks[["assignment", "notebook", "task", "full"]], marks, handed_in)


def row(scheme, book, scores):
    return class_list(scheme, book, scores).rows[0]


def test_total_is_the_scaled_sum_counted_by_hand():
    result = row(course(), gradebook(5, 3), sheets(**ALL))
    # 练习 (5+3)/10 = 80；互动 = (80+80)/2 = 80；X1 = (100+80)/2 = 90
    assert result.marks["X1"].value == 90
    assert result.total.value == Fraction(90 * 10 + 70 * 25 + 60 * 25 + 90 * 30, 90)


def test_rest_given_to_a_component_changes_the_total():
    scheme = course(gap=GiveRest(to="X3"))
    assert row(scheme, gradebook(5, 3), sheets(**ALL)).total.value == 9 + 17.5 + 21 + 27


def test_rest_given_to_lab_two_asks_for_its_mark():
    scheme = course(gap=GiveRest(to="LAB2"))
    result = row(scheme, gradebook(5, 3), sheets(**ALL))
    assert result.total.value is None
    assert result.total.missing == ("LAB2",)


def test_unit_exercises_can_be_a_share_of_the_report_or_practice_only():
    in_report = row(course(unit_exercises=CountIn("X3", share=20)), gradebook(5, 5), sheets(**ALL))
    assert in_report.marks["X3"].value == Fraction(60 * 80 + 100 * 20, 100)
    practice = row(course(unit_exercises=Formative()), gradebook(0, 0), sheets(**ALL))
    assert practice.marks["X1"].value == 90


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("pending", None), ("zero", 68), ("leave_out", Fraction(6800, 70))],
)
def test_missing_component_follows_the_policy_and_is_always_named(missing, expected):
    lacking = sheets(**{**ALL, "X2": 100, "X3": 100, "X4": None})
    scheme = course(missing=missing, gap=GiveRest(to="X1"))
    result = row(scheme, gradebook(5, 3), lacking)
    # X1 20 × 90 + X2 25 × 100 + X3 25 × 100 + X4 30 × 缺
    assert result.total.value == expected
    assert result.total.missing == ("X4",)


def test_zero_is_a_mark():
    result = row(course(), gradebook(5, 3), sheets(**{**ALL, "X4": 0}))
    assert result.total.missing == ()
    assert result.total.value == Fraction(90 * 10 + 70 * 25 + 60 * 25, 90)


def test_work_waiting_for_a_teacher_makes_the_total_preliminary():
    result = row(course(), gradebook(5, 0, pending=["t2"]), sheets(**ALL))
    assert result.total.value is not None
    assert result.total.pending == ("unit3_segments/t2",)


def test_nothing_handed_in_is_missing_not_zero():
    result = row(course(), None, sheets(**ALL))
    assert result.total.value is None
    assert result.total.missing == ("unit3_segments",)


def test_nbgraders_own_penalty_is_not_taken_off_but_told():
    listed = class_list(course(), gradebook(5, 5, late=True, penalty=2.0), sheets(**ALL))
    assert listed.rows[0].late == ("unit3_segments",)
    assert listed.rows[0].marks["unit3_segments"].value == 100
    assert any("nbgrader 自己也记了迟交扣分（unit3_segments 1 份）" in one for one in listed.notices)


def test_mark_for_paper_work_may_stand_in_a_sheet_but_not_twice():
    on_paper = sheets(**ALL, unit3_segments=0)
    assert row(course(), None, on_paper).marks["unit3_segments"].value == 0
    with pytest.raises(GradingError, match="成绩册里已有分数"):
        row(course(), gradebook(5, 3), on_paper)


def test_id_whose_zeros_excel_has_eaten_is_not_taken_for_another_student():
    eaten = ScoreSheets({"1": "王芳"}, {"1": {"X2": Entry(Fraction(70), "", "a.csv")}}, ["a.csv"])
    with pytest.raises(GradingError, match="学号 001 和 1 只差开头的 0"):
        class_list(course(missing="zero"), gradebook(5, 3), eaten)


def test_group_mark_and_contribution_combine_by_the_declared_rule():
    marks = {
        "课堂": 80,
        "作业.作业一": 80,
        "作业.作业二": 90,
        "实训.小组评分": 90,
        "实训.个人贡献": 70,
        "测评.现场实操": 80,
        "测评.口头提问": 80,
        "综合": 90,
    }
    added = row(course("ecommerce_crm"), None, sheets(**marks))
    assert added.marks["实训"].value == 90 * Fraction(60, 100) + 70 * Fraction(40, 100)
    assert added.total.value == Fraction(80 * 20 + 85 * 20 + 82 * 20 + 80 * 30 + 90 * 10, 100)
    declared = course("ecommerce_crm").components
    multiplied = [replace(one, combine=Product()) if one.id == "实训" else one for one in declared]
    result = row(course("ecommerce_crm", components=multiplied), None, sheets(**marks))
    assert result.marks["实训"].value == 63


def test_every_policy_is_named(tmp_path):
    result = "\n".join(class_list(course(), None, sheets(**ALL)).policies)
    for name in (
        "XB.A-gap",
        "XB.A-unit",
        "XB.LO",
        "缺成绩",
        "取整",
        "出勤 50%",
        "= 90；按比例放大到 100",
        "X4 33.33",
    ):
        assert name in result
    vocational = "\n".join(class_list(course("ecommerce_crm"), None, sheets()).policies)
    assert "两处计分：实训态度" in vocational
    assert "小组评分 60% + 个人贡献 40%" in vocational
