"""Loading: parsed types, fresh tables, real data, the data folder; each error in plain Chinese."""

from __future__ import annotations

import importlib.metadata
import shutil

import pandas as pd
import pytest

from ecrm_helpers import datasets
from ecrm_helpers.datasets import courses, descriptor, load_cdnow, load_shop, reading, select_shop
from ecrm_helpers.datasets.reading import data_dir, read_table
from ecrm_helpers.errors import DataError, SettingsError

TABLES = (
    "customers", "orders", "products", "contacts", "tickets", "surveys", "campaigns", "campaign_sends",
    "rates", "countries", "promotions", "holidays",
)  # fmt: skip
FIELDS = [
    {"name": "id", "type": "string", "constraints": {"required": True}},
    {"name": "count", "type": "integer"},
    {"name": "rate", "type": "number"},
    {"name": "day", "type": "date"},
    {"name": "at", "type": "datetime"},
    {"name": "ok", "type": "boolean"},
]
GOOD = "id,count,rate,day,at,ok\n007,3,0.5,2026-06-30,2026-06-30T16:00:05Z,true\n008,4,,,,false\n"


@pytest.fixture
def table(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "demo" / "orders.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    """Copy the data to where a wheel has them, to be damaged."""
    package = tmp_path / "ecrm_helpers"
    shutil.copytree(data_dir(), package / "_data")
    monkeypatch.setattr(reading, "_PACKAGE", package)
    return package / "_data"


def test_shop_has_parsed_types():
    shop = load_shop("rongyu")
    types = shop.orders.dtypes.astype(str).to_dict()
    assert types["ordered_at"] == "datetime64[us, UTC]"
    assert types["promised_on"] == "datetime64[us]"
    assert types["order_id"] == types["status"] == "str"
    assert {types[name] for name in ("amount", "amount_cny", "refund_cny", "quantity")} == {"int64"}
    assert shop.customers["opted_in"].dtype == bool
    assert shop.contacts["order_id"].isna().any()


@pytest.mark.parametrize("name", ["rongyu", "heting"])
def test_shop_has_every_table(name):
    shop = load_shop(name)
    assert all(len(getattr(shop, table)) for table in TABLES)
    assert (shop.id, shop.timezone, shop.currency, shop.owner) == (name, "Asia/Shanghai", "CNY", None)
    assert shop.as_of == pd.Timestamp("2026-07-01")


def test_each_load_gives_tables_of_its_own():
    first = load_shop("heting")
    first.orders["amount_cny"] = 0
    assert load_shop("heting").orders["amount_cny"].min() > 0


def test_a_shop_shows_itself_in_one_line():
    assert "\n" not in repr(load_shop("heting"))


def test_table_is_read_by_its_schema(table):
    result = read_table(table(GOOD), FIELDS)
    assert result["id"].tolist() == ["007", "008"]
    assert result["count"].tolist() == [3, 4]
    assert result["at"][0] == pd.Timestamp("2026-06-30T16:00:05Z")
    assert result.loc[1, ["rate", "day", "at"]].isna().all()
    assert result["ok"].tolist() == [True, False]


def test_byte_order_mark_is_ignored(table):
    assert read_table(table(GOOD.encode("utf-8-sig")), FIELDS)["id"][0] == "007"


@pytest.mark.parametrize(
    ("old", "new", "column", "row", "wanted"),
    [
        ("007,3", "007,三", "count", 2, "整数"),
        ("008,4", "008,4.5", "count", 3, "整数"),
        ("0.5", "一半", "rate", 2, "数字"),
        ("0.5", "1e999", "rate", 2, "数字"),
        ("2026-06-30,", "2026/6/30,", "day", 2, "日期"),
        ("2026-06-30,", "2026-02-30,", "day", 2, "日期"),
        ("T16:00:05Z", " 16:00", "at", 2, "UTC"),
        ("T16:00:05Z", "T16:00:05+08:00", "at", 2, "UTC"),
        ("T16:00:05Z", "T16:00:05", "at", 2, "UTC"),
        ("false", "FALSE?", "ok", 3, "true 或 false"),
    ],
)
def test_unreadable_value_is_named_by_row_and_column(table, *, old, new, column, row, wanted):
    with pytest.raises(DataError) as caught:
        read_table(table(GOOD.replace(old, new)), FIELDS)
    message = str(caught.value)
    assert message.splitlines()[-1].startswith("提示：")
    assert "demo/orders.csv" in message
    assert f"第 {row} 行的 {column} 列读不懂：应当是{wanted}" in message.replace("是 ", "是")


@pytest.mark.parametrize(
    ("old", "new", "column", "row"), [("007", "", "id", 2), (",4,", ",,", "count", 3), ("false", "", "ok", 3)]
)
def test_empty_value_is_named_by_row_and_column(table, old, new, column, row):
    with pytest.raises(DataError, match=f"第 {row} 行的 {column} 列是空的"):
        read_table(table(GOOD.replace(old, new)), FIELDS)


LIMITED = [
    {"name": "id", "type": "string", "constraints": {"unique": True, "pattern": "O[0-9]{3}"}},
    {"name": "status", "type": "string", "constraints": {"enum": ["completed", "cancelled"]}},
    {"name": "score", "type": "integer", "constraints": {"minimum": 1, "maximum": 5}},
    {"name": "hours", "type": "number", "constraints": {"minimum": 0}},
    {"name": "day", "type": "date", "constraints": {"minimum": "2024-07-01", "maximum": "2026-06-30"}},
]
ALLOWED = "id,status,score,hours,day\nO001,completed,1,0,2024-07-01\nO002,,5,0.5,2026-06-30\nO003,,3,,\n"


def test_limits_include_their_ends_and_pass_over_what_is_missing(table):
    assert len(read_table(table(ALLOWED), LIMITED)) == 3


@pytest.mark.parametrize(
    ("old", "new", "column", "row", "allowed"),
    [
        ("O002", "O2", "id", 3, "样式 O[0-9]{3}"),
        ("O002", "O0021", "id", 3, "样式 O[0-9]{3}"),
        ("completed", "done", "status", 2, "completed、cancelled"),
        ("completed,1", "completed,0", "score", 2, "1 到 5"),
        (",5,0.5", ",6,0.5", "score", 3, "1 到 5"),
        ("0.5", "-0.5", "hours", 3, "不小于 0"),
        ("2024-07-01", "2024-06-30", "day", 2, "2024-07-01 到 2026-06-30"),
        ("2026-06-30", "2026-07-01", "day", 3, "2024-07-01 到 2026-06-30"),
    ],
)
def test_value_that_is_not_allowed_is_named_with_what_is(table, *, old, new, column, row, allowed):
    with pytest.raises(DataError) as caught:
        read_table(table(ALLOWED.replace(old, new)), LIMITED)
    message = str(caught.value)
    assert f"demo/orders.csv 第 {row} 行的 {column} 列不能是 " in message
    assert f"允许的是：{allowed}。" in message
    assert message.splitlines()[-1].startswith("提示：")


def test_an_id_given_twice_is_named_with_both_rows(table):
    with pytest.raises(DataError, match="第 4 行与第 2 行重复：id 都是 'O001'"):
        read_table(table(ALLOWED.replace("O003", "O001")), LIMITED)


def test_a_row_is_known_by_all_columns_of_its_key(table):
    again = table(ALLOWED.replace("O003,,3", "O003,,5"))
    assert len(read_table(again, LIMITED, primary_key=["id", "score"])) == 3
    fields = [{**field, "constraints": {}} for field in LIMITED]
    again = table(ALLOWED.replace("O003,,3", "O002,,5"))
    with pytest.raises(DataError, match="第 4 行与第 3 行重复：id、score 都是 'O002'、'5'"):
        read_table(again, fields, primary_key=["id", "score"])


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("orders", ",completed,", ",done,", "status 列不能是 'done'，允许的是：completed、"),
        ("surveys", ",2024-", ",2014-", "answered_on 列不能是 '2014-"),
        ("surveys", "S00002,", "S00001,", "第 3 行与第 2 行重复：survey_id 都是 'S00001'"),
    ],
)
def test_a_shipped_table_edited_by_hand_is_noticed(own_data, *, file, old, new, says):
    path = own_data / "heting" / f"{file}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")
    with pytest.raises(DataError, match=says):
        load_shop("heting")


def test_missing_column_is_named(table):
    with pytest.raises(DataError, match="缺少这些列：count、rate"):
        read_table(table("id,day,at,ok\n"), FIELDS)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"找不到数据文件 demo/orders\.csv"):
        read_table(tmp_path / "demo" / "orders.csv", FIELDS)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"),
        (GOOD.replace("0.5", "0,5").encode(), "比第一行（列名）多出几格"),
        (GOOD.replace("008", "008,1").encode(), "第 3 行有 7 格，列名只有 6 个"),
        (GOOD.replace("007", '"007').encode(), "第 2 行有一个引号没有配对"),
        (GOOD.replace("008", '"008').encode(), "第 3 行有一个引号没有配对"),
    ],
)
def test_what_is_not_a_table_is_named_in_chinese(table, content, says):
    with pytest.raises(DataError, match=f"不像一张表：.*{says}"):
        read_table(table(content), FIELDS)


@pytest.mark.parametrize("lines", [0, 1, 3])
def test_a_table_with_rows_lost_or_added_is_named(table, lines):
    header, *rows = GOOD.splitlines(keepends=True)
    whole = table(header + "".join((rows * 2)[:lines]))
    with pytest.raises(DataError, match=f"应当有 2 行数据，读到的是 {lines} 行"):
        read_table(whole, FIELDS, rows=2)


def test_a_shop_cut_off_between_two_lines_is_noticed(own_data):
    orders = own_data / "heting" / "orders.csv"
    orders.write_bytes(b"".join(orders.read_bytes().splitlines(keepends=True)[:1000]))
    with pytest.raises(DataError, match=r"heting/orders\.csv 应当有 7,546 行数据，读到的是 999 行"):
        load_shop("heting")


def test_a_file_that_cannot_be_opened_is_named(own_data):
    (own_data / "heting" / "orders.csv").unlink()
    (own_data / "heting" / "orders.csv").mkdir()  # fails to open for root too, as a lock of Excel does
    with pytest.raises(DataError, match=r"打不开数据文件 heting/orders\.csv[\s\S]*提示："):
        load_shop("heting")


@pytest.mark.parametrize(("name", "read"), [("datapackage.json", descriptor), ("courses.json", courses)])
@pytest.mark.parametrize("content", [b'{"as_of": ', '{"name": "榕屿"}'.encode("gbk"), None])
def test_a_damaged_description_is_named(own_data, monkeypatch, *, name, read, content):
    monkeypatch.setattr(reading, "data_dir", lambda: own_data)
    (own_data / name).unlink()
    if content is not None:
        (own_data / name).write_bytes(content)
    said = "找不到数据文件" if content is None else "文件不完整"
    with pytest.raises(DataError, match=f"{said}[\\s\\S]*提示："):
        read()


def test_excel_encoding_is_explained(table):
    with pytest.raises(DataError, match="UTF-8"):
        read_table(table(GOOD.replace("007", "编号").encode("gbk")), FIELDS)


def test_unknown_shop_lists_the_known_ones():
    with pytest.raises(SettingsError, match="rongyu、heting、cdnow"):
        load_shop("rongyv")


@pytest.mark.parametrize("name", [None, 7, ["rongyu"], "Rongyu"])
def test_what_is_no_name_of_a_shop_is_explained(name):
    with pytest.raises(SettingsError, match=r"没有名叫.*的店铺数据"):
        load_shop(name)


def test_every_name_the_error_lists_can_be_loaded():
    assert load_shop("cdnow").id == "cdnow"


def test_select_takes_a_name_or_a_shop():
    shop = load_shop("heting")
    assert select_shop(shop) is shop
    assert select_shop("heting").id == "heting"
    assert select_shop("cdnow").id == "cdnow"
    with pytest.raises(SettingsError, match="DataFrame"):
        select_shop(shop.orders)


def test_data_folder_of_a_wheel_is_preferred(own_data):
    assert data_dir() == own_data
    assert len(load_shop("heting").customers) == 2000


def test_missing_data_folder_is_explained(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_PACKAGE", tmp_path / "ecrm_helpers")
    with pytest.raises(DataError, match=r"找不到课程数据[\s\S]*提示："):
        load_shop("rongyu")


def test_cdnow_has_its_published_size_and_totals():
    # Fader and Hardie (2001): 69,659 transactions of 23,570 customers, January 1997 to June 1998.
    shop = load_cdnow()
    assert (len(shop.orders), len(shop.customers)) == (69_659, 23_570)
    assert shop.orders["ordered_at"].min() == pd.Timestamp("1997-01-01", tz="UTC")
    assert shop.orders["ordered_at"].max() == pd.Timestamp("1998-06-30", tz="UTC")
    assert shop.orders["amount_cny"].sum() == 250_031_563  # US cents: $2,500,315.63
    assert (shop.currency, shop.as_of) == ("USD", pd.Timestamp("1998-07-01"))
    assert shop.orders["order_id"].is_unique


def test_cdnow_leaves_the_other_tables_empty_with_their_columns():
    shop = load_cdnow()
    assert list(shop.surveys) == list(load_shop("heting").surveys)
    assert all(getattr(shop, table).empty for table in TABLES if table not in {"customers", "orders"})


@pytest.mark.parametrize("found", [None, []])
def test_missing_cdnow_says_how_to_install_it(monkeypatch, found):
    def files(name):
        if found is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(importlib.metadata, "files", files)
    with pytest.raises(DataError, match=r"pip install lifetimes==0\.11\.3"):
        load_cdnow()


def test_public_names_are_complete():
    assert set(datasets.__all__) >= {"Shop", "data_dir", "load_cdnow", "load_shop", "my_shop", "select_shop"}
