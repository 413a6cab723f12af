"""Read the rows of a table about people: headings by any of their names, every cell with where it stands.

What is written here reads back exactly, and no spreadsheet takes it for a formula.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.tables import HEADING_ROWS, OLD_FORMATS, clean, heading, tables
from ecrm_helpers.messages import people as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

__all__ = [
    "Row",
    "Table",
    "csv_bytes",
    "decimal_text",
    "heading_row",
    "one_file",
    "plain",
    "protected",
    "read_table",
    "text_of",
    "title_of",
]

_LIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how some systems keep zeros in a CSV
_SIGNS = re.compile(r"[*·:()/、_\-]|必填|必须")

Columns = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """One row under the headings.

    Attributes
    ----------
    file, number
        Where it stands, as a spreadsheet counts.
    cells : mapping
        Text by heading, only headings that were asked for.
    first : str
        The row's first text, by which a sum or a footer is known.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    first: str

    def at(self, column: str) -> str:
        """Name a cell of this row."""
        return messages.at(self.file, self.number, column)


@dataclass(frozen=True)
class Table:
    """Rows of all worksheets, and the headings nobody asked for."""

    rows: tuple[Row, ...]
    unused: tuple[str, ...]
    found: frozenset[str]


def one_file(root: Path, stem: str) -> Path | None:
    """Return `stem.csv` or `stem.xlsx` of a course folder, None where there is none.

    Raises
    ------
    GradingError
        There are both, or only a format that is not read.
    """
    found = [path for path in (root / f"{stem}.csv", root / f"{stem}.xlsx") if path.is_file()]
    if len(found) > 1:
        message = messages.two_files(found[0].name, found[1].name)
        raise GradingError(message)
    old = [path for path in (root / f"{stem}{end}" for end in sorted(OLD_FORMATS)) if path.is_file()]
    if old and not found:
        message = sheet_messages.old_format(old[0].name)
        raise GradingError(message)
    return found[0] if found else None


def title_of(text: str) -> str:
    """Normalise a heading further than `heading`: 学号/工号 *（必填） is 学号工号.

    Examples
    --------
    >>> title_of("工号（学号）*"), title_of("姓 名")
    ('工号学号', '姓名')
    """
    return _SIGNS.sub("", heading(text))


def read_table(path: Path, columns: Columns, *, needed: Sequence[str], empty: bool = False) -> Table:
    """Read a CSV or XLSX file.

    Parameters
    ----------
    path : Path
    columns : dict
        Column → headings it may have, the preferred first; the first that is there is used.
    needed : sequence of str
        Columns without which the table is refused; the first one finds the heading row.
    empty : bool
        Whether headings alone will do.

    Raises
    ------
    GradingError
        Naming file, row or column.
    """
    rows: list[Row] = []
    unused: dict[str, None] = {}
    found: set[str] = set()
    read = list(tables(path))
    if not read:
        message = messages.no_table(path.name, columns[needed[0]][0])
        raise GradingError(message)
    for title, cells in read:
        start, places = heading_row(title, cells, columns, needed)
        found |= set(places.values())
        names = [heading(text_of(name)) for name in cells[start]]
        unused.update(dict.fromkeys(n for i, n in enumerate(names) if n and i not in places))
        rows += _rows(title, cells, start, places)
    if not rows and not empty:
        message = messages.no_rows(path.name)
        raise GradingError(message)
    return Table(tuple(rows), tuple(unused), frozenset(found))


def protected(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula.

    Examples
    --------
    >>> [protected(text) for text in ("=1+1", "'=1+1", "王芳", "'王芳")]
    ["'=1+1", "''=1+1", '王芳', "'王芳"]
    """
    return f"'{text}" if _LIVE.match(text) else text


def plain(text: str) -> str:
    """Undo `protected`, for every text exactly.

    Examples
    --------
    >>> [plain(text) for text in ("'=1+1", "''=1+1", "王芳", "'王芳")]
    ['=1+1', "'=1+1", '王芳', "'王芳"]
    """
    return text[1:] if text.startswith("'") and _LIVE.match(text) else text


def decimal_text(value: Fraction | None) -> str:
    """Return a number as it was written, with at most 17 decimals; nothing for None.

    Examples
    --------
    >>> from fractions import Fraction
    >>> decimal_text(Fraction(169, 2)), decimal_text(Fraction(100)), decimal_text(None)
    ('84.5', '100', '')
    """
    if value is None:
        return ""
    whole, digits = divmod(value.numerator * 10**17 // value.denominator, 10**17)
    return f"{whole}.{digits:017d}".rstrip("0").rstrip(".")


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV in UTF-8 with a byte-order mark; texts come protected."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode("utf-8-sig")


def heading_row(
    title: str, cells: list[list[Any]], columns: Columns, needed: Sequence[str]
) -> tuple[int, dict[int, str]]:
    """Find the heading row among the first ten, and which column stands where in it.

    Raises
    ------
    GradingError
        A needed column is not there, or one of them stands there twice.
    """
    top = [[title_of(text_of(value)) for value in row] for row in cells[:HEADING_ROWS]]
    accepted = {column: [title_of(name) for name in names] for column, names in columns.items()}
    start = next((i for i, names in enumerate(top) if set(names) & set(accepted[needed[0]])), None)
    if start is None:
        message = messages.no_column(title, needed[0], columns[needed[0]])
        raise GradingError(message)
    places: dict[int, str] = {}
    for column, names in accepted.items():
        name = next((one for one in names if one in top[start]), None)
        if name is None:
            if column in needed:
                message = messages.no_column(title, column, columns[column])
                raise GradingError(message)
            continue
        if top[start].count(name) > 1:
            message = messages.column_twice(title, name)
            raise GradingError(message)
        places[top[start].index(name)] = column
    return start, places


def _rows(title: str, cells: list[list[Any]], start: int, places: Mapping[int, str]) -> list[Row]:
    names = [text_of(name) for name in cells[start]]
    rows = []
    for number, values in enumerate(cells[start + 1 :], start=start + 2):
        texts = [text_of(value) for value in values]
        if not any(texts):
            continue
        stray = next(
            (text for text, name in zip_longest(texts, names, fillvalue="") if text and not name), ""
        )
        first = next(text for text in texts if text)
        if stray:
            message = messages.no_heading(title, number, stray)
            raise GradingError(message)
        found = {column: texts[index] if index < len(texts) else "" for index, column in places.items()}
        rows.append(Row(title, number, found, first))
    return rows


def text_of(value: Any) -> str:
    """Return a cell's text without invisible letters; rare letters that Python does not know yet stay."""
    text = clean(value)
    wrapped = _AS_TEXT.fullmatch(text)
    return plain(wrapped[1].strip() if wrapped else text)
