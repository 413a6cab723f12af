"""A case's table as a notebook shows it: what pandas' Styler would write, without its templates."""

from __future__ import annotations

from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from ecrm_helpers.messages import cases as words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas.io.formats.style_render import CSSDict

__all__ = ["Shown"]

_KEEP_LINES: list[CSSDict] = [{"selector": "th, td", "props": "white-space: nowrap"}]
_MONEY, _NUMBER = "{:.2f}", "{:.10g}"
# How pandas shows a table unless somebody has set it otherwise; then the Styler itself is asked.
_AS_USUAL: Final = {
    "styler.render.repr": "html",
    "styler.render.max_elements": 2**18,
    "styler.render.max_rows": None,
    "styler.render.max_columns": None,
    "styler.sparse.index": True,
    "styler.html.mathjax": True,
    "styler.format.formatter": None,
    "styler.format.na_rep": None,
    "styler.format.escape": None,
}
_MOST_CELLS: Final = 1_000
_MOST_LEVELS: Final = 2


class Shown(Styler):
    """Becomes a Styler when it is asked for anything but what a notebook shows of it.

    pandas fills a template cell by cell: seven small tables were a tenth of what an exercise took to run.
    Their HTML is written here, to the letter as pandas would.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "_name", uuid4().hex[:5])

    def __getattribute__(self, name: str) -> Any:
        """Return what a notebook looks for, and anything else of the Styler that this then is."""
        if not name.startswith(("__", "_repr_", "_ipython_")):
            _become_styler(self)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set it on the Styler that this then is."""
        _become_styler(self)
        setattr(self, name, value)

    def _repr_html_(self) -> str | None:
        told = self.__dict__
        plain = _plain(told["_table"])
        if plain is not None:
            return "".join(_html(plain, f"T_{told['_name']}"))
        _become_styler(self)
        return self._repr_html_()


def _become_styler(shown: Shown) -> None:
    told = dict(shown.__dict__)
    shown.__dict__.clear()
    object.__setattr__(shown, "__class__", Styler)
    Styler.__init__(shown, told["_table"], uuid=told["_name"])
    shown.format(_formats(told["_table"])).set_table_styles(_KEEP_LINES)


def _formats(table: pd.DataFrame) -> dict[Any, Any]:
    numbers = table.select_dtypes("number").columns
    return {
        **{name: _NUMBER for name in numbers if name not in words.MONEY},
        **{name: _MONEY for name in table.columns if name in words.MONEY},
    }


class _Plain(NamedTuple):
    """The texts of a table of the kind that `_html` writes as pandas does."""

    corner: str | None
    headings: list[str]
    levels: list[str]
    labels: list[tuple[str, ...]]
    columns: list[list[str]]


def _plain(table: pd.DataFrame) -> _Plain | None:
    """Return the texts of a table, or None if the Styler itself must write it."""
    index, columns = table.index, table.columns
    if not 0 < table.size <= _MOST_CELLS or columns.nlevels > 1 or index.nlevels > _MOST_LEVELS:
        return None
    corner: Any = columns.name
    headings: list[Any] = columns.tolist()
    levels: list[Any] = list(index.names)
    labels = index.tolist() if index.nlevels > 1 else [(label,) for label in index.tolist()]
    texts = [*headings, *levels, corner or "", *chain.from_iterable(labels)]
    if any(type(text) is not str for text in texts) or _repeats(headings) or _repeats(labels):
        return None
    if any(pd.get_option(name) != value for name, value in _AS_USUAL.items()):
        return None
    shown = [_texts(column) for _, column in table.items()]
    cells = [column for column in shown if column is not None]
    return _Plain(corner, headings, levels, labels, cells) if len(cells) == len(shown) else None


def _repeats(values: list[Any]) -> bool:
    return len(set(values)) < len(values)


def _texts(column: pd.Series) -> list[str] | None:
    """Return the cells of a column as text; None if they are neither numbers nor text without gaps."""
    if isinstance(column.dtype, np.dtype):
        if column.dtype.kind not in "if":
            return None
        form = _MONEY if column.name in words.MONEY else _NUMBER
        return [form.format(value) for value in column.tolist()]
    # Text under the heading of an amount would be formatted as a number.
    if column.dtype != "str" or column.name in words.MONEY:
        return None
    texts = column.tolist()
    return texts if all(type(text) is str for text in texts) else None


def _html(table: _Plain, name: str) -> Iterator[str]:
    """Write a table as the template of pandas' Styler does."""
    rule = "{\n  white-space: nowrap;\n}"
    yield f'<style type="text/css">\n#{name} th {rule}\n#{name}  td {rule}\n</style>\n<table id="{name}">\n'
    yield "  <thead>\n    <tr>\n"
    blank = "&nbsp;"
    yield '      <th class="blank" >&nbsp;</th>\n' * (len(table.levels) - 1)
    kind, corner = ("blank", blank) if table.corner is None else ("index_name", table.corner)
    yield f'      <th class="{kind} level0" >{corner}</th>\n'
    for at, heading in enumerate(table.headings):
        told = f'id="{name}_level0_col{at}" class="col_heading level0 col{at}" '
        yield f"      <th {told}>{heading}</th>\n"
    yield "    </tr>\n    <tr>\n"
    for level, named in enumerate(table.levels):
        yield f'      <th class="index_name level{level}" >{named}</th>\n'
    for at in range(len(table.headings)):
        yield f'      <th class="blank col{at}" >{blank}</th>\n'
    yield "    </tr>\n  </thead>\n  <tbody>\n"
    yield from _rows(table, name)
    yield "  </tbody>\n</table>\n"


def _rows(table: _Plain, name: str) -> Iterator[str]:
    cells_by_row = zip(*table.columns, strict=True)
    for row, (heads, cells) in enumerate(zip(_heads(table.labels), cells_by_row, strict=True)):
        yield "    <tr>\n"
        for level, (label, span) in heads:
            told = f'id="{name}_level{level}_row{row}" class="row_heading level{level} row{row}" '
            wide = f'rowspan="{span}"' if span > 1 else ""
            yield f"      <th {told}{wide}>{label}</th>\n"
        for at, text in enumerate(cells):
            yield f'      <td id="{name}_row{row}_col{at}" class="data row{row} col{at}" >{text}</td>\n'
        yield "    </tr>\n"


def _heads(labels: list[tuple[str, ...]]) -> Iterator[list[tuple[int, tuple[str, int]]]]:
    """Yield the headings of each row: level, text, and over how many rows it reaches."""
    if len(labels[0]) == 1:
        yield from ([(0, (label, 1))] for (label,) in labels)
        return
    for label, keys in groupby(labels, key=itemgetter(0)):
        group = list(keys)
        for at, (_, second) in enumerate(group):
            first = [(0, (label, len(group)))] if at == 0 else []
            yield [*first, (1, (second, 1))]
