"""Second seam: run a rebuilt submission and keep the outputs of its cells.

`ExecuteSubmission` runs them in the sandbox; where there is none it refuses. Only with `trusted` set does
it use a Jupyter kernel with the rights of whoever marks (`kernel`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Integer

from ecrm_helpers.marking.execute_cells import (
    execute_notebook,
    limits_of,
    ready,
    released_files,
    shared_sandbox,
)
from ecrm_helpers.marking.released import released_notebooks
from ecrm_helpers.marking.seams.kernel import KernelExecution

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["ExecuteSubmission", "execute_notebook", "limits_of", "ready", "released_files", "shared_sandbox"]


class ExecuteSubmission(KernelExecution):
    """nbgrader's Execute, in the sandbox."""

    trusted = Bool(
        default_value=False,
        help="Run without a sandbox, with the rights of whoever marks: for one's own notebooks only.",
    ).tag(config=True)
    memory_mb = Integer(1024, help="Memory one process may ask for.").tag(config=True)
    total_memory_mb = Integer(2048, help="Memory a submission may hold.").tag(config=True)
    processes = Integer(48, help="Processes and threads of a submission.").tag(config=True)
    open_files = Integer(256, help="Open files of one process.").tag(config=True)
    file_mb = Integer(32, help="Largest file.").tag(config=True)
    disk_mb = Integer(64, help="All files of a submission together; they live in memory.").tag(config=True)
    flood_bytes = Integer(16_000_000, help="Output of a cell that has it stopped.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run every code cell of `nb` in place.

        Raises
        ------
        SandboxError
            There is no sandbox here, and `trusted` is not set; nothing was run.
        """
        if self.trusted:
            return super().preprocess(nb, resources, km)
        told = resources["nbgrader"]
        course, hidden, files, notebooks = "", [], {}, []
        coursedir = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        if coursedir is not None:
            source = Path(coursedir.format_path(coursedir.source_directory, ".", told["assignment"]))
            released = Path(coursedir.format_path(coursedir.release_directory, ".", told["assignment"]))
            course = source.resolve().parent.name
            hidden = [Path(coursedir.root), source.resolve().parent]
            files = released_files(released)
            notebooks = released_notebooks(coursedir, told["assignment"])
        sandbox = shared_sandbox(course, released=notebooks, hidden=hidden)
        limits = limits_of({name: getattr(self, name) for name in self.trait_names(config=True)})
        done = execute_notebook(nb, student_id=told["student"], sandbox=sandbox, files=files, limits=limits)
        for number, status in done["statuses"].items():
            if status not in ("ok", "error"):
                self.log.warning("%s: cell %s: %s", told["student"], number, status)
        return nb, resources
