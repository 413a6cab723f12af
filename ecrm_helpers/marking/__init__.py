"""Marking: rebuild a submission, execute it, judge its answers outside the student's process.

The three seams are named in ``courses/<course>/nbgrader_config.py`` and joined only by the outputs of the
grade cells: `rebuild` (bytes to notebook), `execute` (notebook to outputs), `judge` (outputs to points).
``marking.py`` files import from here; nbgrader itself is imported by the seams alone.
"""

from ecrm_helpers.marking.check import check_marking
from ecrm_helpers.marking.compare import (
    close,
    kendall_distance,
    one_of,
    rows_by_key,
    same_table,
    same_text,
    share_right,
    table_share,
)
from ecrm_helpers.marking.marking_file import load_marking
from ecrm_helpers.marking.tasks import Context, Marking, Task, Verdict, WrongAnswer

__all__ = [
    "Context",
    "Marking",
    "Task",
    "Verdict",
    "WrongAnswer",
    "check_marking",
    "close",
    "kendall_distance",
    "load_marking",
    "one_of",
    "rows_by_key",
    "same_table",
    "same_text",
    "share_right",
    "table_share",
]
