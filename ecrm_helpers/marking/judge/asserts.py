"""Ordinary test cells, scored by what the student's own process shows: as stock nbgrader, its traps closed.

The score is forgeable, whoever marks: any code of the submission runs in the same process before the test
does. What stock nbgrader adds to that is put right here: NaN and negative results pay full marks there, a
result over the maximum fails the submission, a test that was never run pays full marks, a warning costs all
of them, and the traceback of a failed test prints it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.judge.card import outputs_for
from ecrm_helpers.messages import judging
from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["settle_test_cell"]


def settle_test_cell(cell: NotebookNode, *, executed: bool) -> tuple[float | None, str, str]:
    """Make the outputs of a test cell fit for nbgrader to score and for the student to read.

    Parameters
    ----------
    cell : notebook cell
        A locked grade cell; its outputs are changed in place.
    executed : bool
        Whether the notebook was run at all.

    Returns
    -------
    points : float or None
        What nbgrader is going to read; None when the teacher decides.
    message, log : str
        For the student and for the teacher, empty when it was scored.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_output
    >>> failed = new_output("error", ename="AssertionError", evalue="不对", traceback=["assert hidden == 3"])
    >>> cell = new_code_cell(metadata={"nbgrader": {"points": 2}}, outputs=[failed])
    >>> settle_test_cell(cell, executed=True), cell.outputs[0]["traceback"]
    ((0.0, '', ''), ['AssertionError: 不对'])
    """
    full = float(cell.metadata["nbgrader"]["points"])
    outputs = cell.setdefault("outputs", [])
    if not executed or cell.metadata.get("ecrm", {}).get("not_run", False):
        return _left_to_teacher(cell, full, say.NOT_RUN, "not run")
    for output in outputs:
        if output["output_type"] == "error":
            output["traceback"] = [_cut(output)]
        elif output["output_type"] == "stream":
            output["name"] = "stdout"  # a warning is no failure
    if any(output["output_type"] == "error" for output in outputs):
        # nbgrader takes the first of result and error: no result shown before the error may pay.
        cell.outputs = [output for output in outputs if output["output_type"] != "execute_result"]
        return 0.0, "", ""
    result = next((output for output in outputs if output["output_type"] == "execute_result"), None)
    points = full if result is None else _partial(result, full)
    if not 0 <= points <= full:  # NaN is neither
        return _left_to_teacher(cell, full, judging.ODD_SCORE, f"the test cell gave {points!r} of {full:g}")
    return points, "", ""


def _left_to_teacher(
    cell: NotebookNode, full: float, message: str, log: str
) -> tuple[float | None, str, str]:
    cell.outputs = outputs_for("pending", None, full, message)
    return None, message, log


def _cut(output: dict[str, Any]) -> str:
    return f"{output.get('ename', '')}: {output.get('evalue', '')}".rstrip(": ")[:2_000]


def _partial(result: dict[str, Any], full: float) -> float:
    """Read a result as stock nbgrader does: a number is the score, anything else pays in full."""
    shown = result.get("data", {}).get("text/plain", "")
    if isinstance(shown, list):
        shown = shown[0] if len(shown) == 1 else ""
    if not shown:
        # Stock nbgrader raises here, and the whole submission fails.
        result.setdefault("data", {})["text/plain"] = "None"
        return full
    try:
        points = float(shown)
    except (TypeError, ValueError):
        return full
    return points if math.isfinite(points) else math.nan
