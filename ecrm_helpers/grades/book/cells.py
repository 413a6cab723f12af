"""Where things stand in the workbook, and what one cell holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ID", "NAME", "Cell", "Grid", "elsewhere"]

ID, NAME = "学号", "姓名"


@dataclass(frozen=True)
class Cell:
    """One cell: its value, the formula that gives it, how it looks, and a comment.

    Attributes
    ----------
    value : float or str
    formula : str
        Without its equals sign; empty for a constant.
    look : tuple of str
        Names of `styles.LOOKS`.
    comment : str
    """

    value: float | str
    formula: str = ""
    look: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class Grid:
    """One row per student on one sheet, under a heading.

    Formulas find a student on another sheet by id, never by row, so that any sheet may be sorted.

    Attributes
    ----------
    sheet : str
    top : int
        First student's row, from 0.
    count : int
        Number of students.
    columns : mapping
        Column, from 0, by key; the key `学号` is there.
    """

    sheet: str
    top: int
    count: int
    columns: Mapping[str, int]

    def cell(self, key: str, row: int) -> str:
        """Name a cell for a formula in the same row.

        Examples
        --------
        >>> Grid("分项", 5, 30, {"学号": 0, "X2": 7}).cell("X2", 5)
        '$H6'
        """
        return f"{_column(self.columns[key])}{row + 1}"

    def column(self, key: str) -> str:
        """Name all the students' cells of a column.

        Examples
        --------
        >>> Grid("分项", 5, 30, {"学号": 0, "X2": 7}).column("X2")
        "'分项'!$H$6:$H$35"
        """
        return _range(self.sheet, self.top, self.last, self.columns[key])

    def find(self, key: str, own: str) -> str:
        """Look up the student whose id stands in the cell `own`."""
        return f"INDEX({self.column(key)},MATCH({own},{self.column(ID)},0))"

    @property
    def last(self) -> int:
        """The last student's row, from 0."""
        return self.top + self.count - 1


@cache
def _column(index: int) -> str:
    """Name a column once: a workbook of 1,000 students names it half a million times."""
    return xl_col_to_name(index, col_abs=True)


@cache
def _range(sheet: str, top: int, last: int, index: int) -> str:
    return f"'{sheet}'!{xl_range_abs(top, index, last, index)}"


def elsewhere(sheet: str, row: int, column: int) -> str:
    """Name one cell of another sheet.

    Examples
    --------
    >>> elsewhere("口径", 4, 3)
    "'口径'!$D$5"
    """
    return f"'{sheet}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"
