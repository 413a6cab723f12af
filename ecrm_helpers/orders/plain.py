"""Orders as the course's own shops hold them, read by numpy alone.

Going through narwhals serves every engine and costs 5 ms a call, whatever the table's length. An exercise
asks a dozen times for the customers of a shop of a thousand orders, and marking does so for every student:
what was found in a table is therefore remembered for as long as its columns hold what they held.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.orders.ids import plain_ids, sorted_texts
from ecrm_helpers.orders.read import LARGE, ascends, local_days_of, moments
from ecrm_helpers.orders.rules import midnight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecrm_helpers.orders.rules import OrderRules

__all__ = ["PlainOrders", "Texts", "plain_orders", "texts_of"]

_EPOCH, _MICRO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.timedelta(microseconds=1)
_NO_TIME = np.iinfo(np.int64).min
_UTC = pd.DatetimeTZDtype("us", "UTC")


@dataclass(frozen=True)
class PlainOrders:
    """Counted orders that have a customer, as arrays of equal length in the table's order.

    Whoever asks the same of the same table gets the same object: its arrays are read-only.

    Attributes
    ----------
    ids : Series of customer ids, sorted
    customer : ndarray of int64, position in `ids` of each order's customer
    micros : ndarray of int64, time of each order in microseconds since 1970, UTC
    net : ndarray of int64, minor units
    timezone : str, whose midnight starts a day
    """

    ids: pd.Series
    customer: NDArray[np.int64]
    micros: NDArray[np.int64]
    net: NDArray[np.int64]
    timezone: str

    @cached_property
    def at(self) -> pd.DatetimeIndex:
        """Time of each order, UTC."""
        return moments(self.micros)

    @cached_property
    def day(self) -> NDArray[np.int64]:
        """Local day of each order, days since 1970-01-01."""
        return _read_only(local_days_of(self.at, self.timezone).astype(np.int64))


def plain_orders(
    orders: Any, rules: OrderRules, *, end: dt.date, start: dt.date | None = None
) -> PlainOrders | None:
    """Read the orders that count, where the table is of the shipped shops' kind.

    Parameters
    ----------
    orders : table of any engine
        Read if it is a pandas frame of fewer than :data:`LARGE` rows, one per order, with texts as ``str``,
        times as ``datetime64[us, UTC]`` and amounts as ``int64``.
    rules : OrderRules
    end, start : date
        As in :func:`~ecrm_helpers.orders.counted_orders`.

    Returns
    -------
    PlainOrders or None
        None where the table is of another kind or nothing counts: ask
        :func:`~ecrm_helpers.orders.counted_orders`, which also says what is wrong.
    """
    if type(orders) is not pd.DataFrame or not 0 < len(orders) < LARGE:
        return None
    columns = _columns(orders, rules)
    if columns is None:
        return None
    seen = _seen(columns)
    asked = (rules.timezone, rules.statuses, rules.net_of_refunds, start, end)
    if not seen.rows_are_orders:
        return None
    if asked not in seen.found:
        seen.found[asked] = _read(columns, rules, start=start, end=end)
        for oldest in list(seen.found)[:-_MOST_ASKED]:
            del seen.found[oldest]
    return seen.found[asked]


def _read(columns: _Columns, rules: OrderRules, *, start: dt.date | None, end: dt.date) -> PlainOrders | None:
    customers = texts_of(columns.customer)
    keep = (customers.place >= 0) & (columns.micros < _micros(end, rules.timezone))
    keep &= columns.micros > _NO_TIME if start is None else columns.micros >= _micros(start, rules.timezone)
    if columns.status is not None:
        statuses = texts_of(columns.status)
        keep &= np.array([*(word in rules.statuses for word in statuses.known), False])[statuses.place]
    if not keep.any():
        return None
    net = columns.amount[keep]
    if columns.refund is not None and rules.net_of_refunds:
        net -= columns.refund[keep]
    place = customers.place[keep]
    there = np.flatnonzero(np.bincount(place))
    customer = np.searchsorted(there, place).astype(np.int64)
    ids = pd.Series(customers.known.array.take(there), name="customer_id")
    micros = _read_only(columns.micros[keep])
    return PlainOrders(ids, _read_only(customer), micros, _read_only(net), rules.timezone)


@dataclass(frozen=True)
class _Columns:
    """The columns of an order table that rules speak of; None for one that it need not have."""

    customer: pd.Series
    order: pd.Series | None
    status: pd.Series | None
    micros: NDArray[np.int64]
    amount: NDArray[np.int64]
    refund: NDArray[np.int64] | None

    @property
    def numbers(self) -> tuple[NDArray[np.int64] | None, ...]:
        return self.micros, self.amount, self.refund


def _columns(orders: pd.DataFrame, rules: OrderRules) -> _Columns | None:
    """Return the columns if all are there and of the shipped shops' types."""
    names = rules.columns
    if not orders.columns.is_unique or not {*names.values()} - {None} <= {*orders.columns.tolist()}:
        return None
    of = {role: None if name is None else orders[name] for role, name in names.items()}
    customer, order, status = (of[role] for role in ("customer_id", "order_id", "status"))
    at, amount, refund = (of[role] for role in ("ordered_at", "amount_cny", "refund_cny"))
    if any(column is not None and not _is_text(column.dtype) for column in (customer, order, status)):
        return None
    if any(column is not None and column.dtype != np.dtype("int64") for column in (amount, refund)):
        return None
    if customer is None or at is None or amount is None or at.dtype != _UTC:
        return None
    fen = None if refund is None else refund.to_numpy()
    return _Columns(customer, order, status, at.array.asi8, amount.to_numpy(), fen)


@dataclass(frozen=True)
class _Seen:
    """What was found in a table with columns like these, by what was asked.

    Arrow's memory cannot be changed: a column of texts that is written to gets other memory. Numbers can be
    written to where they lie, so they are kept as copies and compared.
    """

    memories: tuple[Any, ...]
    numbers: tuple[NDArray[np.int64] | None, ...]
    rows_are_orders: bool
    found: dict[tuple[Any, ...], PlainOrders | None] = field(default_factory=dict)

    def is_of(self, columns: _Columns, memories: tuple[Any, ...]) -> bool:
        """Tell whether the columns hold what they held."""
        return all(one is other for one, other in zip(self.memories, memories, strict=True)) and all(
            one is other or (one is not None and other is not None and np.array_equal(one, other))
            for one, other in zip(self.numbers, columns.numbers, strict=True)
        )


_tables: list[_Seen] = []
_MOST_TABLES, _MOST_ASKED = 2, 4


def _seen(columns: _Columns) -> _Seen:
    """Return what is remembered of a table; nothing is where Python keeps its texts, which can be changed."""
    texts = (columns.customer, columns.order, columns.status)
    memories = tuple(None if column is None else _memory(column) for column in texts)
    lasting = all(
        column is None or memory is not None for column, memory in zip(texts, memories, strict=True)
    )
    for seen in _tables:
        if lasting and seen.is_of(columns, memories):
            return seen
    numbers = tuple(None if values is None else values.copy() for values in columns.numbers)
    seen = _Seen(memories, numbers, columns.order is None or _all_differ(columns.order))
    if lasting:
        _tables.append(seen)
        del _tables[:-_MOST_TABLES]
    return seen


@dataclass(frozen=True)
class Texts:
    """The texts of a column, sorted, each once; and the place among them of each cell's text, -1 for none."""

    known: pd.Series
    place: NDArray[np.intp]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The same texts, for Python."""
        return tuple(self.known.tolist())


_texts: list[tuple[Any, Texts]] = []
_MOST_TEXTS = 8


def texts_of(column: pd.Series) -> Texts:
    """Take a column of texts apart, remembered for the Arrow memory that holds it.

    Parameters
    ----------
    column : Series of texts

    Examples
    --------
    >>> found = texts_of(pd.Series(["b", "a", "b", None], dtype="str"))
    >>> found.words, found.place.tolist()
    (('a', 'b'), [1, 0, 1, -1])
    """
    memory = _memory(column)
    if memory is None:
        return _taken_apart(column)
    for known, texts in _texts:
        if known is memory:
            return texts
    texts = _taken_apart(column)
    _texts.append((memory, texts))
    del _texts[:-_MOST_TEXTS]
    return texts


def _taken_apart(column: pd.Series) -> Texts:
    place, named = pd.factorize(column.array)
    if _memory(column) is not None:
        known, order = sorted_texts(named.__arrow_array__())
    else:
        known, order = plain_ids(nw.from_native(pd.Series(named), series_only=True), str(column.name))
    sorted_place = np.full(len(order) + 1, -1, dtype=np.intp)  # the last one for cells without a text
    sorted_place[order] = np.arange(len(order))
    return Texts(known, _read_only(sorted_place[place]))


def _memory(column: pd.Series) -> Any:
    """Return where Arrow holds a column of texts, None if Python holds it."""
    return column.array.__arrow_array__() if getattr(column.dtype, "storage", None) == "pyarrow" else None


def _all_differ(column: pd.Series) -> bool:
    memory = _memory(column)
    return (memory is not None and ascends(memory)) or column.is_unique


def _is_text(kind: Any) -> bool:
    return isinstance(kind, pd.StringDtype) and kind == "str"


def _read_only(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values


def _micros(day: dt.date, timezone: str) -> int:
    return (midnight(day, timezone) - _EPOCH) // _MICRO
