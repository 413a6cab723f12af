"""The instructor's command `ecrm`: thin, every command is one function of the package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ecrm_helpers.errors import EcrmError, SettingsError
from ecrm_helpers.messages import cli as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ecrm", "main"]

USAGE_ERROR = 2


class _Chinese(click.Command):
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


class _ChineseGroup(_Chinese, click.Group):
    """A group whose help page is in Chinese."""

    command_class = _Chinese

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(messages.COMMANDS):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])


@click.group(
    cls=_ChineseGroup,
    help=messages.ECRM,
    options_metavar=messages.OPTIONS_METAVAR,
    subcommand_metavar=messages.COMMANDS_METAVAR,
    context_settings={"max_content_width": 100},
)
def ecrm() -> None:
    """Group the instructor's commands."""


@ecrm.command(help=messages.GRADES, options_metavar=messages.OPTIONS_METAVAR)
@click.option("--course", default="crossborder_crm", help=messages.COURSE_OPTION, metavar="ID")
@click.option("--root", type=click.Path(path_type=Path), help=messages.ROOT_OPTION, metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), help=messages.OUT_OPTION, metavar="DIR")
@click.option("--config", type=click.Path(path_type=Path), help=messages.CONFIG_OPTION, metavar="FILE")
def grades(course: str, root: Path | None, out: Path | None, config: Path | None) -> None:
    """Turn the gradebook and score sheets into component marks and totals."""
    from ecrm_helpers.grades.report import grade_course  # noqa: PLC0415  imports wait for their command
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    config = config or find_project() / "grading_config.py"
    root = root or config.resolve().parent / "courses" / course
    if not root.is_dir():
        message = messages.no_course_folder(root)
        raise SettingsError(message)
    grade_course(config, course, root=root, out=out or root / "reports", console=_console())


@ecrm.command(name="class", help=messages.CLASS, options_metavar=messages.OPTIONS_METAVAR)
@click.option("--course", default="crossborder_crm", help=messages.COURSE_OPTION, metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help=messages.CLASS_OUT_OPTION, metavar="DIR")
@click.option("--seed", type=int, default=2026, help=messages.SEED_OPTION, metavar="N")
def simulated_class(course: str, out: Path | None, seed: int) -> None:
    """Run the whole instructor cycle on a simulated class."""
    from ecrm_helpers.classroom.report import show_class  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    if show_class(find_project(), course, out=out, seed=seed, console=_console()):
        sys.exit(1)


@ecrm.command(help=messages.STUDENT, options_metavar=messages.OPTIONS_METAVAR)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="build/student",
    help=messages.STUDENT_OUT_OPTION,
    metavar="DIR",
)
@click.option("--zip", "archive", type=click.Path(path_type=Path), help=messages.ZIP_OPTION, metavar="FILE")
def student(out: Path, archive: Path | None) -> None:
    """Build what a student gets."""
    from ecrm_helpers.bundle import build_bundle  # noqa: PLC0415
    from ecrm_helpers.messages import bundle as bundle_messages  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    made = build_bundle(find_project(), out, archive=archive)
    click.echo(bundle_messages.done(len(made.files), made.folder, made.archive))


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
    except click.UsageError as error:
        click.echo(messages.wrong_usage(_usage_problem(error)), err=True)
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
        return messages.bad_value("/".join(error.param.opts))
    if isinstance(error, click.NoSuchCommand):
        return messages.no_command(list(ecrm.commands))
    return messages.other_usage(error.format_message())


def _console() -> Any:
    from rich.console import Console  # noqa: PLC0415

    return Console()
