"""Names: each stands for one thing, can be a heading, and is not taken by the courseware itself."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ecrm_helpers.grades.checks.problem import Problem, at_source, repeated
from ecrm_helpers.grades.plan import REGISTERED, TOTAL
from ecrm_helpers.grades.scheme import EXERCISES, Course
from ecrm_helpers.grades.sources import Assignments, Rubric
from ecrm_helpers.messages import scheme as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecrm_helpers.grades.scheme import Component, Part

__all__ = ["bad_names"]

# Headings of score sheets, roster and reports: a component of such a name could not be told from them.
TAKEN = {TOTAL, EXERCISES, "学号", "姓名", "行政班", "班级", "状态", "备注", "组号", "等级", "迟交天数"}


def bad_names(course: Course) -> Iterator[Problem]:
    """Yield names that are empty, taken, cannot stand in a place, or stand for two things."""
    yield from _unusable(course)
    yield from _twice(course)
    yield from _twice_inside(course)
    for name in repeated(course.exercises):
        yield Problem(("exercises", name), messages.exercise_twice(name), messages.KEEP_ONE)


def _unusable(course: Course) -> Iterator[Problem]:
    for component in course.components:
        parts = [part.name for part in component.parts]
        for name in (component.id, component.title, *parts):
            if _key(name) in {_key(taken) for taken in TAKEN}:
                yield Problem(
                    ("components", component.id, name), messages.name_taken(name), messages.RENAME_ONE
                )
        for name in (component.id, *parts):
            if _cannot_stand(name, ".:：/"):
                yield Problem(
                    ("components", component.id, name), messages.name_unusable(name), messages.NAME_RULE
                )
    for component, part, dimensions in _rubrics(course):
        for name in dimensions:
            at = at_source(component, part, name)
            if name == REGISTERED:
                yield Problem(at, messages.name_taken(name), messages.RENAME_ONE)
            if _cannot_stand(name, ":："):
                yield Problem(at, messages.name_unusable(name), messages.NAME_RULE)


def _cannot_stand(name: str, signs: str) -> bool:
    """Tell whether a name is empty, padded or holds a sign that divides places."""
    return not name.strip() or name != name.strip() or bool(set(name) & set(signs))


def _twice(course: Course) -> Iterator[Problem]:
    sources = [(part or component).by for component, part in course.leaves().values()]
    fed = {name for source in sources if isinstance(source, Assignments) for name in source.names}
    named = [{one.id, one.title, *(part.name for part in one.parts)} for one in course.components]
    keys = [{_key(name): name for name in sorted(names)} for names in [*named, {*course.exercises, *fed}]]
    shown = {key: name for names in keys for key, name in names.items()}
    for key in repeated(key for names in keys for key in names):
        yield Problem(("components", shown[key]), messages.component_twice(shown[key]), messages.RENAME_ONE)


def _twice_inside(course: Course) -> Iterator[Problem]:
    for component in course.components:
        at = ("components", component.id)
        shown = {_key(part.name): part.name for part in component.parts}
        for name in (shown[key] for key in repeated(_key(part.name) for part in component.parts)):
            yield Problem((*at, name), messages.part_twice(component.id, name), messages.RENAME_ONE)
        for name in repeated(component.criteria):
            at_name = (*at, "criteria", name)
            yield Problem(at_name, messages.dimension_twice(component.id, name), messages.KEEP_ONE)


def _rubrics(course: Course) -> Iterator[tuple[Component, Part | None, Iterable[str]]]:
    """Yield each rubric with its component, part and dimension names."""
    for component, part in course.leaves().values():
        source = (part or component).by
        if isinstance(source, Rubric):
            yield component, part, source.dimensions or component.criteria


def _key(name: str) -> str:
    """Compare names as score sheets do: full-width and capital letters are no difference."""
    return unicodedata.normalize("NFKC", name).strip().lower()
