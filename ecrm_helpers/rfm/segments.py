"""The names: eight classes over R × F × M high or low, ten segments over R × F scores."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import rfm as say

__all__ = ["SEGMENTS", "TEN", "TEN_SEGMENTS", "Segment", "TenSegment", "resolve_segment"]


@dataclass(frozen=True)
class Segment:
    """One of the eight classes; `code` is R F M, H or L, and R high means bought recently."""

    code: str
    name: str
    aliases: tuple[str, ...]
    aim: str
    strategy: str


@dataclass(frozen=True)
class TenSegment:
    """One of the ten segments, with its usual English name."""

    name: str
    name_en: str
    aim: str
    strategy: str


SEGMENTS: tuple[Segment, ...] = tuple(Segment(code, *words) for code, words in say.EIGHT.items())
"""The eight classes in the order HHH, HLH, LHH, LLH, HHL, HLL, LHL, LLL."""

TEN: tuple[TenSegment, ...] = tuple(TenSegment(zh, en, aim, do) for en, (zh, aim, do) in say.TEN.items())
"""The ten segments, best first."""

# Rows: R score 5 to 1; columns: F score 1 to 5.
_GRID = """
New Customers  | Potential Loyalists | Potential Loyalists | Champions       | Champions
Promising      | Potential Loyalists | Potential Loyalists | Loyal Customers | Loyal Customers
About to Sleep | About to Sleep      | Need Attention      | Loyal Customers | Loyal Customers
Hibernating    | Hibernating         | At Risk             | At Risk         | Can't Lose Them
Hibernating    | Hibernating         | At Risk             | At Risk         | Can't Lose Them
"""


def _read_grid(grid: str) -> dict[tuple[int, int], TenSegment]:
    by_name = {segment.name_en: segment for segment in TEN}
    return {
        (5 - row, column + 1): by_name[cell.strip()]
        for row, line in enumerate(grid.strip().splitlines())
        for column, cell in enumerate(line.split("|"))
    }


TEN_SEGMENTS: dict[tuple[int, int], TenSegment] = _read_grid(_GRID)
"""(R score, F score) → segment, for all 25 cells.

Common industry practice rather than a standard: the grid marketing tools such as Putler made popular and
countless notebooks copy. Variants differ in a few cells, use F and M together, or split off "Lost".
"""


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper().removesuffix("客户")


_BY_KEY = {
    _key(text): segment for segment in SEGMENTS for text in (segment.code, segment.name, *segment.aliases)
}


def resolve_segment(name: str) -> Segment:
    """Find one of the eight classes by its name, an alias or its code; 客户 at the end may be left out.

    Raises
    ------
    SettingsError
        If nothing of that name exists.

    Examples
    --------
    >>> resolve_segment("重要唤回").name
    '重要保持客户'
    >>> resolve_segment("hlh").name
    '重要发展客户'
    """
    found = _BY_KEY.get(_key(name)) if isinstance(name, str) else None
    if found is None:
        message = say.unknown_segment(name, [segment.name for segment in SEGMENTS])
        raise SettingsError(message)
    return found
