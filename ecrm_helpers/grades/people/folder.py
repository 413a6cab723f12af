"""Who a course folder knows: its roster with groups and contribution merged in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ecrm_helpers.grades.people.cells import one_file
from ecrm_helpers.grades.people.groups import read_groups
from ecrm_helpers.grades.people.roster import read_roster
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["People", "read_people"]


@dataclass(frozen=True)
class People:
    """The class as the roster has it.

    Attributes
    ----------
    people : mapping
        Person by normalised id, in the roster's order; empty where there is no roster.
    files : tuple of str
        What was read.
    notices : tuple of str
        What a teacher should know and nothing is wrong with.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def read_people(root: Path, course: Course, *, groups: bool = True) -> People:
    """Read `roster.csv` or `.xlsx` and `groups.csv` or `.xlsx` of a course folder.

    Parameters
    ----------
    root : Path
    course : Course
        For its states.
    groups : bool
        Whether to read the groups; new ones can be formed while the old ones are wrong.

    Raises
    ------
    GradingError
        Naming file, row and column; two files of one kind; a group's student who is not in the roster.
    """
    path, grouped = one_file(root, "roster"), one_file(root, "groups") if groups else None
    if path is None:
        return People(notices=(messages.groups_without_roster(grouped.name),) if grouped else ())
    roster = read_roster(path, course.states)
    people, files, notices = roster.people, [path.name], [*roster.notices]
    if grouped is not None:
        files.append(grouped.name)
        for one in read_groups(grouped, people):
            people[one.student_id] = replace(
                people[one.student_id], group=one.group, role=one.role, contribution=one.contribution
            )
        alone = [
            one.shown_id
            for one in people.values()
            if not one.group and course.states[one.state].total != "none"  # 免修 works in no group
        ]
        notices += [messages.without_group(alone)] if alone else []
    return People(people, tuple(files), tuple(notices))
