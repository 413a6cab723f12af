"""Read the declared files from a submission's folder: regular files, of bounded number and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.regular import read_regular
from ecrm_helpers.messages import attachments as say
from ecrm_helpers.messages.marking import EMPTY_FILE, HUGE_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecrm_helpers.marking.attachments.declared import Declared

__all__ = ["gather"]

_MOST: Final = 10
_MB: Final = 1024 * 1024
_ODD: Final = '/\\:*?"<>|`[]{}#%&'


def gather(folder: Path, wanted: Sequence[Declared]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the declared files of a submission, and notes in Chinese on what is missing or not taken.

    Parameters
    ----------
    folder : Path
        The submission's folder; its subfolders are not looked at.
    wanted : sequence of Declared

    Returns
    -------
    files : list of dict
        ``name``, ``label``, ``kind``, ``task`` and the bytes as ``data``; a file is taken once, a pattern
        takes at most 10.
    notes : list of str
    """
    names = (
        sorted(path.name for path in folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
    )
    found: list[dict[str, Any]] = []
    notes: list[str] = []
    for one in wanted:
        taken = {file["name"] for file in found}
        fitting = [name for name in names if one.fits(name) and name not in taken and _is_plain(name)]
        if len(fitting) > _MOST:
            notes.append(say.too_many(one.label, _MOST))
        files, problems = _read(folder, fitting[:_MOST], one)
        found += files
        notes += problems if fitting else [say.missing(one.label, one.name)]
    return found, notes


def _is_plain(name: str) -> bool:
    return name.isprintable() and not name.startswith((".", "~")) and not any(mark in name for mark in _ODD)


def _read(folder: Path, names: list[str], one: Declared) -> tuple[list[dict[str, Any]], list[str]]:
    files: list[dict[str, Any]] = []
    notes: list[str] = []
    for name in names:
        data, problems = read_regular(folder / name, most=int(one.max_mb * _MB))
        if HUGE_FILE in problems:
            notes.append(say.too_large(name, one.max_mb))
        elif EMPTY_FILE in problems:
            notes.append(say.empty(name))
        elif problems:
            notes.append(say.no_file(name))
        else:
            files.append({"name": name, "label": one.label, "kind": one.kind, "task": one.task, "data": data})
    return files, notes
