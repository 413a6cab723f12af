"""A teacher's mark or comment on one member's copy of a group's work counts for the other members too.

Every run looks: what was given since the last one is copied where a member has none of his own and the marked
answer is the same. Copies are noted in the table ``ecrm_shared``: they follow the mark they came from, and a
copy that the teacher has changed is that member's own from then on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.groups import Copy, decide
from ecrm_helpers.marking.run.ledger import read_ledger
from ecrm_helpers.messages import groups as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecrm_helpers.marking.groups import Change, Value
    from ecrm_helpers.marking.run.gradebook import AssignmentRows, Book
    from ecrm_helpers.marking.run.ledger import Entry
    from ecrm_helpers.marking.run.todo import Run

__all__ = ["share_marks"]


def share_marks(connection: Any, run: Run) -> list[str]:
    """Copy what the teacher gave one member to the others of the group; return what to tell, in Chinese."""
    if run.groups is None:
        return []
    shares = _Shares(connection, run.book, run.rows)
    ledger = read_ledger(connection, run.book.ledger, run.rows.name)
    told: list[str] = []
    for kind in ("mark", "comment"):
        found = shares.copies(kind, ledger)
        for group, members in run.groups.groups.items():
            names = [member.student for member in members]
            for task, copies in _same_answers(found, names, run.groups.individual):
                change = decide(copies)
                shares.write(kind, task, change)
                told += _told(kind, group, task, change)
    return told


def _same_answers(
    found: Mapping[str, Mapping[str, tuple[str, Copy]]], names: Sequence[str], individual: frozenset[str]
) -> Iterator[tuple[str, list[Copy]]]:
    """Yield each shared task with the copies of one answer to it."""
    for task, by_student in found.items():
        by_answer: dict[str, list[Copy]] = defaultdict(list)
        for name in names if task not in individual else ():
            if name in by_student:
                answer, copy = by_student[name]
                by_answer[answer].append(copy)
        yield from ((task, copies) for copies in by_answer.values() if len(copies) > 1)


def _told(kind: str, group: str, task: str, change: Change) -> list[str]:
    if change.differing:
        said = [(copy.student, copy.value or ()) for copy in change.differing]
        return [say.marks_differ(kind, group, task, said)]
    if change.giver is None or not change.receivers:
        return []
    receivers = [copy.student for copy in change.receivers]
    if change.giver.value is None:
        return [say.mark_taken_back(kind, group, task, change.giver.student, receivers)]
    return [say.mark_shared(kind, group, task, change.giver.student, receivers)]


class _Shares:
    """The gradebook's marks and comments of an assignment, and which of them are copies."""

    def __init__(self, connection: Any, book: Book, rows: AssignmentRows) -> None:
        self._connection, self._book, self._rows = connection, book, rows
        self._table = _table(next(iter(book.tables.values())).metadata)
        self._table.create(connection, checkfirst=True)

    def copies(self, kind: str, ledger: Mapping[str, Entry]) -> dict[str, dict[str, tuple[str, Copy]]]:
        """Return, by task and student, a digest of the marked answer and what was said about it."""
        noted = self._noted(kind)
        found: dict[str, dict[str, tuple[str, Copy]]] = defaultdict(dict)
        for row in self._connection.execute(self._query(kind)):
            student, task = row.student_id, f"{row.notebook}/{row.name}"
            answer = ledger[student].answers.get(task) if student in ledger else None
            if answer is None:
                continue
            value, settled = _read(kind, row, task, ledger[student])
            source, copied = noted.get((student, task), ("", None))
            copy = Copy(student, row.id, value, settled, source if value and value == copied else "")
            found[task][student] = (answer, copy)
        return found

    def _noted(self, kind: str) -> dict[tuple[str, str], tuple[str, Value]]:
        t = self._table
        mine = t.select().where((t.c.assignment == self._rows.name) & (t.c.kind == kind))
        return {
            (row.student, row.task): (row.source, tuple(json.loads(row.value)))
            for row in self._connection.execute(mine)
        }

    def _query(self, kind: str) -> Any:
        t = self._book.tables
        handed, books, cells, names = (
            t[name] for name in ("submitted_assignment", "submitted_notebook", "base_cell", "notebook")
        )
        said = t["grade" if kind == "mark" else "comment"]
        columns = ("manual_score", "extra_credit", "needs_manual_grade")
        joined = (
            handed.join(books, books.c.assignment_id == handed.c.id)
            .join(said, said.c.notebook_id == books.c.id)
            .join(cells, cells.c.id == said.c.cell_id)
            .join(names, names.c.id == books.c.notebook_id)
        )
        wanted = joined.select().with_only_columns(
            handed.c.student_id, names.c.name.label("notebook"), cells.c.name, said.c.id, books.c.flagged,
            *(said.c[name] for name in (columns if kind == "mark" else ("manual_comment",))),
        )  # fmt: skip
        mine = wanted.where(handed.c.assignment_id == self._rows.id).order_by(cells.c.name)
        return mine.with_for_update(of=said)  # no mark is given between reading and copying

    def write(self, kind: str, task: str, change: Change) -> None:
        """Give the receivers what the giver has, and note it."""
        giver, t = change.giver, self._table
        if giver is None:
            return
        said = self._book.tables["grade" if kind == "mark" else "comment"]
        values = _columns(kind, giver)
        for copy in change.receivers:
            self._connection.execute(said.update().where(said.c.id == copy.row).values(**values))
            here = (t.c.assignment == self._rows.name) & (t.c.student == copy.student)
            self._connection.execute(t.delete().where(here & (t.c.task == task) & (t.c.kind == kind)))
            if giver.value is not None:
                note = {"assignment": self._rows.name, "student": copy.student, "task": task, "kind": kind}
                kept = {"source": giver.student, "value": json.dumps(giver.value, ensure_ascii=False)}
                self._connection.execute(t.insert().values(**note, **kept))


def _read(kind: str, row: Any, task: str, entry: Entry) -> tuple[Value | None, bool]:
    if kind == "comment":
        outdated = bool(row.flagged) and task in entry.review
        return ((row.manual_comment,), not outdated) if row.manual_comment else (None, not outdated)
    value = (row.manual_score, row.extra_credit)
    return None if value == (None, None) else value, not row.needs_manual_grade


def _columns(kind: str, giver: Copy) -> dict[str, Any]:
    if kind == "comment":
        return {"manual_comment": giver.value[0] if giver.value else None}
    points, extra = giver.value or (None, None)
    return {"manual_score": points, "extra_credit": extra, "needs_manual_grade": not giver.settled}


def _table(metadata: Any) -> Any:
    from sqlalchemy import Column, String, Table, Text  # noqa: PLC0415 - slow

    if "ecrm_shared" in metadata.tables:
        return metadata.tables["ecrm_shared"]
    keys = [Column(name, String(128), primary_key=True) for name in ("assignment", "student")]
    task = [Column("task", String(255), primary_key=True), Column("kind", String(8), primary_key=True)]
    kept = [Column("source", String(128), nullable=False), Column("value", Text, nullable=False)]
    return Table("ecrm_shared", metadata, *keys, *task, *kept)
