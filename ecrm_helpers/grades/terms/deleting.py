"""Delete a saved term, or the running term's personal data: known places of the course folder only."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.terms.saving import CONFIG, GRADEBOOK, count_students, database_elsewhere
from ecrm_helpers.grades.terms.snapshots import (
    MANIFEST,
    TERMS,
    clear_leftovers,
    files_in,
    saved_terms,
    term_name,
    terms_folder,
)
from ecrm_helpers.messages import terms as messages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Deletion", "delete", "plan_current", "plan_term"]

_FOLDERS = ("submitted", "autograded", "feedback", "reports", "scores", "groups")
_STEMS = ("roster", "groups", "overrides")
_LOGS = ("marking.log", ".nbgrader.log")


@dataclass(frozen=True)
class Deletion:
    """What a deletion would take away.

    Attributes
    ----------
    root : Path
        Course folder, links resolved.
    places : tuple of Path
        Files and folders to remove.
    counts : mapping
        (files, bytes) by place.
    students : int
    stays : tuple of str
        What else is in the course folder, for a running term.
    notices : tuple of str
    """

    root: Path
    places: tuple[Path, ...]
    counts: tuple[tuple[int, int], ...]
    students: int
    stays: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """Count the files of all places."""
        return sum(files for files, _ in self.counts)

    @property
    def size(self) -> int:
        """Add up the bytes of all places."""
        return sum(size for _, size in self.counts)


def plan_term(root: Path, name: str) -> Deletion:
    """Look at what deleting a saved term takes away; nothing is deleted.

    Raises
    ------
    GradingError
        No course folder, no such term, or a link in the way.
    """
    root = root.resolve()
    name, folder = term_name(name), terms_folder(root)
    target = folder / name
    if not (target / MANIFEST).is_file():  # a snapshot tells by itself what it is
        _course_folder(root)
    if not os.path.lexists(target):
        known = [path.name for path in folder.glob("*") if not path.name.startswith(".")]
        near = get_close_matches(name, known, n=1)
        message = messages.no_term(name, near[0] if near else "", sorted(known))
        raise GradingError(message)
    _refuse_links([target])
    students = next((one.students for one in saved_terms(root) if one.name == name), 0)
    return Deletion(root, (target,), (_count(target),), students)


def plan_current(root: Path) -> Deletion:
    """Look at what deleting the running term takes away; configuration, releases and saved terms stay.

    Raises
    ------
    GradingError
        No course folder, or one of the places is a link.
    """
    root = _course_folder(root)
    places = tuple(path for path in _personal(root) if os.path.lexists(path))
    _refuse_links(places)
    stays = sorted(path.name for path in root.iterdir() if path not in places)
    notices = [messages.elsewhere()] if database_elsewhere(root) else []
    notices += [messages.other_places()] if places else []
    if places and not any(terms_folder(root).glob("[!.]*")):
        notices.append(messages.never_saved())
    counts = tuple(_count(path) for path in places)
    return Deletion(root, places, counts, count_students(root), tuple(stays), tuple(notices))


def delete(planned: Deletion) -> None:
    """Delete what was planned; links inside are removed, never followed.

    Raises
    ------
    GradingError
        A place has become a link or lies outside the course folder.
    """
    _refuse_links(planned.places)
    for path in planned.places:
        if planned.root not in path.resolve().parents:
            message = messages.link(path)
            raise GradingError(message)
        if not path.is_dir():
            path.unlink(missing_ok=True)
            continue
        gone = path
        if path.parent.name == TERMS:  # a saved term is whole or not there
            gone = path.rename(path.with_name(f".{path.name}-{secrets.token_hex(4)}"))
        shutil.rmtree(gone)
        if gone is not path:
            clear_leftovers(gone.parent)


def _course_folder(root: Path) -> Path:
    root = root.resolve()
    if not (root / CONFIG).is_file():
        message = messages.no_course(root)
        raise GradingError(message)
    return root


def _personal(root: Path) -> list[Path]:
    """Name everything in a course folder that holds students' data, there or not."""
    names = [f"{GRADEBOOK}{end}" for end in ("", "-journal", "-wal", "-shm")]
    ends = (".csv", ".xlsx", ".before.csv", ".before.xlsx")
    names += [f"{stem}{end}" for stem in _STEMS for end in ends]
    asides = [path for stem in _STEMS for path in root.glob(f".{stem}.*-*")]  # of a killed run
    return [root / name for name in (*names, *_FOLDERS, *_LOGS)] + asides


def _refuse_links(places: Iterable[Path]) -> None:
    for path in places:
        if path.is_symlink():
            message = messages.link(path)
            raise GradingError(message)


def _count(path: Path) -> tuple[int, int]:
    found = list(files_in(path)) if path.is_dir() else [path]
    return len(found), sum(one.lstat().st_size for one in found)
