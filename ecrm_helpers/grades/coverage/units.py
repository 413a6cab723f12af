"""Sections of the unit notebooks: what is taught, for how long, towards which objectives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.coverage.notebooks import Cell, Notebook, files, heading, named, read_notebook
from ecrm_helpers.grades.coverage.records import Section
from ecrm_helpers.messages import coverage as messages

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["INSTRUCTOR", "sections", "unit_notebooks", "unit_sections"]

INSTRUCTOR = "instructor"
_MINUTES = re.compile(r"\s*[（(][^（）()]*分钟[^（）()]*[）)]\s*$")
_NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)+|\d+[.、．]|单元\s*\d+|第\s*\d+\s*(?:单元|课时|课|章|节))[\s\u3000：:]+"
)


def unit_notebooks(project: Path, course_id: str) -> list[Notebook]:
    """Read every notebook of a course, in order."""
    return [read_notebook(path) for path in files(project / "notebooks" / course_id, "*.ipynb")]


def sections(project: Path, course_id: str) -> tuple[Section, ...]:
    """List the sections of a course's notebooks.

    A section begins at the cell that names it in `metadata.ecrm.section`; cells that name none belong to
    the section they stand in. Cells that name the same section make up one. Instructor cells add their
    objectives, never a title.

    Parameters
    ----------
    project : Path
        The courseware's folder, with notebooks/<course>/.
    course_id : str

    Returns
    -------
    tuple of Section
        Empty while the course has no notebook.

    Raises
    ------
    GradingError
        A file is no notebook, or minutes are no number.
    """
    return tuple(one for notebook in unit_notebooks(project, course_id) for one in unit_sections(notebook))


def unit_sections(notebook: Notebook) -> list[Section]:
    """List the sections of one notebook."""
    held: dict[str, list[Cell]] = {}
    minutes: dict[str, int] = {}
    current = ""
    for cell in notebook.cells:
        name = str(cell.ecrm.get("section") or current)
        if name and name != current:  # a heading gives the minutes of all its steps
            minutes[name] = minutes.get(name, 0) + _minutes(notebook, name, cell)
        current = name
        if name:
            held.setdefault(name, []).append(cell)
    return [_section(notebook, name, cells, minutes[name]) for name, cells in held.items()]


def _section(notebook: Notebook, name: str, cells: list[Cell], minutes: int) -> Section:
    titles = [found for cell in cells if INSTRUCTOR not in cell.tags and (found := heading(cell))]
    kinds = [str(cell.ecrm["kind"]) for cell in cells if cell.ecrm.get("kind")]
    title = _plain(titles[0]) if titles else name
    return Section(notebook.name, name, title, (kinds or [""])[0], minutes, named(cells))


def _minutes(notebook: Notebook, name: str, cell: Cell) -> int:
    given = cell.ecrm.get("minutes", 0)
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        message = messages.no_minutes(notebook.name, name, given)
        raise GradingError(message)
    return given


def _plain(title: str) -> str:
    """Take number and minutes off a heading.

    Examples
    --------
    >>> _plain("3.1 客户细分与行为指标（30 分钟）")
    '客户细分与行为指标'
    """
    without = _MINUTES.sub("", title)
    return _NUMBER.sub("", without) or without
