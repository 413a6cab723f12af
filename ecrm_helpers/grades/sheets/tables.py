"""Open a CSV or XLSX file as a person sees it: text, shown zeros, computed values, no invisible letters."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from itertools import islice
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import people as people_messages
from ecrm_helpers.messages import sheets as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "HEADING_ROWS", "ID_COLUMN", "KEY_COLUMNS", "OLD_FORMATS", "clean", "folded", "heading", "is_table",
    "sheet_rows", "tables",
]  # fmt: skip

ID_COLUMN = "学号"
KEY_COLUMNS = {ID_COLUMN, "组号", "评价人学号"}
EXCEL_PRECISION = 10**15  # Excel keeps 15 digits of a number
TEXT_TABLES = {".csv", ".tsv", ".txt"}
OLD_FORMATS = {".xls", ".xlsm", ".xlsb", ".et", ".ods", ".numbers"}
UTF16 = (b"\xff\xfe", b"\xfe\xff")
HEADING_ROWS = 10  # a school's sheet often has a title and a class line above its headings


def clean(value: object) -> str:
    """Strip a cell's text, without the invisible characters a copied table brings along."""
    text = "" if value is None else str(value)
    if text.isprintable():
        return text.strip()
    # Rare letters of names may be private or newer than Python's tables: only control and format go.
    return "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cf"}).strip()


def heading(text: str) -> str:
    """Normalise a column heading: NFKC, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """Normalise a name people write in several ways: as a heading, and capitals make no difference.

    Examples
    --------
    >>> folded("Ａ 组") == folded("a组")
    True
    """
    return heading(text).casefold()


def tables(path: Path, *, every_sheet: bool = False) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield every table of a CSV or XLSX file with its name, as rows of cells.

    Of several sheets those without a column of ids, groups or raters are left out, unless `every_sheet`.

    Raises
    ------
    GradingError
        The file is not there, of another format or cannot be opened, or a formula has no stored value.
    """
    if not path.is_file():
        message = people_messages.no_file(str(path))
        raise GradingError(message)
    if path.suffix.lower() in TEXT_TABLES:
        yield path.name, _text_rows(path)
        return
    if path.suffix.lower() != ".xlsx":
        message = messages.old_format(path.name)
        raise GradingError(message)
    yield from _xlsx_rows(path, every_sheet=every_sheet)


def is_table(path: Path) -> bool:
    """Tell a file that `tables` reads; a .txt only where Excel wrote it as "Unicode text".

    Raises
    ------
    GradingError
        It is a spreadsheet of a format that is not read.
    """
    suffix = path.suffix.lower()
    if path.name.startswith((".", "~$")) or not path.is_file():
        return False
    if suffix in OLD_FORMATS:
        message = messages.old_format(path.name)
        raise GradingError(message)
    return suffix in {".csv", ".tsv", ".xlsx"} or (suffix == ".txt" and path.read_bytes()[:2] in UTF16)


def _text_rows(path: Path) -> list[list[Any]]:
    """Read a text table, whatever Excel, WPS or a platform separated its cells with."""
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeError) as error:
        message = messages.unreadable_file(path.name)
        raise GradingError(message) from error
    found = [rows for mark in ",\t;" if (rows := _split(text, mark)) is not None]
    headed = [rows for rows in found if _has_keys(rows)]
    if not headed and _split(text, ",") is None:
        message = messages.unreadable_file(path.name)
        raise GradingError(message)
    return headed[0] if headed else max(found, key=lambda rows: sum(map(len, rows)))


def _decoded(content: bytes) -> str:
    """Decode UTF-8, Excel's "CSV" in China (GBK) and its "Unicode text" (UTF-16)."""
    if content[:2] in UTF16:
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _split(text: str, mark: str) -> list[list[Any]] | None:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:  # an unclosed quote swallows the rows beneath it
        return None


def _has_keys(rows: Iterable[Sequence[Any]]) -> bool:
    return any(heading(clean(value)) in KEY_COLUMNS for row in _top(rows) for value in row)


def _has_marker(rows: Iterable[Sequence[Any]]) -> bool:
    return any(clean(value).startswith("【") for row in _top(rows) for value in row)


def _top(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    return islice(rows, HEADING_ROWS)


def _xlsx_rows(path: Path, *, every_sheet: bool) -> Iterator[tuple[str, list[list[Any]]]]:
    from openpyxl import load_workbook  # noqa: PLC0415  0.3 s, and many courses use CSV only
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        written = load_workbook(path)
        formulas = any(
            cell.data_type == "f" for sheet in written.worksheets for row in sheet.iter_rows() for cell in row
        )
        computed = load_workbook(path, data_only=True) if formulas else written
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        message = messages.unreadable_file(path.name)
        raise GradingError(message) from error
    several = len(written.worksheets) > 1
    for sheet in written.worksheets:
        title = f"{path.name}[{sheet.title}]" if several else path.name
        shown = list(computed[sheet.title].iter_rows(values_only=True))
        if several and not every_sheet and not _has_keys(shown) and not _has_marker(shown):
            continue
        yield title, sheet_rows(sheet, shown, title)


def sheet_rows(sheet: Any, shown: Sequence[Sequence[Any]], title: str) -> list[list[Any]]:
    """Return a worksheet's cells as a person reads them, given the values stored with its formulas.

    Raises
    ------
    GradingError
        A formula has no stored value.
    """
    return [
        [_cell(cell, value, title) for cell, value in zip(row, values, strict=True)]
        for row, values in zip(sheet.iter_rows(), shown, strict=True)
    ]


def _cell(cell: Any, computed: Any, title: str) -> Any:
    """Turn a cell into what a person reads in it.

    0012 stays 0012 and 0.85 is 85% where a number format shows it so; a number too long for Excel, which has
    then lost its last digits, is shown as Excel shows it.
    """
    if cell.data_type == "f" and computed is None:
        message = messages.formula_without_value(f"{title} {cell.coordinate}")
        raise GradingError(message)
    if not isinstance(computed, int | float) or isinstance(computed, bool):
        return computed
    if "%" in re.sub('"[^"]*"', "", str(cell.number_format)):
        return f"{computed * 100:g}%"
    whole = float(computed).is_integer()
    if whole and abs(computed) >= EXCEL_PRECISION:
        return f"{computed:.14e}"
    if whole and re.fullmatch("0+", str(cell.number_format)):
        return f"{int(computed):0{len(cell.number_format)}d}"
    return str(int(computed)) if whole else f"{computed:.15g}"  # 84.5, where a formula left 84.49999999999999
