"""What `ecrm roster` says: imports, counts, groups, changed marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.people import some

if TYPE_CHECKING:
    from collections.abc import Sequence

# ── 命令说明 ──
ROSTER = "班级名单、分组和改分。"
IMPORT = "读入学校导出的名单，检查后存成课程文件夹里的 roster.csv。"
SHOW = "按行政班和状态数一数名单。"
OVERRIDE = "改一名学生的一项成绩，写明谁、何时、为什么，追加到 overrides.csv。"
FILE = "文件"
ROOT_OPTION = "课程文件夹；默认是 courses/<课程代号>。"
YES_OPTION = "不再询问，直接照做。"
GRADEBOOK_OPTION = "同时把成绩册里没有的学生（学号和姓名）登记进 nbgrader 的成绩册。"
STUDENT_OPTION = "学号。"
PLACE_OPTION = "考核项，例如 X4、X1.互动、总评或作业名。"
TO_OPTION = "改为多少分，0 到 100。"
WHO_OPTION = "谁定的。"
WHEN_OPTION = "哪一天定的，例如 2026-01-15；默认今天。"
WHY_OPTION = "为什么改。"

CONFIRM_DROP = "这些学生会从名单里去掉，继续吗？"
CONFIRM_UNREADABLE = "原来的名单读不了，没法比较，仍然换成新的吗？"
CONFIRM_OVERRIDE = "这一项以前改过，再改吗？"
NOT_DONE = "没有确认，什么都没有改。\n提示：确定要这样做，请加 --yes。"
NOTHING_NEW = "名单和原来的完全一样，没有改动。"
NO_ROSTER = "课程文件夹里还没有名单。\n提示：先运行 ecrm roster import 名单文件。"


# ── 导入 ──
def read_in(file: str, students: int, classes: int) -> str:
    """Say how many students a roster has."""
    return f"{file}：{students} 名学生，{classes} 个行政班。"


def came(names: Sequence[str]) -> str:
    """List new students."""
    return f"新增 {len(names)} 人：{some(names)}。"


def left(names: Sequence[str]) -> str:
    """List students who are no longer in the roster."""
    return f"原来有、现在没有 {len(names)} 人：{some(names)}。"


def changed(shown: str, name: str, what: Sequence[tuple[str, str, str]]) -> str:
    """Tell what has changed about a student."""
    told = "，".join(f"{column} {before or '（空）'} → {after or '（空）'}" for column, before, after in what)
    return f"改动 {shown} {name}：{told}。"


def more_changes(count: int) -> str:
    """Count the changes that are not listed."""
    return f"……另有 {count} 人有改动。"


def still_named(files: Sequence[str]) -> str:
    """Warn that other files still have students who are gone."""
    return f"{'、'.join(files)} 里还有他们，算成绩时会报错；换名单后请一并删去或改正。"


def unreadable_before(file: str, why: str) -> str:
    """Say that the roster that was there cannot be read."""
    return f"原来的 {file} 读不了，没法比较：{why.splitlines()[0]}"


def kept(file: str) -> str:
    """Say where the former file is."""
    return f"原来的一份留在 {file}。"


def written(file: str) -> str:
    """Say what was written."""
    return f"已写 {file}（只有你自己能读）。"


def entered(names: Sequence[str]) -> str:
    """Say who was entered into the gradebook."""
    return f"成绩册新登记 {len(names)} 人：{some(names)}。" if names else "成绩册里已经有名单上的每一个人。"


def names_filled(names: Sequence[str]) -> str:
    """Say whose name was added."""
    return f"成绩册里补上了 {len(names)} 人的姓名：{some(names)}。"


def named_otherwise(pairs: Sequence[tuple[str, str, str]]) -> str:
    """Tell whose name differs in the gradebook."""
    told = some(f"{shown}（成绩册 {there}，名单 {here}）" for shown, there, here in pairs)
    return f"成绩册和名单的姓名不一样，没有改：{told}。"


def not_in_roster(ids: Sequence[str]) -> str:
    """Tell which accounts are not in the roster."""
    return f"成绩册里有、名单里没有 {len(ids)} 个账号，没有动：{some(ids)}。"


def account_twice(ids: Sequence[str]) -> str:
    """Say that the gradebook has one student twice."""
    return (
        f"成绩册里的账号 {'、'.join(ids)} 是同一个学号（只差大小写或全半角）。\n"
        "提示：在 nbgrader 里合并或删除其中一个，再登记。"
    )


def zeros_differ(listed: str, there: str) -> str:
    """Say that an id differs from the gradebook's by leading zeros only."""
    return (
        f"名单里的学号 {listed} 和成绩册里的账号 {there} 只差开头的 0。\n"
        "提示：改成同样的写法再登记，不然一个人会变成两个。"
    )


def cannot_enter(why: str) -> str:
    """Say that the gradebook could not be written."""
    return f"名单没有登记进成绩册：{why}\n提示：等正在进行的批改结束后再试一次；已有的数据没有变。"


# ── 数一数 ──
TITLE, IN_CLASS, ALL, NO_CLASS = "名单", "行政班", "合计", "（没写）"


def grouped(groups: int, students: int) -> str:
    """Count groups."""
    return f"已分 {groups} 组，共 {students} 人。"


# ── 改分 ──
OPTIONS = {
    "学号": "--student", "姓名": "姓名", "考核项": "--place", "改为": "--to", "谁": "--who",
    "何时": "--when", "为什么": "--why",
}  # fmt: skip


def option(column: str) -> str:
    """Name the option that gives a column."""
    return f"选项 {OPTIONS[column]}"


def spreadsheet_by_hand(file: str) -> str:
    """Refuse to write into a teacher's own workbook."""
    return (
        f"改分记在 {file} 里，命令不改你的工作簿。\n"
        "提示：在里面加一行，或把它另存为 overrides.csv 并移走原文件。"
    )


def mark_now(shown: str, name: str, place: str, mark: str) -> str:
    """Show the mark before it is changed."""
    return f"{shown} {name} 的“{place}”现在是 {mark}。"


NO_MARK = "缺"


def mark_unknown(shown: str, place: str, why: str) -> str:
    """Say that the mark cannot be computed, in the first words of why."""
    return f"{shown} 的“{place}”现在是多少算不出来：{why.splitlines()[0]}"


def already(value: str, who: str, when: str, why: str) -> str:
    """Show the override that stands already."""
    return f"这一项已经改过：{when} {who} 改为 {value}（{why}）。"


def with_history(why: str, value: str, who: str, when: str, before: str) -> str:
    """Keep what an override was before in the reason of the new one."""
    return f"{why}（此前 {when} {who} 改为 {value}：{before}）"


def overridden(shown: str, name: str, place: str, value: str, *, who: str, when: str) -> str:
    """Say what was written."""
    return f"已记下：{shown} {name} 的“{place}”改为 {value}（{when}，{who}）。"
