"""Third seam: from the outputs of the grade cells to points, decided in a process of their own.

`JudgeAnswers` looks at nothing but the answer record in a grade cell's own outputs: exactly one, of bounded
size. It sends the records to `judge_process` and replaces the outputs of each judged cell by the points and
a message. `SaveScores` is nbgrader's SaveAutoGrades that can also say "the teacher decides".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_solution
from traitlets import Float

from ecrm_helpers.answers import MIME
from ecrm_helpers.marking.check import answer_task
from ecrm_helpers.marking.feedback import outputs_for
from ecrm_helpers.marking.judge_client import run_judge
from ecrm_helpers.messages import marking as say
from ecrm_helpers.strictjson import MAX_BYTES

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Finding", "JudgeAnswers", "SaveScores"]

NEEDS_TEACHER: Final = ("pending", "other_shop")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is known about one grade cell: status, points (None: the teacher decides), message, log."""

    status: str
    points: float | None
    message: str
    log: str = ""
    owner: str | None = None


class JudgeAnswers(NbGraderPreprocessor):
    """Scores the answer cells of an executed submission."""

    seconds_per_task = Float(10.0, help="Seconds a judge may take for one answer.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the outputs of every answer cell by points and message."""
        told = resources["nbgrader"]
        cells = {cell.metadata.nbgrader["grade_id"]: cell for cell in nb.cells if _is_answer_cell(cell)}
        executed = nb.metadata.get("ecrm", {}).get("executed", False)
        findings, records = _collected(cells, executed=executed)
        if records:
            findings |= self._judged(cells, records, told)
        for grade_id, cell in cells.items():
            finding = findings[grade_id]
            full = float(cell.metadata.nbgrader["points"])
            cell.outputs = outputs_for(finding.status, finding.points, full, finding.message)
            kept = {
                key: value for key, value in cell.metadata.get("ecrm", {}).items() if key != "saved_owner"
            }
            cell.metadata["ecrm"] = {**kept, "status": finding.status}
            if finding.status in NEEDS_TEACHER:
                self._tell_teacher(told, grade_id, finding)
        self._warn_of_assert_cells(nb, told)
        return nb, resources

    def _judged(
        self, cells: dict[str, NotebookNode], records: dict[str, str], told: dict[str, str]
    ) -> dict[str, Finding]:
        coursedir = self.parent.parent.coursedir
        folder = Path(coursedir.format_path(coursedir.source_directory, ".", told["assignment"]))
        owners = {
            grade_id: cell.metadata.get("ecrm", {}).get("saved_owner") for grade_id, cell in cells.items()
        }
        request = {
            "marking": str((folder / "marking.py").resolve()),
            # The folder of the solutions, not nbgrader's course id: a school names its runs as it likes.
            "course": folder.resolve().parent.name,
            "assignment": told["assignment"],
            "student": told["student"],
            "seconds": self.seconds_per_task,
            "answers": records,
            "owners": {grade_id: owner for grade_id, owner in owners.items() if owner},
            "tasks": {grade_id: float(cells[grade_id].metadata.nbgrader["points"]) for grade_id in records},
        }
        results = run_judge(request)
        return {
            grade_id: _finding(results.get(grade_id, {}), float(cells[grade_id].metadata.nbgrader["points"]))
            for grade_id in records
        }

    def _tell_teacher(self, told: dict[str, str], grade_id: str, finding: Finding) -> None:
        line = (
            f"{told['assignment']}\t{told['student']}\t{told['notebook']}\t{grade_id}\t{finding.status}"
            f"\t{finding.owner or ''}\t{' '.join(finding.log.split())[-1500:]}"
        )
        self.log.warning("for the teacher: %s", line)
        path = Path(self.parent.parent.coursedir.root) / "marking.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def _warn_of_assert_cells(self, nb: NotebookNode, told: dict[str, str]) -> None:
        plain = [
            cell.metadata.nbgrader["grade_id"]
            for cell in nb.cells
            if cell.cell_type == "code"
            and is_grade(cell)
            and not is_solution(cell)
            and not _is_answer_cell(cell)
        ]
        if plain:
            self.log.warning(
                "%s: scored by the student's own process: %s", told["notebook"], ", ".join(plain)
            )
            nb.metadata["ecrm"] = {**nb.metadata.get("ecrm", {}), "forgeable": plain}


class SaveScores(SaveAutoGrades):
    """nbgrader's SaveAutoGrades, with grades that wait for the teacher."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        status = cell.metadata.get("ecrm", {}).get("status")
        if status not in NEEDS_TEACHER:
            return
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        if status == "pending":
            grade.auto_score = None
        grade.needs_manual_grade = True
        self.gradebook.db.commit()


def _is_answer_cell(cell: NotebookNode) -> bool:
    locked_code = cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)
    return locked_code and answer_task(cell.source) == cell.metadata.nbgrader["grade_id"]


def _collected(
    cells: dict[str, NotebookNode], *, executed: bool
) -> tuple[dict[str, Finding], dict[str, str]]:
    """Return what needs no judge, and the recorded text of the rest.

    A cell that nobody ran (nbgrader's ``--no-execute``, a kernel that died too often) waits for the teacher.
    """
    findings: dict[str, Finding] = {}
    records: dict[str, str] = {}
    for grade_id, cell in cells.items():
        bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
        found = [data[MIME] for data in bundles if MIME in data]
        not_run = not executed or cell.metadata.get("ecrm", {}).get("not_run", False)
        if not_run and not found:
            findings[grade_id] = Finding(status="pending", points=None, message=say.NOT_RUN, log="not run")
        elif not found:
            findings[grade_id] = Finding(status="missing", points=0.0, message=say.NO_ANSWER)
        elif len(found) > 1:
            findings[grade_id] = Finding(status="refused", points=0.0, message=say.TWO_ANSWERS)
        elif not isinstance(found[0], str):
            findings[grade_id] = Finding(status="refused", points=0.0, message=say.NO_RECORD)
        elif len(found[0]) > MAX_BYTES:
            findings[grade_id] = Finding(status="refused", points=0.0, message=say.TOO_BIG)
        else:
            records[grade_id] = found[0]
    return findings, records


def _finding(result: dict[str, Any], full: float) -> Finding:
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
        return Finding(status="pending", points=None, message=say.PENDING, log=log or "no verdict")
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
