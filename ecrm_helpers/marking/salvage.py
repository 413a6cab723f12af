"""Read whatever bytes a student handed in as a list of cells, and say what was wrong with them.

Nothing here trusts the file: not its encoding, its JSON, its format version or the types of its values.
"""

from __future__ import annotations

import codecs
import json
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.answers import MIME
from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import marking as say
from ecrm_helpers.strictjson import strict_loads

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["RawCell", "read_bytes", "read_cells"]

MAX_FILE: Final = 64 * 1024 * 1024
MAX_CELLS: Final = 1_000
MAX_SOURCE: Final = 200_000
MAX_ATTACHMENTS: Final = 8 * 1024 * 1024


@dataclass(frozen=True)
class RawCell:
    """One cell as handed in: only its type, text, ids and whose shop its saved answer came from."""

    kind: str
    source: str
    cell_id: str | None = None
    grade_id: str | None = None
    owner: str | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


def read_bytes(path: Path, *, known: Collection[str] = ()) -> tuple[bytes, list[str]]:
    """Return the content of a regular file, or nothing and the reason.

    A missing file is looked for under another name in the same folder, but not under one of the `known`
    names of the assignment's notebooks. Links, pipes and huge files are not opened: a link in a submission
    folder could point at the solution.
    """
    notes: list[str] = []
    if not os.path.lexists(path):
        others = [
            other
            for other in sorted(path.parent.glob("*.ipynb"))
            if not other.name.startswith(".") and other.stem not in known
        ]
        if len(others) != 1:
            return b"", [say.NO_FILE]
        path, notes = others[0], [say.RENAMED_FILE]
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        handle = os.open(path, flags)
    except OSError:
        return b"", [say.LINKED_FILE]
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        return b"", [say.LINKED_FILE]
    with os.fdopen(handle, "rb") as file:
        if about.st_size > MAX_FILE:
            return b"", [say.HUGE_FILE]
        data = file.read(MAX_FILE)
    return data, notes if data.strip() else [say.EMPTY_FILE]


def read_cells(data: bytes) -> tuple[list[RawCell], list[str]]:
    """Return the cells that can be read from `data` and notes in Chinese on what was wrong.

    Examples
    --------
    >>> cells, notes = read_cells(b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}, {"cell_ty')
    >>> cells[0].source, notes[0][:5]
    ('x = 1', '文件不完整')
    """
    text, notes = _decoded(data)
    raw, more = _cells_in(text)
    # Of a file that is no notebook the encoding is beside the point.
    notes = more if say.UNREADABLE in more else notes + more
    cells = [cell for cell in map(_cell, raw[:MAX_CELLS]) if cell is not None]
    if len(raw) > MAX_CELLS:
        notes.append(say.CUT_CELLS)
    if any(len(cell.source) >= MAX_SOURCE for cell in cells):
        notes.append(say.CUT_SOURCE)
    return cells, notes


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), [say.WRONG_ENCODING]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        # A file cut in the middle of a character is UTF-8 all the same.
        if error.start >= len(data) - 4:
            return data[: error.start].decode("utf-8-sig", errors="replace"), []
    try:
        return data.decode("gb18030"), [say.WRONG_ENCODING]
    except UnicodeDecodeError:
        return data.decode("utf-8", errors="replace"), [say.WRONG_ENCODING]


def _cells_in(text: str) -> tuple[list[Any], list[str]]:
    if not text.strip():
        return [], []
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        found = _cells_before_the_cut(text)
        return found, [say.TRUNCATED if found else say.UNREADABLE]
    if isinstance(notebook, dict) and isinstance(notebook.get("cells"), list):
        return notebook["cells"], []
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
        return cells, [say.OLD_FORMAT]
    return [], [say.UNREADABLE]


def _cells_before_the_cut(text: str) -> list[Any]:
    """Return the whole cells of a JSON text that stops in the middle."""
    key = text.find('"cells"')
    start = text.find("[", key)
    if key < 0 or start < 0:
        return []
    decoder, at = json.JSONDecoder(), start + 1
    found: list[Any] = []
    while len(found) <= MAX_CELLS:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found
        found.append(cell)
    return found


def _cell(raw: Any) -> RawCell | None:
    if not isinstance(raw, dict):
        return None
    kind = raw.get("cell_type")
    if not isinstance(kind, str) or kind not in {"code", "markdown", "heading"}:
        return None
    source = _joined(raw.get("source", raw.get("input", "")))
    metadata = raw.get("metadata")
    told = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = told.get("grade_id") if isinstance(told, dict) else None
    cell_id = raw.get("id")
    return RawCell(
        kind="code" if kind == "code" else "markdown",
        source=source[:MAX_SOURCE],
        cell_id=cell_id if isinstance(cell_id, str) else None,
        grade_id=grade_id if isinstance(grade_id, str) else None,
        owner=_saved_owner(raw.get("outputs")),
        attachments=_attachments(raw.get("attachments")),
    )


def _joined(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    # A lone surrogate cannot be written to a file again.
    return text.encode("utf-8", errors="replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _saved_owner(outputs: Any) -> str | None:
    """Return whose shop the saved answer in `outputs` was made on: a hint, which anyone can forge."""
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        record = data.get(MIME) if isinstance(data, dict) else None
        if isinstance(record, list) and all(isinstance(part, str) for part in record):
            record = "".join(record)
        if not isinstance(record, str):
            continue
        try:
            told = strict_loads(record)
        except MarkingError:
            continue
        owner = told.get("shop_owner") if isinstance(told, dict) else None
        if isinstance(owner, str):
            return owner[:64]
    return None


def _attachments(raw: Any) -> dict[str, dict[str, str]]:
    """Return pasted pictures (name, image type, base64), or none when they are odd or too large."""
    if not isinstance(raw, dict) or len(str(raw)) > MAX_ATTACHMENTS:
        return {}
    kept = {}
    for name, bundle in raw.items():
        if isinstance(bundle, dict):
            images = {
                kind: data
                for kind, data in bundle.items()
                if kind in {"image/png", "image/jpeg", "image/gif"} and isinstance(data, str)
            }
            if images:
                kept[str(name)] = images
    return kept
