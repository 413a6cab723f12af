"""One currency for a shop: a dated rate table, and every order at the rate of its local day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.money import currency_code, digits_of, multiply
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Rates", "in_hundredths", "read_rates"]

_COLUMNS = ("valid_from", "currency", "cny_per_unit")


@dataclass(frozen=True, eq=False)
class Rates:
    """Per currency: the days from which a rate holds, and the rates, as exact fractions of CNY."""

    days: dict[str, NDArray[np.datetime64]]
    values: dict[str, list[Fraction]]

    def at(self, currency: str, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return which of a currency's rates holds on each day, -1 where none does yet."""
        if currency not in self.days:
            return np.full(len(days), -1, dtype=np.int64)
        return np.searchsorted(self.days[currency], days, side="right").astype(np.int64) - 1


def read_rates(rates: pd.DataFrame | str | Path | None) -> Rates | None:
    """Read a rate table.

    Parameters
    ----------
    rates : DataFrame, path of a CSV file, or None
        Columns ``valid_from`` (date), ``currency`` (code), ``cny_per_unit`` (CNY for one unit).

    Raises
    ------
    DataError
        If a column is missing, a cell is unreadable, a rate is not positive or stands twice for one day.

    Examples
    --------
    >>> table = pd.DataFrame({"valid_from": ["2026-01-01"], "currency": ["USD"], "cny_per_unit": ["7.2"]})
    >>> read_rates(table).values
    {'USD': [Fraction(36, 5)], 'CNY': [Fraction(1, 1)]}
    """
    if rates is None:
        return None
    table = rates if isinstance(rates, pd.DataFrame) else _from_file(Path(rates))
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        message = say.rates_columns(missing)
        raise DataError(message)
    entries: dict[str, dict[np.datetime64, Fraction]] = {}
    for number, (day, currency, rate) in enumerate(table[list(_COLUMNS)].itertuples(index=False), start=2):
        code, valid, value = currency_code(currency), _day(day), _fraction(rate)
        if code is None or valid is None or value is None:
            message = say.rates_cell(number, (day, currency, rate))
            raise DataError(message)
        if entries.setdefault(code, {}).setdefault(valid, value) != value:
            message = say.rates_twice(number, code, str(valid))
            raise DataError(message)
    entries.setdefault("CNY", {np.datetime64("1900-01-01", "D"): Fraction(1)})
    ordered = {code: sorted(by_day.items()) for code, by_day in entries.items()}
    return Rates(
        {code: np.array([day for day, _ in pairs], dtype="datetime64[D]") for code, pairs in ordered.items()},
        {code: [value for _, value in pairs] for code, pairs in ordered.items()},
    )


def in_hundredths(
    units: NDArray[np.int64],
    currencies: np.ndarray,
    days: NDArray[np.datetime64],
    *,
    base: str,
    rates: Rates | None,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Convert ISO minor units to hundredths of the base currency, each at the rate of its local day.

    Returns
    -------
    amounts : ndarray of int64
        Rounded half to even.
    without : ndarray of bool
        Where a rate is missing.
    """
    result = np.zeros(len(units), dtype=np.int64)
    without = np.zeros(len(units), dtype=bool)
    for currency in pd.unique(pd.Series(currencies, dtype=object)):
        rows = np.flatnonzero(currencies == currency)
        scale = Fraction(100, 10 ** digits_of(currency))
        if currency == base:
            result[rows] = multiply(units[rows], scale)
            continue
        if rates is None:
            without[rows] = True
            continue
        source, target = rates.at(currency, days[rows]), rates.at(base, days[rows])
        without[rows] = (source < 0) | (target < 0)
        for pair in set(zip(source.tolist(), target.tolist(), strict=True)):
            if min(pair) < 0:
                continue
            chosen = rows[(source == pair[0]) & (target == pair[1])]
            factor = scale * rates.values[currency][pair[0]] / rates.values[base][pair[1]]  # noqa: PD011
            result[chosen] = multiply(units[chosen], factor)
    return result, without


def _from_file(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        message = say.rates_file(path)
        raise DataError(message) from error


def _day(value: object) -> np.datetime64 | None:
    at = pd.to_datetime(str(value), errors="coerce", format="ISO8601")
    return None if pd.isna(at) else np.datetime64(at.date(), "D")


def _fraction(value: object) -> Fraction | None:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() and number > 0 else None
