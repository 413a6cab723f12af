"""Which currency every amount is in: from a column, a sign, the header or the caller, never from a bare $."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.money import DOLLAR, currency_code, parse_currencies
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.messages import intake_cells as cells_say
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from ecrm_helpers.intake.money import Money
    from ecrm_helpers.intake.problems import Problems, Table

__all__ = ["currencies_of", "header_currency"]

_DOLLARS = frozenset({"USD", "AUD", "CAD", "HKD", "TWD", "NZD", "SGD", "MXN", "CLP", "COP", "ARS"})


def header_currency(header: str) -> str | None:
    """Read a currency that stands in brackets behind a header.

    Examples
    --------
    >>> header_currency("订单金额（USD）"), header_currency("实付款(元)"), header_currency("Total")
    ('USD', 'CNY', None)
    """
    match = re.search(r"\(([^()]*)\)\s*$", unicodedata.normalize("NFKC", header).strip())
    return currency_code(match[1]) if match else None


def currencies_of(
    table: Table, money: Money, role: str, asked: str | None, problems: Problems, notes: list[Correction]
) -> np.ndarray:
    """Return an ISO code per row.

    Parameters
    ----------
    table : Table
    money : Money
        The amounts, with their signs.
    role : str
        Which column they are.
    asked : str, optional
        The caller's currency, for amounts that do not say theirs.
    problems : Problems
        Gets the cells whose currency is unknown or contradicts the sign.
    notes : list of Correction

    Raises
    ------
    DataError
        If a bare $ remains open.
    """
    codes = np.full(len(table.rows), None, dtype=object)
    if "currency" in table.cells:
        parsed = parse_currencies(table.column("currency"))
        problems.add("currency", parsed.reasons)
        codes = parsed.values
    signs = money.signs
    same = (codes == signs) | np.equal(codes, None) | np.equal(signs, None)
    same |= (codes == "JPY") & (signs == "CNY")  # one sign for both
    same |= (signs == DOLLAR) & pd.Series(codes, dtype=object).isin(_DOLLARS).to_numpy()
    same |= (codes == DOLLAR) & pd.Series(signs, dtype=object).isin(_DOLLARS).to_numpy()
    problems.add(role, np.where(same, None, cells_say.TWO_CURRENCIES))
    codes = np.where(
        np.equal(codes, None) | (codes == DOLLAR), np.where(np.equal(signs, None), codes, signs), codes
    )
    codes[np.equal(codes, None)] = header_currency(table.headers[role])
    codes[(codes == "CNY") & np.equal(signs, "CNY") & (asked == "JPY") & ("currency" not in table.cells)] = (
        "JPY"
    )
    bare = codes == DOLLAR
    if bare.any() and asked in _DOLLARS:
        codes[bare] = asked
    elif bare.any():
        at = int(bare.argmax())
        shown = role if signs[at] == DOLLAR or "currency" not in table.cells else "currency"
        message = say.which_dollar(
            table.file(at), int(table.rows[at]), table.headers[shown], table.shown(shown, at)
        )
        raise DataError(message)
    return _without_open(table, codes, role, asked, problems, notes)


def _without_open(
    table: Table, codes: np.ndarray, role: str, asked: str | None, problems: Problems, notes: list[Correction]
) -> np.ndarray:
    """Give amounts without any currency the caller's, or the only one of the file."""
    unsaid = np.equal(codes, None)
    if not unsaid.any():
        return codes
    said = sorted({code for code in codes.tolist() if code is not None})
    if asked is None and len(said) > 1:
        problems.add(
            "currency" if "currency" in table.cells else role, np.where(unsaid, cells_say.WANT_CURRENCY, None)
        )
    chosen = asked or (said[0] if said else "CNY")
    codes[unsaid] = chosen
    if asked is None:
        what = say.currency_assumed(chosen) if said else say.ASSUMED_CNY
        table.note(what, unsaid, notes) if said else notes.append(Correction(what, int(unsaid.sum())))
    return codes
