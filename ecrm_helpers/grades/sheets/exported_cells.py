"""Read a platform's cell: a mark out of what the teacher said, or one roll call's record."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.grades.sheets.cells import MISSING_WORDS
from ecrm_helpers.messages import score_import as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["mark_text", "roll_call_word"]

_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,17})?)(分|%)?")


def mark_text(raw: str, where: str, full: str) -> str:
    """Return a mark as a score sheet writes it; "" where there is none.

    Raises
    ------
    GradingError
        It is no mark, above the full mark, or a percentage of something else than 100.

    Examples
    --------
    >>> mark_text("18.50", "", "20"), mark_text("未提交", "", "20")
    ('18.5', '')
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw))
    if text in MISSING_WORDS and text.strip("-—–/"):
        return text
    if not text.strip("-—–/") or text.lower() in messages.NO_MARK_WORDS:
        return ""
    found = _NUMBER.fullmatch(text)
    if not found:
        message = messages.no_mark(where, raw)
        raise GradingError(message)
    if found[2] == "%" and Fraction(full) != WHOLE:
        message = messages.percent(where, raw)
        raise GradingError(message)
    if Fraction(found[1]) > Fraction(full):
        message = messages.above_full(where, raw, full)
        raise GradingError(message)
    whole, _, decimals = found[1].partition(".")
    return f"{whole}.{decimals.rstrip('0')}".rstrip(".")


def roll_call_word(raw: str, where: str, points: Mapping[str, float | None]) -> str:
    """Return a platform's record of one roll call in the words the scheme declares; "" without one.

    Raises
    ------
    GradingError
        It is a number, or its word has no points.

    Examples
    --------
    >>> roll_call_word("已签", "", {"出勤": 100, "旷课": 0})
    '出勤'
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw))
    if not text.strip("-—–/"):
        return ""
    if text in points:
        return text
    if re.search(r"\d", text):
        message = messages.numbers_are_no_attendance(where, raw, points)
        raise GradingError(message)
    word = messages.ROLL_CALL.get(text, "")
    if word not in points:
        message = messages.undeclared(where, raw, word, list(points))
        raise GradingError(message)
    return word
