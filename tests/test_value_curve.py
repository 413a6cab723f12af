"""Net CLV, its curve, payback and sensitivity: sums by hand, closed forms, published figures."""

from __future__ import annotations

import math

import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.value import break_even_retention, clv, clv_curve, clv_sensitivity, net_clv, payback

SHOP = {"margin": 100, "retention": 0.6, "discount": 0.1, "acquisition_cost": 150}
BOTH = pytest.mark.parametrize("first_period", ["immediate", "end"])


@BOTH
def test_net_is_clv_less_the_cost_of_winning(first_period):
    gross = clv(100, retention=0.6, discount=0.1, first_period=first_period)
    assert net_clv(**SHOP, first_period=first_period) == pytest.approx(gross - 150)


def test_curve_by_hand():
    """100 now, then 100 · 0.6 ÷ 1.1 = 54.5 and 100 · 0.36 ÷ 1.21 = 29.8, as in the unit."""
    now = clv_curve(**SHOP, first_period="immediate", periods=2)
    assert now["discounted"].round(1).tolist() == [100.0, 54.5, 29.8]
    assert now["survivors"].round(2).tolist() == [1.0, 0.6, 0.36]
    assert now["net"].round(1).tolist() == [-50.0, 4.5, 34.3]
    later = clv_curve(**SHOP, first_period="end", periods=2)
    assert later["cumulative"].round(1).tolist() == [0.0, 54.5, 84.3]


@BOTH
@pytest.mark.parametrize(("retention", "discount"), [(0.6, 0.1), (0.99, 0.0), (0.0, 0.1), (1.0, 0.2)])
def test_curve_ends_where_the_closed_form_says(first_period, retention, discount):
    options = {"retention": retention, "discount": discount, "first_period": first_period}
    curve = clv_curve(80, periods=7, **options)
    counted = 8 if first_period == "immediate" else 7
    assert curve["cumulative"].iloc[-1] == pytest.approx(clv(80, periods=counted, **options))
    assert clv_curve(80, periods=5_000, **options)["net"].iloc[-1] == pytest.approx(clv(80, **options))


def test_conventions_are_one_margin_apart_at_every_moment():
    now, later = (clv_curve(**SHOP, first_period=word)["cumulative"] for word in ("immediate", "end"))
    assert (now - later).tolist() == pytest.approx([100] * 11)


@BOTH
@pytest.mark.parametrize("retention", [0, 0.3, 0.6, 0.9, 0.99, 1])
@pytest.mark.parametrize("discount", [0.05, 0.4])
@pytest.mark.parametrize("cost", [1, 99, 100, 101, 150, 400, 900])
def test_payback_is_where_the_curve_crosses(first_period, retention, discount, cost):
    options = {"retention": retention, "discount": discount, "first_period": first_period}
    net = clv_curve(100, acquisition_cost=cost, periods=900, **options)["net"]
    crossed = net.index[net >= -1e-6]
    expected = int(crossed[0]) if len(crossed) else None
    assert payback(100, acquisition_cost=cost, **options) == expected


def test_payback_at_the_edges():
    sure = {"retention": 1, "discount": 0}
    assert payback(100, acquisition_cost=300, first_period="end", **sure) == 3
    assert payback(100, acquisition_cost=300, first_period="immediate", **sure) == 2
    assert payback(100, acquisition_cost=0, first_period="end", **sure) == 0
    assert payback(0, acquisition_cost=1, **sure) is None
    assert payback(-5, acquisition_cost=1, **sure) is None
    # 0.1 + 0.1 + 0.1 is a little more than 0.3 in binary, 0.7 + 0.1 a little less than 0.8.
    assert payback(0.1, acquisition_cost=0.3, **sure) == 3
    # Exactly its limit, 120: reached by no finite sum.
    assert payback(100, retention=0.6, discount=0.1, acquisition_cost=120.0000001) is None


def test_elasticities_in_closed_form():
    """Retention (1 + d) / (1 + d - r) = 3.5 at 80 % and 12 %; margin 1; discount -d / (1 + d - r)."""
    table = clv_sensitivity(1, retention=0.8, discount=0.12)
    expected = {"margin": 1, "retention": 3.5, "discount": -0.375, "acquisition_cost": 0}
    assert table["elasticity"].to_dict() == pytest.approx(expected)
    assert table["elasticity"].idxmax() == "retention"


@BOTH
def test_elasticities_are_what_a_small_change_shows(first_period):
    small = 1e-7
    table = clv_sensitivity(200, retention=0.7, discount=0.1, acquisition_cost=90, first_period=first_period,
                            change=small)  # fmt: skip
    net = net_clv(200, retention=0.7, discount=0.1, acquisition_cost=90, first_period=first_period)
    better = table["elasticity"].abs()
    assert (table["gain"] / net / small).tolist() == pytest.approx(better.tolist(), rel=1e-5)


def test_gain_of_one_per_cent_by_hand():
    gain = clv_sensitivity(**SHOP, first_period="immediate")["gain"]
    assert gain.to_dict() == pytest.approx({
        "margin": 2.2,  # 1 % of 220
        "retention": 110 / 0.494 - 220,
        "discount": 100 * 1.099 / 0.499 - 220,
        "acquisition_cost": 1.5,
    })  # fmt: skip
    assert gain.idxmax() == "retention"


def test_no_percentage_of_a_loss():
    table = clv_sensitivity(**SHOP, first_period="end")
    assert table["elasticity"].isna().all()
    assert (table["gain"] > 0).all()


@BOTH
@pytest.mark.parametrize("new_margin", [90, 100, 110, 150])
def test_at_break_even_both_margins_are_worth_the_same(first_period, new_margin):
    options = {"discount": 0.1, "first_period": first_period}
    edge = break_even_retention(100, new_margin=new_margin, retention=0.6, **options)
    assert clv(new_margin, retention=edge, **options) == pytest.approx(clv(100, retention=0.6, **options))


def test_a_margin_that_pays_even_if_nobody_stays():
    assert (
        break_even_retention(100, new_margin=300, retention=0.6, discount=0.1, first_period="immediate") == 0
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: net_clv(1, retention=0.5, discount=0.1, acquisition_cost=-1), "acquisition_cost"),
        (lambda: payback(1, retention=0.5, discount=0.1, acquisition_cost="80"), "acquisition_cost"),
        (lambda: payback(1, retention=80, discount=0.1), "retention"),
        (lambda: clv_curve(1, retention=0.5, discount=0.1, periods=0), "periods"),
        (lambda: clv_curve(1, retention=0.5, discount=0.1, periods=None), "periods"),
        (lambda: clv_curve(1, retention=0.5, discount=0.1, first_period="now"), "first_period"),
        (lambda: clv_sensitivity("1", retention=0.5, discount=0.1), "margin"),
        (lambda: clv_sensitivity(1, retention=0.5, discount=0.1, change=0), "change"),
        (lambda: clv_sensitivity(1, retention=1, discount=0), "无限大"),
        (lambda: break_even_retention(0, new_margin=1, retention=0.5, discount=0.1), "margin"),
        (lambda: break_even_retention(1, new_margin=math.inf, retention=0.5, discount=0.1), "new_margin"),
    ],
)
def test_numbers_out_of_range(call, said):
    with pytest.raises(SettingsError, match="提示：") as caught:
        call()
    assert said in str(caught.value)
