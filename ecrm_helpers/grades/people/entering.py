"""Enter the roster's students into nbgrader's gradebook; nobody is renamed and nobody is removed."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import same_name
from ecrm_helpers.marking.collect.course import open_course
from ecrm_helpers.marking.collect.names import normal_student
from ecrm_helpers.messages import roster as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecrm_helpers.grades.record import Person

__all__ = ["Entered", "enter_students"]


@dataclass(frozen=True)
class Entered:
    """What became of a roster in the gradebook.

    Attributes
    ----------
    new, filled : tuple of str
        Ids that were entered, and accounts that got the name they lacked.
    otherwise : tuple of (id, name there, name here)
        Accounts with another name, left as they are.
    others : tuple of str
        Accounts that are not in the roster, left as they are.
    """

    new: tuple[str, ...]
    filled: tuple[str, ...]
    otherwise: tuple[tuple[str, str, str], ...]
    others: tuple[str, ...]


def enter_students(root: Path, people: Mapping[str, Person]) -> Entered:
    """Enter the students whom the gradebook lacks, all or none, under their normalised ids.

    Parameters
    ----------
    root : Path
        Course folder with nbgrader_config.py; a gradebook that is not there yet is made.
    people : mapping
        Person by normalised id.

    Raises
    ------
    GradingError
        Two accounts are one student, an account differs from an id by leading zeros only, or the gradebook
        cannot be written.
    MarkingError
        The folder has no nbgrader_config.py that works.
    """
    from nbgrader.api import Student  # noqa: PLC0415  a second's import
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    try:
        with _opened(root) as book:
            accounts = _accounts(book.db.query(Student).all())
            _refuse_lost_zeros(accounts, people)
            filled, otherwise = _fill_names(accounts, people)
            new = [one for student, one in people.items() if student not in accounts]
            book.db.add_all(
                Student(id=one.student_id, last_name=one.name, first_name="", email="") for one in new
            )
            book.db.commit()
            others = tuple(str(account.id) for student, account in accounts.items() if student not in people)
    except SQLAlchemyError as error:
        message = messages.cannot_enter(str(getattr(error, "orig", None) or error).splitlines()[0])
        raise GradingError(message) from error
    return Entered(tuple(one.shown_id for one in new), filled, otherwise, others)


@contextmanager
def _opened(root: Path) -> Iterator[Any]:
    """Open the course's gradebook; nbgrader's own models warn about their autoflush."""
    from nbgrader.api import Gradebook  # noqa: PLC0415
    from sqlalchemy.exc import SAWarning  # noqa: PLC0415

    coursedir = open_course(root)
    address = coursedir.db_url
    file = address.removeprefix("sqlite:///")
    if file != address and not Path(file).exists():  # SQLite takes an empty file, and keeps its mode
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        with Gradebook(address, coursedir.course_id) as book:
            yield book


def _accounts(students: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in students:
        student = normal_student(str(one.id)) or str(one.id)
        other = found.setdefault(student, one)
        if other is not one:
            message = messages.account_twice([str(other.id), str(one.id)])
            raise GradingError(message)
    return found


def _refuse_lost_zeros(accounts: Mapping[str, Any], people: Mapping[str, Person]) -> None:
    bare = {student.lstrip("0"): str(one.id) for student, one in accounts.items()}
    for student, person in people.items():
        there = bare.get(student.lstrip("0"))
        if student not in accounts and there is not None:
            message = messages.zeros_differ(person.shown_id, there)
            raise GradingError(message)


def _fill_names(
    accounts: Mapping[str, Any], people: Mapping[str, Person]
) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    filled, otherwise = [], []
    for student, account in accounts.items():
        if student not in people:
            continue
        name, there = people[student].name, f"{account.last_name or ''}{account.first_name or ''}".strip()
        if not there:
            account.last_name = name
            filled.append(str(account.id))
        elif not same_name(there, name):
            otherwise.append((str(account.id), there, name))
    return tuple(filled), tuple(otherwise)
