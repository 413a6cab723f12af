"""Individual customers agree with the projection within the limits of chance."""

from __future__ import annotations

import numpy as np
import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle import Base, Levers, matrix_with, new_customers_with, project, simulate
from ecrm_helpers.lifecycle.individuals import _cells, _Mover

PLAN = Levers(acquisition_budget=20_000, retention_budget=8_000, loyalty_budget=5_000, winback_budget=3_000)


def test_people_are_within_five_standard_errors_of_the_projection():
    base, customers = Base(), 400_000
    scale = customers / sum(base.people)
    run, expected = (
        simulate(PLAN, base, customers=customers, months=24, seed=20260701),
        project(PLAN, base, 24),
    )
    mean = expected.people * scale
    # Each customer is a Bernoulli trial per stage and month, each month's newcomers a Poisson number: the
    # variance of a count is at most its mean.
    error = np.sqrt(np.maximum(mean, 1))
    assert (np.abs(run.people - mean) < 5 * error + 1).all()
    assert np.abs(run.people - mean).max() > 50  # it is chance, not the projection rounded
    assert (np.abs(run.new_customers - expected.new_customers * scale) < 5 * np.sqrt(run.new_customers)).all()
    spread = (
        mean[:-1] @ np.square(base.stage_revenue) + expected.new_customers * scale * base.first_revenue**2
    )
    assert (np.abs(run.revenue - expected.revenue * scale) < 5 * np.sqrt(spread)).all()
    assert run.clv == expected.clv


def test_money_follows_from_people_as_in_the_projection():
    base = Base()
    run, expected = simulate(PLAN, base, customers=5_610, months=3, seed=4), project(PLAN, base, 3)
    start = run.people[:3]
    revenue = start @ np.array(base.stage_revenue) + run.new_customers * base.first_revenue
    budget = 100 * PLAN.total * 5_610 / sum(base.people)
    np.testing.assert_allclose(run.revenue, revenue)
    np.testing.assert_allclose(run.cost, 0.6 * revenue + start @ np.array(base.stage_cost) + budget)
    np.testing.assert_allclose(run.profit, run.revenue - run.cost)
    np.testing.assert_allclose(run.customer_equity, run.people @ expected.stage_value)


def test_one_month_of_one_stage_is_binomial():
    """The number moving to each stage has, over many seeds, the mean and the spread of a binomial."""
    base = Base(people=(1, 0, 0, 0, 0), new_customers=0)
    n, seeds = 2_000, 300
    chance = np.array(base.matrix[0])
    runs = [simulate(Levers(), base, customers=n, months=1, seed=seed) for seed in range(seeds)]
    moved = np.array([run.people[1] for run in runs])
    assert (np.abs(moved.mean(axis=0) - n * chance) <= 5 * np.sqrt(n * chance * (1 - chance) / seeds)).all()
    spread = moved.var(axis=0)[chance > 0]
    expected = (n * chance * (1 - chance))[chance > 0]
    assert (np.abs(spread / expected - 1) < 5 * np.sqrt(2 / seeds)).all()


def test_probabilities_are_exact_and_not_rounded_to_sixteen_bits():
    """A chance of 2^-18 is a quarter of a cell: rounding would make it never or four times as often."""
    rare = 2.0**-18
    matrix = np.eye(5)
    matrix[0] = [1 - rare, 0, 0, 0, rare]
    table, bounds = _cells(matrix)
    assert (table < 0).sum() == 1
    mover = _Mover(table, bounds, np.random.default_rng(5))
    lost = 0
    for _ in range(1_200):
        state = np.zeros(1 << 16, dtype=np.int8)
        mover.move(state)
        lost += int((state == 4).sum())
        assert set(np.unique(state)) <= {0, 4}
    assert lost == pytest.approx(300, abs=5 * np.sqrt(300))


def test_certain_moves_always_happen():
    around = np.roll(np.eye(5), 1, axis=1)
    base = Base(matrix=around, people=(5, 4, 3, 2, 1), new_customers=0, responses=())
    people = simulate(Levers(), base, customers=15, months=5, seed=0).people
    assert people.tolist() == [np.roll([5, 4, 3, 2, 1], month).tolist() for month in range(6)]


def test_customers_are_whole_and_kept():
    run = simulate(PLAN, Base(), customers=1_001, months=6, seed=3)
    assert (run.people == np.round(run.people)).all()
    np.testing.assert_array_equal(np.diff(run.people.sum(axis=1)), run.new_customers)
    assert run.people[0].sum() == 1_001


def test_newcomers_are_poisson_and_scale_with_the_shop():
    base = Base()
    customers = 50_000
    run = simulate(PLAN, base, customers=customers, months=400, seed=11)
    mean = new_customers_with(PLAN, base) * customers / sum(base.people)
    assert run.new_customers.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / 400))
    assert run.new_customers.var() == pytest.approx(mean, rel=0.4)


def test_the_seed_decides():
    first, again, other = (simulate(PLAN, Base(), customers=5_000, months=4, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.people, again.people)
    assert (first.people != other.people).any()


def test_people_beyond_one_chunk_all_move():
    base = Base(matrix=np.roll(np.eye(5), 1, axis=1), people=(1, 0, 0, 0, 0), new_customers=0, responses=())
    people = simulate(Levers(), base, customers=(1 << 16) + 1, months=1, seed=0).people
    assert people[1].tolist() == [0, (1 << 16) + 1, 0, 0, 0]


def test_the_matrix_under_budgets_is_used():
    assert (matrix_with(PLAN, Base()) != np.array(Base().matrix)).any()
    plain = simulate(Levers(), Base(), customers=100_000, months=6, seed=1)
    helped = simulate(PLAN, Base(), customers=100_000, months=6, seed=1)
    assert helped.people[-1, 2] > plain.people[-1, 2] * 1.05


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"customers": 0}, "customers 应是不小于 1"),
        ({"customers": 10.0}, "customers 应是不小于 1"),
        ({"months": 0}, "months 应是不小于 1"),
        ({"seed": -1}, "seed 应是不小于 0"),
        ({"seed": None}, "seed 应是不小于 0"),
    ],
)
def test_counts_out_of_range(options, said):
    with pytest.raises(SettingsError, match="提示：") as caught:
        simulate(PLAN, Base(), **{"customers": 10, "months": 1, "seed": 1, **options})
    assert said in str(caught.value)


def test_a_shop_without_people_cannot_be_scaled():
    with pytest.raises(SettingsError, match="people 应是 5 个"):
        simulate(PLAN, Base(people=(0, 0, 0, 0, 0)), customers=10, months=1, seed=1)
