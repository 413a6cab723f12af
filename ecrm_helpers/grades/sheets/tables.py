"""Open a CSV or XLSX file as a person sees it: text, shown zeros, computed values, no invisible letters."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import sheets as messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["HEADING_ROWS", "ID_COLUMN", "clean", "heading", "tables"]

ID_COLUMN = "学号"
EXCEL_PRECISION = 10**15  # Excel keeps 15 digits of a number
HEADING_ROWS = 10  # a school's sheet often has a title and a class line above its headings


def clean(value: object) -> str:
    """Strip a cell's text, without the invisible characters a copied table brings along."""
    text = "" if value is None else str(value)
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C").strip()


def heading(text: str) -> str:
    """Normalise a column heading: NFKC, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def tables(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield every table of a CSV or XLSX file with its name, as rows of cells.

    Raises
    ------
    GradingError
        The file cannot be opened, or a formula has no stored value.
    """
    if path.suffix.lower() == ".csv":
        yield path.name, _csv_rows(path)
        return
    yield from _xlsx_rows(path)


def _csv_rows(path: Path) -> list[list[Any]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = messages.unreadable_file(path.name)
        raise GradingError(message) from error
    for encoding in ("utf-8-sig", "gb18030"):  # Excel in China saves "CSV" as GBK
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error:  # an unclosed quote swallows the rows beneath it
            break
    message = messages.unreadable_file(path.name)
    raise GradingError(message)


def _xlsx_rows(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    from openpyxl import load_workbook  # noqa: PLC0415  0.3 s, and many courses use CSV only
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        written, computed = load_workbook(path), load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        message = messages.unreadable_file(path.name)
        raise GradingError(message) from error
    several = len(written.worksheets) > 1
    for sheet in written.worksheets:
        title = f"{path.name}[{sheet.title}]" if several else path.name
        values = computed[sheet.title]
        rows = [
            [_cell(cell, values[cell.coordinate].value, title) for cell in row] for row in sheet.iter_rows()
        ]
        if not several or any(heading(clean(v)) == ID_COLUMN for row in rows[:HEADING_ROWS] for v in row):
            yield title, rows


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
