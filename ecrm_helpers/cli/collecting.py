"""`ecrm collect`: hand-ins from the exchange, a folder or a zip."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ecrm_helpers.cli._base import Chinese
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import collecting as messages

if TYPE_CHECKING:
    from ecrm_helpers.marking.collect.plan import Plan

__all__ = ["COMMANDS"]

_PATH = click.Path(path_type=Path)


@click.command(cls=Chinese, help=messages.COLLECT, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("assignment", metavar=messages.ASSIGNMENT)
@click.argument("source", required=False, type=_PATH, metavar=messages.SOURCE)
@click.option("--course", default="crossborder_crm", help=messages.COURSE_OPTION, metavar="ID")
@click.option("--root", type=_PATH, help=messages.ROOT_OPTION, metavar="DIR")
@click.option("--yes", is_flag=True, help=messages.YES_OPTION)
@click.option("--accept-names", is_flag=True, help=messages.NAMES_OPTION)
@click.option("--new-students", is_flag=True, help=messages.NEW_OPTION)
@click.option("--at", "at_text", help=messages.AT_OPTION, metavar="TIME")
@click.option("--keep", is_flag=True, help=messages.KEEP_OPTION)
@click.option("--before-duedate", is_flag=True, help=messages.BEFORE_OPTION)
def collect(
    *,
    assignment: str,
    source: Path | None,
    course: str,
    root: Path | None,
    yes: bool,
    accept_names: bool,
    new_students: bool,
    at_text: str | None,
    keep: bool,
    before_duedate: bool,
) -> None:
    """Collect hand-ins and print what became of each."""
    from ecrm_helpers.marking.collect import collect_exchange, collect_folder  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    root = root or find_project() / "courses" / course
    at = None if at_text is None else _time(at_text)
    if source is None:
        click.echo(str(collect_exchange(root, assignment, update=not keep, before_duedate=before_duedate)))
        return
    report = collect_folder(
        root,
        assignment,
        source,
        accept_names=accept_names,
        new_students=new_students,
        at=at,
        update=not keep,
        agreed=lambda plan: _agreed(plan, yes=yes),
    )
    if report is None:
        click.echo(messages.NOT_CONFIRMED, err=True)
        sys.exit(1)
    click.echo(str(report))


def _time(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError) as error:
        message = messages.bad_at(text)
        raise SettingsError(message) from error


def _agreed(plan: Plan, *, yes: bool) -> bool:
    """Ask where a student is read from a name alone; without anybody to ask, that is a no."""
    if not plan.to_confirm:
        return True
    click.echo(str(plan))
    if yes:
        return True
    return sys.stdin.isatty() and click.confirm(messages.CONFIRM, default=False)


COMMANDS = (collect,)
