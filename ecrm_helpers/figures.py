"""Figures for class: one palette, Chinese text everywhere, and alternative text that cannot be forgotten.

plotly draws what people point at, matplotlib what they print. Every helper returns the figure together
with its alternative text; `describe` shows both.
"""

from __future__ import annotations

import base64
import html
import io
import json
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import plotly.graph_objects as go
from IPython.display import display
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from pylopdf_fonts_zh_cn import sans_path

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import figures as words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

__all__ = [
    "PALETTE",
    "concentration",
    "concept_map",
    "describe",
    "spread",
    "unhappy_path",
    "use_chinese",
]

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
_BLUE, _ORANGE, _VERMILION, _GREY = "#0072B2", "#E69F00", "#D55E00", "#666666"
_FAMILY = "Noto Sans SC"
_PLOTLY_MIME = "application/vnd.plotly.v1+json"
_CONFIG = {"displaylogo": False, "responsive": True, "displayModeBar": False}
_95_PERCENT = 1.96
_DPI = 150


def use_chinese() -> str:
    """Make matplotlib write Chinese with the shipped Noto Sans SC, whatever the system has.

    Returns
    -------
    str
        The font family now in use.

    Examples
    --------
    >>> use_chinese()
    'Noto Sans SC'
    """
    path = str(sans_path())
    if all(entry.fname != path for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)
    mpl.rcParams["font.family"] = [_FAMILY]
    mpl.rcParams["axes.unicode_minus"] = False
    return _FAMILY


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


def spread(values: ArrayLike, *, title: str, unit: str, bins: int = 40) -> tuple[go.Figure, str]:
    """Draw how a quantity spreads over customers, with its mean and its median.

    Parameters
    ----------
    values : array-like of shape (n,)
        One number per customer, in display units.
    title, unit : str
        Axis title, and the unit written after each number.
    bins : int, default=40
        Bars up to the 99th percentile; the last bar also holds what lies beyond.

    Returns
    -------
    tuple[plotly.graph_objects.Figure, str]
        The figure and its alternative text.

    Examples
    --------
    >>> figure, alt = spread([1, 2, 9], title="金额", unit="元")
    >>> "均值 4 元" in alt, "中位数 2 元" in alt
    (True, True)
    """
    numbers = _numbers(values)
    mean, median = float(numbers.mean()), float(np.median(numbers))
    shown = np.minimum(numbers, np.quantile(numbers, 0.99))
    counts, edges = np.histogram(shown, bins=bins)
    figure = go.Figure(
        go.Bar(
            x=((edges[:-1] + edges[1:]) / 2).round(2).tolist(),
            y=counts.tolist(),
            width=(edges[1] - edges[0]) * 0.95,
            marker_color=_BLUE,
            hovertemplate=words.spread_hover(unit),
        )
    )
    labels = {words.MEAN: (mean, "solid", _VERMILION, 1.0), words.MEDIAN: (median, "dash", _GREY, 0.88)}
    for name, (at, dash, colour, height) in labels.items():
        figure.add_vline(x=at, line={"dash": dash, "color": colour, "width": 2})
        figure.add_annotation(
            x=at, y=height, yref="paper", text=f" {name} {at:,.0f} {unit}", showarrow=False, xanchor="left"
        )
    _frame(figure, x=f"{title}（{unit}）", y=words.ALL_CUSTOMERS)
    alt = words.spread_alt(
        title,
        mean=f"{mean:,.0f} {unit}",
        median=f"{median:,.0f} {unit}",
        below=float((numbers < mean).mean()),
    )
    return figure, alt


def concentration(
    values: ArrayLike, *, marks: Sequence[float] = (0.1, 0.2, 0.5)
) -> tuple[go.Figure, str, dict[float, float]]:
    """Draw the share of revenue against the share of customers, biggest customers first.

    Parameters
    ----------
    values : array-like of shape (n,)
        Revenue per customer, any unit.
    marks : sequence of float, default=(0.1, 0.2, 0.5)
        Customer shares to name.

    Returns
    -------
    tuple[plotly.graph_objects.Figure, str, dict[float, float]]
        The figure, its alternative text, and revenue share by customer share.

    Examples
    --------
    >>> figure, alt, shares = concentration([70, 10, 10, 5, 5], marks=[0.2])
    >>> shares
    {0.2: 0.7}
    """
    numbers = np.sort(_numbers(values))[::-1]
    people = np.linspace(0, 1, len(numbers) + 1)
    revenue = np.concatenate([[0.0], np.cumsum(numbers) / numbers.sum()])
    shares = {float(mark): round(float(np.interp(mark, people, revenue)), 6) for mark in marks}
    grid = np.linspace(0, 1, 101)
    figure = go.Figure()
    figure.add_scatter(
        x=grid.round(4).tolist(),
        y=np.interp(grid, people, revenue).round(4).tolist(),
        line={"color": _BLUE, "width": 3},
        hovertemplate=words.CONCENTRATION_HOVER,
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], line={"color": _GREY, "dash": "dash"}, name=words.EQUAL_SHARE, hoverinfo="skip"
    )
    figure.add_scatter(
        x=list(shares),
        y=list(shares.values()),
        mode="markers+text",
        marker={"size": 11, "color": _ORANGE, "symbol": "diamond"},
        text=[words.top_share(mark, share) for mark, share in shares.items()],
        textposition="bottom right",
        hoverinfo="skip",
    )
    _frame(figure, x=words.CONCENTRATION_AXES[0], y=words.CONCENTRATION_AXES[1])
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    figure.add_annotation(x=0.72, y=0.66, text=words.EQUAL_SHARE, showarrow=False, font={"color": _GREY})
    return figure, words.concentration_alt(shares), shares


def unhappy_path(
    satisfaction: Mapping[bool, ArrayLike], left: Mapping[bool, ArrayLike]
) -> tuple[Figure, str]:
    """Print-quality pair of panels: satisfaction, and leaving, for orders on time and late.

    Parameters
    ----------
    satisfaction : mapping of bool to array-like
        Scores 1–5 of orders that were late (True) and on time (False).
    left : mapping of bool to array-like of bool
        Whether the customer ordered no more, likewise.

    Returns
    -------
    tuple[matplotlib.figure.Figure, str]
        The figure and its alternative text. Short lines are 95 % intervals of the mean.
    """
    use_chinese()
    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    means = []
    for axes, title, groups, scale in zip(
        figure.subplots(1, 2), words.PANELS, (satisfaction, left), (1, 100), strict=True
    ):
        samples = [_numbers(groups[late]) * scale for late in (False, True)]
        heights = [float(sample.mean()) for sample in samples]
        errors = [_95_PERCENT * float(sample.std() / np.sqrt(len(sample))) for sample in samples]
        bars = axes.bar(
            [words.ON_TIME, words.LATE], heights, yerr=errors, capsize=5, color=[_BLUE, _ORANGE], width=0.6
        )
        bars[1].set_hatch("//")
        for place, (height, error) in enumerate(zip(heights, errors, strict=True)):
            text = f"{height:.2f}" if scale == 1 else f"{height:.0f}%"
            axes.text(place, height + error, f" {text}\n", ha="center", va="bottom", linespacing=0.4)
        axes.set_title(title, fontsize=11)
        axes.set_ylim(0, max(h + e for h, e in zip(heights, errors, strict=True)) * 1.18)
        axes.spines[["top", "right"]].set_visible(False)
        means.append(heights)
    alt = words.unhappy_path_alt((means[0][0], means[1][0]), (means[0][1], means[1][1]))
    return figure, alt


def concept_map(
    places: Mapping[str, tuple[float, float]], links: Sequence[tuple[str, str, str]]
) -> tuple[Figure, str]:
    """Draw ideas as boxes and relations as labelled arrows.

    Parameters
    ----------
    places : mapping of str to (float, float)
        Centre of each box, 0–10 across and 0–6 up.
    links : sequence of (start, label, end)
        Arrows; both ends must be in `places`.

    Returns
    -------
    tuple[matplotlib.figure.Figure, str]
        The figure, and a text that says every arrow.

    Examples
    --------
    >>> figure, alt = concept_map({"细分": (2, 3), "方案": (8, 3)}, [("细分", "决定", "方案")])
    >>> alt
    '概念图。细分 —决定→ 方案。'
    """
    use_chinese()
    figure = Figure(figsize=(8, 4.8), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(0, 10), ylim=(0, 6))
    axes.axis("off")
    for start, label, end in links:
        tail, head = np.array(places[start]), np.array(places[end])
        axes.annotate(
            "",
            xy=tuple(head),
            xytext=tuple(tail),
            arrowprops={"arrowstyle": "->", "color": _GREY, "shrinkA": 26, "shrinkB": 26},
        )
        middle = (tail + head) / 2
        axes.text(
            float(middle[0]),
            float(middle[1]),
            label,
            ha="center",
            va="center",
            fontsize=9,
            color="#333333",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    for name, (x, y) in places.items():
        axes.add_patch(
            FancyBboxPatch(
                (x - 0.95, y - 0.38),
                1.9,
                0.76,
                boxstyle="round,pad=0.05",
                facecolor="#E8F1F8",
                edgecolor=_BLUE,
                linewidth=1.4,
            )
        )
        axes.text(x, y, name, ha="center", va="center", fontsize=11)
    return figure, words.concept_map_alt(list(links))


def _numbers(values: ArrayLike) -> np.ndarray:
    numbers = np.asarray(values, dtype=float)
    if numbers.size == 0:
        message = words.no_values()
        raise SettingsError(message)
    return numbers


def _frame(figure: go.Figure, *, x: str, y: str) -> None:
    figure.update_layout(
        template="none",
        font={"family": f"{_FAMILY}, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif", "size": 14},
        margin={"l": 64, "r": 16, "t": 24, "b": 56},
        height=360,
        showlegend=False,
        xaxis={"title": x, "gridcolor": "#E5E5E5", "automargin": True},
        yaxis={"title": y, "gridcolor": "#E5E5E5", "automargin": True},
    )


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
    attributes = f'alt="{html.escape(alt)}" style="max-width:100%;height:auto"'
    picture = f'<img {attributes} src="{source}">'
    return {"text/html": picture, "text/plain": alt}
