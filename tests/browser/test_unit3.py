"""Unit 3 as a student meets it in JupyterLab: run all, look, guess, on a desktop and on a phone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

UNIT = Path(__file__).parents[2] / "notebooks/crossborder_crm/unit3.ipynb"
SCROLLER = ".jp-WindowedPanel-outer"
RUN_ALL = """() => {
  jupyterapp.commands.execute("notebook:run-all-cells").then(() => { window.unitHasRun = true; });
}"""
PLACES = (
    "(s) => { const e = document.querySelector(s); return [e.scrollTop, e.clientHeight, e.scrollHeight]; }"
)


@pytest.fixture(scope="module")
def address(start_server, tmp_path_factory) -> str:
    """JupyterLab with a copy of the unit; the unit's address."""
    folder = tmp_path_factory.mktemp("unit3")
    shutil.copy(UNIT, folder)
    return f"{start_server(folder)}/lab/tree/unit3.ipynb?reset"


@pytest.fixture(scope="module", params=[(1200, 900), (390, 844)], ids=["desktop", "phone"])
def page(request, chromium, address, open_notebook):
    """Open the unit, run all of it, and have every cell drawn."""
    width, height = request.param
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.asked = []
    page.on("request", lambda sent: page.asked.append(sent.url))
    open_notebook(page, address)
    if page.locator("#jp-left-stack").is_visible():  # the file browser, as on a first visit
        page.evaluate("() => jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate(RUN_ALL)
    page.wait_for_function("() => window.unitHasRun", timeout=90_000)
    _scroll_through(page)
    yield page
    page.close()


def _scroll_through(page):
    """Pass every cell once: JupyterLab draws a cell when it comes near."""
    place = 0
    for _ in range(200):
        page.evaluate("([s, y]) => document.querySelector(s).scrollTo(0, y)", [SCROLLER, place])
        page.wait_for_timeout(120)
        seen, shown, total = page.evaluate(PLACES, SCROLLER)
        if seen + shown >= total - 4:
            return
        place = seen + shown - 40


def _show(page, selector):
    """Scroll down until the selector is drawn, as a reader would."""
    page.evaluate("(s) => document.querySelector(s).scrollTo(0, 0)", SCROLLER)
    for _ in range(200):
        found = page.locator(selector).first
        if found.count() and found.is_visible():
            found.scroll_into_view_if_needed()
            return found
        page.evaluate("(s) => document.querySelector(s).scrollBy(0, 400)", SCROLLER)
        page.wait_for_timeout(80)
    return pytest.fail(f"{selector} is nowhere in the unit")


def test_nothing_is_asked_from_another_machine(page):
    outside = [url for url in page.asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]
    assert outside == []


def test_no_cell_stopped_with_an_error(page):
    kinds = page.evaluate(
        "() => jupyterapp.shell.currentWidget.content.widgets.filter((c) => c.model.type === 'code')"
        ".flatMap((c) => Array.from({length: c.model.outputs.length}, (_, i) => c.model.outputs.get(i).type))"
    )
    assert {"execute_result", "display_data"} >= set(kinds)
    assert len(kinds) > 25


def test_the_page_does_not_scroll_sideways(page):
    wide, room = page.evaluate(
        "(s) => { const e = document.querySelector(s); return [e.scrollWidth, e.clientWidth]; }", SCROLLER
    )
    assert wide <= room + 1


def test_plotly_draws_with_its_own_renderer(page):
    figure = _show(page, ".js-plotly-plot")
    box = figure.bounding_box()
    assert box["width"] > 150
    assert box["height"] > 250
    assert figure.locator(".bars .point").count() > 10


def test_the_printed_figure_is_drawn_and_described(page):
    picture = _show(page, "img[alt^='两幅柱形图']")
    assert picture.evaluate("(image) => image.complete && image.naturalWidth") > 900


def test_no_column_of_words_is_one_character_wide(page):
    _show(page, "strong:text-is('说明不了什么')")
    widths = page.eval_on_selector_all(
        ".jp-RenderedHTMLCommon td",
        "(cells) => cells.filter((c) => c.innerText.length > 3).map((c) => c.getBoundingClientRect().width)",
    )
    assert len(widths) > 10
    assert min(width for width in widths if width) > 45


def test_the_answer_stays_folded_until_it_is_asked_for(page):
    fold = _show(page, "summary:text-is('写好了？点开核对')")
    answer = page.locator("details", has=fold).locator("table")
    assert not answer.is_visible()
    fold.click()
    assert answer.is_visible()
    fold.click()


def test_the_explorer_asks_before_it_shows(page):
    _show(page, ".ecrm-guess")
    page.get_by_role("button", name="揭晓").first.wait_for()
    page.locator(".ecrm-blank input").nth(0).fill("20")
    page.locator(".ecrm-blank input").nth(1).fill("80")
    page.get_by_role("button", name="揭晓").first.click()
    page.locator("input[type=range]").first.wait_for(timeout=10_000)
