"""What score sheets say: entries by student and place, exact and with where they stood."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import sheets as messages

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def normal_id(raw: str) -> str:
    """Normalise a student id as `my_shop` does: NFKC, no blanks around it, lower case.

    Examples
    --------
    >>> normal_id(" ２０２３０１Ａ ")
    '202301a'
    >>> normal_id("007")
    '007'
    """
    return unicodedata.normalize("NFKC", raw).strip().lower()


def refuse_lost_zeros(students: Iterable[str]) -> None:
    """Refuse two ids that differ by leading zeros only: Excel drops them, and one student becomes two.

    Raises
    ------
    GradingError
    """
    bare: dict[str, str] = {}
    for student in students:
        other = bare.setdefault(student.lstrip("0"), student)
        if other != student:
            message = messages.lost_zeros(other, student)
            raise GradingError(message)
