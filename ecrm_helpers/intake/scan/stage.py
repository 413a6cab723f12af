"""Read every file once: cells with one meaning become values, all others stay beside them as text."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.scan.expressions import (
    Read,
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

__all__ = ["Staged", "reads_of", "stage"]

_WORDS, _KINDS_OF_WORDS = 500_000, 1_000  # rows in which a file's words for a status are looked for


@dataclass(frozen=True, kw_only=True)
class Staged:
    """One Parquet file per part.

    Columns: ``customer_id``, ``order_id``, ``ordered_at``, ``amount_cny``, ``refund_cny``, ``status``,
    ``currency``, ``cancelled``, ``quantity`` as far as the files have them; ``…_odd`` texts that were not
    understood; ``…_point`` whether a decimal point was; ``row`` a hash of the whole row.
    """

    parts: tuple[Part, ...]
    files: tuple[Path, ...]

    @property
    def table(self) -> str:
        """All files as an SQL table."""
        return "read_parquet([" + ", ".join(literal(str(file)) for file in self.files) + "])"


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
    for number_of_part, (part, role) in enumerate(zip(parts, roles, strict=True)):
        target = folder / f"stage-{number_of_part}.parquet"
        read = part
        try:
            _copy(read, role, reader, target, every=same, connection=connection)
        except _NotUtf8Error:
            read = in_gb18030(part, folder)
            _copy(read, role, reader, target, every=same, connection=connection)
        done.append(read)
        files.append(target)
    return Staged(parts=tuple(done), files=tuple(files))


def reads_of(part: Part, roles: Roles, timezone: str, words: Mapping[str, str]) -> dict[str, Read]:
    """Return the two expressions of every canonical column; an empty second one where all text is a value."""
    reads: dict[str, Read] = {}
    for role, index in roles.positions.items():
        column, kind = part.column(index), part.kinds[index]
        if role in (*PRICES, "refund"):
            reads[canonical_name(role)] = (whole if role in roles.hundredths else hundredths)(column, kind)
        elif role == "ordered_at":
            reads[role] = time(column, kind, timezone)
        elif role == "status":
            reads[role] = word(column, kind, words)
        elif role == "quantity":
            reads[role] = number(column, kind)
        elif role == "cancelled_at":
            reads["cancelled"] = (f"{text(column, kind)} IS NOT NULL", "")
        elif role in ("customer_id", "order_id"):
            reads[role] = (identity(column, kind), "")
        else:
            reads[role] = (text(column, kind), "")
    return reads


def _copy(part: Part, roles: Roles, reader: OddReader, target: Path, *, every: bool, connection: Any) -> None:
    import duckdb  # noqa: PLC0415

    try:
        with speaking(part.files[0]):
            reads = reads_of(part, roles, reader.timezone, _words(part, roles, reader, connection))
            chosen = [f"{value} AS {name}" for name, (value, _) in reads.items()]
            chosen += [f"{odd} AS {name}_odd" for name, (_, odd) in reads.items() if odd]
            chosen += _points(part, roles, reads)
            # Files with other columns beside ours are compared by ours, as small files are.
            cells = range(len(part.headers)) if every else roles.positions.values()
            chosen.append(f"hash({', '.join(part.column(index) for index in cells)}) AS row")
            copy = f"COPY (SELECT {', '.join(chosen)} FROM {part.relation()})"
            run(connection, f"{copy} TO {literal(str(target))} (FORMAT parquet)")
    except DataError as error:
        if isinstance(error.__cause__, duckdb.InvalidInputException) and "not utf-8" in str(error.__cause__):
            raise _NotUtf8Error from error
        raise


def _points(part: Part, roles: Roles, reads: Mapping[str, Read]) -> list[str]:
    """Return expressions that tell where an amount was understood that has a decimal point."""
    points = []
    for role, index in roles.positions.items():
        if role in (*PRICES, "refund") and role not in roles.hundredths:
            name = canonical_name(role)
            text_point = f"contains({part.column(index)}, '.')" if part.kinds[index] == "VARCHAR" else "true"
            points.append(f"({reads[name][0]}) IS NOT NULL AND {text_point} AS {name}_point")
    return points


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
