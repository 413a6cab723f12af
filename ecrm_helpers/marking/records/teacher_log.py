"""``marking.log`` in a course folder: what the teacher decides, one line per task, the reasons in full."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["tell_teacher"]


def tell_teacher(root: Path, lines: Iterable[Sequence[Any]]) -> None:
    """Add lines to the log; students' ids stand in it, so it is not for everybody on this machine to read.

    Parameters
    ----------
    root : Path
        The course folder.
    lines : iterable of sequence
        Assignment, student, notebook, task, status, whose shop it fits, log; whatever breaks a line is a
        space.
    """
    told = ["\t".join(" ".join(str(part).split()) for part in line) + "\n" for line in lines]
    if not told:
        return
    with open(root / "marking.log", "a", encoding="utf-8", opener=_for_us) as log:
        log.write("".join(told))


def _for_us(path: str, flags: int) -> int:
    return os.open(path, flags, 0o660)
