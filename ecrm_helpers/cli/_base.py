"""What every command shares: Chinese help pages and the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._layout import Layout
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import cli as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Chinese", "ChineseGroup", "console", "naming_options"]


class Page(click.Context):
    """A command's context; its help page counts Chinese characters as a terminal does."""

    formatter_class = Layout


class Chinese(click.Command):
    """A command whose help page is in Chinese."""

    context_class = Page

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=messages.USAGE
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(messages.OPTIONS):
            records = [one.get_help_record(ctx) for one in self.get_params(ctx)]
            told = [record for record in records if record and record[1]]  # arguments stand in the usage
            formatter.write_dl([(name, text.replace("[required]", messages.REQUIRED)) for name, text in told])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = messages.HELP
        return option


class ChineseGroup(Chinese, click.Group):
    """A group whose help page is in Chinese."""

    command_class = Chinese

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(messages.COMMANDS):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])


@contextmanager
def naming_options(
    *, statuses: str = "--word status:", table_of: Callable[[str], str] = lambda _: ""
) -> Iterator[None]:
    """Let advice that names Python arguments name the command's options.

    Parameters
    ----------
    statuses : str
        How the command's option for order states begins.
    table_of : callable
        Takes a message and returns the table it is about, "" for the orders.
    """
    try:
        yield
    except (DataError, SettingsError) as error:
        said = str(error)
        message = messages.in_options(said, statuses=statuses, table=table_of(said))
        raise type(error)(message) from error


def console() -> Any:
    """Return the terminal that tables and progress bars are drawn on."""
    from rich.console import Console  # noqa: PLC0415  imports wait for their command

    return Console()
