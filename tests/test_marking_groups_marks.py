"""A teacher's mark and comment on one member's copy of the group's work count for the other members too."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from ecrm_helpers.cli import ecrm
from ecrm_helpers.marking.groups import Copy, decide
from ecrm_helpers.marking.run import mark as mark_module
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    COMMENTS,
    GOOD,
    HALF,
    change,
    copy_of,
    give_mark,
    grade,
    gradebook,
    hand_in,
    query,
    released_course,
    run_plainly,
)

EARLY, LATE = "2026-10-16 12:00:00.000000 UTC", "2026-10-17 12:00:00.000000 UTC"


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """A marked course: the group s001, s002, s003 with one hand-in; s009 works alone."""
    root = released_course(tmp_path_factory.mktemp("template"))
    (root / "groups").mkdir()
    write_roster(root, "1,s001\n1,s002\n1,s003\n")
    hand_in(root, "s001", GOOD)
    hand_in(root, "s009", GOOD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one, "_run_trusted", run_plainly)
        mark(root)
    return root


@pytest.fixture
def root(marked, tmp_path, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    return copy_of(marked, tmp_path)


def write_roster(root, rows):
    (root / "groups/tiny.csv").write_text(f"组号,学号\n{rows}", "utf-8")


def mark(root, **options):
    return mark_assignment(root, "tiny", trusted=True, **options)


def marks(root, name="t4_essay"):
    """manual_score and needs_manual_grade by student."""
    return {student: grade(root, student, name)[1:] for student in ("s001", "s002", "s003", "s009")}


def comments(root, name="t4_essay"):
    return {row[0]: row[4] for row in query(root, COMMENTS) if row[2] == name}


def test_a_mark_of_one_member_counts_for_all_without_anything_new(root, monkeypatch):
    give_mark(root, "s001", "t4_essay", 4, "有理有据")
    monkeypatch.setattr(mark_module.WarmUp, "begin", lambda self: pytest.fail("a warm process was started"))

    report = mark(root)

    assert marks(root) == {"s001": (4, 0), "s002": (4, 0), "s003": (4, 0), "s009": (None, 1)}
    assert comments(root) == {"s001": "有理有据", "s002": "有理有据", "s003": "有理有据", "s009": None}
    assert "第 1 组 tiny/t4_essay：s001 的人工评分也给了 s002、s003。" in report.remarks
    assert "第 1 组 tiny/t4_essay：s001 的评语也给了 s002、s003。" in report.remarks
    assert mark(root).remarks == []


def test_a_mark_given_to_a_member_without_a_hand_in_counts_for_the_author(root):
    give_mark(root, "s003", "t4_essay", 3)
    mark(root)

    assert marks(root)["s001"] == (3, 0)


def test_a_mark_of_ones_own_stays_and_is_told_where_the_group_differs(root):
    give_mark(root, "s001", "t4_essay", 4, "好")
    give_mark(root, "s002", "t4_essay", 2, "少一段")
    before = gradebook(root)

    report = mark(root)

    assert gradebook(root) == before
    assert any("不一样（s001 4 分、s002 2 分）" in remark for remark in report.remarks)
    give_mark(root, "s003", "t4_essay", 3, "见面谈")
    assert mark(root).remarks == []


def test_a_corrected_mark_corrects_its_copies(root):
    give_mark(root, "s001", "t4_essay", 4, "好")
    mark(root)
    give_mark(root, "s001", "t4_essay", 5, "很好")
    mark(root)

    assert [marks(root)[one] for one in ("s002", "s003")] == [(5, 0), (5, 0)]
    assert comments(root)["s003"] == "很好"


def test_a_corrected_copy_is_its_members_own(root):
    give_mark(root, "s001", "t4_essay", 4)
    mark(root)
    give_mark(root, "s002", "t4_essay", 2)

    report = mark(root)

    assert {one: points for one, (points, _) in marks(root).items()} == {
        "s001": 4, "s002": 2, "s003": 4, "s009": None,
    }  # fmt: skip
    assert any("不一样" in remark for remark in report.remarks)


def test_a_mark_taken_back_takes_its_copies_back(root):
    give_mark(root, "s001", "t4_essay", 4, "好")
    mark(root)
    give_mark(root, "s001", "t4_essay", None, "")
    change(root, "update grade set needs_manual_grade = 1 where auto_score is null and manual_score is null")

    report = mark(root)

    assert set(marks(root).values()) == {(None, 1)}
    assert not comments(root)["s002"]
    assert any("已撤回" in remark for remark in report.remarks)


def test_an_outdated_mark_is_not_handed_on_and_a_fresh_one_settles_the_copies(root):
    give_mark(root, "s001", "t4_essay", 4)
    mark(root)
    hand_in(root, "s001", {**GOOD, "t4_essay": "想好了：新客更多。"}, time=LATE)
    mark(root)
    assert {marks(root)[one] for one in ("s001", "s002", "s003")} == {(4, 1)}

    give_mark(root, "s001", "t4_essay", 5)
    mark(root)

    assert {marks(root)[one] for one in ("s001", "s002", "s003")} == {(5, 0)}


def test_a_copy_confirmed_after_a_change_settles_the_other_copies(root):
    give_mark(root, "s001", "t4_essay", 4)
    mark(root)
    hand_in(root, "s001", {**GOOD, "t4_essay": "想好了：新客更多。"}, time=LATE)
    mark(root)
    give_mark(root, "s002", "t4_essay", 4)
    mark(root)

    assert [marks(root)[one] for one in ("s001", "s002", "s003")] == [(4, 1), (4, 0), (4, 0)]


def test_an_overruled_automatic_score_counts_for_all(root):
    give_mark(root, "s002", "t1_total", 1)
    mark(root)

    assert {grade(root, one, "t1_total")[1] for one in ("s001", "s002", "s003")} == {1}


def test_individual_tasks_are_left_alone(root, monkeypatch):
    monkeypatch.setattr(
        mark_module, "load_groups", with_individual(mark_module.load_groups, {"tiny/t4_essay"})
    )
    give_mark(root, "s001", "t4_essay", 4, "好")
    mark(root)

    assert marks(root)["s002"][0] is None
    assert comments(root)["s002"] is None


def with_individual(load, tasks):
    from dataclasses import replace  # noqa: PLC0415

    return lambda *asked: replace(load(*asked), individual=frozenset(tasks))


def test_another_answer_gets_no_mark(root):
    give_mark(root, "s001", "t4_essay", 4)
    change(root, "update ecrm_marked set answers = '{\"tiny/t4_essay\": \"other\"}' where student = 's002'")
    mark(root)

    assert (marks(root)["s002"], marks(root)["s003"]) == ((None, 1), (4, 0))


def test_a_member_who_joins_gets_the_mark_and_one_who_left_is_told(root):
    give_mark(root, "s001", "t4_essay", 4)
    write_roster(root, "1,s001\n1,s002\n1,s004\n2,s005\n")

    report = mark(root)

    assert grade(root, "s004", "t4_essay") == (None, 4, 0)
    assert any(remark.startswith("s003 没有交") for remark in report.remarks)
    assert "第 2 组还没有人交。" in report.remarks


def test_asking_for_a_member_without_a_hand_in_marks_the_group(root):
    report = mark(root, students=["s003"], again=True)

    assert {line.student for line in report.lines if line.state == "marked"} == {"s001", "s002", "s003"}
    hand_in(root, "s001", HALF, time=LATE)
    assert {line.score for line in mark(root, students=["s002"]).lines} == {2.5}


def test_the_command_tells_what_was_copied(root, monkeypatch):
    # The command leaves a grammar out that nothing of ours needs; other tests shall find it as it was.
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", sys.modules.get("rfc3987_syntax"))
    give_mark(root, "s001", "t4_essay", 4)

    done = CliRunner().invoke(ecrm, ["mark", "tiny", "--root", str(root), "--trusted"])

    assert done.exit_code == 0, done.output
    assert "s001 的人工评分也给了 s002、s003" in done.output


def test_a_source_that_is_gone_leaves_its_copies_as_marks():
    copies = [Copy("s2", "2", (4.0, None), source="s1"), Copy("s3", "3", settled=False)]

    assert [copy.student for copy in decide(copies).receivers] == ["s3"]
