"""How alike two cells are, and what a cell assigns: linear in the length of the text, whatever it holds."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

__all__ = ["assigned", "bare", "likeness"]

_MOST: Final = 2_000
# Bounded repeats: the text is a student's.
_ASSIGNS: Final = re.compile(
    r"^(?:([^\W\d]\w{0,80})[ \t]{0,8}(?::[^=\n]{0,80})?=(?!=)|def[ \t]{1,8}(\w{1,80})[ \t]{0,8}\()",
    re.MULTILINE,
)


def bare(source: str) -> str:
    r"""Return a text without blanks at the ends of its lines.

    Examples
    --------
    >>> bare("\n x = 1  \ny\n")
    'x = 1\ny'
    """
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def assigned(source: str) -> frozenset[str]:
    r"""Return the names that a code cell assigns or defines at the start of a line.

    Examples
    --------
    >>> sorted(assigned("total = 3  # 改这里\nif x == 1:\n    y = 2\ndef f(a): ..."))
    ['f', 'total']
    """
    return frozenset(name or function for name, function in _ASSIGNS.findall(source[:_MOST]))


def likeness(one: str, other: str) -> float:
    """Return the share of neighbouring letter pairs two texts have in common (Sørensen and Dice), 0 to 1.

    Examples
    --------
    >>> likeness("total = ...  # 改这里", "total = 14  # 改这里") > 0.5, likeness("abc", "xyz")
    (True, 0.0)
    """
    mine, theirs = _pairs(one[:_MOST]), _pairs(other[:_MOST])
    size = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / size if size else 0.0


@lru_cache(maxsize=256)
def _pairs(text: str) -> Counter[str]:
    letters = "".join(text.split())
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))
