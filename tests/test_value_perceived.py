"""Perceived value and what a saving on service does to CLV under a stated assumption."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.value import (
    BENEFITS,
    COSTS,
    compare_perceived,
    net_clv,
    perceived_value,
    save_on_service,
)

OURS = ({"product": 4, "service": 5}, {"money": 3, "time": 1})
CLV = {"margin": 100, "retention": 0.6, "discount": 0.1, "acquisition_cost": 150, "first_period": "immediate"}


def test_weighted_means_by_hand():
    seen = perceived_value(*OURS, weights={"product": 3, "service": 1, "money": 1, "time": 3})
    assert (seen.benefit, seen.cost) == (4.25, 1.5)
    assert (seen.difference, seen.ratio) == (2.75, pytest.approx(4.25 / 1.5))


def test_the_textbooks_eight_parts_have_names():
    assert BENEFITS == ("product", "service", "personnel", "image")
    assert COSTS == ("money", "time", "energy", "psychic")


scores = st.floats(1, 5)
weights = st.floats(0.1, 5)


@given(st.lists(st.tuples(scores, scores, weights), min_size=8, max_size=8), st.floats(0.1, 10))
def test_parts_add_up_and_only_relative_weights_count(drawn, factor):
    names = (*BENEFITS, *COSTS)
    own, rival = (
        (dict(zip(BENEFITS, column[:4], strict=True)), dict(zip(COSTS, column[4:], strict=True)))
        for column in ([row[0] for row in drawn], [row[1] for row in drawn])
    )
    importance = dict(zip(names, (row[2] for row in drawn), strict=True))
    ours, theirs = (perceived_value(*side, weights=importance) for side in (own, rival))
    assert sum(ours.parts.values()) == pytest.approx(ours.difference)
    gaps = compare_perceived(ours, theirs)
    assert sum(gaps.values()) == pytest.approx(ours.difference - theirs.difference)
    scaled = perceived_value(*own, weights={name: factor * value for name, value in importance.items()})
    assert scaled.difference == pytest.approx(ours.difference)
    assert -4 <= ours.difference <= 4
    assert 0.2 - 1e-9 <= ours.ratio <= 5 + 1e-9


def test_no_weights_are_equal_weights():
    assert perceived_value(*OURS) == perceived_value(*OURS, weights=dict.fromkeys((*OURS[0], *OURS[1]), 7))


def test_without_the_assumption_a_saving_is_pure_gain():
    found = save_on_service(*OURS, saving=10, service_loss=1, retention_loss=0, **CLV)
    assert found.retention == 0.6
    assert found.net_after - found.net_before == pytest.approx(10 * 1.1 / 0.5)


def test_at_the_break_even_loss_nothing_is_won():
    edge = save_on_service(*OURS, saving=10, service_loss=1, retention_loss=0, **CLV).break_even_loss
    found = save_on_service(*OURS, saving=10, service_loss=1, retention_loss=edge, **CLV)
    assert found.retention == pytest.approx(found.break_even_retention) == pytest.approx(0.55)
    assert found.net_after == pytest.approx(found.net_before) == pytest.approx(net_clv(**CLV))


def test_score_and_retention_stop_at_their_ends():
    found = save_on_service(*OURS, saving=10, service_loss=9, retention_loss=5, **CLV)
    assert (found.service, found.retention) == (1, 0)


def test_nothing_lost_has_no_edge():
    assert (
        save_on_service(*OURS, saving=10, service_loss=0, retention_loss=1, **CLV).break_even_loss == math.inf
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: perceived_value({}, {"money": 1}), "benefits"),
        (lambda: perceived_value({"product": 4}, 3), "costs"),
        (lambda: perceived_value({"product": 6}, {"money": 1}), "product"),
        (lambda: perceived_value({"product": True}, {"money": 1}), "product"),
        (lambda: perceived_value({"money": 2}, {"money": 1}), "两边都有"),
        (lambda: perceived_value(*OURS, weights={"product": 1}), "weights"),
        (
            lambda: perceived_value(*OURS, weights={"product": 1, "service": 1, "money": -1, "time": 1}),
            "money",
        ),
        (
            lambda: perceived_value(*OURS, weights={"product": 0, "service": 0, "money": 1, "time": 1}),
            "benefits",
        ),
        (lambda: compare_perceived(perceived_value(*OURS), perceived_value({"a": 1}, {"b": 1})), "rival"),
        (lambda: save_on_service(*OURS, saving=-1, service_loss=1, retention_loss=1, **CLV), "saving"),
        (
            lambda: save_on_service(
                {"product": 4}, OURS[1], saving=1, service_loss=1, retention_loss=1, **CLV
            ),
            "service",
        ),
    ],
)
def test_wrong_inputs_are_refused_in_chinese(call, said):
    with pytest.raises(SettingsError, match="提示：") as caught:
        call()
    assert said in str(caught.value)
