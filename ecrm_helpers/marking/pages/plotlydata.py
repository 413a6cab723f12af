"""Read the parts of a plotly figure as hostile data: bounded numbers, cut words, known colours."""

from __future__ import annotations

import base64
import math
import re
from typing import Any, Final

import numpy as np

from ecrm_helpers.marking.pages.cleaning import clean_text

__all__ = ["colour", "column", "is_numeric", "number", "part", "words"]

MAX_POINTS: Final = 20_000
MAX_BYTES: Final = 8 * MAX_POINTS
_KINDS: Final = {
    "i1": "<i1", "u1": "<u1", "i2": "<i2", "u2": "<u2", "i4": "<i4", "u4": "<u4", "i8": "<i8", "u8": "<u8",
    "f4": "<f4", "f8": "<f8",
}  # fmt: skip
_RGB: Final = re.compile(r"rgba?\((\d{1,3}), ?(\d{1,3}), ?(\d{1,3})(?:, ?([\d.]{1,6}))?\)")
_TAG: Final = re.compile(r"<[^<>]{0,80}>")


def part(figure: Any, *path: str) -> Any:
    """Return what stands under a path of names, None where there is nothing.

    Examples
    --------
    >>> part({"title": {"text": "金额"}}, "title", "text")
    '金额'
    """
    for name in path:
        figure = figure.get(name) if isinstance(figure, dict) else None
    return figure


def column(values: Any) -> list[Any]:
    """Return a trace's column as plain numbers and words, plotly's packed arrays unpacked.

    Raises
    ------
    ValueError
        It is no column, or longer than a figure can show.

    Examples
    --------
    >>> column({"dtype": "f8", "bdata": "AAAAAAAA8D8AAAAAAAAAQA=="})
    [1.0, 2.0]
    """
    if isinstance(values, dict):
        packed, kind = values.get("bdata"), _KINDS.get(str(values.get("dtype")))
        if not isinstance(packed, str) or kind is None or len(packed) > 2 * MAX_BYTES:
            message = "no packed column"
            raise ValueError(message)
        values = np.frombuffer(base64.b64decode(packed, validate=True), dtype=kind).tolist()
    plain = isinstance(values, list) and len(values) <= MAX_POINTS
    if not plain or not all(one is None or isinstance(one, str | int | float) for one in values):
        message = "no column"
        raise ValueError(message)
    # A gap, a number or a name.
    return [words(one) if isinstance(one, str) else number(one) for one in values]


def number(value: Any, default: float = math.nan) -> float:
    """Return a finite number within what an axis can show."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if abs(value) < 1e15 else default  # noqa: PLR2004 - what an axis can show


def is_numeric(values: list[Any]) -> bool:
    """Tell whether a column holds numbers only."""
    return all(isinstance(one, float) for one in values)


def words(value: Any, limit: int = 60) -> str:
    r"""Return a label as plain words; ``<br>`` parts a line.

    Examples
    --------
    >>> words("<b>金额</b><br>（元）")
    '金额\n（元）'
    """
    if not isinstance(value, str):
        return ""
    lines = _TAG.sub("", value[:500].replace("<br>", "\n").replace("<br />", "\n"))
    return clean_text(lines)[:limit].replace("\x1b", "").replace("&nbsp;", " ")


def colour(value: Any, default: str) -> Any:
    """Return a colour that matplotlib knows."""
    from matplotlib.colors import is_color_like  # noqa: PLC0415 - only where figures are drawn

    if not isinstance(value, str):
        return default
    found = _RGB.fullmatch(value[:60])
    if found:
        red, green, blue = (min(int(shade), 255) / 255 for shade in found.groups()[:3])
        return (red, green, blue, min(float(found[4]), 1.0) if found[4] and found[4].count(".") < 2 else 1.0)  # noqa: PLR2004
    return value if len(value) < 40 and is_color_like(value) else default  # noqa: PLR2004
