"""Text files as rows of cells: encoding and separator found out, broken quotes and cut-off ends refused."""

from __future__ import annotations

import csv
import gc
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import intake_files as say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_TEXT_BYTES", "MAX_TEXT_CELLS", "TextRows", "text_rows"]

MAX_TEXT_BYTES = 1 << 30
MAX_TEXT_CELLS = 60_000_000
_SAMPLE_LINES = 30
_SEPARATORS = ",;\t|"
_OTHER_FORMATS = (
    (rb"\x1f\x8b", "gzip"),
    (rb"PAR1", "parquet"),
    (rb"%PDF", "pdf"),
    (rb"Rar!|7z\xbc\xaf", "archive"),
    (rb"\x89PNG|\xff\xd8\xff", "picture"),
)
_MARKUP = re.compile(rb"\s*(<!doctype html|<html|<table|<\?xml|<head|<meta|<!--|<div)", re.IGNORECASE)
_BLANK_CELL = re.compile(r"""(?:^|[,;\t|\n"])[ \t\u3000\u00a0]+(?:[,;\t|\r\n"]|$)""")
_COMMON = range(0xB0, 0xD8)  # lead bytes of GB2312's 3,755 common characters
_PUNCTUATION = range(0xA1, 0xAA)


@dataclass(frozen=True)
class TextRows:
    """Rows of a text file: one list per record, None for an empty cell."""

    rows: list[list[Any]]
    encoding: str


def text_rows(path: Path, head: bytes, *, encoding: str | None = None) -> TextRows:
    """Read a text file into rows; `head` is its beginning.

    Raises
    ------
    DataError
        If it is empty, too large, no text, in an unknown encoding, cut off, or has an unclosed quote.
    """
    name = path.name
    _refuse_other_formats(name, head, path)
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        message = say.text_too_large(name, size, MAX_TEXT_BYTES)
        raise DataError(message)
    text, found = _decoded(name, path.read_bytes(), encoding)
    if not text.strip():
        message = say.empty_file(name)
        raise DataError(message)
    if "\0" in text:
        message = say.not_a_table(name, "binary")
        raise DataError(message)
    separator, skipped = _separator(text)
    return TextRows(_rows(name, text, separator, skipped), found)


def _refuse_other_formats(name: str, head: bytes, path: Path) -> None:
    if not head:
        message = say.empty_file(name)
        raise DataError(message)
    kind = next((kind for magic, kind in _OTHER_FORMATS if re.match(magic, head)), None)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        with path.open("rb") as stream:
            directory = stream.read(8 << 20)
        kind = "encrypted" if "EncryptedPackage".encode("utf-16-le") in directory else "xls"
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        kind = "html"
    if kind is not None:
        message = say.not_a_table(name, kind)
        raise DataError(message)


def _decoded(name: str, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the text and what it was encoded in, refusing an encoding that is only possible."""
    if encoding is not None:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), encoding.upper()
        except (UnicodeDecodeError, LookupError) as error:
            message = say.wrong_encoding(name, encoding)
            raise DataError(message) from error
    if content.startswith(b"\xef\xbb\xbf"):
        return _strict(name, content[3:], "utf-8"), "UTF-8-BOM"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(name, content, "utf-16"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if _cut(error, content) and not content[: error.start].isascii():
            message = say.cut_character(name)
            raise DataError(message) from error
    text = _strict(name, content, "gb18030")
    if not _looks_chinese(text):
        message = say.unknown_encoding(name)
        raise DataError(message)
    return text, "GB18030"


def _strict(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        message = say.cut_character(name) if _cut(error, content) else say.unknown_encoding(name)
        raise DataError(message) from error


def _cut(error: UnicodeDecodeError, content: bytes) -> bool:
    return error.end == len(content) and len(content) - error.start < 4  # noqa: PLR2004  one character's bytes


def _looks_chinese(text: str) -> bool:
    """Tell GB18030 from a Western encoding whose letters happen to pair up: common characters prevail."""
    letters = Counter(re.findall(r"[^\x00-\x7f]", text[:1_000_000]))
    common = 0
    for letter, count in letters.items():
        code = letter.encode("gb2312", errors="ignore")
        common += count * bool(code and (code[0] in _COMMON or code[0] in _PUNCTUATION))
    return common * 10 >= letters.total() * 6


def _separator(text: str) -> tuple[str, int]:
    """Return the separator that cuts most rows into equally many cells, and how many lines say so."""
    declared = re.match(r"\s*sep=(.)\r?\n", text)  # Excel writes and obeys this line
    if declared:
        return declared[1], 1
    sample = list(_lines(text[:200_000]))[:_SAMPLE_LINES]
    best, score = ",", (0, 0)
    for separator in _SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=separator) if len(row) > 1)
        if not widths:
            continue
        width, rows = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        if (rows, width) > score:
            best, score = separator, (rows, width)
    return best, 0


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")


def _rows(name: str, text: str, separator: str, skipped: int) -> list[list[Any]]:
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    rows: list[list[Any]] = []
    cells = 0
    blanks = _BLANK_CELL.search(text) is not None
    collecting = gc.isenabled()
    gc.disable()  # millions of lists that all stay: looking for garbage among them doubles the time
    try:
        for row in reader:
            cells += len(row)
            if cells > MAX_TEXT_CELLS:
                message = say.too_many_cells(name, MAX_TEXT_CELLS)
                raise DataError(message)
            if blanks:
                row = ["" if cell.isspace() else cell for cell in row]  # noqa: PLW2901
            rows.append([cell or None for cell in row] if "" in row else row)
    except csv.Error as error:
        message = say.broken_quote(name, len(rows) + 1, cut="unexpected end" in str(error))
        raise DataError(message) from error
    finally:
        if collecting:
            gc.enable()
    for index in range(skipped):
        rows[index] = []
    return rows
