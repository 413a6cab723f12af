"""Comparisons for judges: strict about kinds, kind about rounding, never raising on odd data.

A plain ``not abs(x - 3) > tol`` accepts NaN, ``==`` accepts True for 1: these do not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ecrm_helpers.plaindata import narrow

__all__ = ["close", "is_number", "kendall_distance", "one_of", "rows_by_key", "same_text", "share_right"]


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

    Examples
    --------
    >>> close(0.251, 0.25, tol=0.005), close(float("nan"), 0.25, tol=1), close("0.25", 0.25), close(True, 1)
    (True, False, False, False)
    """
    if not is_number(value):
        return False
    allowed = tol * abs(float(expected)) if relative else tol
    # 1e-12: a tolerance of 0.01 takes in 0.26 beside 0.25, whatever binary fractions say.
    return abs(float(value) - float(expected)) <= allowed + 1e-12 * max(1.0, abs(float(expected)))  # type: ignore[arg-type]


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

    Rows without that column, or that repeat a key, are left out; anything else gives an empty dict.

    Examples
    --------
    >>> rows_by_key([{"segment": "VIP", "n": 3}, {"n": 4}], "segment")
    {'VIP': {'segment': 'VIP', 'n': 3}}
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        return {}
    rows = [row for row in value if isinstance(row, Mapping) and isinstance(row.get(key), str | int)]
    names = [narrow(str(row[key])) for row in rows]
    return {name: dict(row) for name, row in zip(names, rows, strict=True) if names.count(name) == 1}


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
    if sorted(value) != sorted(expected):
        return None
    place = [expected.index(item) for item in value]
    return sum(a > b for at, a in enumerate(place) for b in place[at + 1 :])
