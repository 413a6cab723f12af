"""What a simulated student hands in: answers planned from marking.py, written into the released notebook."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from typing import TYPE_CHECKING, Any

from ecrm_helpers.answers import MIME
from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.marking_file import load_marking
from ecrm_helpers.marking.judge.tasks import Context, Marking, judged
from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ecrm_helpers.classroom.students import Breakage, Student

__all__ = ["Assignment", "Plan", "broken", "filled", "load_assignment", "plan_answers"]


@dataclass(frozen=True)
class Assignment:
    """What simulating an assignment needs: its judges, right answers, and how an answer cell is written."""

    name: str
    course: str
    marking: Marking
    fill: Callable[[str, Any], str]


@dataclass(frozen=True)
class Plan:
    """The answers a student gives, by task, and the automatic points they must earn."""

    answers: Mapping[str, Any]
    points: float
    full: float


def load_assignment(folder: Path, *, course: str) -> Assignment:
    """Load `marking.py` of an assignment for the simulation.

    Raises
    ------
    MarkingError
        The file offers no `SAMPLE(context)` or no `fill(task_id, value)`.
    """
    path = folder / "marking.py"
    marking = load_marking(path)
    spec = spec_from_file_location("_ecrm_fill", path)
    if spec is None or spec.loader is None or marking.sample is None:
        message = messages.no_fill(path)
        raise MarkingError(message)
    module = module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # no .pyc beside the solutions
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    if not hasattr(module, "fill"):
        message = messages.no_fill(path)
        raise MarkingError(message)
    return Assignment(folder.name, course, marking, module.fill)


def plan_answers(assignment: Assignment, student: Student) -> Plan:
    """Choose a student's answers: right ones, then wrong or blank ones until the kind's share is reached."""
    context = Context(student_id=student.student_id, course=assignment.course, assignment=assignment.name)
    tasks = assignment.marking.tasks
    points = {name: float(task.points) for name, task in tasks.items()}  # a sample earns full marks
    full = sum(points.values())
    least, most = (share * full for share in student.kind.reach)
    order = sorted(tasks)
    student.dice(assignment.name).shuffle(order)
    with redirect_stdout(StringIO()):  # my_shop says whose shop it is
        answers: dict[str, Any] = (
            dict(assignment.marking.sample(context)) if assignment.marking.sample else {}
        )
        for name in order:
            if sum(points.values()) <= most:
                break
            spare = sum(points.values()) - least
            _spoil(assignment, context.with_answers(answers), name, answers, points, spare=spare)
        given = context.with_answers(answers)
        earned = sum(judged(tasks[name], value, given).points for name, value in answers.items())
    return Plan(answers, earned, full)


def _spoil(
    assignment: Assignment,
    context: Context,
    name: str,
    answers: dict[str, Any],
    points: dict[str, float],
    *,
    spare: float,
) -> None:
    """Answer one task with the costliest listed misunderstanding, or not at all, within what may be lost."""
    task = assignment.marking.tasks[name]
    wrong = [one.given(context) for one in assignment.marking.wrong if one.task == name]
    scored = [(judged(task, value, context).points, value) for value in wrong] + [(0.0, None)]
    allowed = [pair for pair in scored if points[name] - pair[0] <= spare]
    if not allowed:
        return
    points[name], answers[name] = min(allowed, key=lambda pair: pair[0])
    if answers[name] is None:
        del answers[name]


def filled(
    release: Mapping[str, Any], assignment: Assignment, student: Student, plan: Plan
) -> dict[str, Any]:
    """Write the answers into a released notebook as the student's session would have saved it.

    The answer cell of task `t1` is the cell with grade_id `t1_answer`, else the nearest solution cell above
    its grade cell. A recorded answer stands in the grade cell's outputs, with whose shop it was made on.
    """
    notebook: dict[str, Any] = json.loads(json.dumps(release))
    cells = notebook["cells"]
    by_id = {_told(cell).get("grade_id"): cell for cell in cells}
    above: dict[str, Any] | None = None
    for cell in cells:
        told = _told(cell)
        if told.get("solution") and not told.get("grade"):
            above = cell
        if (
            told.get("solution")
            and told.get("grade")
            and cell["cell_type"] == "markdown"
            and student.kind.essay
        ):
            cell["source"] = essay(student)
        task = str(told.get("grade_id"))
        if told.get("grade") and not told.get("solution") and task in plan.answers:
            target = by_id.get(f"{task}_answer", above)
            if target is not None:
                target["source"] = assignment.fill(task, plan.answers[task])
            cell["outputs"] = [_recorded(task, plan.answers[task], student.student_id)]
    return notebook


def essay(student: Student) -> str:
    """Return a free text of the kind's length."""
    return (messages.ESSAY * 2)[: student.kind.essay]


def broken(content: bytes, breakage: Breakage) -> bytes:
    """Damage a notebook file the way real ones arrive damaged."""
    if breakage == "cut_off":
        return content[: len(content) * 6 // 10]
    if breakage == "empty_file":
        return b""
    if breakage == "not_a_notebook":
        return b"PK\x03\x04\x14\x00\x06\x00 word/document.xml \x00\xff\xfe"
    if breakage == "deleted_cells":
        notebook = json.loads(content)
        locked = [
            cell for cell in notebook["cells"] if _told(cell).get("grade") and not _told(cell).get("solution")
        ]
        notebook["cells"] = [cell for cell in notebook["cells"] if cell not in locked[:2]]
        return json.dumps(notebook, ensure_ascii=False).encode()
    return content


def _recorded(task: str, value: Any, owner: str) -> dict[str, Any]:
    record = json.dumps({"v": 1, "task": task, "shop_owner": owner, "value": value}, ensure_ascii=False)
    return {"output_type": "display_data", "metadata": {}, "data": {MIME: record, "text/plain": task}}


def _told(cell: Mapping[str, Any]) -> dict[str, Any]:
    return dict(cell.get("metadata", {}).get("nbgrader", {}))
