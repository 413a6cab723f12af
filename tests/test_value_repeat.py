"""From orders to x, t_x, T: the literature's convention, on frames to count by hand and on CDNOW."""

from __future__ import annotations

import importlib.metadata

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.orders import OrderRules
from ecrm_helpers.value import holdout, repeat_table

COLUMNS = ["customer_id", "x", "t_x", "T", "mean_value"]


def orders(*rows: tuple) -> pd.DataFrame:
    """Build an order table from (customer, UTC time, fen)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount_cny"])
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], utc=True, format="ISO8601")
    return frame.assign(order_id=[f"O{n}" for n in range(len(frame))], status="completed", refund_cny=0)


def lifetimes_file(name: str) -> str:
    """Path of a data file of lifetimes; importing lifetimes.datasets would need pkg_resources."""
    try:
        files = importlib.metadata.files("lifetimes") or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the extra [real] is not installed: CDNOW comes with lifetimes")
    return str(next(file.locate() for file in files if file.name == name))


@pytest.fixture(scope="module")
def cdnow_sample() -> pd.DataFrame:
    """The published sample: 2,357 customers, one in ten of the first quarter of 1997."""
    names = ["master_id", "customer_id", "date", "cds", "dollars"]
    raw = pd.read_csv(lifetimes_file("CDNOW_sample.txt"), sep=r"\s+", names=names, dtype="str")
    return pd.DataFrame(
        {
            "order_id": [str(n) for n in range(len(raw))],
            "customer_id": raw["customer_id"],
            "ordered_at": pd.to_datetime(raw["date"], format="%Y%m%d", utc=True),
            "status": "completed",
            "amount_cny": (raw["dollars"].astype("float64") * 100).round().astype("int64"),
            "refund_cny": 0,
        }
    )


THREE = [
    ("A", "2026-06-02T01:00Z", 9_900),
    ("A", "2026-06-16T01:00Z", 5_000),
    ("A", "2026-06-16T09:00Z", 1_000),
    ("A", "2026-06-30T15:59Z", 3_000),
    ("B", "2026-06-23T16:00Z", 7_000),
    ("B", "2026-07-01T00:00Z", 7_000),
]


def test_two_orders_of_a_day_are_one_purchase_and_the_first_is_no_repeat():
    table = repeat_table(orders(*THREE), as_of="2026-07-01", unit="day")
    assert table[COLUMNS[:4]].to_numpy().tolist() == [["A", 2, 28.0, 28.0], ["B", 0, 0.0, 6.0]]
    assert table["mean_value"].tolist()[0] == 4_500  # (5,000 + 1,000 on one day, 3,000) / 2
    assert np.isnan(table["mean_value"].tolist()[1])
    assert table.attrs == {"unit": "day", "count": "days", "as_of": "2026-07-01"}


def test_weeks_are_days_over_seven_not_rounded():
    weeks = repeat_table(orders(*THREE), as_of="2026-07-01")
    assert weeks["t_x"].tolist() == [4.0, 0.0]
    assert weeks["T"].tolist() == [4.0, 6 / 7]


def test_orders_can_count_each_at_its_instant():
    table = repeat_table(orders(*THREE), as_of="2026-07-01", unit="day", count="orders")
    assert table["x"].tolist() == [3, 0]
    assert table["t_x"].tolist() == pytest.approx([28 + (14 * 60 + 59) / 1440, 0], abs=1e-9)
    assert table["T"].tolist() == pytest.approx([28 + 15 / 24, 7.0])  # to midnight in Beijing, 16:00Z
    assert table["mean_value"].tolist()[0] == 3_000


def test_lines_of_an_order_are_one_purchase():
    lines = orders(*THREE[:2], ("A", "2026-06-16T01:00Z", 2_000)).assign(order_id=["O1", "O2", "O2"])
    table = repeat_table(lines, as_of="2026-07-01", count="orders")
    assert table[["x", "mean_value"]].to_numpy().tolist() == [[1, 7_000.0]]


def to_engine(frame: pd.DataFrame, engine: str):
    """Hand the same orders over in another engine's table."""
    if engine == "dask":
        dask = pytest.importorskip("dask.dataframe", reason="the extra [engines] is not installed")
        return dask.from_pandas(frame, npartitions=2)
    pl = pytest.importorskip("polars", reason="the extra [engines] is not installed")
    naive = frame.assign(ordered_at=frame["ordered_at"].dt.tz_localize(None))
    polars = pl.DataFrame({name: naive[name].to_list() for name in naive})
    polars = polars.with_columns(pl.col("ordered_at").dt.replace_time_zone("UTC"))
    if engine == "polars":
        return polars
    if engine == "lazy":
        return polars.lazy()
    if engine == "pyarrow":
        return polars.to_arrow()
    duckdb = pytest.importorskip("duckdb", reason="the extra [engines] is not installed")
    return duckdb.from_arrow(polars.to_arrow())


@pytest.mark.parametrize("count", ["days", "orders"])
@pytest.mark.parametrize("engine", ["polars", "lazy", "pyarrow", "duckdb", "dask"])
def test_every_engine_gives_the_same_table(engine, count):
    frame = orders(*THREE)
    wanted = repeat_table(frame, as_of="2026-07-01", count=count)
    found = repeat_table(to_engine(frame, engine), as_of="2026-07-01", count=count)
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize("count", ["days", "orders"])
def test_the_order_of_rows_does_not_matter(count):
    frame = orders(*THREE)
    wanted = repeat_table(frame, as_of="2026-07-01", count=count)
    shuffled = frame.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(repeat_table(shuffled, as_of="2026-07-01", count=count), wanted)


def test_the_callers_orders_are_not_modified():
    frame = orders(*THREE)
    before = frame.copy(deep=True)
    repeat_table(frame, as_of="2026-07-01")
    holdout(frame, calibration_end="2026-06-20", as_of="2026-07-01")
    pd.testing.assert_frame_equal(frame, before)


def test_rules_decide_what_counts():
    frame = orders(*THREE).assign(status=["completed"] * 3 + ["cancelled"] + ["completed"] * 2)
    assert repeat_table(frame, as_of="2026-07-01")["x"].tolist() == [1, 0]
    everything = OrderRules(columns={"status": None})
    assert repeat_table(frame, as_of="2026-07-01", rules=everything)["x"].tolist() == [2, 0]


def test_the_published_summary_of_cdnow_is_reproduced(cdnow_sample):
    """x, t_x and T of all 2,357 customers as Fader & Hardie publish them, to their two digits."""
    published = pd.read_csv(lifetimes_file("cdnow_customers_summary_with_transactions.csv"))
    table = repeat_table(cdnow_sample, as_of="1997-10-01")
    assert len(table) == 2_357
    assert table["x"].tolist() == published["x"].tolist()
    assert np.abs(table["t_x"].round(2) - published["t_x"]).max() < 1e-9
    assert np.abs(table["T"].round(2) - published["T"]).max() < 1e-9
    assert np.abs(table["mean_value"].fillna(0) / 100 - published["zbar"]).max() < 0.0051


def test_holdout_splits_at_the_day_and_keeps_later_customers_out():
    held = holdout(
        orders(*THREE, ("C", "2026-06-25T01:00Z", 100)), calibration_end="2026-06-24", as_of="2026-07-02"
    )
    assert held.table[["customer_id", "x", "actual"]].to_numpy().tolist() == [["A", 1, 1]]
    assert held.periods == 8 / 7
    later = holdout(orders(*THREE), calibration_end="2026-06-25", as_of="2026-07-02", unit="day")
    assert later.table[["customer_id", "x", "actual"]].to_numpy().tolist() == [["A", 1, 1], ["B", 0, 1]]
    assert later.periods == 7


def test_holdout_counts_of_cdnow(cdnow_sample):
    """39 weeks each; the totals follow from the file alone."""
    held = holdout(cdnow_sample, calibration_end="1997-10-01", as_of="1998-07-01")
    assert held.periods == 39
    days = cdnow_sample.assign(day=cdnow_sample["ordered_at"].dt.date.astype("str"))
    days = days.drop_duplicates(["customer_id", "day"])["day"]
    assert held.table["actual"].sum() == (days >= "1997-10-01").sum() == 1_882
    assert held.table["x"].sum() == (days < "1997-10-01").sum() - 2_357


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (
            lambda: repeat_table(orders(*THREE), as_of="2026-07-01", unit="month"),
            SettingsError,
            "'week'、'day'",
        ),
        (lambda: repeat_table(orders(*THREE), as_of="2026-07-01", count="lines"), SettingsError, "'orders'"),
        (lambda: repeat_table(orders(*THREE), as_of="2026-01-01"), DataError, "2026-01-01"),
        (
            lambda: holdout(orders(*THREE), calibration_end="2026-07-01", as_of="2026-07-01"),
            SettingsError,
            "应早于",
        ),
        (
            lambda: holdout(orders(*THREE), calibration_end="2026-06-01", as_of="2026-07-01"),
            DataError,
            "2026-06-01 之前没有一位客户",
        ),
    ],
)
def test_what_cannot_be_read_is_explained(call, error, said):
    with pytest.raises(error, match="提示：") as caught:
        call()
    assert said in str(caught.value)


def test_a_missing_amount_is_refused():
    frame = orders(*THREE)
    frame["amount_cny"] = frame["amount_cny"].astype("Int64")
    frame.loc[1, "amount_cny"] = pd.NA
    with pytest.raises(DataError, match="amount_cny"):
        repeat_table(frame, as_of="2026-07-01")
