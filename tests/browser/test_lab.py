"""`make lab` as a student meets it: Chinese menus, autosave, the course home, the unit one click away."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HOME = "notebooks/crossborder_crm/home.ipynb"


@pytest.fixture(scope="module")
def lab(start_lab) -> str:
    return start_lab(ROOT)


@pytest.fixture(scope="module")
def page(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{lab}/lab/tree/{HOME}?reset")
    page.wait_for_selector(".jp-Notebook", timeout=90_000)
    yield page
    page.close()


def test_menus_are_chinese(page):
    menus = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert "文件" in menus
    assert "File" not in menus


def test_work_is_saved_every_15_seconds(lab):
    address = f"{lab}/lab/api/settings/@jupyterlab/docmanager-extension:plugin"
    with urllib.request.urlopen(address, timeout=20) as answer:
        settings = json.load(answer)["schema"]["properties"]
    assert settings["autosaveInterval"]["default"] == 15


def test_the_home_opens_the_unit(page):
    link = page.locator(".jp-RenderedMarkdown a[href*='unit3.ipynb']").first
    link.wait_for(timeout=60_000)
    link.click()
    page.wait_for_selector("#jp-main-dock-panel >> text=unit3.ipynb", timeout=60_000)
