"""Deal students into groups and roles: by ids and a seed, so that everybody can do it again.

A hash takes the place of a random generator, whose streams may change between versions.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import grouping as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["apportioned", "deal_roles", "dealt", "group_count", "in_order"]


def group_count(students: int, size: int) -> int:
    """Return into how many groups a class is divided.

    Groups have `size` members or one more where that comes out, as 4–5 in the course document, else `size`
    or one less as far as it can be.

    Examples
    --------
    >>> [group_count(students, 4) for students in (3, 8, 10, 11, 33)]
    [1, 2, 2, 3, 8]
    """
    groups, rest = divmod(students, size)
    return groups if rest <= groups else groups + 1


def dealt(students: Sequence[str], groups: int, *, seed: int) -> list[list[str]]:
    """Deal ids at random; the order they come in does not matter, sizes differ by at most one.

    Examples
    --------
    >>> dealt(["01", "02", "03"], 2, seed=7) == dealt(["03", "02", "01"], 2, seed=7)
    True

    Raises
    ------
    GradingError
        More groups than students.
    """
    _refuse_empty(len(students), groups)
    order = sorted(students, key=lambda one: _draw(seed, one))
    return [order[index::groups] for index in range(groups)]


def in_order(students: Sequence[str], groups: int) -> list[list[str]]:
    """Cut a list into groups of neighbours, the larger ones first.

    Examples
    --------
    >>> in_order(["1", "2", "3", "4", "5"], 2)
    [['1', '2', '3'], ['4', '5']]

    Raises
    ------
    GradingError
        More groups than students.
    """
    _refuse_empty(len(students), groups)
    size, larger = divmod(len(students), groups)
    starts = [index * size + min(index, larger) for index in range(groups + 1)]
    return [list(students[start:end]) for start, end in pairwise(starts)]


def apportioned(sizes: Sequence[int], groups: int) -> list[int]:
    """Share out a number of groups among classes: at least one each, the next always to the fullest groups.

    Examples
    --------
    >>> apportioned([40, 20, 3], 7)
    [4, 2, 1]

    Raises
    ------
    GradingError
        Fewer groups than classes, or more than students.
    """
    if groups < len(sizes):
        message = messages.fewer_than_classes(groups, len(sizes))
        raise GradingError(message)
    _refuse_empty(sum(sizes), groups)
    shares = [1] * len(sizes)
    for _ in range(groups - len(sizes)):
        fullest = max(range(len(sizes)), key=lambda index: sizes[index] / shares[index])
        shares[fullest] += 1
    return shares


def deal_roles(members: Sequence[str], roles: Sequence[str], *, seed: int, turn: int) -> Mapping[str, str]:
    """Give every role of a group to somebody, and every member a role.

    A small group's members have two; of a large one two members share a role, another one in every `turn`.

    Examples
    --------
    >>> sorted(deal_roles(["01", "02"], ["a", "b", "c"], seed=1, turn=0).values())
    ['a、c', 'b']
    """
    order = sorted(members, key=lambda one: _draw(seed, f"role {one}"))
    given: dict[str, list[str]] = {one: [] for one in order}
    for index in range(max(len(order), len(roles))):
        given[order[index % len(order)]].append(roles[(index + turn) % len(roles)])
    return {one: "、".join(mine) for one, mine in given.items()}


def _draw(seed: int, text: str) -> bytes:
    return sha256(f"{seed}:{text}".encode()).digest()


def _refuse_empty(students: int, groups: int) -> None:
    if groups > students:
        message = messages.too_many_groups(groups, students)
        raise GradingError(message)
