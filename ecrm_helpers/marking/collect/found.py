"""What a collector finds: files with the names and times of all they lay in, read once and set aside."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final

from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

__all__ = ["Finds", "Found", "Level", "Missed", "TooLarge"]

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Level:
    """A file on the disk or inside an archive: the names on the way to it, and its time there."""

    parts: tuple[str, ...]
    at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """One file, set aside.

    Attributes
    ----------
    levels : tuple of Level
        The file itself, or first the archive it lay in and then its place there, outermost first.
    path : Path
        Where its bytes were set aside.
    digest : str
    """

    levels: tuple[Level, ...]
    path: Path
    digest: str

    @property
    def name(self) -> str:
        """Its own name."""
        return self.levels[-1].parts[-1]

    @property
    def shown(self) -> str:
        """The way to it, for people."""
        return "/".join(part for level in self.levels for part in level.parts)


@dataclass(frozen=True)
class Missed:
    """A file that was not taken, and why in Chinese."""

    shown: str
    why: str


class TooLarge(Exception):  # noqa: N818 - a finding, told to the teacher, not an error of ours
    """A file or an archive holds more than it may."""


@dataclass
class Finds:
    """All that was found in one folder or archive.

    Attributes
    ----------
    aside : Path
        Folder for the bytes.
    kinds : frozenset of str
        Which kinds of file are wanted, such as ".ipynb".
    """

    aside: Path
    kinds: frozenset[str]
    files: list[Found] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    passed_over: int = 0
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def set_aside(self, stream: BinaryIO, *, most: int) -> tuple[Path, str, int]:
        """Copy a stream of at most `most` bytes; return where to, its SHA-256 and its size.

        Raises
        ------
        TooLarge
            There was more.
        """
        path = self.aside / f"{next(self._numbers)}"
        total, size = hashlib.sha256(), 0
        with path.open("xb") as out:
            while chunk := stream.read(min(_CHUNK, most + 1 - size)):
                size += len(chunk)
                if size > most:
                    break
                total.update(chunk)
                out.write(chunk)
        if size > most:
            path.unlink()
            raise TooLarge(say.too_large(most))
        return path, total.hexdigest(), size

    def add(self, levels: tuple[Level, ...], path: Path, digest: str) -> None:
        """Note a file that was set aside."""
        self.files.append(Found(levels=levels, path=path, digest=digest))

    def miss(self, levels: tuple[Level, ...], why: str) -> None:
        """Note a file that is not taken."""
        self.missed.append(Missed("/".join(part for level in levels for part in level.parts), why))
