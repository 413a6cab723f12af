"""Read single cells: an id and its name, a mark, a number of days."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.grades.sheets.records import Entry, normal_id
from ecrm_helpers.grades.sheets.tables import clean
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecrm_helpers.grades.record import Person

__all__ = ["MISSING_WORDS", "check_name", "days", "in_class", "mark", "nearest", "same_name", "student_id"]

MISSING_WORDS = {
    "缺", "缺考", "缓考", "免修", "缺交", "缺席", "缺勤", "未交", "未考", "-", "--", "—", "–", "/",
}  # fmt: skip
MOST_DAYS = 400
_ID = re.compile(r"[0-9a-z_.-]{1,32}")
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,17})?")
_DOTS = re.compile("[·•‧・･∙⋅.]")


def student_id(raw: Any, where: str) -> str:
    """Read an id.

    Raises
    ------
    GradingError
        It is empty, holds other characters, or Excel has rewritten it.
    """
    student = normal_id(clean(raw))
    if re.fullmatch(r"\d(\.\d+)?e\+?\d+", student):
        message = sheet_messages.id_in_scientific(where, student)
        raise GradingError(message)
    if not _ID.fullmatch(student):
        message = sheet_messages.bad_id(where, student)
        raise GradingError(message)
    return student


def in_class(student: str, name: str, where: str, people: Mapping[str, Person]) -> None:
    """Hold an id and its name against the roster; without one nothing is known.

    Raises
    ------
    GradingError
        The roster does not have the id, or has another name for it.
    """
    if not people:
        return
    if student not in people:
        message = messages.not_in_roster(where, student, name, _near_person(student, name, people))
        raise GradingError(message)
    check_name(people[student], name, where)


def check_name(person: Person, name: str, where: str) -> None:
    """Hold a name against the roster's; a blank one passes.

    Raises
    ------
    GradingError
    """
    if name and person.name and not same_name(name, person.name):
        message = messages.name_differs(where, person.shown_id, person.name, name)
        raise GradingError(message)


def same_name(one: str, other: str) -> bool:
    """Compare two names as people do: blanks, width and the kind of middle dot make no difference.

    Examples
    --------
    >>> same_name("买买提·艾力", "买买提 • 艾力"), same_name("王芳", "王方")
    (True, False)
    """
    return _bare(one) == _bare(other)


def mark(raw: Any, where: str, *, full: Fraction = Fraction(WHOLE)) -> Entry:
    """Read a mark out of `full`; a blank and a word such as 缓考 are missing marks, never zeros.

    Raises
    ------
    GradingError

    Examples
    --------
    >>> mark("15", "", full=Fraction(20)).value
    Fraction(75, 1)
    >>> mark("缓考", "").word
    '缓考'
    """
    text = unicodedata.normalize("NFKC", clean(raw))
    if text == "" or text in MISSING_WORDS:
        return Entry(None, text, where)
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text) or Fraction(text) > full:
        message = messages.bad_mark(where, text, messages.shown(full))
        raise GradingError(message)
    return Entry(Fraction(text) * WHOLE / full, "", where)


def days(raw: Any, where: str) -> Fraction | None:
    """Read a number of days; None where the cell is blank.

    Raises
    ------
    GradingError
    """
    text = unicodedata.normalize("NFKC", clean(raw))
    if text == "":
        return None
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text) or Decimal(text) > MOST_DAYS:
        message = messages.bad_days(where, text)
        raise GradingError(message)
    return Fraction(text)


def nearest(name: str, known: Iterable[str]) -> str:
    """Find what a mistyped name may have meant; "" where nothing is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def _near_person(student: str, name: str, people: Mapping[str, Person]) -> str:
    """Find the one an id may have meant: leading zeros lost, or the same name."""
    zeros = [one for key, one in people.items() if key.lstrip("0") == student.lstrip("0")]
    named = [one for one in people.values() if name and same_name(one.name, name)]
    return "、".join(f"{one.shown_id} {one.name}" for one in (zeros or named)[:3])


def _bare(name: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).removeprefix("'")
    return _DOTS.sub("·", text)
