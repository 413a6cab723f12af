"""Exports as platforms, Excel and careless hands leave them: refused by row and column, or counted."""
# ruff: noqa: E501, PD011  rows of exports are long; the values of a Parsed are no pandas attribute

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from ecrm_helpers.cli import main
from ecrm_helpers.errors import DataError
from ecrm_helpers.intake import load_orders
from ecrm_helpers.intake.columns import heading
from ecrm_helpers.intake.money import parse_money
from ecrm_helpers.intake.orders import look_personal
from ecrm_helpers.intake.scan import scan_orders
from ecrm_helpers.intake.times import parse_times
from ecrm_helpers.messages.cli import in_options
from ecrm_helpers.messages.intake_cells import WANT_TIME

EXPORTS = Path(__file__).parent / "fixtures" / "exports"
EXPECTED = tomllib.loads((EXPORTS / "expected.toml").read_text("utf-8"))
HEADER = "订单编号,客户编号,下单时间,实付款"


@pytest.fixture
def export(tmp_path):
    def write(*rows: str, header: str = HEADER, name: str = "orders.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


def corrections(report) -> list[str]:
    return [str(one) for one in report.corrections]


# ── refunds ──
NO_REFUND = ("无退款申请", "无退款", "未退款", "没有退款", "暂无", " - ", "没有申请退款")


def test_words_for_no_refund_are_counted_by_both_readers(export):
    rows = [f"A{n},C{n},2026-06-01,10.00,{word}" for n, word in enumerate(NO_REFUND)]
    path = export(*rows, "B1,D1,2026-06-01,10.00,4.00", header=HEADER + ",退款金额")
    small = load_orders(path)
    assert small.orders["refund_cny"].tolist() == [0] * len(NO_REFUND) + [400]
    assert "退款列里“无退款申请”“-”一类的格按没有退款计：7 处（第 2、3、4 行 等）" in corrections(
        small.report
    )
    with scan_orders(path, engine="pandas") as large:
        assert sorted(large.orders["refund_cny"]) == [0] * len(NO_REFUND) + [400]
        counted = [one.count for one in large.report.corrections if "按没有退款计" in one.what]
    assert counted == [len(NO_REFUND)]


def refused(path, **options) -> str:
    """Return the message."""
    with pytest.raises(DataError) as caught:
        load_orders(path, **options)
    assert str(caught.value).splitlines()[-1].startswith("提示：")
    return str(caught.value)


def test_refunds_in_rows_of_their_own_are_told_from_lines(export):
    path = export("A1,C1,2026-06-01,100.00", "A1,C1,2026-06-05,-100.00")
    for bad_rows in ("refuse", "drop"):
        said = refused(path, bad_rows=bad_rows)
        assert "订单 A1 在第 2 行和第 3 行各出现一次" in said
        assert "金额是负数的一行像是退款" in said


def test_a_negative_refund_is_not_told_to_move_to_the_refund_column(export):
    said = refused(export("A1,C1,2026-06-01,100.00,-5.00", header=HEADER + ",退款金额"))
    assert "第 2 行“退款金额”列是“-5.00”，退款金额应写成正数" in said


# ── lines ──
LINES = "主订单编号,子订单编号,买家ID,订单创建时间,订单状态,商品名称,商品金额"


def test_a_line_exported_twice_with_another_state_is_not_added_twice(export):
    path = export(
        "A1,A1-1,C1,2026-06-01,待收货,茶,10",
        "A1,A1-1,C1,2026-06-01,交易成功,茶,10",
        "A1,A1-2,C1,2026-06-01,交易成功,杯,20",
        header=LINES,
    )
    said = refused(path)
    assert said.startswith(
        "订单 A1 的“子订单编号”A1-1 在第 2 行和第 3 行各出现一次，“订单状态”不同，金额会算两遍"
    )


def test_line_numbers_that_begin_anew_in_every_order_are_no_repeats(export):
    path = export(
        "A1,1,C1,2026-06-01,交易成功,茶,10", "A2,1,C1,2026-06-01,交易成功,茶,10",
        "A2,2,C1,2026-06-01,交易成功,茶,10", header=LINES,
    )  # fmt: skip
    assert load_orders(path).orders["amount_cny"].tolist() == [1000, 2000]


def test_an_amount_repeated_on_every_line_counts_once_and_is_reported_by_both_readers(export):
    path = export(
        "A1,C1,2026-06-01,29,茶", "A1,C1,2026-06-01,29,杯", "A2,C2,2026-06-01,5,茶", "A2,C2,2026-06-01,,杯",
        header=HEADER + ",商品名称",
    )  # fmt: skip
    loaded = load_orders(path)
    assert loaded.orders["amount_cny"].tolist() == [2900, 500]
    assert "同一订单的各行写着同样的订单金额，按整单金额只计一次：1 处（第 3 行）" in corrections(
        loaded.report
    )
    with scan_orders(path, engine="pandas") as large:
        assert [one.count for one in large.report.corrections if "只计一次" in one.what] == [1]


def test_lines_that_go_with_a_dropped_one_are_counted(export):
    path = export(
        "A1,C1,2026-06-01,茶,100.00", "A1,C1,2026-06-01,茶,-100.00", "A2,C2,2026-06-01,茶,50.00",
        header="订单编号,客户编号,下单时间,商品名称,商品金额",
    )  # fmt: skip
    report = load_orders(path, bad_rows="drop").report
    assert "略过“商品金额”列不能用的行（金额不能是负数）：1 处（第 3 行）" in corrections(report)
    assert "同一订单有一行不能用，其余的行一并略过：1 处（第 2 行）" in corrections(report)


@pytest.mark.parametrize(
    ("header", "rows", "hint"),
    [
        (HEADER + ",商品名称", ("A1,C1,2026-06-01,1,茶", "A1,C2,2026-06-01,1,杯"), "两家店的订单号相同"),
        (
            HEADER + ",商品名称,退款金额",
            ("A1,C1,2026-06-01,9,茶,1", "A1,C1,2026-06-01,9,杯,2"),
            '如果“实付款”是每个商品的金额，写 mapping={"line_amount": "实付款"}',
        ),
        (HEADER, ("A1,C1,2026-06-01,1", "A1,C2,2026-06-02,2"), "两家店的订单号相同"),
    ],
)
def test_advice_on_contradicting_rows_fits_what_contradicts(export, *, header, rows, hint):
    said = refused(export(*rows, header=header))
    assert hint in said.splitlines()[-1]
    assert '"line_amount": "客户编号"' not in said


# ── units ──
@pytest.mark.parametrize("unit", ["（分）", "(万元)", " (cents)", "(美分)", "_分"])
def test_amounts_in_other_units_than_the_currencys_are_refused_by_both_readers(export, unit):
    path = export("A1,C1,2026-06-01,1000", header=HEADER + unit)
    mapping = {"amount": "实付款" + unit}
    assert "为单位，这里只读以元" in refused(path, mapping=mapping)
    with pytest.raises(DataError, match="为单位"), scan_orders(path, engine="pandas", mapping=mapping):
        pass


@pytest.mark.parametrize("unit", ["（元）", "(USD)", "(含运费)", "", "(件/元)"])
def test_other_brackets_behind_amounts_are_fine(export, unit):
    assert (
        load_orders(export("A1,C1,2026-06-01,10", header=HEADER + unit)).orders.loc[0, "amount_cny"] == 1000
    )


@pytest.mark.parametrize("cell", ["10 20", "1 2345", "1 23,45"])
def test_blanks_inside_an_amount_only_part_thousands(export, cell):
    assert f"是“{cell}”，应是金额" in refused(export(f'A1,C1,2026-06-01,"{cell}"', "A2,C1,2026-06-01,1.50"))


@pytest.mark.parametrize("cell", ["-0", "-0.00", "¥ -0.00", "0", -0.0, 0.0])
def test_a_negative_zero_is_zero(cell):
    money = parse_money(pd.Series([cell, 0, -0.0], dtype=object))
    assert money.units(2).values.tolist() == [0, 0, 0]
    assert money.reasons.tolist() == [None] * 3


@pytest.mark.parametrize(
    ("cell", "hour"),
    [("中午11:30", 11), ("中午12:30", 12), ("中午1:30", 13), ("晚上9:30", 21), ("凌晨12:30", 0), ("上午12:30", 0),
     ("晚上12:30", None), ("晚上0:30", None), ("上午15:30", None)],
)  # fmt: skip
def test_chinese_halves_of_the_day(cell, hour):
    found = parse_times(pd.Series([f"2026-06-30 {cell}"], dtype=object), timezone="UTC")
    assert (pd.Timestamp(found.values[0]).hour if hour is not None else found.reasons[0]) == (
        hour if hour is not None else WANT_TIME
    )


# ── customers ──
@pytest.mark.parametrize("word", ["-", "--", "null", "NULL", "None", "nan", "无", "匿名用户", "N/A", "<NA>"])
def test_words_for_no_customer_make_no_customer(export, word):
    path = export(f"A1,{word},2026-06-01,1", "A2,C2,2026-06-01,1")
    assert "这样写表示没有编号" in refused(path)
    with pytest.raises(DataError, match="这样写表示没有编号"), scan_orders(path, engine="pandas"):
        pass
    assert load_orders(path, bad_rows="drop").orders["customer_id"].tolist() == ["C2"]


def test_masked_names_are_no_customers_unless_the_teacher_says_so(export):
    rows = ("A1,王*,2026-06-01,1", "A2,王*,2026-06-02,1", "A3,李**,2026-06-02,1")
    path = export(*rows, header=HEADER.replace("客户编号", "收货人"))
    said = refused(path)
    assert "第 2 行“收货人”列是“（个人信息，不显示）”，打了星号" in said
    assert "王" not in said
    assert "王" not in refused(export(*rows, name="b.csv"))  # under a header that is not personal
    report = load_orders(path, mapping={"customer_id": "收货人"}).report
    assert "客户编号打了星号，不同的人可能算成了一位：3 处（第 2、3、4 行）" in corrections(report)
    assert "“收货人”是姓名，换成代号后，同名的人仍是一位客户：2 处" in corrections(report)


@pytest.mark.parametrize(
    "contact",
    ["13800000001", "138****0001", "+86 138-0000-0001", "0592-1234567", "+1 555 123 4567", "a@b.cn",
     "350203199001011234"],
)  # fmt: skip
def test_one_contact_among_ids_is_enough_to_code_them_all(contact):
    assert look_personal(pd.Series(["C1", "C2", "C3", "C4", contact]))
    assert not look_personal(pd.Series(["C1", "2026-06-01", "10000000001", "100000000000000001", "12345678"]))


def test_eleven_digits_alone_are_no_phone_number():
    assert not look_personal(pd.Series(["13800000001", *(f"2{n:010d}" for n in range(20))]))
    assert not look_personal(pd.Series([None], dtype="str"))


@pytest.mark.parametrize("role", ["order", "customer"])
def test_long_numbers_that_all_end_in_excels_zeros_are_refused(export, role):
    ids = ("2345678901234560000", "2345678901234570000")
    cells = [(one, f"C{n}") if role == "order" else (f"A{n}", one) for n, one in enumerate(ids)]
    said = refused(export(*(f"{a},{c},2026-06-01,1" for a, c in cells)))
    assert "丢了末尾数字" in said
    assert len(
        load_orders(
            export("2345678901234560000,C1,2026-06-01,1", "2345678901234567891,C1,2026-06-01,1")
        ).orders
    )


def test_an_empty_personal_cell_is_called_empty(export):
    said = refused(export("A1,,2026-06-01,1", header=HEADER.replace("客户编号", "Email")))
    assert "“Email”列是空的，不能空着" in said


# ── headers ──
def test_a_file_without_headers_does_not_show_its_first_row(export, ecrm, tmp_path):
    path = export("A2,李强,13900000001,10.00", header="A1,王芳,13800000001,9.50")
    said = (
        refused(path)
        + refused(path, mapping={"order_id": "订单号"})
        + ecrm("shop", path, "--out", tmp_path / "店")[2]
    )
    assert said.count("里没有列名") == 3
    assert not any(text in said for text in ("王芳", "13800000001"))


def test_line_breaks_and_escapes_in_headers_and_cells_are_not_repeated(export):
    path = export(
        "A1,C1,2026-06-01,1", header='"订单\n编号","客户\r\n编号",下单\x1b[31m时间,"实付款\n（元）"'
    )
    report = str(load_orders(path, mapping={"ordered_at": "下单\x1b[31m时间"}).report)
    for told in (
        "订单编号 ← 订单 编号",
        "客户编号 ← 客户 编号",
        "下单时间 ← 下单 [31m时间",
        "订单金额 ← 实付款 （元）",
    ):
        assert told in report
    assert "\x1b" not in report
    assert "\x1b" not in refused(export("A1,C1,2026-06-01,\x1b[31mred"))


def test_corrections_in_several_files_name_the_file(export):
    first = export("A1,C1,2026-06-01,1", ",,,", "A2,C2,2026-06-01,1", name="a.csv")
    second = export("A2,C2,2026-06-01,1", "A3,C3,2026-06-01,-1", name="b.csv")
    report = load_orders([first, second], bad_rows="drop").report
    assert "跳过空行：1 处（a.csv 第 3 行）" in corrections(report)
    assert "删去完全相同的重复行：1 处（b.csv 第 2 行）" in corrections(report)
    assert "略过“实付款”列不能用的行（金额不能是负数）：1 处（b.csv 第 3 行）" in corrections(report)


# ── platforms ──
PLATFORMS = {
    "qianniu": (
        "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,收货人姓名,联系手机,订单创建时间,宝贝标题 ,退款金额",
        ['"=""2345678901234567890""",tb小鱼,110.00,99.00,交易成功,王芳,\'13800000001,2026-06-01 00:00:00,茶,无退款申请'],
        [("2345678901234567890", "2026-05-31T16:00:00", "completed", 9900)],
        "买家会员名",
    ),
    "pinduoduo": (
        "商品,订单号,订单状态,商品总价(元),用户实付金额(元),商品数量(件),收货人,手机,拼单成功时间,商家实收金额(元)",
        ['茶,260601-123,"已发货，待签收",39.90,34.90,1,王芳,13800000001,2026-06-30 23:59:59,39.90'],
        [("260601-123", "2026-06-30T15:59:59", "completed", 3490)],
        "收货人",
    ),
    "jingdong": (
        "订单号,商品ID,下单时间,京东价,订单金额,应付金额,订单状态,下单帐号,客户姓名",
        ['"=""301234567890""",10023456,2026/6/1 0:00,35,70,65,等待出库,jd_user01,王芳'],
        [("301234567890", "2026-05-31T16:00:00", "completed", 7000)],
        "下单帐号",
    ),
    "wechat": (
        "订单号,订单下单时间,商品编码(自定义),商品数量,商品价格,订单实际支付金额,订单状态,买家昵称",
        ["37,2026-06-01 00:00:00,T1,2,35.00,94.00,已完成,小鱼", "37,2026-06-01 00:00:00,T2,1,29.00,94.00,已完成,小鱼"],
        [("37", "2026-05-31T16:00:00", "completed", 9400)],
        "买家昵称",
    ),
    "shopee": (
        "Order ID,Order Status,Order Creation Date,Product Name,Deal Price,Quantity,Grand Total,Username (Buyer)",
        ["26A,Completed,2026-06-01 00:00,T1,30.00,1,32.00,ann88", "26A,Completed,2026-06-01 00:00,T2,2.00,1,32.00,ann88"],
        [("26A", "2026-05-31T16:00:00", "completed", 3200)],
        "Username (Buyer)",
    ),
    "lazada": (
        "orderItemId,createTime,orderNumber,customerName,customerEmail,paidPrice,unitPrice,itemName,status",
        ["31,01 Jun 2026 00:05,41,Ann,a@b.com,30.00,35.00,Tea,delivered", "32,01 Jun 2026 00:05,41,Ann,a@b.com,12,35,Cup,delivered"],
        [("41", "2026-05-31T16:05:00", "completed", 4200)],
        "customerEmail",
    ),
    "amazon": (
        "amazon-order-id,purchase-date,order-status,sku,quantity,currency,item-price,buyer-email",
        ["1-1,2026-06-30T16:00:00+00:00,Shipped,T1,2,CNY,20.00,x@m.com", "1-1,2026-06-30T16:00:00+00:00,Shipped,T2,1,CNY,25.00,x@m.com"],
        [("1-1", "2026-06-30T16:00:00", "completed", 4500)],
        "buyer-email",
    ),
    "aliexpress": (
        "Order ID,Order Status,Buyer Name,Order Date,Product Total,Order Amount,Refund Amount",
        ['81,Closed,Ana,2026-06-02 00:15,,"US $1,020.00",'],
        [("81", "2026-06-01T16:15:00", "cancelled", 102000)],
        "Buyer Name",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLATFORMS)
def test_platforms_exports_are_read_as_they_come(export, name):
    header, rows, expected, customer = PLATFORMS[name]
    loaded = load_orders(export(*rows, header=header))
    times = loaded.orders["ordered_at"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    found = zip(
        loaded.orders["order_id"], times, loaded.orders["status"], loaded.orders["amount_cny"], strict=True
    )
    assert list(found) == expected
    assert loaded.report.columns["customer_id"] == customer
    assert loaded.orders["customer_id"].str.fullmatch("K[0-9a-f]{12}").all() or name == "jingdong"


# ── advice on the command line ──
PYTHON = re.compile(
    r"(?<!--map )\b(mapping|columns|statuses|words|bad_rows|grain|currency|rates|day_first|decimal) *="
)


@pytest.mark.parametrize("name", [name for name, one in EXPECTED.items() if "error" in one])
def test_no_advice_on_the_command_line_is_in_pythons_form(name):
    said = in_options(EXPECTED[name]["error"])
    assert not PYTHON.search(said)
    assert not re.search(r"\b(sheet|encoding)=", said)


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        (HEADER, "A1,C1,昨天,10", "就加 --bad-rows drop，"),
        (HEADER.replace("实付款", "净收金额(元)"), "A1,C1,2026-06-01,10", '例如 --map "amount=净收金额(元)"'),
        (HEADER.replace("实付款", "Net (USD)"), "A1,C1,2026-06-01,10", "例如 --map amount=列名"),
        (HEADER + ",订单状态", "A1,C1,2026-06-01,10,少见", "例如 --word status:少见=completed"),
        (HEADER, "A1,C1,2026-06-01,$10", "例如 --currency USD；或用币种列：--map currency=列名"),
        (HEADER, "A1,C1,01/07/2026,10", "先写日就加 --day-first，先写月就加 --month-first"),
        (HEADER, "A1,C1,2026-06-01,1.234", "就加 --decimal .，逗号是小数点（欧洲写法）就加 --decimal ,"),
        (HEADER + ",币种", "A1,C1,2026-06-01,10,USD\nA2,C1,2026-06-01,10,CNY", "用 --rates 给出汇率表"),
    ],
)  # fmt: skip
def test_the_command_advises_its_own_options(ecrm, export, tmp_path, *, header, row, says):
    code, _, err = ecrm("shop", export(row, header=header), "--out", tmp_path / "店")
    assert code == 1
    assert says in err
    assert not PYTHON.search(err)


def test_a_wrong_word_for_a_state_names_the_option(ecrm, export, tmp_path):
    path = export("A1,C1,2026-06-01,1,完", header=HEADER + ",订单状态")
    code, _, err = ecrm("shop", path, "--out", tmp_path / "店", "--word", "status:完=done")
    assert (code, "--word 里的 'done' 不是订单状态" in err) == (1, True)


def test_advice_about_a_table_names_the_table(ecrm, export, tmp_path):
    orders = export("A1,C1,2026-06-01,10")
    for rows, says in (
        (("工单号,客户编号,受理日,类型", "T1,C1,2026-06-02,破损"), "--map tickets.opened_at="),
        (("工单号,客户编号,创建时间,类型", "T1,C1,2026-06-02,没见过的"), "--word type:你的词=代码"),
    ):
        tickets = export(*rows[1:], header=rows[0], name="投诉.csv")
        code, _, err = ecrm("shop", orders, "--out", tmp_path / "店", "--tickets", tickets)
        assert code == 1
        assert says in err
        assert not PYTHON.search(err)


# ── keys ──
def test_a_new_key_is_told_and_one_that_others_can_read_is_warned_of(ecrm, export, tmp_path):
    path, key = export("A1,C1,2026-06-01,1"), tmp_path / "店.key"
    code, out, err = ecrm("shop", path, "--out", tmp_path / "一", "--key", key)
    assert (code, err) == (0, "")
    assert f"原来没有 {key}，新建了一把密钥" in out
    code, out, err = ecrm("shop", path, "--out", tmp_path / "二", "--key", key)
    assert (code, err) == (0, "")
    assert "新建" not in out
    key.chmod(0o644)
    code, _, err = ecrm("shop", path, "--out", tmp_path / "三", "--key", key)
    assert code == 0
    assert "别人也能读密钥文件" in err


@pytest.mark.parametrize(
    ("content", "says"), [("", "不到 16 个字节"), ("short", "不到 16 个字节"), (None, "这是一个文件夹")]
)
def test_keys_that_are_none(ecrm, export, tmp_path, content, says):
    key = tmp_path / "店.key"
    key.mkdir() if content is None else key.write_text(content, "utf-8")
    code, _, err = ecrm("shop", export("A1,C1,2026-06-01,1"), "--out", tmp_path / "店", "--key", key)
    assert code == 1
    assert says in err
    assert not (tmp_path / "店").exists()


def test_a_file_in_place_of_a_folder_is_explained_in_chinese(ecrm, export):
    path = export("A1,C1,2026-06-01,1")
    code, _, err = ecrm("shop", path, "--out", path / "店")
    assert code == 1
    assert not re.search("[A-Za-z]{4,} [a-z]{3,}", err.replace(str(path), ""))


# ── cells made to waste time: these would take minutes ──
def test_endless_cells_and_headers_are_read_at_once(export):
    long = "a" * 120_000
    assert "应是金额" in refused(export(f"A1,C1,2026-06-01,{long}"))
    assert heading("*" * 200_000 + "x") == "x"
    assert look_personal(pd.Series(["a@" + "." * 200_000 + "@"]))
