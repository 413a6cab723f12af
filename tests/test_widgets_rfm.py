"""RFM explorer from Python: what it packs, what it accepts, the line it gives back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.figures import PALETTE
from ecrm_helpers.rfm import SEGMENTS, RFMSettings, customer_table
from ecrm_helpers.widgets import RFMExplorer

COLUMNS = ["customer_id", "order_id", "ordered_at", "status", "amount_cny", "refund_cny"]


def orders(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], utc=True))


THREE = orders([
    ("b", "1", "2026-06-01T00:00Z", "completed", 9_900, 0),
    ("a", "2", "2026-05-01T00:00Z", "completed", 5_000, 0),
    ("a", "3", "2026-06-29T16:00Z", "partly_refunded", 8_000, 3_000),  # 30 June in Shanghai
    ("a", "4", "2026-06-30T00:00Z", "cancelled", 7_000, 0),
])  # fmt: skip


def unpack(shop: dict) -> pd.DataFrame:
    counts = np.frombuffer(shop["counts"], "<u2")
    return pd.DataFrame({
        "customer": np.repeat(np.arange(len(counts)), counts),
        "day": np.frombuffer(shop["days"], "<u2").astype("datetime64[D]"),
        "net": np.frombuffer(shop["amounts"], "<i4"),
    })  # fmt: skip


def test_packs_counted_orders_by_customer_and_day():
    packed = unpack(RFMExplorer(THREE, as_of="2026-07-01").shops[0])
    assert packed["customer"].tolist() == [0, 0, 1]
    assert packed["day"].astype(str).tolist() == ["2026-05-01", "2026-06-30", "2026-06-01"]
    assert packed["net"].tolist() == [5_000, 5_000, 9_900]


def test_lines_of_one_order_are_one_order():
    lines = orders([
        ("a", "1", "2026-06-01T00:00Z", "completed", 100_00, 0),
        ("a", "1", "2026-06-01T00:00Z", "completed", 50_00, 0),
    ])  # fmt: skip
    assert unpack(RFMExplorer(lines).shops[0])["net"].tolist() == [150_00]


def test_packed_shop_gives_the_models_customer_table():
    shop = load_shop("heting")
    packed = unpack(RFMExplorer(shop).shops[0])
    table = customer_table(shop.orders, RFMSettings(as_of="2026-07-01"))
    grouped = packed.groupby("customer")
    assert grouped.size().tolist() == table["frequency"].tolist()
    assert grouped["net"].sum().tolist() == table["monetary"].tolist()
    recency = (pd.Timestamp("2026-07-01") - grouped["day"].max()).dt.days
    assert recency.tolist() == table["recency_days"].tolist()


def test_a_bare_table_ends_the_day_after_its_last_order():
    assert RFMExplorer(THREE).as_of == "2026-07-01"


def test_the_date_given_for_a_bare_table_may_lie_later():
    explorer = RFMExplorer(THREE, as_of="2026-08-01")
    assert explorer.as_of == explorer.shops[0]["as_of"] == "2026-08-01"


def test_a_tables_own_columns_are_not_taken_for_a_shops_properties():
    extra = THREE.assign(name="x", currency="JPY", timezone="UTC", as_of="2020-01-01")
    assert RFMExplorer(extra).shops == RFMExplorer(THREE).shops


def test_several_shops_by_name():
    explorer = RFMExplorer({"甲": THREE, "乙": THREE.head(2)})
    assert [shop["name"] for shop in explorer.shops] == ["甲", "乙"]
    assert explorer.shop == "甲"


def test_shop_brings_its_name_date_and_currency():
    explorer = RFMExplorer(load_shop("rongyu"))
    assert (explorer.shop, explorer.as_of) == ("榕屿家居", "2026-07-01")
    assert explorer.shops[0]["unit"] == "元"


@pytest.mark.parametrize("changes", [
    {},
    {"split": "median", "measure": "mean"},
    {"split": "thresholds", "recency_days": 90, "frequency": 3, "monetary": 50_000, "window_days": 365},
])  # fmt: skip
def test_settings_are_what_the_model_accepts(changes):
    explorer = RFMExplorer(THREE)
    for name, value in changes.items():
        setattr(explorer, name, value)
    settings = RFMSettings(**explorer.settings)
    assert {name: getattr(settings, name) for name in changes} == changes


def test_settings_carry_a_zone_of_the_shops_own():
    shop = replace(load_shop("rongyu"), orders=THREE, timezone="America/New_York")
    assert RFMExplorer(shop).settings["timezone"] == "America/New_York"
    assert "timezone" not in RFMExplorer(THREE).settings


def test_classes_come_from_the_model_in_the_palettes_colours():
    shown = RFMExplorer(THREE).segments
    model = [(s.code, s.name, s.strategy) for s in SEGMENTS]
    assert [(s["code"], s["name"], s["strategy"]) for s in shown] == model
    assert {s["name"]: s["color"] for s in shown} == {s["name"]: PALETTE[s["name"]] for s in shown}


@pytest.mark.parametrize(("given", "options", "word"), [
    ("rongyu", {}, "店铺"),
    ({}, {}, "店铺"),
    (THREE, {"scheme": "quartile"}, "scheme"),
    (THREE, {"measure": "sum"}, "measure"),
    (THREE, {"scheme": "thresholds", "recency_days": 90, "frequency": 3}, "monetary"),
    (THREE, {"scheme": "thresholds", "recency_days": -1, "frequency": 3, "monetary": 1}, "recency_days"),
    (THREE, {"as_of": "2020-01-01"}, "统计日"),
    (load_shop("heting"), {"as_of": "2027-01-01"}, "统计日"),
])  # fmt: skip
def test_wrong_options_are_refused_in_chinese(given, options, word):
    with pytest.raises(SettingsError, match=word) as caught:
        RFMExplorer(given, **options)
    assert "\n提示：" in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [
    ("split", "half"), ("measure", "sum"), ("frequency", -3), ("window_days", -1), ("as_of", "2026-13-01"),
    ("shop", "别家"),
])  # fmt: skip
def test_wrong_values_are_refused_later_too(name, value):
    with pytest.raises(SettingsError, match=name):
        setattr(RFMExplorer(THREE), name, value)


@pytest.mark.parametrize(("rows", "word"), [
    (THREE.assign(status="cancelled"), "没有一笔有效订单"),
    (THREE.assign(amount_cny=3_000_000_000), "以分为单位"),
    (THREE.assign(ordered_at=pd.Timestamp("1899-12-30", tz="UTC")), "1899"),
    (pd.concat([THREE.head(1)] * 65_536).assign(order_id=[str(i) for i in range(65_536)]), "65,536 单"),
])  # fmt: skip
def test_unusable_tables_are_refused_in_chinese(rows, word):
    with pytest.raises(DataError, match=word):
        RFMExplorer(rows)


def test_the_callers_orders_stay_as_they_were():
    before = THREE.copy(deep=True)
    RFMExplorer(THREE)
    pd.testing.assert_frame_equal(THREE, before)
