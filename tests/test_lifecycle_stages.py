"""Stages on a date, on frames small enough to count by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.lifecycle import (
    STAGE_NAMES,
    STAGES,
    StageSettings,
    base_from,
    month_starts,
    stage_history,
    stage_of,
)

AS_OF = "2026-07-01"


def orders(**days: list[int]) -> pd.DataFrame:
    """Build orders so many days before the as-of date, at noon in Beijing: ``orders(A=[10, 40])``."""
    rows = [(who, back) for who, backs in days.items() for back in backs]
    noon = pd.Timestamp("2026-07-01T04:00Z")
    return pd.DataFrame(
        {
            "customer_id": [who for who, _ in rows],
            "order_id": [str(n) for n in range(len(rows))],
            "ordered_at": pd.to_datetime([noon - pd.Timedelta(days=back) for _, back in rows], utc=True),
            "status": "completed",
            "amount_cny": 10_000,
            "refund_cny": 0,
        }
    )


def stages(frame, **options) -> dict[str, str]:
    table = stage_of(frame, as_of=AS_OF, settings=StageSettings(**options))
    return dict(zip(table["customer_id"], table["stage"], strict=True))


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ([1], "acquisition"),
        ([150], "acquisition"),  # the last active day
        ([151], "winback"),
        ([365], "winback"),  # the last day before lost
        ([366], "lost"),
        ([10, 20], "retention"),
        ([10, 500], "retention"),  # lost once, ordered again
        ([10, 20, 365], "loyalty"),
        ([10, 20, 366], "retention"),  # the third order is too long ago
        ([151, 152, 153], "winback"),  # often, but silent
        ([366, 367, 368], "lost"),
        ([5, 5, 5], "loyalty"),  # three orders on one day are three orders
    ],
)
def test_the_first_rule_that_fits_decides(days, stage):
    assert stages(orders(A=days)) == {"A": stage}


def test_windows_can_be_chosen():
    frame = orders(A=[40], B=[10, 20, 100])
    assert stages(frame, active_days=30, lost_days=60) == {"A": "winback", "B": "loyalty"}
    assert stages(frame, loyal_days=90) == {"A": "acquisition", "B": "retention"}
    assert stages(frame, loyal_orders=2, loyal_days=15) == {"A": "acquisition", "B": "retention"}


def test_columns_and_numbers():
    table = stage_of(orders(B=[10, 40], A=[1]), as_of=AS_OF)
    assert table.to_dict("list") == {
        "customer_id": ["A", "B"],
        "stage": ["acquisition", "retention"],
        "orders": [1, 2],
        "days_since_last": [1, 10],
    }


def test_orders_that_do_not_count_and_days_in_beijing():
    frame = orders(A=[10, 20], B=[10])
    frame["status"] = ["completed", "cancelled", "refunded"]
    assert stages(frame) == {"A": "acquisition"}
    frame = orders(A=[150])
    frame["ordered_at"] = pd.to_datetime(["2026-01-31T15:59Z"], utc=True)  # 31 January, 23:59 in Beijing
    assert stages(frame) == {"A": "winback"}
    frame["ordered_at"] = pd.to_datetime(["2026-01-31T16:00Z"], utc=True)  # 1 February: 150 days
    assert stages(frame) == {"A": "acquisition"}


def test_lines_of_one_order_are_one_order():
    frame = orders(A=[10, 10, 10]).assign(order_id="1")
    assert stages(frame) == {"A": "acquisition"}


def test_orders_on_and_after_the_date_do_not_count():
    assert stages(orders(A=[10, 0, -5], B=[5])) == {"A": "acquisition", "B": "acquisition"}


def test_rows_without_a_customer_do_not_count():
    frame = orders(A=[10], B=[10])
    frame.loc[1, "customer_id"] = None
    assert stages(frame) == {"A": "acquisition"}


def test_polars_gives_the_same():
    frame = orders(A=[10, 20, 30], B=[200], C=[400], D=[3])
    data = {name: frame[name].to_list() for name in frame.columns if name != "ordered_at"}
    times = [stamp.to_pydatetime() for stamp in frame["ordered_at"]]
    native = pl.DataFrame({**data, "ordered_at": times})
    expected = stage_of(frame, as_of=AS_OF)
    pd.testing.assert_frame_equal(stage_of(native, as_of=AS_OF), expected)
    pd.testing.assert_frame_equal(stage_of(native.lazy(), as_of=AS_OF), expected)


def test_the_callers_frame_is_not_modified():
    frame = orders(B=[10], A=[20])
    before = frame.copy(deep=True)
    stage_of(frame, as_of=AS_OF)
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(
    days=st.dictionaries(st.sampled_from("ABCDE"), st.lists(st.integers(-50, 800), min_size=1, max_size=6)),
    back=st.integers(0, 300),
)
def test_every_customer_has_exactly_one_stage_as_a_plain_count_gives(days, back):
    expected = {}
    for who, ago in sorted(days.items()):
        past = [day - back for day in ago if day - back >= 1]
        if past:
            expected[who] = _by_hand(past)
    date = dt.date(2026, 7, 1) - dt.timedelta(days=back)
    if not expected:
        with pytest.raises(DataError):
            stage_of(orders(**(days or {"A": [-400]})), as_of=date)
        return
    table = stage_of(orders(**days), as_of=date)
    assert dict(zip(table["customer_id"], table["stage"], strict=True)) == expected


def _by_hand(past: list[int]) -> str:
    silent = min(past)
    if silent > 365:
        return "lost"
    if silent > 150:
        return "winback"
    if sum(day <= 365 for day in past) >= 3:
        return "loyalty"
    return "retention" if len(past) > 1 else "acquisition"


def test_history_is_stage_of_on_each_date():
    frame = orders(A=[1, 40, 70], B=[100], C=[10])
    dates = ["2026-05-01", "2026-06-01", AS_OF]
    history = stage_history(frame, as_ofs=reversed(dates))
    for date in dates:
        part = history[history["as_of"] == date].drop(columns="as_of").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, stage_of(frame, as_of=date))
    assert history.groupby("as_of").size().tolist() == [2, 2, 3]


def test_month_starts_keep_the_day():
    assert month_starts("2026-03-31", months=2) == [
        dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31),
    ]  # fmt: skip


def test_stage_names_speak_the_three_vocabularies():
    assert tuple(name.stage for name in STAGE_NAMES) == STAGES
    assert [name.name for name in STAGE_NAMES] == ["获取", "留存", "忠诚", "挽回", "流失"]
    assert [name.relationship[:2] for name in STAGE_NAMES[:4]] == ["考察", "形成", "稳定", "退化"]
    assert "、".join(name.work for name in STAGE_NAMES[:4]) == "选择、建立、提升、维护、挽救"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"active_days": 0}, "active_days 应是正整数"),
        ({"lost_days": 100.5}, "lost_days 应是正整数"),
        ({"loyal_days": 10**11}, "最多一百年"),
        ({"loyal_orders": 1}, "loyal_orders 应是不小于 2 的整数"),
        ({"active_days": 365}, "应大于 active_days"),
        ({"timezone": "Mars"}, "不认识时区"),
    ],
)
def test_settings_out_of_range(options, said):
    with pytest.raises(SettingsError, match="提示：") as caught:
        StageSettings(**options)
    assert said in str(caught.value)


def test_settings_given_as_a_dict_are_explained():
    for call in (stage_of, base_from):
        with pytest.raises(SettingsError, match=r"StageSettings\(\*\*settings\)"):
            call(orders(A=[1]), as_of=AS_OF, settings={"active_days": 90})


def test_dates_are_required():
    with pytest.raises(SettingsError, match="没有给统计截止日"):
        stage_of(orders(A=[1]))
    with pytest.raises(SettingsError, match="至少要两个不同的日期"):
        stage_history(orders(A=[1]), as_ofs=[])
    with pytest.raises(SettingsError, match="months 应是不小于 1 的整数"):
        month_starts(AS_OF, months=0)


def test_a_missing_amount_is_named():
    frame = orders(A=[1]).astype({"amount_cny": "Int64"})
    frame.loc[0, "amount_cny"] = None
    times = pl.Series(frame["ordered_at"].dt.tz_localize(None).to_numpy())
    lazy = pl.LazyFrame(
        {
            **{name: frame[name].tolist() for name in ("customer_id", "order_id", "status", "refund_cny")},
            "ordered_at": times.dt.replace_time_zone("UTC"),
            "amount_cny": pl.Series([None], dtype=pl.Int64),
        }
    )
    lines = pd.concat([frame, orders(A=[1])])  # the order's other row has an amount
    for native in (frame, lazy, lines):
        with pytest.raises(DataError, match="有 1 个订单没有金额"):
            stage_of(native, as_of=AS_OF)
