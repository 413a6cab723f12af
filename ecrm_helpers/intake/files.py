"""Open a shop's own CSV or XLSX: cells as they stand under the header row, within safe limits.

Nothing is converted here. What is left out (title rows, blank rows, total rows) is counted in the notes;
what cannot be read whole is refused in Chinese.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.columns import KNOWN_HEADERS, heading
from ecrm_helpers.intake.report import Correction, correction
from ecrm_helpers.intake.textfiles import text_rows
from ecrm_helpers.messages import intake_files as say

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Raw", "read_raw"]

_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
HEADER_WITHIN = 30  # rows in which the header is looked for
_ENOUGH = 2  # recognised headers that make a row the header
_TOTALS = (
    "合计",
    "总计",
    "汇总",
    "小计",
    "总合计",
    "本页合计",
    "total",
    "totals",
    "grandtotal",
    "sum",
    "subtotal",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Raw:
    """A table as it stands in a file."""

    path: Path
    cells: pd.DataFrame  # objects: str, int, float, datetime or None; index: row as the spreadsheet counts it
    first_row: int  # spreadsheet row of the first data row
    encoding: str  # "UTF-8", "UTF-8-BOM", "GB18030", "UTF-16" or "XLSX"
    sheet: str | None  # the worksheet that was read
    notes: tuple[Correction, ...]  # what was left out or noticed on the way
    date1904: bool = False  # whether Excel serial dates count from 1904


def read_raw(
    path: str | Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    known: Iterable[str] | None = None,
    also: Iterable[str] = (),
) -> Raw:
    r"""Read one table of a CSV or XLSX file without interpreting its cells.

    Parameters
    ----------
    path : str or Path
        A text file (comma, semicolon or tab; UTF-8 with or without mark, GB18030, UTF-16) or an XLSX/XLSM
        workbook. What it is is told from its bytes, not from its name.
    sheet : str, optional
        Worksheet; needed where several could be meant.
    encoding : str, optional
        Of a text file; found out when None.
    known : iterable of str, optional
        Headers to find the header row by; those of orders when None.
    also : iterable of str, default=()
        Further headers to find it by, such as those of a mapping.

    Returns
    -------
    Raw
        ``cells`` has the header texts as found (twice where they stand twice) and the rows' spreadsheet
        numbers as index. Empty cells are None.

    Raises
    ------
    DataError
        If the file is missing, empty, truncated, encrypted, too large, of another format or in an unknown
        encoding, or a row has another number of cells than the header.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "orders.csv"
    ...     _ = path.write_text("订单编号,金额\n007,12.50\n,\n合计,12.50\n", "utf-8")
    ...     raw = read_raw(path)
    >>> raw.cells.to_dict("index"), [str(note) for note in raw.notes]
    ({2: {'订单编号': '007', '金额': '12.50'}}, ['跳过末尾的合计行：1 处（第 4 行）'])
    """
    path = Path(path)
    names = KNOWN_HEADERS if known is None else frozenset(map(heading, known))
    names |= frozenset(map(heading, also))
    head = _first_bytes(path)
    if head.startswith(b"PK"):
        from ecrm_helpers.intake.workbooks import workbook_rows  # noqa: PLC0415  calamine, not for every reader

        book = workbook_rows(path, sheet=sheet, known=names)
        return _table(
            path,
            book.rows,
            names,
            list(book.notes),
            encoding="XLSX",
            sheet=book.sheet,
            date1904=book.date1904,
        )
    if sheet is not None:
        message = say.no_sheets(path.name, sheet)
        raise DataError(message)
    text = text_rows(path, head, encoding=encoding)
    return _table(path, text.rows, names, [], encoding=text.encoding)


def header_row(rows: list[list[Any]], known: frozenset[str]) -> tuple[int | None, int]:
    """Return where the header stands among the first rows, and how many known headers it has.

    The row with most known headers; where none has two, the first row that fills at least half of the
    table's width with text.
    """
    top = rows[:HEADER_WITHIN]
    scores = [len({heading(cell) for cell in row if isinstance(cell, str)} & known) for row in top]
    best = max(scores, default=0)
    if best >= _ENOUGH:
        return scores.index(best), best
    width = max((_filled(row) for row in top), default=0)
    for index, row in enumerate(top):
        if _filled(row) * 2 >= max(width, 1) and all(isinstance(c, str) for c in row if c is not None):
            return index, scores[index]
    return None, 0


def is_total(cell: object) -> bool:
    """Tell whether a row that begins with this cell holds totals.

    Examples
    --------
    >>> is_total("合计："), is_total("A1")
    (True, False)
    """
    return isinstance(cell, str) and heading(cell).rstrip(":") in _TOTALS


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(65_536)
    except FileNotFoundError as error:
        message = say.missing_file(path)
        raise DataError(message) from error
    except OSError as error:
        message = say.locked_file(path, error)
        raise DataError(message) from error


def _filled(row: list[Any]) -> int:
    return sum(cell is not None for cell in row)


def _table(
    path: Path,
    rows: list[list[Any]],
    known: frozenset[str],
    notes: list[Correction],
    *,
    encoding: str,
    sheet: str | None = None,
    date1904: bool = False,
) -> Raw:
    """Split rows into header and cells, leaving out what is no data."""
    start, _ = header_row(rows, known)
    if start is None:
        message = say.no_table(path.name)
        raise DataError(message)
    titles = [index + 1 for index in range(start) if _filled(rows[index])]
    if titles:
        notes.append(correction(say.TITLE_ROWS, titles))
    header = rows[start]
    width = max((index + 1 for index, cell in enumerate(header) if cell is not None), default=0)
    end, totals = _without_totals(rows, start + 1)
    kept, numbers, blank = _body(path, rows, start + 1, end, width)
    if blank:
        notes.append(correction(say.BLANK_ROWS, blank))
    if totals:
        notes.append(correction(say.TOTAL_ROWS, totals))
    if not kept:
        message = say.no_data_rows(path.name, start + 1)
        raise DataError(message)
    cells = np.empty((len(kept), width), dtype=object)
    cells[:] = kept
    names = [
        say.unnamed(index + 1) if name is None else _CONTROLS.sub(" ", str(name)).strip()
        for index, name in enumerate(header[:width])
    ]
    frame = pd.DataFrame(
        cells, dtype=object, index=pd.Index(numbers, dtype="int64"), columns=pd.Index(names, dtype=object)
    )
    empty = [
        name is None and not any(c is not None for c in cells[:, i]) for i, name in enumerate(header[:width])
    ]
    return Raw(
        path=path,
        cells=frame.loc[:, ~np.array(empty)],
        first_row=numbers[0],
        encoding=encoding,
        sheet=sheet,
        notes=tuple(notes),
        date1904=date1904,
    )


def _without_totals(rows: list[list[Any]], start: int) -> tuple[int, list[int]]:
    """Return where the data ends before total rows, and the spreadsheet rows of those."""
    end, totals = len(rows), []
    while end > start:
        first = next((cell for cell in rows[end - 1] if cell is not None), None)
        if first is None:
            end -= 1
            continue
        if not is_total(first):
            break
        totals.append(end)
        end -= 1
    return (end, totals[::-1]) if totals else (len(rows), [])


def _body(
    path: Path, rows: list[list[Any]], start: int, end: int, width: int
) -> tuple[list[list[Any]], list[int], list[int]]:
    """Return rows of the header's width, their spreadsheet numbers, and the numbers of blank rows."""
    kept, numbers, blank = [], [], []
    for number, row in enumerate(rows[start:end], start=start + 1):
        if row.count(None) == len(row):
            blank.append(number)
            continue
        if len(row) != width:
            if len(row) < width:
                message = say.short_row(path.name, number, width, len(row), last=number == end)
                raise DataError(message)
            if any(cell is not None for cell in row[width:]):
                message = say.long_row(path.name, number, width, len(row))
                raise DataError(message)
            row = row[:width]  # noqa: PLW2901  trailing separators
        kept.append(row)
        numbers.append(number)
    while blank and (not numbers or blank[-1] > numbers[-1]) and blank[-1] == end:
        end -= 1
        blank.pop()  # blank rows after the last are no finding
    return kept, numbers, blank
