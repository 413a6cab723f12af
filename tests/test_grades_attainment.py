"""课程目标达成度: Σ w·mean/full over the same students, checked against a published figure and by hand."""

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.grades import Attainment, Component, CountIn, Course, Evidence, Formative, Part, RoundHalfUp
from ecrm_helpers.grades.attainment import attained
from ecrm_helpers.grades.attainment.direct import weighed
from ecrm_helpers.grades.attainment.weights import carried, sources, tagged
from ecrm_helpers.grades.coverage.records import GradedTask
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.plan import plan
from ecrm_helpers.grades.record import ClassList, Line, Mark, Person, StudentRow

NOTHING = pd.DataFrame()
TABLE = Evidence("示例", {"LO211": {"X3": 100}, "LO351": {"X4": 60, "X2": 40}, "LO811": {"X1.互动": 100}})
ALL_ALIKE = Evidence(
    "表八",
    {outcome: {"X3": 50, "X4": 50} for outcome in ("LO211", "LO351", "LO811")},
    "必然相等。",
    tasks=False,
)
TASKS = (
    GradedTask("quiz", "quiz", "t1", "第 1 题", 6, ("XB3", "LO351"), manual=False),
    GradedTask("quiz", "quiz", "t2", "第 2 题", 2, ("LO351", "LO811"), manual=True),
    GradedTask("quiz", "quiz", "t3", "第 3 题", 2, ("XB3",), manual=False),
)


def course(**changes):
    base = Course(
        id="crossborder_crm", title="示例课", result="总评", gap=None, missing="pending", evidence=TABLE,
        components=(
            Component("X1", "课堂", 20, parts=(Part("出勤", 50), Part("互动", 50))),
            Component("X2", "实验", 20), Component("X3", "报告", 30), Component("X4", "论文", 30),
        ),
        exercises=("quiz",), unit_exercises=CountIn("X1.互动", share=50),
        rounding=RoundHalfUp(components=1, total=0), attainment=Attainment(threshold=0.6),
        programme={"LO21": ("LO211",), "LO35": ("LO351",), "LO81": ("LO811",)},
    )  # fmt: skip
    return replace(base, **changes)


def class_of(scheme, marks, *, states=(), pending=()):
    """Make a class list from {student: {place: mark or None}}; a place not given is missing."""
    nodes = plan(scheme)
    rows = []
    for student, own in marks.items():
        have = {
            place: Mark(None if own.get(place) is None else Fraction(str(own[place])), pending=tuple(pending))
            for place in nodes
        }
        person = Person(student, student, state=dict(states).get(student, "正常"))
        rows.append(StudentRow(student, "", have, have["总评"], (), person))
    return ClassList(scheme, scheme.effective_weights(), tuple(rows), (), (), nodes)


def gradebook(points, *, pending=()):
    """Make a gradebook from {student: {task: points}}."""
    full = {task.task: float(task.points) for task in TASKS}
    rows = [
        {"student_id": student, "assignment": "quiz", "notebook": "quiz", "task": task, "full": full[task],
         "score": float(score), "pending": (student, task) in pending}
        for student, own in points.items() for task, score in own.items()
    ]  # fmt: skip
    return Gradebook({}, NOTHING, pd.DataFrame(rows), NOTHING)


def outcome(result, name):
    return next(one for one in result.outcomes if one.outcome == name)


def test_the_worked_check_of_the_method():
    # As schools work it out by hand: 89 of 100 with weight 5/15, 50 of 100 with 10/15, gives 0.63.
    shares = [(Fraction(5, 15), Fraction(89, 100)), (Fraction(10, 15), Fraction(50, 100))]
    assert weighed(shares, missing="pending") == Fraction(63, 100)


def test_the_worked_check_through_a_whole_class():
    scheme = course(evidence=Evidence("x", {**TABLE.shares, "LO351": {"X4": 5, "X2": 10}}))
    marks = {"a": {"X4": 88, "X2": 40, "X3": 1}, "b": {"X4": 90, "X2": 60, "X3": 1}}
    assert outcome(attained(class_of(scheme, marks), None, ()), "LO351").value == Fraction(63, 100)


def test_a_place_carries_its_share_of_the_total():
    points = carried(plan(course()))
    # X1 20 × half 互动 × half exercises
    assert (points["总评"], points["X1.互动"], points["quiz"]) == (100, 10, 5)


def test_tagged_tasks_and_declared_components_stand_on_one_scale():
    scheme = course()
    found = sources(scheme, plan(scheme), TASKS)
    # LO351: t1 carries 5 × 6/10 = 3 points of the total, t2 1; X4 and X2 together 50, divided 60 : 40.
    assert [(one.place, one.task, one.weight) for one in found["LO351"]] == [
        ("X4", "", Fraction(50, 54) * Fraction(60, 100)),
        ("X2", "", Fraction(50, 54) * Fraction(40, 100)),
        ("quiz", "quiz/t1", Fraction(3, 54)),
        ("quiz", "quiz/t2", Fraction(1, 54)),
    ]
    # LO811: what 互动 holds besides the exercise, 5 points, and t2 with 1.
    assert [(one.place, one.task, one.weight) for one in found["LO811"]] == [
        ("X1.互动:登记", "", Fraction(5, 6)), ("quiz", "quiz/t2", Fraction(1, 6)),
    ]  # fmt: skip


def test_weights_of_every_outcome_add_up_to_one():
    for scheme in (course(), course(evidence=ALL_ALIKE), course(unit_exercises=Formative())):
        for found in sources(scheme, plan(scheme), TASKS).values():
            assert sum(one.weight for one in found) == 1


def test_tasks_of_an_exercise_that_does_not_count_are_no_evidence_and_said_so():
    scheme = course(unit_exercises=Formative())
    assert tagged(scheme, plan(scheme), TASKS) == {}
    result = attained(class_of(scheme, {"a": {"X4": 80, "X2": 80}}), None, TASKS)
    assert any("quiz" in line and "不计入总评" in line for line in result.notes)


def test_evidence_without_weight_in_the_total_still_counts_by_its_declared_share():
    scheme = course(
        components=(*course().components, Component("LAB2", "实验二", 0)),
        evidence=Evidence("x", {**TABLE.shares, "LO211": {"LAB2": 100}}),
    )
    [only] = sources(scheme, plan(scheme), ())["LO211"]
    assert (only.place, only.weight) == ("LAB2", 1)


def test_class_and_student_by_hand():
    marks = {"a": {"X4": 90, "X2": 80, "X3": 70}, "b": {"X4": 70, "X2": 60, "X3": 50}}
    points = {"a": {"t1": 6, "t2": 2, "t3": 0}, "b": {"t1": 3, "t2": 0, "t3": 2}}
    result = attained(class_of(course(), marks), gradebook(points), TASKS)
    lo351 = outcome(result, "LO351")
    # a: (30·0.9 + 20·0.8 + 3·1 + 1·1)/54 = 47/54;  b: (30·0.7 + 20·0.6 + 3·0.5 + 0)/54 = 34.5/54
    assert lo351.students == {"a": Fraction(47, 54), "b": Fraction(69, 108)}
    assert lo351.value == Fraction(163, 216)
    assert [one.mean for one in lo351.sources] == [80, 70, Fraction(9, 2), 1]
    assert outcome(result, "LO211").value == Fraction(60, 100)


def test_an_outcome_at_the_threshold_is_reached():
    result = attained(class_of(course(), {"a": {"X3": 60}, "b": {"X3": 60}}), None, ())
    assert outcome(result, "LO211").reached is True
    lower = attained(class_of(course(), {"a": {"X3": "59.9"}}), None, ())
    assert outcome(lower, "LO211").reached is False


@pytest.mark.parametrize(
    ("missing", "value", "counted", "mean_of_x2"),
    [
        ("pending", Fraction(80, 100), 1, 80),  # b has no X2: only a counts, in mean and in full
        ("zero", Fraction(3, 5) * Fraction(7, 10) + Fraction(2, 5) * Fraction(4, 10), 2, 40),
        ("leave_out", Fraction(3, 5) * Fraction(7, 10) + Fraction(2, 5) * Fraction(8, 10), 2, 80),
    ],
)
def test_mean_and_full_are_over_the_same_students(missing, value, counted, mean_of_x2):
    marks = {"a": {"X4": 80, "X2": 80}, "b": {"X4": 60}}
    lo351 = outcome(attained(class_of(course(missing=missing), marks), None, ()), "LO351")
    assert (lo351.value, lo351.counted) == (value, counted)
    assert lo351.sources[1].mean == mean_of_x2
    assert lo351.left_out == (("b",) if missing == "pending" else ())


def test_students_whose_state_does_not_count_are_left_out_and_counted_in_a_note():
    marks = {"a": {"X3": 80}, "b": {"X3": 0}, "c": {"X3": 0}, "d": {"X3": 40}}
    states = {"b": "缓考", "c": "缺考", "d": "重修"}
    result = attained(class_of(course(), marks, states=states), None, ())
    assert outcome(result, "LO211").value == Fraction(60, 100)
    assert set(outcome(result, "LO211").students) == {"a", "d"}
    assert "按学生状态不计入达成度的有 2 人（缓考 1 人、缺考 1 人）。" in result.notes


def test_evidence_nobody_has_yet_gives_no_figure_and_names_itself():
    result = attained(class_of(course(), {"a": {"X4": 80}, "b": {"X4": 70}}), None, ())
    assert outcome(result, "LO351").value is None
    assert outcome(result, "LO351").reached is None
    assert any("LO351" in line and "X2 实验" in line for line in result.notes)
    assert result.value is None


@pytest.mark.parametrize("missing", ["pending", "zero", "leave_out"])
def test_a_task_the_whole_class_waits_for_is_no_zero(missing):
    marks = {"a": {"X4": 90, "X2": 90}, "b": {"X4": 90, "X2": 90}}
    points = {"a": {"t1": 6, "t2": 0}, "b": {"t1": 6, "t2": 0}}
    waiting = {("a", "t2"), ("b", "t2")}
    result = attained(class_of(course(missing=missing), marks), gradebook(points, pending=waiting), TASKS)
    lo351 = outcome(result, "LO351")
    # Without t2: (50·0.9 + 3·1)/53
    assert lo351.value == Fraction(48, 53)
    assert lo351.sources[-1].mean is None
    assert result.preliminary
    assert any("第 2 题" in line and "初步" in line for line in result.notes)


@pytest.mark.parametrize("missing", ["pending", "zero", "leave_out"])
def test_a_student_whose_task_waits_is_left_out_of_that_outcome_alone(missing):
    marks = {"a": {"X4": 90, "X2": 90, "X3": 50}, "b": {"X4": 10, "X2": 10, "X3": 70}}
    points = {"a": {"t1": 6, "t2": 2}, "b": {"t1": 0, "t2": 0}}
    result = attained(
        class_of(course(missing=missing), marks), gradebook(points, pending={("b", "t2")}), TASKS
    )
    assert outcome(result, "LO351").left_out == ("b",)
    assert outcome(result, "LO351").value == outcome(result, "LO351").students["a"]
    assert outcome(result, "LO211").counted == 2
    # Who waits for a teacher lacks nothing.
    assert "LO351：1 人还有题等老师批改，平均分和满分暂不含他们。" in result.notes
    assert not any("LO351" in line and "缺" in line for line in result.notes)


def test_a_pending_component_makes_the_figures_preliminary():
    result = attained(class_of(course(), {"a": {"X3": 80}}, pending=("quiz/t2",)), None, ())
    assert result.preliminary


def test_table_eight_makes_all_outcomes_equal_and_the_report_says_what_that_means():
    marks = {"a": {"X3": 61, "X4": 75}, "b": {"X3": 83, "X4": 99}}
    result = attained(
        class_of(course(evidence=ALL_ALIKE), marks), gradebook({"a": {"t1": 0}, "b": {"t1": 0}}), TASKS
    )
    assert {one.value for one in result.outcomes} == {Fraction(795, 1000)}
    assert result.consequence == "必然相等。"
    assert any("必然相等" in line and "LO811" in line for line in result.notes)


def test_programme_outcomes_are_means_of_theirs_and_the_course_is_its_weakest():
    scheme = course(
        evidence=Evidence("x", {"LO211": {"X3": 100}, "LO351": {"X4": 100}, "LO811": {"X2": 100}}),
        programme={"LO21": ("LO211", "LO351"), "LO81": ("LO811",)},
    )
    marks = {"a": {"X3": 50, "X4": 70, "X2": 80}}
    result = attained(class_of(scheme, marks), None, ())
    assert result.programme == {"LO21": Fraction(60, 100), "LO81": Fraction(80, 100)}
    assert (result.weakest.outcome, result.value) == ("LO211", Fraction(1, 2))
    mean = replace(scheme, attainment=Attainment(threshold=0.6, course="mean"))
    assert attained(class_of(mean, marks), None, ()).value == Fraction(200, 300)


def test_a_deduction_for_lateness_does_not_touch_a_tasks_points_and_this_is_said():
    listed = class_of(course(), {"a": {"X4": 90, "X2": 90}})
    late = Line("quiz", "late", Fraction(-10), "迟交")
    row = listed.rows[0]
    marks = {**row.marks, "quiz": Mark(Fraction(50), lines=(late,), before=Fraction(60))}
    listed = replace(listed, rows=(replace(row, marks=marks),))
    result = attained(listed, gradebook({"a": {"t1": 6, "t2": 2}}), TASKS)
    assert outcome(result, "LO351").sources[2].mean == 6
    assert any("不含迟交" in line for line in result.notes)


def test_tasks_that_name_no_outcome_are_listed():
    result = attained(class_of(course(), {"a": {"X3": 80}}), None, TASKS)
    assert any("第 3 题" in line and "没有标注" in line for line in result.notes)


def test_a_vocational_dimension_is_evidence_for_an_attitude():
    from ecrm_helpers.grades import Rubric  # noqa: PLC0415  only this test needs it

    scheme = course(
        id="ecommerce_crm", exercises=(), unit_exercises=Formative(), programme={},
        components=(Component("课堂", "课堂表现", 100, by=Rubric({"客户服务意识": 40, "表达能力": 60})),),
        evidence=Evidence("x", {"EC9.Q1": {"课堂:客户服务意识": 100}}),
    )  # fmt: skip
    result = attained(class_of(scheme, {"a": {"课堂:客户服务意识": 90, "课堂:表达能力": 10}}), None, ())
    only = outcome(result, "EC9.Q1")
    assert (only.value, only.sources[0].label) == (Fraction(9, 10), "课堂表现：客户服务意识")


def test_a_code_stands_before_its_title_and_a_chinese_id_does_not():
    scheme = course(
        id="ecommerce_crm", exercises=(), unit_exercises=Formative(), programme={},
        components=(Component("测评", "单元测评", 100, parts=(Part("口头提问", 40), Part("实操", 60))),),
        evidence=Evidence("x", {"EC9.K1": {"测评.口头提问": 100}}),
    )  # fmt: skip
    [only] = sources(scheme, plan(scheme), ())["EC9.K1"]
    assert only.label == "单元测评·口头提问"
    [coded] = sources(course(), plan(course()), ())["LO211"]
    assert coded.label == "X3 报告"


def test_an_empty_class_has_no_attainment():
    result = attained(class_of(course(), {}), None, TASKS)
    assert (result.weakest, result.value, result.preliminary) == (None, None, False)


marks_of_a_class = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.fixed_dictionaries({place: st.none() | st.integers(0, 100) for place in ("X2", "X3", "X4")}),
)


@settings(deadline=None)
@given(marks_of_a_class, st.sampled_from(["pending", "zero", "leave_out"]))
def test_attainment_stays_between_zero_and_one_and_order_does_not_matter(marks, missing):
    result = attained(class_of(course(missing=missing), marks), None, ())
    turned = attained(class_of(course(missing=missing), dict(reversed(marks.items()))), None, ())
    for one, other in zip(result.outcomes, turned.outcomes, strict=True):
        assert one.value is None or 0 <= one.value <= 1
        assert (one.value, dict(one.students)) == (other.value, dict(other.students))


@settings(deadline=None)
@given(marks_of_a_class)
def test_without_gaps_the_class_value_is_the_mean_of_the_students_values(marks):
    full = {
        student: {place: mark or 0 for place, mark in own.items()} for student, own in marks.items()
    }  # a linear formula over the same students
    for one in attained(class_of(course(), full), None, ()).outcomes:
        own = [value for value in one.students.values() if value is not None]
        assert one.value == (sum(own) / len(own) if own else None)


@settings(deadline=None)
@given(marks_of_a_class, st.integers(1, 9))
def test_scaling_the_shares_of_an_outcome_changes_nothing(marks, factor):
    scaled = {
        name: {place: share * factor for place, share in shares.items()}
        for name, shares in TABLE.shares.items()
    }
    before = attained(class_of(course(), marks), None, ())
    after = attained(class_of(course(evidence=Evidence("x", scaled)), marks), None, ())
    assert [one.value for one in before.outcomes] == [one.value for one in after.outcomes]


def test_two_of_several_outcomes_with_the_same_evidence_leave_a_weakest():
    table = Evidence("示例", {"LO211": {"X3": 1}, "LO351": {"X3": 2}, "LO811": {"X4": 1}}, tasks=False)
    result = attained(class_of(course(evidence=table), {"a": {"X3": 80, "X4": 50}}), None, ())
    assert "LO211、LO351 用的是同样的证据和比例，达成度必然相等。" in result.notes
    assert [one.outcome for one in result.lowest] == ["LO811"]
