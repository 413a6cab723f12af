"""From matched cells to orders: bad rows settled, lines summed, one currency."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import parse_ids
from ecrm_helpers.intake.grain import (
    are_lines,
    fill_lines,
    refuse_differing,
    refuse_same_line,
    same_lines_refused,
    sum_by,
    where,
)
from ecrm_helpers.intake.problems import Problems
from ecrm_helpers.intake.rates import in_hundredths
from ecrm_helpers.intake.reading import DAYS, Options, Reader, Rows
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.settle import settle_statuses
from ecrm_helpers.intake.statuses import OPEN, UNPAID
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecrm_helpers.intake.combine import Combined
    from ecrm_helpers.intake.problems import Table

__all__ = ["assemble"]


def assemble(combined: Combined, options: Options, notes: list[Correction]) -> tuple[pd.DataFrame, str]:
    """Return the orders and the currency they are counted in; see ``load_orders``.

    Raises
    ------
    DataError
    """
    table, repeats = combined.table, combined.repeats
    same_lines_refused(table, repeats, drop=options.drop)
    table.note(say.SAME_ROWS, repeats, notes)
    table = table.take(~repeats)
    ids = parse_ids(table.column("order_id"))
    names = ids.values  # noqa: PD011
    codes = pd.factorize(names)[0]
    lines = are_lines(table, codes, options.grain)
    if lines:
        refuse_same_line(table, codes)
        fill_lines(table, codes, notes)
    problems = Problems(table)
    problems.add("order_id", ids.reasons)
    rows = Reader(table, options, problems, notes).rows(ids.flags["stripped"])
    whole = problems.settle(drop=options.drop, notes=notes)
    if lines and not whole.all():  # an order without one of its lines is another order
        left = whole & np.isin(codes, codes[~whole])
        table.note(say.OTHER_LINES, left, notes)
        whole &= ~left
    if not whole.any():
        message = say.no_rows_left(table.names[0])
        raise DataError(message)
    table, rows, codes = table.take(whole), rows.take(whole), pd.factorize(names[whole])[0]
    first = np.flatnonzero(~pd.Series(codes).duplicated().to_numpy())
    if lines:
        rows = _summed(table, rows, codes, first, notes)
        notes.append(Correction(say.lines_summed(len(first)), len(table.rows)))
    chosen = np.zeros(len(table.rows), dtype=bool)
    chosen[first] = True
    table = table.take(chosen)
    last = Problems(table)
    rows = settle_statuses(table, rows, last, notes)
    good = last.settle(drop=options.drop, notes=notes)
    if not good.any():
        message = say.no_rows_left(table.names[0])
        raise DataError(message)
    table, rows = table.take(good), rows.take(good)
    base, amount, refund = _in_one_currency(table, rows, options, notes)
    kept = {name: cells.loc[~repeats].to_numpy()[whole][first][good] for name, cells in combined.kept.items()}
    return _frame(names[whole][first][good], rows, amount, refund, kept), base


def _frame(
    ids: np.ndarray,
    rows: Rows,
    amount: NDArray[np.int64],
    refund: NDArray[np.int64],
    kept: dict[str, np.ndarray],
) -> pd.DataFrame:
    frame = {
        "order_id": pd.Series(ids, dtype="str"),
        "customer_id": _text(rows.customer),
        "ordered_at": pd.Series(rows.at).dt.tz_localize("UTC"),
        "status": _text(rows.status),
    }
    if "product_id" in rows.extras:
        frame["product_id"] = _text(rows.extras["product_id"])
    if "quantity" in rows.extras:
        frame["quantity"] = pd.Series(rows.extras["quantity"])
    frame |= {
        "currency": _text(rows.currency),
        "amount": pd.Series(rows.amount),
        "amount_cny": pd.Series(amount),
        "refund_cny": pd.Series(refund),
    }
    frame |= {name: pd.Series(rows.extras[name]) for name in DAYS if name in rows.extras}
    frame |= {name: pd.Series(cells, dtype="str") for name, cells in kept.items()}
    return pd.DataFrame(frame)


def _text(values: np.ndarray) -> pd.Series:
    """Return texts as a Series, converting each distinct one once."""
    codes, names = pd.factorize(values)
    return pd.Series(pd.Series(names, dtype="str").array.take(codes, allow_fill=True), dtype="str")


def _summed(
    table: Table, rows: Rows, codes: NDArray[np.int64], first: NDArray[np.int64], notes: list[Correction]
) -> Rows:
    """Sum lines to orders; the amounts are the orders' own, or the lines'."""
    for role, values in (
        ("customer_id", rows.customer),
        ("ordered_at", rows.at),
        ("currency", rows.currency),
    ):
        refuse_differing(table, codes, role if role in table.headers else "order_id", values)
    orders = rows.take(first)
    orders = replace(orders, extras=_extras_summed(rows, codes, first, notes))
    if "amount" not in table.cells:
        return _money_summed(table, rows, codes, orders, notes)
    for role, values in (("amount", rows.amount), ("refund", rows.refund), ("status", rows.status)):
        if role in table.headers:
            refuse_differing(table, codes, role, values)
    return orders


def _money_summed(
    table: Table, rows: Rows, codes: NDArray[np.int64], orders: Rows, notes: list[Correction]
) -> Rows:
    """Sum the lines' amounts, leaving out cancelled lines of orders that went on without them."""
    count = len(orders.amount)
    stopped = np.isin(rows.status, ("cancelled", UNPAID))
    live = sum_by(codes, (~stopped).astype(np.int64), count) > 0
    left_out = stopped & live[codes]
    table.note(say.CANCELLED_LINES, left_out, notes)
    returned = np.where((rows.status == "refunded") & (rows.refund == 0), rows.amount, rows.refund)
    status = orders.status.copy()
    status[live] = "completed"
    status[live & (sum_by(codes, (rows.status == OPEN).astype(np.int64), count) > 0)] = OPEN
    partly = sum_by(codes, (rows.status == "partly_refunded").astype(np.int64), count) > 0
    status[live & partly] = "partly_refunded"
    return replace(
        orders,
        status=status,
        amount=sum_by(codes, np.where(left_out, 0, rows.amount), count),
        refund=sum_by(codes, np.where(left_out, 0, returned), count),
    )


def _extras_summed(
    rows: Rows, codes: NDArray[np.int64], first: NDArray[np.int64], notes: list[Correction]
) -> dict[str, np.ndarray]:
    extras = {name: values[first] for name, values in rows.extras.items()}
    if "product_id" in extras:
        kinds = pd.factorize(rows.extras["product_id"])[0]
        several = np.zeros(len(first), dtype=bool)
        several[codes[kinds != kinds[first][codes]]] = True
        extras["product_id"][several] = None
        if several.any():
            notes.append(Correction(say.SEVERAL_PRODUCTS, int(several.sum())))
    if "quantity" in extras:
        extras["quantity"] = sum_by(codes, rows.extras["quantity"], len(first))
    return extras


def _in_one_currency(
    table: Table, rows: Rows, options: Options, notes: list[Correction]
) -> tuple[str, NDArray[np.int64], NDArray[np.int64]]:
    """Return the shop's currency, and amounts and refunds in its hundredths."""
    counts = pd.Series(rows.currency).value_counts().sort_index()
    found = {str(code): int(count) for code, count in counts.items()}
    base = options.currency or (next(iter(found)) if len(found) == 1 else "CNY")
    local = pd.Series(rows.at).dt.tz_localize("UTC").dt.tz_convert(options.timezone).dt.tz_localize(None)
    days = local.to_numpy().astype("datetime64[D]")
    amount, without = in_hundredths(rows.amount, rows.currency, days, base=base, rates=options.rates)
    if without.any():
        row = int(without.argmax())
        place, code = where(table, row), str(rows.currency[row])
        message = (
            say.currencies_mixed(found, base, place, code)
            if options.rates is None
            else say.rate_missing(code, place, str(days[row]), base)
        )
        raise DataError(message)
    refund, _ = in_hundredths(rows.refund, rows.currency, days, base=base, rates=options.rates)
    notes += [Correction(say.converted(code, base), count) for code, count in found.items() if code != base]
    return base, amount, refund
