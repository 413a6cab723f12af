"""What every command shares: Chinese help pages and the terminal."""

from __future__ import annotations

from typing import Any

import click

from ecrm_helpers.messages import cli as messages

__all__ = ["Chinese", "ChineseGroup", "console"]


class Chinese(click.Command):
    """A command whose help page is in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=messages.USAGE
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(messages.OPTIONS):
            records = [one.get_help_record(ctx) for one in self.get_params(ctx)]
            formatter.write_dl([record for record in records if record is not None])

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


def console() -> Any:
    """Return the terminal that tables and progress bars are drawn on."""
    from rich.console import Console  # noqa: PLC0415  imports wait for their command

    return Console()
