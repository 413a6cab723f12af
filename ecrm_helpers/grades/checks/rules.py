"""Policies on work and totals: late, again, states, decimals, levels, bands, threshold, office."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ecrm_helpers.grades.checks.problem import Problem
from ecrm_helpers.grades.checks.weights import weighed
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.policies import STATES
from ecrm_helpers.grades.scheme import EXERCISES, WHOLE, Course
from ecrm_helpers.grades.sources import Assignments, Rubric, Score
from ecrm_helpers.messages import scheme_policies as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecrm_helpers.grades.policies import Late, Resubmit

__all__ = ["bad_rules"]

MOST_DIGITS = 6
NORMAL, STUDENT_ID, LEVEL = "正常", "学号", "等级"
PERSONAL = (STUDENT_ID, "姓名", "行政班", "状态", "组号")


def bad_rules(course: Course) -> Iterator[Problem]:
    """Yield what is wrong with the policies that act on marks and totals."""
    yield from _bad_late(course)
    yield from _bad_resubmit(course)
    yield from _bad_states(course)
    for name, digits in vars(course.rounding).items():
        if not 0 <= digits <= MOST_DIGITS:
            yield Problem(("rounding", name), messages.bad_digits(name, digits), messages.ROUNDING)
    yield from _bad_levels(course)
    yield from _bad_bands(course)
    if not 0 <= course.attainment.threshold <= 1:
        what = messages.bad_threshold(course.attainment.threshold)
        yield Problem(("attainment", "threshold"), what, messages.THRESHOLD)
    yield from _bad_office(course)
    if course.exported_as != course.exported_as.strip():
        yield Problem(("exported_as",), messages.BLANK_EXPORT, messages.EXPORT)


def _bad_late(course: Course) -> Iterator[Problem]:
    places = _workplaces(course, sheets=True)
    yield from _bad_deductions("late", course.late, places, "per_day")
    for place, policy in course.late.items():
        for name in ("grace_minutes", "refuse_after_days"):
            if (value := getattr(policy, name)) is not None and value < 0:
                at = ("late", place, name)
                yield Problem(at, messages.negative(name, value), messages.NOT_NEGATIVE)


def _bad_resubmit(course: Course) -> Iterator[Problem]:
    places = _workplaces(course, sheets=False)
    yield from _bad_deductions("resubmit", course.resubmit, places, "per_extra")
    for place, policy in course.resubmit.items():
        at = ("resubmit", place)
        yield from _percents(at, policy, ("cap",))
        if policy.free < 1:
            yield Problem((*at, "free"), messages.free_too_small(policy.free), messages.FREE)


def _bad_deductions(
    keyword: str, policies: Mapping[str, Late | Resubmit], places: Sequence[str], each: str
) -> Iterator[Problem]:
    """Yield places without work, and deductions that no mark has room for; `each` is the field of one."""
    for place, policy in policies.items():
        at, step = (keyword, place), getattr(policy, each)
        if place not in places:
            yield Problem(at, messages.no_work(keyword, place), messages.workplaces(place, places))
        yield from _percents(at, policy, (each, "most"))
        if policy.most < step:
            yield Problem((*at, "most"), messages.most_too_small(policy.most, each, step), messages.MOST)


def _workplaces(course: Course, *, sheets: bool) -> list[str]:
    """Name what students hand in; `sheets`: also work whose marks and days late stand in score sheets."""
    kinds = (Assignments, Score, Rubric) if sheets else Assignments
    found = [EXERCISES, *course.exercises] if course.exercises else []
    for place, (component, part) in course.leaves().items():
        source = (part or component).by
        if isinstance(source, kinds):
            found.append(place)
        if isinstance(source, Assignments):
            found += source.names
    return found


def _percents(at: tuple[str, ...], policy: object, names: Sequence[str]) -> Iterator[Problem]:
    for name in names:
        if not 0 <= (value := getattr(policy, name)) <= WHOLE:
            yield Problem((*at, name), messages.no_percent(name, value), messages.PERCENT)


def _bad_states(course: Course) -> Iterator[Problem]:
    for name in course.states:
        if name not in STATES:
            yield Problem(("states", name), messages.unknown_state(name), messages.known_states(name, STATES))
    normal = course.states.get(NORMAL)
    if normal is None:
        yield Problem(("states",), messages.NO_NORMAL, messages.STATES_HINT)
    elif normal.total != "counted" or not normal.attainment:
        yield Problem(("states", NORMAL), messages.NORMAL_NOT_COUNTED, messages.STATES_HINT)


def _bad_levels(course: Course) -> Iterator[Problem]:
    bounds = list(course.levels.values())
    for (upper, high), (lower, low) in pairwise(course.levels.items()):
        if low >= high:
            what = messages.levels_order(upper, high, lower, low)
            yield Problem(("levels", lower), what, messages.LEVELS)
    for name, bound in course.levels.items():
        if not 0 <= bound <= WHOLE:
            yield Problem(("levels", name), messages.no_percent(name, bound), messages.LEVELS)
    if bounds and bounds[-1] != 0:
        yield Problem(("levels",), messages.NO_LOWEST_LEVEL, messages.LEVELS)


def _bad_bands(course: Course) -> Iterator[Problem]:
    bounds = list(course.bands)
    descending = all(low < high for high, low in pairwise(bounds))
    if not bounds or not descending or not all(0 < bound < WHOLE for bound in bounds):
        yield Problem(("bands",), messages.bad_bands(bounds), messages.BANDS)


def _bad_office(course: Course) -> Iterator[Problem]:
    places = {*PERSONAL, TOTAL, LEVEL, EXERCISES, *course.exercises, *course.places()}
    counted = weighed(course)
    for column, source in course.office.items():
        at = ("office", column)
        if not column.strip():
            yield Problem(at, messages.NO_COLUMN_NAME, messages.OFFICE)
        if isinstance(source, str):
            if source not in places:
                yield Problem(at, messages.office_source(column, source), messages.near(source, places))
            if source == LEVEL and not course.levels:
                yield Problem(at, messages.office_level(column), messages.LEVELS)
            continue
        wrong = [one for one in source if one not in counted]
        if wrong or not source or len(set(source)) < len(source):
            what = messages.office_sum(column, source)
            yield Problem(at, what, messages.office_components(sorted(counted)))
    if course.office and STUDENT_ID not in course.office.values():
        yield Problem(("office",), messages.NO_STUDENT_ID, messages.OFFICE)
