"""Ask the judge's processes, with a time limit for every answer, and read what they said one by one.

One warm process per marking file (`server`) lives until this process ends or `close_judges` is called;
it is started again when it was killed. Its forks are asked again as long as they allow it. Where there is no
fork, a process is started for every request.
"""

from __future__ import annotations

import json
import socket
import time
from typing import Any, Final

from ecrm_helpers.marking.channel import ChannelError, give, read_frame, write_frame
from ecrm_helpers.marking.judge.warm import Said, WarmJudge, close_judges, one_process, warm_judge

__all__ = ["close_judges", "run_judge", "warm_judge"]

GRACE: Final = 20.0  # beyond the judge's own alarm: a loaded machine, code that no alarm interrupts
_LARGEST: Final = 4_000_000
_RETRIES: Final = 2
_AFTERWARDS: Final = 2.0


def run_judge(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Judge a request in a process of its own; a task that kills one is pending, the rest go on.

    Parameters
    ----------
    request : dict
        As `process.judge_request` takes it: paths, ids and recorded texts.

    Returns
    -------
    dict of str to dict
        Results by task id as `process.judge_request` yields them. A task whose judge raises, hangs,
        exits, is killed or needs too much memory is ``pending``, with the reason in ``log``; where the
        marking file itself cannot be used, every task, each with ``broken``.
    """
    waiting = dict(request["tasks"])
    results: dict[str, dict[str, Any]] = {}
    retries = _RETRIES
    while waiting:
        said = _ask({**request, "tasks": waiting})
        for line in said.lines:
            if line.get("task") in waiting:
                results[line["task"]] = line
                del waiting[line["task"]]
        if said.died and retries:
            retries -= 1
            continue
        broken = next((line for line in said.lines if line.get("task", "") is None), None)
        if broken is not None:
            return results | {
                task_id: {"status": "pending", "log": str(broken.get("log", "")), "broken": True}
                for task_id in waiting
            }
        if waiting:
            culprit = next(iter(waiting))
            results[culprit] = {"status": "pending", "log": f"the judge's process ended early: {said.log}"}
            del waiting[culprit]
    return results


def _ask(request: dict[str, Any]) -> Said:
    judge = warm_judge(request["marking"], course=request["course"], assignment=request["assignment"])
    if judge is None:
        return one_process(request)
    if not judge.ready():
        return Said([{"task": None, "log": judge.log}], died=not judge.usable)
    used = _idle_line(judge)
    if used is not None:
        said = _ask_over(used, request, judge)
        # What a used fork leaves to the teacher, or dies of, may come from its past: a new one decides. A
        # judge that takes too long may so take twice its time, once per hand-in that has it do so.
        if not _is_unsure(said, request):
            return said
    here, there = socket.socketpair()
    try:
        with there:
            give(judge.control, there.fileno())
    except OSError as error:
        here.close()
        return _not_taken(error, judge)
    return _ask_over(here, request, judge)


def _idle_line(judge: WarmJudge) -> socket.socket | None:
    try:
        return judge.idle.pop()  # at once: other threads take lines too
    except IndexError:
        return None


def _ask_over(line: socket.socket, request: dict[str, Any], judge: WarmJudge) -> Said:
    """Ask the fork at the other end; keep the line if it may be asked again, and close it if not."""
    line.settimeout(60)
    try:
        write_frame(line, json.dumps(request).encode())
    except OSError as error:
        line.close()
        return _not_taken(error, judge)
    said = _read(line, request, judge)
    if said.again:
        judge.idle.append(line)
    else:
        line.close()
    return said


def _not_taken(error: OSError, judge: WarmJudge) -> Said:
    return Said([], f"no judge took the request: {error!r}", died=judge.has_died())


def _is_unsure(said: Said, request: dict[str, Any]) -> bool:
    decided = [line for line in said.lines if line.get("status") != "pending"]
    return len(decided) < len(request["tasks"])


def _read(line: socket.socket, request: dict[str, Any], judge: WarmJudge) -> Said:
    lines: list[dict[str, Any]] = []
    for _ in range(len(request["tasks"]) + 1):
        wait = request["seconds"] + GRACE if len(lines) < len(request["tasks"]) else _AFTERWARDS
        try:
            frame = read_frame(line, most=_LARGEST, until=time.monotonic() + wait)
            told = json.loads(frame) if frame is not None else {}
        except (ChannelError, OSError, ValueError) as error:
            return Said(lines, str(error), died=judge.has_died())
        if frame is None:
            return Said(lines, "line closed", died=judge.has_died())
        if "end" in told:
            return Said(lines, f"{told['end']} {told.get('log', '')}")
        if "again" in told:
            return Said(lines, again=told["again"] is True)
        lines.append(told)
        if told.get("task") is None:
            break
    return Said(lines)
