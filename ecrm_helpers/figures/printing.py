"""Figures to print: matplotlib with the shipped Noto Sans SC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import PercentFormatter
from pylopdf_fonts_zh_cn import sans_path

from ecrm_helpers.figures.showing import FAMILY, numbers_of
from ecrm_helpers.messages import figures as words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["concept_map", "unhappy_path", "use_chinese"]

_BLUE, _ORANGE, _GREY = "#0072B2", "#E69F00", "#666666"
_95_PERCENT = 1.96


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
    mpl.rcParams["font.family"] = [FAMILY]
    mpl.rcParams["axes.unicode_minus"] = False
    return FAMILY


def unhappy_path(satisfaction: Mapping[bool, ArrayLike], left: Mapping[int, ArrayLike]) -> tuple[Figure, str]:
    """Draw, for print, how a late parcel costs satisfaction, and how low satisfaction costs customers.

    Parameters
    ----------
    satisfaction : mapping of bool to array-like
        Scores 1–5 of orders that were late (True) and on time (False).
    left : mapping of int to array-like of bool
        By score: whether the customer ordered no more.

    Returns
    -------
    tuple[matplotlib.figure.Figure, str]
        The figure and its alternative text. Short lines are 95 % intervals of the mean.

    Examples
    --------
    >>> figure, alt = unhappy_path({False: [5, 4], True: [2, 3]}, {1: [1, 1], 5: [0, 1]})
    >>> "按时送达平均 4.50，晚到平均 2.50" in alt
    True
    """
    use_chinese()
    figure = Figure(figsize=(7.6, 3.3), layout="constrained")
    first, second = figure.subplots(1, 2, width_ratios=(2, 3))
    waits = [words.ON_TIME, words.LATE]
    scores = _bars(first, waits, [satisfaction[late] for late in (False, True)], form="{:.2f}", colour=_BLUE)
    first.patches[1].set_hatch("//")
    labels = [words.score(grade) for grade in sorted(left)]
    shares = _bars(second, labels, [left[grade] for grade in sorted(left)], form="{:.0%}", colour=_ORANGE)
    second.yaxis.set_major_formatter(PercentFormatter(1))
    for axes, title in zip((first, second), words.PANELS, strict=True):
        axes.set_title(title, fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
    alt = words.unhappy_path_alt(
        dict(zip(waits, scores, strict=True)), dict(zip(labels, shares, strict=True))
    )
    return figure, alt


def _bars(axes: Axes, labels: list[str], samples: list[ArrayLike], *, form: str, colour: str) -> list[float]:
    """Draw means with their 95 % intervals and return the means."""
    groups = [numbers_of(sample) for sample in samples]
    means = [float(group.mean()) for group in groups]
    errors = [_95_PERCENT * float(group.std() / np.sqrt(len(group))) for group in groups]
    axes.bar(labels, means, yerr=errors, capsize=5, color=colour, width=0.6)
    for place, (mean, error) in enumerate(zip(means, errors, strict=True)):
        axes.annotate(
            form.format(mean), (place, mean + error), xytext=(0, 3), textcoords="offset points", ha="center"
        )
    highest = max(mean + error for mean, error in zip(means, errors, strict=True))
    axes.set_ylim(0, highest * 1.15 or 1)  # where nobody left, all bars are 0
    return means


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
    boxes = {}
    for name, (x, y) in places.items():
        boxes[name] = FancyBboxPatch(
            (x - 0.95, y - 0.38), 1.9, 0.76, boxstyle="round,pad=0.05", facecolor="#E8F1F8", edgecolor=_BLUE
        )
        axes.add_patch(boxes[name])
        axes.text(x, y, name, ha="center", va="center", fontsize=11)
    for start, label, end in links:
        ends = {"patchA": boxes[start], "patchB": boxes[end], "shrinkA": 2, "shrinkB": 2}
        arrow = {"arrowstyle": "->", "color": _GREY, **ends}
        axes.annotate("", xy=places[end], xytext=places[start], arrowprops=arrow)
        across, up = (np.array(places[start]) + np.array(places[end])) / 2
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text(float(across), float(up), label, ha="center", va="center", fontsize=9, bbox=plate)
    return figure, words.concept_map_alt(list(links))
