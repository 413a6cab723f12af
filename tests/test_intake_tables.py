"""A teacher's own customers, tickets, surveys …: headers and words of real exports, every bad cell named."""

from __future__ import annotations

import pandas as pd
import pytest

from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.datasets.reading import empty_tables
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake.privacy import pseudonyms
from ecrm_helpers.intake.table_columns import NUMBERED, TABLES, codes_of, table_aliases
from ecrm_helpers.intake.tables import load_table

TICKETS = (
    "投诉编号,买家昵称,订单号,创建时间,类型,渠道,处理时长（小时）,处理结果,联系电话\n"
    "A1,春风,TB1,2026/6/30 23:30,物流延误,旺旺,2.5,补发,13800000000\n"
    "A2,小满,TB2,2026-07-01 08:00:00,破损,电话,48,部分退款,13900000000\n"
)
SURVEYS = "客户编号,订单号,填写时间,满意度,推荐意愿(NPS)\nC1,TB1,2026-07-01,5,10\nC2,TB2,2026-07-02,1,0\n"
KEY = b"sixteen bytes at least"


@pytest.fixture
def write(tmp_path):
    def make(text: str, name: str = "表.csv", encoding: str = "utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


def fail(path, table, **options) -> str:
    with pytest.raises(DataError) as caught:
        load_table(path, table, **options)
    message = str(caught.value)
    assert message.splitlines()[-1].startswith("提示：")
    return message


def test_tickets_of_a_service_desk_become_ours(write):
    loaded = load_table(write(TICKETS), "tickets")
    frame = loaded.frame
    assert frame["ticket_id"].tolist() == ["A1", "A2"]
    assert frame["type"].tolist() == ["late_delivery", "damaged"]
    assert frame["outcome"].tolist() == ["replaced", "partly_refunded"]
    assert frame["handling_hours"].tolist() == [2.5, 48.0]
    assert frame["opened_at"].tolist()[0] == pd.Timestamp("2026-06-30T15:30:00Z")
    assert frame["channel"].tolist() == ["旺旺", "电话"]  # an open word stays as it is


def test_a_table_has_the_columns_and_types_of_the_shipped_one(write):
    frame = load_table(write(TICKETS), "tickets").frame
    empty = empty_tables(own_schemas())["tickets"]
    assert frame.dtypes.to_dict() == empty.dtypes.to_dict()


def test_personal_columns_are_not_read_and_a_personal_id_becomes_a_code(write):
    loaded = load_table(write(TICKETS), "tickets")
    assert not loaded.frame.astype(str).isin(["春风", "13800000000"]).any().any()
    assert loaded.frame["customer_id"].str.fullmatch("K[0-9a-f]{12}").all()
    assert loaded.personal_ids
    assert loaded.report.personal == ("联系电话",)
    assert "工单编号 ← 投诉编号，客户编号 ← 买家昵称" in str(loaded.report)
    assert "客户编号列是个人信息，换成了代号：2 处" in str(loaded.report)


def test_phone_numbers_are_personal_whatever_their_header_says(write):
    loaded = load_table(write(SURVEYS.replace("C1", "13800000000").replace("C2", "13900000000")), "surveys")
    assert loaded.personal_ids
    assert loaded.frame["customer_id"].str.startswith("K").all()


def test_ids_are_kept_when_not_personal_or_when_asked_for(write):
    assert load_table(write(SURVEYS), "surveys").frame["customer_id"].tolist() == ["C1", "C2"]
    kept = load_table(write(TICKETS), "tickets", keep_personal=["买家昵称"])
    assert kept.frame["customer_id"].tolist() == ["春风", "小满"]


def test_a_key_gives_the_codes_it_gives_for_orders(write):
    codes = load_table(write(SURVEYS), "surveys", key=KEY).frame["customer_id"]
    assert codes.tolist() == pseudonyms(pd.Series(["C1", "C2"]), KEY).tolist()


@pytest.mark.parametrize(
    ("encoding", "name"), [("gb18030", "a.csv"), ("utf-8-sig", "b.csv"), ("utf-16", "c.csv")]
)
def test_encodings_are_those_of_orders(write, encoding, name):
    assert load_table(write(TICKETS, name, encoding), "tickets").frame["type"].tolist()[0] == "late_delivery"


def test_a_workbook_is_read(tmp_path):
    path = tmp_path / "问卷.xlsx"
    data = {
        "客户编号": ["001", "002"],
        "评价时间": pd.to_datetime(["2026-07-01 09:00", "2026-07-02 00:00"]),
        "评分": [5, 4],
    }
    pytest.importorskip("openpyxl", reason="writes the workbook")
    pd.DataFrame(data).to_excel(path, index=False)
    frame = load_table(path, "surveys").frame
    assert frame["customer_id"].tolist() == ["001", "002"]
    assert frame["satisfaction"].tolist() == [5, 4]
    assert frame["answered_on"].dt.date.astype(str).tolist() == ["2026-07-01", "2026-07-02"]
    assert frame["recommend"].isna().all()


def test_rows_without_ids_of_their_own_are_numbered_and_that_is_said(write):
    loaded = load_table(write(SURVEYS), "surveys")
    assert loaded.frame["survey_id"].tolist() == ["S00001", "S00002"]
    assert "没有编号列，按行编号：2 处" in str(loaded.report)


def test_english_headers_and_a_mapping(write):
    text = "Case,Member ID,Opened at,Reason\n7,m1,2026-07-01 10:00:00,Defective\n"
    frame = load_table(write(text), "tickets", mapping={"ticket_id": "Case"}).frame
    assert frame.loc[0, ["ticket_id", "customer_id", "type"]].tolist() == ["7", "m1", "quality"]
    assert frame["handling_hours"].isna().all()


def test_a_mapping_goes_before_an_alias_and_can_leave_a_column_out(write):
    loaded = load_table(write(SURVEYS), "surveys", mapping={"recommend": None})
    assert loaded.frame["recommend"].isna().all()
    assert "推荐意愿(NPS)" in loaded.report.ignored


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1,5,10", "1,6,10", "第 2 行“满意度”列是“6”，应在允许的范围里：1 到 5"),
        ("2,1,0", "2,0,0", "第 3 行“满意度”列是“0”，应在允许的范围里：1 到 5"),
        ("1,5,10", "1,5,11", "第 2 行“推荐意愿(NPS)”列是“11”，应在允许的范围里：0 到 10"),
        ("1,5,10", "1,4.5,10", "第 2 行“满意度”列是“4.5”，应是整数"),
        ("1,5,10", "1,好,10", "第 2 行“满意度”列是“好”，应是整数"),
        ("1,5,10", "1,,10", "第 2 行“满意度”列不能空着"),
        ("2026-07-02", "改天", "第 3 行“填写时间”列是“改天”，应是日期"),
        ("C1,", ",", "第 2 行“客户编号”列不能空着"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_row_and_column(write, *, old, new, says):
    assert old in SURVEYS
    path = write(SURVEYS.replace(old, new, 1))
    assert f"表.csv {says}" in fail(path, "surveys")


def test_bad_rows_can_be_left_out_and_are_counted(write):
    loaded = load_table(write(SURVEYS.replace("1,5,10", "1,6,10")), "surveys", bad_rows="drop")
    assert loaded.frame["customer_id"].tolist() == ["C2"]
    assert "略去不能用的行：1 处（第 2 行）" in str(loaded.report)


def test_nothing_left_is_an_error(write):
    path = write("客户编号,填写时间,满意度\nC1,2026-07-01,9\n")
    assert "没有一行能用" in fail(path, "surveys", bad_rows="drop")


def test_an_unknown_word_is_refused_with_the_list_of_known_ones(write):
    message = fail(write(TICKETS.replace("破损", "少件")), "tickets")
    assert "第 3 行“类型”列是“少件”，只能是：送达太迟（late_delivery）、到货破损（damaged）" in message


def test_words_of_ones_own_are_given_a_code(write):
    path = write(TICKETS.replace("破损", "少件"))
    frame = load_table(path, "tickets", words={"type": {"少件": "wrong_item"}}).frame
    assert frame["type"].tolist() == ["late_delivery", "wrong_item"]


@pytest.mark.parametrize(
    ("table", "options", "says"),
    [
        ("orders", {}, "订单用 load_orders 读"),
        ("nothing", {}, "可以读的表：customers、"),
        (None, {}, "不认识的表"),
        ("surveys", {"bad_rows": "skip"}, "refuse"),
        ("tickets", {"words": {"color": {"红": "red"}}}, "'color' 不是这张表里"),
        ("tickets", {"words": {"type": {"红": "red"}}}, "没有这个代码"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(write, table, options, says):
    with pytest.raises(SettingsError, match=says):
        load_table(write(TICKETS), table, **options)


def test_a_missing_column_is_named(write):
    assert "satisfaction" in fail(write("客户编号,填写时间,喜欢\nC1,2026-07-01,5\n"), "surveys")


def test_a_missing_column_is_named_in_chinese(write):
    text = fail(write("工单号,客户编号,创建时间\n1,007,2026-07-01\n"), "tickets")
    assert "缺少投诉类型列" in text
    assert "提示：投诉类型可以叫 投诉类型、类型" in text


@pytest.mark.parametrize(
    ("header", "cells", "hours"),
    [
        ("处理时长(分钟)", ["90", "30"], [1.5, 0.5]),
        ("处理时长（天）", ["1.5", "2"], [36.0, 48.0]),
        ("处理时长", ["2小时30分", "45分钟"], [2.5, 0.75]),
        ("处理时长", ["26:30:00", "1天2小时"], [26.5, 26.0]),
        ("处理时长", ["0", "-"], [0.0, None]),
        ("Handling Time (min)", ["60", "15"], [1.0, 0.25]),
    ],
)
def test_handling_time_is_read_in_the_unit_that_is_said(write, header, cells, hours):
    rows = "".join(f"A{n},C{n},2026-07-01,破损,{cell}\n" for n, cell in enumerate(cells))
    frame = load_table(write(f"工单号,客户编号,创建时间,类型,{header}\n{rows}"), "tickets").frame
    assert (
        frame["handling_hours"].astype(object).where(frame["handling_hours"].notna(), None).tolist() == hours
    )


@pytest.mark.parametrize("cell", ["很久", "-3", "2小时多", "25:99"])
def test_a_time_taken_that_is_none_is_named(write, cell):
    text = f"工单号,客户编号,创建时间,类型,处理时长\nA1,C1,2026-07-01,破损,{cell}\n"
    assert "第 2 行“处理时长”列" in fail(write(text), "tickets")


def test_handling_time_follows_from_the_closing_time(write):
    text = (
        "工单号,客户编号,创建时间,类型,结案时间\n"
        "A1,C1,2026-07-01 10:00,破损,2026-07-02 12:30\n"
        "A2,C1,2026-07-01 10:00,质量,\n"
    )
    loaded = load_table(write(text), "tickets")
    assert loaded.frame["handling_hours"].fillna(-1).tolist() == [26.5, -1]
    assert "由受理时间和结案时间算出：1 处" in str(loaded.report)
    assert "结案时间早于受理时间" in fail(write(text.replace("2026-07-02 12", "2026-06-02 12")), "tickets")


def test_prices_are_yuan_unless_the_header_says_otherwise(write):
    def price(header, cell):
        return load_table(write(f"商品编号,商品名称,{header}\nP1,茶,{cell}\n"), "products").frame.loc[
            0, "price_cny"
        ]

    assert price("售价", "39.9") == 3990
    assert price("标价(元)", "¥1039.90") == 103990
    assert price("标价（分）", "3990") == price("price_cny", "3990") == 3990


def test_a_price_in_another_currency_is_refused(write):
    assert "应是CNY的金额" in fail(write("商品编号,售价\nP1,US$ 12.00\n"), "products")


def test_customers_are_read_with_consent_and_local_day(write):
    text = (
        "会员编号,姓名,手机,省份,注册时间,来源,接收营销\n"
        "1,王芳,1380,福建,2026-06-30 23:59:00,抖音,是\n"
        "2,李强,1390,,2026-07-01 00:00:00,,否\n"
    )
    loaded = load_table(write(text), "customers")
    frame = loaded.frame
    assert frame["customer_id"].tolist() == ["1", "2"]
    assert frame["joined_on"].dt.date.astype(str).tolist() == ["2026-06-30", "2026-07-01"]
    assert frame["opted_in"].tolist() == [True, False]
    assert frame["country"].isna().tolist() == [False, True]
    assert loaded.report.personal == ("姓名", "手机")


def test_campaigns_and_sends_are_read(write):
    campaigns = load_table(
        write("活动编号,活动名称,发送日期,优惠\nM1,八折,2026-07-01,8折\nM2,九折,2026-07-02,10%\n"),
        "campaigns",
    )
    assert campaigns.frame["discount_percent"].tolist() == [20, 10]
    assert campaigns.frame["cost_per_send"].isna().all()
    sends = load_table(
        write("活动编号,客户编号,是否打开,是否下单,是否退订\nM1,C1,已打开,否,0\nM1,C2,N,Y,1\n"),
        "campaign_sends",
    )
    assert sends.frame[["opened", "ordered", "unsubscribed"]].to_numpy().tolist() == [
        [True, False, False],
        [False, True, True],
    ]


def test_surveys_find_their_customer_by_the_order(write):
    orders = pd.DataFrame({"order_id": ["TB1", "TB2"], "customer_id": ["K1", "K2"]})
    text = "订单号,评价时间,星级\nTB2,2026-07-01,5星\n"
    loaded = load_table(write(text), "surveys", orders=orders)
    assert loaded.frame["customer_id"].tolist() == ["K2"]
    assert "客户编号由订单编号查出：1 处" in str(loaded.report)
    message = fail(write(text.replace("TB2", "TB9")), "surveys", orders=orders)
    assert "第 2 行“订单号”列是“TB9”，订单表里没有这个订单编号" in message


def test_a_row_given_twice_is_counted_and_an_id_given_twice_refused(write):
    line = "A2,小满,TB2,2026-07-01 08:00:00,破损,电话,48,部分退款,13900000000\n"
    loaded = load_table(write(TICKETS + line), "tickets")
    assert len(loaded.frame) == 2
    assert "略去完全相同的重复行：1 处（第 4 行）" in str(loaded.report)
    other = write(TICKETS + line.replace("48", "50"))
    assert "第 4 行与第 3 行的投诉编号相同“A2”" in fail(other, "tickets")
    assert len(load_table(other, "tickets", bad_rows="drop").frame) == 2


def test_equal_answers_without_an_id_are_two_answers(write):
    again = SURVEYS.splitlines()[1] + "\n"
    assert len(load_table(write(SURVEYS + again), "surveys").frame) == 3


def test_a_personal_cell_is_not_shown_in_an_error(write):
    text = TICKETS.replace("A2,小满", "A2,4.29E+15")
    message = fail(write(text), "tickets")
    assert "买家昵称" in message
    assert "4.29E" not in message


@pytest.mark.parametrize("table", TABLES)
def test_every_header_means_one_column_of_its_table(table):
    assert set(empty_tables({table: own_schemas()[table]})[table]) <= set(table_aliases(table))
    for role, names in table_aliases(table).items():
        assert names[0] == role or role == "closed_at"


@pytest.mark.parametrize(
    ("table", "column"), [("tickets", "type"), ("tickets", "outcome"), ("contacts", "topic")]
)
def test_no_word_stands_for_two_codes(table, column):
    fields = {field["name"]: field for field in own_schemas()[table]["fields"]}
    allowed = fields[column]["constraints"]["enum"]
    words = codes_of(column, allowed)
    for code in allowed:
        for word in words:
            alone = codes_of(column, [code])
            assert word not in alone or words[word] == code


def test_numbered_ids_are_those_the_schema_has():
    for table, (column, _) in NUMBERED.items():
        assert own_schemas()[table]["primaryKey"] == column
