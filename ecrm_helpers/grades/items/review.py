"""Which sections of the units help with what a task asks for: a student, or a class that missed a point."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ecrm_helpers.grades.coverage.records import GradedTask, Section
    from ecrm_helpers.grades.items.records import Missed

__all__ = ["Advice", "sections_for", "to_review"]

WEAK = Fraction(3, 10)  # of a task's points lost
MOST_TASKS, MOST_SECTIONS, MOST_OF_A_POINT = 4, 3, 2
# Parts of a unit that teach nothing new: its card, its quizzes, what leads to the exercise itself.
FRAME = {
    "card", "situation", "precheck", "practice", "closing", "homework", "sources", "units", "labs",
    "assessment", "howto", "honesty",
}  # fmt: skip
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Advice:
    """A section to go back to, and the tasks it would have helped with."""

    section: Section
    tasks: tuple[str, ...]


def to_review(
    lost: Iterable[tuple[Key, str, Fraction]],
    objectives: Mapping[Key, Sequence[str]],
    sections: Sequence[Section],
) -> list[Advice]:
    """Choose a few sections that serve what the weakest tasks asked for.

    Parameters
    ----------
    lost : iterable of (key, title, share)
        The tasks a student did: assignment, notebook, task; its title; share of its points lost, 0 to 1.
    objectives : mapping
        Ids by key.
    sections : sequence of Section
    """
    weak = sorted((one for one in lost if one[2] >= WEAK), key=lambda one: -one[2])[:MOST_TASKS]
    scores: dict[int, Fraction] = {}
    helped: dict[int, list[str]] = {}
    for key, title, share in weak:
        for index, value in _close(objectives.get(key, ()), sections).items():
            scores[index] = scores.get(index, Fraction(0)) + share * value
            helped.setdefault(index, []).append(title)
    chosen = sorted(scores, key=lambda index: (-scores[index], index))[:MOST_SECTIONS]
    return [Advice(sections[index], tuple(helped[index])) for index in sorted(chosen)]


def sections_for(missed: Missed, tasks: Iterable[GradedTask], sections: Sequence[Section]) -> list[Section]:
    """List the sections that serve what a missed point's task asks for, the closest first; at most two."""
    key = (missed.assignment, missed.notebook, missed.task)
    asked = [
        code for one in tasks if (one.assignment, one.notebook, one.task) == key for code in one.objectives
    ]
    close = _close(asked, sections)
    best = sorted(close, key=lambda index: (-close[index], index))[:MOST_OF_A_POINT]
    return [sections[index] for index in best]


def _close(asked: Collection[str], sections: Sequence[Section]) -> dict[int, Fraction]:
    """Tell how well sections serve some objectives; those far behind the best are left out.

    An objective that every section names says little about where to look, one that a single section names
    says all: each counts by one over the number of sections that name it.
    """
    taught = {index: set(one.objectives) for index, one in enumerate(sections) if one.id not in FRAME}
    named = Counter(code for codes in taught.values() for code in codes)
    close = {
        index: sum((Fraction(1, named[code]) for code in set(asked) & codes), Fraction(0))
        for index, codes in taught.items()
    }
    best = max(close.values(), default=Fraction(0))
    return {index: value for index, value in close.items() if value and 2 * value >= best}
