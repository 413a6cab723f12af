"""Real shops, whose data other packages carry (extra [real])."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pandas as pd

from ecrm_helpers.datasets.reading import descriptor, empty_tables, schemas
from ecrm_helpers.datasets.shop import Shop
from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import datasets as messages

__all__ = ["load_cdnow"]


def load_cdnow() -> Shop:
    """Load the real CDNOW orders (January 1997 to June 1998), which the package `lifetimes` carries.

    Only `customers` and `orders` are filled; the other tables are empty with their columns. Every line of
    the file is one order, dated to the day; `amount_cny` holds US cents (`currency` is "USD").

    Raises
    ------
    DataError
        If the extra [real] is not installed.

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2001), Forecasting repeat sales at CDNOW, Interfaces 31(3).

    Examples
    --------
    >>> shop = load_cdnow()
    >>> len(shop.orders), len(shop.customers)
    (69659, 23570)
    """
    columns = ["customer_id", "date", "quantity", "dollars"]
    raw = pd.read_csv(
        _cdnow_file(), sep=r"\s+", skiprows=1, names=columns, dtype={"customer_id": "str", "date": "str"}
    )
    cents = (raw["dollars"] * 100).round().astype("int64")
    day = pd.to_datetime(raw["date"], format="%Y%m%d").astype("datetime64[us]")
    orders = pd.DataFrame(
        {
            "order_id": [f"O{number:05d}" for number in range(1, len(raw) + 1)],
            "customer_id": raw["customer_id"],
            "ordered_at": day.dt.tz_localize("UTC"),
            "status": "completed",
            "quantity": raw["quantity"].astype("int64"),
            "currency": "USD",
            "amount": cents,
            "amount_cny": cents,
            "refund_cny": 0,
        }
    )
    first = day.groupby(raw["customer_id"]).min()
    customers = pd.DataFrame({"customer_id": first.index, "joined_on": first.to_numpy()})
    empty = empty_tables(schemas(descriptor(), "rongyu"))
    return Shop(
        id="cdnow",
        name="CDNOW 唱片网店（真实数据）",
        name_en="CDNOW (real data)",
        as_of=pd.Timestamp("1998-07-01"),
        timezone="UTC",
        currency="USD",
        **{**empty, "customers": customers, "orders": orders},
    )


def _cdnow_file() -> Path:
    """Path of the text file: importing `lifetimes.datasets` would need the removed pkg_resources."""
    try:
        files = importlib.metadata.files("lifetimes") or []
    except importlib.metadata.PackageNotFoundError as error:
        message = messages.cdnow_missing()
        raise DataError(message) from error
    for file in files:
        if file.name == "CDNOW_master.txt" and Path(str(file.locate())).is_file():
            return Path(str(file.locate()))
    message = messages.cdnow_missing()
    raise DataError(message)
