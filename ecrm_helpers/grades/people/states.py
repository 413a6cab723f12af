"""What schools write for a student's state, and which of the course's states it is."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.tables import heading
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecrm_helpers.grades.people.cells import Row

__all__ = ["NORMAL", "STATE", "STATE_HEADINGS", "state_in"]

STATE, NORMAL = "状态", "正常"
STATE_HEADINGS = (
    "状态", "考试性质", "考核性质", "考试状态", "修读性质", "修读方式", "修读类别", "修读状态", "学习状态",
    "学籍状态", "学生状态",
)  # fmt: skip
_SAYINGS = {
    "正常": (
        "正常考试", "正常考核", "正常修读", "正考", "初修", "首修", "首次修读", "在读", "在籍", "在校",
        "在籍在校", "在籍在读", "有学籍", "已注册", "注册", "必修", "选修", "限选", "任选", "公选", "主修",
        "辅修", "普通",
    ),
    "缓考": ("缓考考试", "申请缓考", "批准缓考", "已批缓考", "准予缓考", "缓"),
    "缺考": ("旷考", "无故缺考", "缺席考试", "缺"),
    "免修": ("免考", "免修免考", "申请免修", "批准免修", "准予免修", "免"),
    "重修": ("重修考试", "重修生", "再修", "跟班重修", "重新学习", "重学"),
    "违纪": ("作弊", "考试违纪", "考试作弊", "违规", "违纪作弊"),
}  # fmt: skip
_MEANS = {saying: state for state, sayings in _SAYINGS.items() for saying in sayings}
_GONE = ("休学", "退学", "转学", "保留学籍", "开除", "毕业", "结业", "肄业", "退课", "退选", "不在籍", "离校")


def state_in(row: Row, states: Collection[str]) -> str:
    """Return which of the course's states a row gives; 正常 where its cells are blank.

    A column 状态 decides alone. Without one, a state other than 正常 in any column counts; two of them are
    refused.

    Raises
    ------
    GradingError
        An unknown word, a student who has left, or two states.
    """
    columns = [STATE] if STATE in row.cells else [one for one in STATE_HEADINGS if one in row.cells]
    read = [_meant(row.cells[one], row.at(one), states) for one in columns]
    special = list(dict.fromkeys(one for one in read if one != NORMAL))
    if len(special) > 1:
        message = messages.two_states(row.file, row.number, special)
        raise GradingError(message)
    return special[0] if special else NORMAL


def _meant(text: str, where: str, states: Collection[str]) -> str:
    word = heading(text)
    if not word:
        return NORMAL
    if word in states:
        return word
    if _MEANS.get(word) in states:
        return _MEANS[word]
    if any(gone in word for gone in _GONE):
        message = messages.has_left(where, text)
        raise GradingError(message)
    near = get_close_matches(word, [*states, *_MEANS], n=1, cutoff=0.5)
    guess = _MEANS.get(near[0], near[0]) if near else ""
    message = messages.unknown_state(where, text, guess, states)
    raise GradingError(message)
