"""One thing wrong in a declaration, and how declarations are named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecrm_helpers.grades.scheme import Component, Part

__all__ = ["Problem", "added", "at_source", "repeated"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a declaration.

    Attributes
    ----------
    at : tuple of str
        Where it stands, from the outside in: keywords, names, dictionary keys, such as
        `("late", "X3", "per_day")`. A step that is not written out in the file is passed over.
    what, hint : str
        What is wrong, what to do.
    """

    at: tuple[str, ...]
    what: str
    hint: str


def at_source(component: Component, part: Part | None, *inner: str) -> tuple[str, ...]:
    """Say where the source of a component or part is declared."""
    own = ("parts", part.name) if part else ()
    return ("components", component.id, *own, "by", *inner)


def added(figures: Iterable[float]) -> Fraction:
    """Add figures as they are written: in binary floats 33.3 + 33.3 + 33.4 need not be 100."""
    return sum((Fraction(str(figure)) for figure in figures), Fraction(0))


def repeated(names: Iterable[str]) -> list[str]:
    """List the names that come more than once."""
    return [name for name, count in Counter(names).items() if count > 1]
