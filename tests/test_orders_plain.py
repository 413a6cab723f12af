"""The short way for the course's own order tables gives what every engine's way gives, or stands aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.errors import DataError
from ecrm_helpers.lifecycle import base_from, stage_of
from ecrm_helpers.orders import OrderRules, plain, plain_orders, rows
from ecrm_helpers.rfm import RFMSettings, customer_table, table

AS_OF = "2026-07-01"
FIRST = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
STATUSES = ("completed", "partly_refunded", "cancelled", None)


def frame_of(drawn: list[tuple]) -> pd.DataFrame:
    customer, order, hours, status, amount, refund = zip(*drawn, strict=True)
    at = [None if hour is None else FIRST + dt.timedelta(hours=hour) for hour in hours]
    return pd.DataFrame(
        {
            "customer_id": pd.Series(customer, dtype="str"),
            "order_id": pd.Series([None if n is None else f"O{n}" for n in order], dtype="str"),
            "ordered_at": pd.to_datetime(pd.Series(at, dtype="object"), utc=True).astype(
                "datetime64[us, UTC]"
            ),
            "status": pd.Series(status, dtype="str"),
            "amount_cny": np.array(amount, dtype="int64"),
            "refund_cny": np.array(refund, dtype="int64"),
        }
    )


ROW = st.tuples(
    st.sampled_from(["A", "b", "C10", "C2", "客", None]),
    st.one_of(st.none(), st.integers(0, 60)),
    st.one_of(st.none(), st.integers(-48, 900)),  # also after the as-of date
    st.sampled_from(STATUSES),
    st.integers(-10_000, 2**40),
    st.integers(0, 10_000),
)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "timezone": st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]),
        "net_of_refunds": st.booleans(),
        "statuses": st.sampled_from([("completed",), ("completed", "cancelled"), ("lost",)]),
        "columns": st.sampled_from([{"status": None}, {"refund_cny": None}, {"order_id": None}]),
    },
)


def outcome(ask, *given, **named):
    try:
        return ask(*given, **named)
    except DataError as error:
        return str(error)


def agree(ask, frame, monkeypatch, modules, **named):
    here = outcome(ask, frame, **named)
    with monkeypatch.context() as patch:
        for module in modules:
            patch.setattr(module, "plain_orders", lambda *_, **__: None)
        there = outcome(ask, frame, **named)
    if isinstance(there, pd.DataFrame):
        pd.testing.assert_frame_equal(here, there)
        assert here.attrs == there.attrs
    else:
        assert here == there


@tuned(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=30), RULES, st.sampled_from([None, 7, 365]), st.booleans())
def test_customer_tables_agree(drawn, rules, window, mean):
    settings = RFMSettings(as_of=AS_OF, window_days=window, measure="mean" if mean else "total", **rules)
    with pytest.MonkeyPatch.context() as patch:
        agree(lambda frame: customer_table(frame, settings), frame_of(drawn), patch, [table])


@tuned(max_examples=50, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=30))
def test_stages_agree(drawn):
    with pytest.MonkeyPatch.context() as patch:
        agree(lambda frame: stage_of(frame, as_of=AS_OF), frame_of(drawn), patch, [rows])


@pytest.mark.parametrize("name", ["rongyu", "heting"])
def test_the_shipped_shops_go_this_way_and_agree(name, monkeypatch):
    orders = load_shop(name).orders
    assert plain_orders(orders, OrderRules(), end=dt.date(2026, 7, 1)) is not None
    agree(lambda frame: customer_table(frame, RFMSettings(as_of=AS_OF)), orders, monkeypatch, [table])
    agree(lambda frame: base_from(frame, as_of=AS_OF), orders, monkeypatch, [rows])


ODD = {
    "another engine": lambda frame: frame.to_dict("list"),
    "no rows": lambda frame: frame.iloc[:0],
    "a missing column": lambda frame: frame.drop(columns="status"),
    "texts as objects": lambda frame: frame.astype({"customer_id": "object"}),
    "numbers for ids": lambda frame: frame.assign(customer_id=range(len(frame))),
    "amounts in floats": lambda frame: frame.astype({"amount_cny": "float64"}),
    "nullable amounts": lambda frame: frame.astype({"refund_cny": "Int64"}),
    "times in seconds": lambda frame: frame.astype({"ordered_at": "datetime64[s, UTC]"}),
    "times without a zone": lambda frame: frame.assign(ordered_at=frame["ordered_at"].dt.tz_localize(None)),
    "a column twice": lambda frame: pd.concat([frame, frame[["status"]]], axis=1),
    "lines of one order": lambda frame: pd.concat([frame, frame]),
}


@pytest.mark.parametrize("kind", ODD)
def test_tables_of_another_kind_are_left_to_the_engines(kind):
    frame = frame_of([("A", 1, 5, "completed", 100, 0), ("b", 2, 6, "completed", 100, 0)])
    assert plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1)) is not None
    assert plain_orders(ODD[kind](frame), OrderRules(), end=dt.date(2026, 7, 1)) is None


def test_the_table_is_not_modified():
    frame = frame_of([("A", 1, 5, "completed", 100, 7), (None, 2, None, "completed", 100, 0)])
    before = frame.copy()
    customer_table(frame, RFMSettings(as_of=AS_OF))
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("storage", ["pyarrow", "python"])
def test_a_column_that_was_written_to_is_read_anew(storage):
    frame = frame_of([("A", 1, 5, "completed", 100, 7), ("b", 2, 6, "completed", 100, 0)])
    texts = {name: pd.StringDtype(storage, na_value=np.nan) for name in ("customer_id", "order_id", "status")}
    frame = frame.astype(texts)
    settings = RFMSettings(as_of=AS_OF)
    assert customer_table(frame, settings)["customer_id"].tolist() == ["A", "b"]
    frame.loc[0, "customer_id"] = "Z"
    assert customer_table(frame, settings)["customer_id"].tolist() == ["Z", "b"]
    frame.loc[0, "status"] = "cancelled"
    assert customer_table(frame, settings)["customer_id"].tolist() == ["b"]
    frame.loc[:, "order_id"] = "O1"
    frame.loc[:, ["customer_id", "status"]] = ["b", "completed"]
    assert customer_table(frame, settings)["frequency"].tolist() == [1]


def test_what_was_read_is_remembered_until_a_number_changes():
    frame = frame_of([("A", 1, 5, "completed", 100, 7), ("b", 2, 6, "completed", 100, 0)])
    end = dt.date(2026, 7, 1)
    first = plain_orders(frame, OrderRules(), end=end)
    assert plain_orders(frame, OrderRules(), end=end) is first
    assert plain_orders(frame.copy(), OrderRules(), end=end) is first
    assert plain_orders(frame, OrderRules(statuses=("cancelled",)), end=end) is None
    assert plain_orders(frame, OrderRules(columns={"refund_cny": None}), end=end).net.tolist() == [100, 100]
    for values in (first.customer, first.micros, first.net, first.day):
        assert not values.flags.writeable
    frame.loc[0, "refund_cny"] = 8
    assert plain_orders(frame, OrderRules(), end=end).net.tolist() == [92, 100]
    frame["amount_cny"].array[1] = 55  # past pandas' copy on write
    assert plain_orders(frame, OrderRules(), end=end).net.tolist() == [92, 55]
    frame["ordered_at"].array[1] = pd.NaT
    assert plain_orders(frame, OrderRules(), end=end).net.tolist() == [92]
    assert first.net.tolist() == [93, 100]


def test_a_time_missing_counts_in_no_window():
    frame = frame_of([("A", 1, None, "completed", 100, 0), ("b", 2, 6, "completed", 100, 0)])
    for start in (None, dt.date(1900, 1, 1)):
        assert plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1), start=start).ids.tolist() == ["b"]


def test_memory_that_is_used_again_is_read_again():
    for n in range(100):
        frame = frame_of([(f"C{n:03}", n, 5, STATUSES[n % 2], n, 0), ("D", 999, 6, "completed", 1, 0)])
        found = plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1))
        assert (found.ids.tolist(), found.net.tolist()) == ([f"C{n:03}", "D"], [n, 1])
        del frame, found


def test_two_columns_that_change_places_are_read_anew():
    frame = frame_of([("A", 1, 5, "completed", 100, 7), ("completed", 2, 6, "A", 50, 9)])
    end = dt.date(2026, 7, 1)
    assert plain_orders(frame, OrderRules(), end=end).net.tolist() == [93]
    texts = frame.rename(columns={"customer_id": "status", "status": "customer_id"})
    assert plain_orders(texts, OrderRules(), end=end).net.tolist() == [41]
    numbers = frame.rename(columns={"amount_cny": "refund_cny", "refund_cny": "amount_cny"})
    assert plain_orders(numbers, OrderRules(), end=end).net.tolist() == [-93]
    assert plain_orders(frame.iloc[:0:-1], OrderRules(statuses=("A",)), end=end).net.tolist() == [41]


def test_an_answer_that_other_threads_push_out_is_given_all_the_same(monkeypatch):
    class Crowded(dict):
        def __setitem__(self, asked, answer):
            super().__setitem__(asked, answer)
            self.clear()  # as if others had asked in between

    frame = frame_of([("A", 1, 5, "completed", 100, 7)])
    assert plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1)).net.tolist() == [93]
    crowded = [replace(seen, found=Crowded()) for seen in plain._tables]
    monkeypatch.setattr(plain, "_tables", crowded)
    assert plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1)).net.tolist() == [93]


def test_a_number_written_while_the_table_is_read_is_not_remembered(monkeypatch):
    frame = frame_of([("A", 1, 5, "completed", 100, 7)])
    look = plain._seen

    def disturbed(columns):
        found = look(columns)
        frame["amount_cny"].array[0] = 55
        return found

    with monkeypatch.context() as patch:
        patch.setattr(plain, "_seen", disturbed)
        plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1))
    assert plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1)).net.tolist() == [48]
    frame["amount_cny"].array[0] = 100
    assert plain_orders(frame, OrderRules(), end=dt.date(2026, 7, 1)).net.tolist() == [93]
