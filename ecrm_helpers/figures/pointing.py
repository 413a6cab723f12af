"""Figures to point at: plotly, drawn by JupyterLab's own renderer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.figures.showing import FAMILY, numbers_of
from ecrm_helpers.messages import figures as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["concentration", "frame", "spread"]

_BLUE, _ORANGE, _VERMILION, _GREY = "#0072B2", "#E69F00", "#D55E00", "#666666"


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
    numbers = numbers_of(values)
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
            x=at,
            y=height,
            yref="paper",
            text=f" {name} {at:,.0f} {unit}",
            showarrow=False,
            xanchor="left",
            bgcolor="white",
        )
    frame(figure, x=f"{title}（{unit}）", y=words.ALL_CUSTOMERS)
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
        Revenue per customer, any unit; the sum must be above 0.
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
    numbers = np.sort(numbers_of(values))[::-1]
    if numbers.sum() <= 0:
        message = words.no_values()
        raise SettingsError(message)
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
        textposition=["bottom right"] * (len(shares) - 1) + ["bottom center"],
        hoverinfo="skip",
    )
    frame(figure, x=words.CONCENTRATION_AXES[0], y=words.CONCENTRATION_AXES[1])
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    figure.add_annotation(
        x=0.98, y=0.06, text=words.EQUAL_SHARE, showarrow=False, xanchor="right", font={"color": _GREY}
    )
    return figure, words.concentration_alt(shares), shares


def frame(figure: go.Figure, *, x: str, y: str) -> None:
    """Give a figure the house's font, grid, margins and axis titles; without a legend."""
    figure.update_layout(
        template="none",
        font={"family": f"{FAMILY}, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif", "size": 14},
        margin={"l": 64, "r": 16, "t": 24, "b": 56},
        height=360,
        showlegend=False,
        xaxis={"title": x, "gridcolor": "#E5E5E5", "automargin": True},
        yaxis={"title": y, "gridcolor": "#E5E5E5", "automargin": True},
    )
