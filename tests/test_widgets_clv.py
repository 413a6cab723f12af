"""CLV explorer from Python: what it passes to the browser, what it accepts, the line it gives back."""

from __future__ import annotations

import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.value import BENEFITS, COSTS, clv_curve, clv_sensitivity, net_clv, payback
from ecrm_helpers.widgets import CLVExplorer

EIGHT = (*BENEFITS, *COSTS)


@pytest.mark.parametrize("function", [net_clv, payback, clv_curve, clv_sensitivity])
def test_settings_are_what_value_accepts(function):
    explorer = CLVExplorer(margin=120, acquisition_cost=80, first_period="end")
    explorer.retention = 0.75
    given = {"margin": 120, "retention": 0.75, "discount": 0.1, "acquisition_cost": 80, "first_period": "end"}
    assert explorer.settings == given
    function(**explorer.settings)


def test_whole_numbers_are_written_without_a_point():
    assert str(CLVExplorer(margin=120.0).settings["margin"]) == "120"


def test_the_start_stays_while_a_slider_moves():
    explorer = CLVExplorer(retention=0.5)
    explorer.retention = 0.9
    assert explorer.start["retention"] == 0.5


def test_a_segment_takes_from_the_shop_what_it_leaves_out():
    explorer = CLVExplorer(margin=90, segments={"老客户": {"margin": 150, "retention": 0.8}, "新客户": {}})
    assert explorer.segments == [
        {"name": "老客户", **explorer.settings, "margin": 150, "retention": 0.8},
        {"name": "新客户", **explorer.settings},
    ]


def test_the_eight_items_carry_their_textbook_names():
    items = CLVExplorer().items
    assert [item["item"] for item in items] == list(EIGHT)
    assert [item["name"] for item in items if item["side"] == "costs"] == [
        "货币成本", "时间成本", "体力成本", "精神成本",
    ]  # fmt: skip


def test_own_scores_replace_the_example():
    own = dict.fromkeys(EIGHT, 3.5)
    explorer = CLVExplorer(perceived={"own": own})
    assert explorer.own == own
    assert explorer.rival == CLVExplorer().rival


def test_the_assumption_is_off_until_someone_asks():
    assert CLVExplorer().linked is False


@pytest.mark.parametrize(("options", "word"), [
    ({"margin": 0}, "margin"),
    ({"margin": "100"}, "margin"),
    ({"margin": float("nan")}, "margin"),
    ({"retention": 60}, "retention"),
    ({"retention": 1}, "retention"),
    ({"discount": -0.1}, "discount"),
    ({"acquisition_cost": True}, "acquisition_cost"),
    ({"first_period": "now"}, "first_period"),
    ({"periods": 0}, "periods"),
    ({"segments": [1]}, "segments"),
    ({"segments": {"甲": {"profit": 3}}}, "profit"),
    ({"segments": {"甲": {"retention": 2}}}, "retention"),
    ({"perceived": {"ours": {}}}, "perceived"),
    ({"perceived": {"own": {"product": 3}}}, "own"),
    ({"perceived": {"own": dict.fromkeys(EIGHT, 6)}}, "product"),
    ({"perceived": {"weights": dict.fromkeys(EIGHT, 0)}}, "权重"),
])  # fmt: skip
def test_wrong_options_are_refused_in_chinese(options, word):
    with pytest.raises(SettingsError, match=word) as caught:
        CLVExplorer(**options)
    assert "\n提示：" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("retention", 1.0), ("first_period", "later"), ("periods", 61), ("own", {}), ("saving", 2.0)],
)
def test_wrong_values_are_refused_later_too(name, value):
    with pytest.raises(SettingsError, match=name):
        setattr(CLVExplorer(), name, value)
