"""What marking found in each answer: the judge's line and the short answer itself, for item analysis.

One row per judged task in the table ``ecrm_findings`` of the gradebook's own database, written in the
transaction that writes the scores. What waits for a teacher and free text have no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.judge.kept import LONGEST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["findings_table", "replace_findings"]

_LONGEST_MESSAGE: Final = 1_000


def findings_table(metadata: Any) -> Any:
    """Return the table ``ecrm_findings`` in SQLAlchemy's `metadata`."""
    from sqlalchemy import Column, String, Table, Text  # noqa: PLC0415 - slow

    if "ecrm_findings" in metadata.tables:
        return metadata.tables["ecrm_findings"]
    where = [
        Column(name, String(128), primary_key=True) for name in ("assignment", "student", "notebook", "task")
    ]
    found = [Column(name, Text, nullable=False) for name in ("message", "answer")]
    return Table("ecrm_findings", metadata, *where, *found)


def replace_findings(
    connection: Any,
    table: Any,
    *,
    assignment: str,
    student: str,
    notebooks: Collection[str],
    grades: Iterable[Mapping[str, Any]],
) -> None:
    """Put what was found now in place of what was found before, within the transaction of `connection`.

    Parameters
    ----------
    connection : SQLAlchemy connection
    table : Table
        As `findings_table` returns it.
    assignment, student : str
        Whose submission of what.
    notebooks : collection of str
        Those that were marked: the rows of others stay.
    grades : iterable of mapping
        Of an outcome, see `run.one.mark_submission`.
    """
    mine = (table.c.assignment == assignment) & (table.c.student == student)
    connection.execute(table.delete().where(mine & table.c.notebook.in_(sorted(notebooks))))
    rows = {
        (one["notebook"], one["grade_id"]): {
            "assignment": assignment, "student": student,
            "notebook": one["notebook"], "task": one["grade_id"],
            "message": _text(one.get("message"))[:_LONGEST_MESSAGE],
            "answer": _short(one.get("answer")),
        }
        for one in grades if not one["needs_manual"]
    }  # fmt: skip
    found = [row for row in rows.values() if row["message"] or row["answer"]]
    if found:
        connection.execute(table.insert(), found)


def _text(told: object) -> str:
    """Return text that every database takes: an outcome may come from another machine."""
    text = told if isinstance(told, str) else ""
    return text.encode("utf-8", errors="replace").decode("utf-8").replace("\0", "")


def _short(told: object) -> str:
    text = _text(told)
    return text if len(text) <= LONGEST_ANSWER else ""
