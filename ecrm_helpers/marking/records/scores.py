"""From a marked notebook to rows of the gradebook, the same for `ecrm mark` and `nbgrader autograde`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.judge.asserts import settle_test_cell
from ecrm_helpers.marking.judge.kept import found_in
from ecrm_helpers.marking.records.settled import answer_digests
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["is_untouched", "rows_of"]

JUDGED: Final = ("judged", "missing", "refused", "other_shop")


def rows_of(notebook: NotebookNode, name: str, *, attachments: str = "") -> dict[str, Any]:
    """Return ``grades``, ``comments`` and ``answers`` of a marked notebook as plain data.

    Parameters
    ----------
    notebook : NotebookNode
        Rebuilt, run and judged.
    name : str
        Its name in the gradebook.
    attachments : str
        A digest of the files handed in beside it.
    """
    grades, comments = [], []
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader", {})
        where = {"notebook": name, "grade_id": told.get("grade_id")}
        if told.get("grade") or told.get("task"):
            score, manual, status = _score(cell)
            found = found_in(cell, judged=status in JUDGED)
            grades.append({**where, "auto_score": score, "needs_manual": manual, "status": status, **found})
        if told.get("solution") or told.get("task"):
            blank = not told.get("task") and _is_blank(cell)
            comments.append({**where, "auto_comment": say.NO_RESPONSE if blank else None})
    digests = answer_digests(notebook, attachments=attachments)
    answers = {f"{name}/{grade_id}": digest for grade_id, digest in digests.items()}
    return {"grades": grades, "comments": comments, "answers": answers}


def _score(cell: NotebookNode) -> tuple[float | None, bool, str]:
    """Return points, whether the teacher decides, and why."""
    told, ours = cell.metadata.nbgrader, cell.metadata.get("ecrm", {})
    status = ours.get("status")
    if status in JUDGED:
        return _shown_points(cell), status == "other_shop", status
    if told.get("solution") and not told.get("task"):
        return (0.0, False, "blank") if _is_blank(cell) else (None, True, "manual")
    if told.get("task") or cell.cell_type != "code":
        return None, True, "manual"
    if status == "pending":
        return None, True, status
    points, _, _ = settle_test_cell(cell, executed=True)
    return points, points is None, "forgeable"


def _shown_points(cell: NotebookNode) -> float:
    """Return the points that judging has put into a cell."""
    return float(cell.outputs[0]["data"]["text/plain"])


def _is_blank(cell: NotebookNode) -> bool:
    """Tell whether nothing was handed in: an attachment can be the answer."""
    return is_untouched(cell) and not cell.metadata.get("ecrm", {}).get("attached")


def is_untouched(cell: NotebookNode) -> bool:
    """Tell whether an answer cell is as it was released, by nbgrader's own checksum."""
    told = cell.metadata.nbgrader
    grade, solution = bool(told.get("grade")), bool(told.get("solution"))
    locked = not solution and (grade or bool(told.get("locked")))
    parts = [cell.source, cell.cell_type, str(grade), str(solution), str(locked), told["grade_id"]]
    if grade:
        parts.append(str(float(told["points"])))
    made = hashlib.md5("".join(parts).encode(), usedforsecurity=False)
    return told.get("checksum") == made.hexdigest()
