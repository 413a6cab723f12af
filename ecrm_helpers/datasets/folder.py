"""Read the folder of a shop of one's own, as `ecrm shop` writes it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from ecrm_helpers.datasets.checks import lost_references
from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.datasets.reading import empty_tables, read_json, read_table
from ecrm_helpers.datasets.shop import Shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import datasets as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DESCRIPTION",
    "FORMAT",
    "check_description",
    "check_references",
    "derived_customers",
    "load_folder",
]

DESCRIPTION = "shop.json"
FORMAT = 1
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def load_folder(folder: str | Path) -> Shop:
    """Load a shop of one's own: a folder of `shop.json`, `orders.csv` and any of the other tables.

    `shop.json` holds ``{"format": 1, "name", "name_en", "as_of", "timezone", "currency"}``; the tables are
    UTF-8 CSV files named as :class:`Shop`'s tables, with the columns of data/datapackage.json relaxed by
    :mod:`~ecrm_helpers.datasets.own_schema`. A table without a file is empty, with its columns; customers
    without a file are those of the orders (:func:`derived_customers`).

    Parameters
    ----------
    folder : str or Path
        Relative to the working directory.

    Returns
    -------
    Shop
        `id` is "own"; types as :func:`~ecrm_helpers.datasets.load_shop` gives them.

    Raises
    ------
    SettingsError
        If there is no such folder.
    DataError
        If it is not a shop's folder, or a table breaks its schema or names an order or a customer nobody
        has; naming file, row and column.
    """
    folder = Path(folder)
    if not folder.is_dir():
        message = messages.no_folder(folder)
        raise SettingsError(message)
    if not (folder / DESCRIPTION).is_file():
        message = messages.no_description(folder)
        raise DataError(message)
    try:
        return _read_folder(folder)
    except DataError as error:  # the shipped tables' advice, to copy the file anew, helps nobody here
        message = messages.in_own_folder(str(error))
        raise DataError(message) from error


def _read_folder(folder: Path) -> Shop:
    said = check_description(read_json(folder / DESCRIPTION), folder / DESCRIPTION)
    schemas = own_schemas()
    if not (folder / "orders.csv").is_file():
        message = messages.no_orders(folder)
        raise DataError(message)
    tables: dict[str, pd.DataFrame] = empty_tables(schemas)
    given = [table for table in schemas if (folder / f"{table}.csv").is_file()]
    for table in given:
        schema = schemas[table]
        tables[table] = read_table(
            folder / f"{table}.csv", schema["fields"], primary_key=schema.get("primaryKey", ())
        )
    if tables["orders"].empty:
        message = messages.empty_orders(folder)
        raise DataError(message)
    if "customers" not in given:
        tables["customers"] = derived_customers(tables["orders"], timezone=said["timezone"])
    for table, row, column, value, target in check_references(tables):
        message = messages.lost_reference(folder / f"{table}.csv", row + 2, column, value, target)
        raise DataError(message)
    everything: dict[str, Any] = {**said, **tables}
    return Shop(id="own", **everything)


def check_description(said: object, path: Path) -> dict[str, Any]:
    """Return name, English name, as-of day, time zone and currency from what `shop.json` holds.

    Raises
    ------
    DataError
        If the format is unknown, a value lacks or cannot be used.
    """
    if not isinstance(said, dict) or said.get("format") != FORMAT or isinstance(said.get("format"), bool):
        found = said.get("format") if isinstance(said, dict) else said
        message = messages.unknown_format(path, found, FORMAT)
        raise DataError(message)
    wanted = {
        "name": lambda text: bool(text.strip()),
        "name_en": lambda text: bool(text.strip()),
        "as_of": _is_day,
        "timezone": _is_zone,
        "currency": lambda text: _CURRENCY.fullmatch(text) is not None,
    }
    for key, usable in wanted.items():
        value = said.get(key)
        if not isinstance(value, str) or not usable(value):
            message = messages.bad_description(path, key, value)
            raise DataError(message)
    return {**{key: said[key] for key in wanted}, "as_of": pd.Timestamp(said["as_of"])}


def derived_customers(orders: pd.DataFrame, *, timezone: str) -> pd.DataFrame:
    """Return the customers that orders tell of: id, and the local day of the first order as `joined_on`.

    Country, channel and consent stay missing: orders do not tell them.

    Parameters
    ----------
    orders : DataFrame
        `customer_id` str, `ordered_at` datetime64 UTC.
    timezone : str
        IANA zone of local days.

    Examples
    --------
    >>> late = pd.to_datetime(["2026-06-30T17:00:00Z", "2026-07-02T00:00:00Z"])
    >>> orders = pd.DataFrame({"customer_id": ["K1", "K1"], "ordered_at": late})
    >>> derived_customers(orders, timezone="Asia/Shanghai")["joined_on"].dt.date.astype(str).tolist()
    ['2026-07-01']
    """
    first = orders.groupby("customer_id", sort=True)["ordered_at"].min()
    day = first.dt.tz_convert(timezone).dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
    empty = empty_tables({"customers": own_schemas()["customers"]})["customers"]
    known = {"customer_id": first.index.to_series().astype("str"), "joined_on": day}
    frame = pd.DataFrame({name: series.reset_index(drop=True) for name, series in known.items()})
    for name in empty.columns.difference(frame.columns):
        dtype = "boolean" if empty[name].dtype == bool else empty[name].dtype
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype=dtype)
    return frame[list(empty.columns)]


def check_references(tables: dict[str, pd.DataFrame]) -> Iterator[tuple[str, int, str, object, str]]:
    """Yield every cell that points to a row another table does not have.

    The foreign keys of data/datapackage.json; a reference to a table that is empty (products, countries a
    shop does not keep) is not checked, but customers and orders always are.

    Yields
    ------
    tuple
        Table, position of the row, column, value, table that lacks it.
    """
    for table, schema in own_schemas().items():
        for key in schema.get("foreignKeys", ()):
            target = key["reference"]["resource"].split("-", 1)[1]
            if tables[target].empty:
                continue
            column, frame = key["fields"], tables[table]
            lost = lost_references(frame[column], tables[target][key["reference"]["fields"]])
            for row in lost.nonzero()[0]:
                yield table, int(row), column, frame[column].iloc[row], target


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None and not pd.isna(pd.to_datetime(text, errors="coerce"))


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # no such name, or one that leaves the database
        return False
    return True
