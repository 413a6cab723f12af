"""Twenty beginner slips, each in a real shell: one Chinese line, one 提示, nothing swallowed."""

from __future__ import annotations

import re
import subprocess
import sys

import nbformat.v4 as nb
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from ecrm_helpers import slip_rules, slips
from ecrm_helpers.errors import SettingsError


@pytest.fixture
def shell(monkeypatch, capsys):
    """A shell as in a notebook after the first cell, with a name or two."""
    for name in ("JPY_SESSION_NAME", "ECRM_MARKING", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING"):
        monkeypatch.delenv(name, raising=False)
    InteractiveShell.clear_instance()
    running = InteractiveShell.instance(colors="nocolor", history_length=0)
    running.run_cell(
        "from ecrm_helpers.answers import answer, choice, mapping, number, text", store_history=True
    )
    slips.install()  # in a kernel the import does it; here the module may be loaded already
    capsys.readouterr()
    yield running
    InteractiveShell.clear_instance()


def said(shell, capsys, cell):
    result = shell.run_cell(cell, store_history=True)
    return capsys.readouterr().out, result


def saved_notebook(monkeypatch, tmp_path, *sources):
    book = nb.new_notebook(cells=[nb.new_code_cell(source) for source in sources])
    path = tmp_path / "unit.ipynb"
    path.write_text(nb.writes(book), encoding="utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))


ERRORS = {
    "chinese comma": ("x = [1，2]", "SyntaxError", "中文标点“，”", "换成 ,"),
    "chinese brackets": ("print（1）", "SyntaxError", "中文标点“（”", "换成 ("),
    "chinese quotes": ("x = “A”", "SyntaxError", "中文标点““”", '换成 "'),
    "chinese colon": ('x = {"a"：1}', "SyntaxError", "中文标点“：”", "换成 :"),
    "chinese full stop": ("x = 0.25。", "SyntaxError", "中文标点“。”", "换成 ."),
    "empty right side": ("x =", "SyntaxError", "还没有填", "等号右边"),
    "empty right side with comment": ("x =   # 改这里", "SyntaxError", "还没有填", "等号右边"),
    "blank of underscores": ("x = ____", "NameError", "还没有填", "等号右边"),
    "empty entry": ('x = {"a": , "b": 2}', "SyntaxError", "还没有填", "等号右边"),
    "missing quote": ('x = "A', "SyntaxError", "引号没有成对", "英文引号"),
    "letter without quotes": ("x = B", "NameError", "选项字母 B 两边少了引号", '"B"'),
    "chinese text without quotes": ("x = 重要价值客户", "NameError", "两边少了引号", '"重要价值客户"'),
    "missing bracket": ("x = len([1, 2]", "SyntaxError", "括号没有成对", "补上"),
    "one bracket too many": ("x = len([1]))", "SyntaxError", "括号没有成对", "删掉"),
    "full-width digit": ("x = ３", "SyntaxError", "全角", "英文输入法"),
    "indentation": ("  x = 1\n y = 2", "IndentationError", "前面的空格不对", "删掉"),
    "unit after number": ("x = 12元", "SyntaxError", "跟了单位", "只写数"),
    "percent sign": ("x = 25%", "SyntaxError", "百分号", "0.25"),
    "thousands comma with zero": ("x = 1,050", "SyntaxError", "千位逗号", "1050"),
    "letter without quotes in a form": (
        't = {\n    "甲": A,  # 改这里（A–H）\n}',
        "NameError",
        "选项字母 A",
        '"A"',
    ),
    "thousands comma in a form": ('t = {"a": 1,174, "b": 2}', "SyntaxError", "千位逗号", "1050"),
    "full-width percent sign in a form": ('t = {"a": 25％, "b": 2}', "SyntaxError", "百分号", "写 25"),
    "None left before the value": ('t = {"a": None 12}', "SyntaxError", "None 还没有删掉", "换成你的答案"),
    "None grown into the value": ('t = {"a": None12}', "NameError", "None 还没有删掉", "换成你的答案"),
    "Chinese quote for the closing one": ('x = "重要价值”', "SyntaxError", "中文标点“””", '换成 "'),
    "missing quote after Chinese quotes": ('x = "他说“好”了', "SyntaxError", "引号没有成对", "英文引号"),
    "missing bracket after a number and a word": (
        "x = len([1 for _ in [2]]",
        "SyntaxError",
        "括号没有成对",
        "补上",
    ),
    "unfinished sum of a number with an exponent": ("x = 1e5 +", "SyntaxError", "看不懂", "对照"),
    "colon and comma inside a text": ('x = {"a": "b:,c" "d": 3}', "SyntaxError", "看不懂", "对照"),
    "one equals sign in a test": ("if 1 = 2:\n    pass", "SyntaxError", "两个等号", "=="),
    "text as number": ('x = "12" + 3', "TypeError", "文字当成数", "引号"),
    "text to float": ('x = float("12元")', "ValueError", "文字当成数", "单位"),
    "misspelt name": ("nubmer", "NameError", "是不是想写“number”", "一字不差"),
    "wrong case of a constant": ("x = true", "NameError", "是不是想写“True”", "大小写"),
    "file not found": ('open("data/orders.csv")', "FileNotFoundError", "找不到文件", "左侧文件栏"),
    "missing package": ("import no_such_package_here", "ModuleNotFoundError", "选错了内核", "右上角"),
    "locked cell edited": ('answer("t1"，x)', "SyntaxError", "交卷格", "重新取一份作业"),
    "locked cell without value": ('answer("t1")', "TypeError", "交卷格", "重新取一份作业"),
    "print stored, then used": ("x = None\nx + 1", "TypeError", "None", "print"),
}


@pytest.mark.parametrize(
    ("line", "said_first"),
    [("x = 14，", "中文标点“，”"), ("x = 3。", "中文标点“。”"), ('t = {"a": 25％}', "百分号")],
)
def test_mark_behind_a_number_is_found_where_python_names_the_number(line, said_first):
    """Python 3.11.2, Debian 12's own, says no more than this."""
    error = SyntaxError("invalid decimal literal", ("<cell>", 1, line.index("=") + 3, line))

    first, _ = slip_rules.explain(error, slip_rules.Scene(cell=line))

    assert said_first in first


@pytest.mark.parametrize("name", ERRORS)
def test_slip_is_explained_and_nothing_is_swallowed(shell, capsys, name):
    cell, error, what, hint = ERRORS[name]

    out, result = said(shell, capsys, cell)

    first, second = out.strip().split("\n")[:2]
    assert what in first
    assert second.startswith("提示：")
    assert hint in second
    assert error in out
    assert type(result.error_before_exec or result.error_in_exec).__name__ == error


def test_misspelt_column_names_the_right_one(shell, capsys):
    shell.user_ns["table"] = pd.DataFrame({"segment": ["A"], "customers": [3]})

    out, _ = said(shell, capsys, 'table["custmers"]')

    assert out.startswith("表里没有“custmers”这一列，是不是想写“customers”？\n提示：")
    assert "KeyError" in out


def test_misspelt_attribute_names_the_right_one(shell, capsys):
    shell.user_ns["table"] = pd.DataFrame({"segment": ["A"]})

    out, _ = said(shell, capsys, "table.segmant")

    assert "是不是想写“segment”？" in out.split("\n")[0]


def test_cell_above_not_run_is_named(shell, capsys, monkeypatch, tmp_path):
    saved_notebook(monkeypatch, tmp_path, "import math", "shares = [1, 2]", "print(shares)")
    shell.run_cell("y = 1")

    out, _ = said(shell, capsys, "print(shares)")

    assert out.startswith(
        "“shares”还没有：做出它的是第 2 个代码格（shares = [1, 2]），那一格还没有运行。\n提示："
    )


def test_deleted_cell_is_recognised(shell, capsys, monkeypatch, tmp_path):
    saved_notebook(monkeypatch, tmp_path, "import math", "print(segment_table)")
    shell.run_cell("y = 1")

    out, _ = said(shell, capsys, "print(segment_table)")

    assert "可能被删掉了" in out.split("\n")[0]
    assert "Esc 再按 Z" in out.split("\n")[1]


def test_restarted_kernel_is_recognised(capsys, monkeypatch, tmp_path):
    saved_notebook(monkeypatch, tmp_path, "shares = [1, 2]", "print(shares)")
    InteractiveShell.clear_instance()
    fresh = InteractiveShell.instance(colors="nocolor")
    slips.load_ipython_extension(fresh)

    fresh.run_cell("print(shares)", store_history=True)
    out = capsys.readouterr().out
    InteractiveShell.clear_instance()

    assert out.startswith("内核是刚启动的（可能重启过）")
    assert "运行所有单元格" in out.split("\n")[1]


def test_wrong_student_id_speaks_for_itself(shell, capsys):
    def my_shop(student_id):
        message = "学号“王小明”不能用。\n提示：学号只用数字和英文字母。"
        raise SettingsError(message)

    shell.user_ns["my_shop"] = my_shop

    out, _ = said(shell, capsys, 'my_shop("王小明")')

    assert out.startswith("学号“王小明”不能用。\n提示：学号只用数字和英文字母。")


ANSWERS = {
    "text where a number belongs": ('answer("t1", "很多", expect=number(low=0))', "这里要一个数", "只写数字"),
    "thousands separator": ('answer("t1", (1, 234), expect=number(low=0))', "千位逗号", "1234"),
    "25 instead of 0.25": ('answer("t1", 25, expect=number(low=0, high=1))', "25 大于 1", "0.25"),
    "none answered": ('answer("t1", None, expect=number())', "None", "print"),
    "dots left in": ('answer("t1", ..., expect=number())', "还是空的", "改这里"),
    "huge table": ('answer("t1", list(range(22_000)), expect=number())', "22,000 个值", "筛选或汇总"),
    "no such option": ('answer("t1", "E", expect=choice("ABC"))', "不在选项里", "字母"),
    "function instead of its result": ('answer("t1", len, expect=number())', "不能保存", "括号"),
    "misspelt entry": (
        'answer("t1", {"新客户": 1, "老客": 2}, expect=mapping(keys=["新客", "老客"]))',
        "没有“新客户”",
        "新客",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_speaks_and_never_raises(shell, capsys, name):
    cell, what, hint = ANSWERS[name]

    out, result = said(shell, capsys, cell)

    assert result.success
    assert what in out
    assert re.search("提示：.*" + re.escape(hint), out)


@pytest.mark.parametrize("letter", ["a", "Ａ", "A。", "A 重要价值客户", "选A"])
def test_letter_written_another_way_is_understood(shell, capsys, letter):
    out, _ = said(shell, capsys, f'answer("t1", {letter!r}, expect=choice("ABC"))')

    assert "t1：A" in out
    assert "已记录" in out


def test_lone_comparison_is_pointed_out(shell, capsys):
    out, result = said(shell, capsys, "x = 3\nx == 5")

    assert "== 只是比较" in out
    assert result.success


@pytest.mark.parametrize(
    "cell",
    [
        "answer_is = 5\nanswer_is == 5",
        "import pandas as pd\ncolumn = pd.Series([1, 2])\ncolumn == 1",
        'x = "，。；：（）"  # 注释，中文',
        "share = 12 % 5",
    ],
)
def test_correct_code_gets_no_message(shell, capsys, cell):
    out, result = said(shell, capsys, cell)

    assert result.success
    assert "提示" not in out


def test_column_of_a_table_without_a_name_is_a_column(shell, capsys):
    out, _ = said(shell, capsys, '__import__("pandas").DataFrame({"a": [1]}).groupby("b").sum()')

    assert out.startswith("表里没有“b”这一列。\n提示：")


def test_missing_key_is_no_column_where_there_is_no_table(shell, capsys):
    out, _ = said(shell, capsys, 'import os\nos.environ["NO_SUCH_VARIABLE"]')

    assert "提示" not in out
    assert "KeyError" in out


def test_stored_print_is_pointed_out(shell, capsys):
    out, _ = said(shell, capsys, "x = print(3)")

    assert "print(…) 只显示，不保存" in out


def test_answer_older_than_its_value_is_pointed_out_once(shell, capsys):
    said(shell, capsys, "total = 3")
    said(shell, capsys, 'answer("t1", total, expect=number())')

    changed, _ = said(shell, capsys, "total = 4")
    again, _ = said(shell, capsys, "other = 1")
    recorded, _ = said(shell, capsys, 'answer("t1", total, expect=number())')

    assert "total 变了" in changed
    assert again == ""
    assert "变了" not in recorded


def test_long_traceback_is_shortened_to_the_students_own_cell(shell, capsys):
    shell.user_ns["frame"] = pd.DataFrame({"a": [1]})

    out, _ = said(shell, capsys, "frame['b']")

    assert len(out.split("\n")) < 20
    assert "frame['b']" in out
    assert "KeyError: 'b'" in out


def test_unknown_error_is_left_alone(shell, capsys):
    out, _ = said(shell, capsys, "1 / 0")

    assert "提示" not in out
    assert "ZeroDivisionError" in out


def test_installing_twice_explains_once(shell, capsys):
    slips.load_ipython_extension(shell)

    out, _ = said(shell, capsys, "x = 25%")

    assert out.count("提示：") == 1


def test_without_ipython_nothing_is_installed(monkeypatch):
    monkeypatch.setattr(slips, "shell", lambda: None)

    assert slips.install() is None


def test_import_of_answer_installs_in_a_fresh_process():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='nocolor')\n"
        "shell.run_cell('from ecrm_helpers.answers import answer')\n"
        "shell.run_cell('x = 25%')\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "Python 不认识百分号。\n提示：" in done.stdout
