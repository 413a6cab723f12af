"""Is a ``marking.py`` fair? The sample scores full, every wrong answer exactly its points, ids agree."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.compare import close
from ecrm_helpers.marking.judge.marking_file import load_marking
from ecrm_helpers.marking.judge.tasks import Context, Marking, Task, judged

_ODD: tuple[Any, ...] = (None, [], {}, float("nan"), True, "字" * 5_000, [[]], {"a": None}, -1, 10**15)

__all__ = ["answer_task", "check_marking"]


def answer_task(source: str) -> str | None:
    """Return the task id of a cell that is one ``answer("task", …)`` call, else None.

    Examples
    --------
    >>> answer_task('answer("t1", x, expect=number())'), answer_task("assert x == 1")
    ('t1', None)
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
        return None
    call = body[0].value
    if not isinstance(call.func, ast.Name) or call.func.id != "answer" or not call.args:
        return None
    first = call.args[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def check_marking(
    folder: str | Path, *, course: str | None = None, student_ids: tuple[str, ...] = ("s001", "s002")
) -> list[str]:
    """Return what is wrong with the assignment in `folder`; an empty list means it is fair.

    Parameters
    ----------
    folder : path
        ``solutions/<course>/<assignment>`` with one or more notebooks and ``marking.py``.
    course : str, optional
        Course id, by default the name of the folder's parent.
    student_ids : tuple of str
        Students on whose shops the sample and the wrong answers are tried.

    Notes
    -----
    Checked: grade cells and tasks agree in ids and points; the sample gets full marks; each wrong answer
    gets exactly its points, less than full; None, an empty list, a dict, NaN, True and a long text get less
    than full marks and raise nothing; every task has a wrong answer.
    """
    folder = Path(folder).resolve()
    try:
        marking = load_marking(folder / "marking.py")
    except MarkingError as error:
        return [str(error)]
    faults = _cells_against_tasks(folder, marking)
    wrong_for = {wrong.task for wrong in marking.wrong}
    faults += [
        f"{name}: no wrong answer shows that its check can fail" for name in set(marking.tasks) - wrong_for
    ]
    faults += [
        f"{name}: a wrong answer for a task that is not there" for name in wrong_for - set(marking.tasks)
    ]
    for student_id in student_ids:
        context = Context(student_id=student_id, course=course or folder.parent.name, assignment=folder.name)
        faults += _judges(marking, context)
    return sorted(set(faults))


def _cells_against_tasks(folder: Path, marking: Marking) -> list[str]:
    cells: dict[str, tuple[str, float]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            told = cell["metadata"].get("nbgrader", {})
            if told.get("grade") and not told.get("solution") and cell["cell_type"] == "code":
                cells[told["grade_id"]] = ("".join(cell["source"]), float(told["points"]))
    faults = [f"{name}: no grade cell has this id" for name in marking.tasks if name not in cells]
    for name, (source, points) in cells.items():
        task_id = answer_task(source)
        if task_id is None:
            continue
        if task_id != name:
            faults.append(f"{name}: its grade cell answers {task_id!r}")
        if name not in marking.tasks:
            faults.append(f"{name}: no task judges this grade cell")
        elif marking.tasks[name].points != points:
            faults.append(f"{name}: {marking.tasks[name].points} points in marking.py, {points} in its cell")
    return faults


def _judges(marking: Marking, context: Context) -> list[str]:
    faults: list[str] = []
    sample = dict(marking.sample(context)) if marking.sample is not None else {}
    context = context.with_answers(sample)
    for name, task in marking.tasks.items():
        if marking.sample is not None:
            faults += _one(task, sample.get(name), context, task.points, "the sample")
        for odd in _ODD:
            try:
                points = judged(task, odd, context).points
            except Exception as error:  # noqa: BLE001 - any exception of a judge is a fault to report
                faults.append(f"{name}: the judge raises {error!r} on {str(odd)[:20]!r}")
            else:
                if points >= task.points:
                    faults.append(f"{name}: full marks for {str(odd)[:20]!r}")
    for wrong in marking.wrong:
        if wrong.task not in marking.tasks:
            continue
        task = marking.tasks[wrong.task]
        if wrong.points >= task.points:
            faults.append(f"{wrong.task}: a wrong answer must get less than full marks ({wrong.why})")
        value = wrong.given(context)
        answers = {**sample, wrong.task: value}
        faults += _one(task, value, context.with_answers(answers), wrong.points, wrong.why)
    return faults


def _one(task: Task, value: Any, context: Context, points: float, why: str) -> list[str]:
    try:
        verdict = judged(task, value, context)
    except Exception as error:  # noqa: BLE001 - any exception of a judge is a fault to report
        return [f"{task.id}: the judge raises {error!r} on {why}"]
    if not close(verdict.points, points, 1e-9):
        return [
            f"{task.id}: {verdict.points:g} instead of {points:g} points for {why} ({context.student_id})"
        ]
    return [] if verdict.message.strip() else [f"{task.id}: no message for {why}"]
