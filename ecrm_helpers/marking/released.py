"""What was released: read from the snapshot that was kept of it or, in an older course, from the release."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "load_snapshot",
    "notebook_names",
    "read_release",
    "release_folder",
    "released_bytes",
    "released_notebooks",
    "snapshot_folder",
]


def snapshot_folder(coursedir: Any, assignment: str) -> Path:
    """Return the folder of an assignment's snapshot."""
    return Path(coursedir.root) / "snapshots" / assignment


def release_folder(coursedir: Any, assignment: str) -> Path:
    """Return the folder of what students got."""
    return Path(coursedir.format_path(coursedir.release_directory, ".", assignment))


def notebook_names(coursedir: Any, assignment: str) -> list[str]:
    """Return the names of an assignment's notebooks, [] where nothing was released."""
    for folder in (snapshot_folder(coursedir, assignment), release_folder(coursedir, assignment)):
        names = sorted(path.stem for path in folder.glob("*.ipynb"))
        if names:
            return names
    return []


def released_bytes(coursedir: Any, assignment: str, notebook: str) -> bytes | None:
    """Return a released notebook as it is kept, or None: it was not generated here."""
    for folder in (snapshot_folder(coursedir, assignment), release_folder(coursedir, assignment)):
        path = folder / f"{notebook}.ipynb"
        if path.is_file():
            return path.read_bytes()
    return None


def released_notebooks(coursedir: Any, assignment: str) -> list[bytes]:
    """Return what was released, as far as it is there: nothing is checked."""
    names = notebook_names(coursedir, assignment)
    return [data for name in names if (data := released_bytes(coursedir, assignment, name)) is not None]


@lru_cache(maxsize=32)
def read_release(data: bytes) -> NotebookNode:
    """Return a released notebook; whoever changes it changes it for all."""
    import nbformat  # noqa: PLC0415 - a second to import

    return nbformat.reads(data.decode("utf-8"), as_version=4)


def load_snapshot(coursedir: Any, assignment: str, notebook: str) -> NotebookNode:
    """Return the released notebook.

    Raises
    ------
    MarkingError
        When neither a snapshot nor a release exists: the assignment was not generated in this course.
    """
    data = released_bytes(coursedir, assignment, notebook)
    if data is None:
        message = (
            f"{assignment}/{notebook}: no snapshot of the release; run nbgrader generate_assignment first"
        )
        raise MarkingError(message)
    return read_release(data)
