"""Run a submission to its end: behind a cell that took its process with it, a fresh one goes on."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from ecrm_helpers.marking.sandbox.limits import CellRun, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from ecrm_helpers.marking.sandbox.conversation import Conversation

__all__ = ["run_submission"]

_LATE_ROOM = 300_000


def run_submission(
    connect: Callable[[Limits], AbstractContextManager[Conversation]],
    cells: Sequence[tuple[int, str]],
    *,
    student_id: str,
    files: Mapping[str, bytes],
    limits: Limits,
) -> list[CellRun]:
    """Return what became of every cell, in the order of `cells`.

    A fresh process runs the earlier cells again, without those that ended one; what they put out the first
    time is kept. Every process but the last leaves one cell out for good, so they end with the cells.
    """
    until = time.monotonic() + limits.total_seconds
    done: dict[int, CellRun] = {}
    skipped: set[int] = set()
    used = count = 0

    def room() -> int:
        return limits.cell_output_bytes if used < limits.total_output_bytes else _LATE_ROOM

    for _ in range(1 + (len(cells) if limits.restarts is None else limits.restarts)):
        todo = [(index, source) for index, source in cells if index not in skipped]
        if len(done) == len(cells) or time.monotonic() >= until:
            break
        job = {"student": student_id, "cells": todo, "files": list(files), "limits": asdict(limits)}
        with connect(limits) as process:
            process.begin(job, list(files.values()))
            for run in process.cells([index for index, _ in todo], until=until, room=room):
                if run.status not in ("ok", "error"):
                    skipped.add(run.index)
                if run.index not in done:
                    count += 1
                    done[run.index] = _numbered(run, count)
                    used += _size(done[run.index])
    left = "out_of_time" if time.monotonic() >= until else "not_run"
    rest = {index: CellRun(index=index, status=left, outputs=[], seconds=0.0) for index, _ in cells}
    return list({**rest, **done}.values())


def _numbered(run: CellRun, count: int) -> CellRun:
    for output in run.outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = count
    return CellRun(index=run.index, status=run.status, outputs=run.outputs, seconds=run.seconds, count=count)


def _size(run: CellRun) -> int:
    return sum(len(str(output)) for output in run.outputs)
