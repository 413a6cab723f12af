"""`nbgrader autograde` keeps the course's cap on hand-ins and its rosters, as `ecrm mark` does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.marking.run.settings import attempts_of
from tests.markingclass import (
    GOOD,
    HALF,
    copy_of,
    environment,
    grade,
    gradebook,
    hand_in,
    marked_files,
    nbgrader,
    query,
    released_course,
)
from tests.sandboxing import needs_sandbox

LATER = "2026-10-17 12:00:00.000000 UTC"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return released_course(tmp_path_factory.mktemp("template"))


@pytest.fixture
def root(template, tmp_path):
    return copy_of(template, tmp_path)


def with_cap(root, most):
    path = root / "nbgrader_config.py"
    path.write_text(f"{path.read_text('utf-8')}\nc.MarkingPolicy.attempts = {most}\n", "utf-8")


def with_roster(root, rows="1,s001\n1,s002\n1,s003\n"):
    (root / "groups").mkdir()
    (root / "groups/tiny.csv").write_text(f"组号,学号\n{rows}", "utf-8")


def failing(root, *arguments):
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", *arguments]
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


@needs_sandbox
def test_hand_in_after_the_cap_keeps_the_last_result_and_the_same_one_may_be_repeated(root):
    with_cap(root, 1)
    hand_in(root, "s001", GOOD)
    nbgrader(root, "autograde", "tiny")
    assert "达到上限" not in nbgrader(root, "autograde", "tiny", "--force").stderr
    before, files = gradebook(root), marked_files(root)
    hand_in(root, "s001", HALF, time=LATER)
    hand_in(root, "s002", HALF)

    told = nbgrader(root, "autograde", "tiny", "--force").stderr

    assert "s001: 已评阅过 1 次提交，达到上限" in told
    assert grade(root, "s001", "t1_total") == (4.0, None, 0)
    assert grade(root, "s002", "t1_total") == (1.0, None, 0)
    assert gradebook(root)["ledger"][0] == before["ledger"][0]
    assert {name: data for name, data in marked_files(root).items() if name.startswith("s001")} == files


@pytest.mark.parametrize("most", ['"three"', "-1", "2.5", "True", "None"])
def test_cap_that_is_no_number_is_refused_in_chinese(root, most):
    with_cap(root, most)
    hand_in(root, "s001", GOOD)

    with pytest.raises(MarkingError, match=r"c.MarkingPolicy.attempts 应当是 0 或正整数(.|\n)*提示："):
        mark_assignment(root, "tiny", trusted=True)


def test_cap_that_is_no_number_is_refused_by_nbgrader_too_before_anything_is_marked(root):
    with_cap(root, '"three"')
    hand_in(root, "s001", GOOD)

    assert "提示：在 nbgrader_config.py 里写最多评几次" in failing(root, "--ExecuteSubmission.trusted=True")
    assert not (root / "autograded").exists()


def test_cap_from_a_command_line_is_text():
    assert attempts_of({"MarkingPolicy": {"attempts": "12"}}) == 12


@needs_sandbox
def test_groups_are_marked_as_ecrm_mark_does(template, tmp_path):
    ours, theirs = copy_of(template, tmp_path / "ours"), copy_of(template, tmp_path / "theirs")
    for root in (ours, theirs):
        with_roster(root)
        hand_in(root, "s001", HALF)
        hand_in(root, "s002", GOOD, time=LATER)
        hand_in(root, "s009", HALF)

    mark_assignment(ours, "tiny")
    told = nbgrader(theirs, "autograde", "tiny").stderr

    assert gradebook(ours) == gradebook(theirs)
    assert sorted(marked_files(ours)) == sorted(marked_files(theirs))
    assert grade(theirs, "s003", "t1_total") == (4.0, None, 0)
    assert "小组作业：s001、s002 和同组的同学一起评阅" in told
    assert {line.state for line in mark_assignment(theirs, "tiny").lines} == {"unchanged"}
    nbgrader(theirs, "autograde", "tiny", "--force", "--student=s001")
    assert query(theirs, "select student, attempts from ecrm_marked order by 1") == [
        ("s001", 1), ("s002", 1), ("s003", 1), ("s009", 1)
    ]  # fmt: skip


def test_roster_with_a_mistake_is_refused_before_anything_is_marked(root):
    with_roster(root, "1,s001\n2,s001\n")
    hand_in(root, "s001", GOOD)

    assert "一人只能在一个组里" in failing(root, "--ExecuteSubmission.trusted=True")
    assert not (root / "autograded").exists()


def test_options_that_cannot_be_shared_leave_a_member_single_and_say_so(root):
    with_roster(root)
    hand_in(root, "s001", GOOD)

    told = nbgrader(root, "autograde", "tiny", "--no-execute", "--ExecuteSubmission.trusted=True").stderr

    assert "s001 在小组名单里" in told
    assert query(root, "select distinct student_id from submitted_assignment") == [("s001",)]
