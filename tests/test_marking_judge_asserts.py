"""Ordinary test cells: scored as by stock nbgrader, nothing paid for what never ran, told to be forgeable."""

from __future__ import annotations

import nbformat.v4 as nb
import pytest
from nbgrader.utils import determine_grade

from ecrm_helpers.marking.judge.findings import judge_notebook

RIGHT = """
from ecrm_helpers.marking import *
TASKS = [Task(id="t1", points=4, judge=lambda value, context: Verdict(points=4))]
"""


def locked(source, grade_id, outputs=(), points=4.0, **ecrm):
    told = {"grade_id": grade_id, "grade": True, "solution": False, "locked": True, "points": points}
    return nb.new_code_cell(source, metadata={"nbgrader": told, "ecrm": ecrm}, outputs=list(outputs))


def judged(*cells, executed=True):
    book = nb.new_notebook(cells=list(cells), metadata={"ecrm": {"executed": executed}})
    findings = judge_notebook(
        book, course="crossborder_crm", assignment="tiny", student="s001", marking=RIGHT.encode()
    )
    return book, findings


def result(shown):
    return nb.new_output("execute_result", data={"text/plain": shown}, execution_count=1)


ERROR = nb.new_output(
    "error",
    ename="AssertionError",
    evalue="再看一遍",
    traceback=["----> 3 assert secret(x) == 1234", "再看一遍"],
)
SAID = nb.new_output("stream", name="stdout", text="算好了\n")
AS_STOCK = {
    "passes in silence": [],
    "passes and prints": [SAID],
    "fails": [ERROR],
    "prints and fails": [SAID, ERROR],
    "part marks": [result("2.5")],
    "part marks in a list": [result(["2.5"])],
    "zero": [result("0")],
    "words": [result("'done'")],
    "several lines": [result(["[1,", " 2]"])],
    "full": [result("4.0")],
    "figure": [nb.new_output("display_data", data={"text/plain": "<Figure>"})],
}


@pytest.mark.parametrize("name", AS_STOCK)
def test_score_is_that_of_stock_nbgrader(name):
    stock, _ = determine_grade(locked("assert x", "t9", AS_STOCK[name]))

    book, (finding,) = judged(locked("assert x", "t9", AS_STOCK[name]))

    assert finding.points == stock == determine_grade(book.cells[0])[0]
    assert finding.status == "forgeable"


WARNED = nb.new_output("stream", name="stderr", text="FutureWarning: ...\n")
LEFT_TO_TEACHER = {
    "nan": [result("nan")],
    "infinite": [result("inf")],
    "infinite in words": [result("Infinity")],
    "negative": [result("-1")],
    "over the maximum": [result("4.5")],
    "beyond floats": [result("1e999")],
}


@pytest.mark.parametrize("name", LEFT_TO_TEACHER)
def test_score_that_is_none_waits_for_the_teacher(name):
    book, (finding,) = judged(locked("assert x", "t9", LEFT_TO_TEACHER[name]))

    assert (finding.status, finding.points, finding.waits) == ("pending", None, True)
    assert determine_grade(book.cells[0])[0] == 0  # should nbgrader alone ever save it


def test_warning_costs_nothing():
    book, (finding,) = judged(locked("assert x", "t9", [WARNED]))

    assert finding.points == determine_grade(book.cells[0])[0] == 4.0
    assert "FutureWarning" in book.cells[0].outputs[0].text


def test_result_without_text_does_not_fail_the_submission():
    empty = nb.new_output("execute_result", data={"image/png": ""}, execution_count=1)

    book, (finding,) = judged(locked("assert x", "t9", [empty]))

    assert finding.points == determine_grade(book.cells[0])[0] == 4.0


def test_result_shown_before_the_error_does_not_pay():
    book, (finding,) = judged(locked("assert x", "t9", [result("4.0"), ERROR]))

    assert finding.points == determine_grade(book.cells[0])[0] == 0.0


@pytest.mark.parametrize(("executed", "ecrm"), [(False, {}), (True, {"not_run": True})])
def test_test_that_never_ran_pays_nothing_and_waits(executed, ecrm):
    _, (finding,) = judged(locked("assert x", "t9", **ecrm), executed=executed)

    assert (finding.status, finding.points) == ("pending", None)


def test_traceback_is_cut_to_the_message():
    book, _ = judged(locked("assert x", "t9", [ERROR]))

    assert book.cells[0].outputs[0].traceback == ["AssertionError: 再看一遍"]
    assert "secret" not in str(book.cells[0].outputs)


def test_test_cells_are_reported_as_forgeable_and_answers_are_not():
    record = nb.new_output(
        "display_data", data={"application/vnd.ecrm.answer+json": '{"v":1,"task":"t1","value":1}'}
    )
    answer = locked('answer("t1", x, expect=number())', "t1", [record])

    book, findings = judged(locked("assert x", "t8"), answer, locked("assert y", "t9", [ERROR]))

    assert [(found.grade_id, found.status, found.points) for found in findings] == [
        ("t8", "forgeable", 4.0), ("t1", "judged", 4.0), ("t9", "forgeable", 0.0)
    ]  # fmt: skip
    assert book.metadata.ecrm.forgeable == ["t8", "t9"]


def test_answers_to_be_read_by_the_teacher_are_left_alone():
    told = {"grade_id": "essay", "grade": True, "solution": True, "points": 3.0}
    essay = nb.new_code_cell("x = 1", metadata={"nbgrader": told}, outputs=[WARNED])

    book, findings = judged(essay)

    assert findings == []
    assert book.cells[0].outputs == [WARNED]
