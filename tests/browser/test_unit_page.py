"""The page that `ecrm unit` writes, opened from a disk: on a desktop, on a phone, in the dark, on paper."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from ecrm_helpers.runs.page import unit_page
from ecrm_helpers.runs.unit import run_unit

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
each_width = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Unit 3 on the shipped shop, as a page on a disk."""
    out = tmp_path_factory.mktemp("unit") / "out"
    return run_unit("crossborder_crm/unit3", out, project=ROOT).page.as_uri()


@pytest.fixture
def opened(watched, address):
    """Open the page at a width and wait until every widget is there; nothing may be asked from elsewhere."""

    def at(viewport, **options):
        context = watched(viewport=viewport, **options)
        page = context.__enter__()
        contexts.append(context)
        page.goto(address)
        page.wait_for_function(
            "() => [...document.querySelectorAll('.widget')].every((one) => one.childElementCount)"
        )
        return page

    contexts = []
    yield at
    for context in contexts:
        context.__exit__(None, None, None)


@each_width
def test_all_widgets_are_drawn_and_the_page_does_not_scroll_sideways(opened, viewport):
    page = opened(viewport)
    heights = page.eval_on_selector_all(".widget", "(all) => all.map((one) => one.offsetHeight)")
    assert len(heights) == 9
    assert min(heights) > 150
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@each_width
def test_figures_are_drawn_when_they_come_near(opened, viewport):
    page = opened(viewport)
    figure = page.locator(".figure").first
    assert page.evaluate("typeof window.Plotly") == "undefined"
    figure.scroll_into_view_if_needed()
    figure.locator(".js-plotly-plot .bars .point").first.wait_for(timeout=20_000)
    box = figure.bounding_box()
    assert 300 < box["height"] < 600
    assert box["width"] <= viewport["width"]


def test_a_folded_figure_is_drawn_when_it_is_opened(opened):
    page = opened(PHONE)
    fold = page.locator("summary", has_text="猜好了？点开看图")
    assert page.locator("details", has=fold).locator(".js-plotly-plot").count() == 0
    fold.click()
    page.locator("details", has=fold).locator(".js-plotly-plot .scatterlayer").wait_for(timeout=20_000)


@each_width
def test_a_quiz_answers(opened, viewport):
    page = opened(viewport)
    quiz = page.locator(".widget").first
    quiz.locator("label", has_text="距最后一单的天数").first.click()
    quiz.get_by_role("button", name="看看对不对").first.click()
    quiz.get_by_text("行为比身份更接近下一步行动").wait_for()


@each_width
def test_the_explorer_asks_and_then_moves(opened, viewport):
    page = opened(viewport)
    explorer = page.locator(".widget").nth(1)
    blanks = explorer.locator(".ecrm-blank input")
    blanks.nth(0).fill("20")
    blanks.nth(1).fill("80")
    explorer.get_by_role("button", name="揭晓").click()
    explorer.locator("input[type=range]").first.wait_for()
    before = explorer.inner_text()
    explorer.get_by_label("中位数", exact=True).check()
    page.wait_for_function("(old) => document.querySelectorAll('.widget')[1].innerText !== old", arg=before)


def test_code_is_shown_on_request_except_lines_to_change(opened):
    page = opened(DESKTOP)
    assert (
        page.locator(".source:visible").all_inner_texts() == page.locator(".asks .source").all_inner_texts()
    )
    assert page.locator(".asks .source").count() == 4
    page.get_by_label("显示准备工作的代码").check()
    assert page.locator(".source:visible").count() > 25


def test_the_contents_jump_to_sections(opened):
    page = opened(PHONE)
    page.locator(".toc summary").click()
    page.locator(".toc a", has_text="3.3").click()
    heading = page.locator("h2", has_text="3.3")
    page.wait_for_function(
        "(h) => Math.abs(h.getBoundingClientRect().top) < 200", arg=heading.element_handle()
    )
    assert not page.locator(".toc ol").is_visible()


def test_wide_tables_scroll_in_their_own_box(opened):
    page = opened(PHONE)
    boxes = page.eval_on_selector_all(
        ".scroll, [style*='overflow-x']",
        "(all) => all.map((one) => [one.scrollWidth, one.clientWidth, one.getBoundingClientRect().right])",
    )
    assert any(inner > outer + 50 for inner, outer, _ in boxes)
    assert max(right for _, _, right in boxes) <= PHONE["width"]


def test_words_are_readable_in_the_dark(opened):
    page = opened(PHONE, color_scheme="dark")
    ink, paper = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; }"
    )
    light = [sum(map(int, colour.strip("rgb()").split(","))) for colour in (ink, paper)]
    assert light[0] > 600
    assert light[1] < 120


def test_everything_unfolds_for_paper(opened):
    page = opened(DESKTOP)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("() => document.querySelectorAll('.figure.drawn').length === 3", timeout=20_000)
    assert page.locator("main details:not([open])").count() == 0
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()


def test_a_script_that_slipped_in_would_not_run(chromium, tmp_path):
    """The security policy is the second wall: put a script behind the first and see it stopped."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 题")])
    text = unit_page(notebook, title="题", file_name="a.ipynb")
    evil = "<script>window.caught = 1</script><img src=x onerror='window.caught = 2'>"
    (tmp_path / "page.html").write_text(text.replace("<h1", f"{evil}<h1"), "utf-8")
    page, said = chromium.new_page(), []
    page.on("console", lambda line: said.append(line.text))
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("window.caught ?? 0") == 0
    assert any("Content Security Policy" in line for line in said)
    page.close()
