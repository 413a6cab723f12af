"""Who is in a figure: counted students, students with a total, classes large enough to be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecrm_helpers.grades.record import ClassList, StudentRow

__all__ = ["FEW", "anonymous", "class_names", "compared", "counted", "groups", "with_total"]

FEW = 3  # a figure over fewer students would be about persons
_SHORT = 4


def counted(listed: ClassList) -> list[StudentRow]:
    """Return the rows whose state lets them count in attainment."""
    states = listed.course.states
    return [row for row in listed.rows if states[row.person.state].attainment]


def with_total(rows: Iterable[StudentRow]) -> list[StudentRow]:
    """Return the rows with a total that marks or a teacher made, not a state."""
    return [row for row in rows if row.shown_total is not None and not row.by_state]


def compared(listed: ClassList) -> list[StudentRow]:
    """Return the rows that count in attainment or have a total: those a comparison of classes is about."""
    own = {row.student_id for row in (*counted(listed), *with_total(listed.rows))}
    return [row for row in listed.rows if row.student_id in own]


def class_names(listed: ClassList) -> list[str]:
    """Name the administrative classes (行政班) of the roster."""
    return sorted({row.person.class_name for row in listed.rows if row.person.class_name})


def groups(listed: ClassList, rows: Sequence[StudentRow]) -> list[tuple[str, list[StudentRow]]]:
    """Split counted students by 行政班; classes of fewer than three are merged with the next smallest.

    Returns
    -------
    list of (name, rows)
        Empty where fewer than two groups can be told apart.
    """
    if not class_names(listed):
        return []
    found: dict[str, list[StudentRow]] = {}
    for row in rows:
        found.setdefault(row.person.class_name or messages.NO_CLASS, []).append(row)
    by_size = sorted(found.items(), key=lambda pair: (len(pair[1]), pair[0]))
    merged: list[StudentRow] = []
    while by_size and (len(by_size[0][1]) < FEW or 0 < len(merged) < FEW):
        merged += by_size.pop(0)[1]
    kept = sorted(by_size) + ([(messages.OTHER_CLASSES, merged)] if merged else [])
    return kept if len(kept) > 1 else []


def anonymous(text: str, listed: ClassList) -> str:
    """Put 某同学 in place of every id and name of the class."""
    people = [row.person for row in listed.rows]
    ids = {one for person in people for one in (person.student_id, person.shown_id) if len(one) >= _SHORT}
    names = {one for person in people for one in (person.name,) if len(one) > 1}
    words = sorted((*map(_whole, ids), *map(re.escape, names)), key=len, reverse=True)
    return re.sub("|".join(words), messages.SOMEBODY, text, flags=re.IGNORECASE) if words else text


def _whole(student: str) -> str:
    return rf"(?<![0-9A-Za-z]){re.escape(student)}(?![0-9A-Za-z])"
