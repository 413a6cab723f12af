"""What a notebook shows of a case's table is to the letter what pandas' Styler would write."""

from __future__ import annotations

import re
from copy import copy

import numpy as np
import pandas as pd
import pytest
from pandas.io.formats.style import Styler

from ecrm_helpers import cases
from ecrm_helpers.cases.shown import Shown
from ecrm_helpers.datasets import Shop, my_shop
from ecrm_helpers.messages import cases as words

TABLES = (
    cases.status_table,
    cases.hand_orders,
    cases.class_means,
    cases.group_table,
    cases.stage_table,
    cases.transition_table,
    cases.value_table,
)
ODD = {
    "no names": pd.DataFrame({"F": [2.0, 3.25]}),
    "nothing": pd.DataFrame({"F": []}, index=pd.Index([], name="K", dtype="str")),
    "missing number": pd.DataFrame({"F": [np.nan, 1e12]}, index=pd.Index(["a", "b"], name="K")),
    "missing text": pd.DataFrame({"F": ["x", None]}, index=pd.Index(["a", "b"], name="K")),
    "truth": pd.DataFrame({"F": [True, False]}, index=pd.Index(["a", "b"], name="K")),
    "days": pd.DataFrame({"F": pd.to_datetime(["2026-07-01"])}, index=pd.Index(["a"], name="K")),
    "money": pd.DataFrame({words.AMOUNT: [1.005, -0.0]}, index=pd.Index(["a", "b"], name="K")),
    "columns twice": pd.DataFrame([[1, 2.5]], columns=["F", "F"], index=pd.Index(["a"], name="K")),
    "groups": pd.DataFrame(
        {"F": [1, 2, 3]},
        index=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "x")], names=["K", "L"]),
    ),
    "group again": pd.DataFrame(
        {"F": [1, 2, 3]},
        index=pd.MultiIndex.from_tuples([("a", "x"), ("b", "y"), ("a", "z")], names=["K", "L"]),
    ),
}


@pytest.fixture(scope="module")
def shop() -> Shop:
    return my_shop("s001")


def as_pandas(table: pd.DataFrame) -> str | None:
    money = {name: "{:.2f}" for name in table.columns if name in words.MONEY}
    numbers = {name: "{:.10g}" for name in table.select_dtypes("number").columns if name not in money}
    styles = [{"selector": "th, td", "props": "white-space: nowrap"}]
    return table.style.format({**numbers, **money}).set_table_styles(styles)._repr_html_()


def unnamed(html: str | None) -> str:
    return re.sub("T_[0-9a-f]{5}", "T", str(html))


@pytest.mark.parametrize("table_of", TABLES, ids=lambda one: one.__name__)
def test_a_case_is_shown_as_pandas_shows_it(table_of, shop) -> None:
    table = table_of(shop)
    shown = cases.show(table)
    assert unnamed(shown._repr_html_()) == unnamed(as_pandas(table))
    assert type(shown) is Shown  # and without the work of a whole Styler


@pytest.mark.parametrize("name", ODD)
def test_so_is_any_other_table(name) -> None:
    try:
        expected = as_pandas(ODD[name])
    except (ValueError, KeyError) as error:
        with pytest.raises(type(error)):
            cases.show(ODD[name])._repr_html_()
        return
    assert unnamed(cases.show(ODD[name])._repr_html_()) == unnamed(expected)


def test_it_is_a_styler_that_can_be_styled_on(shop) -> None:
    shown = cases.show(cases.stage_table(shop))
    assert isinstance(shown, Styler)
    name = re.search("T_[0-9a-f]{5}", shown._repr_html_())[0]
    assert name in shown.set_caption("图").to_html()
    assert "<caption>图</caption>" in shown._repr_html_()
    shown = cases.show(cases.stage_table(shop))
    shown.caption = "图"
    assert "<caption>图</caption>" in shown._repr_html_()
    assert not hasattr(cases.show(cases.stage_table(shop)), "no_such_thing")


def test_it_can_be_copied_and_used_on_another_table(shop) -> None:
    table = cases.stage_table(shop)
    assert unnamed(copy(cases.show(table))._repr_html_()) == unnamed(as_pandas(table))
    assert cases.show(table).export()["table_styles"]


@pytest.mark.parametrize(("option", "value"), [("styler.format.na_rep", "-"), ("styler.render.max_rows", 2)])
def test_an_option_of_pandas_counts(option, value, shop) -> None:
    table = cases.hand_orders(shop)
    with pd.option_context(option, value):
        assert unnamed(cases.show(table)._repr_html_()) == unnamed(as_pandas(table))
