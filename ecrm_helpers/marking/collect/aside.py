"""A folder to write aside in, from which whole hand-ins change places in one step.

It is ``submitted/.collecting``, on the same disk; nbgrader looks into no folder whose name begins with a dot.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["KEPT", "keep", "staging", "swap"]

KEPT: Final = ".replaced"
_ASIDE: Final = ".collecting"
_EXCHANGE: Final = 2  # linux/fs.h: RENAME_EXCHANGE
_HERE: Final = -100  # fcntl.h: AT_FDCWD


@contextmanager
def staging(submitted: Path) -> Iterator[Path]:
    """Yield a folder to write aside in, for one collector at a time; leave none behind.

    What a killed run left is put right first.

    Raises
    ------
    MarkingError
        Another collector is at work in this course.
    """
    aside = submitted / _ASIDE
    aside.mkdir(parents=True, exist_ok=True)
    with (aside / "lock").open("a+b") as lock:
        if not _locked(lock.fileno()):
            message = say.busy(submitted)
            raise MarkingError(message)
        _settle(submitted)
        folder = aside / secrets.token_hex(8)
        folder.mkdir(mode=0o750)
        try:
            yield folder
        finally:
            _settle(submitted)


def _locked(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - one system has this, the others that

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _settle(submitted: Path) -> None:
    """Put back what was moved away and not yet replaced, and clear the rest."""
    aside = submitted / _ASIDE
    for old in aside.glob("*/old/*/*"):
        target = submitted / old.parent.name / old.name
        if not os.path.lexists(target):
            old.rename(target)
    for folder in aside.iterdir():
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)


def keep(target: Path, folder: Path, before: dt.datetime | None) -> None:
    """Copy what is going to be replaced, under the time it came."""
    name = f"{before:%Y%m%d-%H%M%S-%f}" if before else "unknown"
    number, kept = 1, folder / name
    while kept.exists():
        number += 1
        kept = folder / f"{name}-{number}"
    part = folder / f".{kept.name}.part"
    if part.exists():
        shutil.rmtree(part)
    folder.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        shutil.copytree(target, part, symlinks=True)
        part.rename(kept)


def swap(new: Path, target: Path, old: Path) -> None:
    """Let `new` take the place of `target` in one step where the system can, else settle later."""
    if sys.platform.startswith("linux"):
        system = ctypes.CDLL(None, use_errno=True)
        if hasattr(system, "renameat2"):
            pair = (os.fsencode(new.absolute()), os.fsencode(target.absolute()))
            if system.renameat2(_HERE, pair[0], _HERE, pair[1], _EXCHANGE) == 0:
                new.rename(old)
                return
    target.rename(old)
    new.rename(target)
