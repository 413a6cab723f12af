"""Take texts apart, each different text once: a class says the same few things in thousands of rows."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Piece = TypeVar("Piece")

__all__ = ["taken_apart"]


def taken_apart(
    rows: pd.DataFrame, column: str, split: Callable[[Sequence[str]], Iterable[Sequence[Piece]]]
) -> tuple[pd.DataFrame, list[Piece]]:
    """Repeat each row for every piece of its text.

    Parameters
    ----------
    rows : DataFrame
    column : str
        Texts; left out of the result.
    split : callable
        Takes different texts and yields the pieces of each; pieces can be keys of a dict.

    Returns
    -------
    DataFrame
        The other columns, and `piece`: a place in the list.
    list
        Different pieces, in the order of their first row.

    Examples
    --------
    >>> rows = pd.DataFrame({"student": [1, 2, 3], "message": ["甲；乙", "乙", "甲；乙"]})
    >>> made, pieces = taken_apart(rows, "message", lambda texts: [text.split("；") for text in texts])
    >>> made.to_dict("list"), pieces
    ({'student': [1, 1, 2, 3, 3], 'piece': [0, 1, 1, 0, 1]}, ['甲', '乙'])
    """
    codes, texts = pd.factorize(rows[column])
    known: dict[Piece, int] = {}
    found = [[known.setdefault(one, len(known)) for one in own] for own in split(list(texts))]
    lengths = np.fromiter(map(len, found), int, len(found))
    flat = np.fromiter(chain.from_iterable(found), int, int(lengths.sum()))
    per_row = lengths[codes]
    first = np.repeat((lengths.cumsum() - lengths)[codes], per_row)
    within = np.arange(per_row.sum()) - np.repeat(per_row.cumsum() - per_row, per_row)
    made = rows.drop(columns=column).take(np.repeat(np.arange(len(rows)), per_row)).reset_index(drop=True)
    return made.assign(piece=flat[first + within]), list(known)
