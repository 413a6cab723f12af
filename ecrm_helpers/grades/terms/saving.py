"""Copy what made a term's grades: aside, checked, then renamed into place."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.terms.snapshots import (
    MANIFEST,
    Snapshot,
    clear_leftovers,
    digest,
    files_in,
    term_name,
    terms_folder,
)
from ecrm_helpers.messages import terms as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CONFIG", "GRADEBOOK", "count_students", "database_elsewhere", "save_term"]

CONFIG, GRADEBOOK = "nbgrader_config.py", "gradebook.db"
_FOLDERS = ("scores", "groups", "reports")
_FILES = tuple(f"{stem}{end}" for stem in ("roster", "groups", "overrides") for end in (".csv", ".xlsx"))
_WAIT = 60  # seconds for a marker that holds the gradebook
_PACKAGE = "ecrm-courseware"


def save_term(root: Path, name: str, *, config: Path, course: str, at: dt.datetime | None = None) -> Snapshot:
    """Save a snapshot of a course folder under `terms/<name>/`, folders 0700, files 0600.

    Parameters
    ----------
    root : Path
        Course folder.
    name : str
    config : Path
        grading_config.py.
    course : str
        Its id, for the manifest.
    at : datetime, optional
        When it is saved; now by default.

    Raises
    ------
    GradingError
        The name is taken or no name, there is nothing to save, a file is a link, or the gradebook cannot be
        copied whole.
    """
    root, name = root.resolve(), term_name(name)
    folder = terms_folder(root)
    target = folder / name
    if os.path.lexists(target):
        message = messages.exists(name)
        raise GradingError(message)
    sources = list(_sources(root))
    if not sources and not (root / GRADEBOOK).is_file():
        message = messages.nothing_to_save(root)
        raise GradingError(message)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    clear_leftovers(folder)
    aside = Path(tempfile.mkdtemp(dir=folder, prefix=f".{name}-"))  # mkdtemp makes it 0700
    try:
        if (root / GRADEBOOK).is_file():
            _copy_gradebook(root / GRADEBOOK, aside / GRADEBOOK)
        for source in sources:
            _copy(source, aside / source.relative_to(root))
        _copy(config, aside / config.name)
        students = count_students(aside)
        told = {
            "term": name,
            "course": course,
            "saved_at": (at or dt.datetime.now().astimezone()).isoformat(timespec="seconds"),
            "package": _version(),
            "students": students,
        }
        _write_manifest(aside, told)
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    there = list(files_in(target))
    size = sum(path.stat().st_size for path in there)
    return Snapshot(name, target, str(told["saved_at"]), str(told["package"]), students, len(there), size, ())


def count_students(root: Path) -> int:
    """Count the students of a course folder: the roster's rows, else the gradebook's accounts."""
    for path in (root / "roster.csv", root / "roster.xlsx"):
        if path.is_file():
            return _rows(path)
    gradebook = root / GRADEBOOK
    if not gradebook.is_file():
        return 0
    try:
        with closing(_opened(gradebook)) as book:
            return int(book.execute("SELECT count(*) FROM student").fetchone()[0])
    except sqlite3.Error:
        return 0


def database_elsewhere(root: Path) -> bool:
    """Tell whether nbgrader_config.py keeps the gradebook in another place than the course folder."""
    path = root / CONFIG
    text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    return re.search(r"(?m)^[^#\n]*\bdb_url\s*=", text) is not None


def _sources(root: Path) -> Iterator[Path]:
    """Yield the files to copy; what Office and we write aside is none of them.

    Raises
    ------
    GradingError
        One is a link.
    """
    found = [root / name for name in (*_FILES, CONFIG) if os.path.lexists(root / name)]
    for folder in (root / name for name in _FOLDERS):
        found += [folder] if folder.is_symlink() else files_in(folder)
    for path in found:
        if path.is_symlink():
            message = messages.link(path)
            raise GradingError(message)
        if not path.name.startswith((".", "~$")):
            yield path


def _copy(source: Path, target: Path) -> None:
    for parent in reversed(target.relative_to(target.anchor).parents):
        made = Path(target.anchor) / parent
        if not made.exists():
            made.mkdir(mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        shutil.copyfileobj(read, written)


def _copy_gradebook(source: Path, target: Path) -> None:
    """Copy through SQLite's backup, which sees a marker's work whole or not at all, and check the copy."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    until = time.monotonic() + _WAIT

    def watch(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise TimeoutError

    try:
        with closing(_opened(source)) as book, closing(sqlite3.connect(target)) as copy:
            book.backup(copy, progress=watch)
            problems = copy.execute("PRAGMA quick_check").fetchone()[0]
    except (sqlite3.Error, TimeoutError) as error:
        message = messages.bad_gradebook(source.name, str(error) or "database is locked")
        raise GradingError(message) from error
    if problems != "ok":
        message = messages.bad_gradebook(source.name, problems)
        raise GradingError(message)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(path.resolve().as_posix())}?mode=ro", uri=True, timeout=1)


def _rows(path: Path) -> int:
    """Count the rows of a roster, whatever is wrong with it."""
    from ecrm_helpers.grades.people.roster import count_rows  # noqa: PLC0415

    try:
        return count_rows(path)
    except GradingError:
        return 0


def _write_manifest(folder: Path, told: dict[str, Any]) -> None:
    from ecrm_helpers.grades.output import write_privately  # noqa: PLC0415  rich and openpyxl, for writers only

    files = {
        path.relative_to(folder).as_posix(): {"sha256": digest(path), "bytes": path.stat().st_size}
        for path in files_in(folder)
    }
    text = json.dumps({**told, "files": files}, ensure_ascii=False, indent=1)
    write_privately(folder / MANIFEST, f"{text}\n".encode())


def _version() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return "0"
