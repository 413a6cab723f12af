"""Figures that hold a forecast against what happened: plotly, to point at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.figures.pointing import frame
from ecrm_helpers.figures.showing import numbers_of
from ecrm_helpers.messages import figures as words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cumulative_repeats", "predicted_actual"]

_BLUE, _VERMILION, _GREY = "#0072B2", "#D55E00", "#666666"


def predicted_actual(bins: pd.DataFrame) -> tuple[go.Figure, str, str]:
    """Draw purchases held out, actual and predicted, by the number of repeat purchases before.

    Parameters
    ----------
    bins : pandas.DataFrame
        From ``holdout(…).by_frequency(fit)``: index of labels, columns ``customers``, ``actual`` and
        ``predicted`` (per customer).

    Returns
    -------
    tuple[plotly.graph_objects.Figure, str, str]
        The figure, its alternative text, and the sentence that reads it.

    Raises
    ------
    SettingsError
        If there is no group, or a number is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> bins = pd.DataFrame(
    ...     {"customers": [80, 20], "actual": [0.5, 2.0], "predicted": [0.4, 2.1]}, index=["0", "1+"]
    ... )
    >>> figure, alt, reading = predicted_actual(bins)
    >>> reading
    '检验期内预测共 74 次，实际 80 次，低估了 7%；合计差得最多的是校准期复购 0 次的一组。'
    """
    actual, predicted = numbers_of(bins["actual"]), numbers_of(bins["predicted"])
    customers = numbers_of(bins["customers"])
    labels = [f"{name}<br>({size:,.0f})" for name, size in zip(bins.index, customers, strict=True)]
    figure = go.Figure()
    figure.add_scatter(x=labels, y=actual.round(4).tolist(), **_line(words.ACTUAL))
    figure.add_scatter(x=labels, y=predicted.round(4).tolist(), **_line(words.PREDICTED))
    frame(figure, x=words.PREDICTED_AXES[0], y=words.PREDICTED_AXES[1])
    _name_lines(figure)
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero")
    gap = np.abs(predicted - actual) * customers
    rows = zip(map(str, bins.index), customers.astype(int), actual, predicted, strict=True)
    alt = words.predicted_alt([(name, int(size), float(was), float(said)) for name, size, was, said in rows])
    reading = words.predicted_reading(
        float(predicted @ customers), float(actual @ customers), str(bins.index[int(gap.argmax())])
    )
    return figure, alt, reading


def cumulative_repeats(curve: pd.DataFrame) -> tuple[go.Figure, str, str]:
    """Draw repeat purchases added up week by week, actual and predicted, through calibration and beyond.

    Parameters
    ----------
    curve : pandas.DataFrame
        From ``holdout(…).cumulative(fit)``: index of dates, columns ``actual``, ``predicted`` and
        ``held_out`` (bool).

    Returns
    -------
    tuple[plotly.graph_objects.Figure, str, str]
        The figure, its alternative text, and the sentence that reads it.

    Raises
    ------
    SettingsError
        If a number is missing, or calibration or the time held out has no week.

    Examples
    --------
    >>> import pandas as pd
    >>> curve = pd.DataFrame(
    ...     {"actual": [4, 9, 12], "predicted": [4.5, 9.0, 13.0], "held_out": [False, False, True]},
    ...     index=pd.to_datetime(["2026-06-09", "2026-06-16", "2026-06-23"]),
    ... )
    >>> cumulative_repeats(curve)[2]
    '看曲线在检验期里的涨幅：预测共 4 次，实际 3 次，高估了 33%。'
    """
    actual, predicted = numbers_of(curve["actual"]), numbers_of(curve["predicted"])
    weeks = int((~curve["held_out"]).sum())
    if weeks in {0, len(curve)}:
        message = words.no_values()
        raise SettingsError(message)
    dates = [f"{day:%Y-%m-%d}" for day in curve.index]
    figure = go.Figure()
    lines = {words.ACTUAL: actual, words.PREDICTED: predicted}
    for name, values in lines.items():
        style = {**_line(name), "mode": "lines", "hovertemplate": words.cumulative_hover(name)}
        figure.add_scatter(x=dates, y=values.round(1).tolist(), **style)
    figure.update_xaxes(tickformat="%Y-%m", hoverformat="%Y-%m-%d")
    end = dates[weeks - 1]
    figure.add_vline(x=end, line={"dash": "dot", "color": _GREY, "width": 2})
    figure.add_annotation(
        x=end, y=0.02, yref="paper", text=words.CALIBRATED, showarrow=False, bgcolor="white"
    )
    frame(figure, x=words.CUMULATIVE_AXES[0], y=words.CUMULATIVE_AXES[1])
    _name_lines(figure)
    figure.update_yaxes(rangemode="tozero")
    before, last = (actual[weeks - 1], predicted[weeks - 1]), (actual[-1], predicted[-1])
    alt = words.cumulative_alt(
        end, calibrated=(float(before[0]), float(before[1])), final=(float(last[0]), float(last[1]))
    )
    reading = words.cumulative_reading(float(last[1] - before[1]), float(last[0] - before[0]))
    return figure, alt, reading


def _line(name: str) -> dict[str, object]:
    """Style a line so that it differs in dash and symbol as well as in colour."""
    is_actual = name == words.ACTUAL
    colour = _BLUE if is_actual else _VERMILION
    return {
        "name": name,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 3, "dash": "solid" if is_actual else "dash"},
        "marker": {"size": 9, "color": colour, "symbol": "circle" if is_actual else "diamond-open"},
        "hovertemplate": words.predicted_hover(name),
    }


def _name_lines(figure: go.Figure) -> None:
    """Name both lines above the figure, each with its dash and its symbol."""
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(showlegend=True, legend=legend, margin_t=48)
