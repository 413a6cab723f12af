"""Write a segmented shop as CSV, XLSX or Parquet: complete or not at all, and safe in a spreadsheet.

A customer id that a spreadsheet would run as a formula (``=``, ``+``, ``-``, ``@`` in front) gets a quote
before it in CSV, as in class lists; in XLSX it is a text cell and in Parquet a string, unchanged.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.grades.output import neutral
from ecrm_helpers.messages import segment as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KINDS", "XLSX_ROWS", "check_target", "write_result"]

KINDS = (".csv", ".xlsx", ".parquet")
XLSX_ROWS = 1_048_576
_BATCH = 100_000


def check_target(path: str | Path, *, force: bool = False) -> Path:
    """Return where to write, or say before hours of work that it will not be possible.

    Parameters
    ----------
    path : path
        Its ending chooses the format: .csv, .xlsx or .parquet.
    force : bool, default=False
        Replace an existing file.

    Raises
    ------
    SettingsError
        If the ending is unknown or the file exists.
    DataError
        If a package that writes the format is missing.
    """
    target = Path(path)
    if target.suffix.lower() not in KINDS:
        message = say.unknown_format(target, KINDS)
        raise SettingsError(message)
    if target.is_dir() or (target.exists() and not force):
        message = say.already_there(target)
        raise SettingsError(message)
    if target.suffix.lower() == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401, PLC0415
        except ImportError as error:
            message = say.parquet_missing()
            raise DataError(message) from error
    return target


def write_result(
    result: pd.DataFrame,
    classes: pd.DataFrame,
    path: str | Path,
    *,
    choices: Mapping[str, Any],
    force: bool = False,
) -> Path:
    """Write one row per customer, readable by its owner only (mode 0600).

    Parameters
    ----------
    result, classes : pandas.DataFrame
        From :func:`ecrm_helpers.rfm.rfm` and :func:`ecrm_helpers.rfm.class_table`.
    path : path
        See :func:`check_target`.
    choices : mapping of str to plain values
        What the result depends on: the sheet 口径 of a workbook, the metadata ``ecrm`` of a Parquet file.
    force : bool, default=False

    Raises
    ------
    SettingsError, DataError
        As :func:`check_target`, and if a workbook cannot hold that many customers.
    """
    target = check_target(path, force=force)
    kind = target.suffix.lower()
    if kind == ".xlsx" and len(result) >= XLSX_ROWS:
        message = say.too_many_rows(len(result), XLSX_ROWS - 1)
        raise DataError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _aside(target) as aside:
        if kind == ".csv":
            _write_csv(result, aside)
        elif kind == ".xlsx":
            _write_xlsx(result, classes, aside, choices)
        else:
            _write_parquet(result, aside, choices)
    return target


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")  # mkstemp makes it 0600
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _write_csv(result: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(result.columns)
        for rows in _batches(result):
            writer.writerows(
                [neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
            )


def _write_xlsx(result: pd.DataFrame, classes: pd.DataFrame, path: Path, choices: Mapping[str, Any]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import IllegalCharacterError  # noqa: PLC0415

    book = Workbook(write_only=True)
    customers, summary, notes = (book.create_sheet(name) for name in say.SHEETS)
    customers.freeze_panes = "B2"
    try:
        _append(customers, list(result.columns))
        for rows in _batches(result):
            for row in rows:
                _append(customers, row)
        _append(summary, list(classes.columns))
        for rows in _batches(classes):
            for row in rows:
                _append(summary, row)
        _append(notes, list(say.CHOICES_HEAD))
        for name, value in choices.items():
            _append(notes, [say.CHOICES.get(name, name), value])
    except IllegalCharacterError as error:
        message = say.control_character(error)
        raise DataError(message) from error
    book.save(path)


def _append(sheet: Any, row: list[Any]) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cells = []
    for value in row:
        if isinstance(value, str) and value[:1] in "=#":  # openpyxl takes them for formulas and errors
            cell = WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"
            cells.append(cell)
        else:
            cells.append(value)
    sheet.append(cells)


def _write_parquet(result: pd.DataFrame, path: Path, choices: Mapping[str, Any]) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    bare = result.copy(deep=False)
    bare.attrs = {}
    table = pa.Table.from_pandas(bare, preserve_index=False)
    noted = {**(table.schema.metadata or {}), b"ecrm": json.dumps(dict(choices), ensure_ascii=False).encode()}
    pq.write_table(table.replace_schema_metadata(noted), path)


def _batches(table: pd.DataFrame) -> Iterator[list[list[Any]]]:
    """Give rows of plain Python values, days as dates and gaps as None, some at a time."""
    days = [name for name in table.columns if pd.api.types.is_datetime64_any_dtype(table[name])]
    for start in range(0, len(table), _BATCH):
        part = table.iloc[start : start + _BATCH]
        part = part.assign(**{name: part[name].dt.date for name in days})
        yield part.astype(object).where(part.notna(), None).to_numpy().tolist()
