"""What late and repeated work loses: computed from scratch, by the nearest policy, one line each."""

import datetime as dt
from fractions import Fraction

import pytest

from ecrm_helpers.grades import (
    Assignments,
    Component,
    CountIn,
    Late,
    Part,
    Resubmit,
    Rubric,
    Score,
)
from ecrm_helpers.grades.sheets import ScoreSheets
from ecrm_helpers.grades.totals import class_list
from ecrm_helpers.messages.totals import duration
from tests.gradingclass import DAY, HOUR, MINUTE, course, days_late, gradebook, listed, sheets, texts

TEN_A_DAY = Late(per_day=10)


def exercise_course(**changes):
    """All of the result is one unit exercise."""
    whole = {"unit_exercises": CountIn("A", share=100), **changes}
    return course(Component("A", "平时", 100), exercises=("unit3",), **whole)


def marked(scheme, points=(5, 4), **facts):
    row = listed(scheme, gradebook(("1", "unit3", points, facts)))["1"]
    return row.marks["unit3"], row


@pytest.mark.parametrize(
    ("late_by", "expected"),
    [  # 90 points; 10 for every day begun after ten minutes of grace
        (dt.timedelta(0), 90),
        (10 * MINUTE, 90),
        (10 * MINUTE + dt.timedelta(seconds=1), 80),
        (DAY + 10 * MINUTE, 80),
        (DAY + 11 * MINUTE, 70),
        (27 * HOUR, 70),
        (30 * DAY, 40),  # at most 50
    ],
)
def test_days_begun_after_the_grace(late_by, expected):
    scheme = exercise_course(late={"单元练习": Late(per_day=10, most=50, grace_minutes=10)})
    mark, _ = marked(scheme, late_by=late_by)
    assert mark.value == expected


def test_the_line_is_one_a_student_understands():
    mark, row = marked(exercise_course(late={"单元练习": TEN_A_DAY}), late_by=27 * HOUR)
    (line,) = mark.lines
    assert line.text == "单元练习 unit3 迟交 1 天 3 小时（按 2 天计），扣 20 分"
    assert (line.kind, line.points, line.place) == ("late", -20, "unit3")
    assert (mark.before, mark.value) == (90, 70)
    assert row.late == ("unit3",)


def test_lateness_without_a_policy_is_shown_and_costs_nothing():
    mark, row = marked(exercise_course(), late_by=2 * DAY)
    assert mark.value == 90
    assert row.late == ("unit3",)
    assert texts(row) == ["单元练习 unit3 迟交 2 天，不扣分"]
    assert mark.lines[0].points is None


def test_lateness_within_the_grace_is_shown_and_costs_nothing():
    mark, row = marked(
        exercise_course(late={"unit3": Late(per_day=10, grace_minutes=30)}), late_by=20 * MINUTE
    )
    assert mark.value == 90
    assert "没有超过 30 分钟的宽限，不扣分" in texts(row)[0]


def test_no_more_is_taken_off_than_there_is():
    mark, row = marked(exercise_course(late={"unit3": TEN_A_DAY}), points=(1, 0), late_by=5 * DAY)
    assert (mark.before, mark.value) == (10, 0)
    assert mark.lines[0].points == -10
    assert "应扣 50 分，分数只够扣 10 分" in texts(row)[0]


def test_what_is_zero_already_loses_nothing_and_the_line_says_so():
    mark, row = marked(exercise_course(late={"unit3": TEN_A_DAY}), points=(0, 0), late_by=2 * DAY)
    assert (mark.value, mark.lines[0].points) == (0, 0)
    assert texts(row) == ["单元练习 unit3 迟交 2 天（按 2 天计），应扣 20 分，分数已经是 0"]


def test_work_beyond_the_last_day_counts_as_zero():
    scheme = exercise_course(late={"unit3": Late(per_day=1, refuse_after_days=7)})
    assert marked(scheme, late_by=7 * DAY)[0].value == 83
    mark, row = marked(scheme, late_by=7 * DAY + MINUTE)
    assert mark.value == 0
    assert texts(row) == ["单元练习 unit3 迟交 7 天 1 分钟，超过 7 天，记 0 分（扣 90 分）"]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ({"A": Late(per_day=1)}, 89),  # where the exercises count
        ({"A": Late(per_day=1), "单元练习": Late(per_day=2)}, 88),
        ({"A": Late(per_day=1), "单元练习": Late(per_day=2), "unit3": Late(per_day=3)}, 87),
        ({"B": Late(per_day=1)}, 90),
    ],
)
def test_the_nearest_policy_applies(late, expected):
    assert marked(exercise_course(late=late), late_by=HOUR)[0].value == expected


@pytest.mark.parametrize("place", ["B", "B.程序"])
def test_an_assignment_that_feeds_a_part_follows_the_policy_of_its_part_or_component(place):
    scheme = course(
        Component("B", "期末", 100, parts=(Part("程序", 100, by=Assignments(("final",))),)),
        late={place: TEN_A_DAY},
    )
    row = listed(scheme, gradebook(("1", "final", (5, 5), {"late_by": HOUR})))["1"]
    assert row.marks["final"].value == 90
    assert row.total.value == 90


@pytest.mark.parametrize("by", [Score(), Rubric({"选题": 40, "论证": 60})])
def test_days_late_in_a_score_sheet_follow_the_policy_of_the_component(by):
    scheme = course(Component("X4", "课程论文", 100, by=by), late={"X4": Late(per_day=5, most=30)})
    row = listed(scheme, None, sheets(s1={"X4": days_late(80, 2)}))["1"]
    assert row.marks["X4"].value == 70
    assert texts(row) == ["X4 课程论文 迟交 2 天（按 2 天计），扣 10 分"]
    assert row.late == ("X4",)


def test_days_late_beside_the_dimensions_of_a_rubric_count_once():
    scheme = course(
        Component("X4", "课程论文", 100, by=Rubric({"选题": 40, "论证": 60})), late={"X4": TEN_A_DAY}
    )
    row = listed(scheme, None, sheets(s1={"X4:选题": days_late(50, 1), "X4:论证": days_late(100, 1)}))["1"]
    # 50 × 40 % + 100 × 60 % = 80, one day late
    assert row.marks["X4"].value == 70
    assert len(row.lines) == 1


def test_a_sheets_side_of_a_shared_place_follows_that_places_policy():
    scheme = course(
        Component("A", "平时", 100), exercises=("unit3",), unit_exercises=CountIn("A", share=50),
        late={"A": TEN_A_DAY, "unit3": Late(per_day=0)},
    )  # fmt: skip
    row = listed(scheme, gradebook(("1", "unit3", (5, 5), {})), sheets(s1={"A": days_late(80, 1)}))["1"]
    # half 80 − 10, half 100
    assert row.marks["A:登记"].value == 70
    assert texts(row) == ["A 平时（登记） 迟交 1 天（按 1 天计），扣 10 分"]
    assert row.total.value == 85


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [(1, 90), (3, 90), (4, 85), (6, 75), (20, 70)],
)
def test_further_hand_ins_cost_points_up_to_a_limit(attempts, expected):
    scheme = exercise_course(resubmit={"单元练习": Resubmit(free=3, per_extra=5, most=20)})
    assert marked(scheme, attempts=attempts)[0].value == expected


def test_further_hand_ins_may_be_held_to_a_highest_mark():
    scheme = exercise_course(resubmit={"unit3": Resubmit(free=1, per_extra=2, cap=80)})
    mark, row = marked(scheme, attempts=2)
    # 90 − 2 = 88, at most 80
    assert mark.value == 80
    assert [line.points for line in mark.lines] == [-2, -8]
    assert texts(row) == [
        "单元练习 unit3 交了 2 次（前 1 次不扣分），扣 2 分",
        "单元练习 unit3 交了 2 次，超过 1 次后最高 80 分，减 8 分",
    ]


def test_as_many_hand_ins_as_are_free_meet_no_highest_mark():
    assert marked(exercise_course(resubmit={"unit3": Resubmit(free=2, cap=50)}), attempts=2)[0].value == 90


def test_lateness_comes_before_attempts():
    scheme = exercise_course(
        late={"unit3": TEN_A_DAY}, resubmit={"unit3": Resubmit(free=1, per_extra=5, cap=70)}
    )
    mark, _ = marked(scheme, late_by=HOUR, attempts=2)
    # 90 − 10 = 80; 80 − 5 = 75; at most 70
    assert [line.points for line in mark.lines] == [-10, -5, -5]
    assert (mark.before, mark.value) == (90, 70)


def test_attempts_that_nobody_counted_are_one_and_told():
    scheme = exercise_course(resubmit={"unit3": Resubmit(free=0, per_extra=5)})
    book = gradebook(("1", "unit3", (5, 4), {"attempts": None}))
    found = class_list(scheme, book, ScoreSheets())
    assert found.rows[0].total.value == 85
    assert any("不知道交过几次（unit3 1 份" in one for one in found.notices)


def test_figures_are_decimals_not_floats():
    scheme = exercise_course(late={"unit3": Late(per_day=0.1)})
    assert marked(scheme, late_by=3 * DAY)[0].value == Fraction("89.7")


@pytest.mark.parametrize(
    ("late_by", "expected"),
    [
        (dt.timedelta(seconds=59), "不到 1 分钟"),
        (5 * MINUTE, "5 分钟"),
        (3 * HOUR + 20 * MINUTE, "3 小时 20 分钟"),
        (DAY, "1 天"),
        (DAY + 5 * MINUTE, "1 天 5 分钟"),
        (2 * DAY + 3 * HOUR + 20 * MINUTE, "2 天 3 小时"),
    ],
)
def test_durations_are_told_in_two_units(late_by, expected):
    assert duration(late_by) == expected
