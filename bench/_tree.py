"""Run a command and say what its whole process tree took: seconds, CPU-seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Cost:
    """What one command took; `peak` in GB, shared pages shared out among the processes that hold them."""

    seconds: float
    cpu: float
    peak: float


def run(command: Sequence[str], *, cwd: Path, env: dict[str, str], log: Path) -> Cost:
    """Run a command to its end.

    CPU-seconds are those of every process below the command, looked at twice a second: what a process leaves
    behind when it is killed together with its children is in no parent's account.

    Raises
    ------
    RuntimeError
        The command failed.
    """
    most, over = {"cpu": 0.0, "memory": 0.0}, threading.Event()
    begin = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    watch = threading.Thread(target=_watch, args=(process.pid, most, over))
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    watch.join()
    if process.returncode:
        message = f"{' '.join(command)}: exit {process.returncode}\n{log.read_text('utf-8')[-2_000:]}"
        raise RuntimeError(message)
    return Cost(seconds, max(usage.ru_utime + usage.ru_stime, most["cpu"]), most["memory"])


def _watch(pid: int, most: dict[str, float], over: threading.Event) -> None:
    while not over.wait(SAMPLE_SECONDS):
        for name, value in _looked_at(pid).items():
            most[name] = max(most[name], value)


def _looked_at(pid: int) -> dict[str, float]:
    """Return CPU-seconds (with those of children that were waited for) and GB of the living processes."""
    found = {"cpu": 0.0, "memory": 0.0}
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return found
    for one in family:
        try:
            found["cpu"] += sum(one.cpu_times()[:4])
            found["memory"] += one.memory_full_info().pss / 1e9
        except psutil.Error:
            continue  # it ended meanwhile
    return found
