"""Read the texts that SQL left alone with the reader of small files, once per distinct text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import parse_whole, says_no_refund
from ecrm_helpers.intake.money import parse_money
from ecrm_helpers.intake.statuses import parse_statuses
from ecrm_helpers.intake.times import parse_times
from ecrm_helpers.messages import intake_orders as say
from ecrm_helpers.messages import scan as scan_say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OddReader", "Readings"]

_POINT = "0.50"
_DIGITS = 2
_CHANGES = {
    "serial": say.SERIALS,
    "day_proved": say.DAY_PROVED,
    "month_proved": say.MONTH_PROVED,
    "twice": say.TWICE,
    "skipped": say.SKIPPED,
    "rounded": say.ROUNDED,
}


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What became of distinct texts, in their order."""

    values: list[Any]
    reasons: list[str | None]  # why a text has no value
    changes: list[str | None]  # what reading it changed, in Chinese
    signs: list[str | None]  # the currency an amount was written with
    comma: bool = False  # whether the column's decimal sign is a comma


@dataclass(frozen=True, kw_only=True)
class OddReader:
    """Give the value of every text that can be read after all.

    Parameters
    ----------
    statuses : mapping
        The shop's words -> ours, beside those that are known.
    timezone : str
    file : str
        For messages.
    day_first, decimal : optional
        As in :func:`~ecrm_helpers.intake.load_orders`.
    """

    statuses: Mapping[str, str]
    timezone: str
    file: str
    day_first: bool | None = None
    decimal: str | None = None

    def statuses_of(self, words: list[str]) -> dict[str, str]:
        """Return our word, `open` or `unpaid` for every known word."""
        read = self._words(words)
        return {one: value for one, value in zip(words, read.values, strict=True) if value is not None}

    def read(self, name: str, texts: list[str], *, header: str, point: bool) -> Readings:
        """Read distinct texts of one column.

        Parameters
        ----------
        name : str
            The canonical column.
        texts : list of str
        header : str
            For messages.
        point : bool
            Whether the column's other cells prove that its decimal sign is a point.

        Raises
        ------
        DataError
            If nothing tells day from month, or a decimal from a thousands sign.
        """
        if name == "status":
            return self._words(texts)
        if name == "ordered_at":
            return self._times(texts, header)
        if name == "quantity":
            return self._numbers(texts)
        return self._amounts(name, texts, header, point=point)

    def _words(self, words: list[str]) -> Readings:
        values = []
        for one in words:
            try:
                values.append(parse_statuses(_cells([one]), self.statuses).item())
            except DataError:  # an unknown word: it is named with its row once all are known
                values.append(None)
        reasons = [scan_say.UNKNOWN_STATUS if value is None else None for value in values]
        return _readings(values, reasons)

    def _times(self, texts: list[str], header: str) -> Readings:
        found = parse_times(
            _cells(texts), timezone=self.timezone, day_first=self.day_first, header=header, file=self.file
        )
        moments = pd.to_datetime(pd.Series(found.values), utc=True)
        values = [None if why else at.to_pydatetime() for at, why in zip(moments, found.reasons, strict=True)]
        return _readings(values, list(found.reasons), _first_changes(found.flags, len(texts)))

    def _numbers(self, texts: list[str]) -> Readings:
        found = parse_whole(_cells(texts))
        values = [None if why else int(n) for n, why in zip(found.values, found.reasons, strict=True)]
        return _readings(values, list(found.reasons))

    def _amounts(self, name: str, texts: list[str], header: str, *, point: bool) -> Readings:
        cells = [None if name == "refund_cny" and says_no_refund(one) else one for one in texts]
        money = parse_money(
            _cells([*cells, _POINT] if point else cells), decimal=self.decimal, header=header, file=self.file
        )
        units = money.units(_DIGITS)
        numbers, count = np.asarray(units.values), len(texts)
        empty = [one is None for one in cells]
        reasons = [None if no else why for why, no in zip(units.reasons[:count], empty, strict=True)]
        values = [None if why else int(n) for n, why in zip(numbers[:count], reasons, strict=True)]
        changes = _first_changes({key: flag[:count] for key, flag in units.flags.items()}, count)
        changes = [say.NO_REFUND if none else change for none, change in zip(empty, changes, strict=True)]
        return replace(_readings(values, reasons, changes, list(money.signs[:count])), comma=money.comma)


def _first_changes(flags: Mapping[str, Any], count: int) -> list[str | None]:
    changes: list[str | None] = [None] * count
    for name, what in _CHANGES.items():
        for index in flags[name].nonzero()[0] if name in flags else ():
            changes[int(index)] = what
    return changes


def _readings(
    values: list[Any],
    reasons: list[str | None],
    changes: list[str | None] | None = None,
    signs: list[str | None] | None = None,
) -> Readings:
    nothing: list[str | None] = [None] * len(values)
    return Readings(values=values, reasons=reasons, changes=changes or nothing, signs=signs or nothing)


def _cells(texts: list[Any]) -> pd.Series:
    return pd.Series(texts, dtype=object)
