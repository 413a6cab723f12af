"""What score sheets say: entries by student and place, exact and with where they stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecrm_helpers.grades.identity import normal_id, refuse_lost_zeros

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["Entry", "ScoreSheets", "normal_id", "refuse_lost_zeros"]


@dataclass(frozen=True)
class Entry:
    """What stands for one student in one place.

    Attributes
    ----------
    value : Fraction or None
        Exact, out of 100; None where the mark is missing.
    word : str
        What stood there instead of a mark, such as 缓考.
    where : str
        File, row and column.
    late_days : Fraction or None
        The column 迟交天数.
    note : str
        How the mark came about: 出勤 14、迟到 1、请假 1（不计）.
    """

    value: Fraction | None
    word: str
    where: str
    late_days: Fraction | None = None
    note: str = ""


@dataclass
class ScoreSheets:
    """What all sheets of a folder say: names and entries by normalised student id.

    Attributes
    ----------
    names : dict
        Name by student id.
    entries : dict
        Entry by student id and place: leaf places (`X1.出勤`, `X2`), dimensions (`X4:选题`), assignments.
    files : list of str
    notices : list of str
        What a teacher should know and nothing is wrong with.
    """

    names: dict[str, str] = field(default_factory=dict)
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
