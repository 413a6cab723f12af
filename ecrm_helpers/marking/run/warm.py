"""Start the two warm processes of this machine early: they import for seconds, on another processor."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from ecrm_helpers.marking.execute_cells import shared_sandbox
from ecrm_helpers.marking.judge.warm import marking_file, warm_judge
from ecrm_helpers.marking.sandbox import check_sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["WarmUp"]


class WarmUp:
    """The start of the warm processes, under way or still to come.

    Parameters
    ----------
    course : str
        The folder name of the solutions.
    assignment : str
    marking, beside : bytes, mapping of str to bytes
        ``marking.py`` and the files in its folder, which only the judge's process sees.
    released : sequence of bytes
        The assignment's notebooks.
    hidden : sequence of Path
        What the sandbox must not show.
    trusted : bool
        Without sandbox.

    Raises
    ------
    SandboxError
        Student code cannot be run safely on this machine.
    """

    def __init__(
        self,
        *,
        course: str,
        assignment: str,
        marking: bytes,
        beside: Mapping[str, bytes],
        released: Sequence[bytes],
        hidden: list[Path],
        trusted: bool,
    ) -> None:
        self._sandbox = None if trusted else shared_sandbox(course, released=released, hidden=hidden)
        self._judge = {"course": course, "assignment": assignment}
        self._marking, self._beside = marking, beside
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="warm-up")
        self._started: Future[None] | None = None
        if not trusted:
            check_sandbox()

    def begin(self) -> None:
        """Start both, without waiting."""
        if self._started is not None:
            return
        if self._marking:
            warm_judge(marking_file(self._marking, self._beside), **self._judge)
        self._started = self._pool.submit(self._sandbox.start if self._sandbox is not None else lambda: None)

    def wait(self) -> None:
        """Wait until submissions can be run.

        Raises
        ------
        SandboxError
            The sandbox does not start.
        """
        self.begin()
        if self._started is not None:
            self._started.result()
        self._pool.shutdown()
