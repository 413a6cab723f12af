"""Read the shipped tables as data/datapackage.json describes them, and say plainly what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.datasets.checks import breaches, repeats
from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import datasets as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["courses", "data_dir", "descriptor", "empty_tables", "read_json", "read_table", "schemas"]

_PACKAGE = Path(__file__).resolve().parents[1]


def data_dir() -> Path:
    """Folder of the shops' data: inside an installed wheel, or beside the package in the source tree.

    Raises
    ------
    DataError
        If neither has a datapackage.json.

    Examples
    --------
    >>> (data_dir() / "datapackage.json").exists()
    True
    """
    places = [_PACKAGE / "_data", _PACKAGE.parent / "data"]
    for place in places:
        if (place / "datapackage.json").is_file():
            return place
    message = messages.missing_data(places)
    raise DataError(message)


def descriptor() -> dict[str, Any]:
    """Return the Frictionless data package descriptor: shops, tables, columns with types and meanings."""
    return read_json(data_dir() / "datapackage.json")


def courses() -> dict[str, dict[str, str]]:
    """Return the courses by id: Chinese `name`, `shop` of the students' own shops, `salt` of their choice.

    Examples
    --------
    >>> courses()["crossborder_crm"]["shop"]
    'rongyu'
    """
    return read_json(data_dir() / "courses.json")


def schemas(package: dict[str, Any], shop: str) -> dict[str, dict[str, Any]]:
    """Return the resources of one shop by table name."""
    prefix = f"{shop}-"
    return {
        resource["name"].removeprefix(prefix): resource
        for resource in package["resources"]
        if resource["name"].startswith(prefix)
    }


def read_json(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds.

    Raises
    ------
    DataError
        If it is missing, locked, cut off or not UTF-8.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        message = messages.missing_file(path)
        raise DataError(message) from error
    except OSError as error:
        message = messages.locked_file(path, error)
        raise DataError(message) from error
    except ValueError as error:  # not JSON, or not UTF-8
        message = messages.damaged_file(path)
        raise DataError(message) from error


def empty_tables(tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an empty table of the right columns and types for each resource or schema.

    Examples
    --------
    >>> empty_tables(schemas(descriptor(), "heting"))["surveys"]["answered_on"].dtype
    dtype('<M8[us]')
    """
    return {name: _empty(table.get("schema", table)["fields"]) for name, table in tables.items()}


def _empty(fields: list[dict[str, Any]]) -> pd.DataFrame:
    nothing = pd.Series([], dtype="str")
    return pd.DataFrame({field["name"]: _parsed(nothing, field, Path()) for field in fields})


def read_table(
    path: Path,
    fields: list[dict[str, Any]],
    *,
    rows: int | None = None,
    primary_key: str | Sequence[str] = (),
) -> pd.DataFrame:
    """Read one CSV file by its Table Schema fields.

    Parameters
    ----------
    path : Path
        UTF-8 file, with or without byte order mark.
    fields : list of dict
        Table Schema fields: `name`, `type` (string, integer, number, date, datetime, boolean),
        `constraints` (required, unique, enum, pattern, minimum, maximum) and our `optional`: a column that
        may lack altogether.
    rows : int, optional
        How many rows the file has when it is whole; not checked when None.
    primary_key : str or sequence of str
        Columns that together name a row: no two rows may agree in all of them.

    Returns
    -------
    DataFrame
        The fields in their order: str, int64, float64, datetime64, datetime64 UTC, bool. An optional
        integer column with empty cells is float64, an optional boolean one pandas' `boolean`.

    Raises
    ------
    DataError
        If the file cannot be read, lacks columns or rows, or a cell is not of its type or not allowed;
        naming the file and, where it applies, the row (as a spreadsheet counts it) and the column.
    """
    text = _read_text(path)
    missing = [
        field["name"] for field in fields if field["name"] not in text.columns and not field.get("optional")
    ]
    if missing:
        message = messages.missing_columns(path, missing, list(text.columns))
        raise DataError(message)
    if rows is not None and len(text) != rows:  # a file cut off between two lines looks whole otherwise
        message = messages.wrong_rows(path, rows, len(text))
        raise DataError(message)
    absent = pd.Series(pd.NA, index=text.index, dtype="str")
    frame = pd.DataFrame(
        {field["name"]: _parsed(text.get(field["name"], absent), field, path) for field in fields}
    )
    _check(frame, text, fields, primary_key, path)
    return frame


def _check(
    frame: pd.DataFrame,
    text: pd.DataFrame,
    fields: list[dict[str, Any]],
    primary_key: str | Sequence[str],
    path: Path,
) -> None:
    """Refuse the first cell that its column does not allow, and the first row that repeats another."""
    for field in fields:
        name = field["name"]
        wrong, allowed = breaches(frame[name], field)
        if wrong.any():
            row = int(wrong.argmax())
            message = messages.not_allowed(path, row + 2, name, text[name].iloc[row], allowed)
            raise DataError(message)
    unique = [[field["name"]] for field in fields if field.get("constraints", {}).get("unique")]
    keys = [primary_key] if isinstance(primary_key, str) else list(primary_key)
    for columns in [*unique, keys] if keys and keys not in unique else unique:
        if (found := repeats(frame, columns)) is not None:
            again, first = found
            values = [text[name].iloc[again] for name in columns]
            message = messages.repeated(path, again + 2, first + 2, columns, values)
            raise DataError(message)


def _read_text(path: Path) -> pd.DataFrame:
    try:
        text = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except FileNotFoundError as error:
        message = messages.missing_file(path)
        raise DataError(message) from error
    except OSError as error:
        message = messages.locked_file(path, error)
        raise DataError(message) from error
    except UnicodeDecodeError as error:
        message = messages.not_utf8(path)
        raise DataError(message) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        message = messages.unreadable_table(path, messages.not_a_table(error))
        raise DataError(message) from error
    if not isinstance(text.index, pd.RangeIndex):  # pandas takes surplus cells for row labels
        message = messages.unreadable_table(path, messages.SURPLUS_CELLS)
        raise DataError(message)
    return text


def _parsed(column: pd.Series, field: dict[str, Any], path: Path) -> pd.Series:
    """Convert a column of text, or name its first cell that cannot be."""
    absent = column.isna()
    kind = field["type"]
    gaps = bool(absent.any())
    if gaps and (
        field.get("constraints", {}).get("required")
        or (kind in {"integer", "boolean"} and not field.get("optional"))
    ):
        message = messages.empty_value(path, int(absent.to_numpy().argmax()) + 2, field["name"])
        raise DataError(message)
    if kind == "string":
        return column
    values = _converted(column, kind)
    wrong = (values.isna() & ~absent).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        message = messages.bad_value(path, row + 2, field["name"], column.iloc[row], messages.WANTED[kind])
        raise DataError(message)
    if kind == "integer":
        return values.astype("float64" if gaps else "int64")
    if kind == "boolean":
        return values.astype("boolean" if gaps else "bool")
    return values


def _converted(column: pd.Series, kind: str) -> pd.Series:
    """Values of the wanted kind, missing where the text is not one."""
    if kind == "boolean":
        values = (column == "true").astype("object")
        return values.where(column.isin(["true", "false"]))
    if kind == "date":
        return pd.to_datetime(column, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    if kind == "datetime":
        # %z takes pandas' fast path (ten times a literal Z) and other offsets too, which are no Z
        parsed = pd.to_datetime(column, format="%Y-%m-%dT%H:%M:%S%z", errors="coerce", utc=True)
        in_utc = column.str.endswith("Z", na=False)
        return parsed.astype("datetime64[us, UTC]").where(in_utc)
    values = pd.to_numeric(column, errors="coerce")
    if kind == "integer" and values.dtype != "int64":
        return values.where(column.str.fullmatch(r"-?\d{1,18}", na=False))
    if kind == "number":
        return values.astype("float64").where(np.isfinite)
    return values
