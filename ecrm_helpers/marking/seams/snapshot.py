"""Keep what was released: a submission is rebuilt from it, and a failing generate must not destroy it.

`ReleaseExporter` is named as ``GenerateAssignment.exporter_class``. nbgrader deletes the old release before
it generates the new one, so the exporter, which is made first, rehearses the whole generation aside (in a
temporary folder, on a copy of the gradebook): if that fails, nothing has been touched. The snapshot is
written after the gradebook was, from the same run, beside it in ``snapshots/<assignment>/``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from ecrm_helpers.marking.attachments.declared import declared
from ecrm_helpers.marking.beside import told_files
from ecrm_helpers.marking.released import release_folder, snapshot_folder
from ecrm_helpers.messages import judging as say

__all__ = ["ReleaseExporter"]


class ReleaseExporter(NotebookExporter):
    """Writes released notebooks, after a rehearsal, and keeps a snapshot of each."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        converter = self.parent
        if converter is not None and hasattr(converter, "coursedir") and _will_write(converter):
            _check_declarations(converter.coursedir)
            _tell_secrets(converter)
            _rehearse(converter)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the released notebook's text and keep it."""
        output, resources = super().from_filename(filename, resources=resources, **options)
        told = resources.get("nbgrader", {})
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir is not None and told:
            _keep(snapshot_folder(coursedir, told["assignment"]) / f"{told['notebook']}.ipynb", str(output))
        return output, resources


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(text, encoding="utf-8", newline="\n")
    aside.replace(path)


def _will_write(converter: Any) -> bool:
    """Tell whether nbgrader is going to replace anything: an existing release is kept without force."""
    coursedir = converter.coursedir
    return bool(converter.force or not release_folder(coursedir, coursedir.assignment_id).exists())


def _check_declarations(coursedir: Any) -> None:
    """Refuse attachments that are declared in a wrong way, before anything is replaced."""
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id))
    for path in sorted(folder.glob(f"{coursedir.notebook_id}.ipynb")):
        declared(json.loads(path.read_bytes()))


def _tell_secrets(converter: Any) -> None:
    """Warn of files that ``marking.py`` names and nbgrader is going to release."""
    coursedir = converter.coursedir
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id))
    ignored = (*coursedir.ignore, "marking.py")
    names = [
        name
        for name in told_files(folder / "marking.py")
        if not any(fnmatch(name, pattern) for pattern in ignored)
    ]
    if names:
        converter.log.warning("%s", say.released_too(names))


def _rehearse(converter: Any) -> None:
    """Generate aside; whatever it raises stops nbgrader before it deletes the old release."""
    from nbgrader.converters import GenerateAssignment  # noqa: PLC0415 - only where nbgrader runs anyway
    from nbgrader.coursedir import CourseDirectory  # noqa: PLC0415

    coursedir = converter.coursedir
    with tempfile.TemporaryDirectory(prefix="ecrm-rehearsal-") as aside:
        config = converter.config.copy()
        config.GenerateAssignment.exporter_class = NotebookExporter
        copied = _copy_gradebook(coursedir.db_url, Path(aside))
        if copied is None:
            config.SaveCells.enabled = False
        there = CourseDirectory(
            config=config,
            root=coursedir.root,
            source_directory=coursedir.source_directory,
            release_directory=str(Path(aside) / "release"),
            assignment_id=coursedir.assignment_id,
            notebook_id=coursedir.notebook_id,
            course_id=coursedir.course_id,
            db_url=copied or coursedir.db_url,
        )
        rehearsal = GenerateAssignment(coursedir=there, config=config)
        rehearsal.no_database = converter.no_database or copied is None
        rehearsal.log = converter.log
        before = Path.cwd()
        try:
            rehearsal.start()
        finally:
            os.chdir(before)


def _copy_gradebook(db_url: str, aside: Path) -> str | None:
    """Return the address of a copy of an SQLite gradebook, None for other engines or a new course."""
    prefix = "sqlite:///"
    if not db_url.startswith(prefix) or not Path(db_url.removeprefix(prefix)).is_file():
        return None
    copy = aside / "gradebook.db"
    with (
        closing(sqlite3.connect(db_url.removeprefix(prefix))) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return f"{prefix}{copy}"
