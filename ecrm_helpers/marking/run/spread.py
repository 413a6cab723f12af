"""Spread submissions over the machines of a Dask cluster: only over TLS, bytes in, plain dicts out.

The same shape as `lanes.in_lanes`. Workers see no gradebook and no course folder; whoever iterates is the
only one that writes. A worker that dies is replaced by another; a submission during which workers keep dying
is tried once more on its own, so that its neighbours are not blamed, and is reported if they die again.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections import Counter, deque
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run.remote import about_worker, pack, package_digest, unpack, work_on
from ecrm_helpers.marking.run.security import client_security
from ecrm_helpers.messages import spreading as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["spread"]

PATIENCE: Final = 60.0  # seconds without any worker, or without the scheduler
_CONNECT: Final = 15.0
_WORK: Final = "ecrm_helpers.marking.run.one:mark_submission"
_FORGOTTEN: Final = 3
_AGAIN: Final = object()
# No pickle from the other side: what comes back is data, whoever sends it.
_PLAIN: Final = {"serializers": ["dask", "msgpack"], "deserializers": ["dask", "msgpack", "error"]}


def spread(
    jobs: Iterable[Mapping[str, Any]],
    *,
    scheduler: str,
    certificates: Path | None,
    trusted: bool = False,
    work: str = _WORK,
) -> Iterator[dict[str, Any]]:
    """Return an iterator over the outcome of each job as it is known, in no particular order.

    Parameters
    ----------
    jobs : iterable of job
        Plain data, see `one.mark_submission`; taken as workers become free.
    scheduler : str
        ``tls://host:port``.
    certificates : Path
        Folder with ``ca.pem``, ``client.pem`` and ``client-key.pem``.
    trusted : bool
        Whether the workers may do without a sandbox.
    work : str
        ``module:function`` to call on a worker.

    Yields
    ------
    dict
        An outcome, or ``{"student", "failed"}`` with the reason.

    Raises
    ------
    MarkingError
        No certificates or plain tcp, at once. While iterating: no connection; a worker with another version
        or without a sandbox; no worker, or the scheduler gone, for a minute. What was yielded stays done.
    """
    return _outcomes(jobs, scheduler, client_security(scheduler, certificates), trusted=trusted, work=work)


def _outcomes(
    jobs: Iterable[Mapping[str, Any]], scheduler: str, security: Any, *, trusted: bool, work: str
) -> Iterator[dict[str, Any]]:
    client = _connected(scheduler, security)
    try:
        cluster = _Cluster(client, work)
        cluster.wait_for_workers(trusted=trusted)
        yield from cluster.outcomes(jobs)
    finally:
        client.close(timeout=5)


def _connected(scheduler: str, security: Any) -> Any:
    from distributed import Client  # noqa: PLC0415 - a second, and only where marking is spread

    try:
        return Client(scheduler, security=security, timeout=_CONNECT, set_as_default=False, **_PLAIN)
    except (OSError, TimeoutError, ValueError) as error:
        message = say.cannot_connect(scheduler, str(error) or type(error).__name__)
        raise MarkingError(message) from error


class _Cluster:
    """The work under way on a cluster: futures by student, and who waits to be tried alone."""

    def __init__(self, client: Any, work: str) -> None:
        self._client = client
        self._work = work
        self._running: dict[str, tuple[Any, Mapping[str, Any]]] = {}
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._suspects: deque[Mapping[str, Any]] = deque()
        self._forgotten: Counter[str] = Counter()

    def wait_for_workers(self, *, trusted: bool) -> None:
        """Wait for a first worker, and refuse to start if one of them would mark differently or unsafely."""
        latest = time.monotonic() + PATIENCE
        while not self._threads():
            if time.monotonic() > latest:
                raise MarkingError(say.NO_WORKER)
            time.sleep(0.2)
        for worker, told in self._client.run(about_worker, trusted=trusted).items():
            about = unpack(told)
            if about["package"] != package_digest():
                message = say.other_version(worker)
                raise MarkingError(message)
            if about["refusal"] is not None:
                message = say.worker_refuses(worker, about["refusal"])
                raise MarkingError(message)

    def outcomes(self, jobs: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Keep every thread of the cluster busy, then try the suspects one at a time."""
        for job in jobs:
            self._submit(job)
            # One more than there are threads: a worker that becomes free finds work.
            while len(self._running) > self._threads():
                yield from self._next(alone=False)
        while self._running:
            yield from self._next(alone=False)
        while self._suspects:
            self._submit(self._suspects.popleft())
            while self._running:
                yield from self._next(alone=True)

    def _submit(self, job: Mapping[str, Any]) -> None:
        # A name of its own: the result of an earlier run must not be taken for this one's.
        name = f"ecrm-{uuid.uuid4().hex}"
        future = self._client.submit(work_on, pack(dict(job)), self._work, key=name, pure=False)
        self._running[name] = (future, job)
        self._watch(name, future)

    def _watch(self, name: str, future: Any) -> None:
        future.add_done_callback(lambda _: self._done.put(name))

    def _next(self, *, alone: bool) -> Iterator[dict[str, Any]]:
        name = self._wait()
        future, job = self._running[name]
        result = _result_of(future)
        if future.status in {"pending", "lost"} or result is _AGAIN:
            self._watch(name, future)
            return
        del self._running[name]
        if future.status == "finished":
            yield _outcome(result, job["student"])
        elif future.status == "error" and alone:
            yield {"student": job["student"], "failed": say.KILLS_WORKERS}
        elif future.status == "error":
            # Our own function raises nothing: its workers died, with it or with a neighbour of it.
            self._suspects.append(job)
        elif self._client.status == "running" and self._forgotten[job["student"]] < _FORGOTTEN:
            # The scheduler no longer knows it: it was started anew, or lost the only copy of the result.
            self._forgotten[job["student"]] += 1
            self._submit(job)
        else:
            raise MarkingError(say.SCHEDULER_GONE)
        future.release()

    def _wait(self) -> str:
        """Return the name of the next future that has ended."""
        latest = time.monotonic() + PATIENCE
        while True:
            try:
                return self._done.get(timeout=0.5)
            except queue.Empty:
                pass
            if self._client.status not in {"running", "connecting"}:
                raise MarkingError(say.SCHEDULER_GONE)
            if self._client.status == "running" and self._threads():
                latest = time.monotonic() + PATIENCE
            elif time.monotonic() > latest:
                raise MarkingError(say.NO_WORKER if self._client.status == "running" else say.SCHEDULER_GONE)

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError) as error:
            raise MarkingError(say.SCHEDULER_GONE) from error


def _result_of(future: Any) -> Any:
    """Fetch what a worker sent, if its future has it; `_AGAIN` when it was lost and is being done again."""
    if future.status != "finished":
        return None
    try:
        return future.result(timeout=PATIENCE)
    except TimeoutError:
        return _AGAIN
    except Exception:  # noqa: BLE001 - not plain data, or it ended otherwise when it was done again
        return None


def _outcome(result: Any, student: str) -> dict[str, Any]:
    """Read what a worker sent; it can only be about the student who was asked for."""
    try:
        told = unpack(result)
        outcome = told.get("outcome", {"student": student, "failed": say.failed(str(told.get("failed")))})
    except (MarkingError, AttributeError):
        return {"student": student, "failed": say.BAD_RESULT}
    if not isinstance(outcome, dict) or outcome.get("student") != student:
        return {"student": student, "failed": say.BAD_RESULT}
    return outcome
