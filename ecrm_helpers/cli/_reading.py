"""How a shop's own files are to be read: the options that `ecrm shop` and `ecrm unit` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecrm_helpers.cli._base import naming_options
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import intake as intake_messages
from ecrm_helpers.messages import shopfolder as messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecrm_helpers.intake.shopfolder import ShopReport

__all__ = ["build_from", "reading_options"]

_FILE = click.Path(path_type=Path)
_SIMPLE = (
    click.option("--name", help=messages.NAME_OPTION, metavar="TEXT"),
    click.option("--name-en", default="Own shop", help=messages.NAME_EN_OPTION, metavar="TEXT"),
    click.option("--as-of", help=messages.AS_OF_OPTION, metavar="DAY"),
    click.option("--timezone", default="Asia/Shanghai", help=messages.TIMEZONE_OPTION, metavar="ZONE"),
    click.option("--currency", help=messages.CURRENCY_OPTION, metavar="CODE"),
    click.option("--map", "maps", multiple=True, help=messages.MAP_OPTION, metavar="COLUMN=HEADER"),
    click.option("--word", "words", multiple=True, help=messages.WORD_OPTION, metavar="COLUMN:WORD=CODE"),
    click.option("--key", type=_FILE, help=messages.KEY_OPTION, metavar="FILE"),
    click.option("--keep-ids", is_flag=True, help=messages.KEEP_OPTION),
    click.option(
        "--bad-rows",
        type=click.Choice(["refuse", "drop"]),
        default="refuse",
        help=messages.BAD_ROWS_OPTION,
        metavar="NAME",
    ),
    click.option(
        "--grain",
        type=click.Choice(["auto", "order", "line"]),
        default="auto",
        help=messages.GRAIN_OPTION,
        metavar="NAME",
    ),
    click.option("--decimal", type=click.Choice([".", ","]), help=messages.DECIMAL_OPTION, metavar="SIGN"),
    click.option("--sheet", help=messages.SHEET_OPTION, metavar="NAME"),
    click.option("--encoding", help=messages.ENCODING_OPTION, metavar="NAME"),
    click.option("--day-first/--month-first", default=None, help=messages.DAY_FIRST_OPTION),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add one option for each table, and those that say how files are read; for `build_from`."""
    for option in reversed(_SIMPLE):
        command = option(command)
    for table, text in reversed(messages.TABLE_OPTIONS.items()):
        name = "--" + table.replace("_", "-")
        command = click.option(name, table, type=_FILE, help=text, metavar="FILE")(command)
    return command


def build_from(
    orders: tuple[Path, ...],
    out: Path,
    *,
    maps: tuple[str, ...],
    words: tuple[str, ...],
    key: Path | None,
    **options: Any,
) -> ShopReport:
    """Write a shop's folder from what the options of `reading_options` say."""
    from ecrm_helpers.intake.shopfolder import build_shop  # noqa: PLC0415

    mappings = _mappings(maps)

    def table_of(message: str) -> str:
        named = (table for table in messages.TABLE_OPTIONS if options[table] is not None)
        return next((table for table in named if options[table].name in message.partition("\n")[0]), "")

    with naming_options(table_of=table_of):
        return build_shop(
            orders,
            out,
            mapping=mappings.pop("", None),
            mappings=mappings,
            words=_words(words),
            key=None if key is None else _key(key),
            **options,
        )


def _key(path: Path) -> bytes:
    """Read or make a key, and tell of a name that may be mistyped and of a file that others can read."""
    from ecrm_helpers.intake.privacy import others_can_read, read_key  # noqa: PLC0415

    there = path.exists()
    key = read_key(path)
    if not there:
        click.echo(intake_messages.key_made(path))
    elif others_can_read(path):
        click.echo(intake_messages.key_open(path), err=True)
    return key


def _mappings(texts: tuple[str, ...]) -> dict[str, dict[str, str | None]]:
    """Return table -> column -> header; the orders' under ""."""
    found: dict[str, dict[str, str | None]] = {}
    for text in texts:
        left, sign, header = text.partition("=")
        table, _, column = left.rpartition(".")
        if not (sign and column):
            message = messages.bad_pair("--map", text, "ordered_at=成交时间 或 tickets.type=问题大类")
            raise SettingsError(message)
        found.setdefault("" if table == "orders" else table, {})[column] = header or None
    return found


def _words(texts: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return column -> word -> code."""
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        left, sign, code = text.rpartition("=")
        column, colon, word = left.partition(":")
        if not (sign and colon and column and word and code):
            message = messages.bad_pair("--word", text, "type:少件=wrong_item")
            raise SettingsError(message)
        found.setdefault(column, {})[word] = code
    return found
