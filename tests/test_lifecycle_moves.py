"""Moves between stages: counts, the estimated matrix, a base estimated from orders."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.lifecycle import (
    STAGES,
    Base,
    base_from,
    month_starts,
    stage_history,
    stage_of,
    transition_counts,
    transitions,
)


def history(*dates: dict[str, str]) -> pd.DataFrame:
    """Build a history from one dict customer → first letters of the stage per month."""
    rows = [
        {"as_of": pd.Timestamp(2026, month + 1, 1), "customer_id": who, "stage": stage}
        for month, people in enumerate(dates)
        for who, stage in people.items()
    ]
    return pd.DataFrame(rows)


THREE_MONTHS = history(
    {"A": "acquisition", "B": "acquisition"},
    {"A": "retention", "B": "acquisition", "C": "acquisition"},
    {"A": "retention", "B": "winback", "C": "acquisition"},
)


def test_counts_of_moves():
    counts = transition_counts(THREE_MONTHS)
    assert list(counts.index) == list(counts.columns) == list(STAGES)
    assert counts.loc["acquisition"].tolist() == [2, 1, 0, 1, 0]
    assert counts.loc["retention"].tolist() == [0, 1, 0, 0, 0]
    assert counts.to_numpy().sum() == 5  # C's first appearance is no move


def test_counts_do_not_depend_on_the_order_of_rows():
    shuffled = THREE_MONTHS.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(transition_counts(shuffled), transition_counts(THREE_MONTHS))


def test_rows_sum_to_one_and_empty_rows_stay_and_are_named():
    matrix = transitions(THREE_MONTHS)
    assert matrix.loc["acquisition"].tolist() == [0.5, 0.25, 0, 0.25, 0]
    assert matrix.sum(axis=1).tolist() == [1] * 5
    assert matrix.attrs["empty_stages"] == ["loyalty", "winback", "lost"]
    assert all(matrix.loc[stage, stage] == 1 for stage in matrix.attrs["empty_stages"])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (THREE_MONTHS.drop(columns="stage"), "缺少这些列：stage"),
        (history({"A": "lost"}), "至少要两个不同的日期"),
        (history({"A": "lost"}, {"A": "gone"}), "'gone' 不是生命周期阶段"),
    ],
)
def test_a_history_that_cannot_be_used(table, said):
    with pytest.raises(DataError, match="提示：") as caught:
        transitions(table)
    assert said in str(caught.value)


def shop_orders() -> pd.DataFrame:
    """Two months before 1 July: A orders on 20 April, 10 May and 15 June; B on 5 June, twice."""
    days = ["2026-04-20", "2026-05-10", "2026-06-15", "2026-06-05", "2026-06-05"]
    return pd.DataFrame(
        {
            "customer_id": list("AAABB"),
            "order_id": list("12345"),
            "ordered_at": pd.to_datetime(days, utc=True),
            "status": "completed",
            "amount_cny": [100, 200, 400, 1000, 3000],
            "refund_cny": 0,
        }
    )


def test_a_base_counted_by_hand():
    base = base_from(shop_orders(), as_of="2026-07-01", months=2, margin=0.5)
    assert base.people == (0, 1, 1, 0, 0)  # B retention, A loyalty
    assert base.new_customers == 0.5  # B, in two months
    assert base.first_revenue == 4000
    assert base.stage_revenue == (200, 400, 0, 0, 0)  # A in acquisition in May, retention in June
    assert base.matrix[0] == (0, 1, 0, 0, 0)
    assert base.matrix[1] == (0, 0, 1, 0, 0)
    assert base.matrix[3] == (0, 0, 0, 1, 0)  # nobody seen in winback: stays
    assert base.margin == 0.5
    assert base.monthly_discount == Base().monthly_discount


def test_a_base_needs_customers_at_the_first_month_start():
    with pytest.raises(DataError, match="把 months 改小"):
        base_from(shop_orders(), as_of="2026-07-01", months=3)
    with pytest.raises(SettingsError, match="没有给统计截止日"):
        base_from(shop_orders())


def test_the_shipped_shop_agrees_with_its_own_history_and_with_the_defaults():
    shop = load_shop("rongyu")
    base = base_from(shop.orders, as_of=shop.as_of)
    dates = month_starts(shop.as_of, months=12)
    np.testing.assert_allclose(base.matrix, transitions(stage_history(shop.orders, as_ofs=dates)))
    counts = stage_of(shop.orders, as_of=shop.as_of)["stage"].value_counts()
    assert base.people == tuple(counts[stage] for stage in STAGES)
    # The defaults are these estimates, rounded.
    np.testing.assert_allclose(Base().matrix, base.matrix, atol=0.005)
    np.testing.assert_allclose(Base().people, base.people, rtol=0.02)
    np.testing.assert_allclose(Base().stage_revenue, base.stage_revenue, rtol=0.02)
    np.testing.assert_allclose(Base().new_customers, base.new_customers, rtol=0.02)
    np.testing.assert_allclose(Base().first_revenue, base.first_revenue, rtol=0.02)


def test_a_stage_nobody_was_seen_in_stays_as_in_transitions():
    orders = shop_orders()
    moved = transitions(stage_history(orders, as_ofs=month_starts("2026-07-01", months=2)))
    assert moved.attrs["empty_stages"]
    np.testing.assert_array_equal(base_from(orders, as_of="2026-07-01", months=2).matrix, moved)


def test_money_in_a_base_adds_up_to_the_shops_revenue():
    shop = load_shop("rongyu")
    base = base_from(shop.orders, as_of=shop.as_of)
    dates = month_starts(shop.as_of, months=12)
    history_ = stage_history(shop.orders, as_ofs=dates[:-1])
    present = history_["stage"].value_counts()
    modelled = sum(present[s] * r for s, r in zip(STAGES, base.stage_revenue, strict=True))
    modelled += 12 * base.new_customers * base.first_revenue
    year = shop.orders[shop.orders["status"].isin(["completed", "partly_refunded"])]
    local = year["ordered_at"].dt.tz_convert("Asia/Shanghai")
    year = year[(local >= "2025-07-01") & (local < "2026-07-01")]
    assert modelled == pytest.approx((year["amount_cny"] - year["refund_cny"]).sum())
