"""Exports as platforms, Excel and careless hands leave them: refused by row and column, or counted."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ecrm_helpers.cli import main
from ecrm_helpers.errors import DataError
from ecrm_helpers.intake import load_orders
from ecrm_helpers.intake.scan import scan_orders
from ecrm_helpers.messages.cli import in_options

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


# ── advice on the command line ──
PYTHON = re.compile(
    r"(?<!--map )\b(mapping|columns|statuses|words|bad_rows|grain|currency|rates|day_first|decimal) *="
)


@pytest.mark.parametrize("name", [name for name, one in EXPECTED.items() if "error" in one])
def test_no_advice_on_the_command_line_is_in_pythons_form(name):
    said = in_options(EXPECTED[name]["error"])
    assert not PYTHON.search(said)
    assert not re.search(r"\b(sheet|encoding)=", said)


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


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
