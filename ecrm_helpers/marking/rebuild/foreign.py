"""Files that are no notebook: say what they are, and find the cells in those that were saved from one."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from typing import Final

from ecrm_helpers.marking.rebuild.rawcells import MAX_SOURCE, RawCell

__all__ = ["notebook_in_archive", "page_cells", "script_cells", "what_it_is"]

MAX_INNER: Final = 64 * 1024 * 1024
_MAX_NAMES: Final = 2_000  # of cells as of files
_STARTS: Final = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "database"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
_IN: Final = re.compile(r"^# In ?\[[ \d*]{0,8}\]:?[ \t]*$", re.MULTILINE)
_PERCENT: Final = re.compile(r"^#[ ]?%%(.{0,80})$", re.MULTILINE)


def what_it_is(data: bytes) -> str | None:
    """Return the kind of a file that is no notebook, None for what may be one.

    Examples
    --------
    >>> what_it_is(b"%PDF-1.7"), what_it_is(b'{"cells": []}'), what_it_is(b"<!DOCTYPE html>")
    ('pdf', None, 'page')
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office_or_zip(data)
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    head = data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "page" if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<!--", b"<head")) else None


def _office_or_zip(data: bytes) -> str:
    for folder, kind in ((b"word/", "word"), (b"xl/", "excel"), (b"ppt/", "slides")):
        if b"[Content_Types].xml" in data and folder in data:
            return kind
    return "zip"


def notebook_in_archive(data: bytes) -> bytes | None:
    """Return the only notebook in a ZIP archive; runs where time and memory are limited."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [info for info in archive.infolist()[:_MAX_NAMES] if _is_notebook(info)]
            if len(found) != 1:
                return None
            with archive.open(found[0]) as inner:
                text = inner.read(MAX_INNER + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        return None
    return text if len(text) <= MAX_INNER else None


def _is_notebook(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.replace("\\", "/").split("/")
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not hidden and parts[-1].lower().endswith(".ipynb")


def script_cells(text: str) -> list[RawCell]:
    r"""Return the cells of a script saved from a notebook, none where nothing marks them.

    Examples
    --------
    >>> [cell.source for cell in script_cells("# # Title\n\n# In[1]:\n\n\nx = 1\n\n\n# text\n")]
    ['# Title', 'x = 1', 'text']
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _IN.search(text):
        return _saved_cells(text)
    if _PERCENT.search(text):
        return _percent_cells(text)
    return []


def _saved_cells(text: str) -> list[RawCell]:
    """Read what JupyterLab saves as an executable script: ``# In[1]:``, code, comments for texts."""
    first, *sections = _IN.split(text, _MAX_NAMES)
    cells = [_text(block) for block in _blocks(first) if not block.startswith(("#!", "# coding:"))]
    for section in sections:
        blocks = _blocks(section)
        last = max((at for at, block in enumerate(blocks) if not _is_comment(block)), default=0)
        cells.append(RawCell("code", "\n\n\n".join(blocks[: last + 1])[:MAX_SOURCE]))
        cells += [_text(block) for block in blocks[last + 1 :]]
    return [cell for cell in cells if cell.source.strip()]


def _percent_cells(text: str) -> list[RawCell]:
    parts = _PERCENT.split(text, _MAX_NAMES)[1:]
    cells = [
        _text(source) if "markdown" in title else RawCell("code", source.strip("\n")[:MAX_SOURCE])
        for title, source in zip(parts[::2], parts[1::2], strict=True)
    ]
    return [cell for cell in cells if cell.source.strip()]


def _blocks(text: str) -> list[str]:
    return [block.strip("\n") for block in text.split("\n\n\n") if block.strip()]


def _is_comment(block: str) -> bool:
    return all(line.startswith("#") or not line.strip() for line in block.split("\n"))


def _text(block: str) -> RawCell:
    lines = [line.removeprefix("#").removeprefix(" ") for line in block.strip("\n").split("\n")]
    return RawCell("markdown", "\n".join(lines)[:MAX_SOURCE])


def page_cells(text: str) -> list[RawCell]:
    r"""Return the cells of a page saved from a notebook; runs where time and memory are limited.

    Examples
    --------
    >>> page = '<div class="highlight hl-ipython3"><pre><span>x</span> = 1\n</pre></div>'
    >>> page_cells(page)[0].source
    'x = 1'
    """
    reader = _Page()
    reader.feed(text)
    reader.close()
    return [cell for cell in reader.cells if cell.source.strip()]


class _Page(HTMLParser):
    """Collects the input areas and rendered texts of nbconvert's pages."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[RawCell] = []
        self._kind = ""
        self._depth = 0
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._kind:
            self._depth += tag == "div"
            if tag in {"p", "li", "tr", "br", "h1", "h2", "h3"}:
                self._parts.append("\n")
            return
        classes = (dict(attrs).get("class") or "").split()
        if tag != "div" or "jp-OutputArea-output" in classes:
            return
        if "highlight" in classes and any(name.startswith("hl-") for name in classes):
            self._kind = "code"
        elif "jp-RenderedMarkdown" in classes or "text_cell_render" in classes:
            self._kind = "markdown"
        self._depth, self._parts = 1, []

    def handle_endtag(self, tag: str) -> None:
        if not self._kind or tag != "div":
            return
        self._depth -= 1
        if not self._depth:
            text = "".join(self._parts).replace("¶", "")
            self.cells.append(RawCell(self._kind, text.strip("\n")[:MAX_SOURCE]))
            self._kind = ""

    def handle_data(self, data: str) -> None:
        if self._kind:
            self._parts.append(data)
