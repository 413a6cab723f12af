"""Filter an order table of any engine, without collecting it."""

from __future__ import annotations

import datetime as dt
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.exceptions import DuplicateError

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import orders as say
from ecrm_helpers.orders.ids import is_whole
from ecrm_helpers.orders.rules import OrderRules, midnight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["LARGE", "collected", "counted_orders", "is_ascending", "local_days", "local_days_of", "moments"]

LARGE = 200_000
"""From this many rows on DuckDB groups a frame in memory faster than pandas, its start included."""

_NUMERIC = ("amount_cny", "refund_cny")


def counted_orders(
    orders: Any, rules: OrderRules, *, end: dt.date, start: dt.date | None = None, delegate: bool = False
) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Filter an order table to the rows that count, without running a lazy query.

    Parameters
    ----------
    orders : table of any engine
        pandas.DataFrame (texts in Python or Arrow storage, as objects or categories), pyarrow.Table,
        polars.DataFrame or LazyFrame, DuckDB relation (a table, or files through ``read_csv`` and
        ``read_parquet``), dask.dataframe, Ibis table, PySpark DataFrame. Columns as in `rules.columns`: order
        time (datetime or date), amount and refund (whole numbers of any width, fen).
    rules : OrderRules
    end, start : date
        Local days; orders from the beginning of `start` (all when None) to before the beginning of `end`.
    delegate : bool, default=False
        Whether a pandas or PyArrow frame of :data:`LARGE` rows may go to DuckDB, where it is installed, for
        what the caller does next. DuckDB reads Arrow's memory where it lies; the result is lazy.

    Returns
    -------
    narwhals frame with columns ``customer``, ``at``, ``net``, and ``order`` unless every row is surely an
        order of its own. Rows without an order time never count; rows without a customer are still
        there, as a null ``customer``, because dropping them is cheaper after grouping.

    Raises
    ------
    DataError
        If the table is empty, lacks a column, or a column has the wrong type. `orders` is never modified.
    """
    names = rules.columns
    frame, schema = _frame(orders, names)
    _check_schema(schema, names)
    if isinstance(frame, nw.DataFrame) and frame.shape[0] == 0:
        message = say.no_rows()
        raise DataError(message)
    time, amount = str(names["ordered_at"]), str(names["amount_cny"])
    status, refund, order = names["status"], names["refund_cny"], names["order_id"]
    keep = [nw.col(time) < _bound(end, schema[time], rules.timezone)]
    if start is not None:
        keep.append(nw.col(time) >= _bound(start, schema[time], rules.timezone))
    if status is not None:
        keep.append(nw.col(status).is_in(list(rules.statuses)))
    net = _wide(amount, schema)
    if refund is not None and rules.net_of_refunds:
        net = net - _wide(refund, schema).fill_null(0)
    read = {"customer": nw.col(str(names["customer_id"])), "at": nw.col(time), "net": net}
    if order is not None and not _one_row_per_order(frame, order):
        read["order"] = nw.col(order)
    if frame.implementation.is_polars():
        frame = frame.lazy()
    if delegate and isinstance(frame, nw.DataFrame) and len(frame) >= LARGE:
        used = [column for role, column in names.items() if role != "order_id" or "order" in read]
        frame = _delegated(frame.select(*{column for column in used if column is not None}))
    # Filtering after the select copies the few columns that are needed, not the wide table.
    kept = frame.select(**read, keep=nw.all_horizontal(*keep, ignore_nulls=False)).filter(nw.col("keep"))
    return kept.drop("keep")


def collected(frame: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Run a lazy query; a frame in memory is returned as it is.

    Raises
    ------
    DataError
        If the engine hands its results over through PyArrow and PyArrow is not installed.
    """
    if isinstance(frame, nw.DataFrame):
        return frame
    engine = frame.implementation
    if engine.is_polars():
        # Twice as fast as Polars' default on ten million orders, and files need not fit in memory.
        return frame.collect(engine="streaming")
    if engine.is_dask():
        with warnings.catch_warnings():
            # Dask's own code, not the caller's, uses what pandas 4 will drop.
            warnings.filterwarnings("ignore", message="The inplace keyword", category=DeprecationWarning)
            return frame.collect()
    if not find_spec("pyarrow"):
        message = say.engine_missing("pyarrow")
        raise DataError(message)
    return frame.collect()


def _wide(column: str, schema: nw.Schema) -> nw.Expr:
    """Return the column as int64: Polars adds 32 bits in 32 bits, and unsigned numbers have no minus."""
    whole = nw.col(column)
    return whole if schema[column] == nw.Int64 else whole.cast(nw.Int64)


def _one_row_per_order(frame: nw.DataFrame[Any] | nw.LazyFrame[Any], order: str) -> bool:
    """Tell whether counting rows counts orders: distinct ids per customer cost three times as much to count.

    Taken as unknown for lazy frames, which would have to run the query twice.
    """
    if isinstance(frame, nw.LazyFrame):
        return False
    ids = frame[order]
    # Ascending ids, as exports have them, settle uniqueness in one pass without hashing.
    if frame.implementation.is_polars():
        return not (ids == ids.shift(1)).any() if ids.is_sorted() else ids.n_unique() == len(ids)
    return is_ascending(ids) or pd.Index(ids.to_pandas()).is_unique


def is_ascending(ids: nw.Series[Any]) -> bool:
    """Tell whether every id is greater than the one before it; False where looking would be dear."""
    native = ids.to_native()
    if not isinstance(native, pd.Series):
        in_arrow = True
    elif isinstance(native.dtype, pd.StringDtype):
        in_arrow = native.dtype.storage == "pyarrow"
    else:
        in_arrow = isinstance(native.dtype, pd.ArrowDtype)
    if not in_arrow:
        index = pd.Index(native)
        return index.is_monotonic_increasing and index.is_unique
    return not isinstance(ids.dtype, nw.Categorical) and ascends(ids.to_arrow())


def ascends(values: Any) -> bool:
    """Tell whether every value of an Arrow array is greater than the one before it; False with nulls."""
    import pyarrow.compute as pc  # noqa: PLC0415, there where Arrow's memory is

    return not values.null_count and bool(pc.all(pc.less(values[:-1], values[1:]), min_count=0).as_py())


def _delegated(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Let DuckDB read the frame's memory; the frame itself where that cannot be."""
    if not find_spec("duckdb") or not find_spec("pyarrow"):
        return frame
    import duckdb  # noqa: PLC0415, not every installation has it
    import pyarrow as pa  # noqa: PLC0415

    native = frame.to_native()
    try:
        table = (
            pa.Table.from_pandas(native, preserve_index=False) if frame.implementation.is_pandas() else native
        )
    except pa.ArrowException:
        # Arrow holds no column of texts and numbers together; pandas does, and whoever sorts them says so.
        return frame
    return nw.from_native(duckdb.connect().from_arrow(table))


def _frame(
    orders: Any, names: Mapping[str, str | None]
) -> tuple[nw.DataFrame[Any] | nw.LazyFrame[Any], nw.Schema]:
    orders = _prepared(orders, names)
    try:
        with warnings.catch_warnings():
            # narwhals will move Dask into a package of its own one day; learners can do nothing about it.
            warnings.filterwarnings("ignore", message="Dask support is moving out", category=FutureWarning)
            frame = nw.from_native(orders)
            return frame, frame.collect_schema()
    except TypeError as error:
        message = say.not_a_frame(orders)
        raise DataError(message) from error
    except DuplicateError as error:
        message = say.columns_repeated(
            orders.columns if isinstance(orders, pd.DataFrame) else orders.column_names
        )
        raise DataError(message) from error


def _prepared(orders: Any, names: Mapping[str, str | None]) -> Any:
    """Return a table that narwhals reads rightly.

    Zoned times of pandas, Dask and PyArrow go to UTC: narwhals takes neither their America/New_York nor
    +08:00 for a zone. Narrow amounts of Dask are widened: its nullable integers with gaps cannot be cast.
    """
    time = str(names["ordered_at"])
    maker = type(orders).__module__.partition(".")[0]
    if maker == "pyarrow" and time in getattr(orders, "column_names", ()):
        return _arrow_in_utc(orders, time)
    if maker not in ("pandas", "dask") or not hasattr(orders, "columns") or not orders.columns.is_unique:
        return orders
    changed = {}
    if time in orders.columns and (
        isinstance(orders.dtypes[time], pd.DatetimeTZDtype) or "tz=" in str(orders.dtypes[time])
    ):
        changed[time] = orders[time].dt.tz_convert("UTC")
    for column in [str(names[role]) for role in _NUMERIC if maker == "dask"]:
        if column in orders.columns and pd.api.types.is_integer_dtype(orders.dtypes[column]):
            changed[column] = orders[column].astype("Int64")
    return orders.assign(**changed) if changed else orders


def _arrow_in_utc(orders: Any, time: str) -> Any:
    import pyarrow as pa  # noqa: PLC0415, the caller has it

    at = orders.column_names.index(time)
    kind = orders.schema.types[at]
    if not pa.types.is_timestamp(kind) or kind.tz is None:
        return orders
    return orders.set_column(at, time, orders.column(at).cast(pa.timestamp(kind.unit, "UTC")))


def _check_schema(schema: nw.Schema, names: Mapping[str, str | None]) -> None:
    for role, column in names.items():
        if column is not None and column not in schema:
            message = say.column_missing(column, role, map(str, schema))
            raise DataError(message)
    time = str(names["ordered_at"])
    if not isinstance(schema[time], nw.Datetime | nw.Date):
        message = say.not_time(time, schema[time])
        raise DataError(message)
    for role in _NUMERIC:
        column = names[role]
        if column is not None and not is_whole(schema[column]):
            message = say.not_integer(column, schema[column])
            raise DataError(message)


def _bound(day: dt.date, kind: Any, timezone: str) -> dt.date | dt.datetime:
    """Return the beginning of `day` as a value that the time column can be compared with."""
    if isinstance(kind, nw.Date):
        return day
    zone = kind.time_zone
    if zone is None:
        return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001, as naive as its column
    return midnight(day, timezone).astimezone(ZoneInfo(zone))


def local_days(at: nw.Series[Any], timezone: str) -> NDArray[np.datetime64]:
    """Turn order times into local calendar days.

    Converting is the dear part of a time zone, so call this on few rows (one per customer) where possible.

    Parameters
    ----------
    at : narwhals Series of datetime or date, without nulls
    timezone : str

    Returns
    -------
    ndarray of datetime64[D]
    """
    if isinstance(at.dtype, nw.Date):
        return np.asarray(at.to_numpy(), dtype="datetime64[D]")
    micros = np.asarray(at.dt.timestamp("us").to_numpy(), dtype=np.int64)
    if at.dtype.time_zone is None:  # type: ignore[attr-defined]
        return micros.view("datetime64[us]").astype("datetime64[D]")
    return local_days_of(moments(micros), timezone)


def moments(micros: NDArray[np.int64]) -> pd.DatetimeIndex:
    """Return microseconds since 1970, UTC, as moments with that zone."""
    return pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC")


def local_days_of(at: pd.DatetimeIndex, timezone: str) -> NDArray[np.datetime64]:
    """Turn moments with a zone into local calendar days."""
    return at.tz_convert(timezone).tz_localize(None).to_numpy().astype("datetime64[D]")
