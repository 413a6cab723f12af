"""A run of marking: what is new or changed is marked, the rest is left alone, a teacher's marks hold."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
from contextlib import closing

import pytest
from traitlets.utils.importstring import import_item

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking import renamed
from ecrm_helpers.marking.run import gradebook as gradebook_module
from ecrm_helpers.marking.run import mark as mark_module
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.files import locked_course
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    GOOD,
    HALF,
    change,
    copy_of,
    give_mark,
    grade,
    gradebook,
    hand_in,
    marked_files,
    query,
    released_course,
    run_plainly,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return released_course(tmp_path_factory.mktemp("template"))


@pytest.fixture
def root(template, tmp_path, monkeypatch):
    """A course of one's own; cells are run here, by the test, instead of in a sandbox."""
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    return copy_of(template, tmp_path)


def mark(root, **options):
    return mark_assignment(root, "tiny", trusted=True, **options)


def line(report, student):
    return next(one for one in report.lines if one.student == student)


def states(report):
    return {one.student: one.state for one in report.lines}


def test_everyone_gets_marks_and_a_line(root):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", HALF)
    hand_in(root, "s003", b'{"cells": [')
    seen = []

    report = mark(root, on_progress=lambda done, total, student: seen.append((done, total, student)))

    assert {one.student: (one.score, one.full) for one in report.lines} == {
        "s001": (9.0, 14.0), "s002": (2.5, 14.0), "s003": (0.0, 14.0),
    }  # fmt: skip
    assert line(report, "s001").waiting == ["tiny/t4_essay"]
    assert line(report, "s003").notes
    assert sorted(student for _, _, student in seen) == ["s001", "s002", "s003"]
    assert [(done, total) for done, total, _ in seen] == [(1, 3), (2, 3), (3, 3)]


def test_only_what_is_new_or_changed_is_marked(root):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", HALF)
    mark(root)
    before = marked_files(root)
    hand_in(root, "s002", GOOD, time="2026-10-16 13:00:00.000000 UTC")
    hand_in(root, "s003", HALF)

    report = mark(root)

    assert states(report) == {"s001": "unchanged", "s002": "marked", "s003": "marked"}
    assert line(report, "s002").score == 9.0
    assert marked_files(root)["s001/tiny/tiny.ipynb"] == before["s001/tiny/tiny.ipynb"]


def test_nothing_new_starts_no_process_and_changes_no_byte(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = gradebook(root), marked_files(root)
    monkeypatch.setattr(mark_module.WarmUp, "begin", lambda self: pytest.fail("a warm process was started"))

    assert states(mark(root)) == {"s001": "unchanged"}
    assert (gradebook(root), marked_files(root)) == before


def test_again_marks_everybody_and_counts_no_attempt(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = gradebook(root)

    assert states(mark(root, again=True)) == {"s001": "marked"}
    assert gradebook(root) == before
    assert query(root, "select attempts from ecrm_marked") == [(1,)]


def test_changed_marking_file_marks_everybody_again(root):
    hand_in(root, "s001", {**GOOD, "a1_total": "total_orders = 5"})
    assert line(mark(root), "s001").score == 6.0
    path = root / "../../solutions/crossborder_crm/tiny/marking.py"
    path.write_text(path.read_text("utf-8").replace("Verdict(points=1,", "Verdict(points=2,"), "utf-8")

    report = mark(root)

    assert (line(report, "s001").state, line(report, "s001").score) == ("marked", 7.0)


def test_deleted_result_is_made_again(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = marked_files(root)
    (root / "autograded/s001/tiny/tiny.ipynb").unlink()

    assert states(mark(root)) == {"s001": "marked"}
    assert marked_files(root) == before


def test_one_student_is_marked_when_asked_for(root):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", GOOD)

    assert states(mark(root, students=["s002"])) == {"s002": "marked"}
    assert query(root, "select student_id from submitted_assignment") == [("s002",)]


def test_student_without_hand_in_is_named(root):
    hand_in(root, "s001", GOOD)

    with pytest.raises(MarkingError, match=r"s009 没有交 tiny"):
        mark(root, students=["s009"])


def test_failing_submission_leaves_its_old_result_and_the_others(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", GOOD)
    mark(root)
    before = gradebook(root), marked_files(root)
    hand_in(root, "s001", HALF)

    def fail(notebook, job):
        raise OSError("the machine has no memory left")

    monkeypatch.setattr(one, "_run_trusted", fail)
    report = mark(root)

    assert states(report) == {"s001": "failed", "s002": "unchanged"}
    assert "no memory left" in line(report, "s001").reason
    assert line(report, "s001").score == 9.0
    assert (gradebook(root), marked_files(root)) == before


def test_impossible_points_are_refused_and_nothing_of_them_is_kept(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = gradebook(root), marked_files(root)
    honest = one.rows_of

    def dishonest(notebook, name, **options):
        rows = honest(notebook, name, **options)
        rows["grades"][-1]["auto_score"] = float("nan")
        return rows

    monkeypatch.setattr(one, "rows_of", dishonest)
    report = mark(root, again=True)

    assert "有限的数" in line(report, "s001").reason
    assert (gradebook(root), marked_files(root)) == before


def test_points_beyond_full_marks_are_cut(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    honest = one.rows_of

    def generous(notebook, name, **options):
        rows = honest(notebook, name, **options)
        rows["grades"][0]["auto_score"] = 1e6
        return rows

    monkeypatch.setattr(one, "rows_of", generous)
    mark(root)

    assert max(points for *_, points, _, _ in query(root, GRADES_BY_NAME)) == 4.0


GRADES_BY_NAME = (
    "select b.name, coalesce(g.auto_score, 0), 0, 0 from grade g join base_cell b on b.id = g.cell_id"
)


def test_manual_mark_holds_while_the_answer_is_the_same(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    give_mark(root, "s001", "t4_essay", 4.0, comment="说到点子上了。")

    report = mark(root, again=True)

    assert grade(root, "s001", "t4_essay") == (None, 4.0, 0)
    assert (line(report, "s001").review, line(report, "s001").waiting) == ([], [])
    assert line(report, "s001").score == 13.0


def test_other_answer_leaves_the_manual_mark_and_asks_for_another_look(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    give_mark(root, "s001", "t4_essay", 4.0)
    hand_in(root, "s001", {**GOOD, "t4_essay": "先联系新客。"})

    for _ in range(2):  # and again: nobody has looked yet
        report = mark(root, again=True)
        assert grade(root, "s001", "t4_essay") == (None, 4.0, 1)
        assert line(report, "s001").review == ["tiny/t4_essay"]

    give_mark(root, "s001", "t4_essay", 3.0)
    assert line(mark(root, again=True), "s001").review == []


def test_other_tasks_do_not_unsettle_a_manual_mark(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    give_mark(root, "s001", "t4_essay", 4.0)
    hand_in(root, "s001", {**GOOD, "a1_total": "total_orders = 5"})

    report = mark(root)

    assert line(report, "s001").review == []
    assert line(report, "s001").score == 10.0


def test_teachers_override_of_a_judged_task_holds_with_its_code(root):
    hand_in(root, "s001", HALF)
    mark(root)
    give_mark(root, "s001", "t1_total", 3.0)
    assert line(mark(root, again=True), "s001").review == []
    hand_in(root, "s001", {**HALF, "a1_total": "total_orders = 6"})

    report = mark(root)

    assert line(report, "s001").review == ["tiny/t1_total"]
    assert grade(root, "s001", "t1_total") == (0.0, 3.0, 1)


def test_outdated_comment_flags_the_notebook_until_the_flag_is_taken_away(root):
    hand_in(root, "s001", HALF)
    mark(root)
    give_mark(root, "s001", "a2_letter", None, comment="再看看第二节。")
    assert line(mark(root, again=True), "s001").review == []
    hand_in(root, "s001", {**HALF, "a2_letter": 'letter = "C"'})

    assert line(mark(root), "s001").review == ["tiny/a2_letter"]
    assert line(mark(root, again=True), "s001").review == ["tiny/a2_letter"]

    change(root, "update submitted_notebook set flagged = 0")
    assert line(mark(root), "s001").review == []
    assert query(root, "select manual_comment from comment where manual_comment is not null") == [
        ("再看看第二节。",)
    ]


def test_mark_given_before_the_ledger_is_looked_at_once(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    give_mark(root, "s001", "t4_essay", 4.0)
    change(root, "drop table ecrm_marked")

    assert line(mark(root), "s001").review == ["tiny/t4_essay"]


def test_attempts_are_capped_and_the_last_marked_one_counts(root):
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\nc.MarkingPolicy.attempts = 2\n")
    for answers in (HALF, GOOD, {}):
        hand_in(root, "s001", answers)
        report = mark(root)

    assert (line(report, "s001").state, line(report, "s001").score) == ("capped", 9.0)
    assert "2 次" in line(report, "s001").reason
    assert states(mark(root, again=True)) == {"s001": "capped"}


def test_late_work_loses_what_the_course_takes(root):
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    change(root, "update assignment set duedate = '2026-10-16 11:00:00.000000'")
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", GOOD, time="2026-10-16 10:00:00.000000 UTC")
    mark(root)
    penalties = (
        "select a.student_id, s.late_submission_penalty from submitted_notebook s"
        " join submitted_assignment a on a.id = s.assignment_id order by 1"
    )

    assert query(root, penalties) == [("s001", 9.0), ("s002", None)]

    # An hour more for everything: what was decided by lateness is decided anew.
    change(root, "update submitted_assignment set extension = '1970-01-01 02:00:00.000000'")
    assert states(mark(root)) == {"s001": "marked", "s002": "marked"}
    assert query(root, penalties) == [("s001", None), ("s002", None)]


@pytest.mark.parametrize(
    "time", ["2026-10-16 20:00:00.000000 +0800", "2026-10-16 12:00:00 UTC", "2026-10-16 20:00 Asia/Shanghai"]
)
def test_times_are_read_in_their_own_zone(root, time):
    hand_in(root, "s001", GOOD, time=time)
    mark(root)

    assert query(root, "select timestamp from submitted_assignment") == [("2026-10-16 12:00:00.000000",)]


def test_nonsense_for_a_time_is_said_and_costs_nothing(root):
    hand_in(root, "s001", GOOD, time="很久以前")

    report = mark(root)

    assert line(report, "s001").score == 9.0
    assert any("时间看不懂" in note for note in line(report, "s001").notes)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links need Unix")
def test_linked_folder_is_not_opened(root, tmp_path):
    hand_in(root, "s001", GOOD)
    (root / "submitted/s002").mkdir()
    (root / "submitted/s002/tiny").symlink_to(root / "submitted/s001/tiny")

    report = mark(root)

    assert states(report) == {"s001": "marked", "s002": "failed"}
    assert "不是普通文件夹" in line(report, "s002").reason


def test_judge_that_cannot_decide_leaves_the_task_to_the_teacher_and_the_log(root):
    path = root / "../../solutions/crossborder_crm/tiny/marking.py"
    path.write_text(path.read_text("utf-8").replace("if close(value, 14)", "if 1 / 0"), "utf-8")
    hand_in(root, "s001", GOOD)

    report = mark(root)

    assert line(report, "s001").waiting == ["tiny/t1_total", "tiny/t4_essay"]
    assert grade(root, "s001", "t1_total") == (None, None, 1)
    log = (root / "marking.log").read_text("utf-8")
    assert log.startswith("tiny\ts001\ttiny\tt1_total\tpending\t\t")
    assert "ZeroDivisionError" in log


def test_second_run_beside_a_running_one_is_refused(root):
    hand_in(root, "s001", GOOD)

    with locked_course(root), pytest.raises(MarkingError, match="正在进行"):
        mark(root)

    assert states(mark(root)) == {"s001": "marked"}


def test_nothing_handed_in_is_said(root):
    with pytest.raises(MarkingError, match="没有人交 tiny"):
        mark(root)


def test_unknown_assignment_is_said(root):
    with pytest.raises(MarkingError, match="没有作业 tinny"):
        mark_assignment(root, "tinny", trusted=True)


def test_error_in_the_configuration_is_refused_where_nbgrader_would_go_on(root):
    hand_in(root, "s001", GOOD)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Autograde.typo(\n", encoding="utf-8")

    with pytest.raises(MarkingError, match="有错误，没有开始评阅"):
        mark(root)


def test_old_names_of_classes_are_told_with_the_new_ones(root):
    """As in a course folder of one's own from before; nbgrader tells the first of them in a traceback."""
    path = root / "nbgrader_config.py"
    text = path.read_text("utf-8").replace("marking.seams.", "marking.")
    path.write_text(text.replace("marking.pages.feedback.", "marking.feedback_page."), "utf-8")

    with pytest.raises(MarkingError, match="用的还是旧名字") as told:
        mark(root)

    place = "  ecrm_helpers.marking."
    lines = str(told.value).splitlines()[1:-1]
    assert len(lines) == 7
    assert f"{place}rebuild.RebuildExporter → {place.strip()}seams.rebuild.RebuildExporter" in lines
    assert f"{place}feedback_page.FeedbackExporter → {place.strip()}pages.feedback.FeedbackExporter" in lines


def test_every_name_in_the_configuration_is_one_that_nbgrader_finds(root):
    text = (root / "nbgrader_config.py").read_text("utf-8")
    names = re.findall(r'"(ecrm_helpers\.marking\.[\w.]+)"', text)

    assert len(names) == 9
    assert all(isinstance(import_item(name), type) for name in names)
    assert all(isinstance(import_item(renamed._PLACE + new), type) for new in renamed._MOVED.values())


def test_release_of_another_generate_is_refused(root):
    hand_in(root, "s001", GOOD)
    path = root / "snapshots/tiny/tiny.ipynb"
    path.write_text(path.read_text("utf-8").replace('"t2_letter"', '"t2_other"'), "utf-8")

    with pytest.raises(MarkingError, match="和成绩册对不上"):
        mark(root)


@pytest.mark.parametrize("data", [b"", b"\xff", b"{}", b"[]", b'{"cells": [{}]}'])
def test_broken_release_is_said(root, data):
    hand_in(root, "s001", GOOD)
    (root / "snapshots/tiny/tiny.ipynb").write_bytes(data)

    with pytest.raises(MarkingError, match="损坏了"):
        mark(root)


def test_locked_text_comes_from_the_gradebook(root):
    """As nbgrader's OverwriteCells: an edited release cannot change what is asked."""
    path = root / "snapshots/tiny/tiny.ipynb"
    book = json.loads(path.read_text("utf-8"))
    cell = next(
        one for one in book["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == "t1_total"
    )
    cell["source"], cell["metadata"]["nbgrader"]["points"] = "4.0", 400
    path.write_text(json.dumps(book), "utf-8")
    hand_in(root, "s001", {"a1_total": "total_orders = 99"})

    assert line(mark(root), "s001").score == 0.0


def test_student_whom_nobody_enrolled_is_refused_where_the_course_says_so(root):
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\nc.Autograde.create_student = False\n")
    hand_in(root, "s001", GOOD)

    report = mark(root)

    assert "没有学号 s001" in line(report, "s001").reason
    assert query(root, "select count(*) from submitted_assignment") == [(0,)]
    assert marked_files(root) == {}


def test_marked_files_are_read_only_and_complete(root):
    hand_in(root, "s001", GOOD)
    (root / "submitted/s001/tiny/submission_secret.txt").write_text("secret", "utf-8")
    (root / "submitted/s001/tiny/virus.exe").write_bytes(b"MZ")
    mark(root)

    assert sorted(marked_files(root)) == [
        "s001/tiny/submission_secret.txt", "s001/tiny/timestamp.txt", "s001/tiny/tiny.ipynb",
    ]  # fmt: skip
    assert (root / "autograded/s001/tiny/tiny.ipynb").stat().st_mode & 0o777 == 0o444


def test_manual_mark_given_while_a_run_lasts_is_kept(root):
    for student in ("s001", "s002"):
        hand_in(root, student, GOOD)
    mark(root)

    def teacher(done, total, student):
        """Mark as the formgrader does while the run is at work on the next one."""
        if done == 1:
            for other in ("s001", "s002"):
                give_mark(root, other, "t4_essay", 4.0, comment="好。")

    report = mark(root, again=True, workers=1, on_progress=teacher)

    for student in ("s001", "s002"):
        assert grade(root, student, "t4_essay") == (None, 4.0, 0)
        assert line(report, student).review == []
    assert query(root, "select count(*) from comment where manual_comment = '好。'") == [(2,)]


def test_gradebook_in_use_is_waited_for_and_nobody_is_lost(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    mark(root)
    hand_in(root, "s002", HALF)
    monkeypatch.setattr(gradebook_module, "_PATIENCE", 20)
    honest = one.rows_of
    saver = []

    def rows_of(*positional, **named):
        """Let another program begin to write while the submission is marked, and stop half a second later."""
        other = sqlite3.connect(root / "gradebook.db", isolation_level=None, check_same_thread=False)
        other.execute("begin immediate")
        saver.append(threading.Timer(0.5, lambda: (other.execute("rollback"), other.close())))
        saver[0].start()
        return honest(*positional, **named)

    monkeypatch.setattr(one, "rows_of", rows_of)
    report = mark(root)
    saver[0].join()

    assert states(report) == {"s001": "unchanged", "s002": "marked"}


def test_gradebook_that_stays_in_use_is_said_and_keeps_the_old_result(root, monkeypatch):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = gradebook(root), marked_files(root)
    monkeypatch.setattr(gradebook_module, "_PATIENCE", 0)

    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(MarkingError, match="别的程序占着"):
            mark(root, again=True)
        other.execute("rollback")

    assert (gradebook(root), marked_files(root)) == before


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "不是数据库地址"),
        ("nosuch://ecrm:geheim@127.0.0.1/x", "不是数据库地址"),
        ("mysql+nodriver://ecrm:geheim@127.0.0.1/x", "不是数据库地址"),
        ("mysql+pymysql://ecrm:geheim@127.0.0.1/x", "pymysql 没有安装"),
        ("postgresql+pg8000://ecrm:geheim@127.0.0.1:1/x", "用不了"),
        ("sqlite:////nowhere/gradebook.db", "没有找到成绩册"),
        ("sqlite:///nbgrader_config.py", "用不了"),
    ],
)
def test_gradebook_that_cannot_be_used_is_said_without_its_password(root, address, said):
    hand_in(root, "s001", GOOD)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{address}"\n')

    with pytest.raises(MarkingError, match=said) as refusal:
        mark(root)

    assert "geheim" not in str(refusal.value)
    assert "提示：" in str(refusal.value)


def test_address_of_the_gradebook_may_be_relative_to_the_course(root):
    hand_in(root, "s001", GOOD)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.CourseDirectory.db_url = "sqlite:///gradebook.db"\n')

    assert states(mark(root)) == {"s001": "marked"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_course_that_cannot_be_written_is_said(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    (root / "gradebook.db").chmod(0o444)
    with pytest.raises(MarkingError, match="只能读"):
        mark(root, again=True)
    (root / "gradebook.db").chmod(0o644)

    (root / ".ecrm-mark.lock").unlink()
    root.chmod(0o555)
    try:
        with pytest.raises(MarkingError, match="不能写"):
            mark(root, again=True)
    finally:
        root.chmod(0o755)


def break_marking(root, line="def ("):
    path = root / "../../solutions/crossborder_crm/tiny/marking.py"
    path.write_text(path.read_text("utf-8") + f"{line}\n", "utf-8")


def test_useless_marking_file_leaves_new_work_to_the_teacher_and_keeps_old_results(root):
    hand_in(root, "s001", GOOD)
    mark(root)
    before = gradebook(root), marked_files(root)
    break_marking(root)
    report = mark(root)
    assert (states(report), line(report, "s001").score) == ({"s001": "failed"}, 9.0)
    assert (gradebook(root), marked_files(root)) == before

    for student in ("s002", "s003"):
        hand_in(root, student, GOOD)
    report = mark(root)

    assert states(report) == {"s001": "failed", "s002": "marked", "s003": "marked"}
    assert line(report, "s003").waiting == [
        f"tiny/t{task}" for task in ("1_total", "2_letter", "3_counts", "4_essay")
    ]
    assert "SyntaxError" in report.broken
    log = (root / "marking.log").read_text("utf-8").splitlines()
    assert len(log) == 2  # once a run, not once a student and task
    assert log[-1].startswith("tiny\t\t\tmarking.py\tbroken\t\t")

    path = root / "../../solutions/crossborder_crm/tiny/marking.py"
    path.write_text(path.read_text("utf-8").replace("def (\n", ""), "utf-8")
    assert {one.score for one in mark(root).lines} == {9.0}


@pytest.mark.skipif(os.name != "posix", reason="file modes are Unix's")
def test_log_with_students_ids_is_not_for_everybody(root):
    break_marking(root)
    hand_in(root, "s001", GOOD)
    mark(root)

    assert (root / "marking.log").stat().st_mode & 0o007 == 0


def test_lateness_and_its_price_stand_in_the_line(root):
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    change(root, "update assignment set duedate = '2026-10-16 11:00:00.000000'")
    hand_in(root, "s001", GOOD)

    told = line(mark(root), "s001")

    assert (told.score, told.late, told.penalty) == (0.0, 3600.0, 9.0)


def test_folder_that_cannot_be_replaced_stops_nobody_else(root):
    for student in ("s001", "s002"):
        hand_in(root, student, GOOD)
    (root / "autograded").mkdir()
    (root / "autograded/s001").write_text("a file where a folder belongs", "utf-8")

    report = mark(root)

    assert states(report) == {"s001": "failed", "s002": "marked"}
    assert "用不了" in line(report, "s001").reason
