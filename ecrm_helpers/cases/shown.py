"""A case's table as a notebook shows it: what pandas' Styler would write, without its templates."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
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
        if _is_plain(told["_table"]):
            return "".join(_html(told["_table"], f"T_{told['_name']}"))
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


def _is_plain(table: pd.DataFrame) -> bool:
    """Tell whether the table is of the kind that `_html` writes as pandas does."""
    index, columns = table.index, table.columns
    labels = [*columns, *index.names, columns.name or ""]
    labels += [label for key in index for label in (key if isinstance(key, tuple) else (key,))]
    return (
        0 < table.size <= _MOST_CELLS
        and columns.nlevels == 1
        and index.nlevels <= _MOST_LEVELS
        and columns.is_unique
        and index.is_unique
        and all(type(label) is str for label in labels)
        and all(_is_plain_column(column) for _, column in table.items())
        and all(pd.get_option(name) == value for name, value in _AS_USUAL.items())
    )


def _is_plain_column(column: pd.Series) -> bool:
    if isinstance(column.dtype, np.dtype):
        return column.dtype.kind in "if"
    # Text under the heading of an amount would be formatted as a number.
    return column.dtype == "str" and column.name not in words.MONEY and not column.hasnans


def _html(table: pd.DataFrame, name: str) -> Iterator[str]:
    """Write a table as the template of pandas' Styler does."""
    rule = "{\n  white-space: nowrap;\n}"
    yield f'<style type="text/css">\n#{name} th {rule}\n#{name}  td {rule}\n</style>\n<table id="{name}">\n'
    yield "  <thead>\n    <tr>\n"
    levels, blank = table.index.nlevels, "&nbsp;"
    yield '      <th class="blank" >&nbsp;</th>\n' * (levels - 1)
    kind, corner = ("blank", blank) if table.columns.name is None else ("index_name", table.columns.name)
    yield f'      <th class="{kind} level0" >{corner}</th>\n'
    for at, heading in enumerate(table.columns):
        told = f'id="{name}_level0_col{at}" class="col_heading level0 col{at}" '
        yield f"      <th {told}>{heading}</th>\n"
    yield "    </tr>\n    <tr>\n"
    for level, named in enumerate(table.index.names):
        yield f'      <th class="index_name level{level}" >{named}</th>\n'
    for at in range(table.shape[1]):
        yield f'      <th class="blank col{at}" >{blank}</th>\n'
    yield "    </tr>\n  </thead>\n  <tbody>\n"
    yield from _rows(table, name)
    yield "  </tbody>\n</table>\n"


def _rows(table: pd.DataFrame, name: str) -> Iterator[str]:
    shown = [_texts(column) for _, column in table.items()]
    for row, (heads, cells) in enumerate(zip(_heads(table.index), zip(*shown, strict=True), strict=True)):
        yield "    <tr>\n"
        for level, (label, span) in heads:
            told = f'id="{name}_level{level}_row{row}" class="row_heading level{level} row{row}" '
            wide = f'rowspan="{span}"' if span > 1 else ""
            yield f"      <th {told}{wide}>{label}</th>\n"
        for at, text in enumerate(cells):
            yield f'      <td id="{name}_row{row}_col{at}" class="data row{row} col{at}" >{text}</td>\n'
        yield "    </tr>\n"


def _texts(column: pd.Series) -> list[str]:
    if not isinstance(column.dtype, np.dtype):
        return column.tolist()
    form = _MONEY if column.name in words.MONEY else _NUMBER
    return [form.format(value) for value in column.tolist()]


def _heads(index: pd.Index) -> Iterator[list[tuple[int, tuple[str, int]]]]:
    """Yield the headings of each row: level, text, and over how many rows it reaches."""
    if index.nlevels == 1:
        yield from ([(0, (label, 1))] for label in index)
        return
    for label, keys in groupby(index, key=lambda key: key[0]):
        group = list(keys)
        for at, (_, second) in enumerate(group):
            first = [(0, (label, len(group)))] if at == 0 else []
            yield [*first, (1, (second, 1))]
