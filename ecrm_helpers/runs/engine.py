"""papermill's own engine, with a word before every cell to whoever draws the progress.

What the kernel itself writes to its error stream, when it is interrupted or dies, goes to a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.log import logger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ENGINE", "register"]

ENGINE = "ecrm"
_QUIET = ["--log-level=ERROR"]  # ipykernel's own warnings would stand between our lines


class _WatchedEngine(Engine):
    """Runs a notebook and tells how many code cells are done and under which heading the next stands."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        watch: Callable[[int, int, str], object] | None,
        headings: dict[str, str],
        kernel_log: Path,
        start_timeout: int = 60,
        **_: Any,
    ) -> Any:
        places = headings  # papermill's own cell of parameters is in no place and not counted
        code = [one["id"] for one in nb_man.nb.cells if one.cell_type == "code" and one["id"] in places]
        start = nb_man.cell_start

        def started(cell: Any, cell_index: int | None = None, **more: Any) -> None:
            if watch is not None and cell["id"] in code:
                watch(code.index(cell["id"]), len(code), places[cell["id"]])
            start(cell, cell_index, **more)

        nb_man.cell_start = started
        nb_man.save = lambda **_: None  # written once, at the end
        client = PapermillNotebookClient(
            nb_man, kernel_name=kernel_name, log=logger, startup_timeout=start_timeout, extra_arguments=_QUIET
        )
        with kernel_log.open("wb") as said:
            ran = client.execute(stderr=said)
        if watch is not None:
            watch(len(code), len(code), "")
        return ran


def register() -> None:
    """Make the engine known to papermill by name."""
    papermill_engines.register(ENGINE, _WatchedEngine)
