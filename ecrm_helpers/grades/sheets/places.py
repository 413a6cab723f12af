"""Which places of a course score sheets feed, and by which column headings."""

from __future__ import annotations

from collections import Counter

from ecrm_helpers.grades.plan import plan
from ecrm_helpers.grades.policies import CountIn
from ecrm_helpers.grades.scheme import WHOLE, Component, Course, Part
from ecrm_helpers.grades.sheets.tables import heading
from ecrm_helpers.grades.sources import Assignments, Contribution, Rubric, Score, Source
from ecrm_helpers.messages import score_sheets as messages

__all__ = [
    "by_group",
    "columns_fed_elsewhere",
    "fed_elsewhere",
    "has_late_days",
    "sheet_columns",
    "sheet_places",
    "source_of",
    "title_of",
]


def source_of(course: Course, place: str) -> Source:
    """Return what feeds a leaf place."""
    component, part = course.leaves()[place]
    return (part or component).by


def title_of(course: Course, place: str) -> str:
    """Return what a reader calls a leaf place: a part's name, or its component's title."""
    component, part = course.leaves()[place]
    return part.name if part else component.title


def fed_elsewhere(course: Course) -> dict[str, str]:
    """Name the leaf places no sheet feeds, with why not."""
    return {place: why for place in course.leaves() if (why := _why_not(course, place))}


def sheet_places(course: Course) -> dict[str, tuple[Component, Part | None]]:
    """Return the leaf places that score sheets feed."""
    elsewhere = fed_elsewhere(course)
    return {place: leaf for place, leaf in course.leaves().items() if place not in elsewhere}


def by_group(source: Source) -> bool:
    """Tell a place whose sheet has one row per group."""
    return isinstance(source, Score | Rubric) and source.each == "group"


def has_late_days(course: Course, place: str) -> bool:
    """Tell a place whose template asks for 迟交天数: work that is handed in, under a late policy."""
    component, _ = course.leaves()[place]
    return isinstance(source_of(course, place), Score | Rubric) and bool(
        {place, component.id} & set(course.late)
    )


def sheet_columns(course: Course) -> dict[str, str]:
    """Map each heading of a sheet out of 100 to its place: `X2`, `X1.出勤`, `X4:选题`, an assignment.

    A dimension's bare name works where only one rubric has it.
    """
    columns = {place: place for place, node in plan(course).items() if node.kind == "assignment"}
    dimensions: list[tuple[str, str]] = []
    for place, (component, part) in sheet_places(course).items():
        columns.update(dict.fromkeys(_headings(place, component, part), place))
        for name in component.dimensions(part):
            dimensions += [(key, f"{place}:{name}") for key in (f"{place}:{name}", f"{place}{name}", name)]
    often = Counter(key for key, _ in dimensions)
    columns = {**{key: whole for key, whole in dimensions if often[key] == 1}, **columns}
    return {heading(key): place for key, place in columns.items()}


def columns_fed_elsewhere(course: Course) -> dict[str, str]:
    """Map each heading that a sheet may not have to the reason."""
    leaves = course.leaves()
    return {
        heading(key): why for place, why in fed_elsewhere(course).items()
        for key in _headings(place, *leaves[place])
    }  # fmt: skip


def _headings(place: str, component: Component, part: Part | None) -> tuple[str, ...]:
    own = part.name if part else component.title
    return place, own, component.id + own


def _why_not(course: Course, place: str) -> str:
    source, policy = source_of(course, place), course.unit_exercises
    if isinstance(source, Assignments):
        return messages.from_assignments(place, source.names)
    if isinstance(source, Contribution):
        return messages.from_groups_file(place)
    if isinstance(policy, CountIn) and policy.target == place and policy.share == WHOLE:
        return messages.from_unit_exercises(place)
    return ""
