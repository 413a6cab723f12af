"""Marking: rebuild a submission, execute it, judge its answers outside the student's process.

Three seams, joined only by the outputs of the grade cells: rebuild (bytes to notebook), execute (notebook to
outputs), judge (outputs to points). ``marking.py`` files import from here.

``collect`` what was handed in, ``attachments`` and ``groups`` · ``rebuild`` · ``sandbox`` · ``judge`` ·
``records`` of the gradebook · ``pages`` for people · ``run`` the whole of it, ``ecrm mark`` · ``seams`` the
same for nbgrader. Classes that ``courses/<course>/nbgrader_config.py`` names are in ``seams``, ``pages`` and
``collect``; one that moves is entered in `renamed`.
"""

from ecrm_helpers.marking.judge.check import check_marking
from ecrm_helpers.marking.judge.compare import (
    close,
    kendall_distance,
    one_of,
    rows_by_key,
    same_table,
    same_text,
    share_right,
    table_share,
)
from ecrm_helpers.marking.judge.marking_file import load_marking
from ecrm_helpers.marking.judge.tasks import Context, Marking, Task, Verdict, WrongAnswer

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
