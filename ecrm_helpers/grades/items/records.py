"""Item analysis as computed: per task, per assignment, and the points most often missed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AnswerShare", "AssignmentItems", "Item", "ItemAnalysis", "Missed"]


@dataclass(frozen=True)
class AnswerShare:
    """How many of those who answered gave this answer, or got this line of feedback.

    Attributes
    ----------
    text : str
        The answer as recorded, or the feedback's line.
    count : int
    share : float
        Of those who answered, 0 to 1.
    points : float
        Mean points they got.
    """

    text: str
    count: int
    share: float
    points: float


@dataclass(frozen=True)
class Item:
    """One task.

    Attributes
    ----------
    assignment, notebook, task, title : str
    full : float
    counted : int
        Students with a final mark for it.
    mean : float
        In points.
    difficulty : float
        mean / full: 1 is easiest.
    discrimination : float or None
        Mean share of the upper 27 % of the class, by the assignment's points, less that of the lower 27 %;
        None for fewer than 10 students, and where their points do not vary.
    correlation : float or None
        With the sum of the other tasks; None where either does not vary.
    none, all : float
        Share of students with no points and with full points.
    answers, messages : tuple of AnswerShare
        Most frequent first; answers only for short ones.
    """

    assignment: str
    notebook: str
    task: str
    title: str
    full: float
    counted: int
    mean: float
    difficulty: float
    discrimination: float | None
    correlation: float | None
    none: float
    all: float
    answers: tuple[AnswerShare, ...] = ()
    messages: tuple[AnswerShare, ...] = ()


@dataclass(frozen=True)
class AssignmentItems:
    """One assignment.

    Attributes
    ----------
    assignment : str
    items : tuple of Item
    alpha : float or None
        Cronbach's α; None for fewer than two tasks or students, or where totals do not vary.
    counted : int
        Students with a final mark for every task: α, discrimination and correlation are over them.
    unmarked : tuple of str
        Titles of tasks that nobody did, or that wait for the teacher: they are no items yet.
    """

    assignment: str
    items: tuple[Item, ...]
    alpha: float | None
    counted: int
    unmarked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missed:
    """A point the class often missed, in plain Chinese: what, how many, what to review.

    Attributes
    ----------
    assignment, task, text : str
    students : int
    share : float
        Of those who did the assignment.
    notebook : str
        With `assignment` and `task` it names the graded task, whose objectives lead to the section to review.
    """

    assignment: str
    task: str
    text: str
    students: int
    share: float
    notebook: str = ""


@dataclass(frozen=True)
class ItemAnalysis:
    """All assignments of a course."""

    assignments: tuple[AssignmentItems, ...]
    missed: tuple[Missed, ...]
