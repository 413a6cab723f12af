"""Look through a zip and the zips in it, within limits, without ever writing under a name it gives."""

from __future__ import annotations

import datetime as dt
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ecrm_helpers.marking.collect.found import Finds, Level, TooLarge
from ecrm_helpers.marking.collect.names import clean_label, is_junk, kind_of, readable
from ecrm_helpers.marking.regular import MAX_FILE
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OTHER_ARCHIVES", "Budget", "look_into_zip"]

MAX_DEPTH: Final = 3
OTHER_ARCHIVES: Final = frozenset({".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"})
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_UNIX_TIME, _UNICODE_NAME = 0x5455, 0x7075
_END, _END_SIZE = b"PK\x05\x06", 22
_MOST_NAMES: Final = 4 << 20  # bytes of an inner archive's list of contents
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
                   OSError, struct.error, OverflowError)  # fmt: skip


@dataclass
class Budget:
    """How much one archive may still hold, unpacked; an inner archive has one of its own."""

    size: int = 4 << 30
    files: int = 20_000

    @classmethod
    def inner(cls) -> Budget:
        """Return what one student's archive may hold: no bomb of one takes the others' places."""
        return cls(size=256 << 20, files=1_000)

    def take(self, size: int) -> None:
        """Count one file.

        Raises
        ------
        TooLarge
        """
        self.files -= 1
        self.size -= size
        if self.files < 0 or self.size < 0:
            raise TooLarge(say.ARCHIVE_TOO_LARGE)


def look_into_zip(stream: BinaryIO, around: tuple[Level, ...], finds: Finds, budget: Budget) -> None:
    """Set aside the wanted files of a zip; what is refused is noted with its reason, the others go on.

    Parameters
    ----------
    stream : binary file
        The archive.
    around : tuple of Level
        The archive itself and what it lay in.
    finds : Finds
    budget : Budget
    """
    if len(around) > MAX_DEPTH:
        finds.miss(around, say.TOO_DEEP)
        return
    files, missed, passed_over = len(finds.files), len(finds.missed), finds.passed_over
    try:
        _refuse_endless(stream, inner=len(around) > 1)
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                _look_at(archive, info, around, finds, budget)
    except TooLarge as error:
        # Half of an archive is nobody's hand-in.
        del finds.files[files:], finds.missed[missed:]
        finds.passed_over = passed_over
        finds.miss(around, str(error))
    except _DAMAGED:
        finds.miss(around, say.DAMAGED_ARCHIVE)


def _refuse_endless(stream: BinaryIO, *, inner: bool) -> None:
    """Refuse an inner archive whose list of contents alone would fill the memory."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - (1 << 16) - _END_SIZE))
    tail = stream.read()
    at = tail.rfind(_END)
    stream.seek(0)
    if inner and at >= 0 and len(tail) - at >= _END_SIZE:
        (listed,) = struct.unpack_from("<L", tail, at + 12)
        if listed > _MOST_NAMES:
            raise TooLarge(say.ARCHIVE_TOO_LARGE)


def _look_at(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, around: tuple[Level, ...], finds: Finds, budget: Budget
) -> None:
    name, at = _told(info)
    whole = (clean_label(part) for part in name.replace("\\", "/").split("/"))
    parts = tuple(part for part in whole if part not in {"", "."})
    if info.is_dir() or name.endswith(("/", "\\")) or not parts:
        return
    if any(is_junk(part) for part in parts):
        finds.passed_over += 1
        return
    levels = (*around, Level(parts, at))
    kind = kind_of(parts[-1])
    problem = _problem(info, parts, kind, finds)
    if problem:
        finds.miss(levels, problem)
        return
    try:
        with archive.open(info) as packed:
            path, digest, size = finds.set_aside(cast("BinaryIO", packed), most=MAX_FILE)
    except TooLarge as error:
        budget.take(MAX_FILE)
        finds.miss(levels, str(error))
        return
    except _DAMAGED:
        finds.miss(levels, say.DAMAGED_IN_ARCHIVE)
        return
    budget.take(size)
    if kind != ".zip":
        finds.add(levels, path, digest)
        return
    with path.open("rb") as inner:
        look_into_zip(inner, levels, finds, Budget.inner())
    path.unlink()


def _problem(info: zipfile.ZipInfo, parts: tuple[str, ...], kind: str, finds: Finds) -> str:
    problems = (
        (".." in parts, say.OUTSIDE),
        (stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}, say.LINK),
        (bool(info.flag_bits & _ENCRYPTED), say.ENCRYPTED),
        (info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}, say.OTHER_PACKING),
        (kind in OTHER_ARCHIVES, say.OTHER_ARCHIVE),
        (kind not in {".zip", *finds.kinds}, say.not_wanted(kind)),
    )
    return next((why for found, why in problems if found), "")


def _told(info: zipfile.ZipInfo) -> tuple[str, dt.datetime | None]:
    """Return an entry's name and time as they were meant."""
    extras = dict(_extras(info.extra))
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437")  # what zipfile has made of the bytes
        name = readable(raw)
        unicode_name = extras.get(_UNICODE_NAME, b"")
        if unicode_name[:1] == b"\x01" and unicode_name[1:5] == struct.pack("<L", zlib.crc32(raw)):
            name = unicode_name[5:].decode("utf-8", errors="replace")
    times = extras.get(_UNIX_TIME, b"")
    if len(times) >= 5 and times[0] & 1:  # noqa: PLR2004 - a flag and four bytes
        (seconds,) = struct.unpack_from("<l", times, 1)
        return name, dt.datetime.fromtimestamp(seconds, dt.UTC)
    try:
        return name, dt.datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError, OSError):
        return name, None


def _extras(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size
