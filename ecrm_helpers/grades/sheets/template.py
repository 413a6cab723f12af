"""Write one workbook per component for a teacher to fill, and never over one that may be filled."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.output import write_privately
from ecrm_helpers.grades.sheets.drawing import draw, draw_explanation
from ecrm_helpers.grades.sheets.layout import Layout, layout
from ecrm_helpers.grades.sheets.people_rows import grouped, needs_groups, rows_of
from ecrm_helpers.grades.sheets.places import fed_elsewhere, sheet_columns, sheet_places
from ecrm_helpers.grades.sheets.tables import heading
from ecrm_helpers.grades.sheets.updating import updated
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import score_templates as texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Component, Course

__all__ = ["Templates", "headings", "sheet_title", "write_templates"]

MOST_TITLE = 31  # letters of a sheet's name
SPREADSHEETS = (".xlsx", ".csv", ".tsv", ".xls", ".et", ".ods")


@dataclass(frozen=True)
class Templates:
    """What was written, and what a teacher should know about it."""

    written: tuple[Path, ...]
    notes: tuple[str, ...]


def write_templates(
    course: Course,
    people: Mapping[str, Person],
    folder: Path,
    *,
    places: Sequence[str] = (),
    update: bool = False,
) -> Templates:
    """Write `X1 课堂表现.xlsx` and so on into `folder`.

    Parameters
    ----------
    course : Course
    people : mapping
        The class by normalised id.
    folder : Path
    places : sequence of str
        Components or places, by id or title; every component by default.
    update : bool
        Bring files that are there up to date: every entry is kept, new students come at the end, those who
        left are marked.

    Raises
    ------
    GradingError
        A place the course does not have, nothing to fill, or a file that is there without `update`.
    """
    chosen = [one for one in course.components if one.id in _chosen(course, places)]
    forms = {one.id: _forms(course, one) for one in chosen}
    waiting = [
        form.place for every in forms.values() for form in every
        if needs_groups(form.source) and not grouped(people)
    ]  # fmt: skip
    notes = [texts.needs_groups(place) for place in waiting]
    forms = {key: [one for one in every if one.place not in waiting] for key, every in forms.items()}
    if not any(forms.values()):
        reasons = [why for place, why in fed_elsewhere(course).items() if not chosen or _of(place, chosen)]
        message = texts.nothing_to_fill([*reasons, *notes])
        raise GradingError(message)
    files = {one.id: folder / file_name(one) for one in chosen if forms[one.id]}
    there = [path for path in files.values() if _there(path)]
    if there and not update:
        message = texts.file_exists([_there(path) for path in there])
        raise GradingError(message)
    contents: dict[Path, bytes] = {}
    for one in chosen:
        if one.id in files:
            contents[files[one.id]], told = _content(course, one, forms[one.id], people, files[one.id])
            notes += told
    notes += [texts.not_needed(why) for place, why in fed_elsewhere(course).items() if _of(place, chosen)]
    return Templates(tuple(write_privately(path, data) for path, data in contents.items()), tuple(notes))


def headings(form: Layout, people: Mapping[str, Person]) -> list[str]:
    """Return a sheet's headings; 行政班 only where the roster has one."""
    classes = any(one.class_name for one in people.values())
    return [name for name in form.headings if name != messages.CLASS_NAME or classes]


def file_name(component: Component) -> str:
    """Name a component's file, without what a file system refuses."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", f"{component.id} {component.title}").strip(" .") + ".xlsx"


def sheet_title(form: Layout) -> str:
    """Name a sheet, without what Excel refuses."""
    return re.sub(r"[\[\]:*?/\\']", "_", form.title)[:MOST_TITLE]


def _content(
    course: Course, component: Component, forms: Sequence[Layout], people: Mapping[str, Person], path: Path
) -> tuple[bytes, list[str]]:
    there = _there(path)
    fresh = not there
    if there not in {"", path.name}:
        message = texts.not_a_template(there)
        raise GradingError(message)
    book, kept, told = _empty_book() if fresh else updated(path, course, people)
    for form in forms:
        if form.place not in kept:
            sheet = book.create_sheet(sheet_title(form))
            draw(sheet, course, form, headings(form, people), rows_of(form.source, people))
    if fresh:
        weight = f"{component.weight:g}"
        lines = texts.explanation(course.title, f"{component.id} {component.title}", weight, book.sheetnames)
        draw_explanation(book.create_sheet(messages.EXPLANATION), lines)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue(), told


def _empty_book() -> tuple[Workbook, set[str], list[str]]:
    book = Workbook()
    book.remove(book.active)
    return book, set(), []


def _forms(course: Course, component: Component) -> list[Layout]:
    return [layout(course, place) for place, (one, _) in sheet_places(course).items() if one is component]


def _chosen(course: Course, places: Sequence[str]) -> set[str]:
    """Return the components that places belong to."""
    if not places:
        return {one.id for one in course.components}
    known = {heading(key): course.leaves()[place][0].id for key, place in sheet_columns(course).items()
             if place in course.leaves()}  # fmt: skip
    known.update({place: one.id for place, (one, _) in course.leaves().items()})
    known.update({heading(key): one.id for one in course.components for key in (one.id, one.title)})
    for place in places:
        if heading(place) not in known:
            message = texts.no_such_place(place, [one.id for one in course.components])
            raise GradingError(message)
    return {known[heading(place)] for place in places}


def _of(place: str, components: Sequence[Component]) -> bool:
    return place.partition(".")[0] in {one.id for one in components}


def _there(path: Path) -> str:
    """Return the name of a file of a component, in whatever format; "" without one."""
    found = [path.with_suffix(suffix) for suffix in SPREADSHEETS]
    return next((one.name for one in found if one.exists()), "")
