"""What is being read: entries kept once, and what clashes between sheets told by place, not by student."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import same_name
from ecrm_helpers.grades.sheets.places import sheet_places
from ecrm_helpers.grades.sheets.problems import Problems
from ecrm_helpers.grades.sheets.records import Entry, ScoreSheets
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["Reading"]

SHOWN = 5  # students named in one message
Clash = tuple[str, Entry, Entry]


@dataclass
class Reading:
    """One pass over a folder.

    Attributes
    ----------
    course : Course
    people : mapping
        The roster by normalised id; empty without one.
    sheets : ScoreSheets
        What has been read so far.
    problems : Problems
    """

    course: Course
    people: Mapping[str, Person]
    sheets: ScoreSheets = field(default_factory=ScoreSheets)
    problems: Problems = field(default_factory=Problems)
    _clashes: dict[tuple[str, str, str], list[Clash]] = field(default_factory=dict)

    def keep_name(self, student: str, name: str, where: str) -> None:
        """Keep a student and the name a sheet gives.

        Raises
        ------
        GradingError
            Another sheet has another name.
        """
        names = self.sheets.names
        self.sheets.entries.setdefault(student, {})
        known = names.get(student, "")
        if name and known and not same_name(known, name):
            message = sheet_messages.two_names(where, student, known, name)
            raise GradingError(message)
        names[student] = known or name

    def keep(self, student: str, place: str, entry: Entry) -> None:
        """Keep an entry; a mark comes before a blank, and two marks are a clash told at the end.

        Of nobody ("", where the id is wrong) nothing is kept.
        """
        if not student:
            return
        own = self.sheets.entries.setdefault(student, {})
        kept = own.get(place)
        if kept is None:
            own[place] = entry
            return
        if kept.value is not None and entry.value is not None:
            files = (_sheet(kept.where), _sheet(entry.where))
            self._clashes.setdefault((place, *files), []).append((student, kept, entry))
            return
        first, second = (entry, kept) if entry.value is not None else (kept, entry)
        late = first.late_days if first.late_days is not None else second.late_days
        own[place] = replace(first, late_days=late, word=first.word or ("" if first.value else second.word))

    def tell_clashes(self) -> None:
        """Tell marks given twice, and rubrics marked both as a whole and by dimension."""
        for (place, _, file), clashes in self._clashes.items():
            self.problems.of(_file(file))(_twice(place, clashes))
        for place, clashes in self._whole_and_dimensions():
            students = [student for student, _, _ in clashes[:SHOWN]]
            _, whole, part = clashes[0]
            report = self.problems.of(_file(_sheet(part.where)))
            report(messages.whole_and_dimensions(place, students, whole.where, part.where))

    def _whole_and_dimensions(self) -> Iterator[tuple[str, list[Clash]]]:
        for place, (component, part) in sheet_places(self.course).items():
            found: list[Clash] = []
            for student, entries in self.sheets.entries.items():
                whole = entries.get(place)
                marked = [
                    entries[key] for name in component.dimensions(part)
                    if (key := f"{place}:{name}") in entries and entries[key].value is not None
                ]  # fmt: skip
                if whole is not None and whole.value is not None and marked:
                    found.append((student, whole, marked[0]))
            if found:
                yield place, found


def _twice(place: str, clashes: list[Clash]) -> str:
    student, first, second = clashes[0]
    if len(clashes) == 1:
        return sheet_messages.mark_twice(student, place, first.where, second.where)
    students = [one for one, _, _ in clashes[:SHOWN]]
    return messages.marks_twice(place, len(clashes), first.where, second.where, students)


def _sheet(where: str) -> str:
    return where.rpartition(" 第 ")[0]


def _file(sheet: str) -> str:
    return sheet.rpartition("[")[0] if sheet.endswith("]") else sheet
