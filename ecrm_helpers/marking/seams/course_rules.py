"""Let ``nbgrader autograde`` keep the course's rules as ``ecrm mark`` does: the cap on hand-ins, the groups.

Who has used up the marked hand-ins keeps the last result. Members of a group are left out of nbgrader's own
round and marked together after it, by ``ecrm mark``'s way, for one's marks hang on the mates' hand-ins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import EcrmError, MarkingError
from ecrm_helpers.marking.groups import load_groups
from ecrm_helpers.marking.run.course import open_course
from ecrm_helpers.marking.run.gradebook import Book
from ecrm_helpers.marking.run.ledger import read_ledger
from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.marking.run.settings import attempts_of
from ecrm_helpers.marking.run.todo import used_up
from ecrm_helpers.marking.seams.saving import course_of, run_of
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from ecrm_helpers.marking.groups import Groups

__all__ = ["keep_course_rules"]


def keep_course_rules(converter: Any) -> None:
    """Have an `Autograde` converter leave out whom the rules leave out, and mark groups at the end."""
    real_init, real_convert = converter.init_destination, converter.convert_notebooks
    rules = _Rules(converter)

    def init_destination(assignment_id: str, student_id: str) -> bool:
        left_out = student_id in (converter.coursedir.student_id_exclude or "").split(",")
        if not left_out and rules.take(assignment_id, student_id):
            return False
        return bool(real_init(assignment_id, student_id))

    def convert_notebooks() -> None:
        from nbgrader.converters.base import NbGraderException  # noqa: PLC0415 - nbgrader is running already

        try:
            rules.read()
        except EcrmError as error:
            converter.log.error("%s", error)  # noqa: TRY400 - the reason, not where it was found
            raise NbGraderException(str(error)) from error
        failed: Exception | None = None
        try:
            real_convert()
        except NbGraderException as error:  # of some; the groups are marked all the same
            failed = error
        wrong = rules.mark_groups()
        if failed is not None:
            raise failed
        if wrong:
            raise NbGraderException(wrong)

    converter.init_destination, converter.convert_notebooks = init_destination, convert_notebooks


class _Rules:
    """The cap and the rosters, and whose turn comes at the end, by assignment."""

    def __init__(self, converter: Any) -> None:
        self._converter, self._coursedir = converter, converter.coursedir
        self._attempts = 0
        self._groups: dict[str, Groups | None] = {}
        self._together: dict[str, list[str]] = {}
        self._sharing = False

    def read(self) -> None:
        """Read the cap, and the rosters of what is going to be marked."""
        self._attempts = attempts_of(self._converter.config)
        root = Path(self._coursedir.root)
        names = {Path(folder).name for folder in self._converter.assignments}
        self._groups = {name: load_groups(root, name) for name in names}
        self._sharing = any(self._groups.values()) and self._can_share()

    def take(self, assignment: str, student: str) -> bool:
        """Tell whether nbgrader's own round leaves a submission out; note it where its turn comes later."""
        groups = self._groups.get(assignment)
        if groups is not None and groups.mates(student) != (student,):
            if self._sharing:
                self._together.setdefault(assignment, []).append(student)
                return True
            self._converter.log.warning("%s", say.left_single(student))
        if not self._attempts or not self._is_used_up(assignment, student):
            return False
        self._converter.log.warning("%s: %s", student, say.used_up(self._attempts))
        return True

    def _can_share(self) -> bool:
        """Tell whether this command marks whole, executed submissions of the course as its file has it."""
        config, coursedir = self._converter.config, self._coursedir
        executed = all(
            str(config[name].get("enabled", True)).lower() not in ("false", "0")
            for name in ("Execute", "ExecuteSubmission")
            if name in config
        )
        try:
            ours = open_course(Path(coursedir.root))
        except MarkingError:
            return False
        told = course_of(coursedir)
        names = (
            *("db_url", "source_directory", "release_directory", "submitted_directory"),
            "autograded_directory",
        )
        same = all(_place(getattr(ours, name)) == _place(getattr(told, name)) for name in names)
        return bool(executed and same and coursedir.notebook_id == "*")

    def _is_used_up(self, assignment: str, student: str) -> bool:
        try:
            with Book(self._coursedir.db_url) as book, book.transaction() as connection:
                run = run_of(course_of(self._coursedir), book, connection, assignment)
                handed, _ = run.read(student)
                entry = read_ledger(connection, book.ledger, assignment, student).get(student)
        except MarkingError:
            return False  # nbgrader says itself what it misses
        return used_up(self._attempts, entry, handed)

    def mark_groups(self) -> str:
        """Mark whose turn is at the end; return what went wrong, "" for nothing."""
        log, wrong = self._converter.log, ""
        trusted = self._converter.config.get("ExecuteSubmission", {}).get("trusted", False)
        for assignment, students in sorted(self._together.items()):
            log.info("%s", say.marked_together(students))
            try:
                report = mark_assignment(
                    Path(self._coursedir.root),
                    assignment,
                    students=students,
                    again=self._converter.force,
                    trusted=str(trusted).lower() in ("true", "1"),
                )
            except EcrmError as error:
                log.error("%s", error)  # noqa: TRY400 - the reason, not where it was found
                wrong = str(error)
                continue
            for line in report.lines:
                if line.reason:
                    log.warning("%s: %s", line.student, line.reason)
                if line.state == "failed":
                    wrong = line.reason
            for remark in report.remarks:
                log.warning("%s", remark)
        self._together.clear()
        return wrong


def _place(name: str) -> str:
    """Return one spelling of a folder's name or a gradebook's address, whatever links lead there."""
    path = name.removeprefix("sqlite:///")
    return name if path == name and ":" in name else str(Path(path).resolve())
