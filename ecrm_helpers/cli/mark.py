"""`ecrm mark`: mark what is new or changed in an assignment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ecrm_helpers.cli._base import Chinese, console
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecrm_helpers.marking.run.report import MarkReport

__all__ = ["COMMANDS"]

_REASONS: Final = 3


@click.command(cls=Chinese, help=say.MARK, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("assignment", metavar="作业")
@click.option("--course", default="crossborder_crm", help=say.MARK_COURSE, metavar="ID")
@click.option("--root", type=click.Path(path_type=Path), help=say.MARK_ROOT, metavar="DIR")
@click.option("--student", "students", multiple=True, help=say.STUDENT_OPTION, metavar="ID")
@click.option("--workers", type=click.IntRange(1, 256), help=say.WORKERS_OPTION, metavar="N")
@click.option("--scheduler", help=say.SCHEDULER_OPTION, metavar="tls://HOST:PORT")
@click.option("--certs", type=click.Path(path_type=Path), help=say.CERTS_OPTION, metavar="DIR")
@click.option("--again", is_flag=True, help=say.AGAIN_OPTION)
@click.option("--trusted", is_flag=True, help=say.TRUSTED_OPTION)
def mark(assignment: str, course: str, root: Path | None, **options: Any) -> None:
    """Mark what is new or changed in an assignment."""
    # A second of every start goes to a grammar that no notebook of ours needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from ecrm_helpers.marking.run.mark import mark_assignment  # noqa: PLC0415 - imports wait for their command
    from ecrm_helpers.project import find_project  # noqa: PLC0415

    root = root or find_project() / "courses" / course
    screen = console()
    if options["trusted"]:
        screen.print(say.trusted_warning(), style="yellow")
    try:
        with _bar(screen) as on_progress:
            report = mark_assignment(
                root,
                assignment,
                students=options["students"] or None,
                workers=options["workers"],
                scheduler=options["scheduler"],
                certificates=options["certs"],
                again=options["again"],
                trusted=options["trusted"],
                on_progress=on_progress,
            )
    except KeyboardInterrupt:
        screen.print(say.INTERRUPTED, markup=False, highlight=False)
        raise
    _show(screen, report, root)
    if report.broken or report.in_state("failed"):
        sys.exit(1)


class _bar:  # noqa: N801 - used as a function
    """A progress bar with rate and time left; it moves from the start, and goes where nothing was to do."""

    def __init__(self, screen: Any) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self._bars = Progress(*columns, console=screen)
        self._task = self._bars.add_task(say.STARTING, total=None, rate="")

    def __enter__(self) -> Callable[[int, int, str], None]:
        self._bars.start()
        return self._advance

    def __exit__(self, *_: object) -> None:
        if self._bars.tasks[0].total is None:
            self._bars.live.transient = True
        self._bars.stop()

    def _advance(self, done: int, total: int, _student: str) -> None:
        if self._bars.tasks[0].total is None:
            self._bars.reset(self._task, total=total, description=say.BAR)
        speed = self._bars.tasks[0].finished_speed or self._bars.tasks[0].speed
        self._bars.update(self._task, completed=done, total=total, rate=say.rate(speed))


def _show(screen: Any, report: MarkReport, root: Path) -> None:
    view = _table(report)
    if view.row_count:
        screen.print(view, markup=False, highlight=False)
    for text in _summary(report, root):
        screen.print(text, markup=False, highlight=False, soft_wrap=True)


def _table(report: MarkReport) -> Any:
    """Return one line per student who was looked at in this run."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    view = Table(box=None, pad_edge=False)
    for heading in say.HEADINGS:
        view.add_column(heading, justify="right" if heading in say.HEADINGS[1:3] else "left", overflow="fold")
    for line in report.lines:
        if line.state == "unchanged":
            continue
        late = [say.late(line.late, line.penalty)] if line.late else []
        told = " ".join([*line.reason.splitlines()[:1], *late, *line.notes]) or say.STATES[line.state]
        shown = (line.student, say.points(line.score, line.full), f"{line.seconds:.1f} s", told)
        view.add_row(*(Text(word) for word in shown))  # a file's name may look like markup
    return view


def _summary(report: MarkReport, root: Path) -> Iterator[str]:
    """Yield what is to be said about the class: what was done, and what is left to the teacher."""
    from collections import Counter  # noqa: PLC0415

    counts = Counter(line.state for line in report.lines)
    failed = counts["failed"] + counts["capped"]
    yield say.summary(counts["marked"], counts["unchanged"], failed, report.seconds)
    if report.broken:
        yield say.broken(report.broken)
    waiting = Counter(task for line in report.lines for task in line.waiting)
    for task, count in sorted(waiting.items()):
        yield say.waiting(task, count)
        for reason, times in report.reasons.get(task, Counter()).most_common(_REASONS):
            yield say.open_because(reason, times)
    yield from (say.review(line.student, line.review) for line in report.lines if line.review)
    yield from (f"  {remark}" for remark in report.remarks)
    if report.forgeable:
        yield say.forgeable(report.forgeable)
    if waiting:
        yield say.WHERE_TO_LOOK
    if report.reasons or report.broken:
        yield say.where_the_log_is(root)


COMMANDS = (mark,)
