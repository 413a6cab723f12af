"""Read whatever bytes a student handed in as a list of cells, and say what was wrong with them.

Nothing here trusts the file: not its encoding, its JSON, its format version or the types of its values.
"""

from __future__ import annotations

import codecs
import json
import re
from itertools import accumulate
from typing import Any, Final

from ecrm_helpers.marking.limited import LimitedError, read_apart
from ecrm_helpers.marking.rebuild.foreign import page_cells, script_cells, what_it_is
from ecrm_helpers.marking.rebuild.rawcells import MAX_SOURCE, RawCell, raw_cell, unpacked_cells
from ecrm_helpers.messages import marking as say

__all__ = ["read_cells", "read_here"]

MAX_HERE: Final = 4 * 1024 * 1024
MAX_CELLS: Final = 1_000
APART_SECONDS: Final = 15.0
MAX_LETTERS: Final = 8_000_000
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CELL_STARTS: Final = re.compile(r'\{\s*"(?:attachments|cell_type)"')
_MOST_TRIES: Final = 20  # each may read to the end of the file
_PYTHON: Final = frozenset({"python", "python3", "ipython", "ipython3"})


def read_cells(data: bytes) -> tuple[list[RawCell], list[str]]:
    """Return the cells that can be read from `data` and notes in Chinese on what was wrong.

    A large file, an archive and a web page are read in a process of their own, with limits.

    Examples
    --------
    >>> cells, notes = read_cells(b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}, {"cell_ty')
    >>> cells[0].source, notes[0][:5]
    ('x = 1', '文件不完整')
    """
    kind = what_it_is(data)
    if kind is not None and kind not in say.READABLE_KINDS:
        return [], [say.not_a_notebook(kind)]
    if kind is None and len(data) <= MAX_HERE:
        return read_here(data)
    try:
        packed, notes = read_apart(
            "ecrm_helpers.marking.rebuild.salvage_process", data, seconds=APART_SECONDS
        )
    except LimitedError:
        return [], [say.TOO_MUCH if kind is None else say.not_a_notebook(kind)]
    return unpacked_cells(packed), notes


def read_here(data: bytes) -> tuple[list[RawCell], list[str]]:
    """Read a notebook, or a script or page saved from one, in this process."""
    text, notes = _decoded(data)
    if not text.strip():
        return [], []
    raw, more = _cells_in(text)
    if say.UNREADABLE not in more:
        # Of a file that is no notebook the encoding is beside the point.
        return _bounded(
            [cell for cell in map(raw_cell, raw[: 2 * MAX_CELLS]) if cell is not None], notes + more
        )
    for read, note in ((script_cells, say.SCRIPT), (page_cells, say.PAGE)):
        cells = read(text)
        if cells:
            return _bounded(cells, [*notes, note])
    return [], more


def _bounded(cells: list[RawCell], notes: list[str]) -> tuple[list[RawCell], list[str]]:
    if not cells:
        return [], [*notes, say.NO_CELLS]
    if any(len(cell.source) >= MAX_SOURCE for cell in cells):
        notes = [*notes, say.CUT_SOURCE]
    letters = accumulate(len(cell.source) for cell in cells[:MAX_CELLS])
    kept = sum(total <= MAX_LETTERS for total in letters)
    return cells[:kept], notes if kept == len(cells) else [*notes, say.CUT_CELLS]


def _decoded(data: bytes) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None and b"\0" in data[:2]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    if encoding is not None:
        return data.decode(encoding, errors="replace"), [say.WRONG_ENCODING]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        # A file cut in the middle of a character is UTF-8 all the same.
        if error.start >= len(data) - 4:
            return data[: error.start].decode("utf-8-sig", errors="replace"), []
    text = data.decode("utf-8", errors="replace")
    if text.count("\ufffd") * 10 < sum(letter > "\x7f" for letter in text):
        return text, []  # damaged, but in the right encoding
    try:
        return data.decode("gb18030"), [say.WRONG_ENCODING]
    except UnicodeDecodeError:
        return text, [say.WRONG_ENCODING]


def _nothing(_: str) -> None:
    """Stand for a number: none is needed, and some are built to break their reader."""


_DECODER: Final = json.JSONDecoder(parse_float=_nothing, parse_int=_nothing, parse_constant=_nothing)


def _cells_in(text: str) -> tuple[list[Any], list[str]]:
    text = text.strip()
    try:
        notebook, end = _DECODER.raw_decode(text)
        if isinstance(notebook, str):  # some upload forms pack JSON into JSON
            notebook, end = _DECODER.raw_decode(notebook)[0], len(text)
    except (ValueError, RecursionError):
        found, behind = _cells_around_gaps(text)
        return found, [say.DAMAGED if behind else say.TRUNCATED] if found else [say.UNREADABLE]
    if isinstance(notebook, dict) and isinstance(notebook.get("content"), dict):
        notebook = notebook["content"]  # what JupyterLab's own interface sends
    if not isinstance(notebook, dict):
        return [], [say.UNREADABLE]
    more = [say.TRAILING] if text[end:].strip() else []
    more += _other_language(notebook.get("metadata"))
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"], more
    if isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
        return cells, [say.OLD_FORMAT, *more]
    return [], [say.UNREADABLE]


def _other_language(metadata: Any) -> list[str]:
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = spec.get("language", spec.get("name")) if isinstance(spec, dict) else None
    if not isinstance(language, str) or not language or language.lower() in _PYTHON:
        return []
    return [say.other_language(language[:20])] if language.isascii() and language.isalnum() else []


def _cells_around_gaps(text: str) -> tuple[list[Any], bool]:
    """Return the whole cells of a cut off or damaged JSON text, and whether any stand behind a gap."""
    key = text.find('"cells"')
    start = text.find("[", key)
    found: list[Any] = []
    if key < 0 or start < 0:
        return found, False
    at, lost, behind = start + 1, False, False
    tries = _MOST_TRIES
    while len(found) <= MAX_CELLS and tries:
        at = _behind_blanks(text, at)
        if text[at : at + 1] == "]":
            break
        cell, end = _one_value(text, at)
        if end and not (lost and _is_part(cell)):
            found.append(cell)
            at, lost, behind = end, False, behind or lost
            continue
        lost = True
        tries -= 1
        following = _CELL_STARTS.search(text, at + 1)
        if following is None:
            break
        at = following.start()
    return found, behind


def _behind_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _one_value(text: str, at: int) -> tuple[Any, int]:
    """Return the value at a place and where it ends, 0 where there is no whole one."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, 0


def _is_part(value: Any) -> bool:
    """Tell whether a value is a piece of a broken cell (nbgrader's metadata has a cell type too)."""
    return not isinstance(value, dict) or ("source" not in value and "input" not in value)
