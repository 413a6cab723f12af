"""`ecrm term`: save, check and delete a term's personal data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import Chinese, ChineseGroup, console
from ecrm_helpers.cli._people import course_options, folder_of
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import terms as messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecrm_helpers.grades.terms import Deletion

__all__ = ["COMMANDS"]


@click.group(
    cls=ChineseGroup,
    help=messages.TERM,
    options_metavar=cli_messages.OPTIONS_METAVAR,
    subcommand_metavar=cli_messages.COMMANDS_METAVAR,
)
def term() -> None:
    """Group the commands about terms."""


def _command(name: str, text: str) -> Callable[..., Any]:
    return term.command(name, cls=Chinese, help=text, options_metavar=cli_messages.OPTIONS_METAVAR)


@_command("save", messages.SAVE)
@click.argument("name", metavar=messages.NAME)
@course_options
def save(*, name: str, **where: Any) -> None:
    """Save a snapshot."""
    from ecrm_helpers.grades.terms import save_term  # noqa: PLC0415
    from ecrm_helpers.grades.terms.saving import database_elsewhere  # noqa: PLC0415

    root, config = folder_of(**where)
    done = save_term(root, name, config=config, course=where["course"])
    click.echo(messages.saved(done.name, done.files, done.students, done.size, done.folder))
    if database_elsewhere(root):
        click.echo(messages.elsewhere(), err=True)


@_command("list", messages.LIST)
@course_options
def list_(**where: Any) -> None:
    """List the saved terms, each checked."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from ecrm_helpers.grades.terms import saved_terms  # noqa: PLC0415

    root, _ = folder_of(**where)
    found = saved_terms(root)
    if not found:
        click.echo(messages.NONE_SAVED)
        return
    view = Table(box=None, pad_edge=False)
    for heading in messages.HEADINGS:
        view.add_column(heading, overflow="fold")
    for one in found:
        state = "；".join(one.faults) or messages.INTACT
        at = one.saved_at[:16].replace("T", " ")
        cells = (one.name, at, one.students, one.files, messages.megabytes(one.size), state)
        view.add_row(*(Text(str(cell)) for cell in cells))
    console().print(view)
    if wrong := [one.name for one in found if one.faults]:
        click.echo(messages.not_intact(wrong), err=True)
        sys.exit(1)


@_command("delete", messages.DELETE)
@click.argument("name", required=False, metavar=f"[{messages.NAME}]")
@course_options
@click.option("--current", is_flag=True, help=messages.CURRENT_OPTION)
@click.option("--yes", is_flag=True, help=messages.YES_OPTION)
def delete(*, name: str | None, current: bool, yes: bool, **where: Any) -> None:
    """Delete a saved term or the running one."""
    from ecrm_helpers.grades.terms import delete as delete_planned  # noqa: PLC0415
    from ecrm_helpers.grades.terms import plan_current, plan_term  # noqa: PLC0415

    if (name is None) != current:
        raise SettingsError(messages.name_or_current())
    root, _ = folder_of(**where)
    planned = plan_current(root) if name is None else plan_term(root, name)
    if not planned.places:
        click.echo(messages.nothing_to_delete())
        return
    what = messages.running_term(where["course"]) if name is None else messages.term_called(name)
    _show(planned, what)
    typed = where["course"] if name is None else planned.places[0].name
    if not yes and not _typed(typed):
        click.echo(messages.NOT_DONE, err=True)
        sys.exit(1)
    delete_planned(planned)
    click.echo(messages.deleted(what))


def _show(planned: Deletion, what: str) -> None:
    click.echo(messages.will_go(what, planned.files, planned.students, planned.size))
    for path, (files, size) in zip(planned.places, planned.counts, strict=True):
        click.echo(messages.one_place(path.relative_to(planned.root).as_posix(), files, size))
    if planned.stays:
        click.echo(messages.stays(planned.stays))
    for notice in planned.notices:
        click.echo(notice)


def _typed(name: str) -> bool:
    """Ask for the name; without anybody to ask, that is a no."""
    if not sys.stdin.isatty():
        return False
    return bool(click.prompt(messages.type_name(name), default="", show_default=False).strip() == name)


COMMANDS = (term,)
