"""Put one hand-in into the folder of submissions: whole or not at all, whenever the power fails.

What is replaced is kept in ``submitted/.replaced``: no work of a student is deleted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
import shutil
import stat
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from ecrm_helpers.marking.collect.aside import KEPT, keep, swap
from ecrm_helpers.marking.collect.names import normal_student

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["HandIn", "Received", "content_digest", "receive", "same_student", "stamp"]

STAMP: Final = "timestamp.txt"
SECRET: Final = "submission_secret.txt"  # noqa: S105 - a file's name
OWN_FILES: Final = frozenset({STAMP, SECRET})
_SECRET: Final = re.compile(r"[0-9A-Za-z_-]{16,256}")


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """What one student handed in.

    Attributes
    ----------
    student : str
        Id as the folder of submissions is to call it.
    at : datetime
        When the collector says it came, with a time zone.
    files : dict
        Relative names ("report.docx", "data/a.csv") to staged regular files.
    secret : str
        What nbgrader's exchange names the feedback by; made here where none came.
    notes : tuple of str
    """

    student: str
    at: dt.datetime
    files: Mapping[str, Path]
    secret: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of a hand-in: "collected", "replaced", "unchanged", "older" or "kept"."""

    student: str
    status: str
    at: dt.datetime
    before: dt.datetime | None = None
    notes: tuple[str, ...] = ()


def stamp(at: dt.datetime) -> str:
    """Return a time as nbgrader writes it.

    Examples
    --------
    >>> stamp(dt.datetime(2026, 10, 16, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    '2026-10-16 15:59:00.000000 UTC'
    """
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def content_digest(files: Mapping[str, Path]) -> str:
    """Return what two hand-ins of the same files have in common, whatever their times and secrets."""
    total = hashlib.sha256()
    for name in sorted(set(files) - OWN_FILES):
        with files[name].open("rb") as file:
            part = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{len(name.encode())}:{name}:{part}\n".encode())
    return total.hexdigest()


def same_student(submitted: Path, student: str) -> str | None:
    """Return the folder that stands for this student under another spelling, if there is one."""
    for folder in submitted.iterdir() if submitted.is_dir() else ():
        if folder.name != student and normal_student(folder.name) == normal_student(student):
            return folder.name
    return None


def receive(
    folder: Path,
    hand_in: HandIn,
    *,
    submitted: Path,
    assignment: str,
    update: bool = True,
    even_older: bool = False,
    shared: bool = False,
) -> Received:
    """Put a hand-in where nbgrader looks for it.

    Parameters
    ----------
    folder : Path
        From `staging`.
    hand_in : HandIn
    submitted : Path
        The course's folder of submissions.
    assignment : str
    update : bool
        Replace an earlier hand-in by a newer one.
    even_older : bool
        Replace it whatever its time: the collector was asked for the last one before the due date, or was
        told the time.
    shared : bool
        Let the group write, as nbgrader's ``groupshared`` does.

    Returns
    -------
    Received
        Work that is the same as before changes nothing: the time at which it was first seen stays.
    """
    target = submitted / hand_in.student / assignment
    there = target.is_dir() and not target.is_symlink()
    files = _files_in(target) if there else {}
    before = _time_of(target) if there else None
    settled = partial(Received, student=hand_in.student, at=hand_in.at, before=before, notes=hand_in.notes)
    same = before is not None and content_digest(files) == content_digest(hand_in.files)
    if same and not (even_older and before != hand_in.at):
        return settled(status="unchanged")
    if there and not (update or even_older):
        return settled(status="kept")
    if before is not None and hand_in.at <= before and not even_older:
        return settled(status="older")
    made = folder / "old" / hand_in.student / assignment
    _write(folder / "new", hand_in, _secret(hand_in, submitted, assignment), shared=shared)
    made.parent.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o2770 if shared else 0o750)
    if os.path.lexists(target):
        keep(target, submitted / KEPT / assignment / hand_in.student, before)
        swap(folder / "new", target, made)
    else:
        (folder / "new").rename(target)
    return settled(status="replaced" if there else "collected")


def _files_in(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if stat.S_ISREG(path.lstat().st_mode)
    }


def _time_of(folder: Path) -> dt.datetime | None:
    """Return the time an earlier collector wrote down, None where nobody did."""
    from nbgrader.utils import parse_utc  # noqa: PLC0415 - nbgrader takes a second

    path = folder / STAMP
    if path.is_symlink() or not path.is_file():
        return None
    try:
        found: dt.datetime = parse_utc(path.read_text("utf-8").strip())
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=dt.UTC)


def _secret(hand_in: HandIn, submitted: Path, assignment: str) -> str:
    """Return the hand-in's secret; a new one where it is none, or is the one of a fellow student.

    Feedback is published under it, so whoever hands in another's would get or replace that one's page.
    """
    if not _SECRET.fullmatch(hand_in.secret):
        return secrets.token_hex(64)
    for path in submitted.glob(f"*/{assignment}/{SECRET}"):
        other = path.parent.parent.name != hand_in.student and path.is_file()
        if other and path.read_bytes() == hand_in.secret.encode():
            return secrets.token_hex(64)
    return hand_in.secret


def _write(folder: Path, hand_in: HandIn, secret: str, *, shared: bool) -> None:
    folder_mode, file_mode = (0o2770, 0o660) if shared else (0o750, 0o640)
    folder.mkdir()
    for name, source in hand_in.files.items():
        place = folder.joinpath(*name.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    (folder / STAMP).write_text(stamp(hand_in.at), "utf-8")
    (folder / SECRET).write_text(secret, "utf-8")
    for path in (folder, *folder.rglob("*")):
        path.chmod(folder_mode if path.is_dir() else file_mode)
