"""What a collector did, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecrm_helpers.messages import collect_report
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    import datetime as dt

    from ecrm_helpers.marking.collect.found import Missed
    from ecrm_helpers.marking.collect.plan import Proposal
    from ecrm_helpers.marking.collect.receive import Received

__all__ = ["CollectReport", "Line"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What became of one student's work.

    Attributes
    ----------
    student : str
    status : str
        "collected", "replaced", "unchanged", "older", "kept" or "refused".
    at : datetime or None
        When it came, as the collector saw it.
    notes : tuple of str
        In Chinese: why it was refused, what was put right.
    """

    student: str
    status: str
    at: dt.datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass
class CollectReport:
    """All lines of one run; ``str`` gives the page a teacher reads.

    Examples
    --------
    >>> report = CollectReport("unit3_segments")
    >>> report.lines.append(Line(student="2023001", status="collected"))
    >>> print(report)
    unit3_segments：收了 1 份。
      新收   2023001
    """

    assignment: str
    lines: list[Line] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    passed_over: int = 0
    proposals: list[Proposal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def received(self, one: Received) -> None:
        """Add what `receive` returned."""
        notes = one.notes
        if one.status in {"older", "kept"} and one.before is not None:
            notes = (*notes, say.there_since(one.before))
        self.lines.append(Line(student=one.student, status=one.status, at=one.at, notes=notes))

    def refused(self, student: str, why: str, at: dt.datetime | None = None) -> None:
        """Add a hand-in that was not taken."""
        self.lines.append(Line(student=student, status="refused", at=at, notes=(why,)))

    def of(self, status: str) -> list[str]:
        """Return the students with this status, sorted."""
        return sorted(line.student for line in self.lines if line.status == status)

    def __str__(self) -> str:
        return collect_report.report(self)
