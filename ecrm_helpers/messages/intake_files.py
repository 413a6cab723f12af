"""What a file of one's own that cannot be opened as a table is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.system import why

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TITLE_ROWS = "跳过表头上方的标题行"
BLANK_ROWS = "跳过空行"
TOTAL_ROWS = "跳过末尾的合计行"
MERGED = "合并的单元格展开为每行一格"
UNCALCULATED = "#未计算的公式"

_LARGER = "提示：大文件请另存为 CSV 或 Parquet，用 ecrm rfm 文件 --engine duckdb 直接计算，不必整张读进来。"

_KINDS = {
    "xls": (
        "是旧版 Excel（.xls）文件，这里只读 .xlsx 和 CSV。",
        "在 Excel 或 WPS 里“另存为” .xlsx 再试。",
    ),
    "encrypted": (
        "加了密码，打不开。",
        "在 Excel 里输入密码打开，去掉密码后另存为 .xlsx。",
    ),
    "html": (
        "其实是网页表格，只是取了表格文件的名字（不少后台的“导出 Excel”就是这样）。",
        "在 Excel 里打开它，再“另存为” .xlsx。",
    ),
    "numbers": (
        "是苹果 Numbers 的文件，这里只读 .xlsx 和 CSV。",
        "在 Numbers 里选“导出为 Excel”。",
    ),
    "ods": ("是 OpenDocument 表格（.ods），这里只读 .xlsx 和 CSV。", "另存为 .xlsx 再试。"),
    "xlsb": ("是二进制 Excel（.xlsb），这里只读 .xlsx 和 CSV。", "另存为 .xlsx 再试。"),
    "office": ("是 Office 文件，但不是 Excel 表格。", "检查是不是选错了文件。"),
    "zip": ("是压缩包，不是表格。", "先解压（平台给的解压密码在导出页面上），再读里面的 CSV 或 XLSX。"),
    "gzip": ("是 gzip 压缩文件，不是表格。", "先解压再试。"),
    "archive": ("是压缩包，不是表格。", "先解压再试。"),
    "parquet": ("是 Parquet 文件，这里只读 CSV 和 XLSX。", "Parquet 请用 ecrm rfm 文件 --engine duckdb。"),
    "pdf": ("是 PDF，不是表格。", "从店铺后台重新导出 CSV 或 XLSX。"),
    "picture": ("是图片，不是表格。", "从店铺后台重新导出 CSV 或 XLSX。"),
    "binary": ("里有不是文字的内容，不是 CSV。", "从店铺后台重新导出，或在 Excel 里另存为 .xlsx。"),
}


def missing_file(path: Path) -> str:
    """Say that there is no such file."""
    return f"找不到文件 {path}。\n提示：检查文件名和文件夹，文件名要带后缀，例如 orders.xlsx。"


def locked_file(path: Path, error: OSError) -> str:
    """Say that the operating system refuses the file."""
    return f"{path} 打不开（{why(error)}）。\n提示：先在 Excel 里关掉它；如果写的是文件夹，改成里面的文件。"


def empty_file(name: str) -> str:
    """Say that a file has nothing in it."""
    return f"{name} 是空的，里面没有表格。\n提示：回店铺后台重新导出，等下载完成再用。"


def no_table(name: str) -> str:
    """Say that no header row was found."""
    return (
        f"{name} 的前 30 行里找不到表头。\n提示：第一行写列名，例如：订单编号、客户编号、下单时间、实付款。"
    )


def no_data_rows(name: str, row: int) -> str:
    """Say that only a header is there."""
    return f"{name} 第 {row} 行是表头，下面没有数据。\n提示：检查导出时选的日期范围，重新导出。"


def not_a_table(name: str, kind: str) -> str:
    """Say what kind of file this is instead."""
    what, hint = _KINDS[kind]
    return f"{name} {what}\n提示：{hint}"


def no_sheets(name: str, sheet: str) -> str:
    """Say that a text file has no worksheets."""
    return f"{name} 是文本文件，没有工作表，却给了 sheet={sheet!r}。\n提示：去掉 sheet=。"


def unknown_sheet(name: str, sheet: str, sheets: Sequence[str]) -> str:
    """Say that there is no such worksheet."""
    return f"{name} 里没有工作表“{sheet}”，有：{'、'.join(sheets)}。\n提示：照抄其中一个名字。"


def which_sheet(name: str, sheets: Sequence[str]) -> str:
    """Say that several worksheets could be meant."""
    return (
        f"{name} 里有 {len(sheets)} 张可能的工作表：{'、'.join(sheets)}，不知道读哪一张。\n"
        f'提示：写明 sheet="{sheets[0]}"。'
    )


def other_sheets(chosen: str, others: Sequence[str]) -> str:
    """Note that other worksheets were not read."""
    return f"只读了工作表“{chosen}”，没有读“{'”、“'.join(others)}”"


def unnamed(number: int) -> str:
    """Name a column that has no header."""
    return f"（第 {number} 列，无列名）"


def short_row(name: str, row: int, width: int, got: int, *, last: bool) -> str:
    """Say that a row has too few cells."""
    reason = "这是最后一行，文件可能没有下载完" if last else "这一行可能缺了逗号，或单元格里有换行"
    return f"{name} 第 {row} 行应有 {width} 格，只有 {got} 格。\n提示：{reason}；重新导出，或补齐这一行。"


def long_row(name: str, row: int, width: int, got: int) -> str:
    """Say that a row has too many cells."""
    return (
        f"{name} 第 {row} 行应有 {width} 格，却有 {got} 格。\n"
        "提示：多半是文字或金额里有逗号而没有加引号；改用 .xlsx 导出，或给那一格加上双引号。"
    )


def broken_quote(name: str, row: int, *, cut: bool) -> str:
    """Say that a quotation mark is not closed."""
    where = "到文件末尾都没有合上，文件可能没有下载完" if cut else "没有正确合上"
    return f"{name} 第 {row} 行有一个双引号{where}。\n提示：重新导出；或在这一行补上、删去多余的双引号。"


def cut_character(name: str) -> str:
    """Say that the file ends in the middle of a character."""
    return f"{name} 在一个汉字中间断了，文件没有下载完整。\n提示：重新下载或导出，不要在写入时复制它。"


def unknown_encoding(name: str) -> str:
    """Say that the encoding is none of those tried."""
    return (
        f"{name} 的文字编码不是 UTF-8，也不像 GB18030（GBK），读出来会是乱码。\n"
        '提示：知道编码就写明，例如 encoding="cp1252"；或在 Excel 里另存为“CSV UTF-8”。'
    )


def wrong_encoding(name: str, encoding: str) -> str:
    """Say that the given encoding does not fit."""
    return f"{name} 不是 {encoding} 编码，或没有这种编码。\n提示：去掉 encoding=，让程序自己判断。"


def text_too_large(name: str, size: int, limit: int) -> str:
    """Refuse a text file above the limit."""
    return f"{name} 有 {size / 1e9:.1f} GB，整张读入的上限是 {limit / 1e9:.1f} GB。\n{_LARGER}"


def too_many_cells(name: str, limit: int) -> str:
    """Refuse a table above the limit."""
    return f"{name} 超过 {limit // 10_000:,} 万个单元格，这里不整张读入。\n{_LARGER}"


def bomb(name: str, size: int, packed: int) -> str:
    """Refuse a workbook that bursts when unpacked."""
    return (
        f"{name} 解压后有 {size / 1e6:,.0f} MB（文件本身 {packed / 1e6:,.1f} MB），"
        "远大于正常的表格，没有打开。\n"
        f"{_LARGER}"
    )


def bomb_cells(name: str, rows: int, columns: int, limit: int) -> str:
    """Refuse a sheet that spans too many cells."""
    return (
        f"{name} 的工作表从第一格到最后一格有 {rows:,} 行 × {columns:,} 列，"
        f"超过 {limit // 10_000:,} 万格的上限，没有打开。\n"
        "提示：如果真正的数据没有这么多，多半是右下角远处有一格误填了内容：删去数据右侧和下方的所有列和行再保存。"
        f"{_LARGER.removeprefix('提示：')}"
    )


def bomb_texts(name: str, limit: int) -> str:
    """Refuse a workbook whose texts, written out cell by cell, fill the memory."""
    return f"{name} 的文字逐格写出来超过 {limit / 1e9:.1f} GB，远大于正常的表格，没有打开。\n{_LARGER}"


def cut_workbook(name: str) -> str:
    """Say that a workbook's end is missing or its content does not match its checksum."""
    return f"{name} 不完整或已损坏：压缩包的结尾或校验不对，多半没有下载完。\n提示：重新下载或导出。"


def damaged_workbook(name: str) -> str:
    """Say that a workbook cannot be read."""
    return f"{name} 已损坏，或不是 Excel 写出的工作簿。\n提示：在 Excel 里打开，另存为 .xlsx 再试。"
