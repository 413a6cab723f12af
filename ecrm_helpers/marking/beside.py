"""What lies beside ``marking.py``: its judges may read it, a student's process never sees it.

A folder of solutions is released as it stands, without its ``marking.py`` and whatever else
``c.CourseDirectory.ignore`` names: tables of answers are called ``answers….csv`` or ``marking_…``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import judging as say

__all__ = ["files_beside", "told_files"]

_MOST_BYTES: Final = 48 << 20  # as much as a sandbox holds
_NOT_DATA: Final = frozenset({".ipynb", ".pyc"})


def files_beside(marking: Path) -> dict[str, bytes]:
    """Return the plain files in the folder of a marking file, by relative name.

    Neither notebooks nor hidden files, nor what a link points at.

    Raises
    ------
    MarkingError
        They are larger than a judge's private copy may be.
    """
    found = _plain(marking)
    size = sum(path.stat().st_size for path in found)
    if size > _MOST_BYTES:
        message = say.too_much_beside(marking.parent, size >> 20, _MOST_BYTES >> 20)
        raise MarkingError(message)
    return {path.relative_to(marking.parent).as_posix(): path.read_bytes() for path in found}


def told_files(marking: Path) -> list[str]:
    """Return the names of files beside a marking file that its text names: it probably reads them."""
    if not marking.is_file():
        return []
    text = marking.read_text(encoding="utf-8", errors="replace")
    return [path.name for path in _plain(marking) if path.name in text]


def _plain(marking: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, names in os.walk(marking.parent):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        paths = (Path(place) / name for name in sorted(names) if not name.startswith("."))
        found += [path for path in paths if path.suffix not in _NOT_DATA and not path.is_symlink()]
    return [path for path in found if path.is_file() and path != marking]
