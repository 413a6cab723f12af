"""Loading a shop's orders: options, several files, privacy, and every form of time and amount."""
# ruff: noqa: PD011  the values of a Parsed are no pandas attribute

from __future__ import annotations

import stat

import openpyxl
import pandas as pd
import pytest

from ecrm_helpers import datasets
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake import load_orders, pseudonyms, read_key
from ecrm_helpers.intake.cells import parse_ids
from ecrm_helpers.intake.columns import heading, is_personal, match_columns
from ecrm_helpers.intake.money import parse_money
from ecrm_helpers.intake.rates import read_rates
from ecrm_helpers.intake.times import parse_times

HEADER = "订单编号,客户编号,下单时间,订单状态,实付款"
ROWS = ("A1,C1,2026-06-01 08:00:00,交易成功,10.00", "A2,C2,2026-06-02 08:00:00,交易成功,20.00")
KEY = b"a key of more than sixteen bytes"


@pytest.fixture
def export(tmp_path):
    def write(*rows: str, header: str = HEADER, name: str = "orders.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return path

    return write


def cells(*values) -> pd.Series:
    return pd.Series(list(values), index=range(2, 2 + len(values)), dtype=object)


# ── the frame ──
def test_columns_and_types_are_the_lessons_own(export):
    path = export(
        "A1,C1,2026-06-01,完成,USD,10,P1,2,2026-06-05,2026-06-04 23:30",
        header=HEADER.replace("实付款", "币种,实付款,商品编号,数量,承诺送达日期,送达时间"),
    )
    orders = load_orders(path).orders
    shipped = datasets.load_shop("rongyu").orders
    assert list(orders.columns) == list(shipped.columns)
    assert orders.dtypes.astype(str).to_dict() == shipped.dtypes.astype(str).to_dict()
    assert orders.loc[0, "delivered_on"] == pd.Timestamp("2026-06-04")


def test_our_own_orders_file_is_read_back_unchanged(tmp_path):
    shop = datasets.load_shop("heting")
    loaded = load_orders(datasets.data_dir() / "heting" / "orders.csv")
    columns = ["order_id", "customer_id", "ordered_at", "status", "amount_cny", "refund_cny"]
    pd.testing.assert_frame_equal(loaded.orders[columns], shop.orders[columns])
    assert "金额以分计" in str(loaded.report)


def test_no_file_and_the_callers_frame_stay_untouched(export):
    path = export(*ROWS)
    before = path.read_bytes()
    rates = pd.DataFrame({"valid_from": ["2026-01-01"], "currency": ["USD"], "cny_per_unit": [7.2]})
    copy = rates.copy(deep=True)
    load_orders(path, rates=rates)
    assert path.read_bytes() == before
    pd.testing.assert_frame_equal(rates, copy)


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ({"grain": "lines"}, "grain"),
        ({"bad_rows": "skip"}, "bad_rows"),
        ({"timezone": "Peking"}, "时区"),
        ({"currency": "$"}, "币种"),
        ({"decimal": ";"}, "decimal"),
        ({"statuses": {"完成": "done"}}, "statuses"),
        ({"mapping": {"money": "实付款"}}, "mapping"),
        ({"mapping": {"amount": "实付"}}, "是不是“实付款”"),
        ({"keep_personal": ["手机"]}, "keep_personal"),
        ({"key": b"short"}, "key"),
        ({"mapping": {"refund": "实付款", "amount": "实付款"}}, "两次"),
    ],
)
def test_wrong_options_are_explained(export, option, word):
    with pytest.raises(SettingsError, match=word) as caught:
        load_orders(export(*ROWS), **option)
    assert "\n提示：" in str(caught.value)


def test_no_path_is_refused():
    with pytest.raises(SettingsError, match="没有给要读的文件"):
        load_orders([])


# ── several files ──
def test_overlapping_files_are_put_together(export):
    first, second = export(*ROWS, name="a.csv"), export(ROWS[1], "A3,C1,2026-07-01,交易成功,1", name="b.csv")
    loaded = load_orders([first, second])
    assert loaded.orders["order_id"].tolist() == ["A1", "A2", "A3"]
    assert loaded.report.files == ("a.csv", "b.csv")
    assert "删去完全相同的重复行：1 处（b.csv 第 2 行）" in str(loaded.report)


def test_an_order_that_changed_between_files_names_both(export):
    second = export(ROWS[0].replace("交易成功", "交易关闭"), name="b.csv")
    with pytest.raises(DataError, match=r"订单 A1 在a\.csv 第 2 行和b\.csv 第 2 行"):
        load_orders([export(*ROWS, name="a.csv"), second])


def test_a_bad_row_names_its_own_file(export):
    second = export("A9,C1,2026-07-01,交易成功,x", name="b.csv")
    with pytest.raises(DataError, match=r"b\.csv 第 2 行“实付款”列是“x”"):
        load_orders([export(*ROWS, name="a.csv"), second])


def test_files_with_other_columns_are_refused(export):
    other = export("A9,C1,2026-07-01,1", header="订单编号,客户编号,下单时间,实付款", name="b.csv")
    with pytest.raises(DataError, match="列不同"):
        load_orders([export(*ROWS, name="a.csv"), other])


def test_a_spoilt_product_id_is_left_empty_and_counted(export):
    loaded = load_orders(export("A1,C1,2026-06-01,完成,1,6.01E+11", header=HEADER + ",商品ID"))
    assert loaded.orders["product_id"].isna().all()
    assert "商品编号被 Excel 改坏（科学计数法、日期或错误值），留空：1 处（第 2 行）" in str(loaded.report)


# ── grain ──
def test_order_grain_on_request_refuses_repeated_ids(export):
    rows = ("A1,C1,2026-06-01,P1,10", "A1,C1,2026-06-01,P2,10")
    path = export(*rows, header="订单编号,客户编号,下单时间,商品编号,实付款")
    assert load_orders(path).orders["amount"].tolist() == [1000]  # 实付款 is the order's, on every line
    assert load_orders(path, mapping={"line_amount": "实付款"}).orders["amount"].tolist() == [2000]
    with pytest.raises(DataError, match="分不清哪一行是对的"):
        load_orders(path, grain="order")


def test_lines_of_two_customers_are_refused(export):
    rows = ("A1,C1,2026-06-01,P1,10", "A1,C2,2026-06-01,P2,10")
    with pytest.raises(DataError, match="“客户编号”在第 2 行和第 3 行不一样"):
        load_orders(export(*rows, header="订单编号,客户编号,下单时间,商品编号,商品金额"))


def test_a_bad_line_takes_its_whole_order_along(export):
    rows = ("A1,C1,2026-06-01,P1,10", "A1,C1,2026-06-01,P2,x", "A2,C1,2026-06-02,P1,5")
    path = export(*rows, header="订单编号,客户编号,下单时间,商品编号,商品金额")
    assert load_orders(path, bad_rows="drop").orders["order_id"].tolist() == ["A2"]


def test_identical_lines_are_kept_once_when_asked(export):
    rows = ("A1,C1,2026-06-01,P1,10", "A1,C1,2026-06-01,P1,10", "A2,C1,2026-06-02,P1,5")
    path = export(*rows, header="订单编号,客户编号,下单时间,商品编号,商品金额")
    with pytest.raises(DataError, match="第 2 行和第 3 行完全相同"):
        load_orders(path)
    loaded = load_orders(path, bad_rows="drop")
    assert loaded.orders["amount"].tolist() == [1000, 500]
    assert "删去完全相同的重复行：1 处（第 3 行）" in str(loaded.report)


def test_nothing_left_is_an_error(export):
    with pytest.raises(DataError, match="没有一行可用"):
        load_orders(export("A1,C1,x,交易成功,10"), bad_rows="drop")


# ── privacy ──
PERSONAL = "订单编号,买家会员名,收货人姓名,手机,下单时间,实付款"
PEOPLE = ("A1,小鱼,王芳,13800000001,2026-06-01,10", "A2,阿山,李强,13800000002,2026-06-02,20")


def test_codes_without_a_key_come_from_the_file_itself(export, tmp_path):
    path = export(*PEOPLE, header=PERSONAL)
    first, again = load_orders(path).orders, load_orders(path).orders
    assert first["customer_id"].str.fullmatch("K[0-9a-f]{12}").all()
    pd.testing.assert_frame_equal(first, again)
    other = load_orders(export(*PEOPLE, "A3,小鱼,王芳,1,2026-06-03,1", header=PERSONAL)).orders
    assert set(other["customer_id"]).isdisjoint(first["customer_id"])


def test_codes_with_a_key_agree_across_files(export):
    first = load_orders(export(*PEOPLE, header=PERSONAL), key=KEY).orders["customer_id"]
    second = load_orders(export(PEOPLE[0], header=PERSONAL, name="b.csv"), key=KEY).orders["customer_id"]
    assert first.iloc[0] == second.iloc[0] == pseudonyms(pd.Series(["小鱼"]), KEY).iloc[0]
    plain = load_orders(export(*ROWS), key=KEY)
    assert plain.orders["customer_id"].tolist() == pseudonyms(pd.Series(["C1", "C2"]), KEY).tolist()
    assert "“客户编号”换成代号" in str(plain.report)


def test_ids_that_are_not_personal_stay_without_a_key(export):
    assert load_orders(export(*ROWS)).orders["customer_id"].tolist() == ["C1", "C2"]


def test_personal_columns_are_kept_only_when_asked(export):
    path = export(*PEOPLE, header=PERSONAL)
    loaded = load_orders(path, keep_personal=["收货人姓名", "买家会员名"])
    assert loaded.orders["收货人姓名"].tolist() == ["王芳", "李强"]
    assert loaded.orders["customer_id"].tolist() == ["小鱼", "阿山"]
    assert loaded.report.personal == ("手机",)
    assert not set(load_orders(path).orders.columns) & {"收货人姓名", "手机", "买家会员名"}


@pytest.mark.parametrize(
    "ids", [["a@b.cn", "c@d.cn"], ["13800000001", "+86 139 0000 0002"], ["王芳", "欧阳小山"]]
)
def test_a_column_that_holds_contacts_is_personal_whatever_its_header(export, ids):
    rows = [f"A{number},{name},2026-06-01,交易成功,1" for number, name in enumerate(ids)]
    assert load_orders(export(*rows)).orders["customer_id"].str.startswith("K").all()


@pytest.mark.parametrize("cell", ["", "1.38E+10"])
def test_an_error_never_shows_a_personal_cell(export, cell):
    rows = (f"A1,{cell},王芳,13800000001,2026-06-01,10", PEOPLE[1])
    with pytest.raises(DataError) as caught:
        load_orders(export(*rows, header=PERSONAL))
    assert "买家会员名" in str(caught.value)
    assert not any(text in str(caught.value) for text in ("1.38E", "王芳", "1380000"))


def test_key_file_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "shop.key"
    key = read_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path) == key
    assert len(key) == 64
    path.write_text("short")
    with pytest.raises(DataError, match="不到 16 个字节"):
        read_key(path)
    with pytest.raises(DataError, match="打不开也建不了"):
        read_key(tmp_path / "none" / "shop.key")


# ── headers ──
@pytest.mark.parametrize(
    "header",
    ["订单金额（元）", " 订单金额 ", "订单金额*", "Order Amount", "ORDER_AMOUNT", "ｏｒｄｅｒ amount"],
)
def test_headers_are_found_however_they_are_written(header):
    found = match_columns(["订单号", "客户编号", "下单时间", header])
    assert found.columns["amount"] == header


@pytest.mark.parametrize(
    "header",
    [
        "收货人姓名",
        "收货地址",
        "联系手机",
        "买家留言",
        "买家支付宝账号",
        "身份证号",
        "Name",
        "Buyer Name",
        "Shipping Zip",
        "Billing Phone",
        "Email",
        "Notes",
        "Zip code",
        "Recipient",
        "旺旺",
        "Contact",
    ],
)
def test_personal_headers(header):
    assert is_personal(header)


@pytest.mark.parametrize(
    "header",
    [
        "商品名称",
        "店铺名称",
        "Product Name",
        "Lineitem name",
        "Shipping",
        "Shipping Method",
        "收货国家",
        "City",
        "订单编号",
    ],
)
def test_headers_that_are_not_personal(header):
    assert not is_personal(header)


def test_name_is_a_person_unless_the_export_is_shopifys():
    shopify = ["Name", "Email", "Financial Status", "Lineitem name", "Created at", "Total"]
    assert match_columns(shopify).columns["order_id"] == "Name"
    with pytest.raises(DataError, match="缺少订单编号列"):
        match_columns(["Name", "Email", "Created at", "Total"])


def test_mapping_none_leaves_a_column_out(export):
    rows = ("A1,C1,2026-06-01,谁知道,10",)
    loaded = load_orders(export(*rows), mapping={"status": None})
    assert loaded.orders["status"].tolist() == ["completed"]
    assert heading("订单状态") in map(heading, loaded.report.ignored)


# ── cells ──
TIMES = {
    "2026-07-01 13:05:09": "2026-07-01T05:05:09",
    "2026/7/1 13:05": "2026-07-01T05:05:00",
    "2026.7.1": "2026-06-30T16:00:00",
    "2026年7月1日": "2026-06-30T16:00:00",
    "2026年7月1日 13时05分": "2026-07-01T05:05:00",
    "2026年7月1日 下午1:05": "2026-07-01T05:05:00",
    "2026-07-01T13:05:00Z": "2026-07-01T13:05:00",
    "2026-07-01 13:05:00 +0800": "2026-07-01T05:05:00",
    "2026-07-01T13:05:00.123-05:00": "2026-07-01T18:05:00",
    "2026-07-01 13:05:00 UTC": "2026-07-01T13:05:00",
    "20260701": "2026-06-30T16:00:00",
    "20260701130509": "2026-07-01T05:05:09",
    "Jul 1, 2026": "2026-06-30T16:00:00",
    "1 July 2026 1:05 PM": "2026-07-01T05:05:00",
    "Wed, 01-Jul-2026 12:00 am": "2026-06-30T16:00:00",
    "２０２６－０７－０１": "2026-06-30T16:00:00",
    "46204": "2026-06-30T16:00:00",
    "12/12/2026": "2026-12-11T16:00:00",
    "\t2026-07-01": "2026-06-30T16:00:00",
}


@pytest.mark.parametrize(("text", "utc"), TIMES.items())
def test_times(text, utc):
    assert parse_times(cells(text)).values.astype("datetime64[s]").astype(str).tolist() == [utc]


@pytest.mark.parametrize(
    "text",
    [
        "昨天",
        "2026-02-30",
        "2026-13-01",
        "7/1/26",
        "2026-07-01 25:00",
        "2026-07-01 CST",
        "1751346300",
        "0",
        "-",
        "2026-07",
        "2026-07-01 13:05 garbage",
        "1989-12-31",
        "2101-01-01",
        "#N/A",
    ],
)
def test_unreadable_times_have_a_reason(text):
    parsed = parse_times(cells(text))
    assert parsed.reasons[0]
    assert pd.isna(parsed.values[0])


def test_day_first_is_obeyed_and_checked():
    read = [
        parse_times(cells("01/07/2026"), day_first=first, timezone="UTC").values[0] for first in (True, False)
    ]
    assert [str(at)[:10] for at in read] == ["2026-07-01", "2026-01-07"]
    with pytest.raises(DataError, match="day_first=False"):
        parse_times(cells("13/07/2026"), day_first=False)


AMOUNTS = {
    "1,234.50": (123450, None),
    "¥1,234.50": (123450, "CNY"),
    "￥１，２３４．５０": (123450, "CNY"),
    "12.3元": (1230, "CNY"),
    "US $12.34": (1234, "USD"),
    "USD 12.34": (1234, "USD"),
    "12.34 EUR": (1234, "EUR"),
    "€12.34": (1234, "EUR"),
    "HK$ 5": (500, "HKD"),
    "R$ 5,000.5": (500050, "BRL"),
    "+7": (700, None),
    "1'234.50": (123450, None),
    ".5": (50, None),
    "0.005": (0, None),
    "0.015": (2, None),
    "0.025": (2, None),
    "人民币12": (1200, "CNY"),
    "12.5 руб.": (1250, "RUB"),
    0.1 + 0.2: (30, None),
    1e15: None,
    12: (1200, None),
}


@pytest.mark.parametrize(("cell", "expected"), AMOUNTS.items())
def test_amounts(cell, expected):
    money = parse_money(cells(cell), decimal=".")
    if expected is None:
        assert money.reasons[0]
        return
    assert (money.units(2).values[0], money.signs[0], money.reasons[0]) == (*expected, None)


@pytest.mark.parametrize(
    "text",
    [
        "一百",
        "-5",
        "5-",
        "(5.00)",
        "¥-5",
        "−5",
        "1,23,456",
        "1.2.3",
        "12 34a",
        "nan",
        "inf",
        "1e5",
        "CNY",
        "10 USD EUR",
        "#REF!",
    ],
)
def test_what_is_no_amount_has_a_reason(text):
    assert parse_money(cells(text), decimal=".").reasons[0]


def test_european_amounts_need_proof():
    assert parse_money(cells("1.234,5", "1.000")).units(2).values.tolist() == [123450, 100000]
    assert parse_money(cells("1.234"), decimal=",").units(2).values.tolist() == [123400]


def test_ids_keep_what_matters():
    found = parse_ids(cells("007", '="0012"', "'0013", "\t0014 ", 15.0, "A-1"))
    assert found.values.tolist() == ["007", "0012", "0013", "0014", "15", "A-1"]
    assert found.flags["stripped"].tolist() == [False, True, True, True, False, False]


# ── currencies ──
def test_base_currency_other_than_cny(export):
    rates = pd.DataFrame(
        {"valid_from": ["2026-01-01"] * 2, "currency": ["USD", "EUR"], "cny_per_unit": ["7.2", "8.1"]}
    )
    path = export(
        "A1,C1,2026-06-01,完成,€8.00", "A2,C1,2026-06-01,完成,US$1.00", "A3,C1,2026-06-01,完成,¥7.20"
    )
    loaded = load_orders(path, rates=rates, currency="USD")
    assert loaded.orders["amount_cny"].tolist() == [900, 100, 100]
    assert loaded.currency == "USD"


def test_bare_dollar_with_an_answer(export):
    path = export("A1,C1,2026-06-01,完成,$12.34")
    assert load_orders(path, currency="AUD").orders["currency"].tolist() == ["AUD"]
    with_column = export("A1,C1,2026-06-01,完成,$12.34,CAD", header=HEADER + ",币种")
    assert load_orders(with_column).orders["currency"].tolist() == ["CAD"]


def test_sign_and_currency_column_must_agree(export):
    path = export("A1,C1,2026-06-01,完成,€12.34,USD", header=HEADER + ",币种")
    with pytest.raises(DataError, match=r"第 2 行“实付款”列是“€12\.34”，货币符号和币种不一致"):
        load_orders(path)


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"valid_from": ["2026-01-01"], "currency": ["USD"]}, "缺少列：cny_per_unit"),
        ({"valid_from": ["x"], "currency": ["USD"], "cny_per_unit": [7]}, "第 2 行"),
        ({"valid_from": ["2026-01-01"], "currency": ["USD"], "cny_per_unit": [-7]}, "大于 0"),
        ({"valid_from": ["2026-01-01"] * 2, "currency": ["USD"] * 2, "cny_per_unit": [7, 8]}, "另一个汇率"),
    ],
)
def test_rate_tables_are_checked(table, word):
    with pytest.raises(DataError, match=word):
        read_rates(pd.DataFrame(table))


def test_the_shipped_rates_are_read():
    rates = read_rates(datasets.data_dir() / "rongyu" / "rates.csv")
    assert {"USD", "BRL", "CNY"} <= set(rates.values)


# ── report ──
def test_report_says_what_was_read(export):
    report = load_orders(export(*ROWS)).report
    text = str(report)
    assert "orders.csv（UTF-8）" in text
    assert "2 行 → 2 笔订单，2 位客户，2026-06-01 至 2026-06-02，币种 CNY" in text
    assert report._repr_html_().startswith("<table>")


def test_report_escapes_what_a_file_says(export):
    header = HEADER + ",<script>alert(1)</script>"
    report = load_orders(export("A1,C1,2026-06-01,完成,1,x", header=header)).report
    assert "<script>" not in report._repr_html_()


def test_dates_of_a_workbook_are_the_shops_wall_clock(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["007", "C1", pd.Timestamp("2026-07-01 00:30").to_pydatetime(), "完成", 12.5])
    path = tmp_path / "orders.xlsx"
    book.save(path)
    orders = load_orders(path, timezone="America/Sao_Paulo").orders
    assert str(orders.loc[0, "ordered_at"]) == "2026-07-01 03:30:00+00:00"
    assert orders.loc[0, "order_id"] == "007"


@pytest.mark.parametrize(("currency", "amount"), [("CNY", 123_400), ("USD", 123_400), ("JPY", 1_234)])
def test_our_own_amounts_stay_hundredths_in_every_currency(tmp_path, currency, amount):
    file = tmp_path / "own.csv"
    file.write_text(
        "order_id,customer_id,ordered_at,amount_cny,refund_cny,status\n"
        "1,A7,2026-06-01T00:00:00Z,123400,5000,partly_refunded\n",
        "utf-8",
    )
    orders = load_orders(file, currency=currency).orders
    assert orders[["amount", "amount_cny", "refund_cny"]].to_numpy().tolist() == [[amount, 123_400, 5_000]]
