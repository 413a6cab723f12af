"""What the workers of the spreading tests do; imported by them and by the tests."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def work(job):
    """Do what the job tells in ``do``."""
    return {"student": job["student"], "told": DO[job.get("do", "echo")](job)}


def _kill_once(job):
    """Kill the first worker that comes by; the second one finds the trace."""
    trace = Path(job["folder"]) / job["student"]
    if trace.exists():
        return "survived"
    trace.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def _wait_for(job):
    """Say who works, then wait for a file."""
    folder = Path(job["folder"])
    (folder / f"{job['student']}.part").write_text(str(os.getpid()))
    (folder / f"{job['student']}.part").rename(folder / f"{job['student']}.{os.getpid()}.pid")
    while not (folder / "go").exists():
        time.sleep(0.05)
    return "went"


DO = {
    "echo": lambda job: job["data"],
    "fail": lambda job: 1 / 0,
    "kill": lambda job: os.kill(os.getpid(), signal.SIGKILL),
    "kill once": _kill_once,
    "wait": _wait_for,
    "object": lambda job: object(),
    "where": lambda job: os.getpid(),
}


def as_another(job):
    """Answer in another student's name."""
    return {"student": "s999", "told": "forged"}
