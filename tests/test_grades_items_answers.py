"""Shares of answers and of feedback: closed questions by option, mappings by key, nobody told by a number."""

from __future__ import annotations

import json

import pytest

from ecrm_helpers.grades.items.lines import pieces_of
from ecrm_helpers.messages import marking as said
from tests.itemsclass import analysis_of, mark


def answered(values, *, points=None):
    """One task, one student per value."""
    rows = [
        mark(
            f"s{at:02}", "t1", points[at] if points else 1, full=2,
            answer=value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False),
        )
        for at, value in enumerate(values)
    ]  # fmt: skip
    return analysis_of(rows).assignments[0].items[0].answers


def shown(shares):
    return [(one.text, one.count) for one in shares]


def told(*messages, points=None, auto=None, full=2):
    """Shares of feedback on one task, one student per message."""
    rows = [
        mark(
            f"s{at:02}", "t1", points[at] if points else 1, full=full, message=message,
            auto=auto[at] if auto else None,
        )
        for at, message in enumerate(messages)
    ]  # fmt: skip
    return analysis_of(rows).assignments[0].items[0].messages


def test_letters_are_counted_most_frequent_first_with_their_mean_points():
    found = answered(["B", "A", "B", "B", ["A"], "C"], points=[2, 0, 2, 2, 1, 0])

    assert [(one.text, one.count, one.share, one.points) for one in found] == [
        ("B", 3, 0.5, 2.0), ("A", 2, 2 / 6, 0.5), ("C", 1, 1 / 6, 0.0),
    ]  # fmt: skip


def test_mapping_is_counted_key_by_key_in_the_order_of_the_question():
    found = answered([{"甲": ["A"], "乙": "B"}, {"甲": ["A"], "乙": "C"}, {"甲": ["D"], "乙": "C"}])

    assert shown(found) == [("甲=A", 2), ("甲=D", 1), ("乙=C", 2), ("乙=B", 1)]


def test_options_chosen_together_are_one_answer():
    assert shown(answered([["E", "F", "G"], ["E", "F", "G"], ["E"]])) == [("EFG", 2), ("E", 1)]


def test_number_or_word_of_fewer_than_three_is_counted_as_other():
    found = answered([14.0, 14.0, 14.0, 12.5, 11, 37, "留存", "留存"], points=[2, 2, 2, 0, 0, 1, 0, 0])

    assert shown(found) == [("14", 3), ("其他", 5)]
    assert found[1].points == pytest.approx(1 / 5)


def test_numbers_that_everybody_has_to_himself_are_no_shares():
    assert shown(answered([{"订单": at, "给谁": "A"} for at in range(100, 106)])) == [("给谁=A", 6)]


def test_no_more_than_eight_answers_are_told_apart():
    found = answered([*"ABCDEFGHIJ", "A"])

    assert shown(found) == [("A", 2), *((letter, 1) for letter in "BCDEFGH"), ("其他", 2)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "（空着）"),
        ("", "（空着）"),
        ([], "（空着）"),
        (True, "是"),
        (0.1 + 0.2, "0.3"),
        (["去年", "今年"], "去年、今年"),
        ([1, 2], "1、2"),
    ],
)
def test_answers_are_shown_as_a_teacher_writes_them(value, text):
    assert shown(answered([{"甲": value}] * 3)) == [(f"甲={text}", 3)]


@pytest.mark.parametrize("value", ["很" * 21, [{"a": 1}], {"甲": {"a": 1}}, [[1]], b"{broken"])
def test_long_and_nested_answers_are_not_shares(value):
    rows = [value.decode() if isinstance(value, bytes) else value] * 3
    made = [
        mark(f"s{at}", "t1", 1, answer=one if isinstance(value, bytes) else json.dumps(one))
        for at, one in enumerate(rows)
    ]

    assert analysis_of(made).assignments[0].items[0].answers == ()


def test_shares_are_of_those_who_answered():
    rows = [mark("s1", "t1", 1, answer='"A"'), mark("s2", "t1", 0, message=said.NO_ANSWER)]

    assert analysis_of(rows).assignments[0].items[0].answers[0].share == 1


# --- Feedback --------------------------------------------------------------------------------------------


def test_message_is_counted_thing_by_thing():
    found = told(
        *["3 项对了 1 项。客单价：没有减去已退的钱；R 示例：少加了一天。"] * 3,
        *["3 项对了 2 项。客单价：没有减去已退的钱。"] * 2, "3 项全对。",
        points=[0.5, 0.5, 0.5, 1, 1, 2],
    )  # fmt: skip

    assert [(one.text, one.count, one.points) for one in found] == [
        ("客单价：没有减去已退的钱", 5, 0.7),
        ("R 示例：少加了一天", 3, 0.5),
        ("其他（每一种都不到 3 人）", 1, 2.0),
    ]
    assert found[0].share == 5 / 6


def test_same_slip_in_several_blanks_is_one_point_and_counts_a_student_once():
    found = told(*["甲的 R：少加了 8 小时；乙的 R：少加了 8 小时。"] * 2, "乙的 R：少加了 8 小时。")

    assert shown(found) == [("少加了 8 小时（乙的 R、甲的 R）", 3)]


def test_lines_that_differ_in_numbers_alone_are_one_point():
    found = told(
        "名单有 31 人，要求 20–25 人。", "名单有 40 人，要求 20–25 人。", "名单有 1,200 人，要求 20–25 人。"
    )

    assert shown(found) == [("名单有 … 人，要求 …–… 人", 3)]


def test_numbers_that_are_always_the_same_are_told():
    assert shown(told(*["统计日是 7 月 1 日。"] * 3)) == [("统计日是 7 月 1 日", 3)]


@pytest.mark.parametrize("told_of", [said.loaded_other_shop, said.other_shop])
def test_nothing_of_anothers_id_is_told(told_of):
    assert pieces_of("再想一想。" + told_of("42")) == ["再想一想"]
    assert pieces_of(said.NO_MESSAGE + told_of("𠮷7")) == []


@pytest.mark.parametrize("message", [said.NO_ANSWER, said.TWO_ANSWERS, *said.PROBLEMS.values()])
def test_whatever_kept_an_answer_from_being_judged_is_one_point(message):
    assert pieces_of(message) == ["没有交上可以评的答案（空着、没有运行，或记录不完整）"]


def test_score_and_what_is_left_to_find_are_no_points():
    assert pieces_of("得 4.5 分（满分 6）。必须拒绝：还漏了一条；其余的照同样的办法再查一遍。") == [
        "必须拒绝：还漏了一条"
    ]
    assert pieces_of("这组设置不能用。请重新复制一行。") == ["这组设置不能用。请重新复制一行"]
