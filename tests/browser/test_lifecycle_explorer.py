"""Lifecycle explorer on a saved page, with no kernel: guess, move budgets, compare, copy."""

from __future__ import annotations

import ast

import pytest

from ecrm_helpers.lifecycle import STAGES, Base, Levers, project
from ecrm_helpers.widgets import LifecycleExplorer, save_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return save_html(LifecycleExplorer(), tmp_path_factory.mktemp("saved") / "lifecycle.html").as_uri()


@pytest.fixture
def page(watched, saved):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(saved)
        yield page


def guess(page, lever="loyalty_budget", gain="10"):
    page.locator(".ecrm-blank select").select_option(lever)
    page.locator(".ecrm-blank input").fill(gain)
    page.get_by_role("button", name="揭晓").click()


def slide(page, place, value):
    page.locator("input[type=range]").nth(place).evaluate(
        "(range, value) => { range.value = value; range.dispatchEvent(new Event('input'));"
        " range.dispatchEvent(new Event('change')); }",
        value,
    )


def stage_table(page):
    """People per stage as read from the screen: now, at the end, at the end without budgets."""
    rows = page.locator(".ecrm-stages tbody tr").all()
    return [[int(row.locator("td").nth(i).inner_text().replace(",", "")) for i in range(3)] for row in rows]


def expected_table(levers, months=24):
    own, ghost = project(levers, Base(), months), project(Levers(), Base(), months)
    columns = (own.people[0], own.people[-1], ghost.people[-1])
    # Halves go up in the browser and to the even neighbour in Python: neither occurs here.
    return [[round(float(column[s])) for column in columns] for s in range(len(STAGES))]


def test_nothing_is_shown_before_a_guess(page):
    assert page.get_by_role("table").count() == 0
    page.locator(".ecrm-blank input").fill("10")
    page.get_by_role("button", name="揭晓").click()
    assert "先填" in page.locator(".ecrm-guess .ecrm-note").inner_text()
    assert page.get_by_role("table").count() == 0


def test_the_verdict_tells_guess_and_truth(page):
    guess(page)
    gains = {
        lever: (
            project(Levers(**{lever: 10_000}), Base(), 24).profit.sum()
            - project(Levers(), Base(), 24).profit.sum()
        )
        for lever in LifecycleExplorer().levers
    }
    names = dict(zip(gains, ["获取", "留存", "忠诚", "挽回"], strict=True))
    best = max(gains, key=gains.get)
    told = page.locator(".ecrm-verdict p").inner_text()
    assert "你猜投在「忠诚」、多赚 10 万元" in told
    assert f"利润最多的是投在「{names[best]}」" in told
    assert f"{abs(gains['loyalty_budget']) / 1e6:.1f} 万元" in told
    assert "客户资产" in told


def test_conventions_are_stated_beside_the_money(page):
    guess(page)
    terms = page.locator(".ecrm-terms").inner_text()
    base = Base()
    for words in (
        f"毛利率 {base.margin:.0%}",
        f"每月 {base.monthly_discount:.0%} 贴现",
        f"{base.clv_months} 个月",
    ):
        assert words in terms
    assert "首单毛利当月就收到" in terms


def test_the_verdict_keeps_the_months_it_is_about(page):
    guess(page)
    page.get_by_label("往后看几个月").select_option("60")
    assert "24 个月下来" in page.locator(".ecrm-verdict p").inner_text()


def test_table_and_summary_follow_the_sliders(page):
    guess(page)
    assert stage_table(page) == expected_table(Levers())
    for place, yuan in enumerate([8_000, 4_000, 6_000, 5_000]):
        slide(page, place, yuan)
    levers = Levers(
        acquisition_budget=8_000, retention_budget=4_000, loyalty_budget=6_000, winback_budget=5_000
    )
    assert stage_table(page) == expected_table(levers)
    assert "每月多花 23,000 元" in page.locator(".ecrm-summary").inner_text()
    page.get_by_label("往后看几个月").select_option("36")
    assert stage_table(page) == expected_table(levers, 36)
    page.get_by_role("button", name="都归零").click()
    assert stage_table(page) == expected_table(Levers(), 36)


def test_the_line_is_what_the_model_accepts(page):
    guess(page)
    slide(page, 3, 7_000)
    page.get_by_role("button", name="把设置变成一行代码").click()
    name, _, value = page.get_by_label("设置的一行 Python 代码").input_value().partition(" = ")
    assert name == "levers"
    assert Levers(**ast.literal_eval(value)) == Levers(winback_budget=7_000)


@pytest.mark.parametrize(
    ("label", "word"), [("客户人数", "堆叠面积图"), ("每月利润", "每月利润"), ("客户资产", "客户资产")]
)
def test_each_chart_is_drawn_and_described(page, label, word):
    guess(page)
    page.get_by_label(label, exact=True).check()
    assert word in page.get_by_role("img").first.get_attribute("aria-label")
    page.wait_for_timeout(60)
    before = page.evaluate("document.querySelector('canvas').toDataURL()")
    slide(page, 0, 30_000)
    page.wait_for_timeout(60)
    assert page.evaluate("document.querySelector('canvas').toDataURL()") != before


def test_the_keyboard_is_enough(page):
    page.locator(".ecrm-blank select").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")  # the first slider has the focus
    assert page.locator("input[type=range]").first.input_value() == "1000"


def test_a_phone_needs_no_sideways_scroll_and_fingers_find_targets(watched, saved):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 3}
    with watched(**phone) as page:
        page.goto(saved)
        guess(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        heights = page.locator(".ecrm :is(button, select, input[type=range], .ecrm-seg label)").evaluate_all(
            "(all) => all.filter((e) => e.offsetParent).map((e) => e.offsetHeight)"
        )
        assert min(heights) >= 40
