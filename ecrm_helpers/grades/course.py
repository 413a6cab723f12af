"""One course, read once and computed once: what class table, workbook and report are made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.attainment import attained
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.coverage import graded_tasks, sections
from ecrm_helpers.grades.gradebook import Gradebook, read_gradebook
from ecrm_helpers.grades.items import analysed
from ecrm_helpers.grades.people import People, read_overrides, read_people
from ecrm_helpers.grades.results import Results
from ecrm_helpers.grades.sheets import ScoreSheets, read_sheets
from ecrm_helpers.grades.totals import class_list
from ecrm_helpers.marking.run.course import CONFIG, open_course
from ecrm_helpers.messages import grades as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.coverage.records import GradedTask, Section
    from ecrm_helpers.grades.record import Override
    from ecrm_helpers.grades.scheme import Course

__all__ = ["CourseData", "known_assignments", "read_course", "results"]


@dataclass(frozen=True)
class CourseData:
    """Everything a course's figures come from.

    Attributes
    ----------
    course : Course
    gradebook : Gradebook or None
        None where nothing has been marked with nbgrader yet.
    sheets : ScoreSheets
    people : People
    overrides : tuple of Override
    tasks : tuple of GradedTask
    sections : tuple of Section
    config, root : Path
        grading_config.py and the course folder.
    """

    course: Course
    gradebook: Gradebook | None
    sheets: ScoreSheets
    people: People
    overrides: tuple[Override, ...]
    tasks: tuple[GradedTask, ...]
    sections: tuple[Section, ...]
    config: Path
    root: Path


def read_course(
    config: Path, course_id: str, *, root: Path, project: Path, database: str | None = None
) -> CourseData:
    """Read a course folder and the courseware it belongs to.

    Parameters
    ----------
    config : Path
        grading_config.py.
    course_id : str
    root : Path
        Course folder; gradebook, roster, groups, overrides and score sheets may each be missing.
    project : Path
        The courseware's folder.
    database : str, optional
        The gradebook's address or file; by default what the course's nbgrader_config.py says.

    Raises
    ------
    EcrmError
        The scheme, a file of the course folder or the gradebook cannot be used.
    """
    course = load_course(config, course_id, assignments=known_assignments(project, course_id))
    people = read_people(root, course)
    return CourseData(
        course=course,
        gradebook=_gradebook(root, database),
        sheets=read_sheets(root / "scores", course, people.people or None),
        people=people,
        overrides=read_overrides(root, course, people),
        tasks=tuple(graded_tasks(project, course_id)),
        sections=tuple(sections(project, course_id)),
        config=config,
        root=root,
    )


def results(data: CourseData, *, made_on: str) -> Results:
    """Compute totals, attainment and item analysis.

    Parameters
    ----------
    data : CourseData
    made_on : str
        ISO date.

    Raises
    ------
    GradingError
        There is no student at all, or a mark stands in two sources.
    """
    listed = class_list(
        data.course, data.gradebook, data.sheets, people=data.people, overrides=data.overrides
    )
    if not listed.rows:
        message = messages.empty_class(data.root)
        raise GradingError(message)
    return Results(
        listed=listed,
        gradebook=data.gradebook,
        attained=attained(listed, data.gradebook, data.tasks),
        items=analysed(listed, data.gradebook, data.tasks),
        tasks=data.tasks,
        sections=data.sections,
        config=data.config,
        made_on=made_on,
    )


def known_assignments(project: Path, course_id: str) -> set[str] | None:
    """List the assignments that have a solution folder; None where the courseware has no such folder."""
    folder = project / "solutions" / course_id
    if not folder.is_dir():
        return None
    return {path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.ipynb"))}


def _gradebook(root: Path, database: str | None) -> Gradebook | None:
    """Read the gradebook that is named, else the course's own, if there is one yet."""
    if database is not None:
        return read_gradebook(database if "://" in database or "@" in database else Path(database))
    address = open_course(root).db_url if (root / CONFIG).is_file() else ""
    if address and not address.startswith("sqlite:///"):
        return read_gradebook(address)
    path = Path(address.removeprefix("sqlite:///") or root / "gradebook.db")
    return read_gradebook(path) if path.is_file() else None
