"""`ecrm items`: how hard each task was, what it tells apart, and what the class missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import Chinese, console
from ecrm_helpers.cli._people import course_options, folder_of
from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import items as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.gradebook import Gradebook

__all__ = ["COMMANDS"]


@click.command(cls=Chinese, help=messages.ITEMS, options_metavar=cli_messages.OPTIONS_METAVAR)
@course_options
@click.option("--assignment", help=messages.ASSIGNMENT_OPTION, metavar="NAME")
def items(*, assignment: str | None, **where: Any) -> None:
    """Show the item analysis of a course; nobody is named."""
    from ecrm_helpers.grades.course import read_course  # noqa: PLC0415
    from ecrm_helpers.grades.items import analysed  # noqa: PLC0415
    from ecrm_helpers.grades.items.view import missed_lines, table  # noqa: PLC0415
    from ecrm_helpers.grades.totals import class_list  # noqa: PLC0415

    root, config = folder_of(**where)
    data = read_course(config, where["course"], root=root, project=config.resolve().parent)
    gradebook = _only(data.gradebook, assignment)
    listed = class_list(
        data.course, data.gradebook, data.sheets, people=data.people, overrides=data.overrides
    )
    found = analysed(listed, gradebook, data.tasks)
    if not any(one.items for one in found.assignments):
        click.echo(messages.NO_ITEMS)
        return
    screen = console()
    screen.print(table(found))
    for line in missed_lines(found, data.tasks, data.sections):
        screen.print(line, markup=False, highlight=False, soft_wrap=True)


def _only(gradebook: Gradebook | None, assignment: str | None) -> Gradebook | None:
    if gradebook is None or assignment is None:
        return gradebook
    if assignment not in gradebook.assignments:
        message = messages.unknown_assignment(assignment, sorted(gradebook.assignments))
        raise GradingError(message)
    return replace(gradebook, tasks=gradebook.tasks.loc[gradebook.tasks["assignment"] == assignment])


COMMANDS = (items,)
