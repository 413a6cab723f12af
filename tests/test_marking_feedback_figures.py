"""Figures on a feedback page: drawn from plotly's data, whoever wrote it, or said to be missing."""

from __future__ import annotations

import base64
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ecrm_helpers.figures import concentration, spread
from ecrm_helpers.marking.pages.drawing import picture_of
from ecrm_helpers.marking.pages.plotlydata import colour, column, words
from ecrm_helpers.marking.pages.showing import clean_output

PLOTLY = "application/vnd.plotly.v1+json"
VALUES = np.arange(1.0, 60.0)
FIGURES = {
    "spread": spread(VALUES, title="金额", unit="元")[0],
    "concentration": concentration(VALUES)[0],
    "grouped": go.Figure([go.Bar(name="去年", x=["a", "b"], y=[3, 4]), go.Bar(name="今年", x=["b"], y=[2])]),
    "stacked": go.Figure([go.Bar(x=["a", "b"], y=[3, 4]), go.Bar(x=["b"], y=[2])], {"barmode": "stack"}),
    "lying": go.Figure(go.Bar(y=["重要价值", "重要发展"], x=[3, 4], orientation="h")),
    "numbers": go.Figure(go.Bar(x=VALUES, y=VALUES)),
    "pie": go.Figure(go.Pie(labels=["新客", "老客"], values=[1, 2])),
    "heatmap": go.Figure(go.Heatmap(z=[[1, 2], [3, 4]], x=["a", "b"], y=["c", "d"])),
    "histogram": go.Figure(go.Histogram(x=VALUES)),
    "box": go.Figure([go.Box(y=VALUES, name="甲"), go.Box(y=VALUES, name="乙")]),
    "dates": go.Figure(go.Scatter(x=["2024-01", "2024-02"], y=[1, 2], fill="tozeroy")),
    "gaps": go.Figure(go.Scatter(x=[1, 2, 3], y=[1, None, 3], mode="lines+markers+text", text=["a", "b"])),
    "logarithmic": go.Figure(go.Scatter(x=[1, 10], y=[1, 100])).update_yaxes(type="log"),
    "tex": go.Figure(go.Scatter(x=[1, 2], y=[1, 2], name="$\\frac{"), {"title": {"text": "$\\undefined{$"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_figure_becomes_a_picture(name):
    made = picture_of(json.loads(FIGURES[name].to_json()))

    assert made is not None
    assert base64.b64decode(made.data).startswith(b"\x89PNG")


def test_alternative_text_goes_with_the_picture():
    figure = go.Figure(go.Bar(x=["新客"], y=[2])).update_layout(meta={"alt": "新客 <2> 位"})
    output = {
        "output_type": "display_data",
        "data": {PLOTLY: json.loads(figure.to_json()), "text/plain": "x"},
    }

    shown = clean_output(output)["data"]["text/html"]
    assert shown.startswith('<img src="data:image/png;base64,')
    assert 'alt="新客 &lt;2&gt; 位"' in shown


def test_two_bars_at_one_place_are_stacked_on_each_other():
    from matplotlib.figure import Figure  # noqa: PLC0415

    from ecrm_helpers.marking.pages.traces import DRAWN  # noqa: PLC0415

    axes = Figure().add_subplot()
    layout = {"barmode": "stack"}
    traces = [{"type": "bar", "x": ["a", "b"], "y": [3, 4]}, {"type": "bar", "x": ["b"], "y": [2]}]
    for place, trace in enumerate(traces):
        DRAWN["bar"](axes, trace, place, traces, layout)

    assert [(bar.get_y(), bar.get_height()) for bar in axes.patches] == [(0, 3), (0, 4), (4, 2)]


HOSTILE = {
    "no_dict": "x",
    "no_traces": {"data": []},
    "unknown": {"data": [{"type": "scatter3d"}]},
    "unhashable_type": {"data": [{"type": ["bar"]}]},
    "bad_base64": {"data": [{"y": {"dtype": "f8", "bdata": "!!"}}]},
    "bad_kind": {"data": [{"y": {"dtype": "O", "bdata": "AAAA"}}]},
    "half_number": {"data": [{"y": {"dtype": "f8", "bdata": "AAAA"}}]},
    "long": {"data": [{"y": [1] * 100_000}]},
    "many": {"data": [{"y": [1]}] * 1_000},
    "many_bars": {"data": [{"type": "bar", "y": [1] * 5_000}]},
    "nested": {"data": [{"type": "heatmap", "z": [[[1]]]}]},
    "ragged": {"data": [{"type": "heatmap", "z": [[1], [1, 2]]}]},
    "negative_shares": {"data": [{"type": "pie", "values": [-1, 2]}]},
}
ODD = {
    "huge_numbers": {"data": [{"y": [1e308, -1e308, 1]}], "layout": {"xaxis": {"range": [1e300, 5]}}},
    "huge_integer": {"data": [{"y": [10**400, 1]}]},
    "wild_sizes": {
        "data": [{"y": [1], "mode": "markers", "marker": {"size": 1e9}}],
        "layout": {"height": 1e9},
    },
    "wild_colours": {"data": [{"type": "bar", "y": [1, 2], "marker": {"color": ["url(x)", {"a": 1}]}}]},
    "wild_layout": {"data": [{"y": [1]}], "layout": {"shapes": [7, {"type": "line"}], "annotations": "x"}},
    "no_glyph": {"data": [{"y": [1], "name": "😀"}], "layout": {"title": "\U00013000"}},
    "script": {"data": [{"y": [1], "name": "<script>x()</script>"}], "layout": {"title": "<script>"}},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_drawn_is_said_to_be_missing(name):
    output = {"output_type": "display_data", "data": {PLOTLY: HOSTILE[name]}}

    assert "画不出静态的样子" in clean_output(output)["data"]["text/html"]


@pytest.mark.parametrize("name", ODD)
def test_wild_settings_are_drawn_within_bounds(name):
    made = picture_of(ODD[name])

    assert made is not None
    assert len(made.data) < 400_000


def test_a_notebook_of_a_thousand_figures_is_drawn_in_part():
    import nbformat  # noqa: PLC0415

    from ecrm_helpers.marking.pages import showing  # noqa: PLC0415

    output = nbformat.v4.new_output("display_data", {PLOTLY: {"data": [{"y": [1, 2]}]}})
    cells = [nbformat.v4.new_code_cell(outputs=[output] * 50) for _ in range(4)]
    cleaned, _ = showing.CleanStudentWork().preprocess(nbformat.v4.new_notebook(cells=cells), {})

    shown = [one["data"]["text/html"] for made in cleaned.cells for one in made.outputs]
    assert [html.startswith("<img") for html in shown] == [True] * 80 + [False] * 120


def test_columns_words_and_colours_are_read_strictly():
    assert column([1, True, "新客", None])[0] == 1
    assert column({"dtype": "i2", "bdata": "AQACAA=="}) == [1.0, 2.0]
    assert words("<b>a</b>" + "b" * 200) == "a" + "b" * 59
    assert colour("rgba(255, 0, 300, 0.5)", "x") == (1, 0, 1, 0.5)
    assert colour("javascript:x()", "black") == "black"
