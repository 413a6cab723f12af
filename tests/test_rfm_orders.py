"""Which orders count for RFM, and on which day: each rule on a frame small enough to count by hand."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from ecrm_helpers.errors import DataError
from ecrm_helpers.rfm import RFMSettings, customer_table

AS_OF = "2026-07-01"
DEFAULTS = {"status": "completed", "amount_cny": 10_000, "refund_cny": 0}


def orders(*rows: dict) -> pd.DataFrame:
    """Build an order table; a row needs `customer` and `at` (UTC) only."""
    frame = pd.DataFrame(
        [
            {"customer_id": row["customer"], "order_id": row.get("order", f"O{n}"), "ordered_at": row["at"]}
            | {name: row.get(name, value) for name, value in DEFAULTS.items()}
            for n, row in enumerate(rows)
        ]
    )
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], utc=True, format="ISO8601"))


def table_of(*rows: dict, **settings) -> list[tuple]:
    table = customer_table(orders(*rows), RFMSettings(**{"as_of": AS_OF, **settings}))
    return list(
        table[["customer_id", "recency_days", "frequency", "monetary"]].itertuples(index=False, name=None)
    )


def test_single_order():
    assert table_of({"customer": "A", "at": "2026-06-01T04:00Z"}) == [("A", 30, 1, 10_000)]


def test_columns_and_their_types():
    table = customer_table(orders({"customer": "A", "at": "2026-06-01T04:00Z"}), RFMSettings(as_of=AS_OF))
    assert table.dtypes.astype(str).to_dict() == {
        "customer_id": "str",
        "last_order": "datetime64[s]",
        "recency_days": "int64",
        "frequency": "int64",
        "monetary": "int64",
    }
    assert table["last_order"].tolist() == [pd.Timestamp("2026-06-01")]


def test_customers_come_sorted():
    rows = [{"customer": name, "at": "2026-06-01"} for name in ("C10", "C2", "B", "C1")]
    assert [row[0] for row in table_of(*rows)] == ["B", "C1", "C10", "C2"]


def test_cancelled_and_refunded_orders_do_not_count():
    rows = [
        {"customer": "A", "at": "2026-05-01"},
        {"customer": "A", "at": "2026-06-01", "status": "cancelled"},
        {"customer": "A", "at": "2026-06-02", "status": "refunded", "refund_cny": 10_000},
        {"customer": "B", "at": "2026-06-01", "status": "cancelled"},
    ]
    assert table_of(*rows) == [("A", 61, 1, 10_000)]


@pytest.mark.parametrize("kind", [pl.Int32, pl.UInt32])
def test_narrow_amounts_do_not_overflow(kind):
    frame = orders(
        *({"customer": "A", "at": "2026-06-01", "amount_cny": 2_000_000_000} for _ in range(3)),
        {"customer": "B", "at": "2026-06-01", "amount_cny": 100, "refund_cny": 300},
    )
    money = ("amount_cny", "refund_cny")
    narrow = _polars(frame).with_columns(pl.col(name).cast(kind) for name in money)
    plain = frame.astype(dict.fromkeys(money, kind.__name__.lower()))
    for native in (plain, narrow, narrow.lazy()):
        assert customer_table(native, RFMSettings(as_of=AS_OF))["monetary"].tolist() == [6_000_000_000, -200]


def test_part_of_a_refund_is_taken_off():
    rows = [{"customer": "A", "at": "2026-06-01", "status": "partly_refunded", "refund_cny": 2_500}]
    assert table_of(*rows) == [("A", 30, 1, 7_500)]
    assert table_of(*rows, net_of_refunds=False) == [("A", 30, 1, 10_000)]


def test_statuses_can_be_chosen():
    rows = [{"customer": "A", "at": "2026-06-01", "status": "refunded", "refund_cny": 10_000}]
    assert table_of(*rows, statuses=["completed", "refunded"]) == [("A", 30, 1, 0)]


def test_midnight_in_beijing_is_stored_as_the_day_before():
    row = {"customer": "A", "at": "2026-06-29T16:00:00Z"}  # 30 June, 00:00 in Beijing
    assert table_of(row) == [("A", 1, 1, 10_000)]
    assert table_of(row, timezone="UTC") == [("A", 2, 1, 10_000)]
    assert table_of({"customer": "A", "at": "2026-06-29T15:59:59Z"}) == [("A", 2, 1, 10_000)]


def test_the_as_of_day_no_longer_counts():
    rows = [
        {"customer": "A", "at": "2026-06-30T15:59:59Z"},  # last second of 30 June in Beijing
        {"customer": "B", "at": "2026-06-01"},
        {"customer": "B", "at": "2026-06-30T16:00:00Z"},  # 1 July, 00:00 in Beijing
        {"customer": "C", "at": "2026-08-01"},
    ]
    assert table_of(*rows) == [("A", 1, 1, 10_000), ("B", 30, 1, 10_000)]


def test_the_window_starts_at_midnight():
    rows = [
        {"customer": "A", "at": "2026-06-20T16:00:00Z"},  # 21 June, 00:00: ten days before 1 July
        {"customer": "A", "at": "2026-06-20T15:59:59Z"},
    ]
    assert table_of(*rows, window_days=10) == [("A", 10, 1, 10_000)]
    assert table_of(*rows) == [("A", 10, 2, 20_000)]


@pytest.mark.parametrize("zone", [None, "Asia/Shanghai", "America/New_York"])
def test_the_stored_zone_does_not_matter_and_times_without_one_are_local(zone):
    frame = orders(
        {"customer": "A", "at": "2026-06-29T16:00:00Z"}, {"customer": "B", "at": "2026-06-30T16:00Z"}
    )
    frame["ordered_at"] = frame["ordered_at"].dt.tz_convert(zone or "Asia/Shanghai")
    if zone is None:
        frame["ordered_at"] = frame["ordered_at"].dt.tz_localize(None)
    for native in (frame, _polars(frame)):
        table = customer_table(native, RFMSettings(as_of=AS_OF))
        assert table[["customer_id", "recency_days"]].to_numpy().tolist() == [["A", 1]]


def test_a_column_of_dates_is_local_days():
    frame = pl.DataFrame(
        {"who": ["A", "A"], "day": ["2026-06-30", "2026-07-01"], "fen": [100, 900]}
    ).with_columns(pl.col("day").str.to_date())
    columns = {"customer_id": "who", "ordered_at": "day", "amount_cny": "fen"}
    columns |= {"order_id": None, "status": None, "refund_cny": None}
    table = customer_table(frame, RFMSettings(as_of=AS_OF, columns=columns))
    assert table.iloc[0, 2:].tolist() == [1, 1, 100]


def test_several_orders_on_one_day_are_several_orders():
    rows = [{"customer": "A", "at": f"2026-06-01T0{hour}:00Z"} for hour in range(3)]
    assert table_of(*rows) == [("A", 30, 3, 30_000)]


@pytest.mark.parametrize("ids", [("1", "1", "2"), ("2", "1", "1")])
def test_lines_of_one_order_are_one_order(ids):
    frame = orders(*({"customer": "A", "at": "2026-06-01", "order": number} for number in ids))
    for native in (frame, _polars(frame), _polars(frame).lazy()):
        assert customer_table(native, RFMSettings(as_of=AS_OF)).iloc[0, 2:].tolist() == [30, 2, 30_000]


def test_the_mean_amount_rounds_half_up_and_keeps_the_total():
    rows = [{"customer": "A", "at": "2026-06-01", "amount_cny": fen} for fen in (100, 101)]
    rows += [{"customer": "B", "at": "2026-06-01", "amount_cny": fen} for fen in (100, 100, 101)]
    assert [row[3] for row in table_of(*rows, measure="mean")] == [101, 100]
    table = customer_table(orders(*rows), RFMSettings(as_of=AS_OF, measure="mean"))
    assert table["total"].tolist() == [201, 301]


def test_rows_without_a_customer_or_a_time_do_not_count():
    frame = orders({"customer": "A", "at": "2026-06-01"}, {"customer": None, "at": "2026-06-01"})
    frame.loc[2] = frame.loc[0]
    frame.loc[2, "ordered_at"] = pd.NaT
    for native in (frame, _polars(frame), _polars(frame).lazy()):
        assert customer_table(native, RFMSettings(as_of=AS_OF))["frequency"].tolist() == [1]


def test_whole_number_customer_ids_stay_numbers():
    table = customer_table(
        orders({"customer": 10, "at": "2026-06-01"}, {"customer": 9, "at": "2026-06-01"}),
        RFMSettings(as_of=AS_OF),
    )
    assert table["customer_id"].tolist() == [9, 10]


def test_columns_of_other_names_and_columns_left_out():
    frame = orders(
        {"customer": "A", "at": "2026-06-01", "order": "1"},
        {"customer": "A", "at": "2026-06-02", "order": "1"},
    )
    frame = frame.rename(columns={"customer_id": "买家"}).drop(columns=["order_id", "status", "refund_cny"])
    columns = {"customer_id": "买家", "order_id": None, "status": None, "refund_cny": None}
    table = customer_table(frame, RFMSettings(as_of=AS_OF, columns=columns))
    assert table.loc[0, ["customer_id", "frequency", "monetary"]].tolist() == ["A", 2, 20_000]


def test_the_table_says_how_it_was_made():
    table = customer_table(
        orders({"customer": "A", "at": "2026-06-20"}), RFMSettings(as_of=AS_OF, window_days=30)
    )
    assert table.attrs == {"as_of": AS_OF, "window_days": 30, "measure": "total", "net_of_refunds": True}


def test_the_callers_frame_is_not_modified():
    frame = orders({"customer": "B", "at": "2026-06-01"}, {"customer": "A", "at": "2026-06-01"})
    before = frame.copy(deep=True)
    customer_table(frame, RFMSettings(as_of=AS_OF, measure="mean"))
    pd.testing.assert_frame_equal(frame, before)


def _polars(frame: pd.DataFrame) -> pl.DataFrame:
    at = frame["ordered_at"]
    zone = None if at.dt.tz is None else str(at.dt.tz)
    plain = (at if zone is None else at.dt.tz_convert("UTC").dt.tz_localize(None)).astype("datetime64[us]")
    time = pl.Series("ordered_at", plain.to_numpy())
    if zone is not None:
        time = time.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    texts = {
        name: [None if pd.isna(value) else value for value in frame[name]]
        for name in ("customer_id", "order_id", "status")
    }
    return pl.DataFrame(
        {**texts, "ordered_at": time} | {n: frame[n].to_list() for n in ("amount_cny", "refund_cny")}
    )


GOOD = orders({"customer": "A", "at": "2026-06-01"})


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (GOOD.drop(columns="ordered_at"), "没有 'ordered_at' 这一列"),
        (GOOD.drop(columns="refund_cny"), 'columns={"refund_cny": None}'),
        (GOOD.iloc[:0], "订单表是空的"),
        (_polars(GOOD).clear(), "订单表是空的"),
        (_polars(GOOD).lazy().filter(pl.lit(False)), "没有状态为"),  # noqa: FBT003
        (GOOD.assign(ordered_at="2026-06-01"), "应是时间"),
        (GOOD.assign(amount_cny=99.5), "应是整数（单位：分）"),
        (_polars(GOOD).with_columns(amount_cny=pl.lit(None, pl.Int64)), "有 1 个订单没有金额"),
        (GOOD.assign(status="cancelled"), "没有状态为 completed、partly_refunded 的订单"),
        (pd.concat([GOOD, GOOD.assign(customer_id=7)]).astype({"customer_id": object}), "既有文字又有数字"),
        ([1, 2], "收到的是 list"),
        (
            pd.concat([GOOD, GOOD[["status", "amount_cny"]]], axis=1),
            "重名的列：'status'（2 次）、'amount_cny'（2 次）",
        ),
        (pd.concat([GOOD, GOOD[["ordered_at"]]], axis=1), "重名的列：'ordered_at'（2 次）"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_in_chinese(frame, said):
    with pytest.raises(DataError, match="提示：") as caught:
        customer_table(frame, RFMSettings(as_of=AS_OF))
    assert said in str(caught.value)


def test_no_order_before_the_as_of_date():
    with pytest.raises(DataError, match="在 2020-01-01 之前（不含当天）没有"):
        customer_table(GOOD, RFMSettings(as_of="2020-01-01"))
