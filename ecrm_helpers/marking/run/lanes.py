"""Lanes: so many submissions at a time on this machine, each by the process's two warm helpers."""

from __future__ import annotations

import os
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.run.one import mark_submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["default_lanes", "in_lanes"]


def default_lanes() -> int:
    """Return how many submissions to work on at a time: one per processor this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


def in_lanes(
    jobs: Iterable[Mapping[str, Any]],
    *,
    lanes: int,
    work: Callable[[Mapping[str, Any]], dict[str, Any]] = mark_submission,
) -> Iterator[dict[str, Any]]:
    """Yield the outcome of each job as it is known, in no particular order.

    Parameters
    ----------
    jobs : iterable of job
        Taken one by one as a lane becomes free, so that few are in memory.
    lanes : int
        How many at a time.
    work : callable
        What a lane does.

    Yields
    ------
    dict
        An outcome, or ``{"student", "failed"}`` with the reason: one submission never stops the others.
    """
    todo: SimpleQueue[Mapping[str, Any] | None] = SimpleQueue()
    done: SimpleQueue[dict[str, Any]] = SimpleQueue()
    for number in range(lanes):
        # Nobody waits for a daemon: an interrupted run ends at once, whatever a student's cell is doing.
        Thread(target=_lane, args=(todo, done, work), name=f"lane-{number}", daemon=True).start()
    under_way = 0
    try:
        for job in jobs:
            todo.put(job)
            under_way += 1
            if under_way > lanes:
                yield done.get()
                under_way -= 1
        while under_way:
            yield done.get()
            under_way -= 1
    finally:
        _stop(todo, lanes)


def _stop(todo: SimpleQueue[Mapping[str, Any] | None], lanes: int) -> None:
    with suppress(Empty):
        while True:
            todo.get_nowait()
    for _ in range(lanes):
        todo.put(None)


def _lane(
    todo: SimpleQueue[Mapping[str, Any] | None],
    done: SimpleQueue[dict[str, Any]],
    work: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> None:
    while (job := todo.get()) is not None:
        done.put(_safely(work, job))


def _safely(work: Callable[[Mapping[str, Any]], dict[str, Any]], job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return work(job)
    except BaseException as error:  # noqa: BLE001 - whatever one submission does to us, the others are marked
        return {"student": job["student"], "failed": f"{type(error).__name__}: {error}"}
