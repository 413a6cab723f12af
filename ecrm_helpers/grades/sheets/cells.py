"""Read single cells: a mark, a number of days."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.grades.sheets.records import Entry
from ecrm_helpers.grades.sheets.tables import clean, heading
from ecrm_helpers.messages import score_sheets as messages

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MISSING_WORDS", "days", "mark", "nearest"]

MISSING_WORDS = {
    "缺", "缺考", "缓考", "免修", "缺交", "缺席", "缺勤", "未交", "未考", "-", "--", "—", "–", "/",
}  # fmt: skip
MOST_DAYS = 400
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,17})?")


def mark(raw: Any, where: str, *, full: Fraction = Fraction(WHOLE)) -> Entry:
    """Read a mark out of `full`; a blank and a word such as 缓考 are missing marks, never zeros.

    Raises
    ------
    GradingError

    Examples
    --------
    >>> mark("15", "", full=Fraction(20)).value
    Fraction(75, 1)
    >>> mark("缓考", "").word
    '缓考'
    """
    text = unicodedata.normalize("NFKC", clean(raw))
    if (word := heading(text)) in {"", *MISSING_WORDS}:
        return Entry(None, word, where)
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text) or Fraction(text) > full:
        message = messages.bad_mark(where, text, messages.shown(full))
        raise GradingError(message)
    return Entry(Fraction(text) * WHOLE / full, "", where)


def days(raw: Any, where: str) -> Fraction | None:
    """Read a number of days; None where the cell is blank.

    Raises
    ------
    GradingError
    """
    text = unicodedata.normalize("NFKC", clean(raw))
    if text == "":
        return None
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text) or Decimal(text) > MOST_DAYS:
        message = messages.bad_days(where, text)
        raise GradingError(message)
    return Fraction(text)


def nearest(name: str, known: Iterable[str]) -> str:
    """Find what a mistyped name may have meant; "" where nothing is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""
