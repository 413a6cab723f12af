"""Who stands in a sheet: a row per student, per group, or per rater and rated member."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ecrm_helpers.grades.identity import normal_id
from ecrm_helpers.grades.record import Person
from ecrm_helpers.grades.sheets.places import by_group
from ecrm_helpers.grades.sheets.tables import folded
from ecrm_helpers.grades.sources import PeerReview, Source
from ecrm_helpers.messages import score_sheets as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrm_helpers.grades.scheme import Course

__all__ = ["class_people", "grouped", "key_of", "needs_groups", "rows_of"]


def class_people(root: Path, course: Course) -> dict[str, Person]:
    """Return the class: the roster, or without one the gradebook's students; empty without both.

    Raises
    ------
    GradingError
        The roster, the groups file or the gradebook cannot be used.
    """
    from ecrm_helpers.grades.gradebook import read_gradebook  # noqa: PLC0415  pandas, where no roster is
    from ecrm_helpers.grades.people import read_people  # noqa: PLC0415
    from ecrm_helpers.marking.run.course import CONFIG, open_course  # noqa: PLC0415

    people = dict(read_people(root, course).people)
    address = open_course(root).db_url if (root / CONFIG).is_file() and not people else ""
    remote = bool(address) and not address.startswith("sqlite:///")
    path = Path(address.removeprefix("sqlite:///") or root / "gradebook.db")
    if people or not (remote or path.is_file()):
        return people
    names = read_gradebook(address if remote else path).names
    return {student: Person(student, student, name=names[student]) for student in sorted(names)}


def grouped(people: Mapping[str, Person]) -> dict[str, list[Person]]:
    """List the members of every group, in the roster's order."""
    groups: dict[str, list[Person]] = {}
    for person in people.values():
        if person.group:
            groups.setdefault(person.group, []).append(person)
    return groups


def needs_groups(source: Source) -> bool:
    """Tell a place whose sheet is made from the groups file."""
    return by_group(source) or isinstance(source, PeerReview)


def rows_of(source: Source, people: Mapping[str, Person]) -> list[dict[str, str]]:
    """List a sheet's rows as text by heading."""
    if isinstance(source, PeerReview):
        return [
            {
                messages.GROUP: group, messages.RATER_ID: rater.shown_id, messages.RATER: rater.name,
                messages.RATED_ID: rated.shown_id, messages.RATED: rated.name,
            }
            for group, members in grouped(people).items() for rater in members for rated in members
            if rater is not rated
        ]  # fmt: skip
    if by_group(source):
        return [
            {messages.GROUP: group, messages.MEMBERS: "、".join(one.name or one.shown_id for one in members)}
            for group, members in grouped(people).items()
        ]
    return [
        {messages.STUDENT_ID: one.shown_id, messages.NAME: one.name, messages.CLASS_NAME: one.class_name}
        for one in people.values()
    ]


def key_of(source: Source, row: Mapping[str, str]) -> tuple[str, ...]:
    """Return what tells a row from another; blank where the row is nobody's."""
    if isinstance(source, PeerReview):
        return normal_id(row.get(messages.RATER_ID, "")), normal_id(row.get(messages.RATED_ID, ""))
    if by_group(source):
        return (folded(row.get(messages.GROUP, "")),)
    return (normal_id(row.get(messages.STUDENT_ID, "")),)
