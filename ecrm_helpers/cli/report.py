"""`ecrm report`: the attainment report a teacher hands in, and one page per student."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ecrm_helpers.cli._base import Chinese
from ecrm_helpers.errors import GradingError, SettingsError
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.results import Results

__all__ = ["COMMANDS"]

_PATH = click.Path(path_type=Path)


@click.command(cls=Chinese, help=messages.REPORT, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.option("--course", default="crossborder_crm", help=cli_messages.COURSE_OPTION, metavar="ID")
@click.option("--root", type=_PATH, help=cli_messages.ROOT_OPTION, metavar="DIR")
@click.option("--out", type=_PATH, help=cli_messages.OUT_OPTION, metavar="DIR")
@click.option("--config", type=_PATH, help=cli_messages.CONFIG_OPTION, metavar="FILE")
@click.option("--db", "database", help=messages.DB_OPTION, metavar="URL")
@click.option("--students/--no-students", default=True, help=messages.STUDENTS_OPTION)
@click.option("--student", "only", multiple=True, help=messages.STUDENT_OPTION, metavar="ID")
@click.option("--pdf", is_flag=True, help=messages.PDF_OPTION)
def report(
    *,
    course: str,
    root: Path | None,
    out: Path | None,
    config: Path | None,
    database: str | None,
    students: bool,
    only: tuple[str, ...],
    pdf: bool,
) -> None:
    """Write the report and the students' pages."""
    from ecrm_helpers.grades.course import read_course, results  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    config = config or find_project() / "grading_config.py"
    project = config.resolve().parent
    root = root or project / "courses" / course
    if not root.is_dir():
        message = cli_messages.no_course_folder(root)
        raise SettingsError(message)
    today = dt.datetime.now().astimezone().date().isoformat()
    data = read_course(config, course, root=root, project=project, database=database)
    _write(results(data, made_on=today), out or root / "reports", students=students, only=only, pdf=pdf)


def _write(found: Results, folder: Path, *, students: bool, only: tuple[str, ...], pdf: bool) -> None:
    """Write what was asked for: with `--student`, these pages alone."""
    from ecrm_helpers.grades.page import stale_pages, write_report, write_students  # noqa: PLC0415
    from ecrm_helpers.messages.system import why  # noqa: PLC0415

    try:
        reports = [] if only else write_report(found, folder)
        pages = write_students(found, folder, only=only or None) if students or only else []
        printed = _printed(pages if only else reports) if pdf else []
    except OSError as error:
        message = messages.cannot_write(folder, why(error))
        raise GradingError(message) from error
    click.echo(messages.done([*reports, *printed], pages))
    if stale := stale_pages(found, folder):
        click.echo(messages.stale(folder, stale))


def _printed(pages: list[Path]) -> list[Path]:
    from ecrm_helpers.grades.page.printing import find_browser, print_pdf  # noqa: PLC0415

    browser = find_browser()
    if browser is None:
        click.echo(messages.NO_BROWSER)
        return []
    return [print_pdf(page, browser) for page in pages]


COMMANDS = (report,)
