"""Figures: Chinese glyphs without system fonts, alternative text that cannot be left out, nothing fetched."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers import figures
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.figures import showing
from ecrm_helpers.lifecycle import STAGES
from ecrm_helpers.rfm import SEGMENTS
from ecrm_helpers.value import concentration


@pytest.fixture
def shown(monkeypatch):
    bundles = []

    def display(bundle, *, raw):
        assert raw
        bundles.append(bundle)

    monkeypatch.setattr(showing, "display", display)
    return bundles


def test_every_class_and_stage_has_a_colour():
    assert {segment.name for segment in SEGMENTS} | set(STAGES) <= set(figures.PALETTE)


def test_the_eight_classes_have_eight_colours():
    assert len({figures.PALETTE[segment.name] for segment in SEGMENTS}) == 8


def test_chinese_needs_no_system_font(tmp_path):
    """Draw in a process that sees no system font at all, with warnings as errors."""
    program = (
        "from matplotlib import font_manager as fm\n"
        "fm.fontManager.ttflist = [f for f in fm.fontManager.ttflist if 'DejaVu' in f.name]\n"
        "from ecrm_helpers import figures\n"
        "places = {'客户细分': (2, 3), '方案−': (8, 3)}\n"
        "figure, alt = figures.concept_map(places, [('客户细分', '决定', '方案−')])\n"
        f"figure.savefig({str(tmp_path / 'map.png')!r})\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "map.png").stat().st_size > 5000


def test_describe_refuses_a_figure_without_words(shown):
    figure, _ = figures.spread([1, 2, 9], title="金额", unit="元")
    with pytest.raises(SettingsError, match="提示："):
        figures.describe(figure, " ")
    assert shown == []


def test_plotly_goes_out_as_its_own_mime_type_and_no_script(shown):
    figure, alt = figures.spread([1, 2, 9], title="金额", unit="元")
    figures.describe(figure, alt, reading="均值被一位大客户拉高。")
    bundle, reading = shown
    drawing = bundle["application/vnd.plotly.v1+json"]
    assert drawing["layout"]["meta"]["alt"] == alt == bundle["text/plain"]
    assert alt in bundle["text/html"]
    assert "<script" not in json.dumps(bundle)
    assert reading["text/markdown"] == "**读图**：均值被一位大客户拉高。"


def test_matplotlib_image_keeps_its_alternative_text(shown):
    figure, alt = figures.concept_map({"甲": (2, 3), "乙": (8, 3)}, [("甲", "变成", "乙")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures.describe(figure, alt)
    assert f'alt="{alt}"' in shown[0]["text/html"]


def test_alternative_text_is_escaped(shown):
    figure, _ = figures.concept_map({"甲": (2, 3), "乙": (8, 3)}, [("甲", "变成", "乙")])
    figures.describe(figure, '大于 > 小于 < 引号 "')
    assert 'alt="大于 &gt; 小于 &lt; 引号 &quot;"' in shown[0]["text/html"]


def test_spread_names_mean_median_and_how_many_lie_below():
    _, alt = figures.spread([100, 100, 100, 500], title="金额", unit="元")
    assert "均值 200 元" in alt
    assert "中位数 100 元" in alt
    assert "75% 的客户低于均值" in alt


def test_concentration_counts_from_the_biggest_customer():
    _, alt, shares = figures.concentration([5, 10, 70, 10, 5], marks=[0.2, 0.6])
    assert shares == {0.2: 0.7, 0.6: 0.9}
    assert "前 20% 的客户占 70%" in alt


def test_concentration_does_not_touch_the_callers_numbers():
    values = np.array([3.0, 1.0, 2.0])
    figures.concentration(values)
    assert values.tolist() == [3.0, 1.0, 2.0]


SATISFACTION = {False: [5, 5, 4, 4], True: [2, 3, 2, 3]}
LEFT = {1: [1, 1, 0, 1], 5: [0, 0, 0, 1]}


def test_unhappy_path_says_every_mean_in_words():
    _, alt = figures.unhappy_path(SATISFACTION, LEFT)
    assert "按时送达平均 4.50，晚到平均 2.50" in alt
    assert "打 1 分的 75%，打 5 分的 25%" in alt


def test_unhappy_path_does_not_speak_by_colour_alone():
    figure, _ = figures.unhappy_path(SATISFACTION, LEFT)
    hatches = [bar.get_hatch() for bar in figure.axes[0].patches]
    written = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert hatches == [None, "//"]
    assert written == {"4.50", "2.50", "75%", "25%"}


def test_concentration_agrees_with_the_model():
    amounts = [900, 400, 300, 200, 100, 60, 30, 5, 3, 2]
    _, _, shares = figures.concentration(amounts, marks=[0.1, 0.2, 0.5])
    frame = pd.DataFrame({"monetary": amounts})
    assert shares == {top: round(concentration(frame, top=top), 6) for top in shares}


FRAME = pd.DataFrame(
    {"人数": [1200, 7], "占比": ["99.4%", "0.6%"], "做法": ["<守住>", "唤回"]},
    index=pd.Index(["甲", "乙"], name="类别"),
)


def test_table_has_headings_for_rows_and_columns_and_puts_numbers_right(shown):
    figures.table(FRAME, note="截至 2026-07-01")
    page = shown[0]["text/html"]
    assert re.findall(r'<th scope="row"[^>]*>(\w)</th>', page) == ["甲", "乙"]
    assert re.findall(r'<th scope="col"[^>]*>(\w+)</th>', page) == ["类别", "人数", "占比", "做法"]
    assert '<td style="text-align:right;white-space:nowrap">1,200</td>' in page
    assert '<td style="text-align:right;white-space:nowrap">99.4%</td>' in page
    assert '<td style="text-align:left;min-width:6em">&lt;守住&gt;</td>' in page
    assert "截至 2026-07-01" in page
    assert "截至 2026-07-01" in shown[0]["text/plain"]


def test_table_stays_folded_until_the_prediction_is_made(shown):
    figures.table(FRAME, reveal="写完再点开")
    figures.table(FRAME)
    folded, open_ = (bundle["text/html"] for bundle in shown)
    assert folded.startswith("<details><summary>写完再点开</summary>")
    assert "<details" not in open_


@pytest.mark.parametrize(
    "draw", [figures.concentration, lambda v: figures.spread(v, title="金额", unit="元")]
)
@pytest.mark.parametrize("values", [[], [1, float("nan")]])
def test_nothing_to_draw_is_said_in_chinese(draw, values):
    with pytest.raises(SettingsError, match="没有可以画的数值"):
        draw(values)


def test_a_share_of_no_revenue_is_refused():
    with pytest.raises(SettingsError, match="加起来大于 0"):
        figures.concentration([0, 0])


@pytest.mark.parametrize(("values", "tail"), [([1, 1, 1, 9], True), ([1, 2, 3, 4], False)])
def test_spread_speaks_of_a_long_tail_only_where_there_is_one(values, tail):
    _, alt = figures.spread(values, title="金额", unit="元")
    assert ("长尾巴" in alt) == tail


BINS = pd.DataFrame(
    {"customers": [100, 40, 10], "actual": [0.5, 1.5, 4.0], "predicted": [0.4, 1.5, 4.4]},
    index=["0", "1", "2+"],
)
CURVE = pd.DataFrame(
    {"actual": [4, 10, 12, 20], "predicted": [5.0, 9.0, 14.0, 19.2], "held_out": [False, False, True, True]},
    index=pd.to_datetime(["2026-06-09", "2026-06-16", "2026-06-23", "2026-06-30"]),
)


def test_predicted_actual_says_every_group_and_the_sum():
    _, alt, reading = figures.predicted_actual(BINS)
    assert "复购 0 次的 100 人，实际 0.50、预测 0.40" in alt
    assert "复购 2+ 次的 10 人，实际 4.00、预测 4.40" in alt
    # 40 + 60 + 44 = 144 predicted, 50 + 60 + 40 = 150 made; the 0 group misses 10, the 2+ group 4.
    assert (
        reading
        == "检验期内预测共 144 次，实际 150 次，相差 4.0%，很接近；合计差得最多的是校准期复购 0 次的一组。"
    )


def test_cumulative_repeats_reads_only_the_time_held_out():
    _, alt, reading = figures.cumulative_repeats(CURVE)
    assert "校准期的最后一天 2026-06-16" in alt
    assert "到校准期末实际 10 次、预测 9 次；到数据结束实际 20 次、预测 19 次" in alt
    assert reading == "看曲线在检验期里的涨幅：预测共 10 次，实际 10 次，相差 2.0%，很接近。"


@pytest.mark.parametrize(("factor", "said"), [(2.0, "高估了"), (0.5, "低估了")])
def test_a_miss_is_called_by_its_side(factor, said):
    bins = BINS.assign(predicted=BINS["actual"] * factor)
    assert said in figures.predicted_actual(bins)[2]
    curve = CURVE.assign(predicted=CURVE["actual"] * factor)
    assert said in figures.cumulative_repeats(curve)[2]


def test_a_forecast_of_nothing_that_happened_is_not_divided_by():
    bins = BINS.assign(actual=0.0)
    assert "实际一次也没有" in figures.predicted_actual(bins)[2]


@pytest.mark.parametrize(("draw", "data"), [("predicted_actual", BINS), ("cumulative_repeats", CURVE)])
def test_forecast_figures_do_not_speak_by_colour_alone_and_are_described(draw, data, shown):
    before = data.copy(deep=True)
    figure, alt, reading = getattr(figures, draw)(data)
    actual, predicted = figure.data
    assert (actual.name, predicted.name) == ("实际", "预测")
    assert (actual.line.dash, predicted.line.dash) == ("solid", "dash")
    assert figure.layout.showlegend
    assert "Noto Sans SC" in figure.layout.font.family
    figures.describe(figure, alt, reading=reading)
    assert shown[0]["text/plain"] == alt
    assert shown[1]["text/markdown"].endswith(reading)
    pd.testing.assert_frame_equal(data, before)


def test_the_end_of_calibration_is_a_line():
    figure, _, _ = figures.cumulative_repeats(CURVE)
    (line,) = figure.layout.shapes
    assert (line.x0, line.line.dash) == ("2026-06-16", "dot")


@pytest.mark.parametrize(
    ("draw", "data"),
    [
        ("predicted_actual", BINS.head(0)),
        ("predicted_actual", BINS.assign(predicted=float("nan"))),
        ("cumulative_repeats", CURVE.head(2)),
        ("cumulative_repeats", CURVE.tail(2)),
    ],
)
def test_a_forecast_without_numbers_is_refused(draw, data):
    with pytest.raises(SettingsError, match="没有可以画的数值"):
        getattr(figures, draw)(data)


def test_a_shop_that_nobody_left_can_be_drawn():
    """All bars are 0 then: an axis from 0 to 0 would only warn, and warnings are errors here."""
    figure, alt = figures.unhappy_path(SATISFACTION, {1: [0, 0], 5: [0, 0]})
    assert figure.axes[1].get_ylim() == (0, 1)
    assert "打 1 分的 0%，打 5 分的 0%" in alt
