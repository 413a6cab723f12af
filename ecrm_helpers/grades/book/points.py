"""Task points by student, as the gradebook has them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrm_helpers.grades.results import Results

__all__ = ["AssignmentTasks", "Points", "Task", "points"]


@dataclass(frozen=True)
class Task:
    """One column of the tasks' sheet: `task` is `notebook/grade_id`."""

    assignment: str
    task: str
    title: str
    full: float

    @property
    def key(self) -> str:
        """The column's key."""
        return f"{self.assignment}/{self.task}"


@dataclass(frozen=True)
class AssignmentTasks:
    """One assignment's tasks in the order of its notebook."""

    assignment: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Points:
    """Points of one student in one task; waiting: provisional until a teacher has marked it."""

    score: float
    full: float
    waiting: bool


@dataclass(frozen=True)
class Table:
    """Every task of every assignment, and what each student got.

    Attributes
    ----------
    assignments : tuple of AssignmentTasks
    students : mapping
        Student → task key → Points.
    """

    assignments: tuple[AssignmentTasks, ...]
    students: Mapping[str, Mapping[str, Points]]


def points(results: Results) -> Table:
    """Collect them; the scheme's assignments come first, in its order."""
    if results.gradebook is None:
        return Table((), {})
    students: dict[str, dict[str, Points]] = defaultdict(dict)
    marks = results.gradebook.marks
    columns = ("student_id", "assignment", "notebook", "task", "score", "full", "pending")
    for student, assignment, notebook, task, score, full, pending in zip(
        *(marks[name].tolist() for name in columns), strict=True
    ):
        students[student][f"{assignment}/{notebook}/{task}"] = Points(score, full, bool(pending))
    return Table(tuple(_assignments(results)), students)


def _assignments(results: Results) -> list[AssignmentTasks]:
    assert results.gradebook is not None  # noqa: S101
    found: dict[str, dict[str, Task]] = defaultdict(dict)
    known = {(one.assignment, one.notebook, one.task): one for one in results.tasks}
    rows = results.gradebook.tasks
    columns = ("assignment", "notebook", "task", "full")
    full = {tuple(row[:3]): row[3] for row in zip(*(rows[name].tolist() for name in columns), strict=True)}
    for key in [*(one for one in known if one in full), *(one for one in full if one not in known)]:
        assignment, notebook, task = key
        title = known[key].title if key in known else task
        found[assignment][f"{notebook}/{task}"] = Task(assignment, f"{notebook}/{task}", title, full[key])
    planned = [name for name, node in results.listed.plan.items() if node.kind == "assignment"]
    order = [*(name for name in planned if name in found), *(name for name in found if name not in planned)]
    return [AssignmentTasks(name, tuple(found[name].values())) for name in order]
