"""What was read from a shop's own file, what was left out, what was changed: counted, never silent."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.messages import intake as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

__all__ = ["EXAMPLES", "Correction", "DataReport", "correction"]

EXAMPLES = 3


@dataclass(frozen=True)
class Correction:
    """One kind of change made while reading, with how often and where."""

    what: str  # Chinese, without a personal cell's value
    count: int
    rows: tuple[int, ...] = ()  # first few rows, as a spreadsheet counts them
    files: tuple[str, ...] = ()  # the file of each of `rows`, where there are several

    def __str__(self) -> str:
        return say.correction_line(self.what, self.count, self.rows, self.files)


def correction(what: str, rows: Iterable[int], *, count: int | None = None) -> Correction:
    """Count a change and keep its first rows as examples.

    Parameters
    ----------
    what : str
        The change in Chinese.
    rows : iterable of int
        Spreadsheet rows it happened in.
    count : int, optional
        How often, when not once per row.

    Examples
    --------
    >>> print(correction("删去空行", [4, 9]))
    删去空行：2 处（第 4、9 行）
    """
    listed = [int(row) for row in rows]
    return Correction(what, len(listed) if count is None else count, tuple(listed[:EXAMPLES]))


@dataclass(frozen=True, kw_only=True)
class DataReport:
    """What `load_orders` (or another loader) did with a file; printing it gives a short Chinese report."""

    files: tuple[str, ...]  # names, without folders
    encoding: str  # "UTF-8", "GB18030", "XLSX" …; several joined by "、"
    rows: int  # data rows found below the header
    orders: int  # rows of the result
    customers: int
    first_day: dt.date | None  # local day of the shop's time zone
    last_day: dt.date | None
    currency: str
    columns: Mapping[str, str]  # our column name -> header it was read from
    personal: tuple[str, ...] = ()  # headers of personal columns that were not kept
    ignored: tuple[str, ...] = ()  # other headers not used
    corrections: tuple[Correction, ...] = ()

    def lines(self) -> list[tuple[str, str]]:
        """Return the report as (title, text) pairs."""
        return say.report_lines(self)

    def __str__(self) -> str:
        return "\n".join(f"{title}：{text}" for title, text in self.lines())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row' style='text-align:left'>{html.escape(title)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for title, text in self.lines()
        )
        return f"<table>{rows}</table>"
