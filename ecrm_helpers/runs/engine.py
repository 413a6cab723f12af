"""papermill's own engine, with a word before every cell to whoever draws the progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermill.engines import NBClientEngine, papermill_engines

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ENGINE", "register"]

ENGINE = "ecrm"
_QUIET = ["--log-level=ERROR"]  # ipykernel's own warnings would stand between our lines


class _WatchedEngine(NBClientEngine):
    """Runs a notebook and tells how many code cells are done and under which heading the next stands."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        watch: Callable[[int, int, str], object] | None = None,
        headings: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        places = headings or {}  # papermill's own cell of parameters is in no place and not counted
        code = [one["id"] for one in nb_man.nb.cells if one.cell_type == "code" and one["id"] in places]
        start = nb_man.cell_start

        def started(cell: Any, cell_index: int | None = None, **more: Any) -> None:
            if watch is not None and cell["id"] in code:
                watch(code.index(cell["id"]), len(code), places[cell["id"]])
            start(cell, cell_index, **more)

        nb_man.cell_start = started
        nb_man.save = lambda **_: None  # written once, at the end
        ran = super().execute_managed_notebook(nb_man, kernel_name, extra_arguments=_QUIET, **kwargs)
        if watch is not None:
            watch(len(code), len(code), "")
        return ran


def register() -> None:
    """Make the engine known to papermill by name."""
    papermill_engines.register(ENGINE, _WatchedEngine)
