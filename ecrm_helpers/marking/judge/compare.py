"""Comparisons for judges: strict about kinds, kind about rounding, never raising on odd data.

A plain ``not abs(x - 3) > tol`` accepts NaN, ``==`` accepts True for 1: these do not. What raises is a
mistake of the marking file, a right value or a tolerance that is no finite number: the task is then left to
the teacher, for nothing would be right or everything.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.plaindata import narrow

__all__ = [
    "close",
    "is_number",
    "kendall_distance",
    "one_of",
    "rows_by_key",
    "same_table",
    "same_text",
    "share_right",
    "table_share",
]


def is_number(value: object) -> bool:
    """Tell whether `value` is a finite number (no bool, no str).

    Examples
    --------
    >>> [is_number(value) for value in (1, 2.5, True, "1", float("nan"), None)]
    [True, True, False, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 2**63 and math.isfinite(value)


def close(value: object, expected: float, tol: float = 1e-9, *, relative: bool = False) -> bool:
    """Tell whether `value` is a number within `tol` of `expected`, both ends included.

    Parameters
    ----------
    value : object
        What the student gave; anything that is no finite number is not close.
    expected : float
        The right value.
    tol : float
        Absolute tolerance, or a share of `expected` when `relative`.
    relative : bool
        Read `tol` as a share.

    Raises
    ------
    MarkingError
        When `expected` or `tol` is not finite, or `tol` is negative.

    Examples
    --------
    >>> close(0.251, 0.25, tol=0.005), close(float("nan"), 0.25, tol=1), close("0.25", 0.25), close(True, 1)
    (True, False, False, False)
    """
    right, allowed = float(expected), float(tol)
    if not (math.isfinite(right) and 0 <= allowed < math.inf):
        message = f"a finite right value and tolerance expected, got {expected!r} and {tol!r}"
        raise MarkingError(message)
    if not is_number(value):
        return False
    if relative:
        allowed *= abs(right)
    # 1e-12: a tolerance of 0.01 takes in 0.26 beside 0.25, whatever binary fractions say.
    return abs(float(value) - right) <= allowed + 1e-12 * max(1.0, abs(right))  # type: ignore[arg-type]


def same_text(value: object, expected: str) -> bool:
    """Tell whether two texts agree up to width, case and blanks.

    Examples
    --------
    >>> same_text(" ａ ", "A"), same_text(None, "A")
    (True, False)
    """
    if not isinstance(value, str):
        return False
    return "".join(narrow(value).split()).casefold() == "".join(narrow(expected).split()).casefold()


def one_of(value: object, accepted: Iterable[str]) -> bool:
    """Tell whether `value` is one of the `accepted` texts.

    Examples
    --------
    >>> one_of("b", ["A", "B"]), one_of(["A"], ["A"])
    (True, False)
    """
    return any(same_text(value, option) for option in accepted)


def rows_by_key(value: object, key: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a table (a list of row dicts) by the text in column `key`.

    Rows without that column, or that repeat a key, are left out; anything else gives an empty dict. A key may
    be a text or a whole number, also one that pandas has made 3.0.

    Examples
    --------
    >>> rows_by_key([{"segment": "VIP", "n": 3}, {"n": 4}], "segment")
    {'VIP': {'segment': 'VIP', 'n': 3}}
    """
    named = _named_rows(value, key)
    count = Counter(name for name, _ in named)
    return {name: row for name, row in named if count[name] == 1}


def _named_rows(value: object, key: str) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    rows = [(_name(row.get(key)), dict(row)) for row in value if isinstance(row, Mapping)]
    return [(name, row) for name, row in rows if name is not None]


def _name(value: object) -> str | None:
    if isinstance(value, str):
        return narrow(value)
    if is_number(value) and float(value).is_integer():  # type: ignore[arg-type]
        return str(int(value))  # type: ignore[call-overload]
    return None


def table_share(
    value: object, expected: Iterable[Mapping[str, Any]], *, key: str, tol: float = 1e-9
) -> float:
    """Return the share of the `expected` table's cells that a table got right, for part marks.

    Parameters
    ----------
    value : object
        What the student gave: a list of row dicts, in any order of rows and columns.
    expected : iterable of mapping
        The right rows, for instance ``frame.to_dict("records")``: numbers are compared with `close`, texts
        with `same_text`. Columns that are not in it are not looked at.
    key : str
        The column that tells which row is which; it earns nothing itself.
    tol : float
        Absolute tolerance of numbers.

    Raises
    ------
    MarkingError
        When `expected` is empty, repeats a key or has other than texts and finite numbers in it.

    Examples
    --------
    >>> right = [{"segment": "VIP", "n": 3, "share": 0.25}, {"segment": "新客", "n": 9, "share": 0.75}]
    >>> given = [{"segment": "新客", "n": 9, "share": 0.75}, {"segment": "VIP", "n": 3}]
    >>> table_share(given, right, key="segment")
    0.75
    """
    right = _right_rows(expected, key)
    given = rows_by_key(value, key)
    cells = [(name, column, item) for name, row in right.items() for column, item in row.items()]
    hits = [_same_cell(given.get(name, {}).get(column), item, tol) for name, column, item in cells]
    return sum(hits) / len(hits)


def same_table(value: object, expected: Iterable[Mapping[str, Any]], *, key: str, tol: float = 1e-9) -> bool:
    """Tell whether a table has exactly the `expected` rows, in any order, with every cell right.

    Parameters and errors are those of `table_share`; a row more, or one that comes twice, is not the same.

    Examples
    --------
    >>> right = [{"id": 1, "n": 3}, {"id": 2, "n": 4}]
    >>> same_table([{"id": 2.0, "n": 4}, {"n": 3.0, "id": 1}], right, key="id")
    True
    >>> same_table([*right, right[0]], right, key="id")
    False
    >>> same_table([right[0], {"id": 2, "n": float("nan")}], right, key="id", tol=9)
    False
    """
    rows = list(expected)
    given = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return table_share(value, rows, key=key, tol=tol) == 1 and len(given) == len(rows)


def _right_rows(expected: Iterable[Mapping[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    rows = [{column: _own(item) for column, item in row.items()} for row in expected]
    right = rows_by_key(rows, key)
    cells = {name: {column: row[column] for column in row if column != key} for name, row in right.items()}
    if len(right) != len(rows) or not any(cells.values()):
        message = f"rows with different keys in {key!r} and a column beside it expected, got {rows[:3]!r}"
        raise MarkingError(message)
    return cells


def _own(item: Any) -> Any:
    """Return numpy's scalars as Python's own."""
    return item.item() if hasattr(item, "item") else item


def _same_cell(value: object, expected: Any, tol: float) -> bool:
    if isinstance(expected, str):
        return same_text(value, expected)
    if isinstance(expected, bool):
        return value is expected
    try:
        return close(value, expected, tol)
    except TypeError as error:
        message = f"a table of texts and numbers expected, got {expected!r} in it"
        raise MarkingError(message) from error


def share_right(value: object, expected: Mapping[str, float], tol: float = 1e-9) -> float:
    """Return the share of `expected` entries that a mapping got right, for part marks.

    Examples
    --------
    >>> share_right({"A": 2, "B": 5}, {"A": 2, "B": 4})
    0.5
    """
    if not isinstance(value, Mapping) or not expected:
        return 0.0
    right = sum(close(value.get(name), number, tol) for name, number in expected.items())
    return right / len(expected)


def kendall_distance(value: object, expected: Sequence[str]) -> int | None:
    """Return how many pairs stand in the wrong order, or None when it is no ordering of the same items.

    Examples
    --------
    >>> kendall_distance(["A", "C", "B"], ["A", "B", "C"]), kendall_distance(["A"], ["A", "B"])
    (1, None)
    """
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(x, str) for x in value)
    ):
        return None
    if len(value) != len(expected) or sorted(value) != sorted(expected):
        return None
    place = [expected.index(item) for item in value]
    return sum(a > b for at, a in enumerate(place) for b in place[at + 1 :])
