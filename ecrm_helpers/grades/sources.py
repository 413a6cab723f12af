"""Where a mark comes from: a score sheet, a rubric, attendance, fellow students, assignments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Assignments", "Attendance", "Contribution", "PeerReview", "Rubric", "Score", "Source"]

Each = Literal["student", "group"]


@dataclass(frozen=True, kw_only=True)
class Score:
    """One mark out of 100 in a score sheet; `each="group"`: one for the whole group."""

    each: Each = "student"


@dataclass(frozen=True)
class Rubric:
    """A mark by dimension.

    Attributes
    ----------
    dimensions : mapping, optional
        Points by dimension, adding up to 100; by default the component's published `criteria`, which
        count equally and are each marked out of 100.
    each : {'student', 'group'}
    """

    dimensions: Mapping[str, float] | None = None
    each: Each = "student"


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """The mean over the sessions of the points declared for each word; a log-in is never attendance.

    Attributes
    ----------
    points : mapping
        Points out of 100 by word (出勤, 迟到, 早退, 请假, 旷课); None: the session is not counted.
    sessions : int
        How many times attendance is taken: the columns of the template.
    """

    points: Mapping[str, float | None]
    sessions: int


@dataclass(frozen=True, kw_only=True)
class PeerReview:
    """组内互评: the mean or median of what the other members of the group gave, out of 100; never one's own.

    Attributes
    ----------
    combine : {'mean', 'median'}
    least : int
        Fewer ratings than this, and the mark is missing.
    """

    combine: Literal["mean", "median"] = "mean"
    least: int = 1


@dataclass(frozen=True)
class Contribution:
    """What the groups file says in its column 贡献, 0 to 100."""


@dataclass(frozen=True)
class Assignments:
    """nbgrader assignments, counting equally."""

    names: tuple[str, ...]


Source = Score | Rubric | Attendance | PeerReview | Contribution | Assignments
