"""Find the file that was handed in, and read it without following where it leads.

A student renames the notebook, works in a copy, or hands in something else: what can be told from the
content is, and the feedback says so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ecrm_helpers.marking.attachments.declared import declared
from ecrm_helpers.marking.rebuild.restore import answers_in
from ecrm_helpers.marking.regular import read_regular
from ecrm_helpers.messages import marking as say

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nbformat import NotebookNode

    from ecrm_helpers.marking.attachments.declared import Declared

__all__ = ["read_bytes"]

_MOST_OTHERS: Final = 10
# Handed in instead of a notebook: first what may still hold answers, then what can at least be named.
_INSTEAD: Final = (
    (".py", ".html", ".htm", ".zip", ".json", ".txt"),
    (".docx", ".doc", ".pdf", ".xlsx", ".rar", ".7z", ".png", ".jpg", ".jpeg"),
)
_NOT_MEANT: Final = frozenset({"timestamp.txt", "submission_secret.txt"})


def read_bytes(
    path: Path, *, known: Collection[str] = (), release: NotebookNode | None = None
) -> tuple[bytes, list[str]]:
    """Return the content of the file meant by `path`, or nothing and the reason, with notes in Chinese.

    Parameters
    ----------
    path : Path
        Where the notebook should be. When it is missing, or untouched beside a copy with answers, the other
        files of the folder are looked at.
    known : collection of str
        The names of the assignment's notebooks: none of them is a renamed other one.
    release : NotebookNode, optional
        The released notebook, to tell which of several files holds answers.

    Notes
    -----
    Links, pipes and huge files are not opened: a link in a submission folder could point at the solution.
    """
    if path.parent.is_symlink():
        return b"", [say.LINKED_FILE]
    others = [
        other
        for other in sorted(path.parent.glob("*.ipynb"))
        if not other.name.startswith(".") and other != path and other.stem not in known
    ][:_MOST_OTHERS]
    if not os.path.lexists(path):
        asked = declared(release) if release is not None else []
        return _renamed(path, others, release, asked)
    data, notes = read_regular(path)
    if not others or release is None or (not notes and answers_in(data, release)):
        return data, notes
    answered = _with_answers(others, release)
    if len(answered) != 1:
        return data, notes
    name, better = answered[0]
    return better, [say.other_file(name)]


def _renamed(
    path: Path, others: list[Path], release: NotebookNode | None, asked: list[Declared]
) -> tuple[bytes, list[str]]:
    if len(others) == 1:
        data, notes = read_regular(others[0])
        return data, [say.renamed_file(_shown(others[0])), *notes]
    if not others:
        return _something_else(path, asked)
    answered = _with_answers(others, release) if release is not None else []
    if len(answered) != 1:
        return b"", [say.several_files(len(others))]
    name, data = answered[0]
    return data, [say.most_answered(len(others), name)]


def _with_answers(others: list[Path], release: NotebookNode) -> list[tuple[str, bytes]]:
    """Return the files with the most answers, copies of the same bytes once."""
    counted: dict[bytes, tuple[int, str]] = {}
    for other in others:
        data, notes = read_regular(other)
        count = 0 if notes else answers_in(data, release)
        if count:
            counted.setdefault(data, (count, _shown(other)))
    most = max((count for count, _ in counted.values()), default=0)
    return [(name, data) for data, (count, name) in counted.items() if count == most]


def _something_else(path: Path, asked: list[Declared]) -> tuple[bytes, list[str]]:
    copy = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
    if not copy.parent.is_symlink() and os.path.lexists(copy):
        data, notes = read_regular(copy)
        return data, [say.old_copy(copy.name), *notes]
    files = [
        other
        for other in sorted(path.parent.iterdir() if path.parent.is_dir() else ())
        if other.name not in _NOT_MEANT and not other.name.startswith(".")
        # An attachment that the assignment asks for is not the notebook.
        if not any(one.fits(other.name) for one in asked)
    ]
    for suffixes in _INSTEAD:
        found = [other for other in files if other.suffix.lower() in suffixes]
        if len(found) == 1:
            return read_regular(found[0])
        if found:
            break
    return b"", [say.NO_FILE]


def _shown(path: Path) -> str:
    """Return a file's name without what could be read as markup."""
    return "".join(letter if letter.isalnum() or letter in " .-_()（）" else "?" for letter in path.name)[:60]
