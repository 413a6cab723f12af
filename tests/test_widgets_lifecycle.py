"""Lifecycle explorer from Python: what it passes to the browser, what it accepts, the line it gives back."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.figures import PALETTE
from ecrm_helpers.lifecycle import STAGE_NAMES, STAGES, Base, Levers
from ecrm_helpers.widgets import LifecycleExplorer


def test_the_browser_gets_the_base_as_plain_data():
    base = Base(new_customers=50.0)
    assert LifecycleExplorer(base).base == asdict(base)


def test_a_mapping_is_as_good_as_a_base():
    assert LifecycleExplorer(asdict(Base())).base == asdict(Base())


def test_levers_are_what_the_model_accepts():
    explorer = LifecycleExplorer(levers=Levers(loyalty_budget=3_000))
    explorer.winback_budget = 7_000
    assert Levers(**explorer.levers) == Levers(loyalty_budget=3_000, winback_budget=7_000)


def test_stages_come_from_the_model_in_the_palettes_colours():
    shown = LifecycleExplorer().stages
    assert [stage["stage"] for stage in shown] == list(STAGES)
    assert [stage["strategy"] for stage in shown] == [stage.strategy for stage in STAGE_NAMES]
    assert {stage["stage"]: stage["color"] for stage in shown} == {stage: PALETTE[stage] for stage in STAGES}


@pytest.mark.parametrize(("options", "word"), [
    ({"base": 7}, "base"),
    ({"months": 0}, "months"),
    ({"months": 500}, "months"),
    ({"levers": {"advertising_budget": 5}}, "advertising_budget"),
    ({"levers": {"winback_budget": -5}}, "winback_budget"),
    ({"levers": {"winback_budget": 2.5}}, "winback_budget"),
    ({"trial_budget": "1000"}, "trial_budget"),
    ({"budget_step": 0}, "budget_step"),
])  # fmt: skip
def test_wrong_options_are_refused_in_chinese(options, word):
    with pytest.raises(SettingsError, match=word) as caught:
        LifecycleExplorer(options.pop("base", None), **options)
    assert "\n提示：" in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("months", 0), ("show", "pie"), ("loyalty_budget", -1)])
def test_wrong_values_are_refused_later_too(name, value):
    with pytest.raises(SettingsError, match=name):
        setattr(LifecycleExplorer(), name, value)
