"""Sources of marks: assignments, rubrics, attendance, fellow students."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.grades.checks.problem import Problem, added, at_source
from ecrm_helpers.grades.scheme import EXERCISES, WHOLE, Component, Course, Part
from ecrm_helpers.grades.sources import Assignments, Attendance, PeerReview, Rubric
from ecrm_helpers.messages import scheme_policies as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["bad_assignments", "bad_sources"]

LOG_IN = re.compile(
    r"登录|登陆|登入|上线|在线|访问|浏览|点击|观看|平台|次数|时长|log.?in|online|visit|click", re.IGNORECASE
)


def bad_sources(course: Course) -> Iterator[Problem]:
    """Yield what is wrong with the source of each component or part."""
    for component, part in course.leaves().values():
        source = (part or component).by
        if isinstance(source, Rubric):
            yield from _rubric(component, part, source)
        if isinstance(source, Attendance):
            yield from _attendance(component, part, source)
        if isinstance(source, PeerReview) and source.least < 1:
            at = at_source(component, part, "least")
            yield Problem(at, messages.least_too_small(source.least), messages.LEAST)
        if isinstance(source, Assignments) and not source.names:
            yield Problem(at_source(component, part), messages.NO_ASSIGNMENTS, messages.NAME_ASSIGNMENTS)


def bad_assignments(course: Course, known: Collection[str] | None) -> Iterator[Problem]:
    """Yield assignments that do not exist and those that feed two places."""
    fed: list[tuple[str, str, tuple[str, ...]]] = [
        (name, EXERCISES, ("exercises", name)) for name in dict.fromkeys(course.exercises)
    ]
    for place, (component, part) in course.leaves().items():
        source = (part or component).by
        if isinstance(source, Assignments):
            fed += [(name, place, at_source(component, part, name)) for name in source.names]
    first: dict[str, str] = {}
    for name, place, at in fed:
        if known is not None and name not in known:
            yield Problem(at, messages.unknown_assignment(name), messages.known_assignments(name, known))
        if name in first:
            yield Problem(at, messages.fed_twice(name, first[name], place), messages.FEED_ONE)
        first.setdefault(name, place)


def _rubric(component: Component, part: Part | None, source: Rubric) -> Iterator[Problem]:
    place = f"{component.id}.{part.name}" if part else component.id
    if source.dimensions is None:
        if not component.criteria:
            yield Problem(at_source(component, part), messages.no_criteria(place), messages.GIVE_DIMENSIONS)
        return
    for name, points in source.dimensions.items():
        if not 0 < points <= WHOLE:
            at = at_source(component, part, name)
            yield Problem(at, messages.dimension_points(place, name, points), messages.RUBRIC_SUM)
    total = added(source.dimensions.values())
    if total != WHOLE:
        at = at_source(component, part, *list(source.dimensions)[:1])
        yield Problem(at, messages.rubric_sum(place, total), messages.RUBRIC_SUM)


def _attendance(component: Component, part: Part | None, source: Attendance) -> Iterator[Problem]:
    name = part.name if part else component.id
    if LOG_IN.search(name):
        at = at_source(component, part)[:-1]
        yield Problem(at, messages.log_in(name), messages.ATTENDANCE)
    for word, points in source.points.items():
        at = at_source(component, part, word)
        if not word.strip() or LOG_IN.search(word):
            yield Problem(at, messages.log_in(word), messages.ATTENDANCE)
        if points is not None and not 0 <= points <= WHOLE:
            yield Problem(at, messages.attendance_points(word, points), messages.ATTENDANCE)
    if all(points is None for points in source.points.values()):
        yield Problem(at_source(component, part, "points"), messages.NOTHING_COUNTED, messages.ATTENDANCE)
    if source.sessions < 1:
        at = at_source(component, part, "sessions")
        yield Problem(at, messages.no_sessions(source.sessions), messages.SESSIONS)
