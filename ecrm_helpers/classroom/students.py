"""Who sits in the simulated class: how many of each kind, how they work, what they must end up with."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BREAKAGES", "CLASS_OF_24", "KINDS", "Breakage", "Kind", "Student", "roster"]

Breakage = Literal["", "cut_off", "deleted_cells", "empty_file", "not_a_notebook"]
BREAKAGES: tuple[Breakage, ...] = ("cut_off", "deleted_cells", "empty_file", "not_a_notebook")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of student.

    Attributes
    ----------
    name : str
    reach : (float, float)
        Share of the automatic points the answers are made to earn: at most the second, and with the next
        worse answer it would be less than the first.
    band : (int, int)
        Where the exercise's mark out of 100 must end up.
    essay : int
        Characters of the free text.
    sheet : (int, int)
        Marks this kind gets in the score sheets.
    """

    name: str
    reach: tuple[float, float]
    band: tuple[int, int]
    essay: int
    sheet: tuple[int, int]


KINDS = {
    "strong": Kind(name="strong", reach=(0.9, 1.0), band=(90, 100), essay=160, sheet=(85, 98)),
    "average": Kind(name="average", reach=(0.55, 0.85), band=(50, 89), essay=90, sheet=(70, 84)),
    "careless": Kind(name="careless", reach=(0.1, 0.5), band=(5, 49), essay=30, sheet=(50, 69)),
    "late": Kind(name="late", reach=(0.55, 0.85), band=(50, 89), essay=90, sheet=(70, 84)),
    "blank": Kind(name="blank", reach=(0.0, 0.0), band=(0, 0), essay=0, sheet=(40, 60)),
    "copied": Kind(name="copied", reach=(0.9, 1.0), band=(0, 95), essay=160, sheet=(60, 75)),
    "broken": Kind(name="broken", reach=(0.55, 0.85), band=(50, 89), essay=90, sheet=(70, 84)),
}
CLASS_OF_24 = {"strong": 5, "average": 7, "careless": 4, "late": 2, "blank": 1, "copied": 1, "broken": 4}


@dataclass(frozen=True, kw_only=True)
class Student:
    """One simulated student; `friend` is whose file a copier hands in."""

    student_id: str
    surname: str
    given_name: str
    kind: Kind
    seed: str
    breakage: Breakage = ""
    friend: str = ""

    @property
    def name(self) -> str:
        """Surname first, without a blank."""
        return f"{self.surname}{self.given_name}"

    @property
    def band(self) -> tuple[int, int]:
        """Where the mark must end up: what a damaged file has lost cannot count."""
        lost = {"cut_off": (0, self.kind.band[1]), "empty_file": (0, 0), "not_a_notebook": (0, 0)}
        return lost.get(self.breakage, self.kind.band)

    @property
    def late(self) -> bool:
        """Whether the work comes in after the due date."""
        return self.kind.name == "late"

    def dice(self, purpose: str) -> random.Random:
        """Return a generator of this student's own, so that one more student changes nobody else."""
        return random.Random(f"{self.seed}|{self.student_id}|{purpose}")  # noqa: S311  nothing secret


def roster(counts: Mapping[str, int] | None = None, *, seed: int = 2026) -> list[Student]:
    """Make the class list.

    Parameters
    ----------
    counts : mapping of kind to number, optional
        `CLASS_OF_24` by default.
    seed : int, default=2026

    Examples
    --------
    >>> class_of_24 = roster()
    >>> len(class_of_24), class_of_24[0].student_id, class_of_24[0].kind.name
    (24, '0202601', 'strong')
    """
    counts = CLASS_OF_24 if counts is None else counts
    kinds = [KINDS[name] for name, count in counts.items() for _ in range(count)]
    names = itertools.cycle(messages.NAMES)
    breakages = itertools.cycle(BREAKAGES)
    ids = [f"02026{number:02d}" for number in range(1, len(kinds) + 1)]  # a leading zero, as real ids have
    names_of = dict(zip(ids, names, strict=False))
    blank = next((one for one, kind in zip(ids, kinds, strict=True) if kind.name == "blank"), "")
    if blank:
        names_of[blank] = messages.LIKE_A_FORMULA
    friend = next((one for one, kind in zip(ids, kinds, strict=True) if kind.name == "strong"), ids[0])
    return [
        Student(
            student_id=student_id, surname=names_of[student_id][0], given_name=names_of[student_id][1],
            kind=kind, seed=str(seed),
            breakage=next(breakages) if kind.name == "broken" else "",
            friend=friend if kind.name == "copied" else "",
        )
        for student_id, kind in zip(ids, kinds, strict=True)
    ]  # fmt: skip
