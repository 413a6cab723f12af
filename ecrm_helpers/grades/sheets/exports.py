"""Recognise a platform's export by its headings: who each row is, and which columns hold marks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets.cells import nearest
from ecrm_helpers.grades.sheets.tables import clean, heading, tables
from ecrm_helpers.messages import score_import as messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Export", "ExportRow", "find_columns", "read_exports"]

TOP_ROWS = 15  # platforms put titles and notes above their headings
EXAMPLES = 3
_FORM = re.compile(r"^(?:\*|q?\d+[、.:)])+|(?:\(必填\)|\(选填\)|\*)+$")
_FULL = re.compile(r"满分:?(\d+(?:\.\d+)?)|\((\d+(?:\.\d+)?)分\)")
_SUFFIX = re.compile(r"\((?:\d{2,}|real|实数|实际|原始分)\)$")


@dataclass(frozen=True)
class ExportRow:
    """One student's row: its number in the file, id and name as they stand, and all cells."""

    number: int
    student: str
    name: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Export:
    """One table of an export.

    Attributes
    ----------
    title : str
        File, and sheet where there are several.
    platform : str
    headings : sequence of str
        As shown; equal ones are numbered, two heading rows are joined by a dash.
    usable : sequence of int
        Columns that may hold marks.
    full : mapping
        Full mark by column where the file states one.
    rows : sequence of ExportRow
    """

    title: str
    platform: str
    headings: Sequence[str]
    usable: Sequence[int]
    full: dict[int, str]
    rows: Sequence[ExportRow]

    def described(self) -> list[str]:
        """List the usable columns with how much is in them."""
        found = []
        for index in self.usable:
            values = [row.cells[index] for row in self.rows if row.cells[index]]
            example = "、".join(list(dict.fromkeys(values))[:EXAMPLES])
            found.append(messages.column(self.headings[index], len(values), example))
        return found


def read_exports(path: Path) -> list[Export]:
    """Read every table of a file that has a column of ids.

    Raises
    ------
    GradingError
        The file cannot be opened, or no table has one.
    """
    found, seen = [], list[str]()
    for title, rows in tables(path, every_sheet=True):
        texts = [[clean(value) for value in row] for row in rows]
        export = _export(title, path.stem, texts)
        if export is not None:
            found.append(export)
        seen += max(texts[:TOP_ROWS], key=lambda row: sum(map(bool, row)), default=[])
    if not found:
        message = messages.no_id_column(path.name, [name for name in seen if name][:20])
        raise GradingError(message)
    return found


def find_columns(file: str, exports: Sequence[Export], names: Sequence[str]) -> tuple[Export, list[int]]:
    """Return the table and the columns that are named.

    Raises
    ------
    GradingError
        None is named, or one is not there, with a list of those that are.
    """
    named = [heading(name).lower() for name in names]
    fitting = [(export, [_find(export, name) for name in named]) for export in exports]
    whole = [(export, [index for index in found if index is not None]) for export, found in fitting
             if named and None not in found]  # fmt: skip
    if not whole:
        described = [line for export in exports for line in export.described()]
        shown = [export.headings[index] for export in exports for index in export.usable]
        lacking = [
            name for name in names if all(_find(one, heading(name).lower()) is None for one in exports)
        ]
        wrong = "".join((lacking or list(names))[:1])
        message = messages.choose_column(file, exports[0].platform, wrong, nearest(wrong, shown), described)
        raise GradingError(message)
    if len(whole) > 1:
        message = messages.column_in_several(file, names[0], [export.title for export, _ in whole])
        raise GradingError(message)
    return whole[0]


def _find(export: Export, name: str) -> int | None:
    """Find a column by its heading, or by it without the platform's suffix: an id, (Real)."""
    keys = {index: heading(export.headings[index]).lower() for index in export.usable}
    exact = [index for index, key in keys.items() if key == name]
    loose = [index for index, key in keys.items() if _SUFFIX.sub("", key) == name]
    found = exact or loose
    return found[0] if len(found) == 1 else None


def _export(title: str, file: str, texts: Sequence[Sequence[str]]) -> Export | None:
    heads = [(number, row) for number, row in enumerate(texts[:TOP_ROWS]) if _who(row)]
    if not heads:
        return None
    start, top = heads[0]
    own, *named = _who(top)
    body = start + 1
    if body < len(texts) and _is_second_heading(texts[body], (own, *named)):
        top, body = _joined(top, texts[body]), body + 1
    headings = _numbered(top)
    rows, full = _rows(texts, body, own, named, len(headings))
    full.update({index: stated for index, name in enumerate(top) if (stated := _stated_full(name))})
    taken = {*messages.OTHER_HEADINGS, *messages.ID_HEADINGS}
    usable = [
        index for index, name in enumerate(headings)
        if name and index not in {own, *named} and _key(name) not in taken
        and any(row.cells[index] for row in rows)
    ]  # fmt: skip
    above = " ".join([file, *(cell for row in texts[:start] for cell in row)])
    return Export(title, _platform(top, above), headings, usable, full, rows)


def _who(row: Sequence[str]) -> list[int]:
    """Return the columns of the id and of the name, which may be two; empty without an id."""
    own = _column(row, messages.ID_HEADINGS)
    if own is None:
        return []
    last, first = _column(row, messages.LAST_NAMES), _column(row, messages.FIRST_NAMES)
    if last is not None and first is not None:  # Moodle in Chinese calls a given name 名字
        return [own, last, first]
    named = _column(row, messages.NAME_HEADINGS)
    return [own] if named is None else [own, named]


def _rows(
    texts: Sequence[Sequence[str]], body: int, own: int, named: Sequence[int], width: int
) -> tuple[list[ExportRow], dict[int, str]]:
    """Return the students' rows, and the full marks of Canvas's row Points Possible."""
    rows: list[ExportRow] = []
    full: dict[int, str] = {}
    for number, row in enumerate(texts[body:], start=body + 1):
        cells = [*row, *[""] * (width - len(row))]
        first = heading("".join(cells[:1])).lower()
        if first == messages.CANVAS_POINTS:
            full = {index: text for index, text in enumerate(cells) if _is_number(text)}
            continue
        name = ", ".join(cells[index] for index in named if cells[index])
        if first != messages.CANVAS_TEST and (cells[own] or name):  # neither in Canvas's "Manual Posting" row
            rows.append(ExportRow(number, cells[own], name, cells))
    return rows, full


def _platform(top: Sequence[str], above: str) -> str:
    keys = {_key(name) for name in top}
    titled = heading(above).lower()
    by_title = [platform for platform, word in messages.TITLES if word in titled]
    by_heading = [platform for platform, needed in messages.SIGNATURES if needed <= keys]
    return next(iter([*by_title, *by_heading]), messages.UNKNOWN)


def _key(name: str) -> str:
    """Normalise a heading, without what forms put around it: 1、学号（必填）."""
    return _FORM.sub("", heading(name).lower())


def _column(row: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Find the first of the wanted headings."""
    keys = [_key(name) for name in row]
    return next((keys.index(one) for one in wanted if one in keys), None)


def _is_second_heading(row: Sequence[str], who: Sequence[int]) -> bool:
    """Tell a row of sub-headings, as under a merged heading: texts, and nobody's id or name."""
    texts = [text for text in row if text]
    return (
        bool(texts)
        and not any(index < len(row) and row[index] for index in who)
        and not any(_is_number(text) or _key(text) in messages.CANVAS_HIDDEN for text in texts)
    )


def _joined(top: Sequence[str], second: Sequence[str]) -> list[str]:
    joined, upper = [], ""
    for index, name in enumerate(top):
        lower = second[index] if index < len(second) else ""
        upper = name or (upper if lower else "")
        joined.append("-".join(part for part in (upper, lower) if part))
    return joined


def _numbered(top: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    shown = []
    for name in top:
        seen[name] += 1
        shown.append(f"{name}#{seen[name]}" if name and seen[name] > 1 else name)
    return shown


def _stated_full(name: str) -> str:
    found = _FULL.search(heading(name))
    return (found[1] or found[2]) if found else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?%?", heading(text)) is not None
