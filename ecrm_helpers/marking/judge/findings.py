"""From the outputs of a notebook's grade cells to points: what `seams.judge` and ``ecrm mark`` share.

Of an answer cell nothing is looked at but the answer record in its own outputs: exactly one, of bounded
size. The records go to the judge's process; points and a message replace the cell's outputs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.answers import MIME
from ecrm_helpers.marking.judge.asserts import settle_test_cell
from ecrm_helpers.marking.judge.card import outputs_for
from ecrm_helpers.marking.judge.check import answer_task
from ecrm_helpers.marking.judge.client import run_judge
from ecrm_helpers.marking.judge.kept import keep_answer
from ecrm_helpers.marking.judge.warm import marking_file
from ecrm_helpers.messages import marking as say
from ecrm_helpers.strictjson import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["NEEDS_TEACHER", "Finding", "judge_notebook"]

NEEDS_TEACHER: Final = ("pending", "other_shop")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is known about one grade cell.

    Parameters
    ----------
    status : {'judged', 'missing', 'refused', 'pending', 'other_shop', 'forgeable'}
        ``forgeable``: an ordinary test cell, scored by the student's own process.
    points : float or None
        None: the teacher decides.
    message : str
        For the student.
    log : str
        For the teacher.
    owner : str, optional
        On whose shop the work was done, if not the student's own.
    grade_id : str
        Which cell.
    broken : bool
        Whether nothing could be judged, because the marking file cannot be used.
    """

    status: str
    points: float | None
    message: str
    log: str = ""
    owner: str | None = None
    grade_id: str = ""
    broken: bool = False

    @property
    def waits(self) -> bool:
        """Whether the teacher has to look."""
        return self.status in NEEDS_TEACHER


def judge_notebook(
    nb: NotebookNode,
    *,
    course: str,
    assignment: str,
    student: str,
    marking: str | Path | bytes,
    beside: Mapping[str, bytes] | None = None,
    seconds: float = 10.0,
) -> list[Finding]:
    """Score the locked code cells of an executed notebook in place.

    Parameters
    ----------
    nb : notebook
        Rebuilt and executed. An answer cell's outputs are replaced by points and a message, its status stands
        in ``metadata.ecrm.status``; the ids of ordinary test cells in the notebook's ``ecrm.forgeable``.
    course, assignment, student : str
        Whose work it is; `course` is the folder of the solutions, not a school's own course id.
    marking : path or bytes
        The assignment's ``marking.py``.
    beside : mapping of str to bytes, optional
        The files in its folder, when it came as bytes.
    seconds : float
        For judging one answer.

    Returns
    -------
    list of Finding
        One per locked code grade cell, in the order of the notebook.
    """
    locked = [cell for cell in nb.cells if _is_locked_code(cell)]
    cells = {_id(cell): cell for cell in locked if answer_task(cell.source) == _id(cell)}
    executed = bool(nb.metadata.get("ecrm", {}).get("executed", False))
    findings, records = collected(cells, executed=executed)
    if records:
        request = {
            "marking": str(marking_file(marking, beside)),
            "course": course,
            "assignment": assignment,
            "student": student,
            "seconds": seconds,
            "answers": records,
            "owners": {name: owner for name in cells if (owner := _saved_owner(cells[name]))},
            "tasks": {name: _points(cells[name]) for name in records},
        }
        results = run_judge(request)
        findings |= {name: finding_of(results.get(name, {}), _points(cells[name])) for name in records}
    for name, cell in cells.items():
        _show(cell, findings[name])
        if findings[name].status == "judged":
            keep_answer(cell, records.get(name))
    tests = [cell for cell in locked if _id(cell) not in cells]
    findings |= {_id(cell): _test_finding(cell, executed=executed) for cell in tests}
    if tests:
        nb.metadata["ecrm"] = {**nb.metadata.get("ecrm", {}), "forgeable": [_id(cell) for cell in tests]}
    return [replace(findings[_id(cell)], grade_id=_id(cell)) for cell in locked]


def _is_locked_code(cell: NotebookNode) -> bool:
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and told.get("grade", False) and not told.get("solution", False)


def _id(cell: NotebookNode) -> str:
    return cell.metadata["nbgrader"]["grade_id"]


def _points(cell: NotebookNode) -> float:
    return float(cell.metadata["nbgrader"]["points"])


def _saved_owner(cell: NotebookNode) -> str | None:
    return cell.metadata.get("ecrm", {}).get("saved_owner")


def _show(cell: NotebookNode, finding: Finding) -> None:
    cell.outputs = outputs_for(finding.status, finding.points, _points(cell), finding.message)
    _note(cell, finding.status)


def _note(cell: NotebookNode, status: str) -> None:
    kept = {key: value for key, value in cell.metadata.get("ecrm", {}).items() if key != "saved_owner"}
    cell.metadata["ecrm"] = {**kept, "status": status}


def _test_finding(cell: NotebookNode, *, executed: bool) -> Finding:
    points, message, log = settle_test_cell(cell, executed=executed)
    status = "pending" if points is None else "forgeable"
    _note(cell, status)
    return Finding(status=status, points=points, message=message, log=log)


def collected(cells: dict[str, NotebookNode], *, executed: bool) -> tuple[dict[str, Finding], dict[str, str]]:
    """Return what needs no judge, and the recorded text of the rest.

    A cell that nobody ran (nbgrader's ``--no-execute``, a kernel that does not start) waits for the teacher,
    one that the submission's own code left no time for does not.
    """
    findings: dict[str, Finding] = {}
    records: dict[str, str] = {}
    for grade_id, cell in cells.items():
        bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
        found = [data[MIME] for data in bundles if MIME in data]
        told = cell.metadata.get("ecrm", {})
        not_run = not executed or told.get("not_run", False)
        if not_run and not found:
            findings[grade_id] = Finding(status="pending", points=None, message=say.NOT_RUN, log="not run")
        elif not found:
            why = say.OUT_OF_TIME if told.get("stopped") == "out_of_time" else say.NO_ANSWER
            findings[grade_id] = Finding(status="missing", points=0.0, message=why)
        elif len(found) > 1:
            findings[grade_id] = Finding(status="refused", points=0.0, message=say.TWO_ANSWERS)
        elif not isinstance(found[0], str):
            findings[grade_id] = Finding(status="refused", points=0.0, message=say.NO_RECORD)
        elif len(found[0]) > MAX_BYTES:
            findings[grade_id] = Finding(status="refused", points=0.0, message=say.TOO_BIG)
        else:
            records[grade_id] = found[0]
    return findings, records


def finding_of(result: dict[str, Any], full: float) -> Finding:
    """Turn what the judge's process said into a finding, trusting no number of it."""
    status = result.get("status", "pending")
    log = str(result.get("log", ""))[-2_000:]
    if status == "empty":
        return Finding(
            status="missing", points=0.0, message=say.PROBLEMS.get(result.get("code", ""), say.NO_ANSWER)
        )
    if status == "refused":
        return Finding(status="refused", points=0.0, message=say.NO_RECORD, log=log)
    points = result.get("points")
    sound = not isinstance(points, bool) and isinstance(points, int | float) and math.isfinite(points)
    if status != "judged" or not sound:
        broken = result.get("broken") is True
        return Finding(
            status="pending", points=None, message=say.PENDING, log=log or "no verdict", broken=broken
        )
    earned = min(max(float(points), 0.0), full)  # type: ignore[arg-type]
    message = _one_line(result.get("message")) or (say.NO_MESSAGE_FULL if earned == full else say.NO_MESSAGE)
    return _with_owner(earned, full, message, result)


def _with_owner(earned: float, full: float, message: str, result: dict[str, Any]) -> Finding:
    """Report work that was done on, or fits, another student's shop; it keeps the points it earned."""
    owner = result.get("owner")
    if not isinstance(owner, str) or earned == full:
        return Finding(status="judged", points=earned, message=message)
    if result.get("fits_owner"):
        told = message + say.other_shop(owner[-2:])
        return Finding(status="other_shop", points=earned, message=told, owner=owner, log="fits this shop")
    told = message + say.loaded_other_shop(owner[-2:])
    return Finding(status="judged", points=earned, message=told, owner=owner)


def _one_line(message: object) -> str:
    text = str(message or "").encode("utf-8", errors="replace").decode("utf-8")
    return " ".join(text.split())[:500]
