"""Add one checked override to `overrides.csv`; what it replaces stays readable in its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import (
    Row,
    csv_bytes,
    decimal_text,
    heading_row,
    one_file,
    protected,
    read_table,
    text_of,
)
from ecrm_helpers.grades.people.ids import ID, NAME
from ecrm_helpers.grades.people.keeping import replace_table
from ecrm_helpers.grades.people.overrides import (
    COLUMNS,
    HEADINGS,
    NEEDED,
    PLACE,
    VALUE,
    WHEN,
    WHO,
    WHY,
    override_in,
    places_of,
    refuse_twice,
)
from ecrm_helpers.grades.tables import tables
from ecrm_helpers.messages import roster as messages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.people.folder import People
    from ecrm_helpers.grades.record import Override
    from ecrm_helpers.grades.scheme import Course

__all__ = ["Planned", "add_override", "plan_override"]


@dataclass(frozen=True)
class Planned:
    """An override that has been checked.

    Attributes
    ----------
    new : Override
        Its reason tells what stood there before, if something did.
    shown_id, name : str
    old : Override or None
        The one it replaces.
    number : int or None
        The row of that one, as a spreadsheet counts.
    """

    new: Override
    shown_id: str
    name: str
    old: Override | None
    number: int | None


class _Typed(Row):
    """A row that was typed as options."""

    def at(self, column: str) -> str:
        """Name the option."""
        return messages.option(column)


def plan_override(root: Path, course: Course, people: People, typed: Mapping[str, str]) -> Planned:
    """Check an override that was typed, and look up the one that stands; nothing is written.

    Parameters
    ----------
    root : Path
    course : Course
    people : People
    typed : mapping
        Text by column: 学号, 考核项, 改为, 谁, 何时, 为什么.

    Raises
    ------
    GradingError
        What `read_overrides` refuses, in the file or in what was typed; an `overrides.xlsx` is the teacher's.
    """
    path = one_file(root, "overrides")
    if path is not None and path.suffix == ".xlsx":
        message = messages.spreadsheet_by_hand(path.name)
        raise GradingError(message)
    places = places_of(course)
    cells = {column: text_of(text) for column, text in typed.items()}
    new, shown = override_in(_Typed("", 0, cells, cells[ID]), places, people.people)
    seen: dict[tuple[str, str], Override] = {}
    old, number = None, None
    for row in read_table(path, COLUMNS, needed=NEEDED, empty=True).rows if path else ():
        found, written = override_in(row, places, people.people)
        refuse_twice(found, written, seen)
        if (found.student_id, found.place) == (new.student_id, new.place):
            old, number = found, row.number
    if old is not None:
        value = decimal_text(old.value)
        new = replace(new, why=messages.with_history(new.why, value, old.who, old.when, old.why))
    person = people.people.get(new.student_id)
    return Planned(new, person.shown_id if person else shown, person.name if person else "", old, number)


def add_override(root: Path, planned: Planned) -> Path | None:
    """Write a checked override; return where the file that was there is kept."""
    path = one_file(root, "overrides")
    rows = (
        [[text_of(cell) for cell in row] for row in next(iter(tables(path)))[1]] if path else [list(HEADINGS)]
    )
    start, columns = heading_row("overrides.csv", rows, COLUMNS, NEEDED)
    new = planned.new
    texts = {
        ID: planned.shown_id, NAME: planned.name, PLACE: new.place, VALUE: decimal_text(new.value),
        WHO: new.who, WHEN: new.when, WHY: new.why,
    }  # fmt: skip
    if planned.number is None:
        rows.append([""] * len(rows[start]))
    row = rows[-1 if planned.number is None else planned.number - 1]
    row += [""] * (len(rows[start]) - len(row))
    for index, column in columns.items():
        row[index] = texts[column]
    return replace_table(root, "overrides", csv_bytes([protected(text) for text in row] for row in rows))
