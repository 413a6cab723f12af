"""Grade a course folder: read, compute, show, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.gradebook import read_gradebook
from ecrm_helpers.grades.output import table, write_csv, write_xlsx
from ecrm_helpers.grades.sheets import read_sheets
from ecrm_helpers.grades.totals import class_list
from ecrm_helpers.messages import grades as messages

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ecrm_helpers.grades.record import ClassList

__all__ = ["grade_course", "known_assignments"]


def grade_course(config: Path, course_id: str, *, root: Path, out: Path, console: Console) -> ClassList:
    """Compute a course's class list, show it and write `grades.csv` and `grades.xlsx` to `out`.

    Parameters
    ----------
    config : Path
        grading_config.py.
    course_id : str
    root : Path
        Course folder with gradebook.db and scores/, either of which may be missing.
    out : Path
    console : Console

    Raises
    ------
    GradingError
        The scheme, a sheet or the gradebook cannot be used, there is no student at all, or the files
        cannot be written.
    """
    course = load_course(config, course_id, assignments=known_assignments(config.resolve().parent, course_id))
    path = root / "gradebook.db"
    if not path.is_file():
        console.print(messages.NO_GRADEBOOK_YET)
    gradebook = read_gradebook(path) if path.is_file() else None
    listed = class_list(course, gradebook, read_sheets(root / "scores", course))
    if not listed.rows:
        message = messages.empty_class(root)
        raise GradingError(message)
    console.print(table(listed))
    try:
        written = [write_csv(listed, out / "grades.csv"), write_xlsx(listed, out / "grades.xlsx")]
    except OSError as error:
        message = messages.cannot_write(out, error)
        raise GradingError(message) from error
    for line in (*messages.summary(listed), messages.written(written)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return listed


def known_assignments(project: Path, course_id: str) -> set[str] | None:
    """List the assignments that have a solution folder; None where the courseware has no such folder."""
    folder = project / "solutions" / course_id
    if not folder.is_dir():
        return None
    return {path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.ipynb"))}
