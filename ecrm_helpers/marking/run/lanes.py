"""Lanes: so many submissions at a time on this machine, each by the process's two warm helpers."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
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
    running: set[Future[dict[str, Any]]] = set()
    with ThreadPoolExecutor(max_workers=lanes, thread_name_prefix="lane") as pool:
        try:
            for job in jobs:
                running.add(pool.submit(_safely, work, job))
                if len(running) > lanes:
                    running = yield from _finished(running)
            while running:
                running = yield from _finished(running)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _finished(running: set[Future[dict[str, Any]]]) -> Any:
    done, rest = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield future.result()
    return rest


def _safely(work: Callable[[Mapping[str, Any]], dict[str, Any]], job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return work(job)
    except Exception as error:  # noqa: BLE001 - whatever one submission does to us, the others are marked
        return {"student": job["student"], "failed": f"{type(error).__name__}: {error}"}
