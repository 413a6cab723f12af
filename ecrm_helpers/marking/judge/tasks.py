"""What ``marking.py`` of an assignment declares: tasks, wrong answers with their scores, a sample.

Pure data and no gradebook: the judge's process and the tests import this module, a student's never does.

A ``marking.py`` reads

>>> from ecrm_helpers.marking.judge.compare import close
>>> def judge_share(value, context):
...     if close(value, 0.25, tol=0.005):
...         return Verdict(points=2, message="对。")
...     if close(value, 0.75, tol=0.005):
...         return Verdict(points=1, message="这是其余客户的比例，用 1 减去它。")
...     return Verdict(points=0, message="用该类人数除以总人数。")
>>> TASKS = [Task(id="t1_share", points=2, judge=judge_share)]
>>> WRONG = [WrongAnswer(task="t1_share", value=0.75, points=1, why="took the complement")]
>>> SAMPLE = lambda context: {"t1_share": 0.25}
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Context", "Marking", "Task", "Verdict", "WrongAnswer", "judged"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a judge says about one answer.

    Parameters
    ----------
    points : float
        Points earned; must be finite, is clamped to between 0 and the task's points.
    message : str
        One line in Chinese for the student.
    """

    points: float
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a judge may ask about the submission.

    Parameters
    ----------
    student_id : str
        Whose submission is judged.
    course : str
        Course id, for instance ``crossborder_crm``.
    answers : mapping of str to plain data
        The submission's recorded answers by task id, to judge a task on what follows from another one.
    assignment : str
        Assignment id.
    """

    student_id: str
    course: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    assignment: str = ""

    @cached_property
    def shop(self) -> Any:
        """The student's own shop (a `datasets.Shop`), selected when first asked for."""
        from ecrm_helpers.datasets import my_shop  # noqa: PLC0415 - costs a second, and not every judge asks

        return my_shop(self.student_id, course=self.course)

    def with_answers(self, answers: Mapping[str, Any]) -> Context:
        """Return the same submission with other answers, keeping the selected shop."""
        made = Context(
            student_id=self.student_id, course=self.course, assignment=self.assignment, answers=answers
        )
        if "shop" in vars(self):
            vars(made)["shop"] = self.shop
        return made


@dataclass(frozen=True, kw_only=True)
class Task:
    """One judged task.

    Parameters
    ----------
    id : str
        Equal to the grade cell's ``grade_id`` and to the first argument of its ``answer(…)``.
    points : float
        Full marks, equal to the grade cell's points.
    judge : callable
        ``judge(value, context) -> Verdict``; `value` is plain JSON data of any shape, so test its type.
    """

    id: str
    points: float
    judge: Callable[[Any, Context], Verdict]

    def __post_init__(self) -> None:
        if not (math.isfinite(self.points) and self.points > 0):
            message = f"points of task {self.id} must be positive and finite, got {self.points!r}"
            raise MarkingError(message)


@dataclass(frozen=True, kw_only=True)
class WrongAnswer:
    """A wrong answer and the points it must get: a check that cannot fail is a defect.

    Parameters
    ----------
    task : str
        Task id.
    value : plain data or callable
        The answer, or ``value(context)`` giving it.
    points : float
        Exactly what it must earn, less than the task's full marks.
    why : str
        The misunderstanding behind it.
    """

    task: str
    value: Any
    points: float
    why: str

    def given(self, context: Context) -> Any:
        """Return the wrong answer itself."""
        return self.value(context) if callable(self.value) else self.value


@dataclass(frozen=True, kw_only=True)
class Marking:
    """A loaded ``marking.py``."""

    tasks: Mapping[str, Task]
    wrong: Sequence[WrongAnswer]
    sample: Callable[[Context], Mapping[str, Any]] | None


def judged(task: Task, value: Any, context: Context) -> Verdict:
    """Return the task's verdict with its points clamped to between 0 and full marks.

    Raises
    ------
    MarkingError
        When the judge returns no `Verdict`, or points that are not finite.
    """
    verdict = task.judge(value, context)
    if not isinstance(verdict, Verdict):
        message = f"the judge of {task.id} must return a Verdict, got {type(verdict).__name__}"
        raise MarkingError(message)
    points = verdict.points
    if isinstance(points, bool) or not isinstance(points, int | float) or not -1e9 < points < 1e9:  # noqa: PLR2004
        message = f"the judge of {task.id} must give finite points, got {points!r}"
        raise MarkingError(message)
    return Verdict(points=min(max(float(points), 0.0), float(task.points)), message=str(verdict.message))
