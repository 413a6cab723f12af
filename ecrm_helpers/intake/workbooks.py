"""XLSX as rows of cells: measured before it is opened, so that no workbook can fill the memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.report import Correction, correction
from ecrm_helpers.intake.zipguard import check_workbook
from ecrm_helpers.messages import intake_files as say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BookRows", "workbook_rows"]

_Range = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, each row and column from 0


@dataclass(frozen=True)
class BookRows:
    """Rows of one worksheet from its first row, None for an empty cell."""

    rows: list[list[Any]]
    sheet: str
    notes: tuple[Correction, ...]
    date1904: bool


def workbook_rows(path: Path, *, sheet: str | None, known: frozenset[str]) -> BookRows:
    """Read a worksheet.

    Parameters
    ----------
    path : Path
    sheet : str, optional
        The worksheet's name. Without it: the only visible one that holds anything, else the only one with a
        header row of `known` headers.
    known : frozenset of str
        Normalised headers.

    Raises
    ------
    DataError
        If the workbook is damaged, too large, empty, or several worksheets could be meant.
    """
    import python_calamine as calamine  # noqa: PLC0415  not for readers of CSV

    facts = check_workbook(path)
    # calamine is Rust: on a workbook it does not expect it may also panic, which is no Exception in Python.
    try:
        rows, merged = _opened(calamine, path, sheet)
    except calamine.PasswordError as error:
        message = say.not_a_table(path.name, "encrypted")
        raise DataError(message) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        message = say.damaged_workbook(path.name)
        raise DataError(message) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        message = say.damaged_workbook(path.name)
        raise DataError(message) from error
    plain = {name: [_plain(row) for row in table] for name, table in rows.items()}
    for name, table in plain.items():
        for (row, column), text in facts.patches.get(name, {}).items():
            if row < len(table) and column < len(table[row]):
                table[row][column] = text
    chosen = _choose(path.name, plain, known)
    notes = _unmerge(plain[chosen], merged[chosen])
    others = [name for name in plain if name != chosen and any(map(_filled, plain[name]))]
    if others:
        notes.append(Correction(say.other_sheets(chosen, others), len(others)))
    return BookRows(plain[chosen], chosen, tuple(notes), facts.date1904)


def _opened(
    calamine: Any, path: Path, sheet: str | None
) -> tuple[dict[str, list[list[Any]]], dict[str, list[_Range]]]:
    """Return the rows and the merged ranges of the visible worksheets, or of the one asked for."""
    book = calamine.CalamineWorkbook.from_path(str(path))
    if sheet is not None and sheet not in book.sheet_names:
        message = say.unknown_sheet(path.name, sheet, book.sheet_names)
        raise DataError(message)
    shown, plain = calamine.SheetVisibleEnum.Visible, calamine.SheetTypeEnum.WorkSheet
    visible = [one.name for one in book.sheets_metadata if one.visible == shown and one.typ == plain]
    tables = {name: book.get_sheet_by_name(name) for name in (visible if sheet is None else [sheet])}
    rows = {name: table.to_python(skip_empty_area=False) for name, table in tables.items()}
    return rows, {name: table.merged_cell_ranges or [] for name, table in tables.items()}


def _plain(row: list[Any]) -> list[Any]:
    return [value if type(value) is float else _cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime | int | float):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  a sheet's dates have no zone
    return str(value)  # a time of day or a duration


def _filled(row: list[Any]) -> bool:
    return any(cell is not None for cell in row)


def _choose(name: str, tables: dict[str, list[list[Any]]], known: frozenset[str]) -> str:
    from ecrm_helpers.intake.files import header_row  # noqa: PLC0415  the header's rule stands there

    filled = [title for title, rows in tables.items() if any(map(_filled, rows))]
    if not filled:
        message = say.empty_file(name)
        raise DataError(message)
    if len(filled) == 1:
        return filled[0]
    fitting = [title for title in filled if header_row(tables[title], known)[1] > 1]
    if len(fitting) != 1:
        message = say.which_sheet(name, fitting or filled)
        raise DataError(message)
    return fitting[0]


def _unmerge(rows: list[list[Any]], ranges: list[_Range]) -> list[Correction]:
    """Give every cell of a vertically merged range below the first rows the value that is shown for all."""
    touched: list[int] = []
    for (top, left), (bottom, right) in ranges:
        if bottom == top or left != right or left >= len(rows[0]):
            continue  # a heading across columns
        for row in range(top + 1, min(bottom + 1, len(rows))):
            rows[row][left] = rows[top][left]
            touched.append(row + 1)
    return [correction(say.MERGED, sorted(set(touched)), count=len(touched))] if touched else []
