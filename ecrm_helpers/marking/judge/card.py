"""What a judged cell shows: the points nbgrader reads, and a card the student reads."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

__all__ = ["message_of", "outputs_for"]


def outputs_for(status: str, points: float | None, full: float, message: str) -> list[NotebookNode]:
    """Return the outputs that replace those of a grade cell.

    The first is the result nbgrader takes the score from: the plain text is the points (0 while the teacher
    decides, should the grade ever be saved by nbgrader alone), the HTML is what the formgrader shows. The
    second is the message. None of the student's own output is left: any error or warning in it scores 0.

    Examples
    --------
    >>> first, second = outputs_for("judged", 2.5, 4, "用 <b> 时小心")
    >>> first["data"]["text/plain"], second["data"]["text/html"]
    ('2.5', '<p>用 &lt;b&gt; 时小心</p>')
    """
    from nbformat import from_dict  # noqa: PLC0415 - slow; new_output would validate, 1 ms

    shown = say.WAITING if points is None else say.earned(f"{points:g}", f"{full:g}")
    if status == "other_shop":
        shown = f"{shown}（{say.WAITING}）"
    scored = {
        "text/plain": repr(0.0 if points is None else points),
        "text/html": f"<p><strong>{html.escape(shown)}</strong></p>",
    }
    told = {"text/plain": message, "text/html": f"<p>{html.escape(message)}</p>"}
    return [
        from_dict({"output_type": "execute_result", "data": scored, "metadata": {}, "execution_count": None}),
        from_dict({"output_type": "display_data", "data": told, "metadata": {}}),
    ]


def message_of(outputs: Sequence[Any]) -> str:
    """Return the message among the outputs of a judged cell, empty where nobody judged it.

    Examples
    --------
    >>> message_of(outputs_for("judged", 4, 4, "对。"))
    '对。'
    """
    kinds = [output.get("output_type") for output in outputs]
    if kinds != ["execute_result", "display_data"]:
        return ""
    return str(outputs[1].get("data", {}).get("text/plain", ""))
