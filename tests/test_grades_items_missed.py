"""The points missed most often: in the judge's words, counted by students, never telling who."""

from __future__ import annotations

import pytest

from ecrm_helpers.messages import marking as said
from tests.itemsclass import analysis_of, graded, mark

TASKS = [graded("t1", "第 1 题　看表"), graded("t2", "第 2 题　分类"), graded("t3", "第 3 题　短文")]


def rows_of(task, *groups, full=2, assignment="a1", start=0):
    """Rows of one task; `groups` are (students, points, message)."""
    rows, at = [], start
    for students, points, message in groups:
        for _ in range(students):
            rows.append(mark(f"s{at:02}", task, points, full=full, message=message, assignment=assignment))
            at += 1
    return rows


def texts(analysis):
    return [one.text for one in analysis.missed]


def test_points_stand_by_number_of_students_in_the_judges_words():
    rows = rows_of("t1", (4, 1, "2 项对了 1 项。客单价：没有减去已退的钱。"), (6, 2, "2 项全对。"))
    rows += rows_of("t2", (5, 0, "再想一想。"), (5, 2, "对。"))

    found = analysis_of(rows, TASKS).missed

    assert [one.text for one in found] == [
        "第 2 题　分类：10 人中有 5 人——再想一想",
        "第 1 题　看表：10 人中有 4 人——客单价：没有减去已退的钱",
    ]
    assert [(one.assignment, one.notebook, one.task, one.students, one.share) for one in found] == [
        ("a1", "main", "t2", 5, 0.5), ("a1", "main", "t1", 4, 0.4),
    ]  # fmt: skip


def test_ties_stand_in_the_order_of_the_tasks():
    rows = rows_of("t2", (3, 0, "乙。"), (3, 2, "对。")) + rows_of("t1", (3, 0, "甲。"), (3, 2, "对。"))

    assert [one.task for one in analysis_of(rows, TASKS).missed] == ["t1", "t2"]


def test_praise_is_no_slip():
    right = "名单有 22 人，人数合要求；都在期限内买过；带来全店 61.2% 的销售额，达标。"
    near = "名单有 24 人，人数合要求；都在期限内买过；带来全店 40.3% 的销售额，还不够。"

    found = analysis_of(rows_of("t1", (3, 2, right), (4, 1, near)), TASKS)

    assert texts(found) == ["第 1 题　看表：7 人中有 4 人——带来全店 40.3% 的销售额，还不够"]


def test_where_nobody_got_all_praise_is_what_the_better_were_told():
    rows = rows_of("t1", (4, 1, "都在期限内买过；人数太多。"), (5, 0, "有人很久没来；人数太多。"))

    assert texts(analysis_of(rows, TASKS)) == [
        "第 1 题　看表：9 人中有 9 人——人数太多",
        "第 1 题　看表：9 人中有 5 人——有人很久没来",
    ]


def test_mark_that_the_teacher_raised_does_not_turn_a_slip_into_praise():
    rows = rows_of("t1", (5, 0, "少加了一天。"), (2, 2, "对。"))
    rows[0]["score"] = 2.0

    found = analysis_of(rows, TASKS).missed

    assert [(one.text, one.students) for one in found] == [("第 1 题　看表：7 人中有 4 人——少加了一天", 4)]


def test_small_groups_are_told_together_and_last():
    rows = rows_of("t1", (2, 0, "甲。"), (2, 0, "乙。"), (3, 0, "丙。"), (3, 2, "对。"))

    assert texts(analysis_of(rows, TASKS)) == [
        "第 1 题　看表：10 人中有 3 人——丙",
        "第 1 题　看表：10 人中有 4 人——其他（每一种都不到 3 人）",
    ]


def test_group_that_is_small_even_together_is_not_told():
    rows = rows_of("t1", (1, 0, "甲。"), (1, 0, "乙。"), (8, 2, "对。"))

    assert analysis_of(rows, TASKS).missed == ()


def test_class_of_two_is_told_nothing():
    assert analysis_of(rows_of("t1", (2, 0, "甲。")), TASKS).missed == ()


def test_task_without_feedback_counts_who_got_less_than_six_tenths():
    rows = rows_of("t3", (4, 4, ""), (3, 5.9, ""), (3, 6, ""), (2, 10, ""), full=10)

    assert texts(analysis_of(rows, TASKS)) == [
        "第 3 题　短文：12 人中有 7 人——得分不到这题的六成（全班平均拿到 60%）"
    ]  # (4·4 + 3·5.9 + 3·6 + 2·10) / 120 = 0.5975


def test_not_answering_is_a_point_of_its_own():
    rows = rows_of("t1", (2, 0, said.NO_ANSWER), (2, 0, said.PROBLEMS["blank"]), (4, 2, "对。"))

    assert texts(analysis_of(rows, TASKS)) == [
        "第 1 题　看表：8 人中有 4 人——没有交上可以评的答案（空着、没有运行，或记录不完整）"
    ]


def test_at_most_ten_points():
    rows = [row for number in range(12) for row in rows_of(f"t{number:02}", (3, 0, "再想。"), (1, 2, "对。"))]

    assert [one.task for one in analysis_of(rows).missed] == [f"t{number:02}" for number in range(10)]


def test_share_is_of_those_who_did_that_assignment():
    rows = rows_of("t1", (3, 0, "甲。"), (3, 2, "对。"))
    rows += rows_of("t1", (3, 0, "甲。"), assignment="a2", start=3)

    assert [(one.assignment, one.share) for one in analysis_of(rows).missed] == [("a1", 0.5), ("a2", 1.0)]


@pytest.mark.parametrize("student", ["王芳", "=1+1", "𠮷·田", "0012"])
def test_no_student_is_named(student):
    rows = rows_of("t1", (4, 0, "少加了一天。"), (3, 2, "对。"))
    rows += [mark(student, "t1", 0, full=2, message="少加了一天。" + said.loaded_other_shop("12"))]

    assert student not in str(analysis_of(rows, TASKS))
