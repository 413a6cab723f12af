"""Run the cells of a rebuilt notebook in the sandbox and keep what they put out; nbgrader is not needed."""

from __future__ import annotations

import atexit
import json
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox import CellRun, Limits, Sandbox, check_sandbox
from ecrm_helpers.messages import sandbox as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["draws", "execute_notebook", "limits_of", "ready", "released_files", "shared_sandbox"]

_NAMES: Final = {
    "timeout": "cell_seconds",
    "submission_timeout": "total_seconds",
    "max_restarts": "restarts",
    **{
        name: name
        for name in (
            *("memory_mb", "total_memory_mb", "processes", "open_files", "file_mb", "disk_mb"),
            *("cell_output_bytes", "flood_bytes", "total_output_bytes"),
        )
    },
}
_MOST_FILES_BYTES: Final = 48 << 20
_lock = threading.Lock()
_sandboxes: dict[tuple[str, bool, tuple[Path, ...]], Sandbox] = {}
_DRAWING: Final = re.compile(r"matplotlib|plotly|seaborn|figures|\.(?:plot|hist|boxplot)\b")


def execute_notebook(
    nb: NotebookNode,
    *,
    student_id: str,
    sandbox: Sandbox,
    files: Mapping[str, bytes] | None = None,
    limits: Limits | None = None,
) -> dict[str, Any]:
    """Run every code cell of `nb` in `sandbox` and set outputs, counts and what was not run, in place.

    Parameters
    ----------
    nb : NotebookNode
        A rebuilt submission.
    student_id : str
        Whose work it is.
    sandbox : Sandbox
        Started when needed.
    files : mapping of str to bytes, optional
        Files of the working directory, by relative name.
    limits : Limits, optional
        Instead of the sandbox's own.

    Returns
    -------
    dict
        `seconds` (float, of all cells) and `statuses` (dict of cell number to `CellRun.status`).

    Raises
    ------
    SandboxError
        Nothing can be run safely here.
    """
    cells = [(number, cell) for number, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    todo = [(number, cell.source) for number, cell in cells if cell.source.strip()]
    runs = sandbox.run(cells=todo, student_id=student_id, files=files, limits=limits)
    nb.metadata["ecrm"] = {**nb.metadata.get("ecrm", {}), "executed": True}
    found = {run.index: run for run in runs}
    for number, cell in cells:
        cell.outputs, cell.execution_count = [], None
        if number in found:
            _keep(cell, found[number])
    return {"seconds": sum(run.seconds for run in runs), "statuses": {run.index: run.status for run in runs}}


def _keep(cell: NotebookNode, run: CellRun) -> None:
    from nbformat import from_dict  # noqa: PLC0415 - a second to import

    cell.outputs = [from_dict(output) for output in run.outputs]
    cell.execution_count = run.count
    if run.status == "error" and all(output.output_type != "error" for output in cell.outputs):
        cell.outputs.append(_error(run.status))  # code of the student's own may have swallowed its showing
    if run.status in ("ok", "error"):
        return
    told = {**cell.metadata.get("ecrm", {}), "stopped": run.status}
    if run.status == "not_run":
        cell.metadata["ecrm"] = {**told, "not_run": True}
        return
    cell.metadata["ecrm"] = told
    # What it printed helps the student; an answer that it recorded before it stopped does not count.
    printed = [output for output in cell.outputs if output.output_type == "stream"]
    cell.outputs = [*printed, _error(run.status)]


def _error(status: str) -> NotebookNode:
    from nbformat import from_dict  # noqa: PLC0415

    words, name = say.STOPPED[status], say.STOPPED_NAMES[status]
    return from_dict(
        {"output_type": "error", "ename": name, "evalue": words, "traceback": [f"{name}: {words}"]}
    )


def limits_of(settings: Mapping[str, Any]) -> Limits:
    """Return the limits that `ExecuteSubmission` is configured with; what is not named has its default.

    Examples
    --------
    >>> limits_of({"timeout": 5, "trusted": False}).cell_seconds
    5
    """
    return Limits(**{_NAMES[name]: value for name, value in settings.items() if name in _NAMES})


def ready(config: Mapping[str, Any]) -> None:
    """Return when submissions can be executed as `config` wants it.

    Parameters
    ----------
    config : traitlets Config
        Of the running program; its sections `Execute` and `ExecuteSubmission` are looked at.

    Raises
    ------
    SandboxError
        A sandbox is wanted and does not work here.
    """
    for name in ("Execute", "ExecuteSubmission"):
        section = config[name] if name in config else {}  # noqa: SIM401 - a Config makes sections it is asked for
        # What came from a command line is still text.
        if str(section.get("trusted")).lower() in ("true", "1"):
            return
        if str(section.get("enabled")).lower() in ("false", "0"):
            return
    check_sandbox()


def released_files(folder: Path) -> dict[str, bytes]:
    """Return the files beside the notebooks in the release `folder`, for the cells to read.

    Raises
    ------
    SandboxError
        They are larger than a sandbox holds.
    """
    if not folder.is_dir():
        return {}
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb"
    }
    found = {name: data for name, data in found.items() if not name.startswith(".") and "/." not in name}
    size = sum(len(data) for data in found.values())
    if size > _MOST_FILES_BYTES:
        message = say.too_much_data(folder, size >> 20, _MOST_FILES_BYTES >> 20)
        raise SandboxError(message)
    return found


@lru_cache(maxsize=32)
def draws(released: bytes) -> bool:
    r"""Tell whether the code of a released notebook seems to draw.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": ["import plotly.express as px\n", "px.bar(x=[1])"]}
    >>> draws(json.dumps({"cells": [cell]}).encode())
    True
    """
    try:
        cells = json.loads(released)["cells"]
        return any(_DRAWING.search("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code")
    except (ValueError, TypeError, LookupError):
        return True  # what is wrong with it is for others to say


def shared_sandbox(course: str, *, released: Iterable[bytes], hidden: Sequence[Path] = ()) -> Sandbox:
    """Return this process's sandbox for an exercise; it is ended with the process.

    Parameters
    ----------
    course : str
        Folder name of the solutions.
    released : iterable of bytes
        The exercise's notebooks: exercises of a course that draw have one sandbox, those that do not another.
    hidden : sequence of Path
        What it must not show.
    """
    drawing = any(draws(notebook) for notebook in released)
    key = (course, drawing, tuple(hidden))
    with _lock:
        if not _sandboxes:
            atexit.register(_close_all)
        if key not in _sandboxes:
            _sandboxes[key] = Sandbox(course=course, drawing=drawing, hidden=hidden)
        return _sandboxes[key]


def _close_all() -> None:
    for sandbox in _sandboxes.values():
        sandbox.close()
