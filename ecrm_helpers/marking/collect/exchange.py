"""nbgrader's collector, for an exchange in which every student may write.

It is named as ``ExchangeFactory.collect`` and serves ``nbgrader collect``, the formgrader's button and
``ecrm collect``. A record's name claims a student and a time; anyone can write such a name. So the owner of
the folder and of every file in it must be that student's account, links and all that is no regular file are
refused, and the time is the one at which this file system last saw the record change. Records that fail are
dropped **before** the newest is chosen: a forged one hides no honest one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fnmatch
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.utils import check_directory, parse_utc
from traitlets import Enum

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect.aside import staging
from ecrm_helpers.marking.collect.course import due_date, gradebook_rows
from ecrm_helpers.marking.collect.names import normal_student
from ecrm_helpers.marking.collect.receive import (
    OWN_FILES,
    SECRET,
    HandIn,
    content_digest,
    receive,
    same_student,
)
from ecrm_helpers.marking.collect.records import Limits, Record, RecordRefused, copy_record, look_at_record
from ecrm_helpers.marking.collect.report import CollectReport
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CollectFromExchange"]

_AHEAD: Final = dt.timedelta(minutes=2)  # the clocks of a file server and a grader differ by seconds
_CLAIMED: Final = dt.timedelta(minutes=10)
_LONGEST_SECRET: Final = 256


@dataclass(frozen=True)
class _Claim:
    """A record that passed, whose it is, and when it came."""

    record: Record
    username: str
    student: str
    at: dt.datetime
    notes: tuple[str, ...] = ()


class CollectFromExchange(ExchangeCollect):
    """nbgrader's ExchangeCollect that believes owners and the file system, not names."""

    arrival = Enum(
        ["changed", "modified"],
        default_value="changed",
        help=(
            "Which time of the file system counts as the arrival. 'changed' cannot be set by a student. "
            "After the exchange was restored from a backup all records were 'changed' then: 'modified' has "
            "the old times, but a student can set it with touch."
        ),
    ).tag(config=True)

    def ensure_root(self) -> None:
        """Refuse an exchange that is not there, in Chinese."""
        if not check_directory(self.root, read=True, write=True, execute=True):
            self.fail(say.no_root(self.root))

    def init_src(self) -> None:
        """Find the records of the assignment; drop and report those that must not be collected."""
        self.report = CollectReport(self.coursedir.assignment_id)
        if not self.coursedir.course_id:
            self.fail(say.NO_COURSE_ID)
        self.inbound_path = str(Path(self.root) / self.coursedir.course_id / "inbound")
        if not Path(self.inbound_path).is_dir() or not os.access(self.inbound_path, os.R_OK | os.X_OK):
            self.fail(say.no_inbound(self.inbound_path))
        self._listed: dict[str, set[str]] = {}
        try:
            students = gradebook_rows(self.coursedir, "SELECT id FROM student")
        except MarkingError as error:
            self.fail(str(error))
        for (one,) in students:
            self._listed.setdefault(normal_student(str(one)) or str(one), set()).add(str(one))
        if not self.check_owner:
            self.report.remarks.append(say.OWNERS_NOT_CHECKED)
        if self.arrival == "modified":
            self.report.remarks.append(say.TIMES_CAN_BE_SET)
        inbound = os.open(self.inbound_path, os.O_RDONLY)
        try:
            claims = list(self._claims(inbound))
        finally:
            os.close(inbound)
        self.src_records = self._one_account_each(claims)

    def _claims(self, inbound: int) -> Iterator[_Claim]:
        assignment, wanted = self.coursedir.assignment_id, self.coursedir.student_id or "*"
        excluded = set(self.coursedir.student_id_exclude.split(","))
        with os.scandir(inbound) as entries:
            names = sorted(entry.name for entry in entries if f"+{assignment}+" in entry.name)
        for name in names:
            username = name.split("+")[0]
            if name.split("+")[1] != assignment:
                if name.split("+")[2:3] == [assignment]:
                    self.report.refused(say.shown_name(name), say.BAD_ID)
                continue
            if username in excluded or not fnmatch.fnmatch(username, wanted):
                continue
            try:
                yield self._claim(inbound, name, username)
            except RecordRefused as reason:
                self.report.refused(say.shown_name(name), str(reason))

    def _claim(self, inbound: int, name: str, username: str) -> _Claim:
        student = normal_student(username)
        if student is None:
            raise RecordRefused(say.BAD_ID)
        spelled = self._listed.get(student, {student})
        if len(spelled) > 1:
            raise RecordRefused(say.two_accounts(student, sorted(spelled)))
        told = self.coursedir
        limits = Limits(
            ignore=told.ignore,
            include=told.include,
            file_bytes=1000 * told.max_file_size,
            all_bytes=1000 * told.max_dir_size,
        )
        record = look_at_record(inbound, name, limits)
        if self.check_owner and (owner := _account(record.uid)) != username:
            raise RecordRefused(say.foreign_record(username, owner))
        at = record.changed if self.arrival == "changed" else record.modified
        if at > dt.datetime.now(dt.UTC) + _AHEAD:
            raise RecordRefused(say.IN_THE_FUTURE)
        claimed = _claimed(name)
        notes = record.notes
        if claimed is not None and abs(at - claimed) > _CLAIMED:
            notes = (*notes, say.claims_another_time(claimed))
        return _Claim(record, username, next(iter(spelled)), at, notes)

    def _one_account_each(self, claims: list[_Claim]) -> list[list[_Claim]]:
        """Return each student's records, newest first; refuse an id that two accounts claim."""
        by_student: dict[str, list[_Claim]] = {}
        for claim in claims:
            by_student.setdefault(claim.student, []).append(claim)
        kept = []
        for student, found in sorted(by_student.items()):
            accounts = sorted({claim.username for claim in found})
            if len(accounts) > 1:
                self.report.refused(student, say.two_accounts(student, accounts))
                continue
            kept.append(sorted(found, key=lambda claim: (claim.at, claim.record.name), reverse=True))
        return kept

    def copy_files(self) -> None:
        """Put each student's newest record into the folder of submissions."""
        place = Path(self.coursedir.format_path(self.coursedir.submitted_directory, "student", "assignment"))
        due = due_date(self.coursedir, self.coursedir.assignment_id) if self.before_duedate else None
        inbound = os.open(self.inbound_path, os.O_RDONLY)
        try:
            with staging(place.parents[1]) as folder:
                for number, claims in enumerate(self.src_records):
                    in_time = [claim for claim in claims if due is None or claim.at <= due]
                    self._take(inbound, in_time or claims, place.parents[1], folder / f"r{number}")
        except MarkingError as error:
            self.fail(str(error))
        finally:
            os.close(inbound)
            for line in str(self.report).splitlines():
                self.log.info(line)

    def _take(self, inbound: int, claims: list[_Claim], submitted: Path, folder: Path) -> None:
        newest = claims[0]
        folder.mkdir()
        other = same_student(submitted, newest.student)
        if other is not None:
            self.report.refused(newest.student, say.other_spelling(other), newest.at)
            return
        try:
            files = copy_record(inbound, newest.record, folder / "0")
        except RecordRefused as reason:
            self.report.refused(newest.student, str(reason), newest.at)
            return
        secret = _secret(files)
        hand_in = HandIn(
            student=newest.student,
            at=_first_seen(inbound, claims, files, folder),
            # Not even a folder may have the name of a file that is written here.
            files={name: path for name, path in files.items() if name.split("/")[0] not in OWN_FILES},
            secret=secret,
            notes=newest.notes,
        )
        self.report.received(
            receive(
                folder.parent,
                hand_in,
                submitted=submitted,
                assignment=self.coursedir.assignment_id,
                update=self.update,
                even_older=self.before_duedate,
                shared=self.coursedir.groupshared,
            )
        )


def _first_seen(inbound: int, claims: list[_Claim], files: dict[str, Path], folder: Path) -> dt.datetime:
    """Return when this work first came: handing the same in once more, late, makes nobody late."""
    at, digest = claims[0].at, content_digest(files)
    for number, claim in enumerate(claims[1:], start=1):
        with contextlib.suppress(RecordRefused):
            if content_digest(copy_record(inbound, claim.record, folder / str(number))) == digest:
                at = claim.at
                continue
        break
    return at


def _secret(files: dict[str, Path]) -> str:
    if SECRET not in files:
        return ""
    with files[SECRET].open("rb") as file:
        return file.read(_LONGEST_SECRET + 1).decode("ascii", errors="replace").strip()


def _account(uid: int) -> str:
    import pwd  # noqa: PLC0415 - Windows has none, and no exchange either

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _claimed(name: str) -> dt.datetime | None:
    """Return the time a record's name claims: only to be compared with the true one."""
    try:
        found: dt.datetime = parse_utc(name.split("+")[2])
    except (ValueError, OverflowError, IndexError):
        return None
    return found.replace(tzinfo=dt.UTC)
