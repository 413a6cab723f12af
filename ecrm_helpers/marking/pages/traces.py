"""How each kind of a plotly figure's traces is drawn with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecrm_helpers.marking.pages.plotlydata import colour, column, is_numeric, number, part, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

__all__ = ["DASHES", "DRAWN"]

MAX_MARKS: Final = 120
MAX_BARS: Final = 500
FEW: Final = 20  # points, which plotly marks one by one
DASHES: Final = {"dash": "--", "dot": ":", "dashdot": "-.", "longdash": "--"}
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000", "#F0E442")
_SYMBOLS: Final = {"diamond": "D", "square": "s", "cross": "P", "x": "X", "triangle-up": "^", "star": "*"}
_CROWDED: Final = 8  # words on an axis, above which they are turned


def _pair(trace: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    given = {name: column(trace[name]) for name in ("x", "y") if trace.get(name) is not None}
    known = next(iter(given.values()), [])
    counted = [float(place) for place in range(len(known))]
    x, y = given.get("x", counted), given.get("y", counted)
    size = min(len(x), len(y))
    return x[:size], y[:size]


def _points(axes: Axes, trace: dict[str, Any], place: int, _traces: Any, _layout: Any) -> None:
    x, y = _pair(trace)
    few = len(x) < FEW
    mode: Any = (
        trace.get("mode") if isinstance(trace.get("mode"), str) else "lines+markers" if few else "lines"
    )
    shade = colour(part(trace, "line", "color") or part(trace, "marker", "color"), _COLOURS[place % 8])
    wide = min(max(number(part(trace, "line", "width"), 2.0), 0.5), 8.0)
    stepped = "steps-post" if part(trace, "line", "shape") == "hv" else "default"
    label = words(trace.get("name")) or None
    if "lines" in mode:
        style = DASHES.get(str(part(trace, "line", "dash")), "-")
        axes.plot(x, y, style, color=shade, linewidth=wide, drawstyle=stepped, label=label)
        label = None
    if "markers" in mode:
        size = min(max(number(part(trace, "marker", "size"), 6.0), 1.0), 40.0)
        marker = _SYMBOLS.get(str(part(trace, "marker", "symbol")), "o")
        shades = part(trace, "marker", "color")
        listed = [colour(one, "#0072B2") for one in shades[: len(x)]] if isinstance(shades, list) else None
        dots = listed if listed is not None and len(listed) == len(x) else [shade]
        axes.scatter(x, y, s=size**2 / 2, c=dots, marker=marker, alpha=0.85, label=label, zorder=3)
    if "text" in mode and isinstance(trace.get("text"), list):
        for at, text in zip(zip(x, y, strict=True), trace["text"][:MAX_MARKS], strict=False):
            axes.annotate(words(text), at, xytext=(4, -12), textcoords="offset points", fontsize=9)
    if trace.get("fill") == "tozeroy" and is_numeric(y):
        axes.fill_between(x, y, color=shade, alpha=0.2)


def _bars(axes: Axes, trace: dict[str, Any], place: int, traces: list[dict[str, Any]], layout: Any) -> None:
    bars = [one for one in traces if one.get("type") == "bar"]
    lying = trace.get("orientation") == "h"
    names = _places(bars, lying=lying)
    at, length = _stand(trace, names, lying=lying)
    turn = next(number for number, one in enumerate(bars) if one is trace)
    start = np.zeros(len(at))
    step = float(np.diff(np.unique(at)).min()) if len(np.unique(at)) > 1 else 1.0
    wide = number(trace.get("width"), step * 0.8)
    if part(layout, "barmode") in ("stack", "relative"):
        for one in bars[:turn]:
            earlier = dict(zip(*_stand(one, names, lying=lying), strict=True))
            start += np.array([earlier.get(spot, 0.0) for spot in at])
    elif part(layout, "barmode") != "overlay" and len(bars) > 1:
        wide = step * 0.8 / len(bars)
        at = at + (turn - (len(bars) - 1) / 2) * wide
    shades = part(trace, "marker", "color")
    single = colour(shades, _COLOURS[place % 8])
    dyed = [colour(one, "#0072B2") for one in shades[: len(at)]] if isinstance(shades, list) else single
    draw = axes.barh if lying else axes.bar
    draw(at, length, wide, start, color=dyed, label=words(trace.get("name")) or None)
    if names:
        turned = 30 if not lying and len(names) > _CROWDED else 0
        (axes.set_yticks if lying else axes.set_xticks)(range(len(names)), names, rotation=turned)


def _stand(trace: dict[str, Any], names: list[str], *, lying: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return where the bars of a trace stand, and their lengths."""
    x, y = _pair(trace)
    where, length = (y, x) if lying else (x, y)
    if len(where) > MAX_BARS:
        message = "too many bars"
        raise ValueError(message)
    at = [names.index(str(one)) for one in where] if names else where
    return np.array(at, dtype=float), np.nan_to_num(np.array(length, dtype=float))


def _places(bars: list[dict[str, Any]], *, lying: bool) -> list[str]:
    """Return the names on the axis of the bars in the order they come, none where it counts."""
    found = [name for one in bars for name in _pair(one)[1 if lying else 0]]
    return [] if is_numeric(found) else list(dict.fromkeys(str(name) for name in found))


def _spread(axes: Axes, trace: dict[str, Any], place: int, _traces: Any, _layout: Any) -> None:
    values = np.array(column(trace.get("x") if trace.get("x") is not None else trace.get("y")), dtype=float)
    bins = int(min(max(number(trace.get("nbinsx"), 30.0), 2), 200))
    shade = colour(part(trace, "marker", "color"), _COLOURS[place % 8])
    axes.hist(
        values[np.isfinite(values)],
        bins=bins,
        color=shade,
        alpha=0.85,
        label=words(trace.get("name")) or None,
    )


def _boxes(axes: Axes, trace: dict[str, Any], place: int, _traces: Any, _layout: Any) -> None:
    values = np.array(column(trace.get("y") if trace.get("y") is not None else trace.get("x")), dtype=float)
    name = words(trace.get("name")) or str(place + 1)
    axes.boxplot([values[np.isfinite(values)]], positions=[place], tick_labels=[name], widths=0.6)


def _shares(axes: Axes, trace: dict[str, Any], _place: int, _traces: Any, _layout: Any) -> None:
    values = np.array(column(trace.get("values")), dtype=float)
    if (
        len(values) > len(_COLOURS) * 3
        or not np.isfinite(values).all()
        or (values < 0).any()
        or values.sum() <= 0
    ):
        message = "no shares"
        raise ValueError(message)
    labels = [words(one) for one in column(trace.get("labels") or [])] or None
    axes.pie(values, labels=labels, autopct="%.0f%%", startangle=90, counterclock=False)


def _map(axes: Axes, trace: dict[str, Any], _place: int, _traces: Any, _layout: Any) -> None:
    rows = trace.get("z")
    grid = np.array(
        [column(row) for row in rows] if isinstance(rows, list) and len(rows) <= MAX_MARKS else [],
        dtype=float,
    )
    shown = axes.imshow(grid, aspect="auto", cmap="cividis", origin="lower")
    axes.figure.colorbar(shown, ax=axes)
    for name, put in (("x", axes.set_xticks), ("y", axes.set_yticks)):
        labels = [str(one) for one in column(trace.get(name) or [])]
        if 0 < len(labels) <= MAX_MARKS:
            put(range(len(labels)), labels)


DRAWN: Final[dict[Any, Callable[[Any, dict[str, Any], int, list[dict[str, Any]], Any], None]]] = {
    "scatter": _points, "scattergl": _points, "bar": _bars, "histogram": _spread, "box": _boxes,
    "pie": _shares, "heatmap": _map,
}  # fmt: skip
