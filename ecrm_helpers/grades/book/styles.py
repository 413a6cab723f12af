"""How the workbook looks on screen and on paper: quiet, readable in Chinese, the same on every sheet."""

from __future__ import annotations

import math
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ecrm_helpers.grades.attainment.shown import DECIMALS, MOST, decimals
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from fractions import Fraction

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ecrm_helpers.grades.results import Results

__all__ = ["LOOKS", "attained_look", "fit", "formats", "height", "on_paper", "width"]

A4, NARROW, WIDE, COLUMNS_A_PAGE = 9, 7, 44, 16
LINE_HEIGHT, ROOMIER = 15, 1.05  # a Chinese character is a little narrower than two column units
LINE = {"border": 1, "border_color": "#C9CED6"}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"},
    "grid": LINE,
    "text": {"num_format": "@", "indent": 1},
    "wrap": {"text_wrap": True},
    "top": {"valign": "top"},
    "centre": {"align": "center"},
    "title": {"bold": True, "font_size": 14},
    "section": {"bold": True, "font_size": 11, "font_color": "#1F3A5F"},
    "quiet": {"font_color": "#5A6270", "font_size": 9},
    "warn": {"bold": True, "font_color": "#9C2B12"},
    "head": {"bold": True, "bg_color": "#E6EBF2", "align": "center", "text_wrap": True},
    "under": {"bg_color": "#F3F5F8", "align": "center", "font_color": "#3D4654", "font_size": 9},
    "strong": {"bold": True, "bg_color": "#F3F5F8"},
    "deducted": {"bg_color": "#FFF6D6"},
    "changed": {"bg_color": "#FBE3D0"},
    "missing": {"font_color": "#9C2B12", "align": "center"},
    "waiting": {"italic": True, "bg_color": "#E4EEF8"},
    "code": {"font_name": "Consolas", "font_size": 8, "num_format": "@"},
    "share": {"num_format": "0.0%"},
    "ratio": {"num_format": "0.00"},
    **{f"attained{digits}": {"num_format": "0." + "0" * digits} for digits in range(DECIMALS, MOST + 1)},
    "points": {"num_format": "General"},
    "whole": {"num_format": "0"},
    "percent": {"num_format": '0.00"%"'},
    "percent0": {"num_format": '0"%"'},
}


def formats(book: Workbook, results: Results) -> Callable[..., Format]:
    """Give the workbook's formats by the names of their looks, each made once."""
    rounding = results.listed.course.rounding
    looks = {
        **LOOKS,
        "mark": {"num_format": _decimals(rounding.components), "align": "right"},
        "total": {"num_format": _decimals(rounding.total), "align": "right"},
    }

    @cache
    def made(*names: str) -> Format:
        merged: dict[str, Any] = {}
        for name in ("plain", *names):
            merged.update(looks[name])
        return book.add_format(merged)

    return made


def attained_look(value: Fraction | None, threshold: Fraction) -> str:
    """Name the look with decimals enough to tell on which side of the threshold a value is."""
    return f"attained{DECIMALS if value is None else decimals(value, threshold)}"


@lru_cache(maxsize=65536)
def width(text: str) -> int:
    """Width of a text in columns: a Chinese character takes two.

    Examples
    --------
    >>> width("总评 A")
    6
    """
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)


def fit(texts: Iterable[object], *, least: int = NARROW, most: int = WIDE) -> int:
    """Width of a column that shows these texts."""
    longest = max((width(str(text)) for text in texts), default=0)
    return max(least, min(most, longest + 2))


def height(cells: Iterable[tuple[object, float]]) -> float:
    """Height of a row that shows these texts in columns so wide: not every program fits it by itself.

    Examples
    --------
    >>> height([("总评", 8), ("第一题　先看清这张表", 12)])
    30
    """
    lines = [
        sum(max(1, math.ceil(width(line) / (wide * ROOMIER - 1))) for line in text.split("\n"))
        for text, wide in cells
        if isinstance(text, str)
    ]
    return LINE_HEIGHT * max(lines, default=1)


def on_paper(sheet: Worksheet, results: Results, *, heading: tuple[int, int], columns: int) -> None:
    """Set a sheet up for print: landscape A4, as wide as the page, the heading on every page.

    Parameters
    ----------
    sheet : Worksheet
    results : Results
    heading : (int, int)
        First and last row to repeat, from 0.
    columns : int
        Very wide sheets take several pages side by side, with the students' names on each.
    """
    pages = -(-columns // COLUMNS_A_PAGE)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(*heading)
    if pages > 1:
        sheet.repeat_columns(0, 1)
    sheet.set_header(messages.page_header(results, sheet.get_name()))
    sheet.set_footer(messages.PAGE_FOOTER)
    sheet.hide_gridlines(2)


def _decimals(digits: int) -> str:
    return "0." + "0" * digits if digits else "0"
