"""nbgrader's own feedback commands in a course of ours: missing times, and messages that are held."""

from __future__ import annotations

import sys

import pytest

from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    GOOD,
    HALF,
    change,
    give_mark,
    hand_in,
    nbgrader,
    released_course,
    run_plainly,
)

SECRETS = {"s001": "a" * 32, "s002": "b" * 32}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course with three marked hand-ins: one from the exchange, one without a time, one from elsewhere."""
    root = released_course(tmp_path_factory.mktemp("feedback_commands"))
    for student, answers in {"s001": GOOD, "s002": HALF, "s003": GOOD}.items():
        hand_in(root, student, answers)
        if student in SECRETS:
            (root / f"submitted/{student}/tiny/submission_secret.txt").write_text(SECRETS[student])
        if student != "s001":
            (root / f"submitted/{student}/tiny/timestamp.txt").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one, "_run_trusted", run_plainly)
        mark_assignment(root, "tiny", trusted=True)
    give_mark(root, "s001", "t4_essay", 4.0, "想得细")
    nbgrader(root, "generate_feedback", "tiny")
    return root


def page(root, student):
    return (root / f"feedback/{student}/tiny/tiny.html").read_text("utf-8")


def test_feedback_is_written_for_work_without_a_time(root):
    assert "提交时间" in page(root, "s001")
    assert "提交时间" not in page(root, "s002")
    assert "4 / 5" in page(root, "s001")


@pytest.mark.skipif(sys.platform.startswith("win"), reason="nbgrader has no exchange there")
def test_feedback_is_released_to_all_who_can_fetch_it(root, tmp_path):
    said = nbgrader(root, "release_feedback", "tiny", f"--Exchange.root={tmp_path}").stderr

    released = sorted((tmp_path / "crossborder_crm/feedback").iterdir())
    assert {path.read_text("utf-8") for path in released} == {page(root, "s001"), page(root, "s002")}
    assert "s003：这份作业不是从 nbgrader 交来的" in said
    assert "s001：" not in said


def test_what_is_held_comes_out_after_the_deadline_with_force(root):
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\nc.MarkingPolicy.hold_messages = True\n")
    change(root, "update assignment set duedate = '2199-01-01 00:00:00.000000'")
    nbgrader(root, "generate_feedback", "tiny", "--force")

    for student in ("s001", "s002"):
        for words in ("总分", "部分得分", "全对", "4 / 5", "想得细", "不是一共几单"):
            assert words not in page(root, student)
    assert "2199-01-01 08:00" in page(root, "s001")

    change(root, "update assignment set duedate = '2020-01-01 00:00:00.000000'")
    nbgrader(root, "generate_feedback", "tiny", "--force")

    assert "想得细" in page(root, "s001")
    assert "不是一共几单" in page(root, "s002")
