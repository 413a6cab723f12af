"""What is to be marked: the submissions that are new or changed, each as plain data."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.attachments import declared, gather
from ecrm_helpers.marking.beside import files_beside
from ecrm_helpers.marking.rebuild.handin import read_bytes
from ecrm_helpers.marking.regular import read_regular
from ecrm_helpers.marking.released import released_bytes
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.marking.run.gradebook import AssignmentRows

__all__ = ["HandIn", "Released", "read_hand_in", "read_released", "students_with_work"]

VERSION: Final = 3  # of marking itself: raised when the same bytes would get another result
_LONGEST_TIME: Final = 200


@dataclass(frozen=True)
class Released:
    """What an assignment is marked with: the released notebooks, ``marking.py``, the data files.

    `files` were released with the notebooks; what lies `beside` ``marking.py`` is for the judge alone.
    """

    notebooks: Mapping[str, bytes]
    marking: bytes
    files: Mapping[str, bytes]
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def parsed(self) -> dict[str, Any]:
        """The released notebooks as nbformat reads them."""
        import nbformat  # noqa: PLC0415 - slow

        return {name: nbformat.reads(data.decode(), as_version=4) for name, data in self.notebooks.items()}

    @cached_property
    def digest(self) -> str:
        """A digest of all of it."""
        return _digest([VERSION, self.notebooks, self.marking, self.files, self.beside])


@dataclass(frozen=True)
class HandIn:
    """What one student handed in, as it lies in the submitted folder."""

    student: str
    notebooks: Mapping[str, tuple[bytes, list[str]]]
    time: str = ""
    attachments: Mapping[str, tuple[list[dict[str, Any]], list[str]]] = field(default_factory=dict)
    kept: Mapping[str, bytes] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def digest(self) -> str:
        """Return a digest of all of it."""
        return _digest([self.student, self.notebooks, self.time, self.attachments, self.notes])

    def attachments_digest(self) -> str:
        """Return a digest of the attachments alone, "" for none: a teacher's mark may rest on them."""
        files = [file["data"] for found, _ in self.attachments.values() for file in found]
        return _digest(files) if files else ""

    def timestamp(self) -> dt.datetime | None:
        """Return when it was handed in, UTC without a zone as the gradebook has it, or None."""
        return _utc(self.time)

    def fingerprint(self, released: str, *, due: object = None) -> str:
        """Return a digest of everything that decides the result."""
        return _digest([self.digest(), released, str(due)])


def _digest(value: Any) -> str:
    made = hashlib.sha256()
    _feed(made, value)
    return made.hexdigest()


def _feed(made: Any, value: Any) -> None:
    """Feed plain data with bytes in it, each part with its length: no two values run into each other."""
    if isinstance(value, bytes):
        made.update(b"b%d:" % len(value))
        made.update(value)
    elif isinstance(value, dict):
        made.update(b"d%d:" % len(value))
        for key in sorted(value):
            _feed(made, key)
            _feed(made, value[key])
    elif isinstance(value, list | tuple):
        made.update(b"l%d:" % len(value))
        for item in value:
            _feed(made, item)
    else:
        text = json.dumps(value, sort_keys=True).encode()
        made.update(b"j%d:" % len(text))
        made.update(text)


def read_released(
    coursedir: Any, rows: AssignmentRows, *, source: Path, files: Mapping[str, bytes]
) -> Released:
    """Return the assignment as it was released, made equal to the gradebook as OverwriteCells would.

    Raises
    ------
    MarkingError
        It was not generated, or is broken; the gradebook holds other cells than the release; or the files
        beside ``marking.py`` are too large.
    """
    notebooks = {}
    for name in sorted(rows.notebooks):
        released = _parsed_release(coursedir, rows.name, name)
        _agree(released, rows, name)
        notebooks[name] = json.dumps(released, ensure_ascii=False).encode()
    marking = source / "marking.py"
    told = marking.read_bytes() if marking.is_file() else b""
    return Released(notebooks, told, dict(files), files_beside(marking) if told else {})


def _parsed_release(coursedir: Any, assignment: str, notebook: str) -> dict[str, Any]:
    data = released_bytes(coursedir, assignment, notebook)
    if data is None:
        message = say.no_release(assignment, notebook)
        raise MarkingError(message)
    try:
        released: dict[str, Any] = json.loads(data)
        whole = all(isinstance(cell["metadata"], dict) for cell in released["cells"])
    except (ValueError, TypeError, LookupError):
        whole = False
    if not whole:
        message = say.broken_release(assignment, notebook)
        raise MarkingError(message)
    return released


def _agree(released: dict[str, Any], rows: AssignmentRows, name: str) -> None:
    cells = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in released["cells"]
        if any(
            cell["metadata"].get("nbgrader", {}).get(role) for role in ("grade", "solution", "task", "locked")
        )
    }
    held = rows.cells[name]
    if set(cells) != set(held):
        message = say.other_release(rows.name, name, sorted(set(cells) ^ set(held)))
        raise MarkingError(message)
    for grade_id, row in held.items():
        told = cells[grade_id]["metadata"]["nbgrader"]
        if row.points is not None:
            told["points"] = row.points
        if row.locked and row.source is not None:
            cells[grade_id]["source"] = row.source
        if row.checksum is not None:
            told["checksum"] = row.checksum


def students_with_work(submitted: Path, assignment: str) -> tuple[list[str], list[str]]:
    """Return who has a folder for the assignment, and whose folder is none (a link, a file)."""
    found: list[str] = []
    odd: list[str] = []
    if not submitted.is_dir():
        return found, odd
    for folder in sorted(submitted.iterdir()):
        mine = folder / assignment
        if folder.name.startswith(".") or not os.path.lexists(mine):
            continue
        plain = not folder.is_symlink() and not mine.is_symlink() and mine.is_dir()
        (found if plain else odd).append(folder.name)
    return found, odd


def read_hand_in(folder: Path, student: str, releases: Mapping[str, Any]) -> HandIn:
    """Read one hand-in: its notebooks, its declared attachments and its time, nothing else.

    Parameters
    ----------
    folder : Path
        ``submitted/<student>/<assignment>``.
    student : str
    releases : mapping of str to notebook
        The assignment's notebooks by name, as released.
    """
    notebooks = {
        name: read_bytes(folder / f"{name}.ipynb", known=list(releases), release=release)
        for name, release in releases.items()
    }
    kept = {
        name: text
        for name in ("timestamp.txt", "submission_secret.txt")
        if (text := _small_file(folder / name)) is not None
    }
    time = kept.get("timestamp.txt", b"").decode("utf-8", errors="replace").strip()
    notes = [say.ODD_TIME] if time and _utc(time) is None else []
    attachments = {name: gather(folder, declared(release)) for name, release in releases.items()}
    return HandIn(student, notebooks, time, attachments, kept=kept, notes=notes)


def _small_file(path: Path) -> bytes | None:
    """Return a short regular file; links and pipes are not opened."""
    data, problems = read_regular(path, most=_LONGEST_TIME)
    return None if problems else data


def _utc(text: str) -> dt.datetime | None:
    """Read a time as nbgrader does: ``2026-10-16 15:59:00.000000 UTC``, or anything dateutil reads."""
    from dateutil import parser, tz  # type: ignore[import-untyped]  # noqa: PLC0415 - beside its only use

    if not text:
        return None
    day, _, zone = text.rpartition(" ")
    try:
        # nbgrader takes "+0800" for 800 seconds: an offset is read as what it is.
        named = None if not day or set(zone) <= set("+-:.0123456789") else tz.gettz(zone)
        found = parser.parse(text) if named is None else parser.parse(f"{day} TZ", tzinfos={"TZ": named})
        if found.tzinfo is not None:
            found = found.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, TypeError):
        return None
    return found
