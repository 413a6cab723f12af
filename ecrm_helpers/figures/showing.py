"""The palette, and how a figure goes out: as data or as an image, always with words."""

from __future__ import annotations

import base64
import html
import io
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import figures as words

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

__all__ = ["FAMILY", "PALETTE", "as_written", "describe", "numbers_of", "table", "use_page_style"]

# Okabe & Ito (2008), Color Universal Design: the eight colours most people can tell apart.
PALETTE: dict[str, str] = {
    "重要价值客户": "#0072B2",
    "重要发展客户": "#56B4E9",
    "重要保持客户": "#D55E00",
    "重要挽留客户": "#E69F00",
    "一般价值客户": "#009E73",
    "一般发展客户": "#F0E442",
    "一般保持客户": "#CC79A7",
    "一般挽留客户": "#000000",
    "acquisition": "#56B4E9",
    "retention": "#009E73",
    "loyalty": "#0072B2",
    "winback": "#E69F00",
    "lost": "#000000",
}
FAMILY = "Noto Sans SC"
_PLOTLY_MIME = "application/vnd.plotly.v1+json"
_CONFIG = {"displaylogo": False, "responsive": True, "displayModeBar": False}
_DPI = 150
# On a phone a table of Chinese text would shrink to one character a column: let it scroll sideways instead.
_PAGE_STYLE = """<style>@media (max-width: 760px) {
.jp-RenderedHTMLCommon table { display: block; overflow-x: auto; max-width: 100%; }
.jp-RenderedHTMLCommon :is(td, th) { min-width: 4.5em; }
}</style>"""
_WIDTH = {"left": "min-width:6em", "right": "white-space:nowrap"}
_MARKS = re.compile(r"[\\`*_{}\[\]()<>#+\-.:@!|~$&]")  # what Markdown or TeX would read as more than itself
_FIGURES = re.compile(r"[-+−±–？\d.,%\s]*")


def use_page_style() -> None:
    """Make tables of text readable on a phone, in JupyterLab and on an exported page."""
    display({"text/html": _PAGE_STYLE, "text/plain": ""}, raw=True)


def as_written(text: str) -> str:
    r"""Return a foreign text, a shop's name say, as Markdown that shows it letter by letter, on one line.

    Examples
    --------
    >>> as_written("A$AP *家居*")
    'A\\$AP \\*家居\\*'
    """
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def describe(figure: go.Figure | Figure, alt: str, *, reading: str = "") -> None:
    """Show a figure with its alternative text, then the one sentence that reads it.

    Parameters
    ----------
    figure : plotly or matplotlib figure
        A plotly figure goes out as its own MIME type, so no script is fetched from anywhere; a
        matplotlib figure as an ``<img>`` with ``alt`` (an ``image/png`` output would lose it in JupyterLab).
    alt : str
        What the figure shows, for those who cannot see it.
    reading : str, default=""
        One sentence on what to conclude; printed below.

    Raises
    ------
    SettingsError
        If `alt` is empty.
    """
    if not alt.strip():
        message = words.missing_alt()
        raise SettingsError(message)
    bundle = _image(figure, alt) if isinstance(figure, Figure) else _interactive(figure, alt)
    display(bundle, raw=True)
    if reading:
        display({"text/markdown": f"**{words.READING}**：{reading}", "text/plain": reading}, raw=True)


def table(frame: pd.DataFrame, *, note: str = "", reveal: str = "") -> None:
    """Show a frame as a table for readers: row headings, a note, sideways scrolling on a phone.

    Parameters
    ----------
    frame : pandas.DataFrame
        The index becomes the first column, under its name; numbers stand right, words left.
    note : str, default=""
        Stands below: as-of date, window, what the columns are.
    reveal : str, default=""
        When given, everything stays folded under this line until it is clicked: predict first.
    """
    heads = [str(frame.index.name or ""), *map(str, frame.columns)]
    top = "".join(f'<th scope="col" style="text-align:left">{html.escape(head)}</th>' for head in heads)
    body = "".join(f"<tr>{_row(str(name), cells)}</tr>" for name, *cells in frame.itertuples())
    inner = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    inner = f'<div style="overflow-x:auto">{inner}</div>'
    if note:
        inner += f"<p><small>{html.escape(note)}</small></p>"
    if reveal:
        inner = f"<details><summary>{html.escape(reveal)}</summary>{inner}</details>"
    display({"text/html": inner, "text/plain": f"{frame.to_string()}\n{note}"}, raw=True)


def _row(name: str, cells: list[Any]) -> str:
    texts = [cell if isinstance(cell, str) else f"{cell:,}" for cell in cells]
    sides = ["right" if _FIGURES.fullmatch(text) else "left" for text in texts]
    shown = [
        f'<td style="text-align:{side};{_WIDTH[side]}">{html.escape(text)}</td>'
        for side, text in zip(sides, texts, strict=True)
    ]
    return f'<th scope="row" style="text-align:left;white-space:nowrap">{html.escape(name)}</th>' + "".join(
        shown
    )


def numbers_of(values: ArrayLike) -> np.ndarray:
    """Return values as floats; refuse an empty list and missing numbers in Chinese."""
    numbers = np.asarray(values, dtype=float)
    if numbers.size == 0 or not np.isfinite(numbers).all():
        message = words.no_values()
        raise SettingsError(message)
    return numbers


def _interactive(figure: go.Figure, alt: str) -> dict[str, Any]:
    """Bundle a plotly figure; where no plotly is at hand the words remain."""
    figure.update_layout(meta={"alt": alt})
    drawing = {**json.loads(figure.to_json()), "config": _CONFIG}
    safe = html.escape(alt)
    fallback = f'<figure role="img" aria-label="{safe}"><figcaption>{safe}</figcaption></figure>'
    return {_PLOTLY_MIME: drawing, "text/html": fallback, "text/plain": alt}


def _image(figure: Figure, alt: str) -> dict[str, Any]:
    """Bundle a matplotlib figure as an image that keeps its alternative text."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    attributes = f'alt="{html.escape(alt)}" style="width:100%;min-width:520px;max-width:760px;height:auto"'
    picture = f'<div style="overflow-x:auto"><img {attributes} src="{source}"></div>'
    return {"text/html": picture, "text/plain": alt}
