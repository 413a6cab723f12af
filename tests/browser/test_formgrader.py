"""The formgrader's Autograde button, pressed once: the score comes from our judge."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from nbgrader.api import Gradebook

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).parents[2]
COURSE = "crossborder_crm"
TOKEN = "a-token-for-this-test-only"  # noqa: S105 - the server lives as long as the test
READY_SECONDS = 60


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the fixture assignment released and one submission, half right."""
    folder = tmp_path_factory.mktemp("formgrader")
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "courses" / COURSE / "nbgrader_config.py", root)
    shutil.copytree(REPOSITORY / "tests/fixtures/solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    released = folder / "exercises" / COURSE / "tiny/tiny.ipynb"
    book = json.loads(released.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "a1_total":
            cell["source"] = "total_orders = 5"
    (root / "submitted/s001/tiny").mkdir(parents=True)
    (root / "submitted/s001/tiny/tiny.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def server(course):
    """A Jupyter server in the course's folder, as an instructor starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = course.parent.parent / "jupyter"
    env = {**os.environ, "JUPYTER_CONFIG_DIR": str(config), "JUPYTER_DATA_DIR": str(config / "data")}
    command = [
        sys.executable, "-m", "jupyter", "server", "--ip=127.0.0.1", f"--port={port}", "--no-browser",
        "--allow-root", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={course}",
        "--ServerApp.port_retries=0",
    ]  # fmt: skip
    with (course.parent.parent / "server.log").open("wb") as log:
        running = subprocess.Popen(command, cwd=course, env=env, stdout=log, stderr=log)
        try:
            yield _ready(f"http://127.0.0.1:{port}", running)
        finally:
            running.terminate()
            running.wait(timeout=30)


def _ready(address, running):
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert running.poll() is None, "the server ended early"
        try:
            with urlopen(f"{address}/api?token={TOKEN}", timeout=5):
                return address
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the server was not ready within {READY_SECONDS} s")


def test_autograde_button_brings_the_judged_score_into_the_gradebook(chromium, server, course):
    context = chromium.new_context()
    # nbgrader's page asks a CDN for MathJax, which this test does not need.
    context.route("**/*", lambda route: route.continue_() if server in route.request.url else route.abort())
    page = context.new_page()

    page.goto(f"{server}/login?token={TOKEN}&next=%2Fformgrader%2Fmanage_submissions%2Ftiny")
    page.locator("td.autograde a").click()
    page.get_by_text("Successfully autograded 'tiny' for student 's001'.").wait_for(timeout=120_000)
    context.close()

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert book.find_grade("t1_total", "tiny", "tiny", "s001").auto_score == 1
        assert book.find_submission("tiny", "s001").score == 1
