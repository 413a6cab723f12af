"""The explorers in a real JupyterLab, with a kernel: they show, move, and tell Python."""

from __future__ import annotations

import nbformat
import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """from ecrm_helpers.datasets import load_shop
from ecrm_helpers.widgets import CLVExplorer, LifecycleExplorer, Quiz, RFMExplorer, numeric
explorer = RFMExplorer(load_shop("heting"))
explorer""",
    "print('as set:', explorer.split, explorer.recency_days, explorer.guess['customers'])",
    "explorer.recency_days = 55",
    "lifecycle = LifecycleExplorer()\nlifecycle",
    'Quiz([numeric("1 + 1 = ?", 2)])',
    "worth = CLVExplorer()\nworth",
    """from ecrm_helpers.value import payback
print("worth", worth.settings["retention"], payback(**worth.settings))""",
    "worth.first_period = 'end'",
]


@pytest.fixture(scope="module")
def lab(start_server, tmp_path_factory) -> str:
    """JupyterLab with one small notebook; the notebook's address."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, folder / "tiny.ipynb")
    return f"{start_server(folder)}/lab/tree/tiny.ipynb?reset"


@pytest.fixture(scope="module")
def page(chromium, lab, open_notebook):
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    yield open_notebook(page, lab)
    page.close()


def run(page, cell):
    code = page.locator(".jp-CodeCell").nth(cell)
    code.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")


def test_explorer_moves_and_the_kernel_hears_it(page):
    run(page, 0)
    page.wait_for_selector(".ecrm-guess", timeout=60_000)
    page.locator(".ecrm-blank input").nth(0).fill("12")
    page.locator(".ecrm-blank input").nth(1).fill("34")
    page.get_by_role("button", name="揭晓").click()
    page.wait_for_selector(".ecrm-classes tbody tr")
    recency = page.get_by_label("R 多久没下单")
    recency.focus()
    before = page.locator(".ecrm-summary").inner_text()
    page.keyboard.press("ArrowLeft")
    moved = recency.input_value()
    assert page.locator(".ecrm-summary").inner_text() != before
    run(page, 1)
    page.wait_for_selector(f"text=as set: thresholds {moved} 12", timeout=30_000)


def test_the_explorer_hears_the_kernel(page):
    run(page, 2)
    page.wait_for_function(
        "document.querySelector('.ecrm-rfm input[type=range]').value === '55'", timeout=30_000
    )
    assert "55 天以内" in page.locator(".ecrm-summary").inner_text()


def test_lifecycle_and_quiz_show_too(page):
    run(page, 3)
    page.wait_for_selector(".ecrm-lifecycle .ecrm-guess", timeout=60_000)
    page.locator(".ecrm-lifecycle").get_by_role("button", name="直接看").click()
    page.locator(".ecrm-lifecycle input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    assert "每月多花 1,000 元" in page.locator(".ecrm-lifecycle .ecrm-summary").inner_text()
    run(page, 4)
    page.wait_for_selector(".ecrm-quiz", timeout=60_000)
    page.get_by_role("textbox", name="1 + 1").fill("２")
    page.locator(".ecrm-quiz").get_by_role("button", name="看看对不对").click()
    assert "答对了" in page.locator(".ecrm-quiz").inner_text()


def test_the_clv_explorer_moves_and_talks_both_ways(page):
    run(page, 5)
    page.wait_for_selector(".ecrm-clv .ecrm-guess", timeout=60_000)
    explorer = page.locator(".ecrm-clv")
    explorer.get_by_role("button", name="直接看").click()
    explorer.get_by_label("r 留存率").focus()
    page.keyboard.press("ArrowRight")
    assert "100 × 1.1 ÷ (1.1 − 0.61)" in explorer.locator(".ecrm-formula").inner_text()
    run(page, 6)
    page.wait_for_selector("text=worth 0.61 1", timeout=30_000)
    run(page, 7)
    page.wait_for_function(
        "document.querySelector('.ecrm-clv .ecrm-formula').textContent.includes('m × r ÷')", timeout=30_000
    )
    assert explorer.get_by_label("一年后才收").is_checked()
