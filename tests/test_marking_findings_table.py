"""What the judge found is kept task by task beside the scores, and with them, for item analysis."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from nbformat.v4 import new_code_cell

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.kept import short_answer
from ecrm_helpers.marking.records.findings_table import findings_table, replace_findings
from ecrm_helpers.marking.records.scores import rows_of
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run import save as save_module
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    GOOD,
    HALF,
    REPOSITORY,
    change,
    copy_of,
    environment,
    gradebook,
    hand_in,
    marked_files,
    nbgrader,
    query,
    released_course,
    run_plainly,
)
from tests.test_marking_run_kill import DRIVER

SAID = "select student, task, message, answer from ecrm_findings order by 1, 2"
OF_GOOD = [
    ("t1_total", "对。", "14"),
    ("t2_letter", "对。", '"B"'),
    ("t3_counts", "对。", '{"新客":2,"老客":3}'),
]
OF_HALF = [
    ("t1_total", "这是有几个数，不是一共几单。", "5"),
    ("t2_letter", "再想一想。", '"A"'),
    ("t3_counts", "有一项不对。", '{"新客":2,"老客":2}'),
]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return released_course(tmp_path_factory.mktemp("template"))


@pytest.fixture
def root(template, tmp_path, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    return copy_of(template, tmp_path)


def mark(root, **options):
    return mark_assignment(root, "tiny", trusted=True, **options)


def said(root, student):
    return [row[1:] for row in query(root, SAID) if row[0] == student]


def test_judges_line_and_short_answer_are_kept_and_free_text_is_not(root):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", HALF)

    mark(root)

    assert said(root, "s001") == OF_GOOD
    assert said(root, "s002") == OF_HALF
    assert query(root, "select distinct assignment, notebook from ecrm_findings") == [("tiny", "tiny")]
    assert b"ecrm" in marked_files(root)["s001/tiny/tiny.ipynb"]
    assert not any(
        "answer" in cell["metadata"].get("ecrm", {})
        for cell in json.loads(marked_files(root)["s001/tiny/tiny.ipynb"])["cells"]
    )


def test_nbgrader_autograde_keeps_the_same(root, tmp_path):
    beside = copy_of(root, tmp_path / "beside")
    for where in (root, beside):
        hand_in(where, "s001", GOOD)
        hand_in(where, "s002", HALF)
    mark(root)

    nbgrader(beside, "autograde", "tiny", "--ExecuteSubmission.trusted=True")

    assert query(beside, SAID) == query(root, SAID) != []
    assert marked_files(beside).keys() == marked_files(root).keys()
    assert not any(b'"answer":' in data for data in marked_files(beside).values())


def test_no_answer_has_a_message_alone(root):
    hand_in(root, "s001", {"a1_total": GOOD["a1_total"]})

    mark(root)

    assert [(task, answer) for task, _, answer in said(root, "s001")] == [
        ("t1_total", "14"), ("t2_letter", ""), ("t3_counts", ""),
    ]  # fmt: skip


def test_new_marking_replaces_what_was_found_before(root):
    hand_in(root, "s001", HALF)
    hand_in(root, "s002", HALF)
    mark(root)
    hand_in(root, "s001", GOOD)

    mark(root)

    assert (said(root, "s001"), said(root, "s002")) == (OF_GOOD, OF_HALF)


def test_what_waits_for_a_teacher_has_no_row(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    mark(root)
    honest = one.rows_of

    def waiting(*positional, **named):
        rows = honest(*positional, **named)
        rows["grades"][0] |= {"auto_score": None, "needs_manual": True, "status": "pending"}
        return rows

    monkeypatch.setattr(one, "rows_of", waiting)
    mark(root, again=True)

    assert said(root, "s001") == OF_GOOD[1:]


def test_ordinary_test_cell_has_no_row():
    cell = new_code_cell("assert x == 1", metadata={
        "nbgrader": {"grade": True, "solution": False, "grade_id": "x", "points": 2, "locked": True},
        "ecrm": {"status": "forgeable"},
    })  # fmt: skip
    found = rows_of(notebook_of(cell), "tiny")["grades"][0]

    assert (found["status"], found["message"], found["answer"]) == ("forgeable", "", "")


def notebook_of(*cells):
    from nbformat.v4 import new_notebook  # noqa: PLC0415 - slow

    return new_notebook(cells=list(cells))


def test_result_that_cannot_be_saved_keeps_what_was_found_before(root, monkeypatch):
    hand_in(root, "s001", HALF)
    mark(root)
    before = gradebook(root)
    hand_in(root, "s001", GOOD)

    def fail(*_, **__):
        message = "the disk is full"
        raise MarkingError(message)

    monkeypatch.setattr(save_module, "write_entry", fail)  # the last thing written
    mark(root)

    assert gradebook(root) == before


def test_old_gradebook_gets_the_table_on_first_use(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    change(root, "drop table ecrm_findings")

    mark(root)
    assert query(root, SAID) == []
    mark(root, again=True)

    assert said(root, "s001") == OF_GOOD


def test_marking_everybody_again_changes_nothing(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = query(root, SAID)

    mark(root, again=True)

    assert query(root, SAID) == before


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        ({"value": "很" * 198}, f'"{"很" * 198}"'),
        ({"value": "很" * 199}, ""),
        ({"value": {"a": 2.0, "b": None}}, '{"a":2.0,"b":null}'),
        ({"problem": "blank"}, ""),
    ],
)
def test_answer_is_compact_json_of_at_most_200_characters(record, kept):
    assert short_answer(json.dumps({"v": 1, "task": "t1", **record})) == kept


@pytest.mark.parametrize(
    "record", ["", "{", "[" * 1_500, '{"value": NaN}', '{"value": "\\ud800"}', "7", "x" * 9_000]
)
def test_record_that_is_none_leaves_no_answer(record):
    assert short_answer(record) == ""


class Listening:
    """A connection that remembers what it was told."""

    def __init__(self):
        self.statements, self.rows = [], []

    def execute(self, statement, rows=()):
        self.statements.append(str(statement).split()[0])
        self.rows += rows


def saved(*grades):
    import sqlalchemy as sa  # noqa: PLC0415 - slow

    line = Listening()
    where = {"assignment": "tiny", "student": "s001", "notebooks": ["tiny"]}
    replace_findings(line, findings_table(sa.MetaData()), grades=grades, **where)
    return line


def grade(**changes):
    told = {"notebook": "tiny", "grade_id": "t1", "needs_manual": False, "message": "对。", "answer": "14"}
    return {**told, **changes}


def test_a_submission_costs_two_statements():
    line = saved(*(grade(grade_id=f"t{number}") for number in range(8)))

    assert line.statements == ["DELETE", "INSERT"]
    assert len(line.rows) == 8


@pytest.mark.parametrize(
    ("sent", "message", "answer"),
    [
        ({"message": "a\0b\ud800"}, "ab?", "14"),
        ({"message": "长" * 5_000}, "长" * 1_000, "14"),
        ({"message": 7, "answer": ["x"]}, None, None),
        ({"answer": "1" * 201}, "对。", ""),
    ],
)
def test_what_another_machine_sends_is_bounded_and_fits_every_database(sent, message, answer):
    rows = saved(grade(**sent)).rows

    assert [(row["message"], row["answer"]) for row in rows] == ([(message, answer)] if message else [])


def test_group_member_without_own_part_does_not_get_the_mates_answer():
    from ecrm_helpers.marking.groups.sharing import _no_grade  # noqa: PLC0415

    assert saved(_no_grade(grade())).rows == []


# The killed run of test_marking_run_kill, with real verdicts that are given in the marking process itself.
JUDGE_HERE = """
import contextlib
from ecrm_helpers.marking.judge import findings
from ecrm_helpers.marking.judge import process as judge_process
judge_process.alarm = lambda seconds: contextlib.nullcontext()
findings.run_judge = lambda request: {found["task"]: found for found in judge_process.judge_request(request)}
"""
STUB = "one.judge_notebook = lambda notebook, **options: []\n"


def drive(root, last=0):
    driver = textwrap.dedent(DRIVER)
    assert STUB in driver
    done = subprocess.run(
        [sys.executable, "-c", driver.replace(STUB, JUDGE_HERE), str(root), str(last)],
        cwd=REPOSITORY, env=environment() | {"PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr[-3000:]
    return int(done.stdout.split()[0])


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is Unix's")
def test_killed_run_ends_with_what_an_undisturbed_one_found(template, tmp_path):
    first = copy_of(template, tmp_path / "first")
    hand_in(first, "s001", GOOD)
    drive(first)
    hand_in(first, "s001", HALF)
    hand_in(first, "s002", GOOD)
    quiet, killed = copy_of(first, tmp_path / "quiet"), copy_of(first, tmp_path / "killed")
    steps = drive(quiet)
    for part in (0.3, 0.5, 0.7, 0.9):
        drive(killed, int(steps * part))
        attempts = query(killed, "select attempts from ecrm_marked where student = 's001'")
        assert said(killed, "s001") == (OF_HALF if attempts == [(2,)] else OF_GOOD)

    drive(killed)

    assert gradebook(killed) == gradebook(quiet)
    assert said(quiet, "s001") == OF_HALF
