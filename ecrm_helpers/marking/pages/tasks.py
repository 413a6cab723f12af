"""The results of tasks: points, state and message of each graded cell, and what the task is called."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.judge.card import message_of
from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Task", "is_judged", "plain_words", "task_of", "title_of"]

MAX_SAID: Final = 300
MAX_TITLE: Final = 40
_JUDGED: Final = ("judged", "missing", "refused", "pending", "other_shop")  # the statuses of a finding
_FIRST_LINE: Final = re.compile(r"<(h[1-6]|p|strong)[^>]*>(.*?)</\1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_BRACKETS: Final = re.compile(r"[（(][^（）()]*[）)]\s*$")


@dataclass(frozen=True, kw_only=True)
class Task:
    """The result of one graded cell.

    Attributes
    ----------
    state : {'full', 'part', 'none', 'missing', 'waiting', 'held'}
    points : float or None
        None while nobody knows them.
    """

    grade_id: str
    title: str
    full: float
    points: float | None
    state: str
    message: str = ""
    extra: float = 0.0


def is_judged(cell: Any) -> bool:
    """Tell whether a cell shows the judge's verdict; a test cell shows what the student's process wrote."""
    return cell.metadata.get("ecrm", {}).get("status", "") in _JUDGED


def task_of(cell: Any, told: Mapping[str, Any], row: Mapping[str, Any], title: str, *, held: bool) -> Task:
    """Return the result of a graded cell.

    Parameters
    ----------
    cell : NotebookNode
        Marked and cleaned.
    told, row : mapping
        nbgrader's entry in its metadata, and its grade in the gradebook.
    title : str
        What the task is called.
    held : bool
        Leave out everything that depends on whether the answer is right.
    """
    status = cell.metadata.get("ecrm", {}).get("status", "")
    written = bool(told.get("solution") or told.get("task"))
    # nbgrader gives 0 points by itself to a written answer that is still the stub.
    untouched = status == "missing" or (written and not row["waits"] and row["auto"])
    missing = untouched and (held or not row["by_teacher"])
    state, points = _state(row, missing=missing), float(row["points"])
    message = _message(cell, state, written=written)
    if held:
        received = say.HELD_WRITTEN if written else say.HELD_RECEIVED
        state, message = ("missing", say.HELD_MISSING) if missing else ("held", received)
    known = not held and (state != "waiting" or points > 0)
    return Task(
        grade_id=told["grade_id"],
        title=title or say.UNNAMED_TASK,
        full=float(row["full"]),
        points=points if known else None,
        state=state,
        message=message,
        extra=0.0 if held else float(row["extra"]),
    )


def _message(cell: Any, state: str, *, written: bool) -> str:
    """Return what is said beside the points; of a test cell's own words the failed assertion's only."""
    if written:
        done = say.WRITTEN_MISSING if state == "missing" else say.WRITTEN_DONE
        return say.WRITTEN_WAITING if state == "waiting" else done
    if is_judged(cell):
        return message_of(cell.get("outputs", []))
    if state == "full":
        return say.TESTS_PASSED
    errors = [one for one in cell.get("outputs", []) if one["output_type"] == "error"]
    if errors and errors[0]["ename"] == "AssertionError" and errors[0]["evalue"].strip():
        return say.test_said(" ".join(errors[0]["evalue"].split())[:MAX_SAID])
    return say.TESTS_FAILED if state in ("part", "none") else ""


def _state(row: Mapping[str, Any], *, missing: bool) -> str:
    if row["waits"]:
        return "waiting"
    if missing:
        return "missing"
    if row["points"] >= row["full"]:
        return "full"
    return "part" if row["points"] > 0 else "none"


def title_of(source: str) -> str:
    """Return the name of a task: the first heading, paragraph or bold words of its question."""
    found = _FIRST_LINE.search(source)
    if found is None:
        return ""
    bold = re.match(r"\s*<strong>(.*?)</strong>", found[2], re.DOTALL)
    words = _BRACKETS.sub("", plain_words(bold[1] if bold else found[2])).strip()
    return words if len(words) <= MAX_TITLE else f"{words[: MAX_TITLE - 1]}…"


def plain_words(source: str) -> str:
    """Return the words of clean HTML on one line."""
    return " ".join(html.unescape(_TAG.sub("", source)).split())
