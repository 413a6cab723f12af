"""The formgrader's Autograde button, pressed once: the score comes from our judge."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).parents[2]
COURSE = "crossborder_crm"


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
def server(start_server, course) -> str:
    """A Jupyter server in the course's folder, as an instructor starts it."""
    data = course.parent.parent / "jupyter-data"
    return start_server(course, program="jupyter_server", JUPYTER_DATA_DIR=str(data))


def test_autograde_button_brings_the_judged_score_into_the_gradebook(chromium, server, course):
    context = chromium.new_context()
    # nbgrader's page asks a CDN for MathJax, which this test does not need.
    context.route("**/*", lambda route: route.continue_() if server in route.request.url else route.abort())
    page = context.new_page()

    page.goto(f"{server}/formgrader/manage_submissions/tiny")
    page.locator("td.autograde a").click()
    page.get_by_text("Successfully autograded 'tiny' for student 's001'.").wait_for(timeout=120_000)
    context.close()

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert book.find_grade("t1_total", "tiny", "tiny", "s001").auto_score == 1
        assert book.find_submission("tiny", "s001").score == 1
