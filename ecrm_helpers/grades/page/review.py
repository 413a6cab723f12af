"""Which sections of the units a student should go back to, from the tasks that went worst."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ecrm_helpers.grades.coverage.records import Section
    from ecrm_helpers.grades.page.tree import Task

__all__ = ["Advice", "to_review"]

WEAK = Fraction(3, 10)  # of a task's points lost
MOST_TASKS, MOST_SECTIONS = 4, 3
# Parts of a unit that teach nothing new: its card, its quizzes, what leads to the exercise itself.
FRAME = {
    "card", "situation", "precheck", "practice", "closing", "homework", "sources", "units", "labs",
    "assessment", "howto", "honesty",
}  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """A section to go back to, and the tasks it would have helped with."""

    section: Section
    tasks: tuple[str, ...]


def to_review(
    tasks: Iterable[Task],
    objectives: Mapping[tuple[str, str, str], Sequence[str]],
    sections: Sequence[Section],
) -> list[Advice]:
    """Choose a few sections that serve what the weakest tasks asked for.

    An objective that every section names says little about where to look, one that a single section names
    says all: each counts by one over the number of sections that name it.

    Parameters
    ----------
    tasks : iterable of Task
        What the student did.
    objectives : mapping
        Ids by (assignment, notebook, task).
    sections : sequence of Section
    """
    weak = sorted((one for one in tasks if one.lost >= WEAK), key=lambda one: -one.lost)[:MOST_TASKS]
    taught = [one for one in sections if one.id not in FRAME]
    named = Counter(code for one in taught for code in set(one.objectives))
    scores: dict[int, Fraction] = {}
    helped: dict[int, list[str]] = {}
    for task in weak:
        asked = set(objectives.get(task.key, ()))
        close = {
            index: sum((Fraction(1, named[code]) for code in asked & set(one.objectives)), Fraction(0))
            for index, one in enumerate(taught)
        }
        best = max(close.values(), default=Fraction(0))
        for index, value in close.items():
            if value and 2 * value >= best:
                scores[index] = scores.get(index, Fraction(0)) + task.lost * value
                helped.setdefault(index, []).append(task.title)
    chosen = sorted(scores, key=lambda index: (-scores[index], index))[:MOST_SECTIONS]
    return [Advice(taught[index], tuple(helped[index])) for index in sorted(chosen)]
