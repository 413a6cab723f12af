"""Files with the same columns, as one thing that DuckDB reads."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.scan.csvs import CsvFile, look_at, transcoded
from ecrm_helpers.intake.scan.expressions import literal, quoted
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.intake.scan.sources import Sources

__all__ = ["Part", "find_parts", "in_gb18030", "keep", "run", "speaking"]

_LONGEST_LINE = 16 << 20


@dataclass(frozen=True, kw_only=True)
class Part:
    """Files with the same columns in the same order."""

    files: tuple[Path, ...]  # as the teacher named them
    readable: tuple[Path, ...]  # as DuckDB reads them: the same files or UTF-8 copies
    headers: tuple[str, ...]
    kinds: tuple[str, ...]  # DuckDB's types; VARCHAR in text files
    encoding: str | None = None  # of text files
    delimiter: str = ","
    skip: int = 0
    titles: int = 0  # title rows above the headers, of all files
    totals: tuple[str, ...] = ()  # first cells of the total rows that the files end with

    @property
    def first_row(self) -> int:
        """Row of the first order, as a spreadsheet counts; 1 in Parquet."""
        return 1 if self.encoding is None else self.skip + 2

    def column(self, index: int) -> str:
        """Return a column as an SQL identifier."""
        return quoted(self.headers[index]) if self.encoding is None else f"c{index}"

    def relation(self, only: int | None = None) -> str:
        """Return the files, or one of them, as an SQL table."""
        files = self.readable if only is None else (self.readable[only],)
        names = "[" + ", ".join(literal(_without_magic(file)) for file in files) + "]"
        if self.encoding is None:
            return f"read_parquet({names}, hive_partitioning=false)"
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(self.headers)))
        return (
            f"read_csv({names}, auto_detect=false, columns={{{columns}}}, header=true, skip={self.skip}, "
            f"delim={literal(self.delimiter)}, quote='\"', escape='\"', hive_partitioning=false, "
            f"max_line_size={_LONGEST_LINE})"
        )


def find_parts(
    sources: Sources, scratch: Path, connection: Any, *, encoding: str | None = None
) -> list[Part]:
    """Look at every file's beginning and put those with the same columns together.

    Raises
    ------
    DataError
        If a file cannot be opened as a table.
    """
    if sources.kind == "parquet":
        return _parquet_parts(sources, connection)
    groups: dict[tuple[Any, ...], list[CsvFile]] = {}
    for number, path in enumerate(sources.files):
        folder = scratch / str(number)
        folder.mkdir()
        found = look_at(path, folder, encoding=encoding)
        groups.setdefault((found.headers, found.delimiter, found.skip), []).append(found)
    return [
        Part(
            files=tuple(one.path for one in group),
            readable=tuple(one.readable for one in group),
            headers=headers,
            kinds=("VARCHAR",) * len(headers),
            encoding="、".join(dict.fromkeys(one.encoding for one in group)),
            delimiter=delimiter,
            skip=skip,
            titles=sum(one.titles for one in group),
            totals=tuple(dict.fromkeys(total for one in group for total in one.totals)),
        )
        for (headers, delimiter, skip), group in groups.items()
    ]


def _parquet_parts(sources: Sources, connection: Any) -> list[Part]:
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Path]] = {}
    for file in sources.files:
        source = f"read_parquet([{literal(_without_magic(file))}], hive_partitioning=false)"
        with speaking(file):
            columns = run(connection, f"DESCRIBE SELECT * FROM {source}")
        names, kinds = tuple(row[0] for row in columns), tuple(row[1] for row in columns)
        groups.setdefault((names, kinds), []).append(file)
    return [
        Part(files=tuple(files), readable=tuple(files), headers=names, kinds=kinds)
        for (names, kinds), files in groups.items()
    ]


def in_gb18030(part: Part, scratch: Path) -> Part:
    """Return the part with its text files copied from GB18030, which their beginnings did not show."""
    copies = []
    for number, file in enumerate(part.readable):
        folder = scratch / f"gb-{number}"
        folder.mkdir()
        copies.append(transcoded(file, folder, encoding="gb18030"))
    return Part(**{**part.__dict__, "readable": tuple(copies), "encoding": "GB18030"})


def _without_magic(path: Path) -> str:
    """Return a path that DuckDB takes by the letter: brackets and stars in a name are no pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def run(connection: Any, query: str) -> list[tuple[Any, ...]]:
    """Run a query to its end; a cursor, so that no result stays open on the connection."""
    with connection.cursor() as cursor:
        return cursor.execute(query).fetchall()


def keep(connection: Any, name: str, table: Any) -> None:
    """Store an Arrow table in DuckDB, where every cursor sees it."""
    with connection.cursor() as cursor:
        cursor.register("arrow_table", table)
        cursor.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arrow_table").fetchall()
        cursor.unregister("arrow_table")


@contextmanager
def speaking(file: Path | None = None) -> Iterator[None]:
    """Turn DuckDB's errors about files, memory and disk into Chinese.

    Raises
    ------
    DataError
    """
    import duckdb  # noqa: PLC0415

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        message = say.out_of_room(_first_line(error))
        raise DataError(message) from error
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
        raise DataError(_explained(str(error), file)) from error


def _explained(problem: str, file: Path | None) -> str:
    if "No space left" in problem or "max_temp_directory_size" in problem:
        return say.out_of_room(problem.splitlines()[0])
    where = re.search(r"file = (.+)", problem)
    name = _named(where[1]) if where else file
    line = re.search(r"CSV Error on Line: (\d+)", problem)
    if line and name is not None:
        return say.malformed(name, int(line[1]), _reason(problem))
    return say.unreadable(str(name or ""), problem.splitlines()[0])


def _named(path: str) -> Path:
    """Return the teacher's file name where a copy of it was read."""
    return Path(Path(path.strip()).name.removeprefix("utf8-").removeprefix("unzipped-"))


def _reason(problem: str) -> str:
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", problem)
    if counts:
        return say.column_counts(int(counts[1]), int(counts[2]))
    if "unterminated quote" in problem or "quote" in problem.partition("Possible")[0]:
        return say.OPEN_QUOTE
    return problem.splitlines()[0]


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
