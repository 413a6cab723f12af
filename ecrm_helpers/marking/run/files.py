"""Marked files replace the old ones in one step; what a killed run left behind is put right."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["drop_aside", "locked_course", "put_back", "recover", "replaced", "set_aside"]

_NEW: Final = ".ecrm-new."
_OLD: Final = ".ecrm-old."
_BEFORE: Final = ".ecrm-before."
_LOCK: Final = ".ecrm-mark.lock"


@contextmanager
def replaced(folder: Path, files: Mapping[str, bytes], *, mode: int) -> Iterator[None]:
    """Put `files` in place of `folder` for the body; put the old folder back when the body fails.

    Parameters
    ----------
    folder : Path
        ``autograded/<student>/<assignment>``.
    files : mapping of str to bytes
        By their path in the folder.
    mode : int
        Permissions of the files, read-only as nbgrader leaves them.
    """
    new, old = folder.with_name(_NEW + folder.name), folder.with_name(_OLD + folder.name)
    recover(folder)
    for name, data in files.items():
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
        yield
    except BaseException:
        if folder.exists():
            shutil.rmtree(folder)
        if old.exists():
            old.rename(folder)
        raise
    _remove(old)


def recover(folder: Path) -> None:
    """Put right what a killed run left: an old folder without its successor comes back, the rest goes.

    A new folder that is in place but not in the gradebook has another fingerprint there and is marked again.
    """
    new, old = folder.with_name(_NEW + folder.name), folder.with_name(_OLD + folder.name)
    if old.exists() and not folder.exists():
        old.rename(folder)
    _remove(old)
    _remove(new)
    put_back(folder)


def set_aside(folder: Path) -> None:
    """Keep a copy of `folder` beside it, of nothing where there is none, until it is dropped or put back."""
    part = folder.with_name(_NEW + folder.name)
    _remove(part)
    if folder.exists():
        shutil.copytree(folder, part)
    else:
        part.mkdir(parents=True)
    part.rename(folder.with_name(_BEFORE + folder.name))


def put_back(folder: Path) -> None:
    """Make `folder` what it was when it was set aside, unless that has been dropped."""
    before = folder.with_name(_BEFORE + folder.name)
    if not before.exists():
        return
    _remove(folder)
    if any(before.iterdir()):
        before.rename(folder)
    else:
        before.rmdir()


def drop_aside(folder: Path) -> None:
    """Forget what was set aside: the new folder is complete."""
    _remove(folder.with_name(_BEFORE + folder.name))


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def locked_course(root: Path) -> Iterator[None]:
    """Let one run at a time mark in a course; the lock goes with its process, however that ends.

    Raises
    ------
    MarkingError
        Another run is marking, or the folder cannot be written.
    """
    try:
        descriptor = os.open(
            root / _LOCK, os.O_RDWR | os.O_CREAT, 0o666
        )  # whoever shares the course, as umask says
    except OSError as error:
        message = say.cannot_write(root, str(error.strerror))
        raise MarkingError(message) from error
    try:
        _lock(descriptor, root)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, root: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415 - Unix only
    except ImportError:
        import msvcrt  # noqa: PLC0415 - Windows only

        take = lambda: msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined] # noqa: E731
    else:
        take = lambda: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # noqa: E731
    try:
        take()
    except OSError as error:
        message = say.already_marking(root)
        raise MarkingError(message) from error
