"""Where a course keeps things, read from its ``nbgrader_config.py`` without importing nbgrader (a second)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import marking_run as say

__all__ = ["Course", "open_course", "section"]

CONFIG: Final = "nbgrader_config.py"
_STRUCTURE: Final = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")  # noqa: PTH118 - a pattern


@dataclass(frozen=True)
class Course:
    """A course folder as nbgrader's CourseDirectory sees it, by the same names.

    Parameters
    ----------
    root : Path
        The folder with ``nbgrader_config.py``.
    config : traitlets Config
        What that file sets.
    """

    root: Path
    config: Any

    def _told(self, name: str, default: Any) -> Any:
        return section(self.config, "CourseDirectory").get(name, default)

    @property
    def course_id(self) -> str:
        """What the school calls this run of the course."""
        return str(self._told("course_id", ""))

    @property
    def db_url(self) -> str:
        """The gradebook's address; nbgrader is run in the course folder, so a relative path begins there."""
        told = str(self._told("db_url", "sqlite:///gradebook.db"))
        path = told.removeprefix("sqlite:///")
        return told if path in (told, "") or path.startswith(":") else f"sqlite:///{self.root / path}"

    @property
    def source_directory(self) -> str:
        """The solutions' folder."""
        return str(self._told("source_directory", "source"))

    @property
    def release_directory(self) -> str:
        """The folder of what students get."""
        return str(self._told("release_directory", "release"))

    @property
    def submitted_directory(self) -> str:
        """The folder of what was handed in."""
        return str(self._told("submitted_directory", "submitted"))

    @property
    def autograded_directory(self) -> str:
        """The folder of what was marked."""
        return str(self._told("autograded_directory", "autograded"))

    @property
    def permissions(self) -> int:
        """The mode of marked files, nbgrader's own by default."""
        shared = 664 if self._told("groupshared", default=False) else 444
        return int(str(section(self.config, "Autograde").get("permissions", shared)), 8)

    def format_path(self, step: str, student: str, assignment: str) -> str:
        """Return nbgrader's path of one submission in one step."""
        path = _STRUCTURE.format(nbgrader_step=step, student_id=student, assignment_id=assignment)
        return os.path.join(self.root, path)  # noqa: PTH118 - a step may be absolute or begin with ../

    def submitted(self, student: str, assignment: str) -> Path:
        """Return the folder of one hand-in."""
        return Path(self.format_path(self.submitted_directory, student, assignment))

    def autograded(self, student: str, assignment: str) -> Path:
        """Return the folder of one marked submission."""
        return Path(self.format_path(self.autograded_directory, student, assignment))

    def source(self, assignment: str) -> Path:
        """Return the folder of an assignment's solution."""
        return Path(self.format_path(self.source_directory, ".", assignment)).resolve()

    def released(self, assignment: str) -> Path:
        """Return the folder of what students got."""
        return Path(self.format_path(self.release_directory, ".", assignment))


def section(config: Any, name: str) -> dict[str, Any]:
    """Return what a Config sets of one class; asking the Config itself would make what it lacks."""
    return dict(config[name]) if name in config else {}


def open_course(root: Path) -> Course:
    """Read the course in `root`.

    Raises
    ------
    MarkingError
        There is no ``nbgrader_config.py``, it has an error (nbgrader would only log that and go on with its
        defaults), or it uses a folder structure of its own.
    """
    from traitlets.config import PyFileConfigLoader  # noqa: PLC0415 - not every import of marking reads it

    root = root.resolve()
    if not (root / CONFIG).is_file():
        message = say.no_course(root)
        raise MarkingError(message)
    try:
        config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:
        message = say.bad_config(root / CONFIG, error)
        raise MarkingError(message) from error
    course = Course(root, config)
    if course._told("directory_structure", _STRUCTURE) != _STRUCTURE:  # noqa: SLF001 - of this module
        message = say.other_structure(root / CONFIG)
        raise MarkingError(message)
    return course
