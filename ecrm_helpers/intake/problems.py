"""Rows of one or several files side by side, and what is wrong with their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import plain_text
from ecrm_helpers.intake.report import EXAMPLES, Correction
from ecrm_helpers.messages import intake_orders as say
from ecrm_helpers.messages.intake import HIDDEN, LONGEST_CELL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Problems", "Table"]

_MASKED_OR_MAIL = re.compile(r"[*@]")


@dataclass(frozen=True, eq=False)
class Table:
    """The columns in use, under our names, of all files; row numbers as the spreadsheets count them."""

    cells: pd.DataFrame  # our column -> cells; index 0, 1, 2, …
    rows: NDArray[np.int64]
    files: NDArray[np.int64]  # which of `names`
    names: tuple[str, ...]
    headers: dict[str, str]  # our column -> header
    personal: frozenset[str]  # our columns whose cells are never shown

    def column(self, role: str) -> pd.Series:
        """Return a column with its spreadsheet rows as index."""
        return pd.Series(self.cells[role].to_numpy(), index=self.rows, dtype=object)

    def file(self, position: int) -> str:
        """Return the name of the file a row stands in."""
        return self.names[int(self.files[position])]

    def shown(self, role: str, position: int) -> str:
        """Return a cell as a message may show it."""
        cell = self.cells[role].iloc[position]
        if role in self.personal and cell is not None:
            return HIDDEN
        text = "" if cell is None else plain_text(cell)
        if role == "customer_id" and _MASKED_OR_MAIL.search(text):
            return HIDDEN
        return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"

    def take(self, keep: NDArray[np.bool_]) -> Table:
        """Return the table without some of its rows."""
        cells = self.cells.loc[keep].reset_index(drop=True)
        return Table(cells, self.rows[keep], self.files[keep], self.names, self.headers, self.personal)

    def note(self, what: str, where: NDArray[np.bool_], notes: list[Correction]) -> None:
        """Add a correction when it happened anywhere."""
        if where.any():
            first = np.flatnonzero(where)[:EXAMPLES]
            files = tuple(self.file(row) for row in first) if len(self.names) > 1 else ()
            notes.append(Correction(what, int(where.sum()), tuple(self.rows[first].tolist()), files))


@dataclass
class Problems:
    """Cells that could not be read, gathered before any of them is refused: the earliest is named."""

    table: Table
    found: list[tuple[str, np.ndarray]] = field(default_factory=list)

    def add(self, role: str, reasons: np.ndarray, *, empty_ok: bool = False) -> None:
        """Add a column's reasons, one per row, None where all is well."""
        if empty_ok:
            reasons = reasons.copy()
            reasons[self.table.cells[role].isna().to_numpy()] = None
        if pd.notna(reasons).any():
            self.found.append((role, reasons))

    def settle(self, *, drop: bool, notes: list[Correction]) -> NDArray[np.bool_]:
        """Refuse the earliest bad row, or return which rows are whole and count the others.

        Raises
        ------
        DataError
            Unless `drop`, for the first bad row.
        """
        bad = np.zeros(len(self.table.rows), dtype=bool)
        for _, reasons in self.found:
            bad |= pd.notna(reasons)
        if not bad.any():
            return ~bad
        if not drop:
            first = int(bad.argmax())
            role, reason = next((role, why[first]) for role, why in self.found if why[first] is not None)
            message = say.bad_cell(
                self.table.file(first),
                int(self.table.rows[first]),
                self.table.headers[role],
                self.table.shown(role, first),
                str(reason),
                more=int(bad.sum()) - 1,
            )
            raise DataError(message)
        for role, reasons in self.found:
            wrong = pd.notna(reasons)
            for reason in dict.fromkeys(reasons[wrong].tolist()):
                what = say.dropped_rows(self.table.headers[role], str(reason))
                self.table.note(what, reasons == reason, notes)
        return ~bad


def first_two(
    values: np.ndarray, codes: NDArray[np.int64], rows: Sequence[int] | np.ndarray
) -> tuple[int, int] | None:
    """Return the positions of two rows of one group whose values differ, or None.

    Parameters
    ----------
    values : ndarray
        Codes of what must agree, one per row.
    codes : ndarray of int
        The group of each row.
    rows : sequence of int
        Positions to look at, in order.
    """
    positions = np.asarray(rows, dtype=np.int64)
    if len(positions) == 0:
        return None
    first = np.full(int(codes.max()) + 1, -1, dtype=np.int64)
    first[codes[positions[::-1]]] = positions[::-1]
    differs = values[positions] != values[first[codes[positions]]]
    if not differs.any():
        return None
    second = int(positions[int(differs.argmax())])
    return int(first[codes[second]]), second
