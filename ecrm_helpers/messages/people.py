"""What an unreadable roster, groups file or overrides file is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHOWN = 12  # names in one line; the rest is counted


def at(file: str, row: int, column: str) -> str:
    """Name a cell."""
    return f"{file} 第 {row} 行“{column}”列"


def some(names: Iterable[str]) -> str:
    """List names, the first of many."""
    listed = list(names)
    rest = f" 等 {len(listed)} 个" if len(listed) > SHOWN else ""
    return "、".join(listed[:SHOWN]) + rest


# ── 文件和表头 ──
def no_file(file: str) -> str:
    """Say that a file is not there."""
    return f"找不到文件 {file}。\n提示：检查路径和文件名；路径里有空格时用引号括起来。"


def two_files(first: str, second: str) -> str:
    """Say that one table stands in two files."""
    return f"课程文件夹里同时有 {first} 和 {second}，不知道以哪一份为准。\n提示：留下一份，另一份移走或删去。"


def no_column(file: str, column: str, names: Sequence[str]) -> str:
    """Say that a column is missing, and which headings would do."""
    return f"{file} 的前 10 行里没有“{column}”这一列标题。\n提示：这些标题都认：{'、'.join(names)}。"


def no_table(file: str, column: str) -> str:
    """Say that no worksheet of several has the id column."""
    return (
        f"{file} 有几张工作表，没有一张带“{column}”这一列标题。\n提示：把学号那一列的标题改成“{column}”再试。"
    )


def column_twice(file: str, column: str) -> str:
    """Say that two columns have one heading."""
    return f"{file} 里有两列都是“{column}”。\n提示：删掉或改名其中一列；左右并排的两栏名单请先接成上下一栏。"


def no_heading(file: str, row: int, text: str) -> str:
    """Say that a cell has no heading, as a stray comma makes it."""
    return (
        f"{file} 第 {row} 行的“{text}”上面没有列标题，这一行可能错了列。\n"
        "提示：删去多余的逗号或格子，拆开合并的单元格。"
    )


def no_rows(file: str) -> str:
    """Say that a table has headings only."""
    return f"{file} 里只有标题，没有学生。\n提示：检查是不是选错了文件。"


# ── 学号和姓名 ──
def no_student(file: str, row: int, text: str) -> str:
    """Say that a row is a sum, a footer or a second heading."""
    return (
        f"{file} 第 {row} 行以“{text}”开头，不是学生。\n"
        "提示：把合计、平均、制表人、重复的标题这样的行删去再试。"
    )


def blank(where: str) -> str:
    """Say that a cell must not be empty."""
    return f"{where}是空的。\n提示：每一行都要填，不要用合并单元格；不是学生的行请删去。"


def blank_class(where: str) -> str:
    """Say that a student has no class while others have."""
    return (
        f"{where}是空的，别的行都填了。\n提示：拆开合并的单元格，每一行都写行政班；确实没有行政班的写“无”。"
    )


def scientific(where: str, text: str) -> str:
    """Say that Excel has rewritten a long id."""
    return (
        f"{where}：“{text}”是被 Excel 改成科学计数法的学号，末尾数字已丢失。\n"
        "提示：把学号列设成“文本”，从教务系统重新导出或重新填写。"
    )


def decimal(where: str, text: str) -> str:
    """Say that a program has turned an id into a number."""
    return (
        f"{where}：“{text}”像是学号被存成了小数，开头的 0 可能也丢了。\n提示：把学号列设成“文本”后重新填写。"
    )


def bad_id(where: str, text: str) -> str:
    """Say that an id holds other characters."""
    return (
        f"{where}：“{text}”不是学号，应为 1–32 位字母、数字、点、横线或下划线。\n"
        "提示：学号中间不要有空格；平均分、合计这样不是学生的行请删去。"
    )


def same_id(first: str, second: str, shown: tuple[str, str], *, alike: bool) -> str:
    """Say that two rows have one id, and how they are spelled."""
    how = f"都是学号 {shown[0]}" if alike else f"的学号 {shown[0]} 和 {shown[1]} 只差大小写或全半角"
    return f"{first} 和 {second} {how}。\n提示：同一个人就删去一行；不是同一个人就改对学号。"


def lost_zeros(first: str, second: str, shown: tuple[str, str]) -> str:
    """Say that two ids differ by leading zeros only."""
    return (
        f"{first}的 {shown[0]} 和 {second}的 {shown[1]} 只差开头的 0，像是 Excel 吃掉了前导零。\n"
        "提示：把学号列设成“文本”，统一写法；同一个人就删去一行。"
    )


def zeros_alone(first: str, second: str) -> str:
    """Say that two ids of different files differ by leading zeros only."""
    return (
        f"学号 {first} 和 {second} 只差开头的 0，像是 Excel 吃掉了前导零。\n"
        "提示：把学号列设成“文本”，统一写法。"
    )


def odd_name(where: str, name: str) -> str:
    """Tell of a name that seems to have lost a rare letter."""
    return f"{where}：“{name}”里有问号、星号或显示不出来的字，可能是系统丢了字或隐去了字，请核对。"


def either(names: Iterable[str]) -> str:
    """Offer what may have been meant."""
    return "或 ".join(names)


def unknown_student(where: str, shown: str, name: str, near: str) -> str:
    """Say that an id is not in the roster."""
    who = f"{shown}（{name}）" if name else shown
    guess = f"，是不是 {near}？" if near else "。"
    return (
        f"{where}：名单里没有学号 {who}{guess}\n"
        "提示：核对学号；真是本班学生就先补进名单（ecrm roster import），不是就删去这一行。"
    )


def other_name(where: str, shown: str, listed: str, name: str) -> str:
    """Say that the roster has another name for an id."""
    hint = "核对是不是学号填错了行；名单里改过名字的，照名单改这一格。"
    if "?" in name:
        hint = "问号是存成 CSV 时丢掉的生僻字：改存 .xlsx，或照名单补上这个字。"
    return f"{where}：学号 {shown} 在名单里叫“{listed}”，这里写的是“{name}”。\n提示：{hint}"


# ── 状态 ──
def unknown_state(where: str, text: str, near: str, states: Iterable[str]) -> str:
    """Say that a state is none of the course's."""
    guess = f"是不是“{near}”？" if near else ""
    return (
        f"{where}：不认识状态“{text}”。\n"
        f"提示：{guess}可以写：{'、'.join(states)}。"
        "别的状态要先在 grading_config.py 的 states= 里写明怎么算。"
    )


def has_left(where: str, text: str) -> str:
    """Say that a student is not in the course any more."""
    return f"{where}：“{text}”的学生不在这门课里，没有成绩可算。\n提示：从名单里删去这一行。"


def two_states(file: str, row: int, states: Sequence[str]) -> str:
    """Say that two columns give two states."""
    return (
        f"{file} 第 {row} 行从不同的列读出两种状态：{'、'.join(states)}。\n"
        "提示：加一列“状态”，写上以哪一种为准；有“状态”列时只看它。"
    )


# ── 分组 ──
def two_groups(group: str, first: str, second: str, shown: str) -> str:
    """Say that a student stands twice in a groups file."""
    return f"学号 {shown} 出现了两次：{first}（{group}），{second}。\n提示：一人只能在一个组里，只留一行。"


def bad_contribution(where: str, text: str) -> str:
    """Say that a contribution is no number from 0 to 100."""
    return f"{where}：“{text}”不是 0 到 100 的贡献度。\n提示：写 85 或 85%；还没有评就留空。"


def contribution_as_share(where: str) -> str:
    """Say that contributions seem to be written as shares of 1."""
    return f"{where}：所有贡献度都不超过 1，像是写成了小数。\n提示：贡献度按 0 到 100 写，0.85 请写成 85。"


def groups_without_roster(file: str) -> str:
    """Tell that groups need a roster to be used."""
    return f"有 {file}，但课程文件夹里没有名单 roster.csv，分组和贡献度没有用上。"


def without_group(names: Sequence[str]) -> str:
    """Tell who is in no group."""
    return f"名单里有 {len(names)} 人不在任何一组：{some(names)}。"


def unused_columns(file: str, names: Iterable[str]) -> str:
    """Tell which columns were not used."""
    return f"{file} 里没有用到的列：{some(names)}。"


# ── 改分 ──
def unknown_place(where: str, text: str, near: str, places: Iterable[str]) -> str:
    """Say that a place is not one of the course's."""
    guess = f"是不是“{near}”？" if near else ""
    return f"{where}：这门课没有考核项“{text}”。\n提示：{guess}可以写：{'、'.join(places)}。"


def ambiguous_place(where: str, text: str, places: Sequence[str]) -> str:
    """Say that a title belongs to several places."""
    return f"{where}：“{text}”可能是 {'、'.join(places)}。\n提示：写上面的全名。"


def bad_value(where: str, text: str) -> str:
    """Say that a mark is out of range."""
    return f"{where}：“{text}”不是 0 到 100 的分数。\n提示：写改成多少分，例如 85 或 84.5。"


def bad_date(where: str, text: str) -> str:
    """Say that a date is none."""
    return f"{where}：“{text}”不是日期。\n提示：写成 2026-01-15 这样，年份四位。"


def override_missing(where: str) -> str:
    """Say that an override must tell who, when and why."""
    return f"{where}是空的。\n提示：每次改分都要写明谁、何时、为什么；写不出来的不要改。"


def override_twice(first: str, second: str, shown: str, place: str) -> str:
    """Say that one mark is overridden twice."""
    return f"学号 {shown} 的“{place}”改了两次：{first}，{second}。\n提示：只留最后定下的那一行。"
