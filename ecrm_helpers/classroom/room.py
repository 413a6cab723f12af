"""The scratch copy of a course in which the simulated class runs."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.classroom.work import Assignment, Plan, load_assignment
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import classroom as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecrm_helpers.classroom.commands import Nbgrader
    from ecrm_helpers.classroom.students import Student
    from ecrm_helpers.grades.scheme import Course

__all__ = ["Room", "opened", "prepare", "scratch_folder"]


@dataclass
class Room:
    """The scratch copy of a course while it runs."""

    folder: Path
    course: Course
    students: list[Student]
    nbgrader: Nbgrader
    exchange: bool
    progress: Callable[[str, int, int], None]
    assignments: list[Assignment] = field(default_factory=list)
    plans: dict[str, dict[str, Plan]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The nbgrader root."""
        return self.nbgrader.course_folder

    @property
    def gradebook(self) -> Path:
        """The scratch gradebook."""
        return self.root / "gradebook.db"


def scratch_folder(out: Path | None) -> Path:
    """Make the folder to run in, a temporary one by default.

    Raises
    ------
    SettingsError
        `out` is not empty, or lies in or around a course with a gradebook.
    """
    if out is None:
        return Path(tempfile.mkdtemp(prefix="ecrm-class-"))
    folder = out.resolve()
    for place in (folder, *folder.parents):
        for name in ("gradebook.db", "nbgrader_config.py"):
            if (place / name).exists():
                message = messages.folder_in_use(out, place / name)
                raise SettingsError(message)
    if folder.is_dir():
        found = next(folder.rglob("gradebook.db"), None)
        if found is not None:
            message = messages.folder_in_use(out, found)
            raise SettingsError(message)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = messages.folder_not_empty(out)
        raise SettingsError(message)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare(room: Room, project: Path) -> None:
    """Copy what the course needs and leave out what belongs to real students."""
    course = room.course.id
    room.root.mkdir(parents=True)
    room.nbgrader.exchange.mkdir(mode=0o777)
    room.nbgrader.exchange.chmod(0o777)  # nbgrader asks for a directory everyone may write to
    shutil.copy(project / "courses" / course / "nbgrader_config.py", room.root)
    for name in room.course.exercises:
        source = project / "solutions" / course / name
        shutil.copytree(
            source, room.folder / "solutions" / course / name, ignore=shutil.ignore_patterns("__pycache__")
        )
        room.assignments.append(load_assignment(source, course=course))
    (room.folder / "exercises" / course).mkdir(parents=True)


@contextmanager
def opened(room: Room) -> Iterator[Any]:
    """Open the scratch gradebook for writing; nbgrader's own models warn about their autoflush."""
    from nbgrader.api import Gradebook as NbgraderGradebook  # noqa: PLC0415  a second's import
    from sqlalchemy.exc import SAWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        with NbgraderGradebook(f"sqlite:///{room.gradebook}", room.course.id) as book:
            yield book
