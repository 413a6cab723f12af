"""What the two courses must cover: every id that a notebook section or a task may name.

The ids and hours follow the two published course documents; the Chinese texts are our own short
paraphrases. `metadata.ecrm.objectives` of a cell lists ids from here, and a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import curriculum as messages

__all__ = [
    "COURSE_HOURS", "OBJECTIVES", "STEP_MINUTES", "Hours", "Objective", "objective", "objective_ids",
    "outcomes",
]  # fmt: skip

Kind = Literal[
    "frame", "content", "knowledge", "skill", "attitude", "values", "lesson", "training", "lab",
    "case", "assessment", "outcome", "programme", "thread", "preparation", "feedback", "extension",
]  # fmt: skip
Level = Literal["了解", "熟悉", "掌握"]


@dataclass(frozen=True)
class Hours:
    """Class hours of 45 minutes: theory and practice."""

    theory: int
    practice: int

    @property
    def total(self) -> int:
        """Theory and practice together."""
        return self.theory + self.practice


@dataclass(frozen=True, kw_only=True)
class Objective:
    """One thing to be covered.

    Attributes
    ----------
    id : str
        What a notebook names in `metadata.ecrm.objectives`.
    course : {'ecommerce_crm', 'crossborder_crm'}
    kind : str
        Knowledge, skill, lab, outcome …
    text : str
        In Chinese, one line.
    level : {'了解', '熟悉', '掌握'} or None
        How well it must be known, where the course document says so.
    focus, difficulty : bool
        重点 ★ and 难点 ▲ of the course document.
    hours : Hours or None
        Class hours, where the course document gives them.
    rolls_up_to : str
        For a course outcome (LO351) the programme outcome (LO35) it belongs to.
    """

    id: str
    course: str
    kind: Kind
    text: str
    level: Level | None = None
    focus: bool = False
    difficulty: bool = False
    hours: Hours | None = None
    rolls_up_to: str = ""


COURSE_HOURS = {"ecommerce_crm": Hours(2, 2), "crossborder_crm": Hours(16, 16)}
# Minutes the course document gives its own steps, where it does: lesson 1, lesson 2, lessons 3 and 4.
STEP_MINUTES = {"ecommerce_crm": (65, 65, 150)}


def _ec(
    suffix: str, kind: Kind, level: Level | None = None, *, star: str = "", hours: Hours | None = None
) -> Objective:
    return Objective(
        id=f"EC9.{suffix}", course="ecommerce_crm", kind=kind, text=messages.ECOMMERCE[suffix], level=level,
        focus="★" in star, difficulty="▲" in star, hours=hours,
    )  # fmt: skip


def _xb(
    code: str, kind: Kind, *, hours: Hours | None = None, difficulty: bool = False, rolls_up_to: str = ""
) -> Objective:
    return Objective(
        id=code, course="crossborder_crm", kind=kind, text=messages.CROSSBORDER[code], hours=hours,
        difficulty=difficulty, rolls_up_to=rolls_up_to,
    )  # fmt: skip


_UNITS = {
    1: Hours(4, 0),
    2: Hours(2, 2),
    3: Hours(2, 2),
    4: Hours(1, 3),
    5: Hours(1, 3),
    6: Hours(2, 0),
    7: Hours(4, 6),
}
_LABS = {1: 4, 2: 6, 3: 6}
_LESSONS = {1: Hours(1, 0), 2: Hours(1, 0), 3: Hours(0, 1), 4: Hours(0, 1)}

_ECOMMERCE = (
    _ec("0", "frame"),
    _ec("P", "preparation"),
    _ec("K1", "knowledge", "掌握"),
    _ec("K2", "knowledge", "掌握", star="★"),
    _ec("K3", "knowledge", "熟悉", star="▲"),
    _ec("K3b", "knowledge", "熟悉", star="▲"),
    _ec("K4", "knowledge", "熟悉", star="★"),
    _ec("K5", "knowledge", "了解"),
    *(_ec(f"S{number}", "skill") for number in range(1, 5)),
    *(_ec(f"Q{number}", "attitude") for number in range(1, 5)),
    *(_ec(f"L{number}", "lesson", hours=hours) for number, hours in _LESSONS.items()),
    *(_ec(f"T{number}", "training") for number in range(1, 6)),
    _ec("A", "assessment"),
    _ec("C", "case"),
    _ec("F", "feedback"),
    _ec("E", "extension"),
)
_CROSSBORDER = (
    _xb("XB.0", "frame"),
    _xb("XB.EN", "thread"),
    _xb("XB.LAW", "thread"),
    *(
        one
        for unit, hours in _UNITS.items()
        for one in (
            _xb(f"XB{unit}", "content", hours=hours),
            _xb(f"XB{unit}.S", "skill"),
            _xb(f"XB{unit}.D", "knowledge", difficulty=True),
            _xb(f"XB{unit}.V", "values"),
        )
    ),
    *(_xb(f"XB.LAB{number}", "lab", hours=Hours(0, hours)) for number, hours in _LABS.items()),
    _xb("XB.A", "assessment"),
    _xb("XB.A-gap", "assessment"),
    _xb("XB.A-unit", "assessment"),
    _xb("XB.LO", "assessment"),
    _xb("LO211", "outcome", rolls_up_to="LO21"),
    _xb("LO351", "outcome", rolls_up_to="LO35"),
    _xb("LO811", "outcome", rolls_up_to="LO81"),
    _xb("LO21", "programme"),
    _xb("LO35", "programme"),
    _xb("LO81", "programme"),
)
OBJECTIVES: dict[str, Objective] = {one.id: one for one in (*_ECOMMERCE, *_CROSSBORDER)}


def objective(code: str) -> Objective:
    """Look one objective up by its id.

    Raises
    ------
    SettingsError
        No such id; the message names the nearest one.

    Examples
    --------
    >>> objective("EC9.K3b").level
    '熟悉'
    >>> objective("LO351").rolls_up_to
    'LO35'
    """
    if code in OBJECTIVES:
        return OBJECTIVES[code]
    near = get_close_matches(code, OBJECTIVES, n=1)
    message = messages.unknown_objective(code, near[0] if near else "XB3")
    raise SettingsError(message)


def objective_ids(course: str | None = None) -> tuple[str, ...]:
    """List the ids of one course, or of both, in the course documents' order.

    Examples
    --------
    >>> objective_ids("crossborder_crm")[:5]
    ('XB.0', 'XB.EN', 'XB.LAW', 'XB1', 'XB1.S')
    """
    return tuple(code for code, one in OBJECTIVES.items() if course in {None, one.course})


def outcomes(course: str) -> tuple[Objective, ...]:
    """List what a course's assessment must give evidence for.

    Cross-border: its three published learning outcomes. The vocational unit publishes no outcome
    codes, so its knowledge, skill and attitude objectives stand in their place.

    Examples
    --------
    >>> [one.id for one in outcomes("crossborder_crm")]
    ['LO211', 'LO351', 'LO811']
    """
    kinds = {"outcome"} if course == "crossborder_crm" else {"knowledge", "skill", "attitude"}
    return tuple(one for one in OBJECTIVES.values() if one.course == course and one.kind in kinds)
