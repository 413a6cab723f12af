"""Load `grading_config.py` and refuse a declaration that cannot be meant, naming the line to change."""

from __future__ import annotations

import ast
import runpy
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.checks import Problem, problems, repeated
from ecrm_helpers.grades.config_errors import explained
from ecrm_helpers.grades.config_lines import keys_twice, line_of
from ecrm_helpers.grades.scheme import Course
from ecrm_helpers.messages import scheme as scheme_messages
from ecrm_helpers.messages import scheme_file as messages

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["load_course", "load_courses"]


def load_course(path: Path, course_id: str, *, assignments: Collection[str] | None = None) -> Course:
    """Load one course's scheme.

    Parameters
    ----------
    path : Path
        A `grading_config.py`.
    course_id : str
    assignments : collection of str, optional
        The assignments that exist; naming any other is refused. Not checked if None.

    Raises
    ------
    GradingError
        No such course, or a declaration that cannot be meant.
    """
    courses = load_courses(path)
    if course_id not in courses:
        message = messages.unknown_course(course_id, list(courses))
        raise GradingError(message)
    course = courses[course_id]
    tree = ast.parse(path.read_bytes())  # bytes: Notepad may have put a byte-order mark in front
    wrong = problems(course, assignments=assignments)
    if lines := _twice(tree, path.name) or _located(tree, path.name, course, wrong):
        message = "\n".join(lines)
        raise GradingError(message)
    return course


def load_courses(path: Path) -> dict[str, Course]:
    """Run a `grading_config.py` and return the courses it declares, not yet checked against anything.

    Raises
    ------
    GradingError
        No file, Python that does not run (with the line), no course, or one course id twice.
    """
    if not path.is_file():
        message = messages.no_config(path)
        raise GradingError(message)
    try:
        names = runpy.run_path(str(path))
    except Exception as error:
        message = explained(error, path)
        raise GradingError(message) from error
    declared = list({id(one): one for one in names.values() if isinstance(one, Course)}.values())
    twice = repeated(one.id for one in declared)
    if twice or not declared:
        message = messages.courses_unclear(path.name, twice)
        raise GradingError(message)
    return {one.id: one for one in declared}


def _twice(tree: ast.Module, file: str) -> list[str]:
    return [
        messages.located(file, line, messages.key_twice(name), scheme_messages.KEEP_ONE)
        for line, name in keys_twice(tree)
    ]


def _located(tree: ast.Module, file: str, course: Course, found: list[Problem]) -> list[str]:
    return [messages.located(file, line_of(tree, course.id, one.at), one.what, one.hint) for one in found]
