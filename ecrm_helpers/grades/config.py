"""Load `grading_config.py` and refuse a declaration that cannot be meant, naming the line to change."""

from __future__ import annotations

import ast
import runpy
import traceback
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.checks import Problem, problems, repeated
from ecrm_helpers.grades.scheme import Course
from ecrm_helpers.messages import scheme as messages

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
        The assignments that exist; `exercises` naming any other is refused. Not checked if None.

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
    if found := problems(course, assignments=assignments):
        raise GradingError(_located(path, course, found))
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
        message = messages.config_does_not_run(path.name, _line_of(error, path), error)
        raise GradingError(message) from error
    declared = list({id(one): one for one in names.values() if isinstance(one, Course)}.values())
    twice = repeated(one.id for one in declared)
    if twice or not declared:
        message = messages.courses_unclear(path.name, twice)
        raise GradingError(message)
    return {one.id: one for one in declared}


def _line_of(error: Exception, path: Path) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    return frames[-1] if frames else None


def _located(path: Path, course: Course, found: list[Problem]) -> str:
    tree = ast.parse(path.read_bytes())  # bytes: Notepad may have put a byte-order mark in front
    return "\n".join(
        messages.located(path.name, _line(tree, course.id, one.key), one.what, one.hint) for one in found
    )


def _line(tree: ast.Module, course_id: str, key: str) -> int | None:
    """Find the line of a keyword, else of a text, inside the course's declaration, else anywhere."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    own = [
        call for call in calls
        if any(
            word.arg == "id" and isinstance(word.value, ast.Constant) and word.value.value == course_id
            for word in call.keywords
        )
    ]  # fmt: skip
    for scope in (*own, tree):
        for node in ast.walk(scope):
            if isinstance(node, ast.keyword) and node.arg == key:
                return node.value.lineno
        lines = [
            node.lineno for node in ast.walk(scope) if isinstance(node, ast.Constant) and node.value == key
        ]
        if lines:
            return max(lines)
    return own[0].lineno if own else None
