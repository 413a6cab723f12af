"""One row per order: told from the order numbers, summed from lines, refused where it is unclear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.columns import LINE_COLUMNS
from ecrm_helpers.intake.money import parse_money
from ecrm_helpers.intake.problems import first_two
from ecrm_helpers.messages import intake_orders as say
from ecrm_helpers.messages.intake_cells import NEGATIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecrm_helpers.intake.problems import Table
    from ecrm_helpers.intake.report import Correction

__all__ = [
    "ORDER_WIDE",
    "are_lines",
    "fill_lines",
    "refuse_differing",
    "refuse_same_line",
    "same_lines_refused",
    "sum_by",
    "where",
]

ORDER_WIDE = ("customer_id", "ordered_at", "status", "currency", "cancelled_at", "amount", "refund")
"""Columns that an order has once; an export may leave them empty on its further lines."""


def where(table: Table, position: int) -> str:
    """Name a row, with its file where there are several."""
    return say.place(table.file(position), int(table.rows[position]), several=len(table.names) > 1)


def same_lines_refused(table: Table, repeats: NDArray[np.bool_], *, drop: bool) -> None:
    """Refuse identical lines whose amounts are summed: bought twice and exported twice look alike.

    Raises
    ------
    DataError
        Unless `drop`, the lines have numbers, or the amounts are the orders' own.
    """
    if drop or not repeats.any() or "amount" in table.cells or "line_id" in table.cells:
        return
    second = int(repeats.argmax())
    equal = (table.cells.iloc[: second + 1].astype("str") == table.cells.iloc[second].astype("str")).all(
        axis=1
    )
    message = say.same_lines(where(table, int(equal.to_numpy().argmax())), where(table, second))
    raise DataError(message)


def are_lines(table: Table, orders: NDArray[np.int64], grain: str) -> bool:
    """Tell whether a row is a line of an order.

    Parameters
    ----------
    table : Table
        Without identical rows.
    orders : ndarray of int
        The order of each row as a code; -1 without a number.
    grain : {'auto', 'order', 'line'}

    Raises
    ------
    DataError
        If an order number stands twice at order grain, or nothing tells lines from repeated orders.
    """
    numbered = orders[orders >= 0]
    repeated = len(np.unique(numbered)) < len(numbered)
    if grain == "line" or not repeated:
        return grain == "line"
    if grain == "auto" and any(role in table.cells for role in LINE_COLUMNS):
        return True
    positions = np.flatnonzero(orders >= 0)
    later = pd.Series(orders[positions]).duplicated().to_numpy()
    second = int(positions[int(later.argmax())])
    first = int(np.flatnonzero(orders == orders[second])[0])
    message = say.orders_conflict(
        table.names[int(table.files[second])],
        table.shown("order_id", second),
        where(table, first),
        where(table, second),
        _differing(table, first, second),
        negative=_negative(table, (first, second)),
    )
    raise DataError(message)


def _negative(table: Table, positions: Sequence[int]) -> bool:
    """Tell whether one of two rows of an order has a negative amount, as refunds in rows of their own do."""
    if "amount" not in table.cells:
        return False
    reasons = parse_money(table.column("amount").iloc[list(positions)], decimal=".").reasons
    return bool((reasons == NEGATIVE).any())


def fill_lines(table: Table, orders: NDArray[np.int64], notes: list[Correction]) -> None:
    """Fill what an order's further lines leave empty from its first line, in place in our own copy."""
    filled = np.zeros(len(orders), dtype=bool)
    wide = "amount" in table.cells
    for role in ORDER_WIDE:
        if role not in table.cells or (role in {"amount", "refund"} and not wide):
            continue
        column = table.cells[role]
        if role == "amount":
            again = column.notna().to_numpy() & (orders >= 0)
            again[again] = pd.Series(orders[again]).duplicated().to_numpy()
            table.note(say.AMOUNT_ONCE, again, notes)
        empty = column.isna().to_numpy() & (orders >= 0)
        if not empty.any():
            continue
        first = column.groupby(orders).transform("first")
        touched = empty & first.notna().to_numpy()
        table.cells[role] = column.where(~touched, first).astype(object)
        filled |= touched
    table.note(say.FILLED, filled, notes)


def refuse_same_line(table: Table, orders: NDArray[np.int64]) -> None:
    """Refuse a line that stands twice with different content: an older and a newer export overlap.

    Raises
    ------
    DataError
        Naming both rows.
    """
    if "line_id" not in table.cells:
        return
    lines = pd.DataFrame({"order": orders, "line": table.cells["line_id"].astype("str")})
    told = table.cells["line_id"].notna().to_numpy() & (orders >= 0)
    again = told & lines.where(pd.Series(told), None).duplicated().to_numpy()
    if not again.any():
        return
    second = int(again.argmax())
    first = int((told & (lines == lines.iloc[second]).all(axis=1).to_numpy()).argmax())
    message = say.line_twice(
        table.shown("order_id", second),
        f"“{table.headers['line_id']}”{table.shown('line_id', second)}",
        where(table, first),
        where(table, second),
        _differing(table, first, second),
    )
    raise DataError(message)


def _differing(table: Table, first: int, second: int) -> list[str]:
    one, two = table.cells.iloc[first], table.cells.iloc[second]
    return [header for role, header in table.headers.items() if str(one[role]) != str(two[role])]


def refuse_differing(table: Table, orders: NDArray[np.int64], role: str, values: np.ndarray) -> None:
    """Refuse an order whose lines give two values for what an order has once.

    Raises
    ------
    DataError
        Naming both rows.
    """
    codes = pd.factorize(values)[0]
    pair = first_two(codes, orders, np.arange(len(orders)))
    if pair is None:
        return
    order = table.shown("order_id", pair[1])
    message = say.lines_disagree(
        order, table.headers[role], where(table, pair[0]), where(table, pair[1]), role=role,
        amount=table.headers.get("amount", ""),
    )  # fmt: skip
    raise DataError(message)


def sum_by(orders: NDArray[np.int64], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Sum whole numbers by group, exactly."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, orders, values)
    return total
