"""Exports as platforms, Excel and careless hands leave them: refused by row and column, or counted."""

from __future__ import annotations

import pandas as pd
import pytest

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake import load_orders
from ecrm_helpers.intake.scan import scan_orders

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
    assert "退款列里“无退款申请”“-”一类的格按没有退款计：7 处（第 2、3、4 行 等）" in corrections(small.report)
    with scan_orders(path, engine="pandas") as large:
        assert sorted(large.orders["refund_cny"]) == [0] * len(NO_REFUND) + [400]
        counted = [one.count for one in large.report.corrections if "按没有退款计" in one.what]
    assert counted == [len(NO_REFUND)]
