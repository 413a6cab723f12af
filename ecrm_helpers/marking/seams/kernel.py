"""Run a notebook in a Jupyter kernel with the rights of whoever marks: for one's own notebooks only.

The code can read and write files, the solutions and the gradebook among them. Marks are safe from what it
*claims* (the judge sees data only), not from what it *does*. `execute.ExecuteSubmission` comes here only
when it is told to trust.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import output_from_msg
from nbgrader.preprocessors import Execute
from traitlets import Bool, Enum, Integer

from ecrm_helpers.answers import MARKING_VARIABLE
from ecrm_helpers.messages import sandbox as say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

__all__ = ["KernelExecution", "kernel_environment"]

_SECRET: Final = re.compile(
    r"TOKEN|SECRET|PASSW|CREDENTIAL|COOKIE|API_KEY|^JUPYTERHUB_|^JPY_|^ECRM_", re.IGNORECASE
)


def kernel_environment(student_id: str, ipython_folder: str) -> dict[str, str]:
    """Return the environment of a kernel that runs one student's work.

    Examples
    --------
    >>> env = kernel_environment("s001", "/tmp/empty")
    >>> env["ECRM_STUDENT"], env["MPLBACKEND"], any(name.startswith("JUPYTERHUB_") for name in env)
    ('s001', 'Agg', False)
    """
    env = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    env.update(
        {
            "ECRM_STUDENT": student_id,
            MARKING_VARIABLE: "1",
            "NBGRADER_EXECUTION": "autograde",
            "MPLBACKEND": "Agg",
            "PLOTLY_RENDERER": "plotly_mimetype",  # figures are drawn from data, see `pages.drawing`
            # Start-up files left by one submission must not reach the next one.
            "IPYTHONDIR": ipython_folder,
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }
    )
    return env


class KernelExecution(Execute):
    """nbgrader's Execute that outlives dead and blocked kernels, without its secrets and start-up files."""

    timeout = Integer(30, help="Seconds one cell may take.").tag(config=True)
    submission_timeout = Integer(180, help="Seconds a whole submission may take.").tag(config=True)
    max_restarts = Integer(
        None, allow_none=True, help="How often a dead or blocked kernel is replaced; None: while time lasts."
    ).tag(config=True)
    cell_output_bytes = Integer(6_000_000, help="Output kept per cell.").tag(config=True)
    total_output_bytes = Integer(30_000_000, help="Output kept per submission; then 300 KB a cell.").tag(
        config=True
    )
    shutdown_kernel = Enum(["graceful", "immediate"], default_value="immediate").tag(config=True)
    store_widget_state = Bool(default_value=False).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run every code cell of `nb` in place; a kernel that cannot start is noted, not raised."""
        self._student = resources["nbgrader"]["student"]
        self._deadline = time.monotonic() + self.submission_timeout
        self._restarts = 0
        self._skipped: set[int] = set()
        self._used: dict[int, int] = {}
        with tempfile.TemporaryDirectory(prefix="ecrm-ipython-") as folder:
            nb.metadata["ecrm"] = {**nb.metadata.get("ecrm", {}), "executed": True}
            self._folder = Path(folder)
            self._env = kernel_environment(self._student, folder)
            try:
                return super().preprocess(nb, resources, km)
            except (DeadKernelError, CellTimeoutError, RuntimeError, OSError) as error:
                self.log.exception("%s: the kernel did not run", self._student)
                _note_failure(nb, repr(error))
                return nb, resources

    def create_kernel_manager(self) -> Any:
        """Talk to the kernel through files of this account where the system can: no port is opened."""
        manager = super().create_kernel_manager()
        if os.name == "posix":
            manager.transport = "ipc"
            manager.ip = str(self._folder / f"kernel{self._restarts}")
        return manager

    @contextmanager
    def setup_kernel(self, **options: Any) -> Iterator[None]:
        """Start the kernel with the student's environment."""
        with super().setup_kernel(env=self._env, **options):
            yield

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run one cell; when it takes the kernel with it, go on with a fresh one."""
        if cell.cell_type != "code":
            return cell, resources
        cell.setdefault("outputs", [])
        if time.monotonic() > self._deadline:
            return _out_of_time(cell), resources
        if not self._may_go_on():
            return _not_run(cell), resources
        try:
            return super().preprocess_cell(cell, resources, index)
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            self.log.warning("%s: cell %s took the kernel with it: %r", self._student, index, error)
            cell.outputs = [_error_output(type(error).__name__, "killed")]
            self._skipped.add(index)
            self._restarts += 1
            if self._may_go_on():
                self._start_over(index, resources)
        return cell, resources

    def _may_go_on(self) -> bool:
        return self.max_restarts is None or self._restarts <= self.max_restarts

    def _start_over(self, index: int, resources: dict[str, Any]) -> None:
        """Replace the kernel and bring it back to where cell `index` found it."""
        self._cleanup_kernel()
        self.km = self.create_kernel_manager()
        self.start_new_kernel(env=self._env)
        self.start_new_kernel_client()
        for number, cell in enumerate(self.nb.cells[:index]):
            if cell.cell_type != "code" or number in self._skipped:
                continue
            kept, count = cell.outputs, cell.execution_count
            try:
                super().preprocess_cell(cell, resources, number)
            finally:
                cell.outputs, cell.execution_count = kept, count

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Keep an output while there is room for it."""
        size = _size(msg)
        used = self._used.get(cell_index, 0)
        room = self.cell_output_bytes if sum(self._used.values()) < self.total_output_bytes else 300_000
        self._used[cell_index] = used + min(size, room)
        if used + size <= room:
            return super().output(outs, msg, display_id, cell_index)
        if used <= room:
            self._used[cell_index] = room + 1
            outs.append(output_from_msg(_cut_short(msg)))
        return None


def _size(msg: dict[str, Any]) -> int:
    content = msg.get("content", {})
    parts = [content.get("text", ""), *content.get("traceback", []), *content.get("data", {}).values()]
    return sum(len(part) if isinstance(part, str) else len(str(part)) for part in parts)


def _cut_short(msg: dict[str, Any]) -> dict[str, Any]:
    return {**msg, "header": {"msg_type": "stream"}, "content": {"name": "stdout", "text": say.OUTPUT_CUT}}


def _error_output(name: str, status: str) -> NotebookNode:
    from nbformat.v4 import new_output  # noqa: PLC0415 - beside its only use

    stopped = say.STOPPED[status]
    return new_output("error", ename=name, evalue=stopped, traceback=[f"{name}: {stopped}"])


def _out_of_time(cell: NotebookNode) -> NotebookNode:
    cell.outputs = [_error_output(say.STOPPED_NAMES["out_of_time"], "out_of_time")]
    cell.metadata["ecrm"] = {**cell.metadata.get("ecrm", {}), "stopped": "out_of_time"}
    return cell


def _not_run(cell: NotebookNode) -> NotebookNode:
    cell.outputs = []
    cell.metadata["ecrm"] = {**cell.metadata.get("ecrm", {}), "not_run": True}
    return cell


def _note_failure(nb: NotebookNode, reason: str) -> None:
    nb.metadata["ecrm"] = {**nb.metadata.get("ecrm", {}), "not_executed": reason[:500]}
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.setdefault("outputs", [])
            if not cell.outputs:
                _not_run(cell)
