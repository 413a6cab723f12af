"""Cases are reckoned once a shop; what is handed out is the caller's own, and many plans equal one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers import cases
from ecrm_helpers.datasets import Shop, my_shop
from ecrm_helpers.errors import DataError
from ecrm_helpers.lifecycle import STAGES, Base, Levers, equity_after, project, stage_counts, stage_of
from ecrm_helpers.rfm import RFMSettings, customer_table

TABLES = [
    cases.class_customers,
    cases.classified,
    cases.rfm_of,
    cases.stage_table,
    cases.value_groups,
]


@pytest.fixture(scope="module")
def shop():
    return my_shop("20230142")


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case.__name__)
def test_a_changed_table_is_not_remembered(case, shop):
    first = case(shop)
    kept = first.copy()
    first.loc[first.index[0]] = first.iloc[-1].to_numpy()
    first["new"] = 1
    pd.testing.assert_frame_equal(case(shop), kept)


@pytest.mark.parametrize("case", [cases.classified, cases.rfm_of], ids=lambda case: case.__name__)
@pytest.mark.parametrize("column", ["recency_days", "frequency", "monetary"])
def test_memory_written_to_past_pandas_is_the_callers_own(case, column, shop):
    kept = cases.rfm_of(shop)
    case(shop)[column].array[0] = 77_777
    pd.testing.assert_frame_equal(cases.rfm_of(shop), kept)


def test_what_is_shared_cannot_be_written_to(shop):
    own = cases.measured(shop)
    for values in (own.ids, own.code, *own.rfm.values()):
        assert not values.flags.writeable


def test_changed_customers_are_not_remembered(shop):
    first = cases.hand_customers(shop)
    kept = dict(first)
    first.clear()
    assert cases.hand_customers(shop) == kept


def test_two_shops_are_not_mixed_up(shop):
    other = my_shop("20230143")
    assert not cases.rfm_of(shop).index.equals(cases.rfm_of(other).index)
    assert cases.value_groups(shop).to_dict() != cases.value_groups(other).to_dict()


@pytest.mark.parametrize("months", [1, 24])
def test_many_plans_equal_one_by_one(months, shop):
    for base in (Base(), cases.lifecycle_base(shop)):
        plans = [Levers(), *cases.budget_plans(9_000)]
        alone = [float(project(plan, base, months).customer_equity[-1]) for plan in plans]
        np.testing.assert_allclose(equity_after(plans, base, months), alone, rtol=1e-14)


def test_the_target_is_that_of_the_best_plan_tried_one_by_one(shop):
    target = cases.budget_target(shop)
    best = max(cases.budget_gain(shop, plan, months=target.months) for plan in cases.budget_plans(target.cap))
    assert target.gain == int(0.8 * best // 10_000) * 10_000 > 0


def test_the_two_groups_are_those_of_two_customer_tables(shop):
    turn = shop.as_of - pd.DateOffset(years=1)
    first = customer_table(shop.orders, RFMSettings(as_of=turn)).set_index("customer_id")
    window = (shop.as_of - turn).days
    second = customer_table(shop.orders, RFMSettings(as_of=shop.as_of, window_days=window))
    spent = second.set_index("customer_id")["monetary"].reindex(first.index)
    regular = first["frequency"] >= 2
    for _, group in cases.value_groups(shop).iterrows():
        some = spent[regular if group["group"] == "repeat" else ~regular]
        assert group["customers"] == len(some)
        assert group["margin"] == round(some.mean() * 0.4 / 100)
        assert group["retention"] == round(some.notna().mean(), 2)


def test_the_classes_and_totals_are_those_of_the_tables(shop):
    own = cases.measured(shop)
    classed = cases.classified(shop)
    assert own.ids.tolist() == classed.index.tolist()
    assert own.code.tolist() == classed["code"].tolist()
    assert own.of(own.ids[7]) == cases.rfm_of(shop).iloc[7][list(own.rfm)].to_dict()
    stages = stage_of(shop.orders, as_of=shop.as_of)["stage"].value_counts()
    assert stage_counts(shop.orders, as_of=shop.as_of) == [stages.get(stage, 0) for stage in STAGES]
    for status, (orders, amount, refund) in cases.status_totals(shop).items():
        rows = shop.orders[shop.orders["status"] == status]
        assert (orders, amount, refund) == (len(rows), rows["amount_cny"].sum(), rows["refund_cny"].sum())


def test_notes_of_a_table_handed_out_are_the_callers_own(shop):
    cases.class_means(shop).attrs["thresholds"]["frequency"] = 0
    assert cases.class_means(shop).attrs["thresholds"]["frequency"] > 1


def test_a_shop_without_a_second_year_is_told_so(shop):
    early = shop.orders[shop.orders["ordered_at"] < "2025-01-01"]
    with pytest.raises(DataError, match="从 2025-07-01 起、在 2026-07-01 之前"):
        cases.value_groups(
            Shop(id="own", name="x", name_en="x", as_of=shop.as_of, timezone="UTC", orders=early)
        )


def own_shop(rows, as_of="2026-07-01"):
    customer, order, day, amount = zip(*rows, strict=True)
    orders = pd.DataFrame(
        {
            "customer_id": pd.Series(customer, dtype="str"),
            "order_id": pd.Series(order, dtype="str"),
            "ordered_at": pd.to_datetime(list(day), utc=True).as_unit("us"),
            "status": pd.Series(["completed"] * len(rows), dtype="str"),
            "amount_cny": amount,
            "refund_cny": 0,
        }
    )
    return Shop(
        id="own", name="x", name_en="x", as_of=pd.Timestamp(as_of), timezone="Asia/Shanghai", orders=orders
    )


TWO_YEARS = [
    ("A", "1", "2025-01-05", 10_000),
    ("A", "2", "2025-02-05", 10_000),
    ("A", "3", "2026-02-05", 50_000),
    ("B", "4", "2025-06-30", 20_000),
]


def test_an_order_with_lines_in_both_years_brings_nobody_back():
    shop = own_shop([*TWO_YEARS, ("B", "4", "2025-07-02", 30_000)])
    groups = cases.value_groups(shop).set_index("group")
    assert groups.loc["single"].to_dict() == {"customers": 1, "margin": 0, "retention": 0.0}
    assert groups.loc["repeat"].to_dict() == {"customers": 1, "margin": 200, "retention": 1.0}


@pytest.mark.parametrize(("rows", "missing"), [(TWO_YEARS[:3], "一次客"), (TWO_YEARS[2:], "回头客")])
def test_a_shop_with_one_group_only_is_told_so(rows, missing):
    with pytest.raises(DataError, match=f"这家店里没有{missing}"):
        cases.value_table(own_shop(rows))


def test_a_status_with_a_missing_amount_has_no_total():
    shop = own_shop(TWO_YEARS)
    shop.orders["refund_cny"] = [None, 100.0, 0.0, 0.0]
    table = cases.status_table(shop)
    assert table.iloc[:, 0].tolist() == [4, 0, 0, 0, 4]
    assert table.iloc[:, 0].dtype == "int64"
    assert np.isnan(table.iloc[0, 2])
