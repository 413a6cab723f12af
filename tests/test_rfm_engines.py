"""One table of orders on every engine: the same customers, scores and classes, counted by hand once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ecrm_helpers.errors import DataError
from ecrm_helpers.orders import ids, plain_ids, read
from ecrm_helpers.rfm import RFMSettings, classify, customer_table, quintiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pa = pytest.importorskip("pyarrow", reason="orders are made in PyArrow here (extra: engines)")
pc = pytest.importorskip("pyarrow.compute")

pytestmark = [
    # Ibis 12 reads DuckDB 2 by a name that DuckDB is about to drop.
    pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

AS_OF = "2026-07-01"
TEXTS = ("customer_id", "order_id", "status")
MONEY = ("amount_cny", "refund_cny")
BIG = 2_000_000_000  # fits in 32 bits once, not twice


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# customer, order, time (UTC), status, amount, refund; in no order
ROWS = [
    ("C2", "11", at("2026-06-29T16:00"), "completed", 10_000, 0),  # 30 June, 00:00 in Beijing
    ("C10", "31", at("2026-05-01"), "partly_refunded", BIG, 100),
    ("C2", "10", at("2026-06-28T15:59:59"), "completed", 500, None),  # no refund written: none
    ("C2", "11", at("2026-06-29T16:00"), "completed", 250, 0),  # a second line of order 11
    ("C10", "32", at("2026-05-01"), "completed", BIG, 0),
    ("C10", "33", at("2026-06-30T12:00"), "cancelled", 500, 0),
    (None, "41", at("2026-05-01"), "completed", 70, 0),
    ("客", "51", None, "completed", 70, 0),
    ("客", "52", at("2026-03-01"), "completed", 70, 80),  # a refund of more than was paid
    ("c3", "60", at("2026-06-30T16:00"), "completed", 70, 0),  # 1 July, 00:00 in Beijing
    ("c3", "61", at("2026-06-20T01:00"), "completed", 70, 0),
    ("c3", "62", at("2026-06-20T02:00"), "completed", 70, 0),
    ("c3", "63", at("2026-06-20T03:00"), "completed", 70, 0),  # three orders on one day
    ("C1", "71", at("2026-05-01"), "completed", 210, 0),  # as recent as C10, as much as c3
    ("c4", "81", at("2026-06-30T15:59:59"), None, 70, 0),
    ("c5", "82", at("2026-06-01"), "refunded", 70, 70),
]
NUMBERS = {"C1": 1, "C10": 10, "C2": 11, "c3": 12, "c4": 13, "c5": 14, "客": 15}
EXPECTED = [
    # last order, days since, orders, fen, R F M high or low, scores, segment
    ("C1", "2026-05-01", 61, 1, 210, "LLL", 2, 1, 2, "Hibernating"),
    ("C10", "2026-05-01", 61, 2, 2 * BIG - 100, "LHH", 2, 3, 5, "At Risk"),
    ("C2", "2026-06-30", 1, 2, 10_750, "HHL", 5, 3, 4, "Potential Loyalists"),
    ("c3", "2026-06-20", 11, 3, 210, "HHL", 4, 5, 2, "Loyal Customers"),
    ("客", "2026-03-01", 122, 1, -10, "LLL", 1, 1, 1, "Hibernating"),
]
DTYPES = ["str", "datetime64[s]", "int64", "int64", "int64", "str", "int8", "int8", "int8", "str"]


def as_it_is(table: pa.Table) -> pa.Table:
    return table


def replaced(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def zoned(table: pa.Table, zone: str) -> pa.Table:
    return replaced(table, "ordered_at", table["ordered_at"].cast(pa.timestamp("us", zone)))


def naive(table: pa.Table) -> pa.Table:
    """Return times as the wall clock in Beijing, without a zone."""
    return replaced(table, "ordered_at", pc.local_timestamp(zoned(table, "Asia/Shanghai")["ordered_at"]))


def dates(table: pa.Table) -> pa.Table:
    return replaced(table, "ordered_at", naive(table)["ordered_at"].cast(pa.date32(), safe=False))


def narrow(table: pa.Table, kind: pa.DataType) -> pa.Table:
    for name in MONEY:
        table = replaced(table, name, table[name].cast(kind))
    return table


def number_ids(table: pa.Table) -> pa.Table:
    numbers = [None if who is None else NUMBERS[who] for who in table["customer_id"].to_pylist()]
    table = replaced(table, "customer_id", pa.chunked_array([pa.array(numbers, pa.int64())]))
    return replaced(table, "order_id", table["order_id"].cast(pa.int32()))


KINDS = {
    "UTC": as_it_is,
    "New York": lambda table: zoned(table, "America/New_York"),
    "offset": lambda table: zoned(table, "+08:00"),
    "naive": naive,
    "dates": dates,
    "int32": lambda table: narrow(table, pa.int32()),
    "uint32": lambda table: narrow(table, pa.uint32()),
    "integer ids": number_ids,
}


def make(rows: list[tuple]) -> pa.Table:
    kinds = (pa.string(), pa.string(), pa.timestamp("us", "UTC"), pa.string(), pa.int64(), pa.int64())
    names = ("customer_id", "order_id", "ordered_at", "status", *MONEY)
    data = zip(names, zip(*rows, strict=True), kinds, strict=True)
    return pa.table({name: pa.array(column, kind) for name, column, kind in data})


NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype(), pa.uint32(): pd.UInt32Dtype()}


def in_pandas(table: pa.Table, texts: object = "str") -> pd.DataFrame:
    frame = table.to_pandas(date_as_object=False)
    money = {name: table[name].to_pandas(types_mapper=NULLABLE.get) for name in MONEY}
    written = [name for name in TEXTS if pa.types.is_string(table.schema.field(name).type)]
    frame = frame.assign(**money).astype(dict.fromkeys(written, texts))
    return frame.astype(dict.fromkeys(TEXTS, "category")) if texts == "category" else frame


def in_file(table: pa.Table, folder: Path, kind: str) -> str:
    path = folder / f"orders.{kind}"
    writer = pytest.importorskip(f"pyarrow.{kind}")
    (writer.write_table if kind == "parquet" else writer.write_csv)(table, path)
    return str(path)


def duck() -> Any:
    """Connect with a session zone that is neither the data's nor Beijing's."""
    connection = pytest.importorskip("duckdb", reason="extra: engines").connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    return connection


def duck_sums(table: pa.Table) -> Any:
    """Return a relation whose amounts are HUGEINT, as DuckDB's own sums are."""
    names = ", ".join(f"{name}::HUGEINT AS {name}" for name in MONEY)
    return duck().from_arrow(table).project(f"* REPLACE ({names})")


def dask() -> Any:
    return pytest.importorskip("dask.dataframe", reason="extra: engines")


def spark() -> Any:
    sql = pytest.importorskip("pyspark.sql", reason="PySpark and Java are no part of the environment")
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    return builder.config("spark.sql.session.timeZone", "America/New_York").getOrCreate()


def ibis() -> Any:
    return pytest.importorskip("ibis", reason="extra: dev").duckdb.connect()


def encoded(table: pa.Table) -> pa.Table:
    for name in TEXTS:
        table = replaced(table, name, table[name].dictionary_encode())
    return table


ENGINES: dict[str, Callable[[pa.Table, Path], Any]] = {
    "pandas": lambda t, _: in_pandas(t),
    "pandas, Python texts": lambda t, _: in_pandas(t, pd.StringDtype("python", na_value=np.nan)),
    "pandas, nullable texts": lambda t, _: in_pandas(t, "string"),
    "pandas, objects": lambda t, _: in_pandas(t, object),
    "pandas, categories": lambda t, _: in_pandas(t, "category"),
    "pandas, Arrow types": lambda t, _: t.to_pandas(types_mapper=pd.ArrowDtype),
    "PyArrow": lambda t, _: t,
    "PyArrow, dictionaries": lambda t, _: encoded(t),
    "Polars": lambda t, _: pl.from_arrow(t),
    "Polars, lazy": lambda t, _: pl.from_arrow(t).lazy(),
    "Polars, lazy, categories": lambda t, _: pl.from_arrow(encoded(t)).lazy(),
    "Polars, Parquet": lambda t, folder: pl.scan_parquet(in_file(t, folder, "parquet")),
    "DuckDB": lambda t, _: duck().from_arrow(t),
    "DuckDB, sums": lambda t, _: duck_sums(t),
    "DuckDB, Parquet": lambda t, folder: duck().read_parquet(in_file(t, folder, "parquet")),
    "DuckDB, CSV": lambda t, folder: duck().read_csv(in_file(t, folder, "csv")),
    "Dask": lambda t, _: dask().from_pandas(in_pandas(t), npartitions=3),
    "Dask, categories": lambda t, _: dask().from_pandas(in_pandas(t, "category"), npartitions=3),
    "Dask, Parquet": lambda t, folder: dask().read_parquet(in_file(t, folder, "parquet")),
    "Ibis": lambda t, folder: ibis().read_parquet(in_file(t, folder, "parquet")),
    "PySpark": lambda t, folder: spark().read.parquet(in_file(t, folder, "parquet")),
}
IN_MEMORY = [name for name in ENGINES if name.startswith(("pandas", "PyArrow"))]


@pytest.fixture
def without_delay(monkeypatch):
    """Hand frames of any size to DuckDB, as only large ones are."""
    pytest.importorskip("duckdb", reason="extra: engines")
    monkeypatch.setattr(read, "LARGE", 0)


def both(orders: Any, **options: Any) -> pd.DataFrame:
    """Return the eight classes, fifths and ten segments of one customer table."""
    chosen = RFMSettings(**{"as_of": AS_OF, **options})
    return quintiles(classify(customer_table(orders, chosen), chosen))


def check_by_hand(result: pd.DataFrame, kind: str) -> None:
    shown = result[["customer_id", "last_order", "recency_days", "frequency", "monetary", "code"]]
    shown = shown.join(result[["r_score", "f_score", "m_score", "segment10_en"]])
    numbers = kind == "integer ids"
    assert shown.dtypes.astype(str).tolist() == ["int64" if numbers else "str", *DTYPES[1:]]
    found = shown.astype({"last_order": "str"}).itertuples(index=False, name=None)
    assert list(found) == [(NUMBERS[row[0]] if numbers else row[0], *row[1:]) for row in EXPECTED]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_customers_scores_and_classes(engine, kind, tmp_path):
    table = KINDS[kind](make(ROWS))
    result = both(ENGINES[engine](table, tmp_path))
    check_by_hand(result, kind)
    pd.testing.assert_frame_equal(result, both(in_pandas(table)))


@pytest.mark.usefixtures("without_delay")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("engine", IN_MEMORY)
def test_a_large_frame_in_memory_goes_to_duckdb_and_nothing_changes(engine, kind, tmp_path):
    check_by_hand(both(ENGINES[engine](KINDS[kind](make(ROWS)), tmp_path)), kind)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("option", [{"window_days": 60}, {"measure": "mean"}, {"net_of_refunds": False}])
def test_options_mean_the_same_everywhere(engine, option, tmp_path):
    expected = both(in_pandas(make(ROWS)), **option)
    pd.testing.assert_frame_equal(both(ENGINES[engine](make(ROWS), tmp_path), **option), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_an_order_number_every_row_is_an_order(engine, tmp_path):
    result = both(ENGINES[engine](make(ROWS), tmp_path), columns={"order_id": None})
    assert dict(zip(result["customer_id"], result["frequency"], strict=True))["C2"] == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_amount_is_named_whatever_the_engine(engine, tmp_path):
    orders = ENGINES[engine](make([*ROWS, ("C2", "90", at("2026-06-01"), "completed", None, 0)]), tmp_path)
    with pytest.raises(DataError, match="有 1 个订单没有金额"):
        both(orders)


def test_both_ways_pandas_keeps_texts_give_the_same():
    expected = both(in_pandas(make(ROWS)))
    for storage in ("python", "pyarrow"):
        with pd.option_context("mode.string_storage", storage):
            result = both(in_pandas(make(ROWS)))
            assert result["customer_id"].dtype.storage == result["segment"].dtype.storage == storage
            expected = expected.astype(result.dtypes).set_axis(result.columns, axis=1)
            pd.testing.assert_frame_equal(result, expected)


@pytest.mark.usefixtures("without_delay")
def test_texts_and_numbers_together_are_still_named_when_duckdb_could_not_hold_them():
    frame = in_pandas(make(ROWS), object)
    frame.loc[0, "customer_id"] = 7
    with pytest.raises(DataError, match="既有文字又有数字"):
        both(frame)


def test_an_engine_whose_results_need_pyarrow_says_so(monkeypatch):
    monkeypatch.setattr(read, "find_spec", lambda _: None)
    with pytest.raises(DataError, match=r"要用 pyarrow.*\n提示：.*requirements\.txt '\.\[engines\]'"):
        both(duck().from_arrow(make(ROWS)))


def test_the_same_without_pyarrow(monkeypatch):
    expected = both(in_pandas(make(ROWS)))
    monkeypatch.setattr(ids, "find_spec", lambda _: None)
    pd.testing.assert_frame_equal(both(in_pandas(make(ROWS))), expected)


EARLIER, LATER = dt.date(2026, 1, 1), dt.date(2026, 1, 2)


@pytest.mark.parametrize(
    ("given", "kept", "kind"),
    [
        (pd.Series([10.0, 9.0]), [9, 10], "int64"),
        (pd.Series([1.5, 0.5]), [0.5, 1.5], "float64"),
        (pl.Series([3, 2], dtype=pl.UInt64), [2, 3], "int64"),
        (pl.Series([2**64 - 1, 2], dtype=pl.UInt64), [2, 2**64 - 1], "uint64"),
        (pl.Series(["b", "B", "客", "10", "9"]), ["10", "9", "B", "b", "客"], "str"),
        (
            pd.Series([dt.date(2026, 1, 2), dt.date(2026, 1, 1)]),
            [dt.date(2026, 1, 1), dt.date(2026, 1, 2)],
            "object",
        ),
    ],
)
def test_ids_have_one_type_whatever_the_engine(given, kept, kind):
    plain, order = plain_ids(nw.from_native(given, series_only=True), "customer_id")
    assert plain.tolist() == kept
    assert plain.dtype == kind
    assert [given.to_list()[k] for k in order] == kept


def test_an_id_that_is_not_a_number_is_no_customer():
    orders = pl.from_arrow(number_ids(make(ROWS))).with_columns(
        pl.col("customer_id").cast(pl.Float64).fill_null(float("nan"))
    )
    check_by_hand(both(orders), "integer ids")


moments = st.integers(0, 60 * 24 * 100).map(lambda minutes: at("2026-03-25") + dt.timedelta(minutes=minutes))
lines = st.tuples(
    st.sampled_from(["C1", "C2", "C10", "c3", "客4", None]),
    st.one_of(st.none(), st.integers(1, 30).map(str)),
    st.one_of(st.none(), moments),
    st.sampled_from(["completed", "partly_refunded", "cancelled", "refunded", None]),
    st.integers(0, 500),
    st.one_of(st.none(), st.integers(0, 100)),
)
COUNTED = ("C0", "0", at("2026-05-01"), "completed", 100, 0)  # so that something counts
QUICK = [
    "pandas",
    "pandas, categories",
    "PyArrow",
    "Polars",
    "Polars, lazy",
    "DuckDB",
    "DuckDB, sums",
    "Dask",
]
PHASES = (Phase.explicit, Phase.generate)  # a failure is told at once: shrinking 40 rows takes minutes
PLAY = {"deadline": None, "derandomize": True, "database": None, "phases": PHASES}


@settings(max_examples=60, **PLAY)
@given(rows=st.lists(lines, max_size=40), data=st.data(), engine=st.sampled_from(QUICK))
def test_neither_the_order_of_rows_nor_the_engine_changes_a_class(rows, data, engine):
    shuffled = data.draw(st.permutations([COUNTED, *rows]))
    expected = both(in_pandas(make([COUNTED, *rows])))
    pd.testing.assert_frame_equal(both(ENGINES[engine](make(shuffled), None)), expected)


@settings(max_examples=30, **PLAY)
@given(rows=st.lists(lines, max_size=40), data=st.data(), engine=st.sampled_from(IN_MEMORY))
def test_nor_does_going_through_duckdb(rows, data, engine):
    shuffled = data.draw(st.permutations([COUNTED, *rows]))
    expected = both(in_pandas(make([COUNTED, *rows])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "LARGE", 0)
        pd.testing.assert_frame_equal(both(ENGINES[engine](make(shuffled), None)), expected)


@settings(max_examples=60, **PLAY)
@given(
    rows=st.lists(lines, max_size=40),
    unit=st.sampled_from([2, 7, 100, 10_000, 730_000]),
    split=st.sampled_from(["mean", "median"]),
    engine=st.sampled_from(QUICK),
)
def test_the_currency_unit_never_changes_a_class(rows, unit, split, engine):
    rows = [COUNTED, *rows]
    dearer = [(*row[:4], row[4] * unit, None if row[5] is None else row[5] * unit) for row in rows]
    expected = both(in_pandas(make(rows)), split=split)
    result = both(ENGINES[engine](make(dearer), None), split=split)
    assert result["monetary"].tolist() == [unit * fen for fen in expected["monetary"]]
    pd.testing.assert_frame_equal(result.assign(monetary=expected["monetary"]), expected)
