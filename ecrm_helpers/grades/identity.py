"""Whose row it is: an id and a name as people write them, held against the class."""

from __future__ import annotations

import re
import unicodedata
from string import digits
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.marking.collect.names import normal_student
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecrm_helpers.grades.record import Person

__all__ = ["check_person", "named", "normal_id", "read_id", "refuse_lost_zeros", "same_name"]

MOST_NAMED = 3
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+")
_DECIMAL = re.compile(r"\d+\.0+")
_DOTS = re.compile("[·•‧・･∙⋅.]")


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


def read_id(text: str, where: str) -> tuple[str, str]:
    """Return an id normalised, and as the school writes it.

    Raises
    ------
    GradingError
        It is blank, holds other characters, or a spreadsheet has made a number of it.

    Examples
    --------
    >>> read_id("'００１２A", "")
    ('0012a', '0012A')
    """
    shown = unicodedata.normalize("NFKC", text).strip().lstrip("'‘’`")
    low = shown.lower()
    if not shown:
        message = messages.blank(where)
        raise GradingError(message)
    if _SCIENTIFIC.fullmatch(low):
        message = messages.scientific(where, shown)
        raise GradingError(message)
    if _DECIMAL.fullmatch(low):
        message = messages.decimal(where, shown)
        raise GradingError(message)
    student = normal_student(shown)
    if student is None:
        message = messages.bad_id(where, shown)
        raise GradingError(message)
    return student, shown


def check_person(
    student: str, shown: str, name: str, people: Mapping[str, Person], *, id_at: str, name_at: str
) -> None:
    """Hold an id and its name against the roster; a blank name passes, and everything does without a roster.

    Parameters
    ----------
    student, shown, name : str
        The id normalised, the id and the name as they are written.
    people : mapping
        Person by normalised id; empty where there is no roster.
    id_at, name_at : str
        Where the two stand.

    Raises
    ------
    GradingError
        The roster does not have the id (the nearest ones are named), or has another name for it.
    """
    if not people:
        return
    if student not in people:
        near = messages.either(named(one) for one in _near(student, name, people))
        message = messages.unknown_student(id_at, shown, name, near)
        raise GradingError(message)
    known = people[student]
    if known.name and name and not same_name(known.name, name):
        message = messages.other_name(name_at, known.shown_id, known.name, name)
        raise GradingError(message)


def same_name(first: str, second: str) -> bool:
    """Compare names as people do: blanks, width, capitals and the kind of middle dot make no difference.

    Examples
    --------
    >>> same_name("王　芳", "王芳"), same_name("买买提·艾力", "买买提 • 艾力"), same_name("王芳", "王方")
    (True, True, False)
    """
    return _bare(first) == _bare(second)


def named(person: Person) -> str:
    """Name a student by id and name."""
    return f"{person.shown_id} {person.name}".strip()


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
            message = messages.zeros_alone(other, student)
            raise GradingError(message)


def _near(student: str, name: str, people: Mapping[str, Person]) -> list[Person]:
    """Find who was probably meant: without the zeros, by the name; where no name is given, by a slip."""
    zeros = [one for key, one in people.items() if key.lstrip("0") == student.lstrip("0")]
    if name:
        return (zeros or [one for one in people.values() if same_name(one.name, name)])[:MOST_NAMED]
    slips = [people[key] for key in sorted(_slips(student) & people.keys())]
    return zeros or (slips if len(slips) == 1 else [])


def _slips(student: str) -> set[str]:
    """List what an id may have been before one digit was mistyped or typed in addition."""
    cut = [(student[:index], student[index + 1 :]) for index in range(len(student))]
    return {f"{before}{digit}{after}" for before, after in cut for digit in ("", *digits)}


def _bare(name: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).removeprefix("'")
    return _DOTS.sub("·", text).casefold()
