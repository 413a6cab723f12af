"""First seam: from the bytes a student handed in to a notebook that can be run and scored.

Everything locked comes from the snapshot of the release, answers come from the submission, the student's own
cells stay in place without metadata. `RebuildExporter` is named as ``Autograde.exporter_class``; it sees the
bytes before nbformat does, so that an unreadable file gets a row in the gradebook like any other.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking import attachments
from ecrm_helpers.marking.rebuild.handin import read_bytes
from ecrm_helpers.marking.rebuild.restore import Rebuilt, rebuild
from ecrm_helpers.marking.released import load_snapshot, notebook_names
from ecrm_helpers.marking.run.plan import read_hand_in
from ecrm_helpers.marking.seams.replacing import keep_old_results
from ecrm_helpers.marking.seams.staging import copy_nothing_else

__all__ = ["RebuildExporter", "Rebuilt", "rebuild"]


class RebuildExporter(NotebookExporter):
    """Writes notebooks, and rebuilds those that come from a submission."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if hasattr(self.parent, "assignments") and hasattr(self.parent, "init_assignment"):
            self._check_execution()
            _add_submissions_without_notebook(self.parent)
            copy_nothing_else(self.parent)
            keep_old_results(self.parent)
            _keep_rules(self.parent)

    def _check_execution(self) -> None:
        """Refuse before nbgrader has touched anything when submissions cannot be run safely here."""
        from nbgrader.converters.base import NbGraderException  # noqa: PLC0415 - nbgrader is running already

        from ecrm_helpers.marking.execute_cells import ready  # noqa: PLC0415 - the sandbox is not needed to rebuild

        try:
            ready(self.config)
        except SandboxError as error:
            self.log.error("%s", error)  # noqa: TRY400 - the reason, not where it was found
            raise NbGraderException(str(error)) from error

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the notebook's text; a submission is rebuilt from the snapshot first.

        Parameters
        ----------
        filename : str
            A notebook in nbgrader's submitted folder (rebuilt) or anywhere else (read as it is).
        resources : dict
            nbgrader's resources with the assignment, the notebook and the student.
        """
        told = (resources or {}).get("nbgrader", {})
        coursedir = getattr(self.parent, "coursedir", None)
        if resources is None or coursedir is None or not _is_submission(filename, coursedir, told):
            return super().from_filename(filename, resources=resources, **options)
        path = Path(filename)
        resources.setdefault("metadata", {}).update(name=path.stem, path=str(path.parent), modified_date="")
        release = load_snapshot(coursedir, told["assignment"], told["notebook"])
        names = notebook_names(coursedir, told["assignment"])
        # Asked for before anything is read: saving refuses where another hand-in has come meanwhile.
        releases = {name: load_snapshot(coursedir, told["assignment"], name) for name in names}
        handed = read_hand_in(path.parent, told["student"], releases).digest()
        data, notes = read_bytes(path, known=names, release=release)
        made = rebuild(data, release, notes)
        found, missing = attachments.gather(path.parent, attachments.declared(release))
        wrong = attachments.add_listing(made.notebook, attachments.examined(found), missing)
        for note in (*made.notes, *wrong):
            self.log.warning("%s, %s: %s", told["student"], told["notebook"], note)
        made.notebook.metadata["ecrm"] = {**made.notebook.metadata.get("ecrm", {}), "handed": handed}
        return self.from_notebook_node(made.notebook, resources=resources)


def _keep_rules(converter: Any) -> None:
    # Saving and the whole of `ecrm mark` come along, which nobody needs who only rebuilds.
    from ecrm_helpers.marking.seams.course_rules import keep_course_rules  # noqa: PLC0415

    keep_course_rules(converter)


def _is_submission(filename: str, coursedir: Any, told: dict[str, str]) -> bool:
    if not {"student", "assignment", "notebook"} <= set(told):
        return False
    folder = coursedir.format_path(coursedir.submitted_directory, told["student"], told["assignment"])
    return Path(filename).parent == Path(folder)


def _add_submissions_without_notebook(converter: Any) -> None:
    """Give a submission whose notebook is missing or renamed a row too.

    nbgrader looks only at names that it finds, before anything of ours is asked.
    """
    coursedir = converter.coursedir
    pattern = coursedir.format_path(
        coursedir.submitted_directory, coursedir.student_id, coursedir.assignment_id
    )
    for folder in sorted(glob.glob(pattern)):  # noqa: PTH207 - the pattern is nbgrader's own
        if not Path(folder).is_dir():
            continue
        names = notebook_names(coursedir, Path(folder).name)
        wanted = {str(Path(folder) / f"{name}.ipynb") for name in names}
        if coursedir.notebook_id == "*" and wanted:
            converter.assignments[folder] = sorted(wanted)
