"""Exports as platforms, Excel and careless hands leave them: refused by row and column, or counted."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ecrm_helpers.cli import main
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
