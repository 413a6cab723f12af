"""Lifetime value, grades and concentration: conventions, published figures, hand-countable tables."""

from __future__ import annotations

import pandas as pd
import pytest

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.value import GRADES, clv, clv_table, concentration, grade_customers


def test_margin_multiples_as_published():
    """Gupta & Lehmann (2003): r / (1 + d - r); 2.50 at 80 % retention and 12 % discount."""
    published = {
        (0.6, 0.10): 1.20,
        (0.7, 0.12): 1.67,
        (0.8, 0.12): 2.50,
        (0.8, 0.16): 2.22,
        (0.9, 0.10): 4.50,
    }
    table = clv_table()
    for (retention, discount), multiple in published.items():
        assert round(table.loc[retention, discount], 2) == multiple
        assert clv(1, retention=retention, discount=discount) == table.loc[retention, discount]


@pytest.mark.parametrize("first_period", ["immediate", "end"])
@pytest.mark.parametrize("periods", [1, 2, 7, None])
@pytest.mark.parametrize(("retention", "discount"), [(0.8, 0.1), (0.0, 0.1), (1.0, 0.2), (0.9, 0.0)])
def test_closed_form_is_the_sum(first_period, periods, retention, discount):
    first = 0 if first_period == "immediate" else 1
    terms = range(first, first + (periods or 2_000))
    direct = sum(100 * retention**t / (1 + discount) ** t for t in terms)
    found = clv(100, retention=retention, discount=discount, first_period=first_period, periods=periods)
    assert found == pytest.approx(direct)


def test_the_conventions_differ_by_one_margin():
    options = {"retention": 0.75, "discount": 0.1}
    now, later = (clv(80, first_period=word, **options) for word in ("immediate", "end"))
    assert now - later == pytest.approx(80)


def test_full_retention_without_discount_needs_a_horizon():
    assert clv(100, retention=1, discount=0, periods=5) == 500
    with pytest.raises(SettingsError, match="无限大"):
        clv(100, retention=1, discount=0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"retention": 80}, "retention 应是0 到 1 之间的数"),
        ({"retention": -0.1}, "retention 应是0 到 1 之间的数"),
        ({"discount": -0.01}, "discount 应是不小于 0 的数"),
        ({"discount": "10%"}, "discount 应是"),
        ({"margin": float("nan")}, "margin 应是有限的数"),
        ({"margin": True}, "margin 应是有限的数"),
        ({"first_period": "start"}, "'immediate'、'end'"),
        ({"periods": 0}, "periods 应是正整数"),
        ({"periods": 2.5}, "periods 应是正整数"),
    ],
)
def test_numbers_out_of_range(options, said):
    options = {"margin": 100, "retention": 0.8, "discount": 0.1, **options}
    with pytest.raises(SettingsError, match="提示：") as caught:
        clv(options.pop("margin"), **options)
    assert said in str(caught.value)


def people(*amounts: int) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [str(n) for n in range(len(amounts))], "monetary": amounts})


def test_grades_by_revenue():
    graded = grade_customers(people(100, 500, 150, 200, 50))
    assert graded["share_before"].tolist() == [0.85, 0.0, 0.7, 0.5, 0.95]
    assert graded["grade"].tolist() == ["小客户", "VIP客户", "普通客户", "普通客户", "小客户"]


def test_grades_by_customers():
    graded = grade_customers(people(*range(100, 0, -1)), basis="customers")
    assert graded["grade"].value_counts()[list(GRADES)].tolist() == [1, 4, 15, 80]


def test_cuts_can_be_chosen():
    graded = grade_customers(people(40, 30, 20, 10), cuts=(0.3, 0.5, 0.8))
    assert graded["grade"].tolist() == ["VIP客户", "大客户", "普通客户", "小客户"]
    assert graded.attrs["cuts"] == [0.3, 0.5, 0.8]


def test_equal_amounts_get_equal_grades_in_any_order():
    graded = grade_customers(people(10, 30, 10, 30, 10, 10))
    assert graded["grade"].tolist() == ["普通客户", "VIP客户", "普通客户", "VIP客户", "普通客户", "普通客户"]


def test_the_callers_table_is_not_modified():
    table = people(3, 1, 2)
    before = table.copy(deep=True)
    grade_customers(table)
    pd.testing.assert_frame_equal(table, before)


def test_concentration_of_revenue():
    table = people(10, 700, 100, 100, 90)
    assert concentration(table, top=0.2) == 0.7
    assert concentration(table, top=0.4) == 0.8
    assert concentration(table, top=0.01) == 0.7  # at least one customer
    assert concentration(table, top=1) == 1
    assert concentration(people(*[1] * 100), top=0.29) == 0.29  # 0.29 * 100 is 28.999… in binary


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: grade_customers(people(1, 2), cuts=(0.5, 0.2, 0.8)), SettingsError, "cuts 应是三个"),
        (lambda: grade_customers(people(1, 2), cuts=(0.5, 0.8)), SettingsError, "cuts 应是三个"),
        (lambda: grade_customers(people(1, 2), basis="profit"), SettingsError, "'revenue'、'customers'"),
        (lambda: grade_customers(people(1, 2), by="amount"), DataError, "没有 'amount' 这一列"),
        (lambda: grade_customers(people()), DataError, "一个客户也没有"),
        (lambda: concentration(people(0, 0)), DataError, "金额合计不大于 0"),
        (lambda: concentration(people(1, 2).assign(monetary=[1, None])), DataError, "有空格子"),
        (lambda: concentration(people(1, 2), top=20), SettingsError, "前 20% 写 0.2"),
        (lambda: concentration(people(1, 2), top=0), SettingsError, "前 20% 写 0.2"),
    ],
)
def test_what_cannot_be_valued_is_explained(call, error, said):
    with pytest.raises(error, match="提示：") as caught:
        call()
    assert said in str(caught.value)
