"""A shop of one's own in a folder: the same checks as the shipped tables, relaxed only where declared."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from ecrm_helpers.datasets import descriptor, load_folder, load_shop, select_shop
from ecrm_helpers.datasets.own_schema import OPTIONAL, own_schemas
from ecrm_helpers.datasets.reading import schemas
from ecrm_helpers.errors import DataError, SettingsError

SHOP = {
    "format": 1,
    "name": "小满茶铺",
    "name_en": "Xiaoman Tea",
    "as_of": "2025-03-02",
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
}
ORDERS = """order_id,customer_id,ordered_at,status,currency,amount,amount_cny,refund_cny
TB-1,K1,2025-02-27T17:00:00Z,completed,CNY,1200,1200,0
TB-2,K2,2025-02-28T01:00:00Z,cancelled,CNY,0,0,0
TB-3,K1,2025-03-01T01:00:00Z,partly_refunded,CNY,900,900,100
"""
CUSTOMERS = "customer_id,country,channel,opted_in\nK1,福建,抖音,true\nK2,,小红书,\nK3,浙江,,false\n"
TICKETS = (
    "ticket_id,customer_id,order_id,opened_at,type,channel,handling_hours,outcome\n"
    "T1,K1,TB-1,2025-03-01T00:00:00Z,late_delivery,旺旺,2.5,explained\n"
)
SURVEYS = "survey_id,customer_id,order_id,answered_on,satisfaction,recommend\nS1,K1,TB-3,2025-03-01,5,10\n"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "茶铺"
    place.mkdir()
    (place / "shop.json").write_text(json.dumps(SHOP, ensure_ascii=False), "utf-8")
    (place / "orders.csv").write_text(ORDERS, "utf-8")
    return place


def add(folder, table, text):
    (folder / f"{table}.csv").write_text(text, "utf-8")
    return folder


def test_orders_alone_make_a_shop(folder):
    shop = load_shop(folder)
    assert (shop.id, shop.name, shop.name_en, shop.currency) == ("own", "小满茶铺", "Xiaoman Tea", "CNY")
    assert (shop.as_of, shop.timezone, shop.owner) == (pd.Timestamp("2025-03-02"), "Asia/Shanghai", None)
    assert shop.orders["amount_cny"].tolist() == [1200, 0, 900]
    assert shop.orders["ordered_at"].dtype == "datetime64[us, UTC]"


def test_every_other_table_is_empty_with_the_columns_and_types_of_the_shipped_ones(folder):
    shop, shipped = load_shop(folder), load_shop("heting")
    for table in set(OPTIONAL) - {"orders", "customers"}:
        frame = getattr(shop, table)
        assert frame.empty
        assert frame.dtypes.to_dict() == getattr(shipped, table).dtypes.to_dict(), table


def test_customers_come_from_the_orders_with_what_these_can_tell(folder):
    customers = load_shop(folder).customers
    assert customers["customer_id"].tolist() == ["K1", "K2"]
    # 17:00 UTC on 27 February is 28 February in Shanghai
    assert customers["joined_on"].dt.date.astype(str).tolist() == ["2025-02-28", "2025-02-28"]
    assert list(customers) == list(load_shop("heting").customers)
    assert customers[["country", "channel", "opted_in"]].isna().all().all()
    assert customers.loc[customers["opted_in"]].empty  # nobody is taken to have agreed


def test_order_columns_that_lack_are_missing_values_of_their_type(folder):
    orders = load_shop(folder).orders
    assert list(orders) == list(load_shop("heting").orders)
    types = orders.dtypes.astype(str)[["product_id", "quantity", "promised_on", "delivered_on"]].tolist()
    assert types == ["str", "float64", "datetime64[us]", "datetime64[us]"]
    assert orders[["product_id", "quantity", "promised_on", "delivered_on"]].isna().all().all()


def test_all_tables_are_read(folder):
    add(folder, "customers", CUSTOMERS)
    add(folder, "tickets", TICKETS)
    add(folder, "surveys", SURVEYS)
    shop = load_shop(folder)
    assert (len(shop.customers), len(shop.tickets), len(shop.surveys)) == (3, 1, 1)
    assert shop.customers["opted_in"].tolist() == [True, pd.NA, False]
    assert shop.tickets["channel"].tolist() == ["旺旺"]


def test_a_table_without_rows_is_a_table(folder):
    add(folder, "tickets", TICKETS.splitlines()[0] + "\n")
    assert load_shop(folder).tickets.empty


@pytest.mark.parametrize("given", [str, lambda path: path])
def test_select_takes_a_folder_as_text_or_path(folder, given):
    assert select_shop(given(folder)).id == "own"


def test_a_folder_is_relative_to_the_working_directory(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert load_shop("茶铺").name == load_shop("./茶铺").name == "小满茶铺"


def test_a_shipped_name_counts_before_a_folder_of_that_name(folder, monkeypatch):
    folder.rename(folder.parent / "heting")
    monkeypatch.chdir(folder.parent)
    assert load_shop("heting").id == "heting"
    assert load_shop("./heting").id == "own"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"找不到店铺文件夹 .*nowhere[\s\S]*提示："):
        load_shop(str(tmp_path / "nowhere"))


def fail(folder) -> str:
    with pytest.raises(DataError) as caught:
        load_folder(folder)
    message = str(caught.value)
    assert message.splitlines()[-1].startswith("提示：")
    assert message.count("提示：") == 1
    return message


def test_a_folder_that_is_no_shop_is_named(folder):
    (folder / "shop.json").unlink()
    assert "没有 shop.json" in fail(folder)


def test_a_shop_without_orders_is_named(folder):
    (folder / "orders.csv").unlink()
    assert "没有 orders.csv" in fail(folder)
    add(folder, "orders", ORDERS.splitlines()[0] + "\n")
    assert "一张订单也没有" in fail(folder)


@pytest.mark.parametrize("text", ['{"format": 2}', "[]", "{}", '{"format": true}', "3"])
def test_a_format_of_another_version_is_named(folder, text):
    (folder / "shop.json").write_text(text, "utf-8")
    assert "format 应当是 1" in fail(folder)


def test_a_description_cut_off_is_named(folder):
    (folder / "shop.json").write_text('{"format": 1, ', "utf-8")
    assert "文件不完整" in fail(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("currency", "RMB元"),
        ("currency", "cny"),
        ("currency", None),
        ("timezone", "Mars/Base"),
        ("timezone", "../etc"),
        ("timezone", "Asia"),
        ("as_of", "2025-02-30"),
        ("as_of", "20250301"),
        ("as_of", 20250301),
        ("name", " "),
        ("name_en", ["x"]),
    ],
)
def test_a_bad_entry_of_the_description_is_named(folder, key, value):
    (folder / "shop.json").write_text(json.dumps({**SHOP, key: value}), "utf-8")
    message = fail(folder)
    assert f"shop.json 的 {key} 应当是" in message
    assert ("没有这一项" if value is None else repr(value)) in message


@pytest.mark.parametrize(
    ("table", "text", "says"),
    [
        ("orders", ORDERS.replace("TB-3", "TB-1"), "第 4 行与第 2 行重复：order_id 都是 'TB-1'"),
        (
            "orders",
            ORDERS.replace("cancelled", "closed"),
            "第 3 行的 status 列不能是 'closed'，允许的是：completed、",
        ),
        (
            "orders",
            ORDERS.replace("900,100", "900,-100"),
            "第 4 行的 refund_cny 列不能是 '-100'，允许的是：不小于 0",
        ),
        (
            "orders",
            ORDERS.replace("1200,1200", "1200,-1"),
            "第 2 行的 amount_cny 列不能是 '-1'，允许的是：不小于 0",
        ),
        ("orders", ORDERS.replace("refund_cny", "refund"), "缺少这些列：refund_cny"),
        ("orders", ORDERS.replace("TB-2,K2", "TB-2,"), "第 3 行的 customer_id 列是空的"),
        ("orders", ORDERS.replace("T17:00:00Z", " 17:00"), "第 2 行的 ordered_at 列读不懂"),
        (
            "tickets",
            TICKETS.replace("late_delivery", "迟到"),
            "第 2 行的 type 列不能是 '迟到'，允许的是：late_delivery、",
        ),
        ("tickets", TICKETS.replace("T1,K1", "T1,K9"), "customer_id 是 'K9'，customers 表里没有这个编号"),
        ("tickets", TICKETS.replace("TB-1", "TB-7"), "order_id 是 'TB-7'，orders 表里没有这个编号"),
        ("surveys", SURVEYS.replace(",5,10", ",6,10"), "satisfaction 列不能是 '6'，允许的是：1 到 5"),
        ("surveys", SURVEYS.replace(",5,10", ",5,11"), "recommend 列不能是 '11'，允许的是：0 到 10"),
        ("surveys", SURVEYS.replace("K1", "K7"), "customer_id 是 'K7'，customers 表里没有这个编号"),
        (
            "customers",
            CUSTOMERS.replace("K2", "K4"),
            "第 3 行的 customer_id 是 'K2'，customers 表里没有这个编号",
        ),
        (
            "campaign_sends",
            "campaign_id,customer_id\nM1,K1\nM1,K1\n",
            "第 3 行与第 2 行重复：campaign_id、customer_id",
        ),
    ],
)
def test_what_breaks_the_schema_is_named_by_file_row_and_column(folder, table, text, says):
    message = fail(add(folder, table, text))
    assert says in message
    assert "茶铺/" in message
    assert "ecrm shop" in message.splitlines()[-1]  # not: copy the course's data anew


def test_ids_of_a_table_that_the_shop_does_not_keep_are_not_looked_up(folder):
    head, *rows = ORDERS.splitlines()
    add(folder, "orders", "\n".join([f"{head},product_id", *(f"{row},P{n}" for n, row in enumerate(rows))]))
    assert load_shop(folder).orders["product_id"].tolist() == ["P0", "P1", "P2"]
    add(folder, "products", "product_id,name_zh\nP0,茉莉花茶\n")
    assert "product_id 是 'P1'，products 表里没有" in fail(folder)


def test_only_the_declared_rules_are_relaxed():
    shipped = schemas(descriptor(), "rongyu")
    for table, schema in own_schemas().items():
        for mine, theirs in zip(schema["fields"], shipped[table]["schema"]["fields"], strict=True):
            assert (mine["name"], mine["type"]) == (theirs["name"], theirs["type"])
            closed = theirs.get("constraints", {}).get("enum")
            if closed and mine["name"] not in {"country", "channel", "currency"}:
                assert mine["constraints"]["enum"] == closed
            if mine["name"] not in OPTIONAL[table]:
                needed = theirs.get("constraints", {}).get("required")
                assert mine["constraints"].get("required") == needed
