"""Which of a teacher's marks on the members' copies of one answer counts for which others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Change", "Copy", "Value", "decide"]

Value = tuple[Any, ...]  # (points, extra credit) of a mark, (text,) of a comment


@dataclass(frozen=True)
class Copy:
    """What the teacher has said about one member's copy of a task.

    Parameters
    ----------
    student, row : str
        Whose, and the gradebook's row.
    value : tuple or None
        Points and extra credit, or the text of a comment; None for nothing.
    settled : bool
        False while the answer is another than the one it was given for, or nothing was given.
    source : str
        From whom this value was copied in an earlier run; "" for what the teacher gave here.
    """

    student: str
    row: str
    value: Value | None = None
    settled: bool = True
    source: str = ""


@dataclass
class Change:
    """What is copied (or, with None, taken back) from one member's copy to others; or nothing, and why."""

    giver: Copy | None = None
    receivers: list[Copy] = field(default_factory=list)
    differing: list[Copy] = field(default_factory=list)


def decide(copies: Sequence[Copy]) -> Change:
    """Return what has to change among the copies of one answer.

    Examples
    --------
    >>> change = decide([Copy("s1", "1", (4.0, None)), Copy("s2", "2", settled=False)])
    >>> change.giver.student, [copy.student for copy in change.receivers]
    ('s1', ['s2'])
    """
    by_student = {copy.student: copy for copy in copies}
    given = [copy for copy in copies if copy.value is not None and copy.settled]
    own = [copy for copy in given if not _holds(by_student.get(copy.source))]
    open_ = [copy for copy in copies if copy not in own and (copy.value is None or copy.source)]
    if len({copy.value for copy in own}) > 1:
        return Change(differing=own if open_ else [])
    if own:
        behind = [copy for copy in open_ if copy.value != own[0].value or not copy.settled]
        return Change(own[0], behind)
    left = [copy for copy in open_ if copy.source and _is_empty(by_student.get(copy.source))]
    if not left:
        return Change()
    return Change(by_student[left[0].source], [copy for copy in left if copy.source == left[0].source])


def _holds(source: Copy | None) -> bool:
    """Tell whether copies follow a source: not one whose answer has changed, while a copy is confirmed."""
    return source is not None and (source.value is None or source.settled)


def _is_empty(source: Copy | None) -> bool:
    return source is not None and source.value is None
