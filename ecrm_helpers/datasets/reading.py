"""Read the shipped tables as data/datapackage.json describes them, and say plainly what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import datasets as messages

__all__ = ["courses", "data_dir", "descriptor", "read_table", "schemas"]

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
    return _read_json(data_dir() / "datapackage.json")


def courses() -> dict[str, dict[str, str]]:
    """Return the courses by id: Chinese `name`, `shop` of the students' own shops, `salt` of their choice.

    Examples
    --------
    >>> courses()["crossborder_crm"]["shop"]
    'rongyu'
    """
    return _read_json(data_dir() / "courses.json")


def schemas(package: dict[str, Any], shop: str) -> dict[str, dict[str, Any]]:
    """Return the resources of one shop by table name."""
    prefix = f"{shop}-"
    return {
        resource["name"].removeprefix(prefix): resource
        for resource in package["resources"]
        if resource["name"].startswith(prefix)
    }


def _read_json(path: Path) -> dict[str, Any]:
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


def read_table(path: Path, fields: list[dict[str, Any]], *, rows: int | None = None) -> pd.DataFrame:
    """Read one CSV file by its Table Schema fields.

    Parameters
    ----------
    path : Path
        UTF-8 file, with or without byte order mark.
    fields : list of dict
        Table Schema fields: `name`, `type` (string, integer, number, date, datetime, boolean) and
        `constraints.required`.
    rows : int, optional
        How many rows the file has when it is whole; not checked when None.

    Returns
    -------
    DataFrame
        The fields in their order: str, int64, float64, datetime64, datetime64 UTC, bool.

    Raises
    ------
    DataError
        If the file cannot be read, lacks columns or rows, or a cell is not of its type; naming the file and,
        where it applies, the row (as a spreadsheet counts it) and the column.
    """
    text = _read_text(path)
    missing = [field["name"] for field in fields if field["name"] not in text.columns]
    if missing:
        message = messages.missing_columns(path, missing, list(text.columns))
        raise DataError(message)
    if rows is not None and len(text) != rows:  # a file cut off between two lines looks whole otherwise
        message = messages.wrong_rows(path, rows, len(text))
        raise DataError(message)
    return pd.DataFrame({field["name"]: _parsed(text[field["name"]], field, path) for field in fields})


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
        message = messages.unreadable_table(path, error)
        raise DataError(message) from error
    if not isinstance(text.index, pd.RangeIndex):  # pandas takes surplus cells for row labels
        message = messages.unreadable_table(path, messages.SURPLUS_CELLS)
        raise DataError(message)
    return text


def _parsed(column: pd.Series, field: dict[str, Any], path: Path) -> pd.Series:
    """Convert a column of text, or name its first cell that cannot be."""
    absent = column.isna()
    kind = field["type"]
    if absent.any() and (field.get("constraints", {}).get("required") or kind in {"integer", "boolean"}):
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
        return values.astype("int64")
    return values.astype("bool") if kind == "boolean" else values


def _converted(column: pd.Series, kind: str) -> pd.Series:
    """Values of the wanted kind, missing where the text is not one."""
    if kind == "boolean":
        return column.map({"true": True, "false": False}).astype("object")
    if kind == "date":
        return pd.to_datetime(column, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    if kind == "datetime":
        parsed = pd.to_datetime(column, format="%Y-%m-%dT%H:%M:%SZ", errors="coerce", utc=True)
        return parsed.astype("datetime64[us, UTC]")
    values = pd.to_numeric(column, errors="coerce")
    if kind == "integer" and values.dtype != "int64":
        return values.where(column.str.fullmatch(r"-?\d{1,18}", na=False))
    return values
