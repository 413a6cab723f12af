"""`ecrm roster groups`: who works with whom."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import Chinese
from ecrm_helpers.cli._people import course_options, known_people, opened, sure
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import grouping as messages
from ecrm_helpers.messages import roster as roster_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.grades.people.forming import Formed

__all__ = ["groups"]

_FILE = click.Path(path_type=Path)
_HOWS = ("random", "roster", "chosen", "given")
_SEEDS = 10**6


@click.command(cls=Chinese, help=messages.GROUPS, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("file", type=_FILE, required=False, metavar=f"[{roster_messages.FILE}]")
@course_options
@click.option("--how", type=click.Choice(_HOWS), default="random", help=messages.HOW_OPTION, metavar="NAME")
@click.option("--size", type=int, help=messages.SIZE_OPTION, metavar="N")
@click.option("--count", type=int, help=messages.COUNT_OPTION, metavar="N")
@click.option("--seed", type=int, help=messages.GROUP_SEED_OPTION, metavar="N")
@click.option("--within-class/--across", default=False, help=messages.WITHIN_OPTION)
@click.option("--roles", is_flag=True, help=messages.ROLES_OPTION)
@click.option("--assignment", help=messages.ASSIGNMENT_OPTION, metavar="NAME")
@click.option("--without", multiple=True, default=("免修",), help=messages.WITHOUT_OPTION, metavar="STATE")
@click.option("--yes", is_flag=True, help=roster_messages.YES_OPTION)
def groups(
    *,
    file: Path | None,
    how: Any,
    size: int | None,
    count: int | None,
    seed: int | None,
    within_class: bool,
    roles: bool,
    assignment: str | None,
    without: tuple[str, ...],
    yes: bool,
    **where: Any,
) -> None:
    """Form groups and write them."""
    from ecrm_helpers.grades.people.assignments import check_assignment  # noqa: PLC0415
    from ecrm_helpers.grades.people.forming import form_groups, write_groups  # noqa: PLC0415

    _refuse_contradictions(how, file, size=size, count=count, within_class=within_class)
    root, course = opened(**where)
    if assignment is not None:
        check_assignment(root, course, assignment)
    people = known_people(root, course, groups=False).people
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    formed = form_groups(
        people,
        how,
        file=file,
        size=size,
        count=count,
        seed=seed,
        within_class=within_class,
        roles=messages.ROLES if roles else (),
        without=without,
    )
    for line in _group_lines(formed, people):
        click.echo(line)
    click.echo(messages.how_made(how, seed if how == "random" or roles else None))
    if not _may_replace(root, formed, people, yes=yes):
        click.echo(roster_messages.NOT_DONE, err=True)
        sys.exit(1)
    written, kept = write_groups(root, formed.members, people, assignment=assignment)
    for path in written:
        click.echo(roster_messages.written(str(path)))
    for path in kept:
        click.echo(roster_messages.kept(path.name))


def _refuse_contradictions(
    how: str, file: Path | None, *, size: int | None, count: int | None, within_class: bool
) -> None:
    reads = how in {"chosen", "given"}
    problems = (
        (size is not None and count is not None, messages.size_and_count()),
        (reads and file is None, messages.file_needed(how)),
        (not reads and file is not None, messages.no_file_needed(how)),
        (reads and (size is not None or count is not None or within_class), messages.no_size(how)),
        (size is not None and size < 1, messages.bad_number("--size")),
        (count is not None and count < 1, messages.bad_number("--count")),
    )
    for wrong, message in problems:
        if wrong:
            raise SettingsError(message)


def _group_lines(formed: Formed, people: Any) -> Iterator[str]:
    listed: dict[str, list[str]] = {}
    for one in formed.members:
        person = people[one.student_id]
        role = f"（{one.role}）" if one.role else ""
        listed.setdefault(one.group, []).append(f"{person.shown_id} {person.name}{role}")
    yield from (messages.group_line(group, members) for group, members in listed.items())
    if formed.left_out:
        yield messages.left_out(formed.left_out)
    alone = [f"{one.shown_id} {one.name}" for one in formed.alone]
    yield messages.in_no_group(alone) if alone else messages.nobody_left_out()


def _may_replace(root: Path, formed: Formed, people: Any, *, yes: bool) -> bool:
    """Ask before groups that are there are replaced by others."""
    from ecrm_helpers.grades.people.cells import one_file  # noqa: PLC0415
    from ecrm_helpers.grades.people.forming import former_members  # noqa: PLC0415
    from ecrm_helpers.grades.people.keeping import would_keep  # noqa: PLC0415

    path = one_file(root, "groups")
    before = former_members(root, people)
    if path is None or before == formed.members:
        return True
    has = {one.student_id for one in formed.members if one.contribution is not None}
    lost = [one for one in before if one.contribution is not None and one.student_id not in has]
    if lost:
        click.echo(messages.contributions_lost(len(lost), would_keep(path).name))
    return sure(messages.CONFIRM_GROUPS, yes=yes)
