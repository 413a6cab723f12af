"""`ecrm scores template|import|check`: what is marked on paper, in class or on another platform."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import Chinese, ChineseGroup
from ecrm_helpers.cli._people import course_options, opened, sure
from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import score_commands as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["COMMANDS"]

FOLDER = "scores"


@click.group(
    cls=ChineseGroup,
    help=messages.SCORES,
    options_metavar=cli_messages.OPTIONS_METAVAR,
    subcommand_metavar=cli_messages.COMMANDS_METAVAR,
)
def scores() -> None:
    """Group the commands on score sheets."""


@scores.command(cls=Chinese, help=messages.TEMPLATE, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("places", nargs=-1, metavar="[考核项…]")
@course_options
@click.option("--out", type=click.Path(path_type=Path), help=messages.OUT_OPTION, metavar="DIR")
@click.option("--update", is_flag=True, help=messages.UPDATE_OPTION)
def template(*, places: tuple[str, ...], out: Path | None, update: bool, **where: Any) -> None:
    """Write score sheets to fill."""
    from ecrm_helpers.grades.sheets.template import write_templates  # noqa: PLC0415
    from ecrm_helpers.messages import score_templates as texts  # noqa: PLC0415

    course, people, root = _whole_class(**where)
    made = write_templates(course, people, out or root / FOLDER, places=places, update=update)
    for line in (*map(texts.written, made.written), *made.notes, texts.PERSONAL):
        click.echo(line)


@scores.command(
    cls=Chinese, name="import", help=messages.IMPORT, options_metavar=cli_messages.OPTIONS_METAVAR
)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@click.option("--to", required=True, help=messages.TO_OPTION, metavar="PLACE")
@click.option("--column", "columns", multiple=True, help=messages.COLUMN_OPTION, metavar="NAME")
@click.option("--full", default="", help=messages.FULL_OPTION, metavar="N")
@click.option("--yes", is_flag=True, help=messages.YES_OPTION)
@course_options
def import_marks(
    *, file: Path, to: str, columns: tuple[str, ...], full: str, yes: bool, **where: Any
) -> None:
    """Take marks over from a platform's export."""
    from datetime import date  # noqa: PLC0415

    from ecrm_helpers.grades.sheets.import_book import write_import  # noqa: PLC0415
    from ecrm_helpers.grades.sheets.importing import plan_import  # noqa: PLC0415
    from ecrm_helpers.messages import score_import as texts  # noqa: PLC0415

    course, people, root = _whole_class(**where)
    made = plan_import(
        file, course, people, root / FOLDER, to=to, columns=columns, full=full,
        day=date.today().isoformat(),  # noqa: DTZ011 - the teacher's own calendar
    )  # fmt: skip
    for lines, told in ((made.unmatched, texts.unmatched), (made.absent, texts.absent)):
        if lines:
            click.echo(told(lines))
    if made.replaces:
        click.echo(texts.changes(made.changes) if made.changes else texts.NOTHING_CHANGED)
        if made.changes and not sure(texts.REPLACE, yes=yes):
            click.echo(texts.KEPT, err=True)
            sys.exit(1)
    path = write_import(made, people)
    click.echo(texts.imported(made.place, len(made.rows), made.platform, path))


@scores.command(cls=Chinese, help=messages.CHECK, options_metavar=cli_messages.OPTIONS_METAVAR)
@course_options
def check(**where: Any) -> None:
    """List what is wrong and what is missing."""
    from ecrm_helpers.grades.sheets.checking import check_folder  # noqa: PLC0415

    course, people, root = _class(**where)
    checked = check_folder(root / FOLDER, course, people)
    for line in messages.report(checked, root / FOLDER):
        click.echo(line)
    if checked.problems:
        sys.exit(1)


def _class(**where: Any) -> tuple[Course, Mapping[str, Person], Path]:
    """Return the scheme, who is in the class, and the course folder."""
    from ecrm_helpers.grades.sheets.people_rows import class_people  # noqa: PLC0415

    root, course = opened(**where)
    return course, class_people(root, course), root


def _whole_class(**where: Any) -> tuple[Course, Mapping[str, Person], Path]:
    """Return the same, and refuse a class of nobody."""
    from ecrm_helpers.messages import score_templates as texts  # noqa: PLC0415

    course, people, root = _class(**where)
    if not people:
        message = texts.no_class(root)
        raise GradingError(message)
    return course, people, root


COMMANDS = (scores,)
