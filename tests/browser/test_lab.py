"""`make lab` as a student meets it: Chinese menus, autosave, the course home, the unit one click away."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from ecrm_helpers.bundle import build_bundle

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HOME = "notebooks/crossborder_crm/home.ipynb"


@pytest.fixture(scope="module")
def lab(start_server, tmp_path_factory) -> str:
    """JupyterLab in the folder that students get."""
    folder = tmp_path_factory.mktemp("student") / "bundle"
    build_bundle(ROOT, folder)
    return start_server(folder)


@pytest.fixture(scope="module")
def page(lab, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
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


def test_a_student_is_asked_for_the_id_once_and_sees_the_shop(lab, chromium, open_notebook):
    exercise = "exercises/crossborder_crm/unit3_segments/unit3_segments.ipynb"
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    open_notebook(page, f"{lab}/lab/tree/{exercise}?reset")
    setup = page.locator(".jp-CodeCell").first
    setup.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    box = page.locator("input.jp-Stdin-input")
    box.wait_for(timeout=60_000)
    assert "学号" in page.locator(".jp-Stdin").inner_text()
    box.fill("２０２３０１４２ ")  # full-width digits and a blank, as an input method leaves them
    box.press("Enter")
    page.wait_for_selector(".jp-CodeCell .jp-OutputArea-output >> text=榕屿家居", timeout=60_000)
    assert "42" in setup.locator(".jp-OutputArea").inner_text()
    # Once per session: running the cell again asks nothing.
    setup.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".jp-InputPrompt >> text=[2]:", timeout=60_000)
    assert page.locator("input.jp-Stdin-input").count() == 0
    page.close()


@pytest.fixture
def opened_by_make(tmp_path):
    """Run `make lab` with a browser that only writes down what it was asked to open."""
    note, browser = tmp_path / "opened", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {note}\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    env = os.environ | {"BROWSER": f"{browser} %s", "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    with (tmp_path / "log").open("w") as log:
        made = subprocess.Popen(
            ["make", "lab"], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            deadline = time.monotonic() + 120
            while not note.exists() or not note.read_text():
                if made.poll() is not None or time.monotonic() > deadline:
                    pytest.fail((tmp_path / "log").read_text())
                time.sleep(0.25)
            yield note.read_text()
        finally:
            os.killpg(made.pid, signal.SIGTERM)
            made.wait(30)


def test_make_lab_opens_the_home_and_its_links_lead_to_the_exercise(opened_by_make, chromium):
    page = chromium.new_page()
    page.goto(opened_by_make)
    page.wait_for_url("**/lab/tree/notebooks/crossborder_crm/home.ipynb*", timeout=90_000)
    page.locator(".jp-RenderedMarkdown a[href*='unit3_segments.ipynb']").first.click(timeout=90_000)
    page.wait_for_selector(".jp-RenderedMarkdown >> text=第 3 单元练习", timeout=60_000)
    page.close()
