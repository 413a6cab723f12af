"""Every column in use, read row by row: ids, times, amounts with their currencies, states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.intake.cells import (
    Parsed,
    absent,
    parse_ids,
    parse_whole,
    reasons_where,
    says_no_refund,
    uniques,
)
from ecrm_helpers.intake.currencies import CurrencyReader
from ecrm_helpers.intake.money import DOLLAR, Money, digits_of, parse_money
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.statuses import OPEN, UNPAID, parse_statuses
from ecrm_helpers.intake.times import parse_times
from ecrm_helpers.messages import intake_cells as cells_say
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ecrm_helpers.intake.problems import Problems, Table
    from ecrm_helpers.intake.rates import Rates

__all__ = ["DAYS", "Options", "Reader", "Rows"]

DAYS = ("promised_on", "delivered_on")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a table is read; see ``load_orders``."""

    grain: str
    timezone: str
    currency: str | None
    rates: Rates | None
    statuses: Mapping[str, str] | None
    drop: bool
    day_first: bool | None
    decimal: str | None
    masked: bool  # whether ids with asterisks are taken: the caller named their column


@dataclass(frozen=True, eq=False)
class Rows:
    """Values per row of the file, or per order."""

    customer: np.ndarray
    at: NDArray[np.datetime64]  # UTC
    status: np.ndarray  # one of STATUSES, OPEN or UNPAID
    currency: np.ndarray
    amount: NDArray[np.int64]  # ISO minor units
    refund: NDArray[np.int64]
    extras: dict[str, np.ndarray]  # product_id, quantity, promised_on, delivered_on where there

    def take(self, which: np.ndarray) -> Rows:
        """Return some of the rows, by mask or position."""
        return Rows(
            self.customer[which],
            self.at[which],
            self.status[which],
            self.currency[which],
            self.amount[which],
            self.refund[which],
            {name: values[which] for name, values in self.extras.items()},
        )


@dataclass(frozen=True, eq=False)
class Reader:
    """Reads a table's columns; what cannot be read goes to `problems`, what is changed to `notes`."""

    table: Table
    options: Options
    problems: Problems
    notes: list[Correction]

    def rows(self, stripped: NDArray[np.bool_]) -> Rows:
        """Read every column in use; `stripped` marks order numbers that something was taken off."""
        customers = self._customers()
        self.table.note(say.STRIPPED, stripped | customers.flags["stripped"], self.notes)
        at = self._times("ordered_at", empty_ok=False)
        amount, refund, currency = self._amounts()
        return Rows(customers.values, at, self._statuses(), currency, amount, refund, self._extras())

    def _customers(self) -> Parsed:
        customers = parse_ids(self.table.column("customer_id"))
        found = uniques(pd.Series(customers.values, dtype=object))
        masked = found.spread(np.array(["*" in one for one in found.cells], dtype=bool), empty=False)
        self.problems.add("customer_id", customers.reasons)
        if self.options.masked:
            self.table.note(say.MASKED, masked, self.notes)
        else:
            self.problems.add("customer_id", reasons_where(masked, cells_say.MASKED))
        return customers

    def _extras(self) -> dict[str, np.ndarray]:
        cells = self.table.cells
        extras: dict[str, np.ndarray] = {}
        if "product_id" in cells:
            products = parse_ids(self.table.column("product_id"))
            unread = ~absent(products.reasons) & cells["product_id"].notna().to_numpy()
            unread &= products.reasons != cells_say.NO_ID
            self.table.note(say.PRODUCT_UNREAD, unread, self.notes)
            extras["product_id"] = products.values  # noqa: PD011
        if "quantity" in cells:
            quantity = parse_whole(self.table.column("quantity"))
            self.problems.add("quantity", quantity.reasons, empty_ok=True)
            empty = int(cells["quantity"].isna().sum())
            if empty:
                self.notes.append(Correction(say.QUANTITY_UNUSED, empty))
            else:
                extras["quantity"] = quantity.values  # noqa: PD011
        for name in DAYS:
            if name in cells:
                times = pd.Series(self._times(name, empty_ok=True)).dt.tz_localize("UTC")
                local = times.dt.tz_convert(self.options.timezone).dt.tz_localize(None).dt.normalize()
                extras[name] = local.to_numpy().astype("datetime64[us]")
        return extras

    def _times(self, role: str, *, empty_ok: bool) -> NDArray[np.datetime64]:
        table, timezone = self.table, self.options.timezone
        times = parse_times(
            table.column(role),
            timezone=timezone,
            day_first=self.options.day_first,
            header=table.headers[role],
            file=table.names[0],
        )
        self.problems.add(role, times.reasons, empty_ok=empty_ok)
        for what, flag in (
            (say.SERIALS, "serial"),
            (say.DAY_PROVED, "day_proved"),
            (say.MONTH_PROVED, "month_proved"),
            (say.TWICE, "twice"),
            (say.SKIPPED, "skipped"),
        ):
            table.note(what, times.flags[flag], self.notes)
        zoned = times.flags["zoned"]
        if role == "ordered_at" and zoned.any() and not zoned.all():
            table.note(say.zone_assumed(timezone), ~zoned, self.notes)
        return times.values  # noqa: PD011

    def _amounts(self) -> tuple[NDArray[np.int64], NDArray[np.int64], np.ndarray]:
        """Return amounts and refunds in ISO minor units, and the currencies."""
        table = self.table
        role = next(name for name in ("amount", "line_amount", "unit_price") if name in table.cells)
        own = table.headers[role].strip().lower() == "amount_cny"
        money = self._money(role, empty_ok=False)
        if own:
            self.notes.append(Correction(say.MINOR_UNITS, len(table.rows)))
            codes = np.full(len(table.rows), self.options.currency or "CNY", dtype=object)
        else:
            asked = self.options.currency
            codes = CurrencyReader(table, role, asked, self.problems, self.notes).codes(money.signs)
        amount, rounded = _minor(money, codes, own=own)
        if role == "unit_price":
            quantity = parse_whole(table.column("quantity"))
            self.problems.add("quantity", quantity.reasons)
            amount = amount * quantity.values  # noqa: PD011
            self.notes.append(Correction(say.PRICES_ONLY, len(table.rows)))
        refund = np.zeros(len(table.rows), dtype=np.int64)
        if "refund" in table.cells:
            column = table.cells["refund"]
            none = column.map(says_no_refund).to_numpy(dtype=bool)
            table.note(say.NO_REFUND, none, self.notes)
            table.cells["refund"] = column.where(~none, None).astype(object)
            refunds = self._money("refund", empty_ok=True)
            signs = refunds.signs
            other = ~absent(signs) & (signs != codes) & (signs != DOLLAR)
            other &= ~((signs == "CNY") & (codes == "JPY"))
            self.problems.add("refund", reasons_where(other, cells_say.TWO_CURRENCIES))
            refund, more = _minor(refunds, codes, own=own)
            rounded |= more
        table.note(say.ROUNDED, rounded, self.notes)
        return amount, refund, codes

    def _money(self, role: str, *, empty_ok: bool) -> Money:
        table = self.table
        money = parse_money(
            table.column(role), decimal=self.options.decimal, header=table.headers[role], file=table.names[0]
        )
        reasons = money.reasons
        if role == "refund":
            reasons = np.where(reasons == cells_say.NEGATIVE, cells_say.NEGATIVE_REFUND, reasons)
        self.problems.add(role, reasons, empty_ok=empty_ok)
        if money.comma:
            self.notes.append(Correction(say.comma_amounts(table.headers[role]), len(table.rows)))
        return money

    def _statuses(self) -> np.ndarray:
        table = self.table
        found = np.full(len(table.rows), "completed", dtype=object)
        if "status" in table.cells:
            found = parse_statuses(
                table.column("status"),
                self.options.statuses,
                header=table.headers["status"],
                file=table.names[0],
            )
            table.note(say.EMPTY_STATUS, absent(found), self.notes)
            found[absent(found)] = "completed"
        else:
            self.notes.append(Correction(say.NO_STATUS, len(table.rows)))
        if "cancelled_at" in table.cells:
            stopped = table.cells["cancelled_at"].notna().to_numpy() & np.isin(
                found, ("completed", OPEN, UNPAID)
            )
            table.note(say.CANCELLED_AT, stopped & (found != UNPAID), self.notes)
            found[stopped] = "cancelled"
        return found


def _minor(money: Money, codes: np.ndarray, *, own: bool) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return amounts in the minor units of their currencies, and where digits were rounded away.

    Our own column counts hundredths in every currency, though yen have no smaller unit.
    """
    kinds, names = pd.factorize(codes)
    shift = 2 if own else 0
    digits = np.array([digits_of(name) - shift for name in names], dtype=np.int64)[kinds]
    units = np.zeros(len(codes), dtype=np.int64)
    rounded = np.zeros(len(codes), dtype=bool)
    for number in np.unique(digits):
        parsed = money.units(int(number))
        here = digits == number
        units[here] = parsed.values[here]  # noqa: PD011
        rounded |= here & parsed.flags["rounded"]
    return units, rounded
