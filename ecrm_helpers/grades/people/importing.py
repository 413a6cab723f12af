"""Import a school's roster: compare it with the one that was there, ask, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import one_file, read_table
from ecrm_helpers.grades.people.groups import read_groups
from ecrm_helpers.grades.people.ids import ID, NAME, student_in
from ecrm_helpers.grades.people.keeping import replace_table
from ecrm_helpers.grades.people.overrides import COLUMNS, NEEDED
from ecrm_helpers.grades.people.roster import CLASS, NOTE, Listed, Roster, read_roster, roster_bytes
from ecrm_helpers.grades.people.states import STATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecrm_helpers.grades.scheme import Course

__all__ = ["Change", "Import", "Imported", "import_roster", "plan_import"]


@dataclass(frozen=True)
class Change:
    """One student before and after."""

    before: Listed
    after: Listed

    @property
    def what(self) -> tuple[tuple[str, str, str], ...]:
        """Column, text before and text after, for every column that differs."""
        return tuple(
            (column, old, new)
            for (column, old), (_, new) in zip(_cells(self.before), _cells(self.after), strict=True)
            if old != new
        )


@dataclass(frozen=True)
class Import:
    """What an import would do.

    Attributes
    ----------
    source : Path
    roster : Roster
    before : str
        Name of the roster that is there; empty where there is none.
    unreadable : str
        Why that roster cannot be compared.
    new, gone : tuple of Listed
    changed : tuple of Change
    still_named : tuple of str
        Files in which students who are gone still stand.
    """

    source: Path
    roster: Roster
    before: str = ""
    unreadable: str = ""
    new: tuple[Listed, ...] = ()
    gone: tuple[Listed, ...] = ()
    changed: tuple[Change, ...] = ()
    still_named: tuple[str, ...] = ()

    @property
    def to_confirm(self) -> bool:
        """Whether something would be lost that nobody has agreed to."""
        return bool(self.gone or self.unreadable)


@dataclass(frozen=True)
class Imported:
    """What an import did: the file written, and where the former one is kept."""

    path: Path
    kept: Path | None


def plan_import(root: Path, course: Course, source: Path) -> Import:
    """Read a roster and compare it with the one of the course folder; nothing is written.

    Raises
    ------
    GradingError
        The new roster cannot be used.
    """
    roster = read_roster(source, course.states)
    path = one_file(root, "roster")
    if path is None:
        return Import(source, roster, new=roster.students)
    try:
        known = {one.person.student_id: one for one in read_roster(path, course.states).students}
    except GradingError as error:
        return Import(source, roster, path.name, unreadable=str(error))
    listed = {one.person.student_id: one for one in roster.students}
    gone = tuple(one for student, one in known.items() if student not in listed)
    pairs = (Change(known[student], one) for student, one in listed.items() if student in known)
    return Import(
        source,
        roster,
        path.name,
        new=tuple(one for student, one in listed.items() if student not in known),
        gone=gone,
        changed=tuple(one for one in pairs if one.what),
        still_named=_naming(root, {one.person.student_id for one in gone}),
    )


def import_roster(root: Path, planned: Import, *, agreed: Callable[[Import], bool]) -> Imported | None:
    """Write the roster of a course folder, or return None where somebody would be lost and nobody agreed."""
    if planned.to_confirm and not agreed(planned):
        return None
    kept = replace_table(root, "roster", roster_bytes(planned.roster.students))
    return Imported(root / "roster.csv", kept)


def _cells(one: Listed) -> tuple[tuple[str, str], ...]:
    person = one.person
    return (
        (ID, person.shown_id), (NAME, person.name), (CLASS, person.class_name), (STATE, person.state),
        (NOTE, one.note),
    )  # fmt: skip


def _naming(root: Path, students: set[str]) -> tuple[str, ...]:
    """Return which files still name one of the students; a file that cannot be read is told of elsewhere."""
    found = []
    for stem, read in (("groups", _grouped), ("overrides", _overridden)):
        try:
            path = one_file(root, stem)
            if path is not None and students & read(path):
                found.append(path.name)
        except GradingError:
            continue
    return tuple(found)


def _grouped(path: Path) -> set[str]:
    return {one.student_id for one in read_groups(path, {})}


def _overridden(path: Path) -> set[str]:
    return {student_in(row)[0] for row in read_table(path, COLUMNS, needed=NEEDED, empty=True).rows}
