"""Measure a workbook before anything opens it: its entries, their sizes and the rectangle its cells span.

A reader allocates the whole rectangle from the first cell to the last, so two cells in opposite corners of
a sheet ask for 17 thousand million. The sheets are streamed and their cell references counted instead.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import intake_files as say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["MAX_CELLS", "BookFacts", "check_workbook"]

MAX_CELLS = 20_000_000
MAX_ENTRIES = 5_000
MAX_BYTES = 3 << 30  # all entries, unpacked
MAX_TEXT = 2 << 30  # bytes that the cells' texts come to when each is written out
RATIO, RATIO_FROM = 250, 50 << 20  # packed this well above this size, a file was made to burst
SMALL_XML = 8 << 20
CHUNK = 1 << 20

_ATTRIBUTES = rb"""((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*"""
_CELL = re.compile(rb"<(?:\w+:)?c" + _ATTRIBUTES + rb"(/?)>")
_CELL_LIKE = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*["'](\d+)""")
_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
_TEXTS, _TEXT = "xl/sharedStrings.xml", re.compile(rb"<(?:\w+:)?si\b")
_TEXT_CELL = re.compile(rb"""t\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})\s*<""")
_SMALLEST_CELL = len(b'<c t="s"><v>1</v></c>')
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\0")
_UNSEEN = re.compile(  # error values and formulas never calculated: a reader gives an empty cell for both
    rb"""<(?:\w+:)?c((?:\s+[\w:.-]+="[^"<]*")*)\s*>\s*(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>)?\s*</"""
)


@dataclass(frozen=True)
class BookFacts:
    """What the reader does not tell."""

    date1904: bool = False
    patches: dict[str, dict[tuple[int, int], str]] = field(
        default_factory=dict
    )  # sheet -> (row, column) -> text


def check_workbook(path: Path) -> BookFacts:
    """Refuse a workbook that is damaged, of another kind or larger than memory allows.

    Raises
    ------
    DataError
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(path.name, archive)
            patches = {info.filename: _check_part(path.name, archive, info) for info in archive.infolist()}
            _check_texts(path.name, archive)
            book = _small(archive, "xl/workbook.xml")
            sheets = _sheet_parts(book, _small(archive, "xl/_rels/workbook.xml.rels"))
    except zipfile.BadZipFile as error:
        message = say.cut_workbook(path.name)
        raise DataError(message) from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, expat.ExpatError) as error:
        message = say.damaged_workbook(path.name)
        raise DataError(message) from error
    date1904 = re.search(rb"""date1904\s*=\s*["'](?:1|true)""", book) is not None
    return BookFacts(date1904, {name: patches.get(part, {}) for name, part in sheets.items()})


def _check_entries(name: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if "xl/workbook.xml" not in names:
        message = say.not_a_table(name, _kind_of_zip(archive, names))
        raise DataError(message)
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MAX_ENTRIES or size > MAX_BYTES or (size > RATIO_FROM and size > RATIO * packed):
        message = say.bomb(name, size, packed)
        raise DataError(message)
    if len(set(names)) != len(names):
        message = say.damaged_workbook(name)
        raise DataError(message)


def _kind_of_zip(archive: zipfile.ZipFile, names: list[str]) -> str:
    if any(name.endswith((".iwa", "Index.zip")) for name in names):
        return "numbers"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        return "ods"
    return "office" if "[Content_Types].xml" in names else "zip"


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(SMALL_XML + 1)
    if len(content) > SMALL_XML:
        message = "larger than any workbook's"
        raise zipfile.BadZipFile(message)
    return content


def _sheet_parts(book: bytes, relations: bytes) -> dict[str, str]:
    """Return each sheet's name with the archive entry that holds it."""
    targets, sheets = {}, {}
    for tag, attributes in _elements(relations):
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id")] = target[1:] if target.startswith("/") else f"xl/{target}"
    for tag, attributes in _elements(book):
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.split(":")[-1] == "id"), None)
            sheets[attributes.get("name", "")] = targets.get(key, "")
    return sheets


def _elements(content: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.split(":")[-1], attributes))
    parser.Parse(content, True)  # noqa: FBT003  expat takes it by position only
    return found


def _check_part(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> dict[tuple[int, int], str]:
    """Stream one entry to its end, so that its checksum is checked too, and measure its cells."""
    extent, patches = _Extent(), dict[tuple[int, int], str]()
    for chunk in _chunks(archive, info):
        if not info.filename.endswith((".xml", ".rels")) and not _CELL_LIKE.search(chunk):
            continue
        if _FORBIDDEN.search(chunk) or not extent.add(chunk):
            message = say.damaged_workbook(name)
            raise DataError(message)
        if extent.rows * extent.columns > MAX_CELLS or extent.cells > MAX_CELLS:
            message = say.bomb_cells(name, extent.rows, extent.columns, MAX_CELLS)
            raise DataError(message)
        patches.update(_unseen(chunk))
    return patches


def _check_texts(name: str, archive: zipfile.ZipFile) -> None:
    """Refuse texts that are stored once and shown so often that writing them out fills the memory."""
    if _TEXTS not in archive.namelist():
        return
    lengths = [0]
    for chunk in _chunks(archive, archive.getinfo(_TEXTS)):
        first, *others = map(len, _TEXT.split(chunk))
        lengths[-1] += first
        lengths += others
    longest, total = max(lengths), 0
    for info in archive.infolist():
        if info.file_size * longest <= MAX_TEXT * _SMALLEST_CELL or info.filename == _TEXTS:
            continue  # not enough room for so many cells
        for chunk in _chunks(archive, info):
            for index in map(int, _TEXT_CELL.findall(chunk)):
                total += lengths[index + 1] if index + 1 < len(lengths) else longest
            if total > MAX_TEXT:
                message = say.bomb_texts(name, MAX_TEXT)
                raise DataError(message)


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield an entry's bytes cut where a row or a cell begins, so that no tag is split."""
    with archive.open(info) as stream:
        rest = b""
        while block := stream.read(CHUNK):
            block = rest + block
            cut = max(block.rfind(b"<c "), block.rfind(b"<row"), block.rfind(b"<si"), 0) or block.rfind(b"<")
            if cut <= 0 and len(block) < CHUNK << 4:
                rest = block
                continue
            cut = cut if cut > 0 else len(block)
            rest = block[cut:]
            yield block[:cut]
        yield rest


class _Extent:
    """The rectangle from A1 that a sheet's cells span, and how many there are."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = 0
        self._tagged = self._unplaced = self._in_row = 0

    def add(self, chunk: bytes) -> bool:
        """Measure a chunk; False when a tag is not what any program writes."""
        cells = _CELL.findall(chunk)
        if len(cells) != len(_CELL_LIKE.findall(chunk)):
            return False
        if not cells:
            return True
        filled = [attributes for attributes, closed in cells if not closed]
        places = _REFERENCE.findall(b"\n".join(filled))
        self.cells += len(filled)
        if len(places) != len(filled) or self._unplaced:
            places = _REFERENCE.findall(b"\n".join(attributes for attributes, _ in cells))
            self._unplaced += len(cells) - len(places)
            self._spread(chunk)
        if places:
            self.columns = max(self.columns, *map(_column, {letters for letters, _ in places}))
            self.rows = max(self.rows, *map(int, {digits for _, digits in places}))
        return True

    def _spread(self, chunk: bytes) -> None:
        """Count cells without a reference: they follow one another, so a row is as wide as it has cells."""
        numbers = _ROW_NUMBER.findall(chunk)
        parts = _ROW.split(chunk)
        widths = [len(_CELL_LIKE.findall(part)) for part in parts]
        widths[0] += self._in_row
        self._in_row = widths[-1]
        self._tagged += len(parts) - 1
        self.rows = max(self.rows, self._tagged, *map(int, numbers), 0)
        self.columns = max(self.columns, *widths)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _unseen(chunk: bytes) -> dict[tuple[int, int], str]:
    """Return the cells with an error value or an uncalculated formula, which a reader shows as empty."""
    found: dict[tuple[int, int], str] = {}
    if b't="e"' not in chunk and b"<f" not in chunk and b":f" not in chunk:
        return found
    for match in _UNSEEN.finditer(chunk):
        attributes, value = match[1], match[2]
        place = _REFERENCE.search(attributes)
        if place is None:
            continue
        key = (int(place[2]) - 1, _column(place[1]) - 1)
        if b't="e"' in attributes and value:
            found[key] = value.decode("utf-8", "replace")
        elif (
            not value
            and b"f" in match[0].split(b">", 1)[1][:12]
            and b"<v>" not in match[0].replace(b"<v></v>", b"")
        ):
            found[key] = say.UNCALCULATED
    return found
