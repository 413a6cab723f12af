"""RFM explorer on a saved page, with no kernel: guess, move, read, copy; by mouse, keyboard and touch."""

from __future__ import annotations

import ast
import statistics
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.rfm import RFMSettings, class_table, rfm
from ecrm_helpers.widgets import RFMExplorer, save_html

pytestmark = pytest.mark.browser

# One slider move as a person makes it: the value changes, `input` fires; done when the next frame is out.
MOVE = """(steps) => new Promise((done) => {
  const range = document.querySelectorAll("input[type=range]")[0];
  const times = [];
  const next = () => {
    if (times.length === steps) return done(times);
    const start = performance.now();
    range.value = 20 + ((times.length * 37) % 600);
    range.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { times.push(performance.now() - start); setTimeout(next, 5); };
      channel.port2.postMessage(0);
    });
  };
  next();
})"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    shops = {shop.name: shop for shop in (load_shop("rongyu"), load_shop("heting"))}
    return save_html(RFMExplorer(shops), tmp_path_factory.mktemp("saved") / "rfm.html").as_uri()


@pytest.fixture
def page(watched, saved):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(saved)
        yield page


def guess(page, customers="20", revenue="50"):
    boxes = page.locator(".ecrm-blank input")
    boxes.nth(0).fill(customers)
    boxes.nth(1).fill(revenue)
    page.get_by_role("button", name="揭晓").click()


def numbers(page):
    """The class table as read from the screen: customers per class."""
    cells = page.locator(".ecrm-classes tbody td:nth-child(2) span").all_inner_texts()
    return [int(text.replace(",", "").removesuffix(" 人")) for text in cells]


def expected(**settings):
    return class_table(rfm(load_shop("rongyu").orders, **settings))["customers"].tolist()


def test_nothing_is_shown_before_a_guess(page):
    assert page.get_by_role("table").count() == 0
    page.get_by_role("button", name="揭晓").click()
    assert "先填一个数" in page.locator(".ecrm-guess .ecrm-note").inner_text()
    assert page.get_by_role("table").count() == 0


def test_a_guess_reveals_and_is_compared(page):
    guess(page, "２０", "50%")
    told = page.locator(".ecrm-verdict p").inner_text()
    first = class_table(rfm(load_shop("rongyu").orders, as_of="2026-07-01")).iloc[0]
    assert "你猜「重要价值客户」占客户 20%、占销售额 50%" in told
    assert f"占客户 {round(first['customer_share'] * 100, 1):g}%" in told
    assert f"占销售额 {round(first['revenue_share'] * 100, 1):g}%" in told


def test_peeking_is_allowed_with_a_gentle_note(page):
    page.get_by_role("button", name="直接看").click()
    assert "直接看也行" in page.locator(".ecrm-verdict p").inner_text()
    assert numbers(page) == expected(as_of="2026-07-01")


def test_table_follows_split_slider_date_and_shop(page):
    guess(page)
    assert numbers(page) == expected(as_of="2026-07-01")
    page.get_by_label("中位数", exact=True).check()
    assert numbers(page) == expected(as_of="2026-07-01", split="median")
    slide(page, "R 多久没下单", 90)
    slide(page, "F 买过几单", 3)
    cuts = line(page)
    assert (cuts["split"], cuts["recency_days"], cuts["frequency"]) == ("thresholds", 90, 3)
    assert numbers(page) == expected(**cuts)
    page.get_by_label("均值", exact=True).check()
    day = page.get_by_label("统计日")
    slide(page, "统计日", int(day.get_attribute("max")) - 200)
    assert line(page)["as_of"] == "2025-12-13"
    assert numbers(page) == expected(as_of="2025-12-13")
    page.get_by_label("店铺").select_option("禾汀小铺")
    other = class_table(rfm(load_shop("heting").orders, as_of="2026-07-01"))
    assert numbers(page) == other["customers"].tolist()


def slide(page, label, value):
    page.get_by_label(label).evaluate(
        "(range, value) => { range.value = value; range.dispatchEvent(new Event('input'));"
        " range.dispatchEvent(new Event('change')); }",
        value,
    )


def line(page):
    """Read the line of Python the button gives, as Python reads it."""
    if not page.locator(".ecrm-code").is_visible():
        page.get_by_role("button", name="把设置变成一行代码").click()
    text = page.get_by_label("设置的一行 Python 代码").input_value()
    name, _, value = text.partition(" = ")
    assert name == "settings"
    assert "\n" not in text
    settings = ast.literal_eval(value)
    RFMSettings(**settings)
    return settings


def test_the_line_names_the_amount_in_yuan(page):
    guess(page)
    slide(page, "M 花了多少", 100)
    cuts = line(page)
    text = page.get_by_label("设置的一行 Python 代码").input_value()
    assert f"{cuts['monetary']} 分 = {cuts['monetary'] // 100:,} 元" in text


def test_the_line_states_an_amount_of_five_digits_to_the_yuan(page):
    guess(page)
    slide(page, "M 花了多少", 195)
    page.get_by_label("均值", exact=True).check()
    page.get_by_label("店铺").select_option("禾汀小铺")
    page.get_by_label("自己定", exact=True).check()
    slide(page, "M 花了多少", 200)
    cuts = line(page)
    text = page.get_by_label("设置的一行 Python 代码").input_value()
    assert f"{cuts['monetary']} 分 = {cuts['monetary'] // 100:,} 元" in text


def test_a_share_beyond_a_hundred_is_asked_again(page):
    guess(page, "120", "50")
    assert "0 到 100" in page.locator(".ecrm-guess .ecrm-note").inner_text()
    assert page.get_by_role("table").count() == 0


def test_the_verdict_names_shop_and_date_it_is_about(page):
    guess(page)
    page.get_by_label("店铺").select_option("禾汀小铺")
    assert "在「榕屿家居」（统计日 2026-07-01）" in page.locator(".ecrm-verdict p").inner_text()


def test_the_table_states_date_window_and_what_m_is(page):
    guess(page)
    page.get_by_label("看多长时间的订单").select_option("180")
    page.get_by_label("平均每单金额", exact=True).check()
    caption = page.locator(".ecrm-classes caption").inner_text()
    assert "统计日 2026-07-01，之前 180 天的有效订单；M 为扣退款后的平均每单金额" in caption


def test_the_keyboard_is_enough(page):
    page.locator(".ecrm-blank input").first.focus()
    page.keyboard.type("15")
    page.keyboard.press("Tab")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.get_by_label("R 多久没下单").focus()
    before = page.get_by_label("R 多久没下单").input_value()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("R 多久没下单").input_value() == str(int(before) + 1)
    page.get_by_role("button", name="重要挽留客户").focus()
    page.keyboard.press("Enter")
    assert "「重要挽留客户」" in page.locator(".ecrm-summary").inner_text()
    page.get_by_role("button", name="把设置变成一行代码").focus()
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.value.slice(0, 8)")
    assert focused == "settings"


def test_focus_can_be_seen(page):
    page.locator(".ecrm-blank input").first.focus()
    outline = page.locator(".ecrm-blank input").first.evaluate("(e) => getComputedStyle(e).outlineStyle")
    assert outline == "solid"


def test_screen_readers_get_words(page):
    guess(page)
    assert "散点图" in page.get_by_role("img").first.get_attribute("aria-label")
    summary = page.locator(".ecrm-summary")
    assert summary.get_attribute("aria-live") == "polite"
    before = summary.inner_text()
    slide(page, "R 多久没下单", 33)
    assert summary.inner_text() != before
    assert "33 天" in page.get_by_label("R 多久没下单").get_attribute("aria-valuetext")
    assert page.get_by_role("columnheader").count() == 6
    assert page.get_by_role("rowheader").count() == 8


def test_pressing_copy_says_so_or_selects(page):
    guess(page)
    line(page)
    page.get_by_role("button", name="复制", exact=True).click()
    page.wait_for_function("/已复制|Ctrl/.test(document.querySelector('.ecrm-code .ecrm-note').textContent)")


def test_the_points_are_drawn_and_change_with_the_cut(page):
    guess(page)
    pixels = "() => document.querySelector('canvas').toDataURL()"
    before = page.evaluate(pixels)
    slide(page, "R 多久没下单", 40)
    page.wait_for_timeout(60)
    assert page.evaluate(pixels) != before
    assert len(before) > 20_000


def two_orders(*times, amounts=(5_000, 7_000)):
    """A table of one order per customer at the given UTC times."""
    return pd.DataFrame({
        "customer_id": ["a", "b"][: len(times)],
        "order_id": ["1", "2"][: len(times)],
        "ordered_at": pd.to_datetime(list(times), utc=True),
        "status": "completed",
        "amount_cny": list(amounts)[: len(times)],
        "refund_cny": 0,
    })  # fmt: skip


def test_a_time_without_orders_still_gives_a_line_python_reads(watched, tmp_path):
    lonely = two_orders("2025-01-01T00:00Z", "2026-06-20T00:00Z")
    with watched() as page:
        page.goto(save_html(RFMExplorer(lonely), tmp_path / "rfm.html").as_uri())
        guess(page)
        page.get_by_label("看多长时间的订单").select_option("90")
        slide(page, "统计日", int(page.get_by_label("统计日").get_attribute("max")) - 200)
        assert "这段时间里没有订单" in page.locator(".ecrm-summary").inner_text()
        assert "NaN" not in page.locator(".ecrm").inner_text()
        slide(page, "R 多久没下单", 40)
        assert line(page)["recency_days"] == 40


def test_the_date_slider_of_a_young_shop_ends_at_its_last_day(watched, tmp_path):
    young = two_orders("2026-06-20T00:00Z", "2026-06-21T00:00Z")
    with watched() as page:
        page.goto(save_html(RFMExplorer(young), tmp_path / "rfm.html").as_uri())
        guess(page)
        slide(page, "统计日", 99_999)
        assert line(page)["as_of"] == "2026-06-22"


def test_the_line_carries_the_shops_own_time_zone(watched, tmp_path):
    late = two_orders("2026-06-01T20:00Z", "2026-06-20T20:00Z")
    shop = replace(load_shop("rongyu"), orders=late, timezone="UTC")
    with watched() as page:
        page.goto(save_html(RFMExplorer(shop), tmp_path / "rfm.html").as_uri())
        guess(page)
        settings = line(page)
        assert settings["timezone"] == "UTC"
        means = rfm(late, **settings)["recency_days"].mean()
        assert f"R {means:g} 天以内" in page.locator(".ecrm-summary").inner_text()


NO_SHOP_IS_TOO_ODD = {
    "one customer": two_orders("2026-06-20T00:00Z"),
    "equal customers": two_orders("2026-06-20T00:00Z", "2026-06-20T00:00Z", amounts=(5_000, 5_000)),
    "free orders": two_orders("2026-06-20T00:00Z", "2026-05-20T00:00Z", amounts=(0, 0)),
    "more refunded than paid": two_orders("2026-06-20T00:00Z", "2026-05-20T00:00Z").assign(refund_cny=6_001),
    "the shipped shop": load_shop("rongyu").orders,
}


@pytest.mark.parametrize("name", NO_SHOP_IS_TOO_ODD)
def test_python_computes_from_any_line_what_is_shown(watched, tmp_path, name):
    orders = NO_SHOP_IS_TOO_ODD[name]
    drawn = np.random.default_rng(20261121)
    with watched() as page:
        page.goto(save_html(RFMExplorer(orders), tmp_path / "rfm.html").as_uri())
        guess(page)
        for _ in range(12):
            turn_a_control(page, drawn)
            turn_a_control(page, drawn)
            settings = line(page)
            assert numbers(page) == class_table(rfm(orders, **settings))["customers"].tolist(), settings


def turn_a_control(page, drawn):
    """Move one slider anywhere, or choose one button or window, as the drawn numbers say."""
    kind = str(drawn.choice(["slider", "slider", "button", "window"]))
    if kind == "slider":
        label = str(drawn.choice(["R 多久没下单", "F 买过几单", "M 花了多少"]))
        slide(page, label, int(drawn.integers(0, 731)))
    elif kind == "button":
        buttons = page.locator(".ecrm-controls input[type=radio]")
        buttons.nth(int(drawn.integers(buttons.count()))).check()
    else:
        page.get_by_label("看多长时间的订单").select_option(str(drawn.choice(["0", "365", "180", "90"])))


@pytest.mark.parametrize("viewport", [{"width": 844, "height": 390}, {"width": 640, "height": 360}])
def test_a_low_window_keeps_its_sliders_in_sight(watched, saved, viewport):
    """A phone on its side, and a laptop at 200 %: a chart that stays would leave no room for the sliders."""
    with watched(viewport=viewport) as page:
        page.goto(saved)
        guess(page)
        assert page.locator(".ecrm-chart").evaluate("(e) => getComputedStyle(e).position") != "sticky"
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_move_is_told_once_to_screen_readers(page):
    guess(page)
    live = page.locator(".ecrm-controls output").evaluate_all("(all) => all.map((e) => e.ariaLive)")
    assert set(live) == {"off"}


def test_a_phone_needs_no_sideways_scroll_and_fingers_find_targets(watched, saved):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 3}
    with watched(**phone) as page:
        page.goto(saved)
        guess(page)
        line(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        heights = page.locator(".ecrm :is(button, select, input[type=range], .ecrm-seg label)").evaluate_all(
            "(all) => all.filter((e) => e.offsetParent).map((e) => e.offsetHeight)"
        )
        assert min(heights) >= 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_themes(watched, saved, scheme):
    with watched(color_scheme=scheme) as page:
        page.goto(saved)
        guess(page)
        assert page.locator(".ecrm").get_attribute("data-theme") == scheme
        ink, ground = page.evaluate(
            "() => [getComputedStyle(document.querySelector('.ecrm-summary')).color,"
            " getComputedStyle(document.body).backgroundColor]"
        )
        assert contrast(ink, ground) >= 7


def contrast(first, second):
    def luminance(color):
        parts = [float(x) / 255 for x in color[color.index("(") + 1 : -1].split(",")[:3]]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted([luminance(first), luminance(second)])
    return (light + 0.05) / (dark + 0.05)


def test_nothing_moves_for_who_asked_for_less_motion(watched, saved):
    with watched(reduced_motion="reduce") as page:
        page.goto(saved)
        guess(page)
        times = page.locator(".ecrm :is(button, tr, i)").evaluate_all(
            "(all) => all.map((e) => getComputedStyle(e).transitionDuration)"
        )
        assert set(times) == {"0s"}


def test_axes_rest_while_the_date_moves(page):
    guess(page)
    page.wait_for_timeout(60)
    # A redraw keeps the chart's own canvas; new axes would make a new one.
    page.evaluate("document.querySelector('canvas').dataset.mine = 'yes'")
    slide(page, "统计日", int(page.get_by_label("统计日").get_attribute("max")) - 300)
    page.wait_for_timeout(60)
    assert page.evaluate("document.querySelector('canvas').dataset.mine") == "yes"


def test_pointing_at_a_customer_tells_who_it_is(page):
    guess(page)
    box = page.locator(".u-over").bounding_box()
    note = page.locator(".ecrm-legend .ecrm-note").last
    seen = set()
    for step in range(12):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.04 * step), box["y"] + box["height"] * 0.5)
        seen.add(note.inner_text())
    assert any("天前，买过" in text for text in seen)


def test_first_paint_is_quick_and_a_move_takes_two_frames_at_most(watched, saved):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        start = time.perf_counter()
        page.goto(saved)
        page.wait_for_selector(".ecrm-guess")
        first = time.perf_counter() - start
        guess(page)
        times = page.evaluate(MOVE, 40)
    print(f"first paint {first * 1000:.0f} ms, move {statistics.median(times):.1f} ms median")
    # The bars are 1 s and 33 ms; a shared machine gets some slack here, the benchmark gives the figures.
    assert first < 2
    assert statistics.median(times) < 66
