"""Draw a plotly figure as a picture: a feedback page runs no script and asks nobody for one.

plotly's own way to an image starts a browser. The figures of a lesson are lines, points, bars, spreads,
shares and maps of numbers, which matplotlib draws as well; what it cannot draw is said to be so.
"""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecrm_helpers.marking.pages.cleaning import clean_text
from ecrm_helpers.marking.pages.plotlydata import colour, number, part, words
from ecrm_helpers.marking.pages.traces import DASHES, DRAWN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Picture", "picture_of"]

MAX_TRACES: Final = 60
MAX_MARKS: Final = 120
_GRID: Final = "#E5E5E5"


@dataclass(frozen=True)
class Picture:
    """A PNG in base64 and its alternative text, empty where the figure brings none."""

    data: str
    alt: str


def picture_of(figure: Any) -> Picture | None:
    """Return a plotly figure as a picture, None where it holds what cannot be drawn.

    Parameters
    ----------
    figure : dict
        The content of plotly's MIME type: ``data``, ``layout``.

    Examples
    --------
    >>> made = picture_of({"data": [{"type": "bar", "x": ["新客", "老客"], "y": [2, 3]}], "layout": {}})
    >>> made.data[:11]
    'iVBORw0KGgo'
    >>> picture_of({"data": [{"type": "scatter3d"}]}) is None
    True
    """
    traces = part(figure, "data")
    if not isinstance(traces, list) or not 0 < len(traces) <= MAX_TRACES:
        return None
    shown = [one for one in traces if isinstance(one, dict) and one.get("visible", True) is True]
    if not shown or any(str(one.get("type", "scatter")) not in DRAWN for one in shown):
        return None
    layout = part(figure, "layout")
    alt = part(layout, "meta", "alt")
    try:
        drawn = _drawn(shown, layout)
    except (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError):
        return None  # a figure that does not add up is told as one that cannot be shown
    return Picture(drawn, clean_text(alt, limit=1_000) if isinstance(alt, str) else "")


def _drawn(traces: list[dict[str, Any]], layout: Any) -> str:
    import matplotlib as mpl  # noqa: PLC0415 - only where pages with figures are made
    from matplotlib.figure import Figure  # noqa: PLC0415

    from ecrm_helpers.figures import use_chinese  # noqa: PLC0415

    with mpl.rc_context({"text.parse_math": False, "font.size": 11}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an emoji in a title, say: the teacher can do nothing about it
        use_chinese()
        height = min(max(number(part(layout, "height"), 360.0), 240.0), 900.0)
        picture = Figure(figsize=(7.6, height / 95), layout="constrained")
        axes = picture.add_subplot()
        for place, trace in enumerate(traces):
            DRAWN[trace.get("type", "scatter")](axes, trace, place, traces, layout)
        _finish(axes, traces, layout)
        buffer = io.BytesIO()
        picture.savefig(buffer, format="png", dpi=110)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _finish(axes: Axes, traces: list[dict[str, Any]], layout: Any) -> None:
    from matplotlib.ticker import PercentFormatter, StrMethodFormatter  # noqa: PLC0415 - only where figures are drawn

    axes.set_title(words(part(layout, "title", "text") or part(layout, "title"), 120))
    axes.set_axisbelow(True)
    kinds = {one.get("type", "scatter") for one in traces}
    if not kinds & {"pie", "heatmap"}:
        axes.grid(color=_GRID)
    axes.spines[["top", "right"]].set_visible(False)
    for name, axis, scale, limit in (
        ("xaxis", axes.xaxis, axes.set_xscale, axes.set_xlim),
        ("yaxis", axes.yaxis, axes.set_yscale, axes.set_ylim),
    ):
        axis.set_label_text(words(part(layout, name, "title", "text") or part(layout, name, "title"), 80))
        logarithmic = part(layout, name, "type") == "log"
        if logarithmic:
            scale("log")
            axis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        if "%" in str(part(layout, name, "tickformat") or "")[:12]:
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ends = part(layout, name, "range")
        if isinstance(ends, list) and len(ends) == 2 and not logarithmic:  # noqa: PLR2004 - two ends
            low, high = number(ends[0]), number(ends[1])
            if low < high or high < low:
                limit(low, high)
    _marks(axes, layout)
    named = [one for one in traces if words(one.get("name")) and one.get("showlegend", True) is True]
    if part(layout, "showlegend") is not False and len(named) > 1 and not kinds & {"pie", "heatmap", "box"}:
        axes.legend(frameon=False, fontsize=9)


def _marks(axes: Axes, layout: Any) -> None:
    """Draw straight lines across the figure and the words beside them."""
    shapes, notes = part(layout, "shapes"), part(layout, "annotations")
    for shape in shapes[:MAX_MARKS] if isinstance(shapes, list) else ():
        style = {
            "color": colour(part(shape, "line", "color"), "#666666"),
            "linestyle": DASHES.get(str(part(shape, "line", "dash")), "-"),
        }
        x, y = number(part(shape, "x0")), number(part(shape, "y0"))
        if part(shape, "type") == "line" and part(shape, "x0") == part(shape, "x1") and np.isfinite(x):
            axes.axvline(x, **style)
        elif part(shape, "type") == "line" and part(shape, "y0") == part(shape, "y1") and np.isfinite(y):
            axes.axhline(y, **style)
    for note in notes[:MAX_MARKS] if isinstance(notes, list) else ():
        x, y = number(part(note, "x")), number(part(note, "y"))
        across = axes.transAxes if part(note, "xref") == "paper" else axes.transData
        along = axes.transAxes if part(note, "yref") == "paper" else axes.transData
        if np.isfinite(x) and np.isfinite(y):
            from matplotlib.transforms import blended_transform_factory as blended  # noqa: PLC0415

            side = {"left": "left", "right": "right"}.get(str(part(note, "xanchor")), "center")
            axes.text(
                x,
                y,
                words(part(note, "text")),
                transform=blended(across, along),
                ha=side,
                va="top" if along is axes.transAxes and y == 1 else "center",
                fontsize=9,
                clip_on=True,
                bbox={"color": "white", "alpha": 0.7, "pad": 1},
            )
