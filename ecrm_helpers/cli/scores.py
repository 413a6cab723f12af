"""`ecrm scores template|import|check`: what is marked on paper, in class or on another platform."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ecrm_helpers.cli._base import Chinese, ChineseGroup
from ecrm_helpers.errors import GradingError, SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import score_commands as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["COMMANDS"]


class _Class(NamedTuple):
    """A course folder opened: the scheme, who is in the class, where its score sheets are."""

    course: Course
    people: Mapping[str, Person]
    root: Path
    scores: Path


@click.group(
    cls=ChineseGroup,
    help=messages.SCORES,
    options_metavar=cli_messages.OPTIONS_METAVAR,
    subcommand_metavar=cli_messages.COMMANDS_METAVAR,
)
def scores() -> None:
    """Group the commands on score sheets."""


def _course_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --course, --root and --config."""
    folder = click.Path(path_type=Path)
    for option in (
        click.option("--config", type=folder, help=cli_messages.CONFIG_OPTION, metavar="FILE"),
        click.option("--root", type=folder, help=cli_messages.ROOT_OPTION, metavar="DIR"),
        click.option("--course", default="crossborder_crm", help=cli_messages.COURSE_OPTION, metavar="ID"),
    ):
        command = option(command)
    return command


@scores.command(cls=Chinese, help=messages.TEMPLATE, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("places", nargs=-1, metavar="[考核项…]")
@_course_options
@click.option("--out", type=click.Path(path_type=Path), help=messages.OUT_OPTION, metavar="DIR")
@click.option("--update", is_flag=True, help=messages.UPDATE_OPTION)
def template(
    places: tuple[str, ...],
    course: str,
    root: Path | None,
    config: Path | None,
    out: Path | None,
    *,
    update: bool,
) -> None:
    """Write score sheets to fill."""
    from ecrm_helpers.grades.sheets.template import write_templates  # noqa: PLC0415
    from ecrm_helpers.messages import score_templates as texts  # noqa: PLC0415

    opened = _opened(course, root, config)
    if not opened.people:
        message = texts.no_class(opened.root)
        raise GradingError(message)
    made = write_templates(opened.course, opened.people, out or opened.scores, places=places, update=update)
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
@_course_options
def import_marks(file: Path, course: str, root: Path | None, config: Path | None, **options: Any) -> None:
    """Take marks over from a platform's export."""
    from datetime import date  # noqa: PLC0415

    from ecrm_helpers.grades.sheets.import_book import write_import  # noqa: PLC0415
    from ecrm_helpers.grades.sheets.importing import plan_import  # noqa: PLC0415
    from ecrm_helpers.messages import score_import as texts  # noqa: PLC0415
    from ecrm_helpers.messages import score_templates  # noqa: PLC0415

    opened = _opened(course, root, config)
    if not opened.people:
        message = score_templates.no_class(opened.root)
        raise GradingError(message)
    made = plan_import(
        file, opened.course, opened.people, opened.scores, to=options["to"], columns=options["columns"],
        full=options["full"], day=date.today().isoformat(),  # noqa: DTZ011 - the teacher's own calendar
    )  # fmt: skip
    for lines, told in ((made.unmatched, texts.unmatched), (made.absent, texts.absent)):
        if lines:
            click.echo(told(lines))
    if made.replaces:
        click.echo(texts.changes(made.changes) if made.changes else texts.NOTHING_CHANGED)
        if made.changes and not options["yes"] and not click.confirm(texts.REPLACE):
            click.echo(texts.KEPT)
            return
    path = write_import(made, opened.people)
    click.echo(texts.imported(made.place, len(made.rows), made.platform, path))


@scores.command(cls=Chinese, help=messages.CHECK, options_metavar=cli_messages.OPTIONS_METAVAR)
@_course_options
def check(course: str, root: Path | None, config: Path | None) -> None:
    """List what is wrong and what is missing."""
    from ecrm_helpers.grades.sheets.checking import check_folder  # noqa: PLC0415

    opened = _opened(course, root, config)
    checked = check_folder(opened.scores, opened.course, opened.people)
    for line in messages.report(checked, opened.scores):
        click.echo(line)
    if checked.problems:
        sys.exit(1)


def _opened(course_id: str, root: Path | None, config: Path | None) -> _Class:
    from ecrm_helpers.grades.config import load_course  # noqa: PLC0415
    from ecrm_helpers.grades.sheets.people_rows import class_people  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    config = config or find_project() / "grading_config.py"
    root = root or config.resolve().parent / "courses" / course_id
    if not root.is_dir():
        message = cli_messages.no_course_folder(root)
        raise SettingsError(message)
    course = load_course(config, course_id)
    return _Class(course, class_people(root, course), root, root / "scores")


COMMANDS = (scores,)
