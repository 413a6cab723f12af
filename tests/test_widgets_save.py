"""Saved pages, and what widgets cost a stored notebook."""

from __future__ import annotations

import base64
import json
import re

import nbformat
import pytest
from ipywidgets.embed import dependency_state

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.widgets import (
    CLVExplorer,
    LifecycleExplorer,
    Quiz,
    RFMExplorer,
    choice,
    numeric,
    ordering,
    save_html,
)

KILO = 1_000


def quiz() -> Quiz:
    said = {
        "hints": ["先看三个字母各是高还是低，再到表里找。", "R 高 F 高 M 低。"],
        "explain": "R 高（近）、F 高、M 低，就是一般价值客户：常来但花得少，适合引导买更贵的东西。",
    }
    return Quiz([
        choice("客户 5 天前来过，买了 12 次，累计 60 元，是哪一类？", ["甲", "乙", "丙", "丁"], "乙", **said),
        numeric("6,000 位客户里 900 位是重要价值客户，占百分之几？", 15, 0.05, "%", **said),
        ordering("按先后排好。", ["获取", "留存", "忠诚", "挽回"], **said),
    ])  # fmt: skip


def stored(widget) -> int:
    """Bytes that a widget adds to a saved notebook, with its layout and base64 buffers."""
    return len(json.dumps(dependency_state(widget, drop_defaults=False), ensure_ascii=False).encode())


def state_of(page: str) -> dict:
    return json.loads(re.search(r'id="ecrm-state">(.*?)</script>', page, re.DOTALL)[1])


def test_stored_state_is_small():
    rfm = stored(RFMExplorer(load_shop("rongyu")))
    lifecycle = stored(LifecycleExplorer())
    clv = stored(CLVExplorer())
    one_quiz = stored(quiz())
    sizes = {"RFM": rfm, "lifecycle": lifecycle, "CLV": clv, "quiz": one_quiz}
    print(", ".join(f"{name} {size / KILO:.0f} KB" for name, size in sizes.items()))
    assert rfm <= 450 * KILO
    assert lifecycle <= 200 * KILO
    assert clv <= 200 * KILO
    assert one_quiz <= 20 * KILO
    assert rfm + lifecycle + clv + 12 * one_quiz <= 1_000 * KILO


def test_page_holds_everything_and_each_script_once(tmp_path):
    widgets = [quiz(), quiz(), LifecycleExplorer()]
    page = save_html(widgets, tmp_path / "page.html", title="第三单元 <一>").read_text("utf-8")
    saved = state_of(page)
    assert list(saved["state"]) == ["m0", "m1", "m2"]
    assert len(saved["scripts"]) == len(saved["styles"]) == 2
    assert "<title>第三单元 &lt;一&gt;</title>" in page
    assert "src=" not in page.replace('"script-src', "")
    assert page.count("</script>") == 2


def test_page_keeps_what_was_set(tmp_path):
    explorer = LifecycleExplorer(levers={"winback_budget": 9_000})
    saved = state_of(save_html(explorer, tmp_path / "page.html").read_text("utf-8"))
    assert saved["state"]["m0"]["state"]["winback_budget"] == 9_000


def test_page_decodes_to_the_packed_orders(tmp_path):
    explorer = RFMExplorer(load_shop("heting"))
    saved = state_of(save_html(explorer, tmp_path / "page.html").read_text("utf-8"))
    buffers = {
        tuple(entry["path"]): base64.b64decode(entry["data"]) for entry in saved["state"]["m0"]["buffers"]
    }
    assert buffers["shops", 0, "days"] == explorer.shops[0]["days"]


def test_same_widgets_same_bytes(tmp_path):
    first, second = (save_html(quiz(), tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert first == second


def test_text_cannot_break_out_of_the_page(tmp_path):
    asked = Quiz([choice("</script><script>alert(1)</script>", ["甲", "乙"], "甲")])
    page = save_html(asked, tmp_path / "page.html").read_text("utf-8")
    assert "</script><script>alert" not in page
    assert state_of(page)["state"]["m0"]["state"]["items"][0]["question"].startswith("</script>")


def notebook_with(widget, folder):
    """An executed notebook as Jupyter stores it: widget state in its metadata, a view in an output."""
    state = dependency_state(widget, drop_defaults=False)
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": widget.model_id, "version_major": 2}}
    cell = nbformat.v4.new_code_cell("quiz", outputs=[nbformat.v4.new_output("display_data", data=view)])
    saved = {
        "application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0, "state": state}
    }
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": saved})
    nbformat.write(notebook, folder / "unit.ipynb")
    return folder / "unit.ipynb"


def test_page_from_an_executed_notebook(tmp_path):
    shown = quiz()
    page = save_html(notebook_with(shown, tmp_path), tmp_path / "page.html").read_text("utf-8")
    assert state_of(page)["state"]["m0"]["state"]["items"] == shown.items


def test_a_notebook_without_widgets_is_refused(tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "empty.ipynb")
    with pytest.raises(DataError, match="提示"):
        save_html(tmp_path / "empty.ipynb", tmp_path / "page.html")


def test_other_objects_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="int"):
        save_html([7], tmp_path / "page.html")


def test_nothing_to_save_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="没有可以保存的"):
        save_html([], tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("content", [None, b"not a notebook", b"\xff\xfe"])
def test_a_notebook_that_cannot_be_read_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "unit.ipynb").write_bytes(content)
    with pytest.raises(DataError, match="打不开"):
        save_html(tmp_path / "unit.ipynb", tmp_path / "page.html")
