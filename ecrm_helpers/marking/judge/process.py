"""What the judge's process does with one request: read the records strictly, judge task by task.

A result is told as soon as it is known, so that a task that hangs takes no finished verdict with it. The
process has limits on memory, processor time and file size, no student code in it, and never sees a notebook:
only the recorded text of each answer. Where there is no fork (Windows) it is started once per request:
``python -I -m ecrm_helpers.marking.judge.process``, one JSON request on stdin, one JSON line per task on
stdout. Elsewhere `server` forks it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.marking_file import load_marking
from ecrm_helpers.marking.judge.tasks import Context, Marking, Task, judged
from ecrm_helpers.plaindata import MAX_CELLS, narrow
from ecrm_helpers.strictjson import strict_loads

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TaskTimeoutError", "alarm", "judge_request", "limit_resources", "main", "read_record"]

MEMORY: Final = 2 * 1024**3
LOG: Final = 2_000
_OWNER: Final = 64
_MESSAGE: Final = 2_000
_DEPTH: Final = 10  # two more than a session records


class TaskTimeoutError(BaseException):
    """Raised by the alarm; no ``except Exception`` of a judge can swallow it."""


def read_record(task_id: str, text: str) -> dict[str, Any]:
    """Return the record of one answer.

    Raises
    ------
    MarkingError
        When the text is no strict JSON, not the record of this task, or holds more than any session records.

    Examples
    --------
    >>> read_record("t1", '{"v":1,"task":"t1","value":0.25}')["value"]
    0.25
    """
    record = strict_loads(text)
    right = (
        isinstance(record, dict)
        and record.get("v") == 1
        and record.get("task") == task_id
        and ("value" in record) != ("problem" in record)
        and set(record) <= {"v", "task", "value", "problem", "shop_owner"}
        and isinstance(owner := record.get("shop_owner", ""), str)
        and len(owner) <= _OWNER
    )
    if not right or not isinstance(record, dict):
        message = f"no record of an answer to {task_id}"
        raise MarkingError(message)
    if _cells(record.get("value"), _DEPTH) > MAX_CELLS:
        message = f"an answer of at most {MAX_CELLS} values expected in {task_id}"
        raise MarkingError(message)
    return record


def _cells(value: object, depth: int) -> int:
    """Count values as `plaindata.plain` does; what is nested too deep counts as too many."""
    if depth < 0:
        return MAX_CELLS + 1
    if not isinstance(value, dict | list) or not value:
        return 1
    inner = value.values() if isinstance(value, dict) else value
    return sum(_cells(item, depth - 1) for item in inner)


def judge_request(request: dict[str, Any], marking: Marking | None = None) -> Iterator[dict[str, Any]]:
    """Yield one result per task of a request.

    Parameters
    ----------
    request : dict
        ``marking`` (path), ``course``, ``assignment``, ``student``, ``seconds`` per task, ``answers`` (task
        id to recorded text, of all tasks), ``owners`` (task id to the id whose shop a saved answer was made
        on), ``tasks`` (ids to judge now, with the points of their cells).
    marking : Marking, optional
        The loaded marking file, by default loaded from the path.

    Yields
    ------
    dict
        ``task``, ``status`` (judged, empty, refused, pending), ``points``, ``message``, ``code``, ``log``
        and ``owner`` (whose shop it fits or was made on, when that is someone else's).
    """
    records: dict[str, dict[str, Any]] = {}
    refused: dict[str, str] = {}
    for task_id, text in request["answers"].items():
        try:
            records[task_id] = read_record(task_id, text)
        except MarkingError as error:
            refused[task_id] = str(error)
    marking = marking or load_marking(request["marking"])
    answers = {task_id: record["value"] for task_id, record in records.items() if "value" in record}
    context = Context(
        student_id=request["student"],
        course=request["course"],
        assignment=request["assignment"],
        answers=answers,
    )
    for task_id, points in request["tasks"].items():
        result: dict[str, Any] = {"task": task_id, "status": "refused", "log": refused.get(task_id, "")}
        if task_id in records:
            owner = _other_owner(request, records[task_id], task_id)
            limits = {"owner": owner, "seconds": request["seconds"]}
            result |= _with_limit(marking, records[task_id], context, points, **limits)
        yield result


def _other_owner(request: dict[str, Any], record: dict[str, Any], task_id: str) -> str | None:
    """Return whose shop the answer was made on, if not the student's own."""
    for owner in (record.get("shop_owner"), request["owners"].get(task_id)):
        if isinstance(owner, str) and narrow(owner).lower() != narrow(request["student"]).lower():
            return owner
    return None


def _with_limit(
    marking: Marking,
    record: dict[str, Any],
    context: Context,
    points: float,
    *,
    owner: str | None,
    seconds: float,
) -> dict[str, Any]:
    if "value" not in record:
        return {"status": "empty", "points": 0.0, "code": str(record["problem"])[:40]}
    task = marking.tasks.get(record["task"])
    if task is None or task.points != points:
        told = "no task" if task is None else f"{task.points} points"
        return {"status": "pending", "log": f"{record['task']}: {told} in marking.py, {points} in the cell"}
    try:
        with alarm(seconds):
            return _judged(task, record["value"], context, owner)
    except TaskTimeoutError:
        return {"status": "pending", "log": f"{task.id}: the judge took more than {seconds} s"}
    except Exception:  # noqa: BLE001 - whatever a judge raises, the mark is left to the teacher
        return {"status": "pending", "log": traceback.format_exc()[-LOG:]}


def _judged(task: Task, value: Any, context: Context, owner: str | None) -> dict[str, Any]:
    verdict = judged(task, value, context)
    message = verdict.message[:_MESSAGE]
    result: dict[str, Any] = {"status": "judged", "points": verdict.points, "message": message}
    if owner is not None:
        result["owner"] = owner
        result["fits_owner"] = _points_for(task, value, context, owner) > verdict.points
    return result


def _points_for(task: Task, value: Any, context: Context, owner: str) -> float:
    """Return what the same answer earns on another student's shop."""
    other = Context(
        student_id=owner, course=context.course, assignment=context.assignment, answers=context.answers
    )
    try:
        return judged(task, value, other).points
    except Exception:  # noqa: BLE001 - an owner that is no student id is only a forged hint
        return 0.0


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TaskTimeoutError` in the block after `seconds`, and again each second if it is swallowed."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TaskTimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def limit_resources(request: dict[str, Any], *, held: int = 0) -> None:
    """Bound memory, processor time and written files of this process, where the system can.

    Parameters
    ----------
    request : dict
        As `judge_request` takes it.
    held : int, default=0
        Bytes that earlier requests have left: every request has the same room.
    """
    try:
        import resource  # noqa: PLC0415 - Unix only
    except ImportError:
        return
    used = time.process_time()  # by earlier requests
    cpu_seconds = int(30 + used + request["seconds"] * max(1, len(request["tasks"])))
    limits = (
        (resource.RLIMIT_AS, MEMORY + held),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 10 * 1024**2),
        (resource.RLIMIT_CORE, 0),
    )
    for name, limit in limits:
        _, hard = resource.getrlimit(name)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(name, (allowed, hard))


def main() -> None:
    """Judge the request on stdin; one JSON line per task on stdout, everything printed goes to stderr."""
    request = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    limit_resources(request)
    # A marking file that prints must not write into the answers.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with channel:
        try:
            for result in judge_request(request):
                channel.write(json.dumps(result, allow_nan=False) + "\n")
                channel.flush()
        except Exception:  # noqa: BLE001 - a marking file that cannot be loaded leaves all marks to the teacher
            channel.write(json.dumps({"task": None, "log": traceback.format_exc()[-LOG:]}) + "\n")


if __name__ == "__main__":
    main()
