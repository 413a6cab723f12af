"""What a student's ``answer(…)`` call does: check in public, record as text, leave the marks to the judge.

The same line behaves by where it runs.

=====================  =====================================================================
in a session           says in Chinese what it recorded or what to change; never raises
nbgrader Validate      raises `AnswerError` when a public check fails, so that Validate complains
our marking            only records; the judge says the rest
any other autograde    raises `UncheckedAnswerError`: stock nbgrader pays full marks for a silent cell
=====================  =====================================================================

The value leaves the session as one JSON string under its own MIME type, next to a readable text.
"""

from __future__ import annotations

import html
import json
import os
import re
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers import slips
from ecrm_helpers.errors import EcrmError
from ecrm_helpers.expectations import (
    Expectation,
    Problem,
    Reading,
    choice,
    mapping,
    number,
    ordering,
    settings_of,
    table,
    text,
)
from ecrm_helpers.messages import answers as say

if TYPE_CHECKING:
    from ecrm_helpers.plaindata import Plain

__all__ = [
    "MARKING_VARIABLE",
    "MIME",
    "AnswerError",
    "UncheckedAnswerError",
    "answer",
    "choice",
    "mapping",
    "number",
    "ordering",
    "progress",
    "settings_of",
    "table",
    "text",
]

MIME: Final = "application/vnd.ecrm.answer+json"
MARKING_VARIABLE: Final = "ECRM_MARKING"
_TASK_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


_session: dict[str, str] = {}  # task → the mark it got last, for `progress`


class AnswerError(EcrmError):
    """Under Validate: a public check of an answer failed."""


class UncheckedAnswerError(EcrmError):
    """An answer was about to be graded by something that cannot judge it."""


def answer(task: str, value: object, *, expect: Expectation | None = None) -> None:
    """Record `value` as the answer to `task`.

    Parameters
    ----------
    task : str
        Task id, equal to the cell's ``grade_id``.
    value : object
        Numbers, text, dates, lists, dicts, small pandas tables; see `ecrm_helpers.plaindata.plain`.
    expect : Expectation
        Public checks: `number`, `choice`, `text`, `mapping`, `table`, `ordering`, `settings_of`.

    Raises
    ------
    AnswerError
        Under nbgrader's Validate only, when a public check fails.
    UncheckedAnswerError
        Under nbgrader's autograde without this package's marking.

    Examples
    --------
    >>> answer("t1_share", 0.25, expect=number(low=0, high=1))
    ✓ t1_share：0.25
    已记录；保存后点提交才算交
    """
    slips.install()  # again: the module may have been imported before the shell was there
    mode = _mode()
    if mode == "unchecked":
        raise UncheckedAnswerError(say.UNCHECKED)
    reading = _read(task, value, expect)
    if mode == "validate" and reading.problem is not None:
        raise AnswerError(str(reading.problem))
    spoken = _spoken(str(task), reading)
    _session[str(task)] = spoken[0]
    _display(_record(str(task), reading), *spoken, silent_record=mode == "validate")


def progress(*tasks: str) -> None:
    """Print which of `tasks` this session has recorded, and which not.

    Examples
    --------
    >>> answer("t9_days", 10, expect=number(low=0))
    ✓ t9_days：10
    已记录；保存后点提交才算交
    >>> progress("t9_days", "t10_share")  # doctest: +ELLIPSIS
    ✓ 已记录 1 题：t9_days
    ○ 还没有记录 1 题：t10_share
    提示：...
    """
    by_mark = {
        mark: [task for task in tasks if _session.get(task, say.MISSING) == mark] for mark in say.MARKS
    }
    print(say.progress(by_mark))  # noqa: T201 - what the student asked for


def _mode() -> str:
    if os.environ.get(MARKING_VARIABLE):
        return "marking"
    execution = os.environ.get("NBGRADER_EXECUTION", "")
    if execution == "validate" or os.environ.get("NBGRADER_VALIDATING"):
        return "validate"
    return "unchecked" if execution else "session"


def _read(task: object, value: object, expect: Expectation | None) -> Reading:
    if not isinstance(task, str) or _TASK_ID.fullmatch(task) is None:
        return Reading(problem=Problem("task", *say.BAD_TASK))
    if expect is None:
        return Reading(problem=Problem("expect", *say.NO_EXPECT))
    try:
        return expect.read(value)
    except Exception as error:  # noqa: BLE001 - whatever a student hands in, the session goes on
        return Reading(problem=Problem("kind", *say.wrong_kind(f"{type(value).__name__}，{error}")))


def _record(task: str, reading: Reading) -> str:
    """Return the record as one JSON string; a value that cannot be recorded leaves the problem's code."""
    record: dict[str, Any] = {"v": 1, "task": task}
    owner = _shop_owner()
    if owner is not None:
        record["shop_owner"] = owner
    if reading.value is None:
        record["problem"] = reading.problem.code if reading.problem else "none"
    else:
        record["value"] = reading.value
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _shop_owner() -> str | None:
    """Return whose shop this session works on: the `owner` of the last `datasets.Shop` it named."""
    names = getattr(slips.shell(), "user_ns", {})
    owners = [getattr(value, "owner", None) for value in names.values() if type(value).__name__ == "Shop"]
    found = [owner for owner in owners if isinstance(owner, str)]
    return found[-1] if found else None


def _spoken(task: str, reading: Reading) -> tuple[str, str, str]:
    """Return the mark, the first line and the line below it."""
    if reading.value is None:
        problem = str(reading.problem) if reading.problem else ""
        return say.MISSING, f"{task}：{say.NOT_RECORDED}", problem
    shown = _summary(reading.value)
    if reading.problem is not None:
        return say.DOUBTFUL, f"{task}：{shown}", f"{say.RECORDED_BUT}。{reading.problem}"
    note = f"{reading.note}。" if reading.note else ""
    return say.DONE, f"{task}：{shown}", note + say.RECORDED


def _summary(value: Plain, limit: int = 160) -> str:
    if isinstance(value, str | bool):
        shown = str(value)
    elif isinstance(value, float):
        shown = f"{value:.10g}"
    elif isinstance(value, dict):
        shown = "，".join(f"{name} {_summary(item, 40)}" for name, item in list(value.items())[:12])
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        shown = f"{len(value)} 行的表，第一行 {_summary(value[0], 80)}"
    elif isinstance(value, list):
        shown = "、".join(_summary(item, 40) for item in value[:12])
    else:
        shown = str(value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _display(record: str, mark: str, first: str, second: str, *, silent_record: bool) -> None:
    readable = f"{mark} {first}\n{second}"
    if slips.shell() is None:
        print(readable)  # noqa: T201 - outside a notebook there is nothing but text
        return
    from IPython.display import publish_display_data  # noqa: PLC0415 - only a notebook has IPython

    title = f"{mark} <strong>{html.escape(first)}</strong>"
    lines = "<br>".join(html.escape(line) for line in second.split("\n"))
    bundle = {
        "text/plain": readable,
        "text/html": f'<div class="ecrm-answer">{title}<br>{lines}</div>',
    }
    if not silent_record:
        bundle[MIME] = record
    publish_display_data(bundle)


slips.install()
