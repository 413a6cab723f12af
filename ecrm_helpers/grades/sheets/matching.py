"""Match an export's rows to the class by id; a row is somebody's, or it is listed."""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import normal_id, same_name
from ecrm_helpers.messages import score_import as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.sheets.exports import Export, ExportRow

__all__ = ["matched"]

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def matched(export: Export, people: Mapping[str, Person]) -> tuple[dict[str, ExportRow], list[str]]:
    """Return the class's rows by student id, and the others in words.

    Raises
    ------
    GradingError
        A student of the class stands twice.
    """
    own: dict[str, ExportRow] = {}
    unmatched: list[str] = []
    for row in export.rows:
        student = normal_id(row.student)
        if student not in people:
            why = messages.NOT_IN_ROSTER
        elif not _names_agree(row.name, people[student].name):
            why = messages.other_name(people[student].name)
        elif student in own:
            message = messages.student_twice(export.title, row.student, own[student].number, row.number)
            raise GradingError(message)
        else:
            own[student] = row
            continue
        unmatched.append(messages.unmatched_row(row.number, row.student, row.name, why))
    return own, unmatched


def _names_agree(shown: str, known: str) -> bool:
    """Compare Chinese names, family name first or last; a pinyin or masked one (王*) says nothing."""
    if not known or "*" in shown or not _CHINESE.search(shown):
        return True
    return any(same_name("".join(one), known) for one in permutations(shown.split(",")[:3]))
