"""Keep nbgrader from copying whatever else lies in a submission's folder.

It copies every file there into the autograded folder, follows links (to the solution, to a device without
an end) and stops at pipes. It is shown a folder of our making instead, which holds nothing but what may be
kept: the collector's two small files and the attachments that the assignment asks for.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from ecrm_helpers.marking import attachments
from ecrm_helpers.marking.regular import read_regular
from ecrm_helpers.marking.released import load_snapshot, notebook_names

__all__ = ["copy_nothing_else", "files_to_keep"]

# nbgrader's collector wrote them; releasing feedback needs both.
_SMALL: Final = ("timestamp.txt", "submission_secret.txt")
_LONGEST: Final = 1_000


def copy_nothing_else(converter: Any) -> None:
    """Let an `Autograde` converter copy only `files_to_keep`.

    No notebook is missing in the folder it is shown: for one with another name it would write a zero, and
    forget that the teacher has to look again, before anything is marked.
    """
    real_init, coursedir = converter.init_assignment, converter.coursedir

    def init_assignment(assignment_id: str, student_id: str) -> None:
        kept = files_to_keep(coursedir, assignment_id, student_id)
        empty = {f"{name}.ipynb": b"" for name in notebook_names(coursedir, assignment_id)}
        submitted = coursedir.submitted_directory
        with tempfile.TemporaryDirectory(prefix="ecrm-kept-") as aside:
            folder = Path(coursedir.format_path(aside, student_id, assignment_id))
            for name, data in {**kept, **empty}.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            coursedir.submitted_directory = aside
            try:
                real_init(assignment_id, student_id)
            finally:
                coursedir.submitted_directory = submitted

    converter.init_assignment = init_assignment


def files_to_keep(coursedir: Any, assignment: str, student: str) -> dict[str, bytes]:
    """Return what is kept beside the marked notebooks, by its path there."""
    folder = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
    kept: dict[str, bytes] = {}
    if folder.is_symlink():
        return kept
    for name in _SMALL:
        data, problems = read_regular(folder / name, most=_LONGEST)
        if not problems:
            kept[name] = data
    for notebook in notebook_names(coursedir, assignment):
        wanted = attachments.declared(load_snapshot(coursedir, assignment, notebook))
        found, _ = attachments.gather(folder, wanted)
        kept |= attachments.kept_files(attachments.examined(found))
    return kept
