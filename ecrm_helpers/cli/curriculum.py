"""`ecrm curriculum`: what the courseware covers, and where the holes are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ecrm_helpers.cli._base import Chinese, console
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import coverage as messages

__all__ = ["COMMANDS"]


@click.command(cls=Chinese, help=messages.CURRICULUM, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.option("--course", help=messages.COURSE_OPTION, metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help=messages.OUT_OPTION, metavar="FILE.csv")
@click.option("--strict", is_flag=True, help=messages.STRICT_OPTION)
def curriculum(*, course: str | None, out: Path | None, strict: bool) -> None:
    """Show objectives, sections, tasks and hours of one course or of both."""
    from ecrm_helpers.curriculum import COURSE_HOURS  # noqa: PLC0415
    from ecrm_helpers.grades.coverage.hours import hours  # noqa: PLC0415
    from ecrm_helpers.grades.coverage.matrix import matrix  # noqa: PLC0415
    from ecrm_helpers.grades.coverage.table import show_coverage, write_matrix  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    if course is not None and course not in COURSE_HOURS:
        message = messages.unknown_course(course, COURSE_HOURS)
        raise SettingsError(message)
    if out is not None and course is None:
        raise SettingsError(messages.out_needs_course())
    project = find_project()
    found = [matrix(project, one) for one in ([course] if course else COURSE_HOURS)]
    for one in found:
        show_coverage(one, hours(project, one.course_id), console())
    if out is not None:
        click.echo(messages.written(write_matrix(found[0], out)))
    if strict and not all(one.whole for one in found):
        sys.exit(1)


COMMANDS = (curriculum,)
