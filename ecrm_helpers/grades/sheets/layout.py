"""What the sheet of one place looks like; templates are written from it and read by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.scheme import WHOLE, Course
from ecrm_helpers.grades.sheets.places import by_group, has_late_days, source_of, title_of
from ecrm_helpers.grades.sheets.tables import KEY_COLUMNS, heading
from ecrm_helpers.grades.sources import Attendance, PeerReview, Rubric, Source
from ecrm_helpers.messages import score_sheets as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Column", "Layout", "bare", "layout", "split_marker"]

_MARKER = re.compile(r"【\s*([^【】]+?)\s*】\s*(?:〔\s*([^〔〕]*?)\s*〕)?")
_FULL = re.compile(r"(.*)\(满分([1-9]\d*(?:\.\d+)?)\)")


@dataclass(frozen=True)
class Column:
    """A column a teacher fills: its heading, where its marks belong, what they are out of (None: words)."""

    heading: str
    place: str
    full: Fraction | None


@dataclass(frozen=True)
class Layout:
    """The sheet of one place.

    Attributes
    ----------
    place, title : str
    source : Source
    keys : tuple of str
        Headings of the columns that say whose row it is; the first `needed` of them must be there.
    marks : tuple of Column
    late : bool
        Whether there is a column 迟交天数.
    """

    place: str
    title: str
    source: Source
    keys: tuple[str, ...]
    needed: tuple[str, ...]
    marks: tuple[Column, ...]
    late: bool

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading of the template, in order."""
        late = (messages.LATE_DAYS,) if self.late else ()
        return (*self.keys, *(one.heading for one in self.marks), *late, messages.REMARKS)


def layout(course: Course, place: str) -> Layout:
    """Lay out the sheet of a place that score sheets feed."""
    source = source_of(course, place)
    keys, needed = _keys(source)
    return Layout(
        place, title_of(course, place), source, keys, needed,
        _marks(course, place, source), has_late_days(course, place),
    )  # fmt: skip


def split_marker(rows: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """Return (place, course) of a line above the headings that begins with 【…】; course "" where none is."""
    for row in rows:
        found = _MARKER.match(next(filter(None, row), ""))
        if found:
            return found[1], found[2] or ""
        if any(heading(text) in KEY_COLUMNS for text in row):
            return None
    return None


def bare(key: str) -> tuple[str, str]:
    """Split a normalised heading into its name and the full mark it states, "" without one.

    Examples
    --------
    >>> bare("选题(满分30)"), bare("成绩")
    (('选题', '30'), ('成绩', ''))
    """
    found = _FULL.fullmatch(key)
    return (found[1], found[2]) if found else (key, "")


def _keys(source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if isinstance(source, PeerReview):
        needed = (messages.RATER_ID, messages.RATED_ID)
        return (messages.GROUP, messages.RATER_ID, messages.RATER, messages.RATED_ID, messages.RATED), needed
    if by_group(source):
        return (messages.GROUP, messages.MEMBERS), (messages.GROUP,)
    return (messages.STUDENT_ID, messages.NAME, messages.CLASS_NAME), (messages.STUDENT_ID,)


def _marks(course: Course, place: str, source: Source) -> tuple[Column, ...]:
    if isinstance(source, Attendance):
        return tuple(Column(messages.session(n), place, None) for n in range(1, source.sessions + 1))
    component, part = course.leaves()[place]
    if isinstance(source, Rubric):
        shares = component.dimensions(part)
        declared = source.dimensions is not None
        return tuple(
            _out_of(heading(name), f"{place}:{name}", share if declared else Fraction(WHOLE))
            for name, share in shares.items()
        )
    name = messages.RATING if isinstance(source, PeerReview) else messages.MARK
    return (_out_of(name, place, Fraction(WHOLE)),)


def _out_of(name: str, place: str, full: Fraction) -> Column:
    return Column(messages.out_of(name, messages.shown(full)), place, full)
