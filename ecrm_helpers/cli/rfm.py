"""`ecrm rfm`: classify the customers of order files of any size."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import Chinese, console, naming_options
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as messages
from ecrm_helpers.messages import segment as say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["COMMANDS"]

_ENGINES = ("auto", "pandas", "polars", "duckdb", "dask", "spark")


@click.command(cls=Chinese, help=say.RFM, options_metavar=messages.OPTIONS_METAVAR)
@click.argument("files", nargs=-1, required=True, metavar=say.FILES)
@click.option("--engine", type=click.Choice(_ENGINES), default="auto", help=say.ENGINE, metavar="NAME")
@click.option(
    "--scheme", type=click.Choice(("eight", "ten")), default="eight", help=say.SCHEME, metavar="NAME"
)
@click.option("--as-of", help=say.AS_OF, metavar="DATE")
@click.option("--split", type=click.Choice(("mean", "median")), help=say.SPLIT, metavar="NAME")
@click.option(
    "--measure", type=click.Choice(("total", "mean")), default="total", help=say.MEASURE, metavar="NAME"
)
@click.option("--window", "window_days", type=int, help=say.WINDOW, metavar="DAYS")
@click.option("--timezone", help=say.TIMEZONE, metavar="ZONE")
@click.option(
    "--grain", type=click.Choice(("auto", "order", "line")), default="auto", help=say.GRAIN, metavar="NAME"
)
@click.option("--map", "mapping", multiple=True, help=say.MAP, metavar="A=B")
@click.option("--status", "statuses", multiple=True, help=say.STATUS, metavar="A=B")
@click.option("--currency", help=say.CURRENCY, metavar="CODE")
@click.option("--rates", type=click.Path(path_type=Path), help=say.RATES, metavar="FILE")
@click.option("--key", type=click.Path(path_type=Path), help=say.KEY, metavar="FILE")
@click.option("--keep-ids", is_flag=True, help=say.KEEP_IDS)
@click.option(
    "--bad-rows", type=click.Choice(("refuse", "drop")), default="refuse", help=say.BAD_ROWS, metavar="NAME"
)
@click.option("--day-first/--month-first", default=None, help=say.DAY_FIRST)
@click.option("--decimal", type=click.Choice((".", ",")), help=say.DECIMAL, metavar="SIGN")
@click.option("--sheet", help=say.SHEET, metavar="NAME")
@click.option("--encoding", help=say.ENCODING, metavar="NAME")
@click.option("--cluster", help=say.CLUSTER, metavar="ADDRESS")
@click.option("--temp", type=click.Path(path_type=Path), help=say.TEMP, metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), help=say.OUT, metavar="FILE")
@click.option("--force", is_flag=True, help=say.FORCE)
def rfm(
    files: Sequence[str],
    mapping: Sequence[str],
    statuses: Sequence[str],
    out: Path | None,
    **options: Any,
) -> None:
    """Print the class table and write one row per customer."""
    from ecrm_helpers.runs.segment import segment_files  # noqa: PLC0415
    from ecrm_helpers.runs.segment_output import check_target, write_result  # noqa: PLC0415
    from ecrm_helpers.runs.segment_table import show  # noqa: PLC0415

    force = options.pop("force")
    if out is not None:
        check_target(out, force=force)
    terminal = console()
    options["mapping"] = {role: header or None for role, header in (_pair("--map", one) for one in mapping)}
    options["statuses"] = dict(_pair("--status", one) for one in statuses)
    with naming_options(statuses="--status "), _interruptible(), terminal.status(say.READING) as waiting:
        made = segment_files(files, tell=lambda line: _say(terminal, line), **options)
        if out is not None:
            waiting.update(say.WRITING)
            write_result(made.result, made.classes, out, choices=made.choices, force=force)
    show(made, terminal)
    if out is not None:
        _say(terminal, say.written(out, len(made.result)))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C stay what it is."""
    try:
        yield
    except RuntimeError as error:
        if "Query interrupted" in str(error):  # what DuckDB makes of Ctrl-C
            raise KeyboardInterrupt from error
        raise


def _say(terminal: Any, line: str) -> None:
    terminal.print(line, highlight=False, markup=False, soft_wrap=True)


def _pair(option: str, given: str) -> tuple[str, str]:
    left, mark, right = given.partition("=")
    if not mark or not left.strip():
        message = say.bad_pair(option, given)
        raise SettingsError(message)
    return left.strip(), right.strip()


COMMANDS = (rfm,)
