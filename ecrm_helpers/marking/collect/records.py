"""Read one record of the exchange without trusting it: by open folders, never by a path that may change."""

from __future__ import annotations

import datetime as dt
import fnmatch
import os
import stat
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from ecrm_helpers.marking.collect.names import is_junk
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Kept", "Limits", "Record", "RecordRefused", "copy_record", "look_at_record"]

_DEEPEST: Final = 8
_MOST_ENTRIES: Final = 2_000
_CHUNK: Final = 1 << 20
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


class RecordRefused(Exception):  # noqa: N818 - a finding, told to the teacher, not an error of ours
    """A record that must not be collected; the reason is in Chinese."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is taken of a record: nbgrader's own options."""

    ignore: Sequence[str] = ()
    include: Sequence[str] = ("*",)
    file_bytes: int = 100_000_000
    all_bytes: int = 100_000_000


@dataclass(frozen=True)
class Kept:
    """One file of a record, and what tells whether it has changed since."""

    name: str
    about: tuple[int, int, int, int]  # device, inode, size, time of change in ns


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record that may be collected.

    Attributes
    ----------
    name : str
        Its folder's name, which proves nothing.
    uid : int
        The account that owns the folder and everything in it.
    changed, modified : datetime
        The last change of anything in it: as the file system noted it, and as its owner may have set it.
    files : tuple of Kept
    notes : tuple of str
        What was left out.
    """

    name: str
    uid: int
    changed: dt.datetime
    modified: dt.datetime
    files: tuple[Kept, ...]
    notes: tuple[str, ...] = ()


def look_at_record(inbound: int, name: str, limits: Limits) -> Record:
    """Look at a record without reading its files.

    Parameters
    ----------
    inbound : int
        The open folder the record lies in.
    name : str
    limits : Limits

    Raises
    ------
    RecordRefused
        It is a link, holds a link, a pipe or a file of another owner, or cannot be read.
    """
    with _opened(inbound, name) as folder:
        top = os.fstat(folder)
        try:
            seen = list(islice(_walk(folder, "", top.st_uid, 0), _MOST_ENTRIES + 1))
        except OSError as error:  # it changes under our eyes, or cannot be read
            raise RecordRefused(say.cannot_open(error)) from error
    if len(seen) > _MOST_ENTRIES:
        raise RecordRefused(say.too_many_entries(_MOST_ENTRIES))
    files, notes = _wanted([(name, about) for name, about in seen if stat.S_ISREG(about.st_mode)], limits)
    everything = [top, *(about for _, about in seen)]
    return Record(
        name=name,
        uid=top.st_uid,
        changed=_time(max(about.st_ctime_ns for about in everything)),
        modified=_time(max(about.st_mtime_ns for about in everything)),
        files=tuple(files),
        notes=tuple(notes),
    )


def _time(nanoseconds: int) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(nanoseconds // 1000 / 1e6, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return dt.datetime.max.replace(tzinfo=dt.UTC)  # a time nobody can read is refused as a future one


@contextmanager
def _opened(parent: int, name: str) -> Iterator[int]:
    try:
        handle = os.open(name, _FOLDER, dir_fd=parent)
    except NotADirectoryError as error:
        raise RecordRefused(say.LINK) from error
    except OSError as error:
        raise RecordRefused(say.LINK if _is_link(parent, name) else say.cannot_open(error)) from error
    try:
        yield handle
    finally:
        os.close(handle)


def _is_link(parent: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except OSError:
        return False


def _walk(folder: int, before: str, owner: int, depth: int) -> Iterator[tuple[str, os.stat_result]]:
    if depth > _DEEPEST:
        raise RecordRefused(say.TOO_DEEP)
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, _MOST_ENTRIES + 1)]
    for name in sorted(names):
        about = os.stat(name, dir_fd=folder, follow_symlinks=False)
        shown = before + name
        if about.st_uid != owner:
            raise RecordRefused(say.foreign_file(_printable(shown)))
        if stat.S_ISDIR(about.st_mode):
            yield shown, about
            with _opened(folder, name) as inner:
                yield from _walk(inner, f"{shown}/", owner, depth + 1)
        elif not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
            raise RecordRefused(say.link_inside(_printable(shown)))
        else:
            yield shown, about


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:120]


def _wanted(files: list[tuple[str, os.stat_result]], limits: Limits) -> tuple[list[Kept], list[str]]:
    """Choose notebooks first, then the rest as far as the room goes."""
    kept, notes, room = [], [], limits.all_bytes
    for name, about in sorted(files, key=lambda file: (not file[0].endswith(".ipynb"), file[0])):
        parts = name.split("/")
        ignored = any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in limits.ignore)
        included = any(fnmatch.fnmatch(parts[-1], pattern) for pattern in limits.include)
        if ignored or not included or any(is_junk(part) for part in parts):
            continue
        if not _nameable(name):
            notes.append(say.bad_name(_printable(name)))
        elif about.st_size > min(limits.file_bytes, room):
            notes.append(say.left_out(_printable(name), about.st_size))
        else:
            room -= about.st_size
            kept.append(Kept(name, _about(about)))
    return kept, notes


def _nameable(name: str) -> bool:
    odd = {"\\", ":", "*", "?", '"', "<", ">", "|"}
    return not any(letter in odd or unicodedata.category(letter)[0] == "C" for letter in name)


def _about(about: os.stat_result) -> tuple[int, int, int, int]:
    return about.st_dev, about.st_ino, about.st_size, about.st_ctime_ns


def copy_record(inbound: int, record: Record, folder: Path) -> dict[str, Path]:
    """Copy what was looked at, and only that, into `folder`; return the copies by name.

    Raises
    ------
    RecordRefused
        Something has changed since.
    """
    folder.mkdir()
    copies = {}
    with _opened(inbound, record.name) as top:
        for number, file in enumerate(record.files):
            copies[file.name] = folder / str(number)
            _copy(top, file, copies[file.name])
    return copies


def _copy(top: int, file: Kept, target: Path) -> None:
    *folders, name = file.name.split("/")
    at = os.dup(top)
    try:
        for part in folders:
            with _opened(at, part) as inner:
                os.close(at)
                at = os.dup(inner)
        source = os.fdopen(os.open(name, _FILE, dir_fd=at), "rb")
    except OSError as error:
        raise RecordRefused(say.cannot_open(error)) from error
    finally:
        os.close(at)
    with source, target.open("xb") as out:
        _pour(source, out, file)


def _pour(source: BinaryIO, out: BinaryIO, file: Kept) -> None:
    if _about(os.fstat(source.fileno())) != file.about:
        raise RecordRefused(say.CHANGING)
    left = file.about[2]
    while left > 0 and (chunk := source.read(min(_CHUNK, left))):
        out.write(chunk)
        left -= len(chunk)
    if left or _about(os.fstat(source.fileno())) != file.about:
        raise RecordRefused(say.CHANGING)
