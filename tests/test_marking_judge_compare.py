"""Comparisons: tables by key and not by order, no NaN inside a tolerance, quick on all that can come."""

from __future__ import annotations

import math
import random

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking import close, kendall_distance, rows_by_key, same_table, table_share
from ecrm_helpers.marking.judge import compare

RIGHT = [
    {"segment": "重要价值", "customers": 12, "share": 0.24},
    {"segment": "重要发展", "customers": 20, "share": 0.40},
    {"segment": "一般挽留", "customers": 18, "share": 0.36},
]


def table_like(**changes):
    rows = [dict(row) for row in RIGHT]
    rows[0].update(changes)
    return rows


SAME = {
    "as it is": RIGHT,
    "other order": RIGHT[::-1],
    "other order of columns": [dict(reversed(row.items())) for row in RIGHT],
    "one column more": [{**row, "rank": 1} for row in RIGHT],
    "whole numbers as floats": table_like(customers=12.0),
    "within the tolerance": table_like(share=0.244),
    "blanks around a key": table_like(segment=" 重要价值 "),
}
OTHER = {
    "a row less": RIGHT[:2],
    "a row more": [*RIGHT, {"segment": "其他", "customers": 0, "share": 0.0}],
    "a row twice": [*RIGHT, RIGHT[0]],
    "a key twice with two numbers": [*RIGHT, {**RIGHT[0], "customers": 99}],
    "beyond the tolerance": table_like(share=0.246),
    "nan": table_like(share=math.nan),
    "infinity": table_like(customers=math.inf),
    "nothing": table_like(share=None),
    "true for a number": table_like(customers=True),
    "a text for a number": table_like(customers="12"),
    "another key": table_like(segment="重要保持"),
    "key of a list": table_like(segment=["重要价值"]),
    "no table": {"重要价值": 12},
    "text": "重要价值",
    "none": None,
    "rows of lists": [list(row.values()) for row in RIGHT],
    "empty": [],
}


@pytest.mark.parametrize("name", SAME)
def test_tables_are_the_same_whatever_their_order(name):
    assert same_table(SAME[name], RIGHT, key="segment", tol=0.005)
    assert table_share(SAME[name], RIGHT, key="segment", tol=0.005) == 1


@pytest.mark.parametrize("name", OTHER)
def test_tables_with_another_cell_or_row_are_not_the_same(name):
    assert not same_table(OTHER[name], RIGHT, key="segment", tol=0.005)


def test_shuffled_rows_earn_the_same_share():
    rows = table_like(share=0.5)
    shares = set()
    for seed in range(10):
        random.Random(seed).shuffle(rows)  # noqa: S311 - any order will do
        shares.add(table_share(rows, RIGHT, key="segment", tol=0.005))

    assert shares == {5 / 6}


def test_right_rows_may_come_from_a_frame():
    frame = pd.DataFrame(RIGHT).astype({"customers": "int64", "share": "float64"})

    assert same_table(RIGHT, frame.to_dict("records"), key="segment")
    assert same_table([{"id": 3.0, "n": 1}], [{"id": np.int64(3), "n": np.int64(1)}], key="id")


FAULTY = {
    "no rows": [],
    "no column": [{"segment": "A"}],
    "two rows with one key": [RIGHT[0], RIGHT[0]],
    "a row without key": [{"customers": 1}],
    "nan": [{"segment": "A", "share": math.nan}],
    "none": [{"segment": "A", "share": None}],
}


@pytest.mark.parametrize("name", FAULTY)
def test_right_rows_that_are_none_are_the_markers_mistake(name):
    with pytest.raises(MarkingError):
        table_share(RIGHT, FAULTY[name], key="segment")


@pytest.mark.parametrize(
    ("expected", "tol"), [(math.nan, 1), (math.inf, 1), (1, math.nan), (1, math.inf), (1, -1)]
)
def test_right_values_and_tolerances_that_decide_nothing_are_refused(expected, tol):
    with pytest.raises(MarkingError):
        close(1, expected, tol)


@pytest.mark.parametrize("tol", [0.0, 1e300])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None, "1", True, [1], 10**400])
def test_no_tolerance_takes_in_what_is_no_finite_number(value, tol):
    assert not close(value, 1, tol)
    assert not close(value, 1, min(tol, 1e9), relative=True)


def test_numbers_of_numpy_are_fine_as_right_values():
    assert close(3, np.int64(3)) and close(0.5, np.float64(0.5))  # noqa: PT018 - one statement about both


@pytest.mark.parametrize(("key", "name"), [("名", "名"), ("Ａ ", "A"), (1, "1"), (2.0, "2")])
def test_keys_are_texts_and_whole_numbers(key, name):
    assert list(rows_by_key([{"k": key}], "k")) == [name]


@pytest.mark.parametrize("key", [True, 1.5, None, math.nan, [1]])
def test_rows_with_other_keys_are_left_out(key):
    assert rows_by_key([{"k": key}], "k") == {}


class Counted(str):
    """A text that counts how often it was compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_long_tables_are_read_in_one_pass(monkeypatch):
    monkeypatch.setattr(compare, "narrow", Counted)

    assert len(rows_by_key([{"k": str(number)} for number in range(2_000)], "k")) == 2_000
    assert Counted.compared < 20_000  # each key against all the others would be four million


def test_long_orders_are_refused_before_they_are_compared():
    assert kendall_distance(["A"] * 5_000, ["A", "B"]) is None
