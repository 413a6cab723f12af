"""What is known about a class once it is computed: people, marks, and every line that shaped a mark."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from fractions import Fraction

    from ecrm_helpers.grades.plan import Node
    from ecrm_helpers.grades.scheme import Course

__all__ = ["ClassList", "Line", "Mark", "Override", "Person", "StudentRow"]


@dataclass(frozen=True)
class Person:
    """One student as the roster and the groups file have it.

    Attributes
    ----------
    student_id : str
        Normalised: the key everywhere.
    shown_id : str
        As the school writes it, leading zeros and capitals kept.
    name, class_name, state, group, role : str
        姓名, 行政班, one of the course's states, 组号, 分工.
    contribution : Fraction or None
        贡献 of the groups file, 0 to 100.
    """

    student_id: str
    shown_id: str
    name: str = ""
    class_name: str = ""
    state: str = "正常"
    group: str = ""
    role: str = ""
    contribution: Fraction | None = None


@dataclass(frozen=True)
class Override:
    """A mark a teacher put in place of the computed one.

    Attributes
    ----------
    student_id, place : str
    value : Fraction
        Out of 100.
    who, when, why : str
        All three are required; `when` is an ISO date.
    where : str
        File, row and column, for messages.
    """

    student_id: str
    place: str
    value: Fraction
    who: str
    when: str
    why: str
    where: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that shaped a mark, in words a student understands.

    Attributes
    ----------
    place : str
    kind : {'late', 'attempts', 'override', 'state', 'note'}
    points : Fraction or None
        Effect in points out of 100 of that place; negative for a deduction; None where it has none.
    text : str
    """

    place: str
    kind: Literal["late", "attempts", "override", "state", "note"]
    points: Fraction | None
    text: str


@dataclass(frozen=True)
class Mark:
    """A mark out of 100.

    Attributes
    ----------
    value : Fraction or None
        None while something it needs is missing and the policy is to wait.
    missing : tuple of str
        What was not there, with the word of the score sheet if one stood there.
    pending : tuple of str
        Tasks waiting for a teacher: the mark is preliminary (初步).
    lines : tuple of Line
        What was done to this mark itself, in order; its parts have their own.
    before : Fraction or None
        The mark before those lines, where there are any.
    note : str
        What its score sheet says beside it: 出勤 14、迟到 1, how many rated, whose group mark it is.
    """

    value: Fraction | None
    missing: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    before: Fraction | None = None
    note: str = ""


@dataclass(frozen=True)
class StudentRow:
    """One student's result.

    Attributes
    ----------
    student_id, name : str
    marks : mapping
        Mark by place, for every node of the plan, the total included.
    total : Mark
        Exact, before rounding; its state's effect included.
    late : tuple of str
        What was handed in late, deducted or not.
    person : Person
    shown_total : Decimal or None
        Rounded by the course's policy; None where there is no total.
    level : str
        五级制, from the shown total.
    """

    student_id: str
    name: str
    marks: Mapping[str, Mark]
    total: Mark
    late: tuple[str, ...]
    person: Person
    shown_total: Decimal | None = None
    level: str = ""

    @property
    def by_state(self) -> bool:
        """Tell whether a state made the total: not marks, and no teacher afterwards."""
        return bool(self.total.lines) and self.total.lines[-1].kind == "state"

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of every mark, in the plan's order."""
        return tuple(line for mark in self.marks.values() for line in mark.lines)


@dataclass(frozen=True)
class ClassList:
    """A whole class under one scheme, with every policy that shaped the figures, in words."""

    course: Course
    weights: Mapping[str, Fraction]
    rows: tuple[StudentRow, ...]
    policies: tuple[str, ...]
    sources: tuple[str, ...]
    plan: Mapping[str, Node] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
