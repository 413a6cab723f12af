"""Start the judge's process, with a time limit, and read what it said line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["run_judge"]


def run_judge(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Judge a request in processes of their own; a task that kills one is pending, the rest go on.

    Returns
    -------
    dict of str to dict
        Results by task id as `judge_process.judge_request` yields them.
    """
    waiting = dict(request["tasks"])
    results: dict[str, dict[str, Any]] = {}
    while waiting:
        lines, log = _one_process({**request, "tasks": waiting})
        for line in lines:
            results[str(line.get("task"))] = line
        answered = [task_id for task_id in waiting if task_id in results]
        broken = results.pop("None", None)
        if broken is not None:
            return results | {
                task_id: {"status": "pending", "log": broken.get("log", "")}
                for task_id in waiting
                if task_id not in results
            }
        for task_id in answered:
            del waiting[task_id]
        if waiting:
            culprit = next(iter(waiting))
            results[culprit] = {"status": "pending", "log": f"the judge's process ended early: {log}"}
            del waiting[culprit]
    return results


def _one_process(request: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    seconds = 30 + request["seconds"] * len(request["tasks"])
    # -I: neither the current folder nor the user's own packages can stand in for ours.
    command = [sys.executable, "-I", "-X", "utf8", "-m", "ecrm_helpers.marking.judge_process"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request).encode("utf-8"),
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_judge_environment(),
            cwd=str(Path(request["marking"]).parent),
        )
    except subprocess.TimeoutExpired as error:
        return _lines(error.stdout), f"no verdict within {seconds:g} s"
    return _lines(done.stdout), f"exit {done.returncode}: {done.stderr[-1_000:].decode('utf-8', 'replace')}"


def _lines(written: bytes | None) -> list[dict[str, Any]]:
    found = []
    for line in (written or b"").decode("utf-8", "replace").splitlines():
        try:
            result = json.loads(line)
        except ValueError:
            continue
        if isinstance(result, dict):
            found.append(result)
    return found


def _judge_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {**env, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
