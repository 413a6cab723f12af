"""What `ecrm roster`, `ecrm scores` and `ecrm term` share: which course, and whether to go on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.errors import GradingError, SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import roster as messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecrm_helpers.grades.people import People
    from ecrm_helpers.grades.scheme import Course

__all__ = ["course_options", "folder_of", "known_people", "opened", "sure"]

_PATH = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--course", default="crossborder_crm", help=cli_messages.COURSE_OPTION, metavar="ID"),
    click.option("--root", type=_PATH, help=messages.ROOT_OPTION, metavar="DIR"),
    click.option("--config", type=_PATH, help=cli_messages.CONFIG_OPTION, metavar="FILE"),
)


def course_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which course is meant; for `opened` and `folder_of`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def folder_of(*, course: str, root: Path | None, config: Path | None) -> tuple[Path, Path]:
    """Return the course folder and grading_config.py.

    Raises
    ------
    SettingsError
        The folder is not there.
    """
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    config = config or find_project() / "grading_config.py"
    root = root or config.resolve().parent / "courses" / course
    if not root.is_dir():
        message = cli_messages.no_course_folder(root)
        raise SettingsError(message)
    return root, config


def opened(*, course: str, root: Path | None, config: Path | None) -> tuple[Path, Course]:
    """Return the course folder and the course's scheme."""
    from ecrm_helpers.grades.config import load_course  # noqa: PLC0415

    folder, scheme = folder_of(course=course, root=root, config=config)
    return folder, load_course(scheme, course)


def known_people(root: Path, course: Course, *, groups: bool = True) -> People:
    """Read who is in the class.

    Raises
    ------
    GradingError
        There is no roster, or a file cannot be used.
    """
    from ecrm_helpers.grades.people import read_people  # noqa: PLC0415

    known = read_people(root, course, groups=groups)
    if not known.people:
        raise GradingError(messages.NO_ROSTER)
    return known


def sure(question: str, *, yes: bool) -> bool:
    """Ask; without anybody to ask, that is a no."""
    return yes or (sys.stdin.isatty() and click.confirm(question, default=False))
