"""Quiz from Python: what each kind of question becomes, and which slips of the author are caught."""

from __future__ import annotations

import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.widgets import Quiz, choice, matching, numeric, ordering


@pytest.mark.parametrize("answer", ["乙", "B", "b", 1])
def test_choice_takes_text_letter_or_place(answer):
    asked = choice("？", ["甲", "乙", "丙"], answer)
    assert (asked.data["answer"], asked.data["several"]) == ([1], False)


def test_a_list_of_answers_makes_boxes_to_tick():
    asked = choice("？", ["甲", "乙", "丙"], ["丙", "甲"])
    assert (asked.data["answer"], asked.data["several"]) == ([0, 2], True)


def test_an_option_that_is_a_letter_means_itself():
    assert choice("？", ["C", "B", "A"], "A").data["answer"] == [2]


def test_shuffling_keeps_the_answer_and_is_the_same_everywhere():
    options = [f"选项{i}" for i in range(8)]
    asked = choice("哪个？", options, "选项3", shuffle=True)
    assert asked.data["options"] != options
    assert asked.data["options"][asked.data["answer"][0]] == "选项3"
    assert asked == choice("哪个？", options, "选项3", shuffle=True)


@pytest.mark.parametrize("count", range(2, 9))
def test_ordering_never_starts_in_the_right_order(count):
    right = [f"第{i}步" for i in range(count)]
    for question in ("甲", "乙", "丙", "丁"):
        data = ordering(question, right).data
        assert data["items"] != right
        assert [data["items"][i] for i in data["answer"]] == right


def test_matching_lets_several_share_one_partner():
    data = matching("？", {"R": "时间", "F": "次数", "频率": "次数"}).data
    assert [data["right"][i] for i in data["answer"]] == ["时间", "次数", "次数"]
    assert sorted(data["right"]) == ["时间", "次数"] or len(data["right"]) == 2


def test_numeric_keeps_tolerance_and_unit():
    assert numeric("？", 12, 0.5, "%").data == {"answer": 12.0, "tol": 0.5, "unit": "%"}


def test_constructors_are_on_the_class_too():
    quiz = Quiz([Quiz.choice("？", ["甲", "乙"], "甲"), Quiz.numeric("？", 1)], title="小测")
    assert (quiz.total, quiz.score, quiz.title) == (2, 0, "小测")
    assert [item["kind"] for item in quiz.items] == ["choice", "numeric"]


@pytest.mark.parametrize(("make", "word"), [
    (lambda: Quiz([]), "一道题"),
    (lambda: Quiz(["一加一"]), "choice"),
    (lambda: choice("", ["甲", "乙"], "甲"), "题目"),
    (lambda: choice("？", ["甲"], "甲"), "选项"),
    (lambda: choice("？", ["甲", "甲"], "甲"), "选项"),
    (lambda: choice("？", ["甲", "乙"], "丙"), "丙"),
    (lambda: choice("？", ["甲", "乙"], 2), "2"),
    (lambda: choice("？", ["甲", "乙"], "甲", hints=[""]), "提示"),
    (lambda: numeric("？", float("nan")), "answer"),
    (lambda: numeric("？", "12"), "answer"),
    (lambda: numeric("？", 1, -1), "tol"),
    (lambda: ordering("？", ["甲"]), "排序"),
    (lambda: matching("？", ["甲"]), "字典"),
    (lambda: matching("？", {"甲": "乙"}), "左边"),
])  # fmt: skip
def test_slips_of_the_author_are_caught_in_chinese(make, word):
    with pytest.raises(SettingsError, match=word) as caught:
        make()
    assert "\n提示：" in str(caught.value)
