"""CLV explorer on a saved page, with no kernel: guess, move, switch convention, score, join, copy."""

from __future__ import annotations

import ast

import pytest

from ecrm_helpers.value import (
    BENEFITS,
    COSTS,
    clv,
    clv_sensitivity,
    net_clv,
    payback,
    perceived_value,
    save_on_service,
)
from ecrm_helpers.widgets import CLVExplorer, save_html

pytestmark = pytest.mark.browser

SEGMENTS = {"老客户": {"margin": 150, "retention": 0.8}, "新客户": {"margin": 60, "retention": 0.3}}
ORDER = ["margin", "retention", "discount", "acquisition_cost"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return save_html(CLVExplorer(), tmp_path_factory.mktemp("saved") / "clv.html").as_uri()


@pytest.fixture
def page(watched, saved):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(saved)
        yield page


def guess(page, times="1.5", lever="margin"):
    page.locator(".ecrm-blank input").fill(times)
    page.locator(".ecrm-blank select").select_option(lever)
    page.get_by_role("button", name="揭晓").click()


def slide(page, label, value):
    page.get_by_label(label).evaluate(
        "(range, value) => { range.value = value; range.dispatchEvent(new Event('input'));"
        " range.dispatchEvent(new Event('change')); }",
        value,
    )


def figures(page):
    return [text.strip() for text in page.locator(".ecrm-big").all_inner_texts()]


def expected_figures(**changed):
    settings = CLVExplorer().settings | changed
    gross = {name: value for name, value in settings.items() if name != "acquisition_cost"}
    when = payback(**settings)
    seen = clv(**gross, periods=11 if settings["first_period"] == "immediate" else 10) / clv(**gross)
    return [
        yuan(clv(**gross)),
        yuan(net_clv(**settings)),
        "永远收不回" if when is None else "当场" if when == 0 else f"{when} 年后",
        f"{seen:.1%}",
    ]


def yuan(value):
    text = f"{abs(value):.1f}".removesuffix(".0")
    return f"{'−' if value < 0 and text != '0' else ''}{text} 元"


def test_nothing_is_shown_before_a_guess(page):
    assert page.get_by_role("table").count() == 0
    assert "第一笔现在就收到" in page.locator(".ecrm-lead").first.inner_text()
    page.locator(".ecrm-blank input").fill("1.3")
    page.get_by_role("button", name="揭晓").click()
    assert "先填" in page.locator(".ecrm-guess .ecrm-note").inner_text()
    page.locator(".ecrm-blank select").select_option("margin")
    page.locator(".ecrm-blank input").fill("900")
    page.get_by_role("button", name="揭晓").click()
    assert "倍数在 0 到 100 之间" in page.locator(".ecrm-guess .ecrm-note").inner_text()
    assert page.get_by_role("table").count() == 0


def test_the_verdict_tells_guess_and_truth(page):
    guess(page)
    told = page.locator(".ecrm-verdict p").inner_text()
    best = clv_sensitivity(**CLVExplorer().settings)["gain"].idxmax()
    assert best == "retention"
    for words in ("你猜变成 1.5 倍", "220 元变成 275 元", "原来的 1.25 倍", "从 70 元变成 125 元"):
        assert words in told
    assert "不是每年毛利，是留存率" in told
    slide(page, "r 留存率", 90)
    assert page.locator(".ecrm-verdict p").inner_text() == told
    page.get_by_role("button", name="重新猜").click()
    assert "从 90% 变成 99%" in page.locator(".ecrm-question").inner_text()


def test_figures_follow_the_sliders(page):
    guess(page)
    assert figures(page) == expected_figures()
    slide(page, "m 每位客户每年的毛利", 120)
    slide(page, "r 留存率", 75)
    slide(page, "d 贴现率", 8)
    slide(page, "获客成本：", 260)
    changed = {"margin": 120, "retention": 0.75, "discount": 0.08, "acquisition_cost": 260}
    assert figures(page) == expected_figures(**changed)
    page.get_by_label("一年后才收").check()
    assert figures(page) == expected_figures(**changed, first_period="end")
    page.get_by_role("button", name="回到起点").click()
    assert figures(page) == expected_figures()


def test_a_convention_can_decide_whether_the_money_comes_back(page):
    guess(page)
    assert figures(page)[1:3] == ["70 元", "1 年后"]
    page.get_by_label("一年后才收").check()
    assert figures(page)[1:3] == ["−30 元", "永远收不回"]
    assert "要亏 30 元，永远收不回本" in page.locator(".ecrm-summary").first.inner_text()


def test_formula_and_convention_stand_beside_the_value(page):
    guess(page)
    formula, terms = page.locator(".ecrm-formula"), page.locator(".ecrm-terms")
    assert formula.inner_text().endswith("100 × 1.1 ÷ (1.1 − 0.6) ＝ 220 元")
    assert "第一笔毛利现在就收到" in terms.inner_text()
    page.get_by_label("一年后才收").check()
    assert formula.inner_text().endswith("100 × 0.6 ÷ (1.1 − 0.6) ＝ 120 元")
    assert "第一笔毛利一年后才收" in terms.inner_text()


def test_which_one_per_cent_is_worth_most(page):
    guess(page)
    slide(page, "r 留存率", 30)
    gains = clv_sensitivity(**(CLVExplorer().settings | {"retention": 0.3}))["gain"]
    rows = page.locator(".ecrm-levers tbody tr")
    assert rows.locator("b").all_inner_texts() == [yuan(gains[lever]) for lever in ORDER]
    assert gains.idxmax() == "acquisition_cost"
    assert "最值钱" in rows.nth(3).inner_text()
    assert page.get_by_text("最值钱", exact=True).count() == 1


def test_the_line_is_what_value_accepts(page):
    guess(page)
    slide(page, "r 留存率", 57)
    page.get_by_label("一年后才收").check()
    page.get_by_role("button", name="把设置变成一行代码").click()
    name, _, value = page.get_by_label("设置的一行 Python 代码").input_value().partition(" = ")
    assert name == "clv_settings"
    settings = ast.literal_eval(value)
    assert settings == CLVExplorer().settings | {"retention": 0.57, "first_period": "end"}
    assert payback(**settings) is None


def test_the_chart_is_drawn_and_described(page):
    guess(page)
    assert "累计带来的毛利" in page.get_by_role("img").first.get_attribute("aria-label")
    page.wait_for_timeout(60)
    before = page.evaluate("document.querySelector('canvas').toDataURL()")
    slide(page, "r 留存率", 80)
    page.wait_for_timeout(60)
    assert page.evaluate("document.querySelector('canvas').toDataURL()") != before
    page.locator(".u-over").hover(position={"x": 2, "y": 50})
    assert "现在：100 位里还剩 100 位" in page.locator(".ecrm-legend").inner_text()


def test_scores_make_the_customers_reckoning(page):
    guess(page)
    explorer = CLVExplorer()

    def seen(scores):
        return perceived_value(
            {name: scores[name] for name in BENEFITS},
            {name: scores[name] for name in COSTS},
            weights=explorer.weights,
        )

    own = page.locator(".ecrm-balance").first
    assert f"+{seen(explorer.own).difference:.2f}" in own.inner_text()
    page.get_by_label("服务价值，我们的分数").select_option("1")
    worse = seen(explorer.own | {"service": 1})
    assert f"{worse.benefit:.2f}" in own.inner_text()
    told = page.locator(".ecrm-balances .ecrm-summary").inner_text()
    assert worse.difference < seen(explorer.rival).difference
    assert "对手更划算" in told
    assert "最吃亏的是「货币成本」" in told


def test_two_equal_shops_are_told_as_equal(page):
    guess(page)
    for item in ("服务价值", "人员价值", "形象价值", "货币成本", "时间成本", "体力成本", "精神成本"):
        page.get_by_label(f"{item}，我们的分数").select_option("3")
        page.get_by_label(f"{item}，对手的分数").select_option("3")
    assert "两家一样" in page.locator(".ecrm-balances .ecrm-summary").inner_text()


def test_the_assumption_is_off_and_can_turn_the_conclusion(page):
    guess(page)
    assert page.get_by_text("省下服务费之后").is_hidden()
    page.get_by_label("两本账连起来看").check()
    explorer = CLVExplorer()
    sides = [{name: explorer.own[name] for name in side} for side in (BENEFITS, COSTS)]
    assumed = {"saving": 10, "service_loss": 1, "weights": explorer.weights, **explorer.settings}
    told = page.locator(".ecrm-link .ecrm-summary")
    worse = save_on_service(*sides, retention_loss=0.2, **assumed)
    assert f"少了 {yuan(worse.net_before - worse.net_after)}" in told.inner_text()
    assert f"低于 {worse.break_even_retention:.0%}" in told.inner_text()
    slide(page, "假设二", 5)
    better = save_on_service(*sides, retention_loss=0.05, **assumed)
    assert f"多了 {yuan(better.net_after - better.net_before)}" in told.inner_text()
    edge = page.locator(".ecrm-link .ecrm-note").first.inner_text()
    assert f"{worse.break_even_loss * 100:.1f} 个百分点" in edge
    assert figures(page) == expected_figures()  # the shop's own account stays free of the assumption


def test_a_saving_that_pays_even_if_nobody_stays_is_told_so(watched, tmp_path):
    address = save_html(CLVExplorer(retention=0.2), tmp_path / "few.html").as_uri()
    with watched() as page:
        page.goto(address)
        guess(page)
        page.get_by_label("两本账连起来看").check()
        told = page.locator(".ecrm-link .ecrm-summary")
        assert "留存率只要低于" in told.inner_text()
        slide(page, "服务上少花", 30)
        assert "就算一位也没留下，也不算白省" in told.inner_text()
        assert "低于 0%" not in told.inner_text()


def test_a_segment_loads_its_numbers(watched, tmp_path):
    address = save_html(CLVExplorer(segments=SEGMENTS), tmp_path / "segments.html").as_uri()
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(address)
        guess(page)
        box = page.get_by_label("看哪一群客户")
        box.select_option(label="老客户")
        assert figures(page) == expected_figures(**SEGMENTS["老客户"])
        slide(page, "r 留存率", 50)
        assert box.locator("option:checked").inner_text() == "自己定的数字"


@pytest.mark.parametrize(
    "options",
    [
        {"retention": 0, "first_period": "end"},
        {"retention": 0.99, "discount": 0},
        {"margin": 0.5, "acquisition_cost": 0},
        {"margin": 98_765.4, "acquisition_cost": 1e6, "periods": 60},
    ],
)
def test_the_edges_show_numbers_not_gaps(watched, tmp_path, options):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(save_html(CLVExplorer(**options), tmp_path / "edge.html").as_uri())
        guess(page)
        page.get_by_label("两本账连起来看").check()
        shown = page.locator(".ecrm-clv").inner_text()
    for gap in ("NaN", "Infinity", "undefined", "∞"):
        assert gap not in shown


def test_the_keyboard_is_enough(page):
    page.locator(".ecrm-blank input").focus()
    page.keyboard.type("1.3")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    if page.locator(".ecrm-guess").is_visible():  # Enter in a list opens it in some browsers
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")  # the slider of retention has the focus
    assert page.get_by_label("r 留存率").input_value() == "61"
    assert page.get_by_label("r 留存率").get_attribute("aria-valuetext") == "61%"


def test_dark_pages_get_light_ink(watched, saved):
    with watched(viewport={"width": 1200, "height": 900}, color_scheme="dark") as page:
        page.goto(saved)
        guess(page)
        assert page.locator(".ecrm-clv").get_attribute("data-theme") == "dark"
        page.emulate_media(color_scheme="light")
        page.wait_for_selector(".ecrm-clv[data-theme=light]")


def test_a_phone_needs_no_sideways_scroll_and_fingers_find_targets(watched, saved):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 3}
    with watched(**phone) as page:
        page.goto(saved)
        guess(page)
        page.get_by_label("两本账连起来看").check()
        page.get_by_role("button", name="把设置变成一行代码").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        heights = page.locator(
            ".ecrm :is(button, select, input[type=range], .ecrm-seg label, .ecrm-toggle)"
        ).evaluate_all("(all) => all.filter((e) => e.offsetParent).map((e) => e.offsetHeight)")
        assert min(heights) >= 40
