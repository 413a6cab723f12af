"""What is there and what is missing, place by place, before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.grades.record import Person
from ecrm_helpers.grades.sheets.places import sheet_places
from ecrm_helpers.grades.sheets.reading import read_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets.problems import Problems
    from ecrm_helpers.grades.sheets.records import Entry

__all__ = ["Checked", "PlaceMarks", "check_folder"]


@dataclass(frozen=True)
class PlaceMarks:
    """How many have a mark in one place, and who has none with the word that stands there."""

    place: str
    have: int
    missing: tuple[tuple[Person, str], ...]


@dataclass(frozen=True)
class Checked:
    """A folder of score sheets, looked at."""

    problems: Problems
    files: tuple[str, ...]
    notices: tuple[str, ...]
    places: tuple[PlaceMarks, ...]


def check_folder(folder: Path, course: Course, people: Mapping[str, Person]) -> Checked:
    """Read everything and count; without a roster the class is everybody in the sheets."""
    sheets, problems = read_folder(folder, course, people)
    everybody = dict(people) or {
        student: Person(student, student, name=name) for student, name in sorted(sheets.names.items())
    }
    places = []
    for place, (component, part) in sheet_places(course).items():
        dimensions = [f"{place}:{name}" for name in component.dimensions(part)]
        lacking = {
            student: word for student in everybody
            if (word := _lacking(sheets.entries.get(student, {}), place, dimensions)) is not None
        }  # fmt: skip
        missing = tuple((everybody[student], word) for student, word in lacking.items())
        places.append(PlaceMarks(place, len(everybody) - len(missing), missing))
    return Checked(problems, tuple(sheets.files), tuple(sheets.notices), tuple(places))


def _lacking(entries: Mapping[str, Entry], place: str, dimensions: list[str]) -> str | None:
    """Return None for a whole mark, else what stands in its place, which may be nothing."""
    whole = entries.get(place)
    if whole is not None and whole.value is not None:
        return None
    given = [entries[one] for one in dimensions if one in entries and entries[one].value is not None]
    if dimensions and len(given) == len(dimensions):
        return None
    if given:
        return "、".join(one.partition(":")[2] for one in dimensions
                        if one not in entries or entries[one].value is None)  # fmt: skip
    words = [whole.word] if whole is not None else []
    words += [entries[one].word for one in dimensions if one in entries]
    return next((word for word in words if word), "")
