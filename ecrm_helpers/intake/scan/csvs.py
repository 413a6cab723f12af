"""What has to be known of a large CSV file before DuckDB reads it: encoding, separator, header.

It is found in the file's beginning by the same code that reads small files whole.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import shutil
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.columns import KNOWN_HEADERS
from ecrm_helpers.intake.files import header_row, is_total
from ecrm_helpers.intake.textfiles import text_rows
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CsvFile", "look_at", "transcoded"]

_LOOK = 1 << 20
_CHUNK = 8 << 20
_TAIL = 64 << 10
_SEPARATORS = ",;\t|"
_AS_IT_IS = ("UTF-8", "UTF-8-BOM")


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """One CSV file that DuckDB can read."""

    path: Path  # the teacher's file
    readable: Path  # the same, or a UTF-8 copy
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    skip: int  # lines above the header
    titles: int = 0  # of them with text
    totals: tuple[str, ...] = ()  # first cells of the total rows at the end

    @property
    def first_row(self) -> int:
        """Row of the first order, as a spreadsheet counts."""
        return self.skip + 2


def look_at(path: Path, scratch: Path, *, encoding: str | None = None) -> CsvFile:
    """Find encoding, separator and header in a file's beginning; copy it where DuckDB cannot read it.

    Parameters
    ----------
    path : Path
    scratch : Path
        An empty private folder for samples and copies.
    encoding : str, optional
        The text's encoding; found out when None.

    Raises
    ------
    DataError
        If the file is empty, no text, in no known encoding, or has no header.
    """
    readable = _unzipped(path, scratch) if path.suffix.lower() == ".gz" else path
    if encoding is not None:
        readable = transcoded(readable, scratch, encoding=encoding)
    elif _head(readable).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        readable = transcoded(readable, scratch, encoding="utf-16")
    sample = scratch / path.name
    sample.write_bytes(_beginning(readable))
    text = text_rows(sample, sample.read_bytes()[:65_536])
    start, _ = header_row(text.rows, KNOWN_HEADERS)
    if start is None or len(text.rows) == start + 1:
        message = say.empty_file(path)
        raise DataError(message)
    delimiter = _separator(sample.read_bytes(), text.encoding, start, len(text.rows[start]))
    sample.unlink()
    if text.encoding not in _AS_IT_IS:
        readable = transcoded(readable, scratch, encoding=text.encoding)
    return CsvFile(
        path=path,
        readable=readable,
        encoding=text.encoding if encoding is None else encoding.upper(),
        delimiter=delimiter,
        headers=tuple("" if cell is None else str(cell).strip() for cell in text.rows[start]),
        skip=start,
        titles=sum(any(cell is not None for cell in row) for row in text.rows[:start]),
        totals=_totals(readable, delimiter),
    )


def transcoded(path: Path, scratch: Path, *, encoding: str) -> Path:
    """Write a UTF-8 copy in a stream.

    Raises
    ------
    DataError
        If the text is not in `encoding`.
    """
    copy = scratch / f"utf8-{path.name}"
    try:
        decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
        with path.open("rb") as file, copy.open("wb") as out:
            while chunk := file.read(_CHUNK):
                out.write(decoder.decode(chunk).encode("utf-8"))
            out.write(decoder.decode(b"", final=True).encode("utf-8"))
    except (UnicodeDecodeError, LookupError) as error:
        message = say.bad_encoding(path, encoding.upper())
        raise DataError(message) from error
    return copy


def _unzipped(path: Path, scratch: Path) -> Path:
    copy = scratch / f"unzipped-{path.name.removesuffix('.gz')}"
    try:
        with gzip.open(path, "rb") as file, copy.open("wb") as out:
            shutil.copyfileobj(file, out, _CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = say.unreadable(path.name, error)
        raise DataError(message) from error
    return copy


def _beginning(path: Path) -> bytes:
    """Return the first whole records: a quoted line break is none, so the quotes before the cut are even."""
    start = _head(path)
    if len(start) < _LOOK:
        return start
    end = start.rfind(b"\n") + 1
    while end > 1 and start.count(b'"', 0, end) % 2:
        end = start.rfind(b"\n", 0, end - 1) + 1
    return start[: end or _LOOK]


def _totals(readable: Path, delimiter: str) -> tuple[str, ...]:
    """Return the first cells of the total rows that a file ends with."""
    with readable.open("rb") as file:
        file.seek(max(0, readable.stat().st_size - _TAIL))
        lines = file.read().decode("utf-8", errors="ignore").splitlines()
    found = []
    for line in reversed(lines[1:]):
        cells = next(csv.reader([line], delimiter=delimiter), [])
        first = next((cell for cell in cells if cell and not cell.isspace()), None)
        if first is None:
            continue
        if not is_total(first):
            break
        found.append(first.strip())
    return tuple(found)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LOOK)
    except OSError as error:
        message = say.unreadable(path.name, error.strerror)
        raise DataError(message) from error


def _separator(sample: bytes, encoding: str, header: int, width: int) -> str:
    """Return the separator that gives the header as many cells as the reader of small files found."""
    text = sample.decode("utf-8-sig" if encoding in _AS_IT_IS else encoding)
    for separator in _SEPARATORS:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            if number == header:
                if len(row) == width:
                    return separator
                break
    return ","
