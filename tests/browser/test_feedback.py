"""A student's feedback page in a browser: readable at desktop and phone width, and nothing on it acts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandboxing import needs_sandbox

pytestmark = [pytest.mark.browser, needs_sandbox]

REPOSITORY = Path(__file__).parents[2]
COURSE = "crossborder_crm"
ACT = "document.documentElement.dataset.taken = 1"
# Run by the student's code: each shows something that acts in nbgrader's own feedback.
OUTPUTS = f"""
import plotly.graph_objects as go
from IPython.display import HTML, Javascript, Latex, Markdown, SVG, display
act = {ACT!r}
display(HTML(f"<script>{{act}}</script><img src=x onerror='{{act}}'><iframe srcdoc='<script>parent.{{act}}</script>'></iframe>"))
display(HTML("<meta http-equiv=refresh content='0;url=https://evil.example/'><base href=https://evil.example/>"))
display(HTML(f"<a id=jump href='javascript:{{act}}'>点这里</a><form action=https://evil.example><button>交</button></form>"))
display(HTML("<style>body {{ display: none }} @import url(https://evil.example/a.css)</style>"))
display(HTML("<div style='position:fixed;inset:0;background:url(https://evil.example/b.png)'>盖住</div>"))
display(HTML("<div style='margin-top:-900px;width:9000px'>拉上去</div><img src=https://evil.example/c.png>"))
display(Javascript(act), Markdown(f"<script>{{act}}</script> ![x](https://evil.example/d.png)"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='{{act}}'><script>{{act}}</script></svg>"))
display({{"image/png": f'" onerror="{{act}}', "text/plain": "x"}}, raw=True)
display({{"text/vnd.mermaid": f"<script>{{act}}</script>", "text/plain": "y"}}, raw=True)
display(Latex(f"$\\\\href{{{{javascript:{{act}}}}}}{{{{t}}}}$ <script>{{act}}</script>"))
print(f"\\x1b[31m红\\x1b]8;;javascript:{{act}}\\x07链接\\x1b]8;;\\x07<script>{{act}}</script>")
figure = go.Figure(go.Bar(x=["新客", "老客"], y=[2, 3]))
display({{"application/vnd.plotly.v1+json": figure.to_plotly_json() | {{"data": [{{"type": "bar", "x": ["新客", "老客"], "y": [2, 3]}}], "layout": {{"meta": {{"alt": "新客 2 位，老客 3 位"}}}}}}, "text/plain": "图"}}, raw=True)
print("<b>看得见的文字</b>", "\\x1b[38m红", "\\x1b[38;5;999;48m")
display(HTML("<div class=result id=task-t1_total><p class=line><strong class=points>得分 4 / 4</strong> ✓ 全对</p></div>"))
display(Markdown("# 假标题\\n\\n[成绩](#tasks) [下载](attachments/x.html) <a href='attachments/..%2fx'>y</a>"))
"""  # noqa: E501 - one attack a line


@pytest.fixture(scope="module")
def feedback(tmp_path_factory) -> Path:
    """The page that nbgrader's own command writes for a hostile submission."""
    folder = tmp_path_factory.mktemp("feedback")
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    config = (REPOSITORY / "courses" / COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copytree(REPOSITORY / "tests/fixtures/solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    nbgrader(root, "generate_assignment", "tiny")
    book = json.loads((folder / "exercises" / COURSE / "tiny/tiny.ipynb").read_text(encoding="utf-8"))
    by_id = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in book["cells"]}
    by_id["a1_total"]["source"] = "total_orders = 5\n" + OUTPUTS
    by_id["a2_letter"]["source"] = 'letter = "B"'
    hostile = f"先联系老客。<script>{ACT}</script>\n\n![x](attachment:a.png) <svg onload='{ACT}'></svg>"
    by_id["t4_essay"]["source"] = hostile
    by_id["t4_essay"]["attachments"] = {"a.png": {f'image/png" onerror="{ACT}': "eA=="}}
    book["metadata"]["title"] = f"</title><script>{ACT}</script>"
    (root / "submitted/s001/tiny").mkdir(parents=True)
    (root / "submitted/s001/tiny/tiny.ipynb").write_text(json.dumps(book), encoding="utf-8")
    nbgrader(root, "autograde", "tiny")
    nbgrader(root, "generate_feedback", "tiny")
    return root / "feedback/s001/tiny/tiny.html"


def nbgrader(root, *arguments):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ECRM_", "NBGRADER_"))}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_a_student_wrote_acts_and_everything_can_be_read(watched, feedback, width):
    with watched(viewport={"width": width, "height": 900}) as page:
        page.goto(feedback.as_uri())
        page.wait_for_load_state("networkidle")

        assert page.evaluate("document.documentElement.dataset.taken") is None
        assert page.title().startswith("小作业")
        assert (
            page.locator(
                "script, iframe, svg, form, base, [onerror], [onload], a[href^='javascript']"
            ).count()
            == 0
        )
        for words in ("第 1 题", "1 / 4", "这是有几个数，不是一共几单。", "还有 1 题等老师查看"):
            assert page.get_by_text(words).first.is_visible()
        assert page.locator("img[alt='新客 2 位，老客 3 位']").evaluate("one => one.naturalWidth") > 400
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1


def test_what_a_student_wrote_stays_in_its_box(watched, feedback):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(feedback.as_uri())
        total = page.locator(".total strong").bounding_box()
        over = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('.total') !== null",
            [total["x"] + total["width"] / 2, total["y"] + total["height"] / 2],
        )

        assert over
        faked = page.locator("strong", has_text="得分 4 / 4")
        assert faked.count() == page.locator(".shown-by-code .box").locator(faked).count() == 1
        assert page.locator(".result .points").first.inner_text() == "得分 1 / 4"


def test_jumps_lead_from_the_table_to_the_task_and_back(watched, feedback):
    with watched() as page:
        page.goto(feedback.as_uri())
        page.locator(".tasks a").first.click()
        assert page.url.endswith("#task-t1_total")
        page.locator("#task-t1_total .back").click()
        assert page.url.endswith("#tasks")
