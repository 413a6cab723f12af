"""Which currency every amount is in: from a column, a sign, the header or the caller, never from a bare $."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import absent, reasons_where
from ecrm_helpers.intake.money import DOLLAR, currency_code, parse_currencies
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.messages import intake_cells as cells_say
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from ecrm_helpers.intake.problems import Problems, Table

__all__ = ["CurrencyReader", "header_currency"]

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


@dataclass(frozen=True, eq=False)
class CurrencyReader:
    """Finds the currency of every amount of a column."""

    table: Table
    role: str  # the amounts' column
    asked: str | None  # the caller's currency, for amounts that do not say theirs
    problems: Problems
    notes: list[Correction]

    def codes(self, signs: np.ndarray) -> np.ndarray:
        """Return an ISO code per row.

        Parameters
        ----------
        signs : ndarray of object
            What stands beside the amounts: code, DOLLAR or None.

        Raises
        ------
        DataError
            If a bare $ remains open.
        """
        codes = np.full(len(self.table.rows), None, dtype=object)
        if "currency" in self.table.cells:
            parsed = parse_currencies(self.table.column("currency"))
            self.problems.add("currency", parsed.reasons)
            codes = parsed.values.copy()  # noqa: PD011
        self._refuse_contradictions(codes, signs)
        unsaid = absent(codes) | ((codes == DOLLAR) & ~absent(signs))
        codes[unsaid] = signs[unsaid]
        codes[absent(codes)] = header_currency(self.table.headers[self.role])
        if self.asked == "JPY" and "currency" not in self.table.cells:  # one sign for yuan and yen
            codes[signs == "CNY"] = "JPY"
        self._settle_dollars(codes, signs)
        self._fill(codes)
        return codes

    def _refuse_contradictions(self, codes: np.ndarray, signs: np.ndarray) -> None:
        same = (codes == signs) | absent(codes) | absent(signs)
        same |= (codes == "JPY") & (signs == "CNY")
        same |= (signs == DOLLAR) & pd.Series(codes, dtype=object).isin(_DOLLARS).to_numpy()
        same |= (codes == DOLLAR) & pd.Series(signs, dtype=object).isin(_DOLLARS).to_numpy()
        self.problems.add(self.role, reasons_where(~same, cells_say.TWO_CURRENCIES))

    def _settle_dollars(self, codes: np.ndarray, signs: np.ndarray) -> None:
        bare = codes == DOLLAR
        if not bare.any():
            return
        if self.asked in _DOLLARS:
            codes[bare] = self.asked
            return
        row = int(bare.argmax())
        shown = self.role if signs[row] == DOLLAR or "currency" not in self.table.cells else "currency"
        message = say.which_dollar(
            self.table.file(row),
            int(self.table.rows[row]),
            self.table.headers[shown],
            self.table.shown(shown, row),
        )
        raise DataError(message)

    def _fill(self, codes: np.ndarray) -> None:
        """Give amounts without any currency the caller's, or the only one of the file."""
        unsaid = absent(codes)
        if not unsaid.any():
            return
        said = sorted(set(codes[~unsaid].tolist()))
        if self.asked is None and len(said) > 1:
            role = "currency" if "currency" in self.table.cells else self.role
            self.problems.add(role, reasons_where(unsaid, cells_say.WANT_CURRENCY))
        chosen = self.asked or (said[0] if said else "CNY")
        codes[unsaid] = chosen
        if self.asked is None and said:
            self.table.note(say.currency_assumed(chosen), unsaid, self.notes)
        elif self.asked is None:
            self.notes.append(Correction(say.ASSUMED_CNY, int(unsaid.sum())))
