"""The rows of a shop's own table: read column by column, refused or counted where they cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.datasets.checks import breaches
from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import plain_text
from ecrm_helpers.intake.columns import Matched, heading, is_personal, match_columns
from ecrm_helpers.intake.fields import Reading, marked, read_field
from ecrm_helpers.intake.orders import look_personal
from ecrm_helpers.intake.report import Correction, correction
from ecrm_helpers.intake.table_columns import CLOSED_AT, NUMBERED, table_aliases
from ecrm_helpers.messages import intake_tables as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from ecrm_helpers.intake.files import Raw

__all__ = ["TableRows"]

_NOTHING = frozenset(heading(word) for word in ("-", "—", "——", "无", "暂无", "N/A", "NA", "null", "None"))
_SHORT = 8  # letters of a cell that may say "nothing"
_LONGEST = 30
_MISSING: dict[str, Any] = {
    "string": "str",
    "date": "datetime64[us]",
    "datetime": "datetime64[us, UTC]",
    "boolean": "boolean",
}  # types of a column that lacks; a number is float64


class TableRows:
    """A file's rows on their way into the schema: their columns, which are bad, what was done.

    Parameters
    ----------
    raw : Raw
        The file as it stands.
    matched : Matched
        Its columns by our names.
    schema : dict
        Table Schema of the table, relaxed.
    table : str
        Name of the table.
    drop : bool
        Whether rows with a cell that cannot be used are left out, not refused.
    """

    def __init__(self, raw: Raw, matched: Matched, schema: dict[str, Any], table: str, *, drop: bool) -> None:
        self.raw, self.matched, self.schema, self.table, self.drop = raw, matched, schema, table, drop
        self.rows = raw.cells.index
        self.columns: dict[str, pd.Series] = {}
        self.bad = np.zeros(len(self.rows), dtype=bool)
        self.notes: list[Correction] = list(raw.notes)
        self.kept = np.empty(0, dtype=np.int64)  # the file's rows that `checked` returns

    def read(self, how: Reading) -> None:
        """Read every column that the file has."""
        for spec in self.schema["fields"]:
            header = self.matched.columns.get(spec["name"])
            if header is None:
                continue
            cells = self._cells(header, optional=bool(spec.get("optional")))
            read = read_field(cells, spec, header, how)
            self._refuse(spec["name"], cells, read.reasons)
            if not spec.get("optional"):
                self._refuse(spec["name"], cells, marked(cells.isna().to_numpy(), say.EMPTY))
            wrong, allowed = breaches(read.series, spec)
            self._refuse(spec["name"], cells, marked(wrong, say.out_of_range(allowed)))
            if read.done:
                self.notes.append(Correction(read.done, int(cells.notna().sum())))
            self.columns[spec["name"]] = read.series
        if self.table == "tickets" and "handling_hours" not in self.columns:
            self._hours_from_closing(how)
        numbered = NUMBERED.get(self.table)
        if numbered and numbered[0] not in self.columns:
            names = [f"{numbered[1]}{number:05d}" for number in range(1, len(self.rows) + 1)]
            self.columns[numbered[0]] = pd.Series(names, index=self.rows, dtype="str")
            self.notes.append(Correction(say.NUMBERED, len(names)))

    def customers(self, keep_personal: Iterable[str]) -> tuple[bool, bool, pd.Series | None]:
        """Return whether the customer column is a personal one, whether it is kept, and its ids."""
        header = self.matched.columns.get("customer_id")
        if header is None:
            return False, False, None
        kept = {heading("customer_id"), heading(header)} & {heading(name) for name in keep_personal}
        ids = self.columns["customer_id"]
        return is_personal(header) or look_personal(ids.dropna()), bool(kept), ids

    def customers_of(self, orders: pd.DataFrame) -> pd.Series:
        """Return each row's customer by its order."""
        header = self.matched.columns.get("order_id")
        if header is None:
            columns = [name for name in ("customer_id", "order_id") if name not in self.matched.columns]
            match_columns(  # raises, naming both
                list(self.raw.cells.columns), aliases=table_aliases(self.table), required=columns,
                file=self.raw.path.name,
            )  # fmt: skip
        known = orders.drop_duplicates("order_id").set_index("order_id")["customer_id"]
        ids = self.columns["order_id"].map(known).astype("str")
        lost = marked(ids.isna().to_numpy(), say.lost_order())
        self._refuse("order_id", self.raw.cells[header], lost)
        self.notes.append(Correction(say.FROM_ORDERS, int(ids.notna().sum())))
        return ids

    def checked(self, ids: pd.Series | None) -> pd.DataFrame:
        """Return the good rows, once each, with every column of the schema."""
        if ids is not None:
            self.columns["customer_id"] = ids
        if self.bad.any():
            self.notes.append(correction(say.DROPPED, self.rows[self.bad]))
        frame = pd.DataFrame(self.columns, index=self.rows)[~self.bad]
        frame = self._once(frame)
        if frame.empty:
            message = say.nothing_left(self.raw.path.name)
            raise DataError(message)
        self.kept = frame.index.to_numpy(dtype=np.int64)
        fields = self.schema["fields"]
        return pd.DataFrame({one["name"]: _typed(frame, one) for one in fields}).reset_index(drop=True)

    def _once(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Leave out rows that repeat another wholly; refuse those that repeat only its id."""
        numbered = NUMBERED.get(self.table, ("",))[0]
        content = [name for name in frame if name != numbered or numbered in self.matched.columns]
        same = frame.duplicated(content).to_numpy() & (numbered in content or not numbered)
        if same.any():
            self.notes.append(correction(say.SAME_ROWS, frame.index[same]))
            frame = frame[~same]
        primary = self.schema.get("primaryKey", ())
        keys = [primary] if isinstance(primary, str) else list(primary)
        if not keys or not set(keys) <= set(frame.columns):
            return frame
        again = frame.duplicated(keys).to_numpy()
        if again.any() and not self.drop:
            row = frame.index[again][0]
            equal = (frame[keys] == frame.loc[row, keys]).all(axis=1)
            headers = [self.matched.columns.get(name, name) for name in keys]
            shown = "" if "customer_id" in keys else "、".join(str(frame.loc[row, name]) for name in keys)
            message = say.repeated_key(self.raw.path.name, row, frame.index[equal][0], headers, shown)
            raise DataError(message)
        if again.any():
            self.notes.append(correction(say.DROPPED, frame.index[again]))
        return frame[~again]

    def _cells(self, header: str, *, optional: bool) -> pd.Series:
        cells = self.raw.cells[header]
        if not optional:
            return cells
        nothing = cells.map(
            lambda cell: (
                isinstance(cell, str) and len(cell) <= _SHORT and heading(plain_text(cell)) in _NOTHING
            )
        )
        blank = nothing.to_numpy(dtype=bool)
        if blank.any():
            self.notes.append(correction(say.BLANK_WORDS, self.rows[blank]))
        return cells.mask(blank, None).astype(object).where(lambda kept: kept.notna(), None)

    def _refuse(self, column: str, cells: pd.Series, reasons: NDArray[np.object_]) -> None:
        """Raise for the first cell with a reason, or mark the rows of all."""
        wrong = np.array([reason is not None for reason in reasons], dtype=bool)
        if not wrong.any():
            return
        if self.drop:
            self.bad |= wrong
            return
        first = int(wrong.argmax())
        header = self.matched.columns[column]
        value = cells.iloc[first]
        hidden = value is None or is_personal(header)
        shown = "" if hidden else f"{value}"[:_LONGEST]
        message = say.bad_cell(
            self.raw.path.name,
            int(self.rows[first]),
            header,
            shown,
            str(reasons[first]),
            more=int(wrong.sum()) - 1,
        )
        raise DataError(message)

    def _hours_from_closing(self, how: Reading) -> None:
        header = self.matched.columns.get(CLOSED_AT)
        if header is None:
            return
        cells = self._cells(header, optional=True)
        closed = read_field(cells, {"name": CLOSED_AT, "type": "datetime"}, header, how)
        self._refuse(CLOSED_AT, cells, closed.reasons)
        hours = (closed.series - self.columns["opened_at"]).dt.total_seconds() / 3600
        self._refuse(CLOSED_AT, cells, marked((hours < 0).to_numpy(), say.closed_before_opened()))
        self.columns["handling_hours"] = hours
        self.notes.append(Correction(say.FROM_CLOSING, int(hours.notna().sum())))


def _typed(frame: pd.DataFrame, field: Mapping[str, Any]) -> pd.Series:
    """Return a column in the type the schema gives it; one that lacks is missing throughout."""
    name, kind = field["name"], field["type"]
    if name in frame:
        values = frame[name]
    else:
        return pd.Series(None, index=frame.index, dtype=_MISSING.get(kind, "float64"))
    if kind == "integer" and values.notna().all():
        return values.astype("int64")
    if kind == "boolean":
        return values.astype("bool" if values.notna().all() else "boolean")
    return values
