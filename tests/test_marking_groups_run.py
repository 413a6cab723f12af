"""`ecrm mark` on a group assignment: every member has the group's marks, whoever handed in."""

from __future__ import annotations

import json

import pytest

from ecrm_helpers.marking.run import mark as mark_module
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    GOOD,
    HALF,
    SUBMISSIONS,
    change,
    copy_of,
    gradebook,
    hand_in,
    marked_files,
    query,
    released_course,
    run_plainly,
)

EARLY, LATE = "2026-10-16 12:00:00.000000 UTC", "2026-10-17 12:00:00.000000 UTC"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return released_course(tmp_path_factory.mktemp("template"))


@pytest.fixture
def root(template, tmp_path, monkeypatch):
    """A course with the group s001, s002, s003; s009 works alone."""
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    root = copy_of(template, tmp_path)
    write_roster(root, "1,s001\n1,s002\n1,s003\n")
    return root


def write_roster(root, rows):
    (root / "groups").mkdir(exist_ok=True)
    (root / "groups/tiny.csv").write_text(f"组号,学号\n{rows}", "utf-8")


def mark(root, **options):
    return mark_assignment(root, "tiny", trusted=True, **options)


def scores(report):
    return {line.student: line.score for line in report.lines}


def individual(root, grade_id):
    path = root / "snapshots/tiny/tiny.ipynb"
    book = json.loads(path.read_text("utf-8"))
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            cell["metadata"]["ecrm"] = {"individual": True}
    path.write_text(json.dumps(book), "utf-8")


def test_one_hand_in_counts_for_the_whole_group(root):
    hand_in(root, "s002", GOOD)
    hand_in(root, "s009", HALF)

    report = mark(root)

    assert scores(report) == {"s001": 9.0, "s002": 9.0, "s003": 9.0, "s009": 2.5}
    page = (root / "autograded/s001/tiny/tiny.ipynb").read_text("utf-8")
    assert "第 1 组按 s002 的那一份" in page
    assert {row[1][:16] for row in query(root, SUBMISSIONS)} == {"2026-10-16 12:00"}


def test_a_member_without_a_hand_in_does_not_share_the_mates_secret(root):
    hand_in(root, "s002", GOOD)
    (root / "submitted/s002/tiny/submission_secret.txt").write_text("s" * 64, "utf-8")

    mark(root)

    secrets = {
        (root / "autograded" / student / "tiny/submission_secret.txt").read_text("utf-8")
        for student in ("s001", "s002", "s003")
    }
    assert len(secrets) == 3


def test_the_latest_counts_with_its_time_and_the_second_is_reported(root):
    hand_in(root, "s001", HALF, time=EARLY)
    hand_in(root, "s002", GOOD, time=LATE)

    report = mark(root)

    assert scores(report) == dict.fromkeys(["s001", "s002", "s003"], 9.0)
    assert any("第 1 组有 2 份" in note for note in report.lines[0].notes)
    assert {row[1][:16] for row in query(root, SUBMISSIONS)} == {"2026-10-17 12:00"}


def test_a_later_blank_hand_in_does_not_take_the_groups_marks(root):
    hand_in(root, "s001", GOOD, time=EARLY)
    hand_in(root, "s002", {}, time=LATE)

    assert scores(mark(root)) == dict.fromkeys(["s001", "s002", "s003"], 9.0)


def test_individual_tasks_stay_individual(root):
    individual(root, "t2_letter")
    hand_in(root, "s001", GOOD, time=LATE)
    hand_in(root, "s002", {**HALF, "a2_letter": 'letter = "A"'}, time=EARLY)

    assert scores(mark(root)) == {"s001": 9.0, "s002": 7.0, "s003": 7.0}


def test_nothing_new_marks_nobody_again(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", HALF)
    mark(root)
    before = gradebook(root), marked_files(root)
    monkeypatch.setattr(mark_module.WarmUp, "begin", lambda self: pytest.fail("a warm process was started"))

    assert {line.state for line in mark(root).lines} == {"unchanged"}
    assert (gradebook(root), marked_files(root)) == before


def test_one_members_new_hand_in_marks_the_group_again_and_nobody_else(root):
    hand_in(root, "s001", HALF, time=EARLY)
    hand_in(root, "s009", HALF)
    mark(root)
    hand_in(root, "s002", GOOD, time=LATE)

    report = mark(root)

    assert scores(report) == {"s001": 9.0, "s002": 9.0, "s003": 9.0, "s009": 2.5}
    assert next(line.state for line in report.lines if line.student == "s009") == "unchanged"


def test_a_changed_roster_marks_again(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    write_roster(root, "1,s001\n1,s002\n1,s003\n1,s004\n")

    assert scores(mark(root))["s004"] == 9.0


def test_a_run_that_dies_inside_a_group_ends_like_one_that_does_not(root, monkeypatch, tmp_path):
    hand_in(root, "s001", GOOD, time=EARLY)
    hand_in(root, "s002", HALF, time=LATE)
    other = copy_of(root, tmp_path / "undisturbed")
    mark(other)
    real, saved = mark_module._save, []

    def dies(run, outcome, penalty):
        if len(saved) == 2:
            raise KeyboardInterrupt
        saved.append(outcome["student"])
        real(run, outcome, penalty)

    monkeypatch.setattr(mark_module, "_save", dies)
    for _ in range(2):
        saved.clear()
        with pytest.raises(KeyboardInterrupt):
            mark(root)
    monkeypatch.setattr(mark_module, "_save", real)
    mark(root)

    assert saved[0] == "s003"
    assert gradebook(root)["grades"] == gradebook(other)["grades"]
    assert marked_files(root) == marked_files(other)


def test_asking_for_one_member_marks_the_group(root):
    hand_in(root, "s001", GOOD, time=EARLY)
    hand_in(root, "s002", HALF, time=LATE)

    assert scores(mark(root, students=["s001"])) == dict.fromkeys(["s001", "s002", "s003"], 2.5)


def test_a_teachers_mark_of_a_member_holds(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    change(root, "update grade set manual_score = 4, needs_manual_grade = 0 where needs_manual_grade = 1")

    report = mark(root, again=True)

    assert scores(report) == dict.fromkeys(["s001", "s002", "s003"], 13.0)
    assert [line.review for line in report.lines] == [[], [], []]
