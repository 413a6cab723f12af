"""A shop as frozen tables, and the shops that come with the course."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ecrm_helpers.datasets.reading import data_dir, descriptor, read_table, schemas
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import datasets as messages

__all__ = ["Shop", "load_cdnow", "load_shop", "select_shop"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shop:
    """One shop's tables; data/datapackage.json describes every column in Chinese and English."""

    id: str  # "rongyu", "heting" or "cdnow"
    name: str  # Chinese name
    name_en: str  # English name
    as_of: pd.Timestamp  # the first local day not in the data; recency counts back from it
    timezone: str  # of local dates
    currency: str = "CNY"  # of all *_cny columns, which are minor units (fen; cents for CDNOW)
    owner: str | None = None  # student id, for a shop from `my_shop`
    customers: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    orders: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    products: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    contacts: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    tickets: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    surveys: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    campaigns: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    campaign_sends: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    rates: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    countries: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    promotions: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    holidays: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)


def load_shop(name: str = "rongyu") -> Shop:
    """Load a fictional shop that ships with the course, or the real CDNOW.

    Parameters
    ----------
    name : {'rongyu', 'heting', 'cdnow'}, default='rongyu'
        榕屿家居 (cross-border home goods), 禾汀小铺 (domestic tea and snacks), or :func:`load_cdnow`.

    Returns
    -------
    Shop
        Fresh tables: ids str, dates datetime64, moments datetime64 UTC, money int64 minor units.

    Raises
    ------
    SettingsError
        If there is no such shop.
    DataError
        If a file or a column is missing or a cell cannot be read; it names file, row and column.

    Examples
    --------
    >>> shop = load_shop("rongyu")
    >>> shop.name, len(shop.customers), shop.as_of.date().isoformat()
    ('榕屿家居', 6000, '2026-07-01')
    """
    if name == "cdnow":
        return load_cdnow()
    package = descriptor()
    known = package["shops"]
    if not isinstance(name, str) or name not in known:
        message = messages.unknown_shop(name, [*known, "cdnow"])
        raise SettingsError(message)
    folder = data_dir()
    tables: dict[str, Any] = {
        table: read_table(folder / resource["path"], resource["schema"]["fields"], rows=resource.get("rows"))
        for table, resource in schemas(package, name).items()
    }
    as_of = pd.Timestamp(package["as_of"])
    return Shop(id=name, as_of=as_of, timezone=package["timezone"], **known[name], **tables)


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
    empty: dict[str, Any] = {
        table: pd.DataFrame(columns=[column["name"] for column in resource["schema"]["fields"]])
        for table, resource in schemas(descriptor(), "rongyu").items()
    }
    return Shop(
        id="cdnow",
        name="CDNOW 唱片网店（真实数据）",
        name_en="CDNOW (real data)",
        as_of=pd.Timestamp("1998-07-01"),
        timezone="UTC",
        currency="USD",
        **{**empty, "customers": customers, "orders": orders},
    )


def select_shop(shop: Shop | str) -> Shop:
    """Return the shop itself, or load it by name; for a notebook's `parameters` cell.

    Parameters
    ----------
    shop : Shop or {'rongyu', 'heting', 'cdnow'}

    Raises
    ------
    SettingsError
        If it is neither.

    Examples
    --------
    >>> select_shop("heting").name
    '禾汀小铺'
    """
    if isinstance(shop, Shop):
        return shop
    if not isinstance(shop, str):
        message = messages.not_a_shop(shop)
        raise SettingsError(message)
    return load_shop(shop)


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
