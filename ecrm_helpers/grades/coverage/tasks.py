"""Graded cells of the assignments: what is asked, for how many points, towards which objectives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.grades.coverage.notebooks import Cell, files, heading, read_notebook
from ecrm_helpers.grades.coverage.records import GradedTask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["graded_tasks"]

_POINTS = re.compile(r"\s*[（(][^（）()]*(?:\d\s*分|分钟)[^（）()]*[）)]\s*$")
_LEVEL = re.compile(r"^(#{1,6})\s", re.MULTILINE)


def graded_tasks(project: Path, course_id: str) -> tuple[GradedTask, ...]:
    """List the graded cells of a course's assignments.

    Parameters
    ----------
    project : Path
        The courseware's folder. An assignment is read from solutions/<course>/, or from exercises/<course>/
        where it has no solution.
    course_id : str

    Raises
    ------
    GradingError
        A file is no notebook.
    """
    found: dict[str, list[Path]] = {}
    for side in ("exercises", "solutions"):  # the later, the solution, takes the place of the earlier
        own: dict[str, list[Path]] = {}
        for path in files(project / side / course_id, "*/*.ipynb"):
            own.setdefault(path.parent.name, []).append(path)
        found.update(own)
    return tuple(task for name in sorted(found) for path in found[name] for task in _tasks(name, path))


def _tasks(assignment: str, path: Path) -> Iterator[GradedTask]:
    """Yield each graded cell with the question before it: its own, or the one that asks for several."""
    notebook = read_notebook(path)
    since: list[Cell] = []
    question: Cell | None = None
    for cell in notebook.cells:
        since.append(cell)
        if not (cell.nbgrader.get("grade") or cell.nbgrader.get("task")):
            continue
        question = _question(since) or question
        yield _task(assignment, notebook.name, since, question)
        since = []


def _task(assignment: str, notebook: str, cells: Sequence[Cell], question: Cell | None) -> GradedTask:
    graded = cells[-1]
    own = graded.nbgrader
    answers = [cell for cell in cells[:-1] if cell.nbgrader.get("solution")]
    asked = [question] if question else []
    task = str(own.get("grade_id", ""))
    return GradedTask(
        assignment=assignment,
        notebook=notebook,
        task=task,
        title=(_POINTS.sub("", heading(question)) if question else "") or task,
        points=float(own.get("points", 0)),
        objectives=next((one.objectives for one in (graded, *answers[::-1], *asked) if one.objectives), ()),
        manual=bool(graded.kind == "markdown" or own.get("solution") or own.get("task")),
    )


def _question(cells: Sequence[Cell]) -> Cell | None:
    """Find the question: the last heading of the highest level, the notebook's own title aside."""
    headed = [cell for cell in cells if heading(cell) and not cell.nbgrader.get("solution")]
    below_title = [cell for cell in headed if _level(cell) > 1] or headed
    highest = min((_level(cell) for cell in below_title), default=0)
    return next((cell for cell in reversed(below_title) if _level(cell) == highest), None)


def _level(cell: Cell) -> int:
    found = _LEVEL.search(cell.text)
    return len(found[1]) if found else 0
