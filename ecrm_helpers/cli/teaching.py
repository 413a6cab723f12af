"""`ecrm grades`, `ecrm class`, `ecrm student`: a course from rehearsal to grades."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from ecrm_helpers.cli._base import Chinese, console
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as messages
from ecrm_helpers.messages import grades as grade_messages

__all__ = ["COMMANDS"]


@click.command(cls=Chinese, help=messages.GRADES, options_metavar=messages.OPTIONS_METAVAR)
@click.option("--course", default="crossborder_crm", help=messages.COURSE_OPTION, metavar="ID")
@click.option("--root", type=click.Path(path_type=Path), help=messages.ROOT_OPTION, metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), help=messages.OUT_OPTION, metavar="DIR")
@click.option("--config", type=click.Path(path_type=Path), help=messages.CONFIG_OPTION, metavar="FILE")
@click.option("--db", "database", help=grade_messages.DB_OPTION, metavar="URL")
@click.option("--no-files", is_flag=True, help=grade_messages.NO_FILES_OPTION)
def grades(
    course: str,
    root: Path | None,
    out: Path | None,
    config: Path | None,
    database: str | None,
    *,
    no_files: bool,
) -> None:
    """Turn gradebook, score sheets and roster into marks, totals, attainment and item analysis."""
    from ecrm_helpers.grades.report import grade_course  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    config = config or find_project() / "grading_config.py"
    root = root or config.resolve().parent / "courses" / course
    if not root.is_dir():
        message = messages.no_course_folder(root)
        raise SettingsError(message)
    today = dt.datetime.now().astimezone().date().isoformat()
    target = None if no_files else out or root / "reports"
    grade_course(config, course, root=root, out=target, console=console(), made_on=today, database=database)


@click.command(cls=Chinese, name="class", help=messages.CLASS, options_metavar=messages.OPTIONS_METAVAR)
@click.option("--course", default="crossborder_crm", help=messages.COURSE_OPTION, metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), help=messages.CLASS_OUT_OPTION, metavar="DIR")
@click.option("--seed", type=int, default=2026, help=messages.SEED_OPTION, metavar="N")
def simulated_class(course: str, out: Path | None, seed: int) -> None:
    """Run the whole instructor cycle on a simulated class."""
    from ecrm_helpers.classroom.report import show_class  # noqa: PLC0415
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    if show_class(find_project(), course, out=out, seed=seed, console=console()):
        sys.exit(1)


@click.command(cls=Chinese, help=messages.STUDENT, options_metavar=messages.OPTIONS_METAVAR)
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


COMMANDS = (grades, simulated_class, student)
