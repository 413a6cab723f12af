"""From matched cells to orders: every column read, bad rows settled, lines summed, one currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import parse_ids, parse_whole
from ecrm_helpers.intake.currencies import currencies_of
from ecrm_helpers.intake.grain import (
    are_lines,
    fill_lines,
    refuse_differing,
    same_lines_refused,
    sum_by,
    where,
)
from ecrm_helpers.intake.money import Money, digits_of, parse_money
from ecrm_helpers.intake.problems import Problems, Table
from ecrm_helpers.intake.rates import Rates, in_hundredths
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.settle import settle_statuses
from ecrm_helpers.intake.statuses import OPEN, UNPAID, parse_statuses
from ecrm_helpers.intake.times import parse_times
from ecrm_helpers.messages import intake_cells as cells_say
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ecrm_helpers.intake.combine import Combined

__all__ = ["assemble"]

_DAYS = ("promised_on", "delivered_on")
_NOTHING = ("-", "--", "—", "无", "/")


@dataclass
class _Rows:
    """Values per row of the file, before rows become orders."""

    customer: np.ndarray
    at: NDArray[np.datetime64]
    status: np.ndarray
    currency: np.ndarray
    amount: NDArray[np.int64]  # ISO minor units
    refund: NDArray[np.int64]
    extras: dict[str, np.ndarray]


def assemble(
    combined: Combined,
    *,
    grain: str,
    timezone: str,
    currency: str | None,
    rates: Rates | None,
    statuses: Mapping[str, str] | None,
    drop: bool,
    day_first: bool | None,
    decimal: str | None,
    notes: list[Correction],
) -> tuple[pd.DataFrame, str]:
    """Return the orders and the currency they are counted in; see ``load_orders``.

    Raises
    ------
    DataError
    """
    table, repeats = combined.table, combined.repeats
    same_lines_refused(table, repeats, drop=drop)
    table.note(say.SAME_ROWS, repeats, notes)
    table = table.take(~repeats)
    kept = {name: cells.loc[~repeats].reset_index(drop=True) for name, cells in combined.kept.items()}
    ids = parse_ids(table.column("order_id"))
    codes, _ = pd.factorize(ids.values)
    lines = are_lines(table, codes, grain)
    if lines:
        fill_lines(table, codes, notes)
    problems = Problems(table)
    problems.add("order_id", ids.reasons)
    rows = _read(
        table, timezone, currency, statuses, day_first, decimal, problems, notes, ids.flags["stripped"]
    )
    whole = problems.settle(drop=drop, notes=notes)
    if lines and not whole.all():  # an order without one of its lines is another order
        whole &= ~np.isin(codes, codes[~whole])
    if not whole.any():
        message = say.no_rows_left(table.names[0])
        raise DataError(message)
    table, codes = table.take(whole), pd.factorize(ids.values[whole])[0]
    rows = _Rows(
        **{
            name: getattr(rows, name)[whole]
            for name in ("customer", "at", "status", "currency", "amount", "refund")
        },
        extras={name: values[whole] for name, values in rows.extras.items()},
    )
    first = np.flatnonzero(~pd.Series(codes).duplicated().to_numpy())
    if lines:
        rows = _summed(table, rows, codes, first, notes)
        notes.append(Correction(say.lines_summed(len(first)), len(table.rows)))
    orders_table = Table(
        table.cells.iloc[first].reset_index(drop=True), table.rows[first], table.files[first], table.names,
        table.headers, table.personal,
    )  # fmt: skip
    last = Problems(orders_table)
    status, refund = settle_statuses(orders_table, rows.status, rows.amount, rows.refund, last, notes)
    good = last.settle(drop=drop, notes=notes)
    base, amount_cny, refund_cny = _in_one_currency(
        orders_table, rows, refund, currency, rates, timezone, notes
    )
    frame: dict[str, Any] = {
        "order_id": pd.Series(ids.values[whole][first], dtype="str"),
        "customer_id": _text(rows.customer),
        "ordered_at": pd.Series(rows.at).dt.tz_localize("UTC"),
        "status": _text(status),
    }
    if "product_id" in rows.extras:
        frame["product_id"] = _text(rows.extras["product_id"])
    if "quantity" in rows.extras:
        frame["quantity"] = pd.Series(rows.extras["quantity"])
    frame |= {
        "currency": _text(rows.currency),
        "amount": pd.Series(rows.amount),
        "amount_cny": pd.Series(amount_cny),
        "refund_cny": pd.Series(refund_cny),
    }
    frame |= {name: pd.Series(rows.extras[name]) for name in _DAYS if name in rows.extras}
    for name, cells in kept.items():
        frame[name] = pd.Series(cells.loc[whole].to_numpy()[first], dtype="str")
    return pd.DataFrame(frame).loc[good].reset_index(drop=True), base


def _text(values: np.ndarray) -> pd.Series:
    """Return texts as a Series, converting each distinct one once."""
    codes, names = pd.factorize(values)
    return pd.Series(pd.Series(names, dtype="str").array.take(codes, allow_fill=True), dtype="str")


def _read(
    table: Table,
    timezone: str,
    currency: str | None,
    statuses: Mapping[str, str] | None,
    day_first: bool | None,
    decimal: str | None,
    problems: Problems,
    notes: list[Correction],
    stripped: NDArray[np.bool_],
) -> _Rows:
    """Read every column in use."""
    customers = parse_ids(table.column("customer_id"))
    problems.add("customer_id", customers.reasons)
    table.note(say.STRIPPED, stripped | customers.flags["stripped"], notes)
    at = _times(table, "ordered_at", timezone, day_first, problems, notes)
    amount, refund, codes = _amounts(table, currency, decimal, problems, notes)
    status = _statuses(table, statuses, notes)
    extras: dict[str, np.ndarray] = {}
    if "product_id" in table.cells:
        products = parse_ids(table.column("product_id"))
        extras["product_id"] = products.values
    if "quantity" in table.cells:
        quantity = parse_whole(table.column("quantity"))
        problems.add("quantity", quantity.reasons, empty_ok=True)
        if table.cells["quantity"].isna().any():
            notes.append(Correction(say.QUANTITY_UNUSED, int(table.cells["quantity"].isna().sum())))
        else:
            extras["quantity"] = quantity.values
    for name in _DAYS:
        if name in table.cells:
            times = _times(table, name, timezone, day_first, problems, notes, empty_ok=True)
            local = pd.Series(times).dt.tz_localize("UTC").dt.tz_convert(timezone).dt.tz_localize(None)
            extras[name] = local.dt.normalize().to_numpy().astype("datetime64[us]")
    return _Rows(customers.values, at, status, codes, amount, refund, extras)


def _times(
    table: Table,
    role: str,
    timezone: str,
    day_first: bool | None,
    problems: Problems,
    notes: list[Correction],
    *,
    empty_ok: bool = False,
) -> NDArray[np.datetime64]:
    times = parse_times(
        table.column(role),
        timezone=timezone,
        day_first=day_first,
        header=table.headers[role],
        file=table.names[0],
    )
    problems.add(role, times.reasons, empty_ok=empty_ok)
    table.note(say.SERIALS, times.flags["serial"], notes)
    table.note(say.DAY_PROVED, times.flags["day_proved"], notes)
    table.note(say.MONTH_PROVED, times.flags["month_proved"], notes)
    table.note(say.TWICE, times.flags["twice"], notes)
    table.note(say.SKIPPED, times.flags["skipped"], notes)
    zoned = times.flags["zoned"]
    if role == "ordered_at" and zoned.any() and not zoned.all():
        table.note(say.zone_assumed(timezone), ~zoned, notes)
    return times.values


def _amounts(
    table: Table, currency: str | None, decimal: str | None, problems: Problems, notes: list[Correction]
) -> tuple[NDArray[np.int64], NDArray[np.int64], np.ndarray]:
    """Return amounts and refunds in ISO minor units, and the currencies."""
    role = next(name for name in ("amount", "line_amount", "unit_price") if name in table.cells)
    own = table.headers[role].strip().lower() == "amount_cny"
    money = _money(table, role, decimal, problems, notes)
    if own:
        notes.append(Correction(say.MINOR_UNITS, len(table.rows)))
        codes = np.full(len(table.rows), currency or "CNY", dtype=object)
    else:
        codes = currencies_of(table, money, role, currency, problems, notes)
    amount, rounded = _minor(money, codes, own=own)
    if role == "unit_price":
        quantity = parse_whole(table.column("quantity"))
        problems.add("quantity", quantity.reasons)
        amount = amount * quantity.values
    refund = np.zeros(len(table.rows), dtype=np.int64)
    if "refund" in table.cells:
        table.cells["refund"] = (
            table.cells["refund"].where(~table.cells["refund"].isin(_NOTHING), None).astype(object)
        )
        refunds = _money(table, "refund", decimal, problems, notes, empty_ok=True)
        signs = refunds.signs
        other = (
            ~np.equal(signs, None)
            & (signs != codes)
            & (signs != "$")
            & ~((signs == "CNY") & (codes == "JPY"))
        )
        problems.add("refund", np.where(other, cells_say.TWO_CURRENCIES, None))
        refund, more = _minor(refunds, codes, own=own)
        rounded |= more
    table.note(say.ROUNDED, rounded, notes)
    return amount, refund, codes


def _money(
    table: Table,
    role: str,
    decimal: str | None,
    problems: Problems,
    notes: list[Correction],
    *,
    empty_ok: bool = False,
) -> Money:
    money = parse_money(table.column(role), decimal=decimal, header=table.headers[role], file=table.names[0])
    problems.add(role, money.reasons, empty_ok=empty_ok)
    if money.comma:
        notes.append(Correction(say.comma_amounts(table.headers[role]), len(table.rows)))
    return money


def _minor(money: Money, codes: np.ndarray, *, own: bool) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return amounts in the minor units of their currencies, and where digits were rounded away."""
    kinds, names = pd.factorize(codes)
    digits = np.array([0 if own else digits_of(name) for name in names], dtype=np.int64)[kinds]
    units = np.zeros(len(codes), dtype=np.int64)
    rounded = np.zeros(len(codes), dtype=bool)
    for number in np.unique(digits):
        parsed = money.units(int(number))
        units = np.where(digits == number, parsed.values, units)
        rounded |= (digits == number) & parsed.flags["rounded"]
    return units, rounded


def _statuses(table: Table, statuses: Mapping[str, str] | None, notes: list[Correction]) -> np.ndarray:
    if "status" in table.cells:
        found = parse_statuses(
            table.column("status"), statuses, header=table.headers["status"], file=table.names[0]
        )
        empty = np.equal(found, None)
        table.note(say.EMPTY_STATUS, empty, notes)
        found = np.where(empty, "completed", found)
    else:
        found = np.full(len(table.rows), "completed", dtype=object)
        notes.append(Correction(say.NO_STATUS, len(table.rows)))
    if "cancelled_at" in table.cells:
        stopped = table.cells["cancelled_at"].notna().to_numpy() & np.isin(found, ("completed", OPEN, UNPAID))
        table.note(say.CANCELLED_AT, stopped & (found != UNPAID), notes)
        found = np.where(stopped, "cancelled", found)
    return found


def _summed(
    table: Table, rows: _Rows, codes: NDArray[np.int64], first: NDArray[np.int64], notes: list[Correction]
) -> _Rows:
    """Sum lines to orders."""
    count = len(first)
    for role, values in (
        ("customer_id", rows.customer),
        ("ordered_at", rows.at),
        ("currency", rows.currency),
    ):
        refuse_differing(table, codes, role if role in table.headers else "order_id", values)
    if "amount" in table.cells:
        for role, amounts in (("amount", rows.amount), ("refund", rows.refund), ("status", rows.status)):
            if role in table.headers:
                refuse_differing(table, codes, role, amounts)
        amount, refund, status = rows.amount[first], rows.refund[first], rows.status[first]
    else:
        stopped = np.isin(rows.status, ("cancelled", UNPAID))
        live = sum_by(codes, (~stopped).astype(np.int64), count) > 0
        left_out = stopped & live[codes]
        table.note(say.CANCELLED_LINES, left_out, notes)
        returned = np.where((rows.status == "refunded") & (rows.refund == 0), rows.amount, rows.refund)
        amount = sum_by(codes, np.where(left_out, 0, rows.amount), count)
        refund = sum_by(codes, np.where(left_out, 0, returned), count)
        waiting = sum_by(codes, (rows.status == OPEN).astype(np.int64), count) > 0
        partly = sum_by(codes, (rows.status == "partly_refunded").astype(np.int64), count) > 0
        status = np.where(partly, "partly_refunded", np.where(waiting, OPEN, "completed")).astype(object)
        status = np.where(live, status, rows.status[first])
    extras = {name: values[first] for name, values in rows.extras.items()}
    if "product_id" in extras:
        names = pd.Series(pd.factorize(rows.extras["product_id"])[0])
        several = (names.groupby(codes).nunique() > 1).to_numpy()
        extras["product_id"] = np.where(several, None, extras["product_id"])
        if several.any():
            notes.append(Correction(say.SEVERAL_PRODUCTS, int(several.sum())))
    if "quantity" in extras:
        extras["quantity"] = sum_by(codes, rows.extras["quantity"], count)
    return _Rows(rows.customer[first], rows.at[first], status, rows.currency[first], amount, refund, extras)


def _in_one_currency(
    table: Table,
    rows: _Rows,
    refund: NDArray[np.int64],
    currency: str | None,
    rates: Rates | None,
    timezone: str,
    notes: list[Correction],
) -> tuple[str, NDArray[np.int64], NDArray[np.int64]]:
    """Return the shop's currency, and amounts and refunds in its hundredths."""
    found = {
        str(code): int(count) for code, count in pd.Series(rows.currency).value_counts().sort_index().items()
    }
    base = currency or (next(iter(found)) if len(found) == 1 else "CNY")
    local = pd.Series(rows.at).dt.tz_localize("UTC").dt.tz_convert(timezone).dt.tz_localize(None)
    days = local.to_numpy().astype("datetime64[D]")
    amount_cny, without = in_hundredths(rows.amount, rows.currency, days, base=base, rates=rates)
    if without.any():
        at = int(without.argmax())
        place, code = where(table, at), str(rows.currency[at])
        message = (
            say.currencies_mixed(found, base, place, code)
            if rates is None
            else say.rate_missing(code, place, str(days[at]), base)
        )
        raise DataError(message)
    refund_cny, _ = in_hundredths(refund, rows.currency, days, base=base, rates=rates)
    notes += [Correction(say.converted(code, base), count) for code, count in found.items() if code != base]
    return base, amount_cny, np.minimum(refund_cny, amount_cny)
