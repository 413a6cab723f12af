"""Cases are reckoned once a shop; what is handed out is the caller's own, and many plans equal one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers import cases
from ecrm_helpers.datasets import my_shop
from ecrm_helpers.lifecycle import Base, Levers, equity_after, project

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
