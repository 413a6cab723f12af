"""One currency for all orders: told from column, sign, header or caller; converted exactly by rates."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.currencies import header_currency
from ecrm_helpers.intake.money import DOLLAR, digits_of
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.scan.expressions import literal
from ecrm_helpers.intake.scan.parts import keep, run
from ecrm_helpers.messages import intake_orders as say
from ecrm_helpers.messages import scan as scan_say

if TYPE_CHECKING:
    from ecrm_helpers.intake.rates import Rates

__all__ = ["in_one_currency"]

_DOLLARS = ("USD", "AUD", "CAD", "HKD", "TWD", "NZD", "SGD", "MXN", "CLP", "COP", "ARS")


def in_one_currency(
    table: str,
    columns: set[str],
    *,
    header: str,
    asked: str | None,
    drop: bool,
    rates: Rates | None,
    timezone: str,
    connection: Any,
) -> tuple[str, str, list[Correction]]:
    """Return the orders in hundredths of one currency, that currency, and what was converted.

    Parameters
    ----------
    table : str
        Orders as an SQL table; amounts in hundredths of their own currencies.
    columns : set of str
        Whether it has ``currency`` (ISO codes), ``sign`` (currencies that amounts were written with) and
        ``refund_cny``.
    header : str
        The amounts' header, which may name a currency in brackets.
    asked : str, optional
        The caller's currency.
    drop : bool
        Whether orders whose signs contradict their currency are left out rather than refused.
    rates : Rates, optional
    timezone : str
        Of the days on which rates hold.

    Raises
    ------
    DataError
        If currencies differ and there are no rates, a rate is missing, or a dollar is not said to be whose.
    """
    code = _code(columns, header, asked)
    found = dict(run(connection, f"SELECT {code} AS code, count(*) FROM {table} GROUP BY code ORDER BY code"))
    unsaid = found.pop(None, 0)
    said = sorted(found)
    if DOLLAR in found:
        raise DataError(scan_say.which_dollar(header))
    chosen = asked or (said[0] if len(said) == 1 else "CNY" if not said else None)
    if unsaid and chosen is None:
        raise DataError(scan_say.currency_unsaid(unsaid, said))
    notes = [_assumed(chosen, unsaid, said)] if unsaid and asked is None and chosen is not None else []
    for name in [chosen] if unsaid and chosen else []:
        found[name] = found.get(name, 0) + unsaid
    table, count = _without_contradictions(
        table, columns, f"coalesce({code}, {literal(chosen or '')})", connection
    )
    if count and not drop:
        raise DataError(scan_say.two_currencies(header, count))
    notes += [Correction(scan_say.dropped_rows(header), count)] if count else []
    base = asked or (said[0] if len(said) == 1 else "CNY")
    others = [one for one in found if one != base]
    if others and rates is None:
        raise DataError(scan_say.several_currencies(found, base))
    if not others and digits_of(base) == 2:  # noqa: PLR2004  hundredths already
        return table, base, notes
    code = f"coalesce({code}, {literal(chosen or base)})"
    factors = _factors(sorted(found), base, rates)
    keep(connection, "factors", _arrow(factors))
    local = f"CAST(timezone({literal(timezone)}, ordered_at) AS DATE)"
    joined = (
        "(SELECT o.*, f.top, f.bottom, f.whole "
        f"FROM (SELECT *, {code} AS code, {local} AS day FROM {table}) o LEFT JOIN factors f "
        "ON o.code = f.code AND o.day >= f.since AND o.day < f.until)"
    )
    missing = run(
        connection,
        f"SELECT code, CAST(min(day) AS VARCHAR), count(*) FROM {joined} WHERE top IS NULL GROUP BY code",
    )
    if missing:
        lost, day, count = missing[0]
        raise DataError(scan_say.rate_missing(lost, day, count, base))
    rounded = run(connection, f"SELECT count_if(whole AND amount_cny % 100 <> 0) FROM {joined}")[0][0]
    notes += [Correction(say.ROUNDED, rounded)] if rounded else []
    amounts = [name for name in ("amount_cny", "refund_cny") if name in columns]
    replaced = ", ".join(f"{_times(name)} AS {name}" for name in amounts)
    notes += [Correction(say.converted(one, base), found[one]) for one in others]
    return (
        f"(SELECT * EXCLUDE (top, bottom, whole, code, day) REPLACE ({replaced}) FROM {joined})",
        base,
        notes,
    )


def _code(columns: set[str], header: str, asked: str | None) -> str:
    """Return an expression for an order's currency, NULL where nothing says it."""
    named = header_currency(header)
    terms = []
    if "currency" in columns:
        sign = "sign" if "sign" in columns else "NULL"
        terms.append(f"CASE WHEN currency = '{DOLLAR}' THEN coalesce({sign}, currency) ELSE currency END")
    if "sign" in columns:
        terms.append("sign")
    terms.append(literal(named) if named else "CAST(NULL AS VARCHAR)")
    code = f"coalesce({', '.join(terms)})"
    if asked in _DOLLARS:
        return f"CASE WHEN {code} = '{DOLLAR}' THEN {literal(str(asked))} ELSE {code} END"
    if asked == "JPY" and "currency" not in columns and "sign" in columns:
        return f"CASE WHEN sign = 'CNY' THEN 'JPY' ELSE {code} END"
    return code


def _without_contradictions(table: str, columns: set[str], code: str, connection: Any) -> tuple[str, int]:
    """Leave out orders whose amount or refund was written with another currency's sign; count them."""
    dollars = ", ".join(map(literal, _DOLLARS))
    differ = []
    if "sign" in columns and "currency" in columns:
        differ.append(
            "coalesce(sign <> currency AND NOT (currency = 'JPY' AND sign = 'CNY') "
            f"AND NOT (sign = '{DOLLAR}' AND currency IN ({dollars})) "
            f"AND NOT (currency = '{DOLLAR}' AND sign IN ({dollars})), false)"
        )
    if "refund_sign" in columns:
        yen = f"(refund_sign = 'CNY' AND {code} = 'JPY')"
        differ.append(f"coalesce(refund_sign <> {code} AND refund_sign <> '{DOLLAR}' AND NOT {yen}, false)")
    if not differ:
        return table, 0
    condition = " OR ".join(differ)
    count = run(connection, f"SELECT count_if({condition}) FROM {table}")[0][0]
    return (f"(SELECT * FROM {table} WHERE NOT ({condition}))" if count else table), int(count)


def _assumed(chosen: str, unsaid: int, said: list[str]) -> Correction:
    return Correction(say.currency_assumed(chosen) if said else say.ASSUMED_CNY, unsaid)


def _factors(codes: list[str], base: str, rates: Rates | None) -> list[tuple[str, str, str, int, int]]:
    """Return for every currency and stretch of days the factor from its hundredths to the base's."""
    rows = []
    for code in codes:
        if code == base or rates is None:
            rows.append((code, "0001-01-01", "9999-12-31", Fraction(1)))
            continue
        days = sorted({*rates.days.get(code, []), *rates.days.get(base, [])})
        for since, until in zip(days, [*days[1:], "9999-12-31"], strict=True):
            here, there = (rates.at(one, np.array([since])).item() for one in (code, base))
            if min(here, there) >= 0:
                factor = rates.values[code][here] / rates.values[base][there]
                rows.append((code, str(since), str(until), factor))
    listed = []
    for code, since, until, factor in rows:
        # A currency without minor units is rounded to whole units first, as it is paid.
        whole = 100 if digits_of(code) == 0 else 1
        listed.append((code, since, until, factor.numerator * whole, factor.denominator))
    return listed


def _arrow(factors: list[tuple[str, str, str, int, int]]) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    code, since, until, top, bottom = zip(*factors, strict=True)
    days = [[dt.date.fromisoformat(day) for day in column] for column in (since, until)]
    return pa.table(
        {
            "code": pa.array(code, pa.string()),
            "since": pa.array(days[0], pa.date32()),
            "until": pa.array(days[1], pa.date32()),
            "top": pa.array(top, pa.int64()),
            "bottom": pa.array(bottom, pa.int64()),
            "whole": pa.array([digits_of(one) == 0 for one in code], pa.bool_()),
        }
    )


def _times(name: str) -> str:
    """Multiply hundredths exactly, rounding half to even; where there are no smaller units, those first."""
    units = f"(CASE WHEN whole THEN {_half_even(name, '100')} ELSE CAST({name} AS HUGEINT) END)"
    return f"CAST({_half_even(f'{units} * top', 'bottom')} AS BIGINT)"


def _half_even(top: str, bottom: str) -> str:
    top, bottom = f"CAST({top} AS HUGEINT)", f"CAST({bottom} AS HUGEINT)"
    rest = f"(2 * ({top} % {bottom}))"
    odd = f"(({top} // {bottom}) % 2 = 1)"
    up = f"{rest} > {bottom} OR ({rest} = {bottom} AND {odd})"
    return f"(({top} // {bottom}) + CASE WHEN {up} THEN 1 ELSE 0 END)"
