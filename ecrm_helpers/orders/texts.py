"""Columns of texts taken apart, remembered for the memory that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.orders.ids import plain_ids, sorted_texts
from ecrm_helpers.orders.read import ascends

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Texts", "all_differ", "memory_of", "texts_of"]


@dataclass(frozen=True)
class Texts:
    """The texts of a column, sorted, each once; and the place among them of each cell's text, -1 for none."""

    known: pd.Series
    place: NDArray[np.intp]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The same texts, for Python."""
        return tuple(self.known.tolist())


_texts: list[tuple[Any, Texts]] = []
_MOST_TEXTS = 8


def texts_of(column: pd.Series) -> Texts:
    """Take a column of texts apart, remembered for the Arrow memory that holds it.

    Parameters
    ----------
    column : Series of texts

    Examples
    --------
    >>> found = texts_of(pd.Series(["b", "a", "b", None], dtype="str"))
    >>> found.words, found.place.tolist()
    (('a', 'b'), [1, 0, 1, -1])
    """
    memory = memory_of(column)
    if memory is None:
        return _taken_apart(column)
    for known, texts in _texts:
        if known is memory:
            return texts
    texts = _taken_apart(column)
    _texts.append((memory, texts))
    del _texts[:-_MOST_TEXTS]
    return texts


def _taken_apart(column: pd.Series) -> Texts:
    place, named = pd.factorize(column.array)
    if memory_of(column) is not None:
        known, order = sorted_texts(named.__arrow_array__())
    else:
        known, order = plain_ids(nw.from_native(pd.Series(named), series_only=True), str(column.name))
    sorted_place = np.full(len(order) + 1, -1, dtype=np.intp)  # the last one for cells without a text
    sorted_place[order] = np.arange(len(order))
    places = sorted_place[place]
    places.flags.writeable = False
    return Texts(known, places)


def memory_of(column: pd.Series) -> Any:
    """Return where Arrow holds a column of texts, None if Python holds it.

    Nobody writes to Arrow's memory: a column that is written to gets other memory, and pandas itself lets its
    copies share it. Keep what is returned and compare it with ``is``: while it is kept, no other column's
    memory can take its place.
    """
    return column.array.__arrow_array__() if getattr(column.dtype, "storage", None) == "pyarrow" else None


def all_differ(column: pd.Series) -> bool:
    """Tell whether no text is there twice."""
    memory = memory_of(column)
    return (memory is not None and ascends(memory)) or column.is_unique
