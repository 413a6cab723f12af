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
from ecrm_helpers.marking.handin import read_regular
from ecrm_helpers.marking.snapshot import load_snapshot, notebook_names

__all__ = ["copy_nothing_else", "files_to_keep"]

# nbgrader's collector wrote them; releasing feedback needs both.
_SMALL: Final = ("timestamp.txt", "submission_secret.txt")
_LONGEST: Final = 1_000


def copy_nothing_else(converter: Any) -> None:
    """Let an `Autograde` converter copy only `files_to_keep`."""
    real_init, real_source = converter.init_assignment, converter._format_source  # noqa: SLF001

    def init_assignment(assignment_id: str, student_id: str) -> None:
        with tempfile.TemporaryDirectory(prefix="ecrm-kept-") as aside:
            for name, data in files_to_keep(converter.coursedir, assignment_id, student_id).items():
                path = Path(aside) / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
            converter._format_source = lambda *_, **__: aside  # noqa: SLF001
            try:
                real_init(assignment_id, student_id)
            finally:
                converter._format_source = real_source  # noqa: SLF001

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
