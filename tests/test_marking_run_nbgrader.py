"""`nbgrader autograde` and `ecrm mark` keep one gradebook: the same rows, the same settled marks."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ecrm_helpers.marking.run.files import locked_course, put_back, recover, set_aside
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    GOOD,
    HALF,
    change,
    copy_of,
    environment,
    give_mark,
    grade,
    gradebook,
    hand_in,
    marked_files,
    nbgrader,
    released_course,
    written,
)
from tests.sandboxing import needs_sandbox

CLASS = {
    "good": GOOD,
    "half": HALF,
    "untouched": {},
    "error": {**GOOD, "a1_total": "total_orders = 1 / 0"},
    "killed": {**GOOD, "a1_total": "import os\nos._exit(1)"},
    "nan": {**GOOD, "a1_total": 'total_orders = float("nan")'},
    "garbage": b"\x00\xffPK" * 99,
    "empty": b"",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = released_course(tmp_path_factory.mktemp("template"))
    change(root, "update assignment set duedate = '2026-10-16 11:00:00.000000'")
    for student, answers in CLASS.items():
        hand_in(root, student, answers)
    hand_in(root, "cut", json.dumps(written(root, GOOD)).encode()[:4_000])
    hand_in(root, "in_time", GOOD, time="2026-10-16 10:00:00.000000 UTC")
    hand_in(root, "nothing", b"")
    (root / "submitted/nothing/tiny/tiny.ipynb").unlink()
    return root


@pytest.fixture(scope="module")
def by_nbgrader(template, tmp_path_factory):
    root = copy_of(template, tmp_path_factory.mktemp("nbgrader"))
    nbgrader(root, "autograde", "tiny")
    return root


def told(root):
    """The gradebook, and which files each student's marked folder holds."""
    return gradebook(root), sorted(marked_files(root))


@needs_sandbox
def test_both_ways_give_the_same_gradebook(template, by_nbgrader, tmp_path):
    root = copy_of(template, tmp_path)

    mark_assignment(root, "tiny")

    assert told(root) == told(by_nbgrader)


@needs_sandbox
def test_both_ways_show_the_same_outputs(template, by_nbgrader, tmp_path):
    root = copy_of(template, tmp_path)
    mark_assignment(root, "tiny")

    for name, data in marked_files(root).items():
        if not name.endswith(".ipynb"):
            continue
        ours, theirs = (json.loads(text)["cells"] for text in (data, marked_files(by_nbgrader)[name]))
        assert [outputs(cell) for cell in ours] == [outputs(cell) for cell in theirs], name


def outputs(cell):
    def joined(text):
        return "".join(text) if isinstance(text, list) else text

    kept = []
    for one in cell.get("outputs", []):
        data = {kind: joined(value) for kind, value in one.get("data", {}).items()}
        kept.append((one["output_type"], data, joined(one.get("text", "")), one.get("ename")))
    return cell["cell_type"], joined(cell["source"]), kept


@needs_sandbox
def test_what_nbgrader_marked_is_not_marked_again(by_nbgrader):
    before = told(by_nbgrader)

    report = mark_assignment(by_nbgrader, "tiny")

    assert {line.state for line in report.lines} == {"unchanged"}
    assert told(by_nbgrader) == before


@needs_sandbox
def test_nbgrader_too_leaves_a_manual_mark_alone_while_the_answer_is_the_same(by_nbgrader, tmp_path):
    root = copy_of(by_nbgrader, tmp_path)
    give_mark(root, "good", "t4_essay", 4.0)
    give_mark(root, "killed", "t4_essay", 3.0)
    hand_in(root, "killed", {**CLASS["killed"], "t4_essay": "换了一个回答。"})

    nbgrader(root, "autograde", "tiny", "--force", "--student=good")
    done = nbgrader(root, "autograde", "tiny", "--force", "--student=killed")

    assert grade(root, "good", "t4_essay") == (None, 4.0, 0)
    assert grade(root, "killed", "t4_essay") == (None, 3.0, 1)
    assert "the answer has changed: ['tiny/t4_essay']" in done.stderr


@needs_sandbox
def test_failing_nbgrader_leaves_the_old_result(by_nbgrader, tmp_path):
    root = copy_of(by_nbgrader, tmp_path)
    before, files = told(root), marked_files(root)
    hand_in(root, "good", HALF)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.Autograde.autograde_preprocessors.append("ecrm_helpers.nowhere.Failing")\n')

    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force", "--student=good"]
    done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, check=False, timeout=600)

    assert done.returncode != 0
    assert told(root) == before
    assert marked_files(root) == files


def test_folder_set_aside_comes_back_and_one_that_was_not_there_goes(tmp_path):
    old, new = tmp_path / "s001" / "tiny", tmp_path / "s002" / "tiny"
    old.mkdir(parents=True)
    (old / "tiny.ipynb").write_text("old", "utf-8")
    for folder in (old, new):
        set_aside(folder)
        folder.mkdir(exist_ok=True)
        (folder / "tiny.ipynb").write_text("half of the new", "utf-8")

    put_back(old)
    recover(new)

    assert (old / "tiny.ipynb").read_text("utf-8") == "old"
    assert not new.exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["s001", "s002", "tiny", "tiny.ipynb"]


MEANWHILE = """
from pathlib import Path
from nbgrader.preprocessors import NbGraderPreprocessor

class HandsIn(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        Path("new.ipynb").replace("submitted/half/tiny/tiny.ipynb")
        return nb, resources
"""


@needs_sandbox
def test_hand_in_that_comes_while_nbgrader_marks_is_not_taken_for_marked(by_nbgrader, tmp_path):
    root = copy_of(by_nbgrader, tmp_path)
    before, files = told(root), marked_files(root)
    (root / "new.ipynb").write_text(json.dumps(written(root, GOOD)), "utf-8")
    (root / "meanwhile.py").write_text(MEANWHILE, "utf-8")
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.Autograde.autograde_preprocessors.insert(1, "meanwhile.HandsIn")\n')

    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force", "--student=half"]
    env = environment() | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=600
    )

    assert done.returncode != 0
    assert "在评阅时又交了一份" in done.stderr
    assert told(root) == before
    assert marked_files(root) == files
    report = mark_assignment(root, "tiny")
    assert {line.student: line.score for line in report.lines if line.state == "marked"} == {"half": 9.0}


def test_nbgrader_is_refused_while_the_course_is_being_marked(template, tmp_path):
    root = copy_of(template, tmp_path)
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--ExecuteSubmission.trusted=True"]

    with locked_course(root):
        done = subprocess.run(
            command, cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=600
        )

    assert done.returncode != 0
    assert "另一次评阅" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "autograded").exists()


@needs_sandbox
def test_useless_marking_file_keeps_old_results_both_ways(by_nbgrader, tmp_path):
    roots = [copy_of(by_nbgrader, tmp_path / way) for way in ("ours", "theirs")]
    before = [told(root) for root in roots]
    for root in roots:
        path = root / "../../solutions/crossborder_crm/tiny/marking.py"
        path.write_text(path.read_text("utf-8") + "def (\n", "utf-8")

    report = mark_assignment(roots[0], "tiny", students=["good"])
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force", "--student=good"]
    done = subprocess.run(
        command, cwd=roots[1], env=environment(), capture_output=True, text=True, check=False, timeout=600
    )

    assert [line.state for line in report.lines] == ["failed"]
    assert done.returncode != 0
    assert "marking.py 不能用" in done.stderr
    assert [told(root) for root in roots] == before
    for root in roots:
        assert [line.split("\t")[3:5] for line in (root / "marking.log").read_text("utf-8").splitlines()][
            -1:
        ] == [["marking.py", "broken"]]
