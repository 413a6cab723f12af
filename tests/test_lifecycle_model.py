"""The projection: its equations by hand, its closed forms, its levers, its errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle import (
    MAX_BUDGET,
    STAGES,
    Base,
    Levers,
    Response,
    expected_visits,
    matrix_with,
    migration_clv,
    new_customers_with,
    project,
    simulate,
)

STAY = tuple(tuple(float(i == j) for j in range(5)) for i in range(5))
# Half of acquisition is lost each month, nobody else is there: everything can be counted by hand.
HALVING = ((0.5, 0.0, 0.0, 0.0, 0.5), *STAY[1:])


def small(**changes) -> Base:
    plain = {
        "matrix": HALVING,
        "people": (100, 0, 0, 0, 0),
        "new_customers": 10,
        "new_customers_max": 0,
        "first_revenue": 1000,
        "stage_revenue": (2000, 0, 0, 0, 0),
        "stage_cost": (100, 0, 0, 0, 10),
        "margin": 0.5,
        "monthly_discount": 0.25,
        "clv_months": 2,
        "responses": (),
    }
    return Base(**{**plain, **changes})


def test_two_months_by_hand():
    shop = project(Levers(loyalty_budget=7), small(), 2)
    assert shop.people.tolist() == [[100, 0, 0, 0, 0], [60, 0, 0, 0, 50], [40, 0, 0, 0, 80]]
    assert shop.new_customers.tolist() == [10, 10]
    assert shop.revenue.tolist() == [210_000, 130_000]  # 100·2000 + 10·1000, 60·2000 + 10·1000
    assert shop.cost.tolist() == [115_700, 72_200]  # half of revenue + service 10,000 and 6,500 + 700 fen
    assert shop.profit.tolist() == [94_300, 57_800]
    assert shop.npv == pytest.approx(94_300 + 57_800 / 1.25)


def test_values_by_hand():
    shop = project(Levers(), small(), 1)
    # g = 900 in acquisition, -10 in lost; V = g + (0.5 g_acquisition + 0.5 g_lost) / 1.25 over two months
    assert shop.stage_value[0] == pytest.approx(900 + (450 - 5) / 1.25)
    assert shop.stage_value[4] == pytest.approx(-10 - 10 / 1.25)
    assert shop.clv == pytest.approx(500 + 1256 / 1.25)
    assert shop.customer_equity == pytest.approx([125_600, 60 * 1256 - 50 * 18])


def test_a_response_moves_its_share_and_no_more():
    base = small(
        responses=[
            Response(
                lever="winback_budget", stage="acquisition", source="lost", target="retention",
                share=0.4, scale=1000,
            )
        ]
    )  # fmt: skip
    strength = 1 - math.exp(-2)
    row = matrix_with(Levers(winback_budget=2000), base)[0]
    assert row == pytest.approx([0.5, 0.5 * 0.4 * strength, 0, 0, 0.5 * (1 - 0.4 * strength)])
    assert matrix_with(Levers(retention_budget=2000), base).tolist() == [list(r) for r in HALVING]


def test_no_budget_is_the_base_itself():
    assert matrix_with(Levers(), Base()).tolist() == [list(row) for row in Base().matrix]
    assert new_customers_with(Levers(), Base()) == Base().new_customers


@pytest.mark.parametrize("lever", ["retention_budget", "loyalty_budget", "winback_budget"])
def test_more_money_means_more_value_with_diminishing_returns(lever):
    budgets = [0, 5_000, 10_000, 15_000, MAX_BUDGET]
    runs = [project(Levers(**{lever: budget}), Base(), 12) for budget in budgets]
    for run in runs:
        matrix = matrix_with(Levers(), Base())
        assert (matrix >= 0).all()
        np.testing.assert_allclose(run.people.sum(axis=1), runs[0].people.sum(axis=1))
    gains = np.diff([run.customer_equity[-1] for run in runs[:4]])
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()
    assert runs[-1].profit.sum() < runs[0].profit.sum()


def test_new_customers_saturate():
    counts = [new_customers_with(Levers(acquisition_budget=b), Base()) for b in (0, 25_000, MAX_BUDGET)]
    assert counts == pytest.approx([245, 245 + 160 * (1 - math.exp(-1)), 245 + 160])


def test_every_lever_has_a_best_budget_inside():
    """The lesson asks for a plan: neither nothing nor everything may be the answer."""
    for lever in ("acquisition_budget", "retention_budget", "loyalty_budget", "winback_budget"):
        runs = [project(Levers(**{lever: b}), Base(), 60) for b in range(0, 80_001, 2_000)]
        best = int(np.argmax([run.npv for run in runs]))
        assert 0 < best < 40


def test_people_are_kept():
    shop = project(Levers(acquisition_budget=9_000), Base(), 24)
    joined = np.concatenate([[0], np.cumsum(shop.new_customers)])
    np.testing.assert_allclose(shop.people.sum(axis=1), sum(Base().people) + joined)


def test_long_projection_meets_the_fundamental_matrix():
    """Without newcomers, months spent per stage add up to (I - Q)^-1, lost being the end."""
    absorbing = (*Base().matrix[:4], (0.0, 0.0, 0.0, 0.0, 1.0))
    base = small(matrix=absorbing, people=(1, 0, 0, 0, 0), new_customers=0)
    spent = project(Levers(), base, 3_000).people.sum(axis=0)
    np.testing.assert_allclose(spent[:4], expected_visits(absorbing).loc["acquisition"], rtol=1e-9)


def test_long_projection_meets_migration_clv():
    base = Base(clv_months=5_000)
    gain = base.margin * np.array(base.stage_revenue) - np.array(base.stage_cost)
    endless = migration_clv(base.matrix, gain, discount=base.monthly_discount)
    shop = project(Levers(), base, 1)
    np.testing.assert_allclose(shop.stage_value, endless, rtol=1e-9)
    expected = base.margin * base.first_revenue + endless["acquisition"] / (1 + base.monthly_discount)
    assert shop.clv == pytest.approx(expected)


def test_profit_of_a_closed_shop_is_its_customer_equity():
    """No newcomers and no budget: discounted profit for ever is the value of the customers held."""
    base = Base(new_customers=0, clv_months=5_000)
    shop = project(Levers(), base, 5_000)
    assert shop.npv == pytest.approx(shop.customer_equity[0], rel=1e-9)


def test_migration_clv_as_published():
    """Pfeifer & Carraway (2000): recency 1 to 4; an order brings $40, a mailing costs $4, d = 20 %."""
    matrix = [
        [0.30, 0.70, 0, 0, 0],
        [0.20, 0, 0.80, 0, 0],
        [0.15, 0, 0, 0.85, 0],
        [0.05, 0, 0, 0, 0.95],
        [0, 0, 0, 0, 1],
    ]
    profit = [36, -4, -4, -4, 0]
    endless = migration_clv(matrix, profit, discount=0.2)
    assert endless.round(3).tolist() == [52.320, 5.554, 1.251, -1.820, 0]
    now_and_four_more = migration_clv(matrix, profit, discount=0.2, periods=5)
    assert now_and_four_more.round(3).tolist() == [50.115, 4.220, 0.592, -1.980, 0]


def test_expected_visits_needs_a_way_out():
    with pytest.raises(SettingsError, match="永远不会走到"):
        expected_visits(STAY)


def test_to_frame_has_a_row_per_month():
    frame = project(Levers(), Base(), 6).to_frame()
    assert frame["month"].tolist() == [1, 2, 3, 4, 5, 6]
    assert list(frame.columns[1:6]) == list(STAGES)
    assert frame.loc[0, "acquisition"] == Base().people[0]


@pytest.mark.parametrize("value", [-1, 1.5, "20000", True, MAX_BUDGET + 1, None, float("nan")])
def test_a_budget_is_a_whole_number_of_yuan(value):
    with pytest.raises(SettingsError, match="获取预算 acquisition_budget 应是 0 到"):
        Levers(acquisition_budget=value)


def test_the_line_an_explorer_copies_is_accepted():
    pasted = {"acquisition_budget": 20000, "retention_budget": 8000, "winback_budget": np.int64(5)}
    assert Levers(**pasted).total == 28_005


def test_the_pasted_dict_alone_is_explained():
    pasted = {"acquisition_budget": 20000}
    for call in (
        lambda: project(pasted, Base(), 3),
        lambda: simulate(pasted, Base(), customers=10, months=1, seed=1),
    ):
        with pytest.raises(SettingsError, match=r"levers = Levers\(\*\*levers\)"):
            call()


ANSWER = {"lever": "winback_budget", "stage": "winback", "source": "lost", "target": "retention"}


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Base(matrix=[[1, 0], [0, 1]]), "大小是 (2, 2)"),
        (lambda: Base(matrix=[[0.9, 0, 0, 0, 0], *STAY[1:]]), "“获取”一行加起来是 0.9"),
        (lambda: Base(matrix=[[1.5, -0.5, 0, 0, 0], *STAY[1:]]), "有负数或空值"),
        (lambda: Base(matrix=[[1], [0, 1]]), "各行长短不一"),
        (lambda: Base(matrix="abc"), "不是数的格子"),
        (lambda: Base(people=(1, 2, 3)), "people 应是 5 个"),
        (lambda: Base(people="abcde"), "people 应是 5 个"),
        (lambda: Base(stage_revenue=5), "stage_revenue 应是 5 个"),
        (lambda: migration_clv(STAY, "abcde", discount=0.1), "profit 应是 5 个数"),
        (lambda: Base(stage_cost=(1, 2, 3, 4, -5)), "stage_cost 应是 5 个"),
        (lambda: Base(margin=1.2), "margin 应是0 到 1 之间的数"),
        (lambda: Base(monthly_discount="1%"), "monthly_discount 应是"),
        (lambda: Base(new_customers=float("inf")), "new_customers 应是不小于 0的数"),
        (lambda: Base(new_customers_scale=0), "new_customers_scale 应是"),
        (lambda: Base(clv_months=0), "clv_months 应是不小于 1 的整数"),
        (lambda: Base(responses=[Response(**ANSWER, share=0.6, scale=1)] * 2), "份额合计 1.2"),
        (lambda: Response(**{**ANSWER, "lever": "price"}, share=0.1, scale=1), "lever='price'"),
        (lambda: Response(**{**ANSWER, "target": "lost"}, share=0.1, scale=1), "lost → lost"),
        (lambda: Response(**ANSWER, share=1.1, scale=1), "share=1.1"),
        (lambda: Response(**ANSWER, share=0.1, scale=0), "scale=0"),
        (lambda: project(Levers(), Base(), 0), "months 应是不小于 1 的整数"),
        (lambda: migration_clv(STAY, [1] * 5, discount=0), "贴现率应大于 0"),
        (lambda: migration_clv(STAY, [1] * 4, discount=0.1), "profit 应是 5 个"),
        (lambda: migration_clv(STAY, [1] * 5, discount=0.1, periods=0), "periods 应是不小于 1 的整数"),
    ],
)
def test_what_cannot_be_used_is_explained(build, said):
    with pytest.raises(SettingsError, match="提示：") as caught:
        build()
    assert said in str(caught.value)
