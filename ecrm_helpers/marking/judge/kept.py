"""The short answer to a judged task, kept in its cell from the judging to the rows of the gradebook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.card import message_of
from ecrm_helpers.strictjson import strict_loads

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["LONGEST_ANSWER", "found_in", "keep_answer", "short_answer"]

LONGEST_ANSWER: Final = 200
_LONGEST_RECORD: Final = 2_000  # of a short answer whose every letter is escaped
_KEY: Final = "answer"


def short_answer(record: str) -> str:
    """Return the value of an answer record as compact JSON, empty where that is long or cannot be read.

    Examples
    --------
    >>> short_answer('{"v": 1, "task": "t4", "value": {"甲": ["A"], "乙": 2.50}}')
    '{"甲":["A"],"乙":2.5}'
    >>> short_answer('{"v": 1, "task": "t4", "problem": "blank"}')
    ''
    """
    if len(record) > _LONGEST_RECORD:
        return ""
    try:
        told = strict_loads(record)
    except MarkingError:
        return ""
    if not isinstance(told, dict) or "value" not in told:
        return ""
    made = json.dumps(told["value"], ensure_ascii=False, separators=(",", ":"))
    return made if len(made) <= LONGEST_ANSWER else ""


def keep_answer(cell: NotebookNode, record: str | None) -> None:
    """Note a judged answer in its cell until `found_in` takes it: judging replaces the outputs it came in."""
    if record is not None and (answer := short_answer(record)):
        cell.metadata["ecrm"][_KEY] = answer


def found_in(cell: NotebookNode, *, judged: bool) -> dict[str, str]:
    """Return ``message`` and ``answer`` of a grade cell, and take the note of the answer away.

    The marked notebook is kept as a file and goes into feedback: the note belongs in neither.
    """
    answer = cell.metadata.get("ecrm", {}).pop(_KEY, "")
    return (
        {"message": message_of(cell.outputs), "answer": answer} if judged else {"message": "", "answer": ""}
    )
