"""What the course documents leave open, as declarations: one visible line each in `grading_config.py`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

__all__ = [
    "STATES", "Attainment", "CountIn", "Formative", "GiveRest", "Late", "Missing", "Product", "Resubmit",
    "RoundHalfUp", "ScaleTo100", "State", "WeightedSum",
]  # fmt: skip

Missing = Literal["pending", "zero", "leave_out"]


@dataclass(frozen=True)
class ScaleTo100:
    """Gap policy: multiply every published weight by the same factor so that they add up to 100."""


@dataclass(frozen=True)
class GiveRest:
    """Gap policy: what is missing to 100 is added to one component's published weight."""

    to: str


@dataclass(frozen=True)
class CountIn:
    """Unit exercises make up `share` percent of the component (`X3`) or part (`X1.互动`) `target`."""

    target: str
    share: float


@dataclass(frozen=True)
class Formative:
    """Unit exercises are practice: they carry no weight."""


@dataclass(frozen=True)
class WeightedSum:
    """Parts are added by their shares."""


@dataclass(frozen=True)
class Product:
    """The first part is multiplied by the second in percent: group mark × individual contribution."""


@dataclass(frozen=True, kw_only=True)
class RoundHalfUp:
    """Decimals shown, halves going up, as a school rounds.

    Examples
    --------
    >>> str(RoundHalfUp(components=1, total=0).shown(Fraction(169, 2), digits=0))
    '85'
    """

    components: int
    total: int

    def shown(self, value: Fraction, *, digits: int) -> Decimal:
        """Round an exact mark; a binary float would turn 84.5 into 84."""
        step = Decimal(1).scaleb(-digits)
        halves_up = Fraction(value) / Fraction(step) + Fraction(1, 2)
        return Decimal(halves_up.numerator // halves_up.denominator) * step


@dataclass(frozen=True, kw_only=True)
class Late:
    """What late work loses, in points out of 100, from the collector's time; never below zero.

    Attributes
    ----------
    per_day : float
        For every day begun after the deadline, a student's extension included.
    most : float
        No more than this in all.
    grace_minutes : int
        So late costs nothing.
    refuse_after_days : float, optional
        Later than this counts as zero.
    """

    per_day: float
    most: float = 100
    grace_minutes: int = 0
    refuse_after_days: float | None = None


@dataclass(frozen=True, kw_only=True)
class Resubmit:
    """What handing in again costs; the latest hand-in is the one that counts.

    Attributes
    ----------
    free : int
        So many different hand-ins cost nothing.
    per_extra : float
        Points out of 100 for every further one.
    most : float
        No more than this in all.
    cap : float
        The highest mark after a further one.
    """

    free: int
    per_extra: float = 0
    most: float = 100
    cap: float = 100


@dataclass(frozen=True, kw_only=True)
class State:
    """What a student's state (正常, 缓考 …) does.

    Attributes
    ----------
    total : {'counted', 'none', 'zero'}
        The total is computed, is not given (the state stands in its place), or is 0.
    attainment : bool
        Whether the student counts in attainment and item analysis.
    """

    total: Literal["counted", "none", "zero"]
    attainment: bool


STATES = {
    "正常": State(total="counted", attainment=True),
    "缓考": State(total="none", attainment=False),
    "缺考": State(total="zero", attainment=False),
    "免修": State(total="none", attainment=False),
    "重修": State(total="counted", attainment=True),
    "违纪": State(total="zero", attainment=False),
}


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """How attainment is judged.

    Attributes
    ----------
    threshold : float
        From 0 to 1: an outcome at or above it is reached.
    course : {'weakest', 'mean'}
        What is reported for the course as a whole.
    """

    threshold: float
    course: Literal["weakest", "mean"] = "weakest"
