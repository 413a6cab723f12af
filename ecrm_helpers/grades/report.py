"""Grade a course folder: read, compute, show, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.book import write_book, write_csv, write_export
from ecrm_helpers.grades.course import read_course, results
from ecrm_helpers.grades.terminal import lines, rules, table
from ecrm_helpers.messages import grades as messages

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ecrm_helpers.grades.results import Results

__all__ = ["grade_course"]


def grade_course(
    config: Path,
    course_id: str,
    *,
    root: Path,
    console: Console,
    made_on: str,
    out: Path | None,
    database: str | None = None,
) -> Results:
    """Compute a course's results, show them and write `grades.xlsx` and `grades.csv`.

    A unit that is one component of a school's course is also written as a score sheet of that course.

    Parameters
    ----------
    config : Path
        grading_config.py, in the courseware's folder.
    course_id : str
    root : Path
        Course folder with gradebook, roster, groups, overrides and scores, any of which may be missing.
    console : Console
    made_on : str
        ISO date.
    out : Path or None
        Where the files go; None writes none.
    database : str, optional
        The gradebook's address or file; by default the course's own.

    Raises
    ------
    EcrmError
        The scheme, a file of the course folder or the gradebook cannot be used, there is no student at all,
        or the files cannot be written.
    """
    project = config.resolve().parent
    data = read_course(config, course_id, root=root, project=project, database=database)
    if data.gradebook is None:
        console.print(messages.NO_GRADEBOOK_YET)
    found = results(data, made_on=made_on)
    console.print(table(found.listed))
    for line in (*lines(found, _written(found, out)), *rules(found.listed)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return found


def _written(found: Results, out: Path | None) -> list[Path]:
    if out is None:
        return []
    try:
        return [
            write_book(found, out / "grades.xlsx"),
            write_csv(found, out / "grades.csv"),
            *_exported(found, out),
        ]
    except OSError as error:
        message = messages.cannot_write(out, error)
        raise GradingError(message) from error


def _exported(found: Results, out: Path) -> list[Path]:
    name = found.listed.course.exported_as
    return [write_export(found, out / messages.export_file(name))] if name else []
