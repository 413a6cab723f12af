"""The judge's process: strict about what it reads, never zero or full because of its own troubles."""

from __future__ import annotations

import ast
import functools
import json
import math
import textwrap
from pathlib import Path

import nbformat.v4 as nb
import pytest

from ecrm_helpers.marking.judge.client import run_judge
from ecrm_helpers.marking.judge.findings import Finding, collected, finding_of

HEAD = "from ecrm_helpers.marking import *\n"


@pytest.fixture
def judge(tmp_path):
    """Judge records with the given body of ``marking.py``; one task of 4 points per record."""

    def run(body, records, *, owners=None, student="s001", seconds=5.0):
        path = tmp_path / "marking.py"
        path.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
        request = {
            "marking": str(path),
            "course": "crossborder_crm",
            "assignment": "tiny",
            "student": student,
            "seconds": seconds,
            "answers": records,
            "owners": owners or {},
            "tasks": dict.fromkeys(records, 4.0),
        }
        results = run_judge(request)
        return {task_id: finding_of(results.get(task_id, {}), 4.0) for task_id in records}

    return run


def record(value, task="t1", **more):
    return json.dumps({"v": 1, "task": task, "value": value, **more}, ensure_ascii=False)


def task(body):
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    return f"def judge(value, context):\n{lines}\nTASKS = [Task(id='t1', points=4, judge=judge)]\n"


RIGHT = task("return Verdict(points=4 if close(value, 14) else 1, message='看过了')")


def test_right_answer_is_paid(judge):
    finding = judge(RIGHT, {"t1": record(14)})["t1"]

    assert finding == Finding(status="judged", points=4.0, message="看过了")


STRICT = {
    "not json": "14",
    "no json at all": "{",
    "list": "[1]",
    "nan": '{"v":1,"task":"t1","value":NaN}',
    "infinity": '{"v":1,"task":"t1","value":-Infinity}',
    "1e400": '{"v":1,"task":"t1","value":1e400}',
    "huge integer": '{"v":1,"task":"t1","value":' + "9" * 5000 + "}",
    "integer beyond 64 bits": '{"v":1,"task":"t1","value":' + str(2**63) + "}",
    "repeated key": '{"v":1,"task":"t1","value":14,"value":15}',
    "repeated key inside": '{"v":1,"task":"t1","value":{"a":1,"a":2}}',
    "lone surrogate": '{"v":1,"task":"t1","value":"\\ud800"}',
    "raw lone surrogate": '{"v":1,"task":"t1","value":"\ud800"}',
    "too deep": '{"v":1,"task":"t1","value":' + "[" * 30 + "]" * 30 + "}",
    "very deep": '{"v":1,"task":"t1","value":' + "[" * 100_000 + "]" * 100_000 + "}",
    "too long": '{"v":1,"task":"t1","value":"' + "x" * 600_000 + '"}',
    "other task": record(14, task="t2"),
    "other version": '{"v":2,"task":"t1","value":14}',
    "more keys": record(14, points=4),
    "neither value nor problem": '{"v":1,"task":"t1"}',
    "both": '{"v":1,"task":"t1","value":14,"problem":"none"}',
    "owner is no text": record(14, shop_owner=["s001"]),
    "owner is a novel": record(14, shop_owner="s" * 65),
    "too many values": record([0] * 5_001),
    "lists of nothing": record([[]] * 5_001),
    "wide table": record([{str(column): 0 for column in range(20_000)}]),
    "long table": record([{"k": row, "n": 0} for row in range(5_000)]),
    "deeper than any session records": record(functools.reduce(lambda inner, _: [inner], range(12), 1)),
    "huge exponent": '{"v":1,"task":"t1","value":1e' + "9" * 100_000 + "}",
    "many digits": '{"v":1,"task":"t1","value":0.' + "9" * 500_000 + "e400}",
    "byte order mark": "\ufeff" + record(14),
    "two documents": record(14) + record(14),
    "comment": record(14) + "// 4.0",
    "null byte": record(14) + "\0",
}


@pytest.mark.parametrize("name", STRICT)
def test_records_that_are_not_strict_earn_nothing(judge, name):
    finding = judge(RIGHT, {"t1": STRICT[name]})["t1"]

    assert (finding.status, finding.points) == ("refused", 0.0)


ODD_KINDS = {
    "text": "14",
    "full-width text": "１４",
    "true": True,
    "nothing": None,
    "list": [14],
    "a dtype in words": {"dtype": "int64", "data": [14], "__class__": "ndarray"},
    "an object in words": {"__reduce__": ["os.system", ["true"]], "py/object": "builtins.int", "value": 14},
    "template": "{value.__class__} %(value)s ${value}",
    "code": "__import__('os')._exit(0)",
}


@pytest.mark.parametrize("name", ODD_KINDS)
def test_other_kinds_of_data_are_data(judge, name):
    finding = judge(RIGHT, {"t1": record(ODD_KINDS[name])})["t1"]

    assert (finding.status, finding.points) == ("judged", 1.0)


ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ecrm_helpers"
JUDGE = PACKAGE / "marking/judge"
JUDGING = [
    # `check` reads what teachers and this project wrote: marking files and locked cells.
    *sorted(set(JUDGE.glob("*.py")) - {JUDGE / "check.py"}),
    PACKAGE / "marking/seams/judge.py",
    *(PACKAGE / name for name in ("plaindata.py", "strictjson.py")),
    *sorted(ROOT.glob("solutions/*/*/marking.py")),
]


def test_judging_is_found_where_it_is():
    found = {path.relative_to(ROOT).as_posix() for path in JUDGING}

    assert {"ecrm_helpers/marking/judge/compare.py", "ecrm_helpers/marking/judge/process.py"} <= found
    assert "solutions/crossborder_crm/unit3_segments/marking.py" in found


@pytest.mark.parametrize("path", JUDGING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_regular_expression_and_no_evaluation_where_students_text_is_judged(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert not imported & {"ast", "re", "regex", "fnmatch", "pickle", "marshal", "shelve", "yaml"}
    assert not called & {"eval", "exec", "compile", "__import__", "literal_eval"}


TROUBLES = {
    "raises": "return 1 / 0",
    "nan": "return Verdict(points=float('nan'), message='')",
    "infinite": "return Verdict(points=float('inf'), message='')",
    "true": "return Verdict(points=True, message='')",
    "text": "return Verdict(points='4', message='')",
    "no verdict": "return 4",
    "nothing": "pass",
    "hangs": "while True: pass",
    "hangs and catches": "while True:\n    try:\n        while True: pass\n    except Exception: pass",
    "exits": "import os; os._exit(0)",
    "exits politely": "raise SystemExit(0)",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "recursion": "return judge(value, context)",
    "memory": "return Verdict(points=len('x' * 10**11), message='')",
}


@pytest.mark.parametrize("name", TROUBLES)
def test_troubles_of_the_judge_wait_for_the_teacher(judge, name):
    finding = judge(task(TROUBLES[name]), {"t1": record(14)}, seconds=1.0)["t1"]

    assert (finding.status, finding.points) == ("pending", None)
    assert finding.log


@pytest.mark.parametrize(("points", "paid"), [("400", 4.0), ("-3", 0.0), ("2.5", 2.5), ("1e308", None)])
def test_points_are_clamped(judge, points, paid):
    finding = judge(task(f"return Verdict(points={points}, message='ok')"), {"t1": record(14)})["t1"]

    assert finding.points == paid


def test_one_bad_judge_leaves_the_others(judge):
    body = """
    def good(value, context):
        return Verdict(points=4, message="对。")
    def bad(value, context):
        import os
        os._exit(3)
    TASKS = [Task(id="t0", points=4, judge=good), Task(id="t1", points=4, judge=bad),
             Task(id="t2", points=4, judge=good)]
    """

    found = judge(body, {name: record(1, task=name) for name in ("t0", "t1", "t2")})

    assert [finding.points for finding in found.values()] == [4.0, None, 4.0]


@pytest.mark.parametrize("body", ["TASKS = []", "raise ValueError(3)", "import no_such_module", "TASKS = ("])
def test_marking_file_that_cannot_be_loaded_waits_for_the_teacher(judge, body):
    finding = judge(body, {"t1": record(14)})["t1"]

    assert (finding.status, finding.points) == ("pending", None)


def test_points_that_disagree_with_the_cell_wait_for_the_teacher(judge):
    body = RIGHT.replace("points=4, judge", "points=5, judge")

    assert judge(body, {"t1": record(14)})["t1"].status == "pending"


def test_printing_judge_does_not_disturb_the_channel(judge):
    body = task("print('{\"task\": \"t1\"}'); return Verdict(points=4, message='对。')")

    assert judge("print('hello')\n" + body, {"t1": record(14)})["t1"].points == 4.0


def test_other_answers_are_in_the_context(judge):
    body = task("return Verdict(points=4 * (value == 2 * context.answers['t0']), message='算过')")

    assert judge(body, {"t0": record(7, task="t0"), "t1": record(14)})["t1"].points == 4.0


OWN = task("return Verdict(points=4 if value == context.student_id else 1, message='看过。')")


def test_work_that_fits_another_shop_is_reported_not_zeroed(judge):
    finding = judge(OWN, {"t1": record("s002", shop_owner="s002")})["t1"]

    assert (finding.status, finding.points, finding.owner) == ("other_shop", 1.0, "s002")
    assert "学号尾号 02" in finding.message


def test_saved_record_tells_whose_shop_it_was_too(judge):
    finding = judge(OWN, {"t1": record("s002", shop_owner="s001")}, owners={"t1": "s002"})["t1"]

    assert finding.status == "other_shop"


def test_own_shop_in_another_spelling_is_the_own_shop(judge):
    finding = judge(OWN, {"t1": record("x", shop_owner="Ｓ001 ")})["t1"]

    assert finding == Finding(status="judged", points=1.0, message="看过。")


def test_right_answer_on_a_shop_loaded_for_another_id_keeps_its_points(judge):
    finding = judge(OWN, {"t1": record("s001", shop_owner="s002")})["t1"]

    assert (finding.status, finding.points) == ("judged", 4.0)


@pytest.mark.parametrize(
    "result",
    [
        {"status": "judged", "points": math.nan},
        {"status": "judged", "points": math.inf},
        {"status": "judged", "points": True},
        {"status": "judged", "points": "4"},
        {"status": "judged"},
        {"status": "paid", "points": 4},
        {},
    ],
)
def test_marking_trusts_no_number_of_the_judge(result):
    assert finding_of(result, 4.0).points is None


def test_message_is_one_bounded_line_that_can_be_written():
    finding = finding_of({"status": "judged", "points": 1, "message": "a\nb\ud800" + "c" * 9000}, 4.0)

    assert "\n" not in finding.message
    assert len(finding.message) <= 500
    finding.message.encode("utf-8")


def test_exactly_one_answer_per_cell():
    mime = "application/vnd.ecrm.answer+json"
    shown = nb.new_output("display_data", data={mime: record(14)})
    odd = nb.new_output("display_data", data={mime: {"v": 1, "task": "t1", "value": 14}})
    big = nb.new_output("display_data", data={mime: "x" * 600_000})
    said = nb.new_output("stream", name="stdout", text=record(14))
    error = nb.new_output("error", ename="E", evalue="", traceback=[])
    cells = {
        "none": nb.new_code_cell(outputs=[said, error]),
        "one": nb.new_code_cell(outputs=[said, shown, error]),
        "two": nb.new_code_cell(outputs=[shown, shown]),
        "odd": nb.new_code_cell(outputs=[odd]),
        "big": nb.new_code_cell(outputs=[big]),
    }

    findings, records = collected(cells, executed=True)

    assert list(records) == ["one"]
    assert {name: finding.points for name, finding in findings.items()} == dict.fromkeys(
        ("none", "two", "odd", "big"), 0.0
    )


@pytest.mark.parametrize(("executed", "not_run"), [(False, False), (True, True)])
def test_cell_that_nobody_ran_waits_for_the_teacher(executed, not_run):
    cells = {"t1": nb.new_code_cell(metadata={"ecrm": {"not_run": not_run}})}

    findings, records = collected(cells, executed=executed)

    assert records == {}
    assert (findings["t1"].status, findings["t1"].points) == ("pending", None)
