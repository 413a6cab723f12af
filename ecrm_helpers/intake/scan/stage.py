"""Read every file once: cells with one meaning become values, all others stay beside them as text."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.scan.expressions import (
    hundredths,
    identity,
    literal,
    number,
    text,
    time,
    whole,
    word,
)
from ecrm_helpers.intake.scan.parts import Part, in_gb18030, run, speaking
from ecrm_helpers.intake.scan.roles import PRICES, canonical_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.intake.scan.oddities import OddReader
    from ecrm_helpers.intake.scan.roles import Roles

__all__ = ["ODD", "Staged", "cells_of", "no_orders", "stage", "values_of"]

ODD = ("ordered_at", "amount_cny", "refund_cny", "status", "quantity")
"""Columns whose texts are read one by one where SQL does not understand them."""

_MORE_THAN_ROWS = 2**40
_WORDS, _KINDS_OF_WORDS = 500_000, 1_000  # rows in which a file's words for a status are looked for


@dataclass(frozen=True, kw_only=True)
class Staged:
    """One Parquet file per part.

    Columns: ``customer_id``, ``order_id``, ``ordered_at``, ``amount_cny``, ``refund_cny``, ``status``,
    ``currency``, ``cancelled``, ``quantity`` as far as the files have them; ``…_odd`` texts that were not
    understood; ``…_point`` whether a decimal point was; ``stripped`` whether an id lost wrapping; ``row`` a
    hash of the whole row; ``blank`` and ``total`` for rows that are no order.
    """

    parts: tuple[Part, ...]
    files: tuple[Path, ...]

    @property
    def table(self) -> str:
        """All files as an SQL table; ``n`` is the place of a row among all."""
        files = ", ".join(literal(str(file)) for file in self.files)
        place = f"part * {_MORE_THAN_ROWS} + file_row_number AS n"
        return f"(SELECT *, {place} FROM read_parquet([{files}], file_row_number=true))"


class _NotUtf8Error(Exception):
    """A text file that began as UTF-8 does not go on so."""


def stage(
    parts: Sequence[Part], roles: Sequence[Roles], reader: OddReader, *, folder: Path, connection: Any
) -> Staged:
    """Write what the parts hold to `folder`.

    Raises
    ------
    DataError
        If a file stops being a table.
    """
    same = len(parts) == 1
    done, files = [], []
    for place, (part, role) in enumerate(zip(parts, roles, strict=True)):
        target = folder / f"stage-{place}.parquet"
        read = part
        try:
            _copy(read, role, reader, target, place=place, every=same, connection=connection)
        except _NotUtf8Error:
            read = in_gb18030(part, folder)
            _copy(read, role, reader, target, place=place, every=same, connection=connection)
        done.append(read)
        files.append(target)
    return Staged(parts=tuple(done), files=tuple(files))


def cells_of(part: Part, roles: Roles) -> dict[str, str]:
    """Return an expression for every canonical column's cell, as trimmed text where it is one of text."""
    cells = {}
    for role, index in roles.positions.items():
        column, kind = part.column(index), part.kinds[index]
        typed = kind != "VARCHAR" and role in (*PRICES, "refund", "ordered_at")
        cells[canonical_name(role)] = column if typed else text(column, kind)
    return cells


def values_of(part: Part, roles: Roles, timezone: str, words: Mapping[str, str]) -> dict[str, str]:
    """Return an expression for every canonical column's value, over the columns ``cell_…``."""
    values: dict[str, str] = {}
    for role, index in roles.positions.items():
        name, kind = canonical_name(role), part.kinds[index]
        cell = f"cell_{name}"
        if role in (*PRICES, "refund"):
            values[name] = (whole if role in roles.hundredths else hundredths)(cell, kind)
        elif role == "ordered_at":
            values[name] = time(cell, kind, timezone)
        elif role == "status":
            values[name] = word(cell, words)
        elif role == "quantity":
            values[name] = number(cell)
        elif role in ("customer_id", "order_id"):
            values[name] = identity(cell) if kind == "VARCHAR" else cell
        else:
            values[name] = cell
    return values


def _copy(
    part: Part, roles: Roles, reader: OddReader, target: Path, *, place: int, every: bool, connection: Any
) -> None:
    import duckdb  # noqa: PLC0415

    try:
        with speaking(part.files[0]):
            words = _words(part, roles, reader, connection)
            query = _query(part, roles, reader.timezone, words, every=every)
            copy = f"COPY (SELECT *, {place} AS part FROM ({query}))"
            run(connection, f"{copy} TO {literal(str(target))} (FORMAT parquet)")
    except DataError as error:
        if isinstance(error.__cause__, duckdb.InvalidInputException) and "not utf-8" in str(error.__cause__):
            raise _NotUtf8Error from error
        raise


def _query(part: Part, roles: Roles, timezone: str, words: Mapping[str, str], *, every: bool) -> str:
    """Return three selects, one in the other, so that no cell is trimmed or converted twice."""
    values = values_of(part, roles, timezone, words)
    kinds = {canonical_name(role): part.kinds[index] for role, index in roles.positions.items()}
    # Files with other columns beside ours are compared by ours, as small files are.
    used = range(len(part.headers)) if every else roles.positions.values()
    whole_row = ", ".join(part.column(index) for index in used)
    inner = [f"{cell} AS cell_{name}" for name, cell in cells_of(part, roles).items()]
    inner += [f"hash({whole_row}) AS row", *no_orders(part)]
    middle = [f"{value} AS {name}" for name, value in values.items()]
    outer = [name for name in values if name != "cancelled_at"]
    for name in values:
        if name in ODD:
            shown = f"cell_{name}" if kinds[name] == "VARCHAR" else text(f"cell_{name}", kinds[name])
            outer.append(f"CASE WHEN {name} IS NULL THEN {shown} END AS {name}_odd")
        if name.endswith("_cny"):
            point = f"contains(cell_{name}, '.')" if kinds[name] == "VARCHAR" else "true"
            outer.append(f"{name} IS NOT NULL AND {point} AS {name}_point")
    stripped = [
        f"cell_{name} <> {name}" for name in ("customer_id", "order_id") if kinds.get(name) == "VARCHAR"
    ]
    outer.append(f"coalesce({' OR '.join(stripped) or 'false'}, false) AS stripped")
    outer += ["cell_cancelled_at IS NOT NULL AS cancelled"] if "cancelled_at" in values else []
    return (
        f"SELECT {', '.join(outer)}, row, blank, total FROM (SELECT *, {', '.join(middle)} FROM "
        f"(SELECT {', '.join(inner)} FROM {part.relation()}))"
    )


def no_orders(part: Part) -> list[str]:
    """Return expressions that tell rows without any cell, and the total rows that the file ends with."""
    if part.encoding is None:
        return ["false AS blank", "false AS total"]
    columns = range(len(part.headers))
    first = "coalesce(" + ", ".join(f"nullif(trim(c{index}), '')" for index in columns) + ")"
    totals = ", ".join(map(literal, part.totals))
    # Nearly every row has a first cell: only the others are looked at from cell to cell.
    blank = f"CASE WHEN c0 > ' ' THEN false ELSE {first} IS NULL END AS blank"
    cell = f"CASE WHEN c0 > ' ' THEN trim(c0) ELSE {first} END"
    return [blank, f"coalesce({cell} IN ({totals}), false) AS total" if totals else "false AS total"]


def _words(part: Part, roles: Roles, reader: OddReader, connection: Any) -> dict[str, str]:
    """Translate the status words of the first rows, so that most rows need no second look."""
    if "status" not in roles.positions:
        return {}
    index = roles.positions["status"]
    cell = text(part.column(index), part.kinds[index])
    found = run(
        connection,
        f"SELECT DISTINCT cell FROM (SELECT {cell} AS cell FROM {part.relation()} LIMIT {_WORDS}) "
        f"WHERE cell IS NOT NULL LIMIT {_KINDS_OF_WORDS}",
    )
    return reader.statuses_of([row[0] for row in found])
