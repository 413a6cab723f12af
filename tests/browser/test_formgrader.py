"""The formgrader in a browser: its button marks in a process aside, no student's work acts in its pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.sandboxing import needs_sandbox

pytestmark = [pytest.mark.browser, needs_sandbox]

REPOSITORY = Path(__file__).parents[2]
COURSE = "crossborder_crm"
# What shows that a student's text acted: a title changed, a field taken over, a request made.
HOSTILE = [
    "<script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "[link](javascript:document.title='taken') <a href=\"javascript:document.title='taken'\" id=trap>x</a>",
    "<svg onload=\"document.title = 'taken'\"><script>document.title = 'taken'</script></svg>",
    "<iframe srcdoc=\"<script>parent.document.title = 'taken'</script>\"></iframe>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    '<div style="background:url(https://evil.example/b.png);position:fixed;inset:0">cover</div>',
    "<form action=https://evil.example/ id=t4_essay><input class=score id=t4_essay name=q></form>",
    "<div class='nbgrader_cell'><input class='score tabbable' id='t4_essay'></div>",
    "![x](https://evil.example/c.png)",
    "<style>body { display: none }</style>",
    '<div class="verdict"><p><strong>得分 5 / 5</strong></p></div>',
    "<math><mtext><style><img src=x onerror=\"document.title='taken'\"></style></mtext></math>",
]
# What a judged cell shows, shown by the student's code.
FAKE = """
from IPython.display import HTML, display
display(HTML("<div class='verdict'><p><strong>得分 1 / 1</strong></p></div><p>对。</p>"))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the fixture assignment released and one hostile submission, half right."""
    folder = tmp_path_factory.mktemp("formgrader")
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    config = (REPOSITORY / "courses" / COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copytree(REPOSITORY / "tests/fixtures/solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    (folder / "pyproject.toml").write_text("", encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    released = folder / "exercises" / COURSE / "tiny/tiny.ipynb"
    book = json.loads(released.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        told = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if told == "a1_total":
            cell["source"] = "total_orders = 5\nprint('\\x1b[38m红')\n" + FAKE
        if told == "t4_essay":
            cell["source"] = "先联系老客。\n\n" + "\n\n".join(HOSTILE)
    (root / "submitted/s001/tiny").mkdir(parents=True)
    (root / "submitted/s001/tiny/tiny.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def server(start_server, course) -> str:
    """A Jupyter server in the course's folder, as an instructor starts it."""
    data = course.parent.parent / "jupyter-data"
    return start_server(course, program="jupyter_server", JUPYTER_DATA_DIR=str(data))


@pytest.fixture(scope="module")
def marked(chromium, server, course):
    """Press the Autograde button and, while it works, ask the server something else.

    Returns how long each of these questions took, and the whole.
    """
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{server}/formgrader/manage_submissions/tiny")
    page.locator("td.autograde a").click()
    failed = page.get_by_text("There was an error autograding")
    waits = []
    said = page.get_by_text("Successfully autograded 'tiny' for student 's001'.")
    start = time.monotonic()
    while not said.is_visible() and not failed.is_visible() and time.monotonic() < start + 600:
        before = time.monotonic()
        urllib.request.urlopen(f"{server}/api/status", timeout=60).close()
        waits.append(time.monotonic() - before)
        page.wait_for_timeout(100)
    shown = page.locator(".modal-body").inner_text() if not said.is_visible() else ""
    context.close()
    assert not shown, shown
    return waits, time.monotonic() - start


def submission_page(server, course) -> str:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return f"{server}/formgrader/submissions/{book.find_submission_notebook('tiny', 'tiny', 's001').id}/"


def test_autograde_button_brings_the_judged_score_into_the_gradebook(marked, course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert book.find_grade("t1_total", "tiny", "tiny", "s001").auto_score == 1
        assert book.find_submission("tiny", "s001").score == 1


def test_server_answers_while_the_button_marks(marked):
    waits, whole = marked

    assert len(waits) >= 5
    assert max(waits) < whole / 2  # a blocked server would have kept one of them waiting for it all


@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_a_student_wrote_acts_in_the_grading_page(watched, server, course, marked, width):
    with watched(viewport={"width": width, "height": 900}) as page:
        page.goto(submission_page(server, course))
        page.locator("#t4_essay").wait_for()
        page.get_by_text("先联系老客。").wait_for()

        assert "tiny" in page.title()
        assert page.locator("[id='t4_essay']").count() == 1
        assert (
            page.locator(".nbgrader_cell .nbgrader_cell, iframe, .box script, .box svg, .box form").count()
            == 0
        )
        assert page.locator(".box a[href^='javascript']").count() == 0
        verdicts = page.locator(".verdict").all_inner_texts()
        assert len(verdicts) == 3
        assert "得分 1 / 1" not in verdicts[0]
        faked = page.locator("strong", has_text="得分 1 / 1")
        assert faked.count() == page.locator(".shown-by-code .box").locator(faked).count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1


def test_teacher_marks_and_comments_on_the_page(watched, server, course, marked):
    with watched() as page:
        page.goto(submission_page(server, course))
        field = page.locator("#t4_essay")
        field.wait_for()
        page.wait_for_function("formgrader.loaded && formgrader.grades.loaded && formgrader.comments.loaded")
        with page.expect_response("**/api/grade/*"):
            page.locator(".nbgrader_cell", has=field).locator(".full-credit").click()
        page.locator("#t4_essay-comment").fill("写得好")
        with page.expect_response("**/api/comment/*"):
            page.locator("#t4_essay-comment").blur()

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert book.find_grade("t4_essay", "tiny", "tiny", "s001").manual_score == 5
        assert book.find_comment("t4_essay", "tiny", "tiny", "s001").manual_comment == "写得好"


def headers(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def test_grading_page_allows_no_script_but_its_own(server, course, marked):
    _, told = headers(submission_page(server, course))

    assert "default-src 'none'; script-src 'nonce-" in told["Content-Security-Policy"]


def test_files_of_a_submission_are_downloads_and_links_are_not_followed(server, course, marked):
    folder = course / "autograded/s001/tiny/attachments"
    folder.mkdir(exist_ok=True)
    (folder / "report.html").write_text("<script>document.title = 'taken'</script>", encoding="utf-8")
    (folder / "图.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", encoding="utf-8")
    os.symlink(course / "gradebook.db", folder / "linked.db")  # noqa: PTH211
    page = submission_page(server, course)

    elsewhere = page.replace("/submissions/", "/submissions//")
    for address in (
        f"{page}attachments/report.html", f"{page}attachments/%E5%9B%BE.svg", f"{page}tiny.ipynb",
        f"{elsewhere}attachments/report.html",
    ):  # fmt: skip
        status, told = headers(address)
        assert (status, told["Content-Disposition"], told["Content-Type"]) == (
            200, "attachment", "application/octet-stream",
        )  # fmt: skip
        assert told["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in told["Content-Security-Policy"]
    assert headers(f"{page}attachments/report.html%00.docx")[0] == 404
    assert headers(f"{page}attachments/linked.db")[0] == 404
    assert headers(f"{page}..%2F..%2F..%2Fgradebook.db")[0] == 404


def test_names_that_are_options_or_patterns_are_refused(chromium, server, marked):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{server}/formgrader/manage_assignments")
    ask = """async (path) => (await fetch(path, {method: 'POST',
        headers: {'X-XSRFToken': getCookie('_xsrf')}})).status"""

    assert page.evaluate(ask, f"{server}/formgrader/api/submission/tiny/*/autograde") == 400
    assert page.evaluate(ask, f"{server}/formgrader/api/submission/--force/s001/autograde") == 400
    context.close()
