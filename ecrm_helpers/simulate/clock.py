"""The shop's calendar: operational time, holidays and exchange rates as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ecrm_helpers.simulate.parameters import ShopSpec

__all__ = ["Calendar", "day_number"]


def day_number(spec: ShopSpec, day: str) -> int:
    """Days from the shop's first day to an ISO date."""
    return int((np.datetime64(day, "D") - np.datetime64(spec.start, "D")).astype(np.int64))


def intensity(spec: ShopSpec) -> np.ndarray:
    """Purchase intensity, shape (markets, hours of the window): season × promotion × holiday × hour of day.

    Every market's row has mean 1, so a market's calendar moves *when* its customers order, never how much.
    """
    days = day_number(spec, spec.end)
    dates = np.datetime64(spec.start, "D") + np.arange(days)
    by_day = np.array(spec.season)[dates.astype("datetime64[M]").astype(np.int64) % 12]
    for sale in spec.promotions:
        by_day[day_number(spec, sale.starts_on) : day_number(spec, sale.ends_on) + 1] *= sale.lift
    rows = []
    for market in spec.markets:
        own = by_day.copy()
        for rest in spec.holidays:
            if rest.country == market.code:
                own[day_number(spec, rest.starts_on) : day_number(spec, rest.ends_on) + 1] *= (
                    spec.holiday_demand
                )
        hours = np.roll(spec.hours, spec.utc_offset - market.utc_offset)
        rows.append(np.outer(own, hours).ravel())
    table = np.array(rows)
    return table / table.mean(axis=1, keepdims=True)


@dataclass(frozen=True)
class Calendar:
    """Look-up tables of one shop, in days of the shop's local time since its first midnight."""

    days: int  # length of the window; also its length on the operational clock
    inverse: np.ndarray  # (markets, grid + 1): calendar time at equal steps of operational time
    extra_days: np.ndarray  # (markets, days): days a holiday adds to a parcel
    months: np.ndarray  # (days,): index of the month of each day, for `rates`
    rates: np.ndarray  # (currencies, months): yuan per unit
    rate_dates: np.ndarray  # (months,): first day of validity

    @classmethod
    def of(cls, spec: ShopSpec, rng: np.random.Generator) -> Calendar:
        """Build the tables; only the exchange rates are drawn at random."""
        days = day_number(spec, spec.end)
        table = intensity(spec)
        hours = np.arange(table.shape[1] + 1) / 24.0
        passed = np.hstack([np.zeros((len(table), 1)), np.cumsum(table, axis=1) / 24.0])
        inverse = np.array([np.interp(hours, row, hours) for row in passed])
        extra = np.zeros((len(spec.markets), days))
        for rest in spec.holidays:
            period = slice(day_number(spec, rest.starts_on), day_number(spec, rest.ends_on) + 1)
            rows = [i for i, market in enumerate(spec.markets) if rest.country in {"", market.code}]
            extra[rows, period] = np.maximum(extra[rows, period], rest.extra_days)
        months = (np.datetime64(spec.start, "D") + np.arange(days)).astype("datetime64[M]")
        rate_dates, month = np.unique(months, return_inverse=True)
        steps = rng.normal(0.0, spec.rate_sigma, (len(spec.currencies), len(rate_dates)))
        steps[:, 0] = 0.0
        start = np.array([value for _, value in spec.currencies.values()])[:, None]
        rates = start * np.exp(np.cumsum(steps, axis=1))
        rates[list(spec.currencies).index("CNY")] = 1.0
        return cls(days, inverse, extra, month, rates.round(6), rate_dates.astype("datetime64[D]"))

    def at(self, clock: np.ndarray, market: np.ndarray) -> np.ndarray:
        """Calendar time, in days, of operational times within the window."""
        steps = self.inverse.shape[1] - 1
        place = clock * (steps / self.days)
        left = np.minimum(place.astype(np.int64), steps - 1)
        low, high = self.inverse[market, left], self.inverse[market, left + 1]
        return low + (place - left) * (high - low)
