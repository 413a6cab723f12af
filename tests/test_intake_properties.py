"""What must never change a customer's class: row order, rows exported twice, the unit of amounts."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.intake import load_orders
from ecrm_helpers.rfm import rfm

HEADER = "订单编号,客户编号,下单时间,订单状态,实付款,退款金额,币种"
RATES = pd.DataFrame(
    {
        "valid_from": ["2025-01-01"] * 3,
        "currency": ["USD", "JPY", "KWD"],
        "cny_per_unit": ["8", "0.05", "25"],  # every fen amount divisible by 25 has an exact price in each
    }
)
FEN_PER_UNIT = {"CNY": 100, "USD": 800, "JPY": 5, "KWD": 2500}
DIGITS = {"CNY": 2, "USD": 2, "JPY": 0, "KWD": 3}

orders = st.lists(
    st.tuples(
        st.integers(1, 12),  # customer
        st.integers(0, 180 * 24 * 60),  # minutes after New Year
        st.sampled_from(["交易成功", "交易关闭", "卖家已发货", "已退款"]),
        st.integers(1, 4_000),  # quarters of a yuan
        st.booleans(),  # a quarter of it paid back
    ),
    min_size=2,
    max_size=40,
).map(lambda rows: [*rows, (99, 0, "交易成功", 40, False)])  # one order always counts


def written(row, number: int, currency: str = "CNY", *, style: str = "{}") -> str:
    customer, minutes, status, quarters, paid_back = row
    at = pd.Timestamp("2026-01-01") + pd.Timedelta(minutes=minutes)
    part = quarters // 4 * 25 if paid_back else 0

    def price(fen: int) -> str:
        units = fen * 10 ** DIGITS[currency] / FEN_PER_UNIT[currency]
        assert units == int(units)
        return style.format(f"{int(units) / 10 ** DIGITS[currency]:,.{DIGITS[currency]}f}")

    cells = [f"N{number:05d}", f"C{customer}", f"{at:%Y-%m-%d %H:%M}", status]
    return ",".join([*cells, f'"{price(quarters * 400)}"', f'"{price(part * 16)}"', currency])


def classes(lines: list[str], **options) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        table = rfm(load_orders(path, **options).orders, as_of="2026-07-15")
    return dict(zip(table["customer_id"], table["segment"], strict=True))


@settings(deadline=None, max_examples=20)
@given(orders, st.randoms(use_true_random=False))
def test_row_order_never_changes_a_class(rows, chance: random.Random):
    lines = [written(row, number) for number, row in enumerate(rows)]
    shuffled = lines.copy()
    chance.shuffle(shuffled)
    assert classes(shuffled) == classes(lines)


@settings(deadline=None, max_examples=20)
@given(orders, st.data())
def test_rows_exported_twice_never_change_a_class(rows, data):
    lines = [written(row, number) for number, row in enumerate(rows)]
    again = data.draw(st.lists(st.sampled_from(lines), min_size=1, max_size=10))
    assert classes(lines + again) == classes(lines)


@settings(deadline=None, max_examples=20)
@given(orders, st.sampled_from(["USD", "JPY", "KWD"]))
def test_another_currency_at_its_rate_never_changes_a_class(rows, currency):
    yuan = classes([written(row, number) for number, row in enumerate(rows)])
    priced = [written(row, number, currency) for number, row in enumerate(rows)]
    assert classes(priced, rates=RATES, currency="CNY", decimal=".") == yuan
    assert classes(priced, decimal=".") == yuan  # counted in the foreign currency itself


@settings(deadline=None, max_examples=20)
@given(orders, st.sampled_from(["¥{}", "￥{}", "{}元", "CNY {}", "RMB{}", " {} "]))
def test_currency_signs_never_change_a_class(rows, style):
    plain = classes([written(row, number) for number, row in enumerate(rows)])
    assert classes([written(row, number, style=style) for number, row in enumerate(rows)]) == plain


@settings(deadline=None, max_examples=20)
@given(orders)
def test_mixed_currencies_at_their_rates_never_change_a_class(rows):
    plain = classes([written(row, number) for number, row in enumerate(rows)])
    mixed = [written(row, number, list(DIGITS)[number % 4]) for number, row in enumerate(rows)]
    assert classes(mixed, rates=RATES, currency="CNY", decimal=".") == plain
