"""What the course's configuration says about marking, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run.course import section
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecrm_helpers.marking.run.course import Course

__all__ = ["Settings", "attempts_of", "late_penalty", "read_settings"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Plain values of ``nbgrader_config.py`` that decide how a submission is marked.

    Parameters
    ----------
    limits : dict
        What `ExecuteSubmission` is set to.
    seconds_per_task : float
        For the judge of one answer.
    max_lines : int
        Lines kept of what a cell printed.
    attempts : int
        How many different hand-ins of a student are marked; 0 for any number.
    create_student : bool
        Whether unknown students get a row.
    """

    limits: dict[str, Any]
    seconds_per_task: float
    max_lines: int
    attempts: int
    create_student: bool


def read_settings(course: Course) -> Settings:
    """Return the settings of a course.

    Raises
    ------
    MarkingError
        `attempts` is no number of hand-ins.
    """
    return Settings(
        limits=section(course.config, "ExecuteSubmission"),
        seconds_per_task=float(section(course.config, "JudgeAnswers").get("seconds_per_task", 10.0)),
        max_lines=int(section(course.config, "LimitOutput").get("max_lines", 1000)),
        attempts=attempts_of(course.config),
        create_student=bool(section(course.config, "Autograde").get("create_student", True)),
    )


def attempts_of(config: Any) -> int:
    """Return how many different hand-ins of one student a course marks; 0 for any number.

    Parameters
    ----------
    config : traitlets Config
        Of ``nbgrader_config.py``, or of a command line, where numbers are still text.

    Raises
    ------
    MarkingError
        It is no whole number from 0 on.

    Examples
    --------
    >>> attempts_of({"MarkingPolicy": {"attempts": "3"}}), attempts_of({})
    (3, 0)
    """
    told = section(config, "MarkingPolicy").get("attempts", 0)
    if isinstance(told, str) and told.isascii() and told.isdigit():
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int) or told < 0:
        message = say.bad_attempts(told)
        raise MarkingError(message)
    return told


def late_penalty(course: Course) -> Callable[[str, float, float], float | None]:
    """Return the course's penalty for lateness, from nbgrader's own plug-in where one is configured."""
    if not section(course.config, "LateSubmissionPlugin") and not section(
        course.config, "AssignLatePenalties"
    ):
        return lambda _student, _score, _seconds: None
    from nbgrader.preprocessors import AssignLatePenalties  # noqa: PLC0415 - over a second

    nbgraders_own = AssignLatePenalties(config=course.config)
    nbgraders_own.init_plugin()
    return nbgraders_own.plugin_inst.late_submission_penalty
