"""What ``answer(…)`` records, says and refuses, by where it runs."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass

import nbformat.v4 as nb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from nbclient import NotebookClient

from ecrm_helpers.answers import (
    MIME,
    AnswerError,
    UncheckedAnswerError,
    answer,
    choice,
    mapping,
    number,
    ordering,
    settings_of,
    table,
    text,
)
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.plaindata import plain
from ecrm_helpers.strictjson import strict_loads


@pytest.fixture(autouse=True)
def session(monkeypatch):
    for name in ("ECRM_MARKING", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING"):
        monkeypatch.delenv(name, raising=False)


class Poisoned:
    """Raises at every touch a reader could make."""

    def __getattribute__(self, name):
        if name in {"__class__", "__dict__"}:
            return object.__getattribute__(self, name)
        message = f"poison: {name}"
        raise RuntimeError(message)


def test_session_never_raises_and_says_recorded(capsys):
    answer("t1", 12, expect=number(low=0))

    assert capsys.readouterr().out == "✓ t1：12\n已记录；保存后点提交才算交\n"


@pytest.mark.parametrize("value", [None, ..., "", object(), float("nan"), [[[[[[[[[[1]]]]]]]]]], "\ud800"])
def test_session_never_raises_on_odd_values(capsys, value):
    answer("t1", value, expect=number(low=0))

    out = capsys.readouterr().out
    assert "还没有记录到答案" in out
    assert "提示：" in out


def test_session_never_raises_on_an_object_that_raises_at_every_touch(capsys):
    answer("t1", Poisoned(), expect=number(low=0))

    assert "还没有记录到答案" in capsys.readouterr().out


@pytest.mark.parametrize("task", ["", "第一题", "a b", 3])
def test_edited_task_id_is_pointed_out(capsys, task):
    answer(task, 1, expect=number())

    assert "交卷格里的题号被改动过" in capsys.readouterr().out


def test_missing_expect_is_pointed_out(capsys):
    answer("t1", 1)

    assert "少了 expect" in capsys.readouterr().out


@pytest.mark.parametrize("variables", [{"NBGRADER_VALIDATING": "1"}, {"NBGRADER_EXECUTION": "validate"}])
def test_validate_raises_when_a_public_check_fails(monkeypatch, capsys, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    answer("t1", 5, expect=number(low=0))
    with pytest.raises(AnswerError, match="不在合理的范围里") as raised:
        answer("t1", -5, expect=number(low=0))

    assert "提示：" in str(raised.value)


def test_stock_autograde_never_gets_a_silent_cell(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    with pytest.raises(UncheckedAnswerError, match="普通的 nbgrader"):
        answer("t1", 5, expect=number(low=0))


def test_marking_records_without_raising(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("ECRM_MARKING", "1")

    answer("t1", -5, expect=number(low=0))

    assert "-5" in capsys.readouterr().out


def test_kernel_emits_one_json_string_beside_readable_text():
    cells = [
        "import pandas as pd\nfrom ecrm_helpers.answers import *\nframe = pd.DataFrame({'a': [1]})",
        "class Shop: owner = 's007'\nshop = Shop()",
        'answer("t1", {"甲": 1.50}, expect=mapping(keys=["甲"], values=number()))',
        'answer("t2", None, expect=number())',
        'frame["b"]',
    ]
    book = nb.new_notebook(cells=[nb.new_code_cell(source) for source in cells])

    NotebookClient(book, timeout=60, allow_errors=True).execute()

    (shown,) = book.cells[2].outputs
    assert json.loads(shown.data[MIME]) == {"v": 1, "task": "t1", "shop_owner": "s007", "value": {"甲": 1.5}}
    assert shown.data["text/plain"].startswith("✓ t1：甲 1.5")
    assert "<strong>" in shown.data["text/html"]
    assert json.loads(book.cells[3].outputs[0].data[MIME])["problem"] == "none"
    folded, error = book.cells[4].outputs
    assert "get_loc" in folded.data["text/html"]
    assert error.ename == "KeyError"
    assert error.traceback[0].startswith("表里没有“b”这一列")


def test_text_of_the_student_is_escaped_in_html():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.display_pub.publish = lambda data, *a, **k: print(data['text/html'])\n"
        "from ecrm_helpers.answers import answer, text\n"
        "answer('t1', '<script>alert(1)</script>', expect=text())\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "&lt;script&gt;" in done.stdout
    assert "<script>" not in done.stdout


NUMBERS = [
    (number(), 3, 3),
    (number(), np.int64(3), 3),
    (number(), np.float32(0.5), 0.5),
    (number(), np.array([4]), 4),
    (number(), pd.Series([4.5]), 4.5),
    (number(), pl.Series([4.5]), 4.5),
    (number(), [7], 7),
    (number(), "１２", 12),
    (number(), "1,234", 1234),
    (number(), "¥1,234.5元", 1234.5),
    (number(), "25%", 0.25),
    (number(unit="%"), "25%", 25),
    (number(integer=True), 3.0, 3),
    (number(), " -2.5 ", -2.5),
]


@pytest.mark.parametrize(("expect", "given", "result"), NUMBERS)
def test_numbers_are_read_kindly(expect, given, result):
    reading = expect.read(given)

    assert reading.value == result
    assert type(reading.value) in {int, float}
    assert reading.problem is None


BAD_NUMBERS = [
    (number(), "十二", "text"),
    (number(), True, "kind"),
    (number(), np.True_, "kind"),
    (number(), [1, 2], "kind"),
    (number(), {"a": 1, "b": 2}, "kind"),
    (number(), (1, 234), "thousands"),
    (number(), math.inf, "finite"),
    (number(), pd.NA, "finite"),
    (number(), pd.NaT, "finite"),
    (number(), 10**30, "huge"),
    (number(low=0), -1, "range"),
    (number(high=10), 11, "range"),
    (number(low=0, high=1), 25, "percent"),
    (number(integer=True), 2.5, "integer"),
    (number(), pd.DataFrame({"a": range(9_000)}), "big"),
    (number(), "3" * 5000, "text"),
]


@pytest.mark.parametrize(("expect", "given", "code"), BAD_NUMBERS)
def test_odd_numbers_are_named(expect, given, code):
    reading = expect.read(given)

    assert reading.problem is not None
    assert reading.problem.code == code


CHOICES = [
    (choice("ABCD"), "b", "B"),
    (choice("ABCD"), "Ｃ．", "C"),
    (choice("ABCD"), "D、重要挽留", "D"),
    (choice("ABCD"), "答案：A", "A"),
    (choice("ABCD"), "（B）", "B"),
    (choice({"A": "留存", "B": "挽回"}), "挽回", "B"),
    (choice(["留存", "挽回"]), " 挽回 ", "挽回"),
    (choice("ABCD", several=True), "CA", ["A", "C"]),
    (choice("ABCD", several=True), ["d", "a"], ["A", "D"]),
]


@pytest.mark.parametrize(("expect", "given", "result"), CHOICES)
def test_choices_are_read_kindly(expect, given, result):
    reading = expect.read(given)

    assert reading.value == result
    assert reading.problem is None


@pytest.mark.parametrize("given", ["E", "AB", "A、B", 1, "", None, ["A", "B"], "banana"])
def test_odd_choices_are_named(given):
    assert choice("ABCD").read(given).problem is not None


def test_mapping_keeps_order_reads_values_and_names_the_entry():
    expect = mapping(keys=["甲", "乙"], values=number(low=0))

    assert list(expect.read({"乙": "2", " 甲": np.int64(1)}).value.items()) == [("甲", 1), ("乙", 2)]
    assert expect.read([("甲", 1), ("乙", 2)]).problem is None
    assert expect.read(pd.Series({"甲": 1, "乙": 2})).value == {"甲": 1, "乙": 2}
    assert expect.read({"甲": 1}).problem.code == "missing"
    assert expect.read({"甲": 1, "乙": ...}).value == {"甲": 1}
    assert "乙" in expect.read({"甲": 1, "乙": ...}).problem.what
    assert "“乙”这一项" in expect.read({"甲": 1, "乙": "两个"}).problem.what
    assert expect.read({"甲": 1, "乙": -1}).value == {"甲": 1, "乙": -1}


def test_mapping_says_how_a_text_was_read():
    reading = mapping(keys=["a", "b"], values=number(low=0)).read({"a": 1, "b": "25.3%"})

    assert reading.value == {"a": 1, "b": 0.253}
    assert "b" in reading.note
    assert "0.253" in reading.note


def test_table_reads_pandas_polars_and_grouped_index():
    expect = table({"segment": text(), "n": number(integer=True)}, key="segment", rows=2)
    result = [{"segment": "A", "n": 1}, {"segment": "B", "n": 2}]
    frame = pd.DataFrame({"segment": ["A", "B"], "n": [1, 2]})

    assert expect.read(frame).value == result
    assert expect.read(frame.set_index("segment")).value == result
    assert expect.read(pl.DataFrame({"segment": ["A", "B"], "n": [1, 2]})).value == result
    assert expect.read(frame.rename(columns={"n": "N"})).problem.code == "column"
    assert expect.read(frame.head(1)).problem.code == "rows"
    assert expect.read(frame.assign(segment="A")).problem.code == "repeated"


@pytest.mark.parametrize("given", [["C", "A", "B"], "C>A>B", "C，A，B", "c a b", "CAB", ("c", "a", "b")])
def test_ordering_is_read_kindly(given):
    assert ordering(["A", "B", "C"]).read(given).value == ["C", "A", "B"]


@pytest.mark.parametrize("given", [["A", "B"], "AAB", 3, ["A", "B", "C", "D"]])
def test_odd_ordering_is_named(given):
    assert ordering(["A", "B", "C"]).read(given).problem is not None


def test_settings_are_tried_on_the_model():
    @dataclass(frozen=True, kw_only=True)
    class Levers:
        budget: int = 0

        def __post_init__(self):
            if self.budget < 0:
                message = "预算不能是负数。\n提示：改成 0。"
                raise SettingsError(message)

    expect = settings_of(Levers)

    assert expect.read({"budget": 5}).value == {"budget": 5}
    assert expect.read(Levers(budget=5)).value == {"budget": 5}
    assert "预算不能是负数" in expect.read({"budget": -1}).problem.what
    assert "budget" in expect.read({"buget": 1}).problem.hint
    assert expect.read("budget=5").problem.code == "kind"


def test_dates_become_text():
    assert text().read(pd.Timestamp("2026-07-01")).value == "2026-07-01"


@pytest.mark.parametrize("value", [["字" * 9_000] * 9, {"字" * 9_000 + str(at): at for at in range(9)}])
def test_record_stays_below_what_the_judge_reads(value):
    assert text().read(value).problem.code == "big"


def test_largest_value_that_is_recorded_can_be_judged():
    numbers = [[[[[[[-1.2345678901234567e-100 - at * 1e-102]]]]]] for at in range(4_998)]
    value = ["😀" * 20_000, "😀" * 19_999, *numbers]

    record = json.dumps({"v": 1, "task": "t1", "value": plain(value)}, ensure_ascii=False)

    assert strict_loads(record)["task"] == "t1"


def test_lists_of_nothing_are_refused_before_they_are_walked():
    nothing = []
    for _ in range(4):
        nothing = [nothing] * 400  # 400 to the power of 4 empty lists, in a few kilobytes

    assert text().read(nothing).problem.code == "big"
