"""What marking says about group work: the roster, and whose hand-in counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.collecting import shown_time

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

GROUP, STUDENT, ROLE, NAME = "组号", "学号", "分工", "姓名"
NO_OWN_PART = "这是各人自己做的题，没有收到你自己交的那一份。"


def two_rosters(first: Path, second: Path) -> str:
    """Say that an assignment has two rosters."""
    return f"小组名单有两份：{first.name} 和 {second.name}。\n提示：留下一份。"


def missing_column(file: str, column: str) -> str:
    """Say that the roster lacks a column."""
    return f"{file} 里没有“{column}”这一列。\n提示：第一行写：组号、学号、分工（可以不填）。"


def column_twice(file: str, column: str) -> str:
    """Say that two columns have one heading."""
    return f"{file} 里有两列都是“{column}”。\n提示：删掉其中一列。"


def no_group(file: str, row: int) -> str:
    """Say that a row has no group."""
    return f"{file} 第 {row} 行没有组号。\n提示：每一行都要写组号，不要只写在一组的第一行。"


def bad_id(file: str, row: int, text: str) -> str:
    """Say that a cell is no student id."""
    return (
        f"{file} 第 {row} 行的“{text}”不是学号。\n"
        "提示：学号是 1–32 位字母、数字、点、横线或下划线；在 Excel 里把学号列设成“文本”。"
    )


def twice(file: str, student: str, first: int, second: int) -> str:
    """Say that a student is in two groups, or twice in one."""
    return f"{file}：学号 {student} 在第 {first} 行和第 {second} 行各出现一次。\n提示：一人只能在一个组里。"


def lost_zeros(file: str, row: int, found: str, other: str) -> str:
    """Say that an id differs from another by leading zeros only."""
    return (
        f"{file} 第 {row} 行的学号 {found} 和 {other} 只差开头的 0，像是 Excel 吃掉了前导零。\n"
        "提示：把学号列设成“文本”，统一写法。"
    )


def other_name(file: str, row: int, student: str, listed: str, name: str) -> str:
    """Say that the gradebook has another name for an id."""
    return (
        f"{file} 第 {row} 行：学号 {student} 在成绩册里叫“{listed}”，这里写的是“{name}”。\n"
        "提示：核对学号是不是填错了行。"
    )


def unknown_students(file: str, students: Sequence[str]) -> str:
    """Say that the gradebook does not have some members."""
    return f"{file} 里有成绩册还没有的学号：{'、'.join(students)}。请核对；不对的话改名单再批改。"


def counts(group: str, student: str, at: dt.datetime | None) -> str:
    """Say whose hand-in counts for a member."""
    when = f"（{shown_time(at)} 交）" if at else ""
    return f"小组作业：第 {group} 组按 {student} 的那一份{when}计分。"


def role(text: str) -> str:
    """Say what a member did."""
    return f"分工（小组名单）：{text}"


def several(group: str, hand_ins: Sequence[tuple[str, dt.datetime | None]], student: str) -> str:
    """Report that several members handed in."""
    listed = "、".join(f"{one}（{shown_time(at) if at else '时间不明'}）" for one, at in hand_ins)
    return f"第 {group} 组有 {len(hand_ins)} 份：{listed}；按 {student} 的计分。"


def same_time(group: str) -> str:
    """Report that the latest two came at the same time."""
    return f"第 {group} 组最晚的两份时间相同，取了学号在前的一份，请老师看一眼。"


def none(group: str) -> str:
    """Report that a group has handed in nothing."""
    return f"第 {group} 组还没有人交。"


# ── 组员之间的人工评分 ──
_KINDS = {"mark": "人工评分", "comment": "评语"}


def mark_shared(kind: str, group: str, task: str, giver: str, receivers: Sequence[str]) -> str:
    """Say to whom a teacher's mark or comment was copied."""
    return f"第 {group} 组 {task}：{giver} 的{_KINDS[kind]}也给了 {'、'.join(receivers)}。"


def mark_taken_back(kind: str, group: str, task: str, giver: str, receivers: Sequence[str]) -> str:
    """Say that copies of a mark went with the mark."""
    return f"第 {group} 组 {task}：{giver} 的{_KINDS[kind]}已撤回，{'、'.join(receivers)} 的也一起撤回。"


def marks_differ(kind: str, group: str, task: str, said: Sequence[tuple[str, tuple[Any, ...]]]) -> str:
    """Say that a teacher gave the same work different marks, so that none was copied."""
    shown = "、".join(one if kind == "comment" else f"{one} {_points(value)}" for one, value in said)
    return f"第 {group} 组 {task}：同一份答案的{_KINDS[kind]}不一样（{shown}），没有给其他组员，请统一。"


def _points(value: tuple[Any, ...]) -> str:
    score, extra = value
    shown = "" if score is None else f"{score:g} 分"
    return f"{shown}，另加 {extra:g} 分" if extra else shown


def left_behind(students: Sequence[str]) -> str:
    """Say whose marks stand though nothing of theirs counts any more."""
    return (
        f"{'、'.join(students)} 没有交，也不在有人交的小组里，成绩册里还是以前给的分。"
        "请核对小组名单；不该有的分在 Formgrader 里改。"
    )
