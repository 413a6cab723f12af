"""`ecrm roster`: who is in the class, who works with whom, and marks changed by hand."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import Chinese, ChineseGroup, console
from ecrm_helpers.cli._groups import groups
from ecrm_helpers.cli._people import course_options, folder_of, known_people, opened, sure
from ecrm_helpers.errors import EcrmError, GradingError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import people as people_messages
from ecrm_helpers.messages import roster as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecrm_helpers.grades.people import People
    from ecrm_helpers.grades.people.entering import Entered
    from ecrm_helpers.grades.people.importing import Import
    from ecrm_helpers.grades.people.overriding import Planned

__all__ = ["COMMANDS"]

_FILE = click.Path(path_type=Path)
_MOST_CHANGES = 20


@click.group(
    cls=ChineseGroup,
    help=messages.ROSTER,
    options_metavar=cli_messages.OPTIONS_METAVAR,
    subcommand_metavar=cli_messages.COMMANDS_METAVAR,
)
def roster() -> None:
    """Group the commands about people."""


def _command(name: str, text: str) -> Callable[..., Any]:
    return roster.command(name, cls=Chinese, help=text, options_metavar=cli_messages.OPTIONS_METAVAR)


@_command("import", messages.IMPORT)
@click.argument("source", type=_FILE, metavar=messages.FILE)
@course_options
@click.option("--gradebook", is_flag=True, help=messages.GRADEBOOK_OPTION)
@click.option("--yes", is_flag=True, help=messages.YES_OPTION)
def import_(*, source: Path, gradebook: bool, yes: bool, **where: Any) -> None:
    """Check a school's roster and write the normalised one."""
    from ecrm_helpers.grades.people.entering import enter_students  # noqa: PLC0415
    from ecrm_helpers.grades.people.importing import import_roster, plan_import  # noqa: PLC0415

    root, course = opened(**where)
    planned = plan_import(root, course, source)
    for line in _import_lines(planned):
        click.echo(line)
    question = messages.CONFIRM_UNREADABLE if planned.unreadable else messages.CONFIRM_DROP
    done = import_roster(root, planned, agreed=lambda _: sure(question, yes=yes))
    if done is None:
        click.echo(messages.NOT_DONE, err=True)
        sys.exit(1)
    click.echo(messages.written(str(done.path)))
    if done.kept:
        click.echo(messages.kept(done.kept.name))
    if gradebook:
        for line in _entered_lines(enter_students(root, planned.roster.people)):
            click.echo(line)


@_command("show", messages.SHOW)
@course_options
def show(**where: Any) -> None:
    """Count the roster by class and state."""
    root, course = opened(**where)
    known = known_people(root, course)
    screen = console()
    screen.print(_counts(known))
    grouped = [one.group for one in known.people.values() if one.group]
    told = [messages.grouped(len(set(grouped)), len(grouped))] if grouped else []
    for line in (*told, *known.notices):
        screen.print(line, markup=False, highlight=False, soft_wrap=True)


@_command("override", messages.OVERRIDE)
@course_options
@click.option("--student", required=True, help=messages.STUDENT_OPTION, metavar="ID")
@click.option("--place", required=True, help=messages.PLACE_OPTION, metavar="NAME")
@click.option("--to", required=True, help=messages.TO_OPTION, metavar="MARK")
@click.option("--who", required=True, help=messages.WHO_OPTION, metavar="NAME")
@click.option("--why", required=True, help=messages.WHY_OPTION, metavar="TEXT")
@click.option("--when", help=messages.WHEN_OPTION, metavar="DAY")
@click.option("--yes", is_flag=True, help=messages.YES_OPTION)
def override(
    *, student: str, place: str, to: str, who: str, why: str, when: str | None, yes: bool, **where: Any
) -> None:
    """Append one checked override."""
    from ecrm_helpers.grades.people import read_people  # noqa: PLC0415
    from ecrm_helpers.grades.people.groups import decimal_text  # noqa: PLC0415
    from ecrm_helpers.grades.people.overriding import add_override, plan_override  # noqa: PLC0415

    root, course = opened(**where)
    when = dt.datetime.now().astimezone().date().isoformat() if when is None else when
    typed = dict(zip(messages.OPTIONS, (student, "", place, to, who, when, why), strict=True))
    planned = plan_override(root, course, read_people(root, course), typed)
    click.echo(_mark_now(planned, **where))
    if planned.old is not None:
        old = planned.old
        click.echo(messages.already(decimal_text(old.value), old.who, old.when, old.why))
        if not sure(messages.CONFIRM_OVERRIDE, yes=yes):
            click.echo(messages.NOT_DONE, err=True)
            sys.exit(1)
    kept = add_override(root, planned)
    new, value = planned.new, decimal_text(planned.new.value)
    click.echo(
        messages.overridden(planned.shown_id, planned.name, new.place, value, who=new.who, when=new.when)
    )
    if kept:
        click.echo(messages.kept(kept.name))


def _mark_now(planned: Planned, **where: Any) -> str:
    """Say what the mark is before it is changed, or why that cannot be told.

    Raises
    ------
    GradingError
        The class has no such student: without a roster it is whoever gradebook and sheets name.
    """
    from ecrm_helpers.grades.course import read_course  # noqa: PLC0415  gradebook and sheets
    from ecrm_helpers.grades.plan import TOTAL  # noqa: PLC0415
    from ecrm_helpers.grades.totals import class_list  # noqa: PLC0415

    root, config = folder_of(**where)
    shown, name, place = planned.shown_id, planned.name, planned.new.place
    try:
        data = read_course(config, where["course"], root=root, project=config.resolve().parent)
        listed = class_list(
            data.course, data.gradebook, data.sheets, people=data.people, overrides=data.overrides
        )
    except EcrmError as error:
        return messages.mark_unknown(shown, place, str(error))
    row = next((one for one in listed.rows if one.student_id == planned.new.student_id), None)
    if row is None and listed.rows:
        message = people_messages.unknown_student(messages.option("学号"), shown, "", "")
        raise GradingError(message)
    value = row.marks[place].value if row else None
    rounding = data.course.rounding
    digits = rounding.total if place == TOTAL else rounding.components
    mark = messages.NO_MARK if value is None else str(rounding.shown(value, digits=digits))
    return messages.mark_now(shown, name or (row.name if row else ""), place, mark)


def _import_lines(planned: Import) -> Iterator[str]:
    """Say what is new, gone and changed."""
    people = list(planned.roster.people.values())
    yield messages.read_in(planned.source.name, len(people), len({one.class_name for one in people}))
    if planned.roster.unused:
        yield people_messages.unused_columns(planned.source.name, planned.roster.unused)
    yield from planned.roster.notices
    if planned.unreadable:
        yield messages.unreadable_before(planned.before, planned.unreadable)
    if not planned.before or planned.unreadable:
        return
    if not (planned.new or planned.gone or planned.changed):
        yield messages.NOTHING_NEW
    for found, tell in ((planned.new, messages.came), (planned.gone, messages.left)):
        if found:
            yield tell([f"{one.person.shown_id} {one.person.name}" for one in found])
    for one in planned.changed[:_MOST_CHANGES]:
        yield messages.changed(one.after.person.shown_id, one.after.person.name, one.what)
    if len(planned.changed) > _MOST_CHANGES:
        yield messages.more_changes(len(planned.changed) - _MOST_CHANGES)
    if planned.still_named:
        yield messages.still_named(planned.still_named)


def _entered_lines(entered: Entered) -> Iterator[str]:
    yield messages.entered(entered.new)
    if entered.filled:
        yield messages.names_filled(entered.filled)
    if entered.otherwise:
        yield messages.named_otherwise(entered.otherwise)
    if entered.others:
        yield messages.not_in_roster(entered.others)


def _counts(known: People) -> Any:
    """Lay out how many students of each state every class has."""
    from collections import Counter  # noqa: PLC0415

    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    people = list(known.people.values())
    states = list(dict.fromkeys(one.state for one in people))
    counted = Counter((one.class_name, one.state) for one in people)
    view = Table(title=f"{messages.TITLE} {known.files[0]}", box=None, pad_edge=False)
    view.add_column(messages.IN_CLASS)
    for heading in (*states, messages.ALL):
        view.add_column(heading, justify="right")
    for name in dict.fromkeys(one.class_name for one in people):
        row = [counted[name, state] for state in states]
        view.add_row(Text(name or messages.NO_CLASS), *map(str, (*row, sum(row))))
    total = [sum(one.state == state for one in people) for state in states]
    view.add_row(messages.ALL, *map(str, (*total, len(people))))
    return view


roster.add_command(groups)
COMMANDS = (roster,)
