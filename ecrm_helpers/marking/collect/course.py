"""What collecting must know of a course: where submissions go, its notebooks, its students."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.released import load_snapshot, notebook_names
from ecrm_helpers.messages import collecting as say

__all__ = ["Assignment", "due_date", "gradebook_rows", "open_assignment", "open_course", "without_hand_in"]

_NAME: Final = re.compile(r"[\w][\w .-]*")
_CONFIG: Final = "nbgrader_config.py"


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """An assignment of a course.

    Attributes
    ----------
    name : str
    submitted : Path
        The course's folder of submissions.
    notebooks : tuple of str
        Names without ".ipynb".
    attachments : tuple of str
        Names or patterns of declared attachments, such as "*.docx".
    students : dict
        Names by id as the gradebook has them; empty where it has no students.
    shared : bool
        Whether nbgrader's ``groupshared`` is on.
    """

    name: str
    submitted: Path
    notebooks: tuple[str, ...]
    attachments: tuple[str, ...] = ()
    students: dict[str, tuple[str, ...]]
    shared: bool = False


def open_course(root: Path) -> Any:
    """Return nbgrader's ``CourseDirectory`` of a course folder, configured by its own file.

    Raises
    ------
    MarkingError
        The folder has no nbgrader_config.py, or it fails: nbgrader would go on with its defaults.
    """
    from nbgrader.coursedir import CourseDirectory  # noqa: PLC0415 - nbgrader takes a second
    from traitlets.config import PyFileConfigLoader  # noqa: PLC0415

    if not (root / _CONFIG).is_file():
        message = say.no_course(root)
        raise MarkingError(message)
    try:
        config = PyFileConfigLoader(_CONFIG, path=str(root.resolve())).load_config()
    except Exception as error:
        message = say.bad_config(root / _CONFIG, error)
        raise MarkingError(message) from error
    return CourseDirectory(config=config, root=str(root.resolve()))


def open_assignment(coursedir: Any, name: str) -> Assignment:
    """Return what is known of one assignment.

    Raises
    ------
    MarkingError
        It was never generated in this course.
    """
    notebooks = tuple(notebook_names(coursedir, name)) if _NAME.fullmatch(name) else ()
    if not notebooks:
        message = say.no_assignment(name, _known(coursedir))
        raise MarkingError(message)
    declared = [
        one.get("name")
        for notebook in notebooks
        for one in load_snapshot(coursedir, name, notebook).metadata.get("ecrm", {}).get("attachments", ())
        if isinstance(one, dict)
    ]
    place = Path(coursedir.format_path(coursedir.submitted_directory, "student", name))
    students = {
        str(one): tuple(word.strip() for word in (last or "", first or "") if word.strip())
        for one, last, first in gradebook_rows(coursedir, "SELECT id, last_name, first_name FROM student")
    }
    return Assignment(
        name=name,
        submitted=place.parents[1],
        notebooks=notebooks,
        attachments=tuple(str(one) for one in declared if one),
        students=students,
        shared=bool(coursedir.groupshared),
    )


def _known(coursedir: Any) -> list[str]:
    folders = (
        Path(coursedir.root) / "snapshots",
        Path(coursedir.format_path(coursedir.release_directory, ".", ".")),
    )
    return sorted({path.parent.name for folder in folders for path in folder.glob("*/*.ipynb")})


def gradebook_rows(coursedir: Any, statement: str, **values: Any) -> list[Any]:
    """Return what a statement selects from the gradebook; nothing where there is no gradebook yet.

    Raises
    ------
    MarkingError
        The gradebook cannot be read.
    """
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - a second's import
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    address = coursedir.db_url
    file = address.removeprefix("sqlite:///")
    if file != address and not Path(file).is_file():
        return []
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(statement), values))
    except SQLAlchemyError as error:
        message = say.bad_gradebook(error)
        raise MarkingError(message) from error
    finally:
        engine.dispose()


def without_hand_in(coursedir: Any, assignment: str) -> list[str]:
    """Return the gradebook's students of whom nothing is there, sorted."""
    students = [str(one) for (one,) in gradebook_rows(coursedir, "SELECT id FROM student")]
    place = lambda student: coursedir.format_path(coursedir.submitted_directory, student, assignment)  # noqa: E731
    return sorted(student for student in students if not Path(place(student)).is_dir())


def due_date(coursedir: Any, assignment: str) -> dt.datetime | None:
    """Return when the assignment is due, None where no date is set."""
    rows = gradebook_rows(coursedir, "SELECT duedate FROM assignment WHERE name = :name", name=assignment)
    due = rows[0][0] if rows else None
    if isinstance(due, str):
        due = dt.datetime.fromisoformat(due)
    return None if due is None else due.replace(tzinfo=dt.UTC)
