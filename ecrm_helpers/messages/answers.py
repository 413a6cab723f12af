"""What ``answer(…)`` says to a student: one line about the value, one line starting with 提示."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RECORDED = "已记录；保存后点提交才算交"
RECORDED_BUT = "已记录这个值，但看起来还要改"
NOT_RECORDED = "这一题还没有记录到答案"
UNCHECKED = (
    "这份作业的答案要由课程自带的评阅来打分，现在运行它的是普通的 nbgrader。\n"
    "提示：请老师在 courses/ 下的课程文件夹里运行 nbgrader autograde，那里的配置会自动接上评阅。"
)
BAD_TASK = ("交卷格里的题号被改动过。", "交卷格是锁定的，请重新取一份作业，把自己的答案抄过去。")
NO_EXPECT = (
    "交卷格里少了 expect=…，可能被改动过。",
    "交卷格是锁定的，请重新取一份作业，把自己的答案抄过去。",
)

# Marks that every font draws; the words beside them say the same.
DONE, DOUBTFUL, MISSING = MARKS = ("✓", "!", "○")
_PROGRESS = {DONE: "已记录", DOUBTFUL: "已记录、但有提醒", MISSING: "还没有记录"}
PROGRESS_HINT = "改过答案的题，要把答案格和下面那一行再运行一遍才算数。全部记录好以后：保存，再提交。"


def progress(by_mark: Mapping[str, Sequence[str]]) -> str:
    """Say which tasks a session has recorded; `by_mark` lists the tasks of each of `MARKS`."""
    lines = [
        f"{mark} {_PROGRESS[mark]} {len(tasks)} 题：{named(tasks)}"
        for mark, tasks in by_mark.items()
        if tasks
    ]
    return "\n".join([*lines, f"提示：{PROGRESS_HINT}"])


def said(what: str, hint: str) -> str:
    """Return the two lines a student reads."""
    return f"{what}\n提示：{hint}"


BLANK = ("答案还是空的。", "找到上面写着“改这里”的那一行，填上你的答案，运行那一格，再运行这一格。")
NONE_ANSWERED = (
    "答案是 None，也就是“什么都没有”。",
    "print(…) 只显示、不保存。把要交的值写在等号右边，例如 我的答案 = 12，再运行这一格。",
)
TOO_DEEP = ("答案里一层套一层，太深了。", "交一个数、一个字母或一张小表就够了。")
NOT_FINITE = (
    "答案里有空值或无穷大（NaN / inf），不能当作数来评。",
    "看看前面的计算里是不是除以了 0，或者有缺失的数据。",
)
BAD_TEXT = ("答案里有无法保存的字符。", "删掉从别处粘贴来的特殊符号，重新打一遍。")
HUGE_NUMBER = ("这个数大得不合常理。", "检查是不是多打了几位，或者把两个数连在了一起。")


def too_big(cells: int, limit: int) -> tuple[str, str]:
    """Say: a whole table was handed in where a small one belongs."""
    return (
        f"答案太大了：有 {cells:,} 个值，最多收 {limit:,} 个。",
        "这里要的是结果，不是整张数据表。先筛选或汇总，再把那一个数或那张小表交上来。",
    )


def wrong_kind(came: str) -> tuple[str, str]:
    """Say: an object of a kind that cannot be recorded."""
    return (
        f"答案是一个“{came}”，不能保存。",
        "请交数、文字、列表或小表格。如果后面少了一对括号，例如 len(x) 写成了 len，补上就好。",
    )


def want_number(came: str, described: str) -> tuple[str, str]:
    """Say: text stands where a number belongs."""
    return (
        f"这里要一个数（{described}），收到的是“{came}”。",
        "只写数字，不要加单位、文字或引号，例如 12 或 0.25。",
    )


def want_one_number(came: str, described: str) -> tuple[str, str]:
    """Say: a list, a table or a truth value stands where one number belongs."""
    return f"这里要一个数（{described}），收到的是{came}。", "只交一个数，例如 12 或 0.25。"


def thousands_comma(shown: str, joined: str) -> tuple[str, str]:
    """Say: ``1,000`` is a pair of numbers in Python."""
    return (
        f"收到了两个数 {shown}，可能是写了千位逗号。",
        f"Python 里的逗号会把数切成几段，请写成 {joined}，不要逗号。",
    )


def out_of_range(shown: str, described: str) -> tuple[str, str]:
    """Say: a number outside the range that makes sense."""
    return (
        f"{shown} 不在合理的范围里（{described}）。",
        "再看一眼题目问的是什么、单位是什么，然后改上面的值。",
    )


def share_not_percent(shown: str, share: str) -> tuple[str, str]:
    """Say: 25 was given where 0.25 is meant."""
    return f"{shown} 大于 1，而这里要的是 0 到 1 之间的比例。", f"如果你想说的是 {shown}%，请写 {share}。"


def want_integer(shown: str) -> tuple[str, str]:
    """Say: a fraction stands where a whole number belongs."""
    return f"这里要一个整数，收到的是 {shown}。", "人数、单数、天数没有小数；想一想是不是该看另一列。"


def read_number_in_text(came: str, shown: str) -> str:
    """Say: a number was written between quotes; it is taken anyway."""
    return f"“{came}”已按数 {shown} 记录"


def want_choice(came: str, options: str) -> tuple[str, str]:
    """Say: the letter is not among the options."""
    return f"“{came}”不在选项里（{options}）。", '只写一个选项的字母，外面加英文引号，例如 "A"。'


def one_choice_only(came: str) -> tuple[str, str]:
    """Say: two letters were given where one belongs."""
    return f"这一题只选一个，收到的是“{came}”。", "想清楚最合适的那一个，只写它的字母。"


def read_choice(came: str, letter: str) -> str:
    """Say: the choice was understood although it was written another way."""
    return f"“{came}”已按选项 {letter} 记录"


def want_text(described: str) -> tuple[str, str]:
    """Say: something other than text was given."""
    return f"这里要一段文字（{described}）。", '把你写的话放在一对英文引号里，例如 "我的理由是……"。'


def too_short(count: int, least: int) -> tuple[str, str]:
    """Say: a text is shorter than asked for."""
    return f"写了 {count} 个字，至少要 {least} 个字。", "补上你的理由：看到了什么数，所以怎么做。"


def too_long(count: int, most: int) -> tuple[str, str]:
    """Say: a text is longer than asked for."""
    return f"写了 {count} 个字，最多 {most} 个字。", "只留下最要紧的理由。"


def want_mapping(described: str) -> tuple[str, str]:
    """Say: something other than name-value pairs was given."""
    return f"这里要一组“名字: 值”（{described}）。", '照着题目里的样子写，只改冒号右边的值：{"名字": 值}。'


def missing_keys(names: Sequence[str]) -> tuple[str, str]:
    """Say: some names are absent."""
    return f"还缺 {len(names)} 项：{'、'.join(names)}。", "把缺的名字补上，每个名字后面写冒号和值。"


def still_blank(names: Sequence[str]) -> tuple[str, str]:
    """Name the blank entries; the others were recorded."""
    return (
        f"还有 {len(names)} 项空着：{'、'.join(names)}。",
        "填好的几项已经记下。会几项就先填几项，剩下的填好后再运行这两格。",
    )


def unknown_key(name: str, near: str | None) -> tuple[str, str]:
    """Say: a name that the task does not know."""
    hint = (
        f"是不是想写“{near}”？名字要和题目里的一字不差。"
        if near
        else "名字要和题目里的一字不差，多余的删掉。"
    )
    return f"题目里没有“{name}”这个名字。", hint


def inside(name: str, what: str) -> str:
    """Say in which entry something is wrong."""
    return f"“{name}”这一项：{what}"


def want_table(described: str) -> tuple[str, str]:
    """Say: something other than a table was given."""
    return f"这里要一张表（{described}）。", "直接写表的名字，不要加引号，也不要只取其中一列。"


def missing_columns(names: Sequence[str], near: str | None) -> tuple[str, str]:
    """Say: columns are absent."""
    hint = f"表里有一列叫“{near}”，是不是名字写得不一样？" if near else "检查列名，大小写和下划线都要一样。"
    return f"表里缺少这些列：{'、'.join(names)}。", hint


def row_count(rows: int, described: str) -> tuple[str, str]:
    """Say: the table has the wrong number of rows."""
    return f"表有 {rows} 行，应当是{described}。", "检查筛选或分组的那一步。"


def repeated_key(column: str, value: str) -> tuple[str, str]:
    """Say: a value of the key column comes twice."""
    return f"“{column}”这一列里“{value}”出现了不止一次。", "每一类只留一行。"


def want_ordering(described: str) -> tuple[str, str]:
    """Say: the items are not each given exactly once."""
    return f"这里要把{described}按顺序各写一次。", '每一项写一次，不漏也不重复，例如 ["B", "A", "C"]。'


def want_settings(described: str) -> tuple[str, str]:
    """Say: the pasted line of an explorer is not whole."""
    return (
        f"这里要探索器给出的一行设置（{described}）。",
        "在探索器里点“把设置变成一行代码”，复制，再整行替换写着“改这里”的那一行。",
    )


def bad_settings(reason: str) -> tuple[str, str]:
    """Say: the model refuses the settings."""
    return f"这组设置不能用：{reason}", "回到探索器重新调好，再复制一次。"


def between(low: str | None, high: str | None, unit: str, *, whole: bool) -> str:
    """Describe the numbers that make sense."""
    kind = "整数" if whole else "数"
    tail = f"，单位：{unit}" if unit else ""
    if low is not None and high is not None:
        return f"{low} 到 {high} 之间的{kind}{tail}"
    if low is not None:
        return f"不小于 {low} 的{kind}{tail}"
    if high is not None:
        return f"不大于 {high} 的{kind}{tail}"
    return f"任意{kind}{tail}"


def length_of(least: int, most: int) -> str:
    """Describe the length of a text."""
    return f"{least} 到 {most} 个字" if least > 1 else f"最多 {most} 个字"


def named(names: Sequence[str]) -> str:
    """List names."""
    return "、".join(names)


def rows_of(exact: int | None, most: int) -> str:
    """Describe the number of rows."""
    return f" {exact} 行" if exact is not None else f"至多 {most} 行"
