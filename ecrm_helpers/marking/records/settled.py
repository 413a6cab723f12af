"""When a teacher's mark still holds: as long as the answer that it was given for is the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["answer_digests", "waits_for_teacher"]


def answer_digests(notebook: Mapping[str, Any], *, attachments: str = "") -> dict[str, str]:
    """Return a digest of each answer in a rebuilt notebook, by ``grade_id``.

    Parameters
    ----------
    notebook : notebook
        Rebuilt from the release; outputs are not looked at, so an answer has one digest however it is marked.
    attachments : str
        A digest of the files handed in beside it: what a teacher marks may be in them.

    Notes
    -----
    Of a cell that the student fills in: its own text. Of a locked code cell: all that the student wrote
    before it, for that decides it. Of a task: the student's cells up to the next cell of the release's own.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "source": "老客",
    ...         "metadata": {"nbgrader": {"grade_id": "t1", "grade": True, "solution": True}}}
    >>> first = answer_digests({"cells": [cell]})
    >>> first == answer_digests({"cells": [{**cell, "source": "新客"}]})
    False
    """
    cells = list(notebook["cells"])
    found: dict[str, str] = {}
    written: list[str] = []
    for at, cell in enumerate(cells):
        told = cell["metadata"].get("nbgrader", {})
        free = not told or told.get("solution", False)
        name = told.get("grade_id")
        if name and told.get("solution"):
            found[name] = _digest(
                [cell["cell_type"], cell["source"], cell.get("attachments", {}), attachments]
            )
        elif name and told.get("grade") and cell["cell_type"] == "code":
            found[name] = _digest(written)
        elif name and (told.get("grade") or told.get("task")):
            found[name] = _digest([*_own_after(cells[at + 1 :]), attachments])
        if free and cell["cell_type"] == "code":
            written.append(cell["source"])
    return found


def _own_after(cells: Iterable[Mapping[str, Any]]) -> list[Any]:
    own: list[Any] = []
    for cell in cells:
        if cell["metadata"].get("nbgrader"):
            break
        own += [cell["cell_type"], cell["source"], cell.get("attachments", {})]
    return own


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def waits_for_teacher(*, manual: float | None, waited: bool, changed: bool, needs_manual: bool) -> bool:
    """Tell whether a grade waits for the teacher after marking.

    Parameters
    ----------
    manual : float or None
        The teacher's mark so far.
    waited : bool
        Whether it waited before.
    changed : bool
        Whether the answer is another than when it was marked last.
    needs_manual : bool
        Whether marking leaves it to the teacher.

    Examples
    --------
    >>> waits_for_teacher(manual=3.0, waited=False, changed=False, needs_manual=True)
    False
    >>> waits_for_teacher(manual=3.0, waited=False, changed=True, needs_manual=False)
    True
    """
    if manual is None:
        return needs_manual
    return waited or changed
