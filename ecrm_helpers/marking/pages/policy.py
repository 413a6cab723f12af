"""What feedback may tell before the deadline, and how often one student is marked: the course decides."""

from __future__ import annotations

import datetime as dt

from traitlets import Bool, Integer
from traitlets.config import Configurable

__all__ = ["MarkingPolicy"]


class MarkingPolicy(Configurable):
    """Two settings that keep feedback from being an oracle that tells the answers by trial.

    Set in ``courses/<course>/nbgrader_config.py`` as ``c.MarkingPolicy.…``. Without a deadline nothing is
    held.

    Examples
    --------
    >>> policy = MarkingPolicy(hold_messages=True, attempts=3)
    >>> due = dt.datetime(2026, 10, 16, 15, 59)
    >>> policy.holds(due, now=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    True
    """

    hold_messages = Bool(
        default_value=False,
        help="Until the assignment is due, feedback tells what was received, but no points and no messages.",
    ).tag(config=True)
    attempts = Integer(
        default_value=0, min=0, help="How many different hand-ins of one student are marked; 0: all."
    ).tag(config=True)

    def holds(self, due: dt.datetime | None, *, now: dt.datetime) -> bool:
        """Tell whether points and messages are still held.

        Parameters
        ----------
        due : datetime or None
            The deadline as the gradebook has it: UTC, without a zone.
        now : datetime
            With its zone.
        """
        if not self.hold_messages or due is None:
            return False
        return now < (due if due.tzinfo else due.replace(tzinfo=dt.UTC))
