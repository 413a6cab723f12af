"""Words and headings of score-sheet templates, and what a filled one is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

# ── 表里的固定文字（读表时也认这些）──
STUDENT_ID, NAME, CLASS_NAME, REMARKS = "学号", "姓名", "行政班", "备注"
GROUP, MEMBERS = "组号", "组员"
RATER_ID, RATER, RATED_ID, RATED = "评价人学号", "评价人", "被评人学号", "被评人"
MARK, RATING, LATE_DAYS = "成绩", "评分", "迟交天数"
GONE = "已不在"  # begins each of the three
LEFT, MOVED, DISBANDED = "已不在名单", "已不在同组", "已不在分组表"
UNGROUPED = "未分组"
EXPLANATION = "说明"
IMPORTED = "平台导入"
NOT_COUNTED = "（不计）"
NO_RATING = "没有互评"


def session(number: int) -> str:
    """Head a column of attendance."""
    return f"第{number}次"


def out_of(name: str, points: str) -> str:
    """Head a column of marks."""
    return f"{name}（满分{points}）"


# ── 不由成绩表给的考核项 ──
def from_assignments(place: str, names: Sequence[str]) -> str:
    """Say that nbgrader assignments feed a place."""
    return f"“{place}”由作业 {'、'.join(names)} 算出，不填成绩表"


def from_groups_file(place: str) -> str:
    """Say that the groups file feeds a place."""
    return f"“{place}”取自分组表 groups 的“贡献”列，不填成绩表"


def from_unit_exercises(place: str) -> str:
    """Say that unit exercises alone make up a place."""
    return f"“{place}”全部由单元练习算出，不填成绩表"


def not_by_sheet(where: str, why: str) -> str:
    """Refuse marks for a place that is fed by something else."""
    return f"{where}：{why}。\n提示：删去这一列；要改由成绩表给分，先改 grading_config.py。"


# ── 汇总 ──
def together(problems: Iterable[str], *, more: int = 0) -> str:
    """Write the problems of one file, those with the same hint together and the hint beneath them."""
    by_hint: dict[str, list[str]] = {}
    for one in problems:
        what, _, hint = one.partition("\n提示：")
        by_hint.setdefault(hint, []).append(what)
    lines = [line for hint, told in by_hint.items() for line in (*told, f"提示：{hint}")]
    rest = [f"提示：这个文件还有 {more} 处，改完上面的再检查一次。"] if more else []
    return "\n".join([*lines, *rest])


# ── 学生 ──
def has_left(where: str, student: str, name: str) -> str:
    """Tell that a row marked as left is passed over."""
    return f"{where}：{student} {name} {LEFT}，这一行没有计入"


def marks_twice(place: str, count: int, first: str, second: str, students: Sequence[str]) -> str:
    """Say that the same marks stand in two sheets."""
    return (
        f"“{place}”有 {count} 名学生的成绩填了两次，例如学号 {'、'.join(students)}："
        f"{first}，{second}。\n提示：只留一处。"
    )


def whole_and_dimensions(place: str, students: Sequence[str], whole: str, part: str) -> str:
    """Say that a rubric has an overall mark and marks by dimension."""
    return (
        f"“{place}”既有总分又有各维度的分，学号 {'、'.join(students)}：{whole}，{part}。\n"
        "提示：二者只留一种；自己加的合计列，标题改成“备注”。"
    )


def not_out_of_100(title: str, name: str, place: str) -> str:
    """Say that a sheet without a marker is out of 100 throughout."""
    return (
        f"{title} 的“{name}”列：没有【】开头一行的表，各列都按百分制读。\n"
        f"提示：从模板里删掉了第一行的，补上“【{place}】”；自己做的表，换算成 100 分。"
    )


# ── 单元格 ──
def bad_mark(where: str, text: str, full: str) -> str:
    """Say that a cell is no mark out of `full`."""
    hint = "没有成绩就留空，或写“缺考”“缓考”；零分写 0。"
    if text.endswith("%"):
        hint = "写成不带百分号的分数。"
    return f"{where}：“{text}”不是 0 到 {full} 的分数。\n提示：{hint}"


def bad_days(where: str, text: str) -> str:
    """Say that a cell is no number of days."""
    return f"{where}：“{text}”不是迟交的天数。\n提示：写 0 或正数，如 1、2.5；没有迟交就留空。"


# ── 带标记的表 ──
def marker(place: str, course: str) -> str:
    """Begin a template's first row."""
    return f"【{place}】〔{course}〕"


def wrong_course(title: str, course: str, own: str) -> str:
    """Say that a sheet belongs to another course."""
    return f"{title}：这张表是课程 {course} 的，这里是 {own}。\n提示：把它放到 courses/{course}/scores。"


def unknown_place(title: str, place: str, near: str, places: Sequence[str]) -> str:
    """Say that a marker names no place."""
    guess = f"是不是“{near}”？" if near else ""
    return (
        f"{title}：第一行的【{place}】不是这门课的考核项。\n"
        f"提示：{guess}可以是：{'、'.join(places)}；若只是普通标题，去掉【】。"
    )


def lacks_columns(title: str, place: str, names: Sequence[str]) -> str:
    """Say that a template's columns are gone, or that it is older than the scheme."""
    return (
        f"{title}：【{place}】的表缺少列：{'、'.join(names)}。\n"
        "提示：可能是方案改过、表还是旧的：运行 ecrm scores template --update，已填的都会保留。"
    )


def older_template(where: str, name: str, wanted: str) -> str:
    """Say that a dimension's full mark is no longer the declared one."""
    return (
        f"{where}：方案里现在是“{wanted}”，这一列“{name}”像是按旧方案填的。\n"
        "提示：运行 ecrm scores template --update 得到新列，核对并搬过去后删去旧列。"
    )


def unknown_here(title: str, place: str, name: str, known: Sequence[str]) -> str:
    """Say that a template's sheet has a column it does not know."""
    return (
        f"{title}：【{place}】的表里没有“{name}”这一列。\n"
        f"提示：可用的列：{'、'.join(known)}；自己加的列，标题写“备注”；"
        "方案改过的话运行 ecrm scores template --update。"
    )


# what teachers jot down in a register, and what they may mean by it
SHORTHAND = {
    **dict.fromkeys(("到", "√", "✓", "✔", "在", "正常", "已到", "签到", "已签", "到课", "1"), "出勤"),
    **dict.fromkeys(("缺", "旷", "缺勤", "缺席", "未到", "×", "✗", "✕", "x", "X", "0"), "旷课"),
    **dict.fromkeys(("假", "事假", "病假", "公假"), "请假"), "迟": "迟到",
}  # fmt: skip


def unknown_word(where: str, word: str, near: str, words: Sequence[str]) -> str:
    """Say that a word of attendance is not declared."""
    guess = f"，是不是“{near}”？" if near else "。"
    return f"{where}：“{word}”没有规定得分{guess}\n提示：可以写：{'、'.join(words)}；没上课的那一次整列留空。"


def not_registered(names: Sequence[str]) -> str:
    """Stand in place of an attendance mark with gaps."""
    return f"{'、'.join(names)}没有登记"


NOTHING_COUNTED = "没有计入的次数"


def sessions_skipped(title: str, place: str, names: Sequence[str], declared: int) -> str:
    """Tell which sessions are blank for the whole class."""
    return f"{title}：【{place}】{'、'.join(names)}全班空白，没有计入（方案写 {declared} 次）"


def sessions_more(title: str, place: str, count: int, declared: int) -> str:
    """Tell that attendance was taken more often than declared."""
    return f"{title}：【{place}】登记了 {count} 次，方案写 {declared} 次，都已计入"


def attendance_note(counts: Iterable[tuple[str, int, bool]]) -> str:
    """Tell how often each word stands: 出勤 14、迟到 1、请假 1（不计）."""
    return "、".join(f"{word} {count}{'' if counted else NOT_COUNTED}" for word, count, counted in counts)


# ── 小组与互评 ──
def no_groups(title: str, place: str) -> str:
    """Say that a place by groups needs the groups file."""
    return (
        f"{title}：“{place}”按小组给分，但名单里还没有分组。\n"
        "提示：先准备名单 roster.xlsx 和分组表 groups.xlsx。"
    )


def unknown_group(where: str, group: str, near: str, groups: Sequence[str]) -> str:
    """Say that the groups file has no such group."""
    guess = f"，是不是“{near}”？" if near else "。"
    return f"{where}：分组表里没有“{group}”组{guess}\n提示：现有的组：{'、'.join(groups)}。"


def group_twice(title: str, group: str, first: int, second: int) -> str:
    """Say that one group has two rows."""
    return f"{title}：“{group}”组在第 {first} 行和第 {second} 行各出现一次。\n提示：合并成一行。"


def group_note(group: str) -> str:
    """Tell that a mark is the group's."""
    return f"小组成绩（{group}）"


def rates_oneself(where: str, student: str) -> str:
    """Refuse a mark somebody gave to oneself."""
    return f"{where}：学号 {student} 给自己打了分，互评不评自己。\n提示：清空这一格或删去这一行。"


def rates_other_group(where: str, rater: str, rater_group: str, student: str, group: str) -> str:
    """Refuse a mark for somebody of another group."""
    return (
        f"{where}：学号 {rater}（{rater_group or UNGROUPED}）给别组的 "
        f"{student}（{group or UNGROUPED}）打了分。\n"
        "提示：核对学号和分组表；换过组的话删去这一行。"
    )


def rating_twice(title: str, rater: str, student: str, first: int, second: int) -> str:
    """Say that one rating stands twice."""
    return (
        f"{title}：{rater} 给 {student} 的评分在第 {first} 行和第 {second} 行各出现一次。\n提示：只留一行。"
    )


def too_few_ratings(count: int, least: int) -> str:
    """Stand in place of a peer mark with too few ratings."""
    return f"互评只有 {count} 份，至少要 {least} 份" if count else NO_RATING


def peer_note(count: int, combine: str) -> str:
    """Tell how many ratings a peer mark rests on."""
    return f"互评 {count} 份，取{'中位数' if combine == 'median' else '平均'}"


def shown(value: Fraction) -> str:
    """Write a full mark: 20, 33.3."""
    return f"{float(value):g}"
