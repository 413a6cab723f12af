"""Look through a folder, zip or single file of hand-ins, as an LMS, a chat app or a USB stick left it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect.archive import OTHER_ARCHIVES, Budget, look_into_zip
from ecrm_helpers.marking.collect.found import Finds, Level, TooLarge
from ecrm_helpers.marking.collect.names import clean_label, is_junk, kind_of, readable
from ecrm_helpers.marking.regular import MAX_FILE, open_regular
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["look_through"]

_DEEPEST: Final = 12
_MOST_FILES: Final = 50_000


def look_through(source: Path, finds: Finds) -> None:
    """Set aside every wanted file of `source`; note what is refused and why.

    Parameters
    ----------
    source : Path
        A folder, a zip or one file. Links are not followed.
    finds : Finds
        Its ``kinds`` are set aside, zips are looked into.

    Raises
    ------
    MarkingError
        There is no such folder or file, or it holds far more files than a class hands in.
    """
    if source.is_dir():
        for number, (path, parts) in enumerate(_walk(source, (), finds)):
            if number >= _MOST_FILES:
                message = say.too_many_files(source, _MOST_FILES)
                raise MarkingError(message)
            _take(path, parts, finds)
        return
    if not source.is_file():
        message = say.no_source(source)
        raise MarkingError(message)
    _take(source, (_label(source.name),), finds)


def _walk(folder: Path, before: tuple[str, ...], finds: Finds) -> Iterator[tuple[Path, tuple[str, ...]]]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        parts = (*before, _label(entry.name))
        if is_junk(parts[-1]):
            finds.passed_over += 1
        elif entry.is_dir(follow_symlinks=False):
            if len(parts) > _DEEPEST:
                finds.miss((Level(parts, None),), say.TOO_DEEP)
            else:
                yield from _walk(Path(entry.path), parts, finds)
        else:
            yield Path(entry.path), parts


def _label(name: str) -> str:
    """Return a name of the disk as it was meant: a zip unpacked on Linux leaves GBK bytes as names."""
    return clean_label(readable(os.fsencode(name)))


def _take(path: Path, parts: tuple[str, ...], finds: Finds) -> None:
    kind = kind_of(parts[-1])
    bare_level = (Level(parts, None),)
    problems = (
        (path.is_symlink(), say.LINK),
        (kind in OTHER_ARCHIVES, say.OTHER_ARCHIVE),
        (kind not in {".zip", *finds.kinds}, say.not_wanted(kind)),
    )
    problem = next((why for found, why in problems if found), "")
    if problem:
        finds.miss(bare_level, problem)
        return
    try:
        stream = open_regular(path)
    except OSError as error:
        finds.miss(bare_level, say.cannot_open(error))
        return
    if stream is None:
        finds.miss(bare_level, say.LINK)
        return
    with stream:
        at = dt.datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, dt.UTC)
        levels = (Level(parts, at),)
        if kind == ".zip":
            look_into_zip(stream, levels, finds, Budget())
            return
        try:
            aside, digest, _ = finds.set_aside(stream, most=MAX_FILE)
        except TooLarge as error:
            finds.miss(levels, str(error))
            return
        finds.add(levels, aside, digest)
