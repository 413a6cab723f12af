"""Cells of an export as values, each distinct cell read once: ids, times, numbers.

Every reader returns a :class:`Parsed`: values in row order and, where a cell could not be read, why not, so
that the caller can name row and column.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.messages import intake_cells as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "NO_ID",
    "Parsed",
    "Uniques",
    "absent",
    "parse_ids",
    "parse_whole",
    "plain_text",
    "reasons_where",
    "says_no_refund",
    "uniques",
]

EXCEL_DIGITS = 15  # of a number; Excel sets the following ones to zero
_NO_REFUND = frozenset(
    ("-", "--", "—", "——", "/", "无", "暂无", "没有", "无退款", "未退款", "没有退款", "无退款申请",
     "未申请退款", "没有申请退款", "未发起退款", "无售后")
)  # fmt: skip
NO_ID = (
    r"(?i)[-–—_/?.]+|无|暂无|没有|空|未知|匿名|(匿名|未知)(用户|买家|客户)|游客"
    r"|null|none|nan|nat|n/a|<na>|undefined"
)
"""What stands in a column of ids for none at all; also a regular expression of SQL."""
_CHANCE = 4  # zeros behind the 15th digit that no chance explains
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_NO_ID = re.compile(NO_ID)
_WRAPPED = re.compile(r'=\s*"(.*)"')
_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|未计算的公式)")
_SPACES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff\u00a0]")


@dataclass(frozen=True, eq=False)
class Parsed:
    """A column's values and what is wrong with the cells that have none."""

    values: np.ndarray  # one per row
    reasons: NDArray[np.object_]  # Chinese "what was expected", None where the cell was read
    flags: dict[str, NDArray[np.bool_]] = field(default_factory=dict)  # what was changed, per row


@dataclass(frozen=True, eq=False)
class Uniques:
    """A column as its distinct cells; code -1 is an empty cell."""

    codes: NDArray[np.int64]
    cells: list[Any]

    def spread(self, values: np.ndarray, empty: Any) -> np.ndarray:
        """Give every row its distinct cell's value."""
        longer = np.append(values, np.array([empty], dtype=values.dtype))
        return longer[self.codes]


def uniques(column: pd.Series) -> Uniques:
    """Find a column's distinct cells.

    Examples
    --------
    >>> found = uniques(pd.Series(["a", None, "a"], dtype=object))
    >>> found.codes.tolist(), found.cells
    ([0, -1, 0], ['a'])
    """
    codes, cells = pd.factorize(column.to_numpy(dtype=object))
    return Uniques(codes, list(cells))


def plain_text(value: object) -> str:
    r"""Return a cell's text without what spreadsheets and exports put around it.

    Examples
    --------
    >>> plain_text('="0012"'), plain_text("'0012"), plain_text(" 0012\t")
    ('0012', '0012', '0012')
    """
    text = _SPACES.sub(" ", str(value)).strip()
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        text = wrapped[1].strip()
    return text[1:].strip() if text.startswith(("'", "‘", "’")) else text


def says_no_refund(cell: object) -> bool:
    """Tell whether a cell of a refund column says in words that there was none.

    Examples
    --------
    >>> [says_no_refund(cell) for cell in ("无退款申请", " - ", "0", None)]
    [True, True, False, False]
    """
    return isinstance(cell, str) and plain_text(cell) in _NO_REFUND


def parse_ids(column: pd.Series) -> Parsed:
    """Read ids as text: leading zeros kept, Excel's wrappers off; cut numbers and words for none refused.

    Parameters
    ----------
    column : Series of cells
        str, number, datetime or None.

    Returns
    -------
    Parsed
        Values: object array of str, None where empty or wrong. Flag ``stripped``: something was taken off.

    Examples
    --------
    >>> found = parse_ids(pd.Series(['="007"', 12.0, "1.23457E+17", None], dtype=object))
    >>> found.values.tolist(), [reason is None for reason in found.reasons]
    (['007', '12', None, None], [True, True, False, False])
    """
    found = uniques(column)
    ids, reasons, stripped = [], [], []
    for cell in found.cells:
        text, reason = _id(cell)
        ids.append(text)
        reasons.append(reason)
        stripped.append(isinstance(cell, str) and text is not None and text != cell)
    if _cut_to_zeros(ids):
        cut = [text is not None and len(text) > EXCEL_DIGITS and text.isdigit() for text in ids]
        ids = [None if wrong else text for text, wrong in zip(ids, cut, strict=True)]
        reasons = [say.ID_CUT if wrong else why for why, wrong in zip(reasons, cut, strict=True)]
    return Parsed(
        found.spread(_objects(ids), None),
        found.spread(_objects(reasons), say.EMPTY),
        {"stripped": found.spread(np.array(stripped, dtype=bool), empty=False)},
    )


def parse_whole(column: pd.Series) -> Parsed:
    """Read whole numbers from 0 up, such as quantities.

    Examples
    --------
    >>> parse_whole(pd.Series(["2", "３件", 1.0, "x"], dtype=object)).values.tolist()
    [2, 3, 1, 0]
    """
    found = uniques(column)
    numbers = [_whole(cell) for cell in found.cells]
    values = np.array([0 if number is None else number for number in numbers], dtype=np.int64)
    reasons = _objects([say.WANT_WHOLE if number is None else None for number in numbers])
    return Parsed(found.spread(values, 0), found.spread(reasons, say.EMPTY))


def absent(values: np.ndarray) -> NDArray[np.bool_]:
    """Mark where an object array has None.

    Examples
    --------
    >>> absent(np.array(["a", None], dtype=object)).tolist()
    [False, True]
    """
    return np.asarray(pd.isna(values), dtype=bool)


def reasons_where(bad: NDArray[np.bool_], reason: str) -> NDArray[np.object_]:
    """Return one reason per row, None where all is well."""
    reasons = np.full(len(bad), None, dtype=object)
    reasons[bad] = reason
    return reasons


def _objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _cut_to_zeros(ids: list[str | None]) -> bool:
    """Tell whether all long numbers end in the zeros that Excel puts behind its 15 digits."""
    long = [text for text in ids if text is not None and len(text) > EXCEL_DIGITS and text.isdigit()]
    tails = [text[EXCEL_DIGITS:] for text in long]
    return sum(map(len, tails)) >= _CHANCE and not any(tail.strip("0") for tail in tails)


def _id(cell: object) -> tuple[str | None, str | None]:  # noqa: PLR0911  one line per kind of cell
    if isinstance(cell, str) and cell.isascii() and cell.isalnum() and "e" not in cell and "E" not in cell:
        return (None, say.NO_ID) if cell.lower() in {"null", "nan", "nat"} else (cell, None)  # the usual case
    if isinstance(cell, dt.datetime):
        return None, say.ID_IS_DATE
    if isinstance(cell, int | float):
        if not float(cell).is_integer():
            return f"{cell:.15g}", None
        return (str(int(cell)), None) if abs(cell) < 10**EXCEL_DIGITS else (None, say.ID_CUT)
    text = plain_text(cell)
    if not text:
        return None, say.EMPTY
    if _SCIENTIFIC.fullmatch(text):
        return None, say.ID_CUT
    if _ERRORS.fullmatch(text):
        return None, say.ERROR_VALUE
    if _NO_ID.fullmatch(text):
        return None, say.NO_ID
    return text, None


def _whole(cell: object) -> int | None:
    text = unicodedata.normalize("NFKC", f"{cell:.15g}" if isinstance(cell, float) else plain_text(cell))
    match = re.fullmatch(r"(\d{1,9})(?:\.0+)?\s*[件个只盒套pcs]*", text.replace(",", ""))
    return int(match[1]) if match else None
