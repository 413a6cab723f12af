"""What an unreadable score sheet is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def at(file: str, row: int, column: str) -> str:
    """Name a cell."""
    return f"{file} 第 {row} 行“{column}”列"


def column(file: str, name: str) -> str:
    """Name a column."""
    return f"{file} 的“{name}”列"


def old_format(file: str) -> str:
    """Refuse a format we do not read."""
    return f"{file} 的格式读不了，只读 CSV 和 XLSX。\n提示：在 Excel 或 WPS 里“另存为”.xlsx。"


def unreadable_file(file: str) -> str:
    """Say that a file is damaged, encrypted or in an unknown encoding."""
    return (
        f"{file} 打不开：可能损坏、加了密码，或不是真正的表格文件。\n"
        "提示：在 Excel 里打开后另存为 .xlsx 再试。"
    )


def formula_without_value(where: str) -> str:
    """Say that a formula was never calculated."""
    return (
        f"{where} 是公式，但文件里没有存下算出的数。\n提示：在 Excel 里打开这个文件、保存一次，或改成数字。"
    )


def no_id_column(file: str) -> str:
    """Say that there is no heading row."""
    return f"{file} 的前 10 行里没有“学号”这一列标题。\n提示：第一行写：学号、姓名、各项成绩的名字。"


def unknown_column(file: str, name: str, near: str, places: Sequence[str]) -> str:
    """Say that a column heading is not a mark of this course."""
    guess = f"，是不是“{near}”？" if near else "。"
    return f"{file} 的列标题“{name}”不是这门课的考核项{guess}\n提示：可用的成绩列：{'、'.join(places)}。"


def column_twice(file: str, name: str) -> str:
    """Say that two columns mean the same mark."""
    return f"{file} 里有两列都是“{name}”。\n提示：删掉或改名其中一列。"


def no_heading(file: str, row: int) -> str:
    """Say that a cell has no heading, as a stray comma or merged headings make it."""
    return (
        f"{file} 第 {row} 行有一格上面没有列标题，分数可能错了列。\n"
        "提示：删去多余的逗号，拆开合并的标题；不是成绩的列，标题写“备注”。"
    )


def student_twice(file: str, student: str, first: int, second: int) -> str:
    """Say that one student has two rows."""
    return f"{file}：学号 {student} 在第 {first} 行和第 {second} 行各出现一次。\n提示：合并成一行。"


def two_names(where: str, student: str, known: str, name: str) -> str:
    """Say that one id has two names."""
    return f"{where}：学号 {student} 在别处叫“{known}”，这里叫“{name}”。\n提示：核对是不是学号填错了行。"


def mark_twice(student: str, place: str, first: str, second: str) -> str:
    """Say that one mark is given twice."""
    return f"学号 {student} 的“{place}”填了两次：{first}，{second}。\n提示：只留一处。"
