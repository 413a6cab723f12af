"""The two ways to collect, each one call."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect.aside import staging
from ecrm_helpers.marking.collect.choosing import INSTEAD
from ecrm_helpers.marking.collect.course import open_assignment, open_course, without_hand_in
from ecrm_helpers.marking.collect.folder import look_through
from ecrm_helpers.marking.collect.found import Finds
from ecrm_helpers.marking.collect.plan import Plan, make_plan
from ecrm_helpers.marking.collect.receive import HandIn, receive, same_student
from ecrm_helpers.marking.collect.report import CollectReport
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["collect_exchange", "collect_folder"]


def collect_folder(
    root: Path,
    assignment: str,
    source: Path,
    *,
    accept_names: bool = False,
    new_students: bool = False,
    at: dt.datetime | None = None,
    update: bool = True,
    agreed: Callable[[Plan], bool] = lambda plan: not plan.to_confirm,
) -> CollectReport | None:
    """Collect hand-ins from a folder, a zip or one file.

    Parameters
    ----------
    root : Path
        The course folder.
    assignment : str
    source : Path
    accept_names : bool
        Accept a full name that only one student of the gradebook has.
    new_students : bool
        Accept ids that the gradebook does not have yet.
    at : datetime, optional
        When everything came; by default each file's own time where it can be believed, else now.
    update : bool
        Replace an earlier hand-in by a newer one.
    agreed : callable
        Asked with the plan before anything is written. By default only ids of the gradebook's list are taken.

    Returns
    -------
    CollectReport or None
        None when it was not agreed: nothing was written.

    Raises
    ------
    MarkingError
        There is no such course, assignment or source, or another collector is at work.
    """
    coursedir = open_course(root)
    told = open_assignment(coursedir, assignment)
    now = dt.datetime.now(dt.UTC)
    if at is not None and at > now:
        message = say.at_in_the_future(at)
        raise MarkingError(message)
    with staging(told.submitted) as folder:
        aside = folder / "found"
        aside.mkdir()
        wanted = {".ipynb", *INSTEAD, *(PurePosixPath(name).suffix.lower() for name in told.attachments)}
        finds = Finds(aside, frozenset(wanted - {""}))
        look_through(source, finds)
        plan = make_plan(
            finds, told, source, accept_names=accept_names, new_students=new_students, at=at, now=now
        )
        if not agreed(plan):
            return None
        report = _take(plan, folder, update=update, stated=at is not None)
    report.absent = without_hand_in(coursedir, assignment)
    return report


def _take(plan: Plan, folder: Path, *, update: bool, stated: bool) -> CollectReport:
    told = plan.assignment
    report = CollectReport(told.name, missed=[*plan.missed], passed_over=plan.passed_over)
    report.proposals = [*plan.proposals]
    for student, why in plan.refused:
        report.refused(student, why)
    for one in plan.hand_ins:
        other = same_student(told.submitted, one.student)
        if other is not None:
            report.refused(one.student, say.other_spelling(other), one.at)
            continue
        files = {name: found.path for name, found in one.files.items()}
        hand_in = HandIn(student=one.student, at=one.at, files=files, notes=one.notes)
        report.received(
            receive(
                folder,
                hand_in,
                submitted=told.submitted,
                assignment=told.name,
                update=update,
                even_older=stated and update,
                shared=told.shared,
            )
        )
    return report


def collect_exchange(
    root: Path, assignment: str, *, update: bool = True, before_duedate: bool = False
) -> CollectReport:
    """Collect from the exchange, with nbgrader's own configuration of the course and the machine.

    Parameters
    ----------
    root : Path
        The course folder.
    assignment : str
    update : bool
        Replace an earlier hand-in by a newer one.
    before_duedate : bool
        Take the last one before the due date, where there is one.

    Raises
    ------
    MarkingError
        The course's configuration fails, or there is no exchange.
    """
    from nbgrader.apps.collectapp import CollectApp  # noqa: PLC0415 - only this way needs nbgrader's programs
    from nbgrader.exchange import ExchangeError  # noqa: PLC0415

    from ecrm_helpers.marking.collect.exchange import CollectFromExchange  # noqa: PLC0415

    coursedir = open_course(root)  # refuses a broken configuration, which nbgrader would only log
    with contextlib.chdir(root):
        app = CollectApp()
        app.initialize([assignment, "--log-level=ERROR"])
        app.log.setLevel(logging.CRITICAL + 1)  # why it fails is told below
        app.coursedir.assignment_id = assignment
        collect: Any = CollectFromExchange(
            coursedir=app.coursedir, authenticator=app.authenticator, parent=app
        )
        collect.update, collect.before_duedate = update, before_duedate
        try:
            collect.start()
        except ExchangeError as error:
            message = say.no_exchange(str(error))
            raise MarkingError(message) from error
    report: CollectReport = collect.report
    report.absent = without_hand_in(coursedir, assignment)
    return report
