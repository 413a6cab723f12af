"""`ecrm shop`: a shop's own files to a folder for the lessons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ecrm_helpers.cli._base import Chinese
from ecrm_helpers.cli._reading import build_from, reading_options
from ecrm_helpers.messages import cli as cli_messages
from ecrm_helpers.messages import shopfolder as messages

__all__ = ["COMMANDS"]

_FILE = click.Path(path_type=Path)


@click.command(cls=Chinese, help=messages.SHOP, options_metavar=cli_messages.OPTIONS_METAVAR)
@click.argument("orders", nargs=-1, required=True, type=_FILE, metavar=messages.ORDERS)
@click.option("--out", required=True, type=_FILE, help=messages.OUT_OPTION, metavar="DIR")
@reading_options
@click.option("--force", is_flag=True, help=messages.FORCE_OPTION)
def shop(*, orders: tuple[Path, ...], out: Path, **options: Any) -> None:
    """Write a shop of one's own from its files, and print the data report."""
    click.echo(str(build_from(orders, out, **options)))


COMMANDS = (shop,)
