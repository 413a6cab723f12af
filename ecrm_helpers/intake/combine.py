"""Several files of one export as one table in our column names, without rows that stand twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake.columns import Matched, heading, match_columns
from ecrm_helpers.intake.problems import Table
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ecrm_helpers.intake.files import Raw

__all__ = ["Combined", "combine"]

_TIMES = ("ordered_at", "promised_on", "delivered_on", "cancelled_at")
_SINCE_1904 = 1462  # days between Excel's two calendars


@dataclass(frozen=True, eq=False)
class Combined:
    """All rows, which of them repeat an earlier one cell by cell, and the personal columns to keep."""

    table: Table
    repeats: NDArray[np.bool_]
    matched: Matched
    kept: dict[str, pd.Series]  # header -> cells of a personal column that was asked for


def combine(raws: Sequence[Raw], mapping: Mapping[str, str | None] | None, keep: Sequence[str]) -> Combined:
    """Put files of the same export one below the other.

    Raises
    ------
    DataError
        If their columns differ.
    SettingsError
        If `keep` names a column that is not personal.
    """
    matches = [match_columns(list(raw.cells.columns), mapping, file=raw.path.name) for raw in raws]
    first = matches[0]
    for raw, matched in zip(raws[1:], matches[1:], strict=True):
        differ = sorted(first.columns.keys() ^ matched.columns.keys())
        if differ:
            message = say.files_differ(raws[0].path.name, raw.path.name, differ)
            raise DataError(message)
    wanted = _wanted(keep, first)
    parts = []
    for raw, matched in zip(raws, matches, strict=True):
        part = pd.DataFrame(
            {role: raw.cells[name].to_numpy() for role, name in matched.columns.items()}, dtype=object
        )
        if raw.date1904:
            for role in part.columns.intersection(list(_TIMES)):
                part[role] = pd.Series([_later(cell) for cell in part[role]], dtype=object)
        parts.append(part)
    cells = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    personal = frozenset(role for role, name in first.columns.items() if name in first.personal)
    table = Table(
        cells,
        np.concatenate([raw.cells.index.to_numpy(dtype=np.int64) for raw in raws]),
        np.repeat(np.arange(len(raws)), [len(raw.cells) for raw in raws]),
        tuple(raw.path.name for raw in raws),
        dict(first.columns),
        personal,
    )
    kept = {name: pd.concat([raw.cells[name] for raw in raws], ignore_index=True) for name in wanted}
    return Combined(table, _repeats(raws, cells), first, kept)


def _wanted(keep: Sequence[str], matched: Matched) -> list[str]:
    customer = matched.columns["customer_id"]
    wanted = []
    for name in keep:
        fits = [header for header in matched.personal if heading(header) == heading(name)]
        if not fits and name not in {"customer_id", customer}:
            message = say.keep_unknown(name, matched.personal)
            raise SettingsError(message)
        wanted += [header for header in fits if header != customer]
    return wanted


def _later(cell: object) -> object:
    return cell + _SINCE_1904 if isinstance(cell, int | float) else cell


def _repeats(raws: Sequence[Raw], cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark rows that equal an earlier one in every cell, used or not."""
    repeats = np.zeros(len(cells), dtype=bool)
    suspects = cells["order_id"].duplicated(keep=False).to_numpy()
    if not suspects.any():
        return repeats
    headers = [list(raw.cells.columns) for raw in raws]
    if all(names == headers[0] for names in headers):  # otherwise compare what is ours
        every = [pd.DataFrame(raw.cells.to_numpy(dtype=object), dtype=object) for raw in raws]
        cells = pd.concat(every, ignore_index=True)
    repeats[suspects] = cells.loc[suspects].duplicated().to_numpy()
    return repeats
