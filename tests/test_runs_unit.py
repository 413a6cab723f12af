"""`run_unit`: what it refuses, what it writes, what a failing cell leaves, and what a page may hold."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import papermill
import pytest

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.runs.page import unit_page
from ecrm_helpers.runs.page_text import Writer, clean, formula
from ecrm_helpers.runs.unit import known_units, run_unit

md, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
HIDDEN = {"jupyter": {"source_hidden": True}}


TELL = """import pathlib, sys
print(pathlib.Path().absolute(), file=sys.stderr)
print(SHOP, REVEAL, [path.name for path in sorted(pathlib.Path().glob("shop/*"))])"""


def small_unit(*more):
    """A unit of a few cells that needs nothing but Python."""
    return [
        md("# 单元 9　小单元\n\n见 [练习](../../exercises/c/x/x.ipynb)、[官网](https://example.org)。"),
        code('SHOP = "rongyu"  # 换店\nREVEAL = False', metadata={"tags": ["parameters"], **HIDDEN}),
        md("教师提示", metadata={"tags": ["instructor"]}),
        md("## 9.1 看数（10 分钟）"),
        code(TELL),
        *more,
    ]


def write_project(folder, cells):
    target = folder / "notebooks/course/unit9.ipynb"
    target.parent.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, target)
    return folder


@pytest.fixture
def project(tmp_path):
    """A courseware folder with one small unit; call it with more cells."""

    def made(*more, cells=None):
        return write_project(tmp_path / "project", cells or small_unit(*more))

    return made


def build_small(folder):
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id\n1\n", "utf-8")


def read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def printed(notebook):
    return "".join(
        o.text for cell in notebook.cells for o in cell.get("outputs", []) if o.get("name") == "stdout"
    )


# The run


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One run of the small unit on a built shop: (what it returned, what was watched, its folder)."""
    folder, seen = tmp_path_factory.mktemp("finished"), []
    done = run_unit(
        "course/unit9",
        folder / "out",
        project=write_project(folder / "project", small_unit()),
        build=build_small,
        watch=lambda *now: seen.append(now),
    )
    return done, seen, folder


def test_writes_a_notebook_a_page_and_the_shop(finished):
    done, seen, folder = finished
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["shop", "unit9.html", "unit9.ipynb"]
    assert printed(read(done.notebook)) == "shop True ['orders.csv']\n"
    assert seen == [(0, 2, "单元 9　小单元"), (1, 2, "9.1 看数"), (2, 2, "")]


def test_the_written_notebook_runs_again_wherever_it_is_moved_to(finished, tmp_path):
    moved = shutil.copytree(finished[2] / "out", tmp_path / "elsewhere")
    again = papermill.execute_notebook(
        f"{moved}/unit9.ipynb", None, cwd=moved, progress_bar=False, log_output=False
    )
    assert printed(again) == "shop True ['orders.csv']\n"


def test_nothing_tells_of_the_machine_that_ran_it(finished):
    done, _, folder = finished
    for path in (done.notebook, done.page):
        text = path.read_text("utf-8")
        assert str(folder) not in text
        assert f"{Path.home()}/" not in text
    notebook = read(done.notebook)
    assert "papermill" not in notebook.metadata
    assert [c.id for c in notebook.cells if {"papermill", "execution"} & set(c.metadata)] == []


def test_the_parameters_stand_in_their_own_cell(finished):
    (cell,) = [c for c in read(finished[0].notebook).cells if "parameters" in str(c.metadata.get("tags"))]
    assert cell.source == 'SHOP = "shop"  # 换店\nREVEAL = True'


def test_instructor_cells_are_left_out(finished):
    for path in (finished[0].notebook, finished[0].page):
        assert "教师提示" not in path.read_text("utf-8")


def test_instructor_cells_are_kept_when_wanted(project, tmp_path):
    done = run_unit("course/unit9.ipynb", tmp_path / "out", project=project(), instructor=True)
    for path in (done.notebook, done.page):
        assert "教师提示" in path.read_text("utf-8")
    assert printed(read(done.notebook)) == "rongyu True []\n"
    assert done.shop is None


def test_links_into_the_courseware_become_words(finished):
    first = read(finished[0].notebook).cells[0].source
    assert "练习（课件里的 `exercises/c/x/x.ipynb`）" in first
    assert "[官网](https://example.org)" in first
    assert 'href="../' not in finished[0].page.read_text("utf-8")


def test_a_shop_that_cannot_be_built_stops_before_anything_runs(project, tmp_path):
    def refuse(_):
        message = "第 3 行没有订单号。"
        raise DataError(message)

    with pytest.raises(DataError, match="第 3 行"):
        run_unit("course/unit9", tmp_path / "out", project=project(), build=refuse)
    assert not (tmp_path / "out").exists()


def test_a_failing_cell_is_told_by_its_section_and_its_last_line(project, tmp_path):
    failing = [md("### 动手"), code("1 / 0"), md("## 9.2 后面"), code("print('后面')")]
    with pytest.raises(DataError) as caught:
        run_unit("course/unit9", tmp_path / "out", project=project(*failing), build=build_small)
    text = str(caught.value)
    assert "“9.1 看数 › 动手”一节" in text
    assert "ZeroDivisionError：division by zero" in text
    assert text.splitlines()[-1].startswith("提示：")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["unit9.incomplete.ipynb"]
    kept = read(tmp_path / "out/unit9.incomplete.ipynb")
    assert printed(kept) == "shop True ['orders.csv']\n"
    assert "papermill" not in json.dumps(kept)


def test_our_own_errors_are_shown_whole(project, tmp_path):
    cell = code(
        "class DataError(Exception): pass\nraise DataError('应有 3 列，收到 2 列。\\n提示：补一列。')"
    )
    with pytest.raises(DataError, match="应有 3 列，收到 2 列。\n提示：补一列。"):
        run_unit("course/unit9", tmp_path / "out", project=project(cell))


def test_a_kernel_that_dies_is_told_in_chinese(project, tmp_path, capfd):
    dies = code("import os\nos.write(2, '内存不够'.encode())\nos._exit(1)")
    with pytest.raises(DataError, match=r"内核.*内存不够"):
        run_unit("course/unit9", tmp_path / "out", project=project(dies))
    assert capfd.readouterr().err == ""


def test_earlier_results_are_refused_and_with_force_replaced(project, tmp_path):
    folder, out = project(), tmp_path / "out"
    out.mkdir()
    (out / "unit9.html").write_text("旧", "utf-8")
    (out / "我的笔记.txt").write_text("留", "utf-8")
    with pytest.raises(SettingsError, match=r"unit9\.html(?s:.*)--force"):
        run_unit("course/unit9", out, project=folder, build=build_small)
    assert (out / "unit9.html").read_text("utf-8") == "旧"
    (out / "shop").mkdir()
    run_unit("course/unit9", out, project=folder, build=build_small, force=True)
    assert (out / "unit9.html").read_text("utf-8").startswith("<!doctype html>")
    assert sorted(p.name for p in out.iterdir()) == ["shop", "unit9.html", "unit9.ipynb", "我的笔记.txt"]


def test_a_failed_run_leaves_earlier_results_alone(project, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "unit9.html").write_text("旧", "utf-8")
    with pytest.raises(DataError):
        run_unit("course/unit9", out, project=project(code("1 / 0")), force=True)
    assert (out / "unit9.html").read_text("utf-8") == "旧"


def test_an_earlier_page_does_not_stay_beside_a_newer_notebook(project, tmp_path):
    folder, out = project(), tmp_path / "out"
    out.mkdir()
    (out / "unit9.html").write_text("旧", "utf-8")
    with pytest.raises(SettingsError, match=r"unit9\.html"):
        run_unit("course/unit9", out, project=folder, page=False)
    run_unit("course/unit9", out, project=folder, page=False, force=True)
    assert [path.name for path in out.iterdir()] == ["unit9.ipynb"]


@pytest.mark.parametrize("foreign", ["shop/key.txt", "unit9.html/notes.txt"])
def test_force_never_replaces_what_no_run_wrote(project, tmp_path, foreign):
    mine = tmp_path / "out" / foreign
    mine.parent.mkdir(parents=True)
    mine.write_text("我的", "utf-8")
    with pytest.raises(SettingsError, match="--force 也不会"):
        run_unit("course/unit9", tmp_path / "out", project=project(), build=build_small, force=True)
    assert mine.read_text("utf-8") == "我的"


def test_the_unit_itself_is_never_written_over(project, tmp_path):
    folder = project()
    unit = folder / "notebooks/course/unit9.ipynb"
    before = unit.read_bytes()
    with pytest.raises(SettingsError, match="盖掉课件"):
        run_unit("course/unit9", unit.parent, project=folder, force=True)
    assert unit.read_bytes() == before


def test_what_a_killed_run_left_is_gone_after_the_next(project, tmp_path):
    folder, out, left = project(), tmp_path / "out", []

    def killed(_):
        left.extend(path.name for path in out.iterdir())
        message = "停。"
        raise DataError(message)

    with pytest.raises(DataError):
        run_unit("course/unit9", out, project=folder, build=killed)
    (out / left[0]).mkdir(parents=True)  # as a killed run leaves it
    build_small(out / left[0] / "shop")
    run_unit("course/unit9", out, project=folder, build=build_small)
    assert sorted(path.name for path in out.iterdir()) == ["shop", "unit9.html", "unit9.ipynb"]


@pytest.mark.parametrize("name", ["unit9", "course/unit8", "../unit9", ""])
def test_an_unknown_unit_lists_the_units(project, tmp_path, name):
    with pytest.raises(SettingsError, match="course/unit9"):
        run_unit(name, tmp_path / "out", project=project())


def test_the_results_need_a_folder(project, tmp_path):
    (tmp_path / "out").write_text("", "utf-8")
    with pytest.raises(SettingsError, match="文件夹"):
        run_unit("course/unit9", tmp_path / "out", project=project())


def test_a_notebook_without_parameters_is_refused(project, tmp_path):
    with pytest.raises(SettingsError, match="parameters"):
        run_unit("course/unit9", tmp_path / "out", project=project(cells=[md("# 没有参数")]))


def test_every_unit_of_the_courseware_is_known():
    root = Path(__file__).parents[1]
    assert set(known_units(root)) == {
        f"{path.parent.name}/{path.stem}" for path in (root / "notebooks").glob("*/unit*.ipynb")
    }


# The page


def page_of(*cells):
    return unit_page(nbformat.v4.new_notebook(cells=list(cells)), title="单元", file_name="unit9.ipynb")


def shown(data):
    return code("x", outputs=[nbformat.v4.new_output("display_data", data=data)])


class Elements(HTMLParser):
    """What a browser would make of a text: its tags and attributes."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize(
    "data",
    [
        {"text/markdown": f"**{EVIL}**：[点](javascript:alert(3))"},
        {"text/html": f"<table><tr><td>{EVIL}</td></tr></table><iframe src='https://a.example'></iframe>"},
        {"text/html": "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></svg>"},
        {"text/plain": EVIL},
        {"image/png": '" onerror="alert(1)', "text/plain": EVIL},
        {"application/vnd.plotly.v1+json": {"data": [{"name": EVIL}]}, "text/html": EVIL},
    ],
)
def test_foreign_words_never_become_a_script(data):
    page = page_of(shown(data))
    seen = Elements()
    seen.feed(page.partition("<main")[2].partition("</main>")[0])
    assert seen.tags & {"script", "iframe", "svg", "object", "form"} == set()
    assert [name for name, _ in seen.attributes if name.startswith("on")] == []
    assert [value for _, value in seen.attributes if (value or "").startswith("javascript:")] == []
    assert "<script>alert" not in page


def test_only_the_pages_own_scripts_may_run():
    page = page_of(md("# 题"))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    scripts = re.findall(r"<script(?: type=\"module\")?>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert len(digests) == 2
    assert all(f"'sha256-{digest}'" in policy for digest in digests)


def test_the_page_names_no_other_machine():
    page = page_of(md("# 题\n\n$$m/2$$"), shown({"text/html": '<img src="https://a.example/b.png">'}))
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page) == []


def test_formulas_become_pictures_with_their_words():
    page = page_of(md(r"$$\text{CLV} = m\cdot\frac{1+d}{1+d-r}$$" + "\n\n公式是 $m\\cdot r$。"))
    pictures = re.findall(r'<img class="(math(?: block)?)" alt="([^"]+)"[^>]+ src="data:image/svg', page)
    assert pictures == [
        ("math block", r"\text{CLV} = m\cdot\frac{1+d}{1+d-r}"),
        ("math", r"m\cdot r"),
    ]


def test_a_formula_that_cannot_be_drawn_is_shown_as_written():
    assert formula(r"\nosuchmacro{x}") == r"<code>\nosuchmacro{x}</code>"


def test_dollars_in_outputs_stay_dollars():
    assert "$3 和 $4" in Writer().output("共 $3 和 $4。")


def test_headings_are_listed_and_can_be_jumped_to():
    page = page_of(md("# 单元"), md("## 一 <b>粗</b>"), md("### 小节"), md("## 二"))
    assert re.findall(r'<li><a href="#(ecrm-s\d)">([^<]+)</a></li>', page) == [
        ("ecrm-s1", "一 粗"),
        ("ecrm-s3", "二"),
    ]
    assert '<h2 id="ecrm-s3">二</h2>' in page


def test_only_lines_to_change_are_shown_without_the_switch():
    page = page_of(code('my_choice = ""  # 改这里'), code("table = 1"))
    assert re.findall(r'<div class="asks"><pre class="source"><code>([^<]+)<', page) == [
        "my_choice = &quot;&quot;  # 改这里"
    ]
    assert '<pre class="source"><code>table = 1' in page


def test_what_is_to_be_guessed_first_is_folded():
    cell = shown({"text/markdown": "65%"})
    cell.metadata.ecrm = {"reveal": "猜好了？"}
    assert '<details class="fold"><summary>猜好了？</summary><p>65%</p>' in page_of(cell)


def test_plotly_travels_once_and_only_with_figures():
    drawing = {"application/vnd.plotly.v1+json": {"data": [], "layout": {}}, "text/plain": "直方图"}
    assert 'id="ecrm-plotly"' not in page_of(md("# 题"))
    page = page_of(shown(drawing), shown(drawing))
    assert page.count('id="ecrm-plotly"') == 1
    assert page.count("直方图") == 2
    assert len(page) < 2_200_000


def test_tables_scroll_in_a_box_of_their_own():
    assert '<div class="scroll"' in page_of(md("| a | b |\n|--|--|\n| 1 | 2 |"))


def test_cleaning_keeps_tables_folds_and_pictures():
    text = '<details><summary>点</summary><td style="text-align:right;position:fixed">1</td></details>'
    kept = clean(f"<table><tr>{text}</tr></table>")
    assert "position" not in kept
    assert "<summary>点</summary>" in kept
    assert "data:image/png;base64,AAAA" in clean('<img alt="图" src="data:image/png;base64,AAAA">')


def test_equal_notebooks_give_equal_pages():
    assert page_of(md("# 题\n\n$m$")) == page_of(md("# 题\n\n$m$"))
