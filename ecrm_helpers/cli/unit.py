"""`ecrm unit`: a unit on any shop, to a notebook and a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ecrm_helpers.cli._base import Chinese, console
from ecrm_helpers.cli._reading import build_from, reading_options
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import unit as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["COMMANDS"]

_FILE = click.Path(path_type=Path)


@click.command(cls=Chinese, help=messages.UNIT, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("name_of_unit", metavar=messages.UNIT_METAVAR)
@click.option("--orders", multiple=True, type=_FILE, help=messages.ORDERS_OPTION, metavar="FILE")
@click.option("--shop", help=messages.SHOP_OPTION, metavar="NAME")
@click.option("--out", required=True, type=_FILE, help=messages.OUT_OPTION, metavar="DIR")
@click.option("--instructor", is_flag=True, help=messages.INSTRUCTOR_OPTION)
@click.option("--no-html", is_flag=True, help=messages.NO_HTML_OPTION)
@click.option("--force", is_flag=True, help=messages.FORCE_OPTION)
@reading_options
def unit(
    *,
    name_of_unit: str,
    orders: tuple[Path, ...],
    shop: str | None,
    out: Path,
    instructor: bool,
    no_html: bool,
    force: bool,
    **options: Any,
) -> None:
    """Run a unit and write its notebook and its page."""
    from ecrm_helpers.project import find_project  # noqa: PLC0415
    from ecrm_helpers.runs.unit import run_unit, shop_source  # noqa: PLC0415

    if orders and shop is not None:
        raise SettingsError(messages.orders_and_shop())
    if (given := _given(options)) and not orders:
        message = messages.reading_without_orders(given)
        raise SettingsError(message)

    def build(folder: Path) -> None:
        named = {**options, "name": options["name"] or messages.OWN_SHOP}
        click.echo(f"{messages.read_report(build_from(orders, folder, **named))}\n")

    name, copy = shop_source(shop)
    with _progress() as watch:
        done = run_unit(
            name_of_unit,
            out,
            project=find_project(),
            shop=name,
            build=build if orders else copy,
            instructor=instructor,
            page=not no_html,
            force=force,
            watch=watch,
        )
    click.echo(messages.done([path for path in (done.notebook, done.page) if path], shop=done.shop))


def _given(names: Iterable[str]) -> list[str]:
    """Return which of the options stand in the command line, as they are typed."""
    here = click.get_current_context()
    typed = [one for one in names if here.get_parameter_source(one) is ParameterSource.COMMANDLINE]
    return [one.opts[0] for one in here.command.params if one.name in typed]


class _progress:  # noqa: N801  used like a function
    """A bar over the cells, with the part that runs and the time left; gone when the run ends."""

    def __enter__(self) -> Callable[[int, int, str], None]:
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn(messages.RUNNING),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(messages.CELLS),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=console(),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        return self._show

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _show(self, done: int, total: int, heading: str) -> None:
        self._bar.start()  # only now: the data report is printed before the first cell
        self._bar.update(self._task, completed=done, total=total, description=heading)


COMMANDS = (unit,)
