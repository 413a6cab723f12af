"""The two tasks that are done with the mouse: an explorer's line, pasted by hand, earns full marks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ecrm_helpers.marking import Context, load_marking

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NAME = "unit3_segments.ipynb"
STUDENT = "20230142"
MIME = "application/vnd.ecrm.answer+json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("student")
    shutil.copy(ROOT / "exercises" / "crossborder_crm" / "unit3_segments" / NAME, made)
    return made


@pytest.fixture(scope="module")
def address(start_server, folder) -> str:
    return start_server(folder, ECRM_STUDENT=STUDENT)


@pytest.fixture(scope="module")
def page(chromium, address, open_notebook):
    context = chromium.new_context(viewport={"width": 1200, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    open_notebook(page, f"{address}/lab/tree/{NAME}?reset")
    menu(page, "运行", "运行所有单元格")
    yield page
    context.close()


def menu(page, name: str, entry: str) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text=name).first.click()
    page.locator(".lm-Menu-itemLabel", has_text=entry).first.click()


def find(page, selector: str):
    """Scroll until the windowed notebook has drawn `selector`."""
    outer = page.locator(".jp-WindowedPanel-outer").first
    for _ in range(6):
        for y in range(0, 16_000, 500):
            outer.evaluate("(panel, y) => { panel.scrollTop = y }", y)
            page.wait_for_timeout(120)
            if page.locator(selector).count():
                found = page.locator(selector).first
                found.scroll_into_view_if_needed()
                page.wait_for_timeout(300)
                return found
    pytest.fail(f"{selector} never appeared")
    return None


def slide(page, explorer, place: int, value: int) -> None:
    explorer.locator("input[type=range]").nth(place).evaluate(
        "(slider, value) => { slider.value = value; for (const kind of ['input', 'change'])"
        " slider.dispatchEvent(new Event(kind, { bubbles: true })) }",
        str(value),
    )
    page.wait_for_timeout(120)


def paste_line(page, explorer, blank: str, runs: int) -> None:
    """Copy the explorer's line, paste it over the whole line that says `blank`, run the cells below."""
    explorer.get_by_text("把设置变成一行代码").click()
    explorer.get_by_text("复制", exact=True).click()
    line = find(page, f".jp-CodeCell .cm-line:has-text('{blank}')")
    line.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+v")
    for _ in range(runs):
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(1_500)


def recorded(page, folder: Path, task: str) -> dict:
    page.keyboard.press("Control+s")
    page.wait_for_timeout(3_000)
    cells = json.loads((folder / NAME).read_text("utf-8"))["cells"]
    records = [
        json.loads(output["data"][MIME])
        for cell in cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    return next(record["value"] for record in records if record["task"] == task)


@pytest.fixture(scope="module")
def judged():
    tasks = load_marking(ROOT / "solutions" / "crossborder_crm" / "unit3_segments" / "marking.py").tasks
    context = Context(student_id=STUDENT, course="crossborder_crm")
    return lambda name, value: tasks[name].judge(value, context)


def test_rfm_line_earns_full_marks(page, folder, judged):
    explorer = find(page, ".ecrm-rfm")
    explorer.get_by_text("直接看").click()
    explorer.locator("input[value=thresholds]").click()
    slide(page, explorer, 0, 180)
    slide(page, explorer, 1, 2)
    for position in range(60, 200):
        slide(page, explorer, 2, position)
        if int(explorer.locator(".ecrm-summary").inner_text().split("」")[1].split(" 人")[0]) <= 60:
            break
    paste_line(page, explorer, "settings = {}", runs=2)
    verdict = judged("t3_vip_list", recorded(page, folder, "t3_vip_list"))
    assert verdict.points == 6, verdict.message


def test_lifecycle_line_earns_full_marks(page, folder, judged):
    explorer = find(page, ".ecrm-lifecycle")
    explorer.get_by_text("直接看").click()
    for place, budget in enumerate((2_000, 0, 4_000, 6_000)):
        slide(page, explorer, place, budget)
    paste_line(page, explorer, "levers = {}", runs=3)
    verdict = judged("t6_budget", recorded(page, folder, "t6_budget"))
    assert verdict.points == 4, verdict.message
