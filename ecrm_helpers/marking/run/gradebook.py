"""nbgrader's gradebook by its tables: one transaction per submission, without importing nbgrader."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.records.findings_table import findings_table
from ecrm_helpers.marking.run.ledger import ledger_table
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AssignmentRows", "Book", "CellRow"]

_TABLES: Final = (
    "assignment", "notebook", "base_cell", "grade_cells", "solution_cells", "task_cells", "source_cell",
    "student", "submitted_assignment", "submitted_notebook", "grade", "comment",
)  # fmt: skip
_PATIENCE: Final = 60  # seconds to wait for the formgrader to finish writing


@dataclass(frozen=True)
class CellRow:
    """One cell of the released notebook: id by role, and what nbgrader holds against changes."""

    grade: str | None = None
    comment: str | None = None
    points: float | None = None
    locked: bool | None = None
    source: str | None = None
    checksum: str | None = None


@dataclass
class AssignmentRows:
    """An assignment of the gradebook: row id, due date, and its notebooks' cells by grade_id."""

    name: str
    id: str
    duedate: Any
    notebooks: dict[str, str] = field(default_factory=dict)
    cells: dict[str, dict[str, CellRow]] = field(default_factory=dict)


class Book:
    """A gradebook that exists already (nbgrader makes it when it generates an assignment).

    Parameters
    ----------
    db_url : str
        As in nbgrader's configuration, SQLite or PostgreSQL.

    Raises
    ------
    MarkingError
        There is no gradebook at that address, or it cannot be used.
    """

    def __init__(self, db_url: str) -> None:
        import sqlalchemy as sa  # noqa: PLC0415 - a quarter of a second

        with _in_chinese(db_url):
            self.engine = _engine(db_url)
        # A password belongs in no message.
        self._shown = self.engine.url.render_as_string(hide_password=True)
        metadata = sa.MetaData()
        with _in_chinese(self._shown):
            present = set(sa.inspect(self.engine).get_table_names())
            if not present.issuperset(_TABLES):
                message = say.no_gradebook(self._shown)
                raise MarkingError(message)
            metadata.reflect(self.engine, only=_TABLES)
            self.tables = metadata.tables
            self.ledger, self.findings = ledger_table(metadata), findings_table(metadata)
            if not present.issuperset({self.ledger.name, self.findings.name}):
                self._make_ledger()

    def _make_ledger(self) -> None:
        """Make our tables, unless another process has just done so."""
        import sqlalchemy as sa  # noqa: PLC0415 - a quarter of a second

        try:
            with self.engine.begin() as connection:
                for table in (self.ledger, self.findings):
                    table.create(connection, checkfirst=True)
        except sa.exc.DBAPIError:
            present = sa.inspect(self.engine).get_table_names()
            if not {self.ledger.name, self.findings.name}.issubset(present):
                raise

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Everything or nothing; in SQLite nobody else writes meanwhile, elsewhere rows are locked as read.

        Raises
        ------
        MarkingError
            The database cannot be used: in use for too long, read-only, gone.
        """
        with _in_chinese(self._shown), self.engine.begin() as connection:
            yield connection

    def assignment(self, connection: Any, name: str) -> AssignmentRows:
        """Return an assignment and its cells.

        Raises
        ------
        MarkingError
            The gradebook does not know the assignment.
        """
        t = self.tables
        found = connection.execute(t["assignment"].select().where(t["assignment"].c.name == name)).first()
        if found is None:
            message = say.not_in_gradebook(name)
            raise MarkingError(message)
        rows = AssignmentRows(name=name, id=found.id, duedate=found.duedate)
        notebooks = t["notebook"].select().where(t["notebook"].c.assignment_id == found.id)
        for notebook in connection.execute(notebooks).all():
            rows.notebooks[notebook.name] = notebook.id
            rows.cells[notebook.name] = self._cells(connection, notebook.id)
        return rows

    def _cells(self, connection: Any, notebook: str) -> dict[str, CellRow]:
        t = self.tables
        held: dict[str, dict[str, Any]] = {}
        for row in connection.execute(
            t["source_cell"].select().where(t["source_cell"].c.notebook_id == notebook)
        ):
            held[row.name] = {"locked": bool(row.locked), "source": row.source, "checksum": row.checksum}
        base = t["base_cell"]
        for kind, graded, commented in (
            ("grade_cells", True, False),
            ("solution_cells", False, True),
            ("task_cells", True, True),
        ):
            joined = base.join(t[kind], base.c.id == t[kind].c.id)
            points = [t[kind].c.max_score] if graded else []
            wanted = joined.select().with_only_columns(base.c.name, base.c.id, *points)
            for row in connection.execute(wanted.where(base.c.notebook_id == notebook)):
                cell = held.setdefault(row.name, {})
                if graded:
                    cell |= {"grade": row.id, "points": float(row.max_score)}
                if commented:
                    cell["comment"] = row.id
        return {name: CellRow(**cell) for name, cell in held.items()}


@contextmanager
def _in_chinese(shown: str) -> Iterator[None]:
    """Say what a database has to complain of, without its statement: that holds students' data."""
    import sqlalchemy as sa  # noqa: PLC0415 - a quarter of a second

    try:
        yield
    except sa.exc.ArgumentError as error:  # it would show the address, perhaps with a password
        raise MarkingError(say.BAD_ADDRESS) from error
    except sa.exc.OperationalError as error:
        reason = str(error.orig)
        known = {"locked": say.gradebook_busy, "readonly": say.gradebook_read_only}
        told = next((words for part, words in known.items() if part in reason), None)
        message = told(shown) if told is not None else say.gradebook_fails(shown, reason)
        raise MarkingError(message) from error
    except sa.exc.DBAPIError as error:
        message = say.gradebook_fails(shown, str(error.orig))
        raise MarkingError(message) from error
    except ImportError as error:
        message = say.no_driver(str(error.name))
        raise MarkingError(message) from error


def _engine(db_url: str) -> Any:
    import sqlalchemy as sa  # noqa: PLC0415 - a quarter of a second

    if not db_url.startswith("sqlite"):
        return sa.create_engine(
            db_url, pool_pre_ping=True
        )  # a class takes an hour, a firewall forgets sooner
    path = sa.engine.make_url(db_url).database
    if not path or not Path(path).is_file():
        message = say.no_gradebook(db_url)
        raise MarkingError(message)
    # SQLite would find out at the first submission's end, and keeps a journal beside the file.
    if not (os.access(path, os.W_OK) and os.access(Path(path).parent, os.W_OK)):
        message = say.gradebook_read_only(db_url)
        raise MarkingError(message)
    engine = sa.create_engine(db_url, connect_args={"timeout": _PATIENCE, "check_same_thread": False})

    # Python's driver begins a transaction at the first write; what was read before it could be stale by then.
    @sa.event.listens_for(engine, "connect")
    def _leave_begin_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
