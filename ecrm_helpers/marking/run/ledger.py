"""What has been marked, from which bytes: one row per submission, in the gradebook's own database."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Entry", "ledger_table", "read_ledger", "write_entry"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One marked submission.

    Parameters
    ----------
    assignment, student : str
        Whose submission of what.
    fingerprint : str
        Of everything that decides the result; empty while not all its notebooks are marked.
    submitted : str
        Of what the student handed in alone: another one is another attempt.
    attempts : int
        How many different hand-ins were marked.
    answers : mapping of str to str
        ``notebook/grade_id`` to a digest of the answer: manual marks hold while it is the same.
    review : sequence of str
        ``notebook/grade_id`` of manual comments whose answer has changed since.
    notes : sequence of str
        What was wrong with the file, in Chinese.
    seconds : float
        How long marking took.
    """

    assignment: str
    student: str
    fingerprint: str = ""
    submitted: str = ""
    attempts: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    review: Sequence[str] = ()
    notes: Sequence[str] = ()
    seconds: float = 0.0


def ledger_table(metadata: Any) -> Any:
    """Return the table ``ecrm_marked`` in SQLAlchemy's `metadata`."""
    from sqlalchemy import Column, DateTime, Float, Integer, String, Table, Text  # noqa: PLC0415 - slow

    if "ecrm_marked" in metadata.tables:
        return metadata.tables["ecrm_marked"]
    return Table(
        "ecrm_marked",
        metadata,
        Column("assignment", String(128), primary_key=True),
        Column("student", String(128), primary_key=True),
        Column("fingerprint", String(64), nullable=False),
        Column("submitted", String(64), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("answers", Text, nullable=False),
        Column("review", Text, nullable=False),
        Column("notes", Text, nullable=False),
        Column("seconds", Float, nullable=False),
        Column("marked_at", DateTime, nullable=False),
    )


def read_ledger(connection: Any, table: Any, assignment: str, student: str | None = None) -> dict[str, Entry]:
    """Return the entries of an assignment by student."""
    chosen = table.select().where(table.c.assignment == assignment)
    if student is not None:
        chosen = chosen.where(table.c.student == student)
    return {row.student: _entry(row) for row in connection.execute(chosen)}


def _entry(row: Any) -> Entry:
    return Entry(
        assignment=row.assignment,
        student=row.student,
        fingerprint=row.fingerprint,
        submitted=row.submitted,
        attempts=row.attempts,
        answers=json.loads(row.answers),
        review=json.loads(row.review),
        notes=json.loads(row.notes),
        seconds=row.seconds,
    )


def write_entry(connection: Any, table: Any, entry: Entry, *, known: bool) -> None:
    """Write one entry; `known` tells whether the table has it already."""
    values = {
        "fingerprint": entry.fingerprint,
        "submitted": entry.submitted,
        "attempts": entry.attempts,
        "answers": json.dumps(dict(entry.answers)),
        "review": json.dumps(list(entry.review)),
        "notes": json.dumps(list(entry.notes), ensure_ascii=False),
        "seconds": entry.seconds,
        "marked_at": dt.datetime.now(dt.UTC).replace(tzinfo=None),
    }
    here = (table.c.assignment == entry.assignment) & (table.c.student == entry.student)
    if known:
        connection.execute(table.update().where(here).values(**values))
        return
    connection.execute(table.insert().values(assignment=entry.assignment, student=entry.student, **values))
