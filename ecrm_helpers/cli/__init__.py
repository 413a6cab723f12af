"""The instructor's command `ecrm`: thin, every command is one function of the package.

`teaching` holds the course commands, `collecting` and `mark` those on what students hand
in, `data` those on a shop's own orders.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ecrm_helpers.cli import collecting, curriculum, data, items, mark, report, roster, scores, teaching, term
from ecrm_helpers.cli._base import ChineseGroup
from ecrm_helpers.errors import EcrmError
from ecrm_helpers.messages import cli as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ecrm", "main"]

USAGE_ERROR = 2
_EXTRA = re.compile(r"unexpected extra arguments? \((.*)\)", re.DOTALL)  # click has no class for it


@click.group(
    cls=ChineseGroup,
    help=messages.ECRM,
    options_metavar=messages.OPTIONS_METAVAR,
    subcommand_metavar=messages.COMMANDS_METAVAR,
    context_settings={"max_content_width": 100},
)
def ecrm() -> None:
    """Group the instructor's commands."""


for _command in (
    *data.COMMANDS,
    *collecting.COMMANDS,
    *mark.COMMANDS,
    *teaching.COMMANDS,
    *items.COMMANDS,
    *curriculum.COMMANDS,
    *report.COMMANDS,
    *roster.COMMANDS,
    *scores.COMMANDS,
    *term.COMMANDS,
):
    ecrm.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `ecrm`; errors meant for people are one Chinese message, 1 for them and 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Windows console may lack a letter
    try:
        code: Any = ecrm.main(arguments, prog_name="ecrm", standalone_mode=False)
    except EcrmError as error:
        click.echo(f"{messages.ERROR}{error}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"{messages.ERROR}{messages.file_problem(error)}", err=True)
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(USAGE_ERROR)
    except click.UsageError as error:
        click.echo(
            messages.wrong_usage(_usage_problem(error), _path(error)),
            err=True,
        )
        sys.exit(USAGE_ERROR)
    except click.Abort:
        click.echo(messages.INTERRUPTED, err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _usage_problem(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return messages.no_option(error.option_name)
    if isinstance(error, click.BadOptionUsage):
        return messages.option_needs_value(error.option_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _parameter_problem(error, error.param)
    if isinstance(error, click.NoSuchCommand):
        group = error.ctx.command if error.ctx else ecrm
        return messages.no_command(_path(error), error.command_name, sorted(getattr(group, "commands", ())))
    extra = _EXTRA.search(error.message)
    return messages.too_much(extra.group(1)) if extra else messages.other_usage(error.format_message())


def _parameter_problem(error: click.BadParameter, param: click.Parameter) -> str:
    if isinstance(error, click.MissingParameter):
        return messages.missing(
            "/".join(param.opts) if isinstance(param, click.Option) else str(param.metavar)
        )
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    return messages.bad_value("/".join(param.opts), choices)


def _path(error: click.UsageError) -> str:
    """Name the command or group that was called wrongly."""
    return error.ctx.command_path if error.ctx else messages.SOME_COMMAND
