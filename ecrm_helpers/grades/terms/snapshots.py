"""What snapshots there are, and whether every file is still as it was saved."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import terms as messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "MANIFEST",
    "TERMS",
    "Snapshot",
    "clear_leftovers",
    "digest",
    "files_in",
    "saved_terms",
    "term_name",
    "terms_folder",
]

TERMS, MANIFEST = "terms", "manifest.json"
_NAME = re.compile(r"\w[\w.-]{0,63}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Snapshot:
    """A saved term.

    Attributes
    ----------
    name : str
    folder : Path
    saved_at, version : str
        When it was saved, and by which version of this package; empty where the manifest cannot be read.
    students, files, size : int
        Bytes.
    faults : tuple of str
        In what it is not as it was saved; empty when every checksum fits.
    """

    name: str
    folder: Path
    saved_at: str
    version: str
    students: int
    files: int
    size: int
    faults: tuple[str, ...]


def term_name(text: str) -> str:
    """Return a name that can be a folder anywhere, and never another place.

    Raises
    ------
    GradingError

    Examples
    --------
    >>> term_name(" 2026春 ")
    '2026春'
    """
    name = unicodedata.normalize("NFKC", text).strip()
    if not _NAME.fullmatch(name) or name.endswith(".") or ".." in name or _DEVICES.fullmatch(name):
        message = messages.bad_name(text)
        raise GradingError(message)
    return name


def terms_folder(root: Path) -> Path:
    """Return the folder of snapshots.

    Raises
    ------
    GradingError
        It is a link.
    """
    folder = root / TERMS
    if folder.is_symlink():
        message = messages.link(folder)
        raise GradingError(message)
    return folder


def saved_terms(root: Path) -> tuple[Snapshot, ...]:
    """List the snapshots of a course folder, each checked file by file.

    Raises
    ------
    GradingError
        `terms` is a link.
    """
    folder = terms_folder(root)
    found = sorted(path for path in folder.glob("*") if path.is_dir() and not path.name.startswith("."))
    return tuple(_checked(path) for path in found)


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, links as themselves."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed run left aside: personal data that nobody would find again."""
    for path in folder.glob(".*-*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _checked(folder: Path) -> Snapshot:
    told = _manifest(folder / MANIFEST)
    there = {path.relative_to(folder).as_posix(): path for path in files_in(folder)}
    size = sum(path.lstat().st_size for path in there.values())
    if folder.is_symlink() or told is None:
        fault = messages.link(folder).splitlines()[0] if folder.is_symlink() else messages.no_manifest()
        return Snapshot(folder.name, folder, "", "", 0, len(there), size, (fault,))
    listed = told["files"]
    changed = [name for name in listed if name in there and not _same(there[name], listed[name]["sha256"])]
    missing = [name for name in listed if name not in there]
    added = [name for name in there if name not in listed and name != MANIFEST]
    tells = (
        (changed, messages.files_changed),
        (missing, messages.files_missing),
        (added, messages.files_added),
    )
    faults: tuple[str, ...] = tuple(tell(names) for names, tell in tells if names)
    at, version, students = str(told["saved_at"]), str(told["package"]), int(told["students"])
    return Snapshot(folder.name, folder, at, version, students, len(there), size, faults)


def _manifest(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text("utf-8"))
        whole = {"files", "saved_at", "package", "students"} <= told.keys()
        return told if whole and all("sha256" in one for one in told["files"].values()) else None
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def _same(path: Path, sha256: str) -> bool:
    return not path.is_symlink() and digest(path) == sha256
