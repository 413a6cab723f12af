"""`ecrm mark`: what it says in the end, and when it refuses."""

from __future__ import annotations

import sys

import pytest

from ecrm_helpers.cli import main
from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.run import one, warm
from ecrm_helpers.messages import marking
from tests.markingclass import (
    GOOD,
    HALF,
    change,
    copy_of,
    give_mark,
    gradebook,
    hand_in,
    released_course,
    run_plainly,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return released_course(tmp_path_factory.mktemp("template"))


@pytest.fixture
def root(template, tmp_path, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    # The command leaves a grammar out that nothing of ours needs; other tests shall find it as it was.
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", sys.modules.get("rfc3987_syntax"))
    monkeypatch.setenv("COLUMNS", "160")
    return copy_of(template, tmp_path)


@pytest.fixture
def mark(root, capsys):
    """Run the command; return exit code and what was printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["mark", "tiny", "--root", str(root), *arguments])
        told = capsys.readouterr()
        return end.value.code, told.out + told.err

    return run


def test_one_line_per_student_with_marks_trouble_and_time(root, mark):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", HALF)
    hand_in(root, "s003", b"")

    code, told = mark("--trusted")

    lines = {line.split()[0]: line for line in told.splitlines() if line.startswith("s0")}
    assert code == 0
    assert "9 / 14" in lines["s001"]
    assert " s " in lines["s001"]
    assert "2.5 / 14" in lines["s002"]
    assert "文件是空的" in lines["s003"]
    assert "评了 3 份" in told
    assert "等老师评：tiny/t4_essay，1 份" in told
    assert "没有用沙箱" in told


def test_names_that_look_like_markup_are_shown_as_they_are(root, mark):
    hand_in(root, "s[bold]1", GOOD)

    _, told = mark("--trusted")

    assert "s[bold]1" in told


def test_on_a_narrow_screen_no_reason_is_cut_short(root, mark, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    hand_in(root, "s003", b"")

    _, told = mark("--trusted")

    assert marking.EMPTY_FILE in "".join(told.split())


def test_second_time_says_that_nothing_has_changed(root, mark):
    hand_in(root, "s001", GOOD)
    mark("--trusted")

    code, told = mark("--trusted")

    assert code == 0
    assert "评了 0 份，1 份没有变化" in told
    assert not any(line.startswith("s001") for line in told.splitlines())


def test_changed_answer_under_a_manual_mark_is_listed(root, mark):
    hand_in(root, "s001", GOOD)
    mark("--trusted")
    give_mark(root, "s001", "t4_essay", 4.0)
    hand_in(root, "s001", {**GOOD, "t4_essay": "换了一个回答。"})

    _, told = mark("--trusted")

    assert "需重阅：s001，tiny/t4_essay" in told


def test_progress_counts_and_tells_the_rate(root, mark):
    for number in range(4):
        hand_in(root, f"s00{number}", HALF)

    _, told = mark("--trusted", "--workers", "1")

    bar = next(line for line in told.splitlines() if "4/4" in line)
    assert bar.startswith("评阅")
    assert "每秒" in bar


def test_submission_that_was_not_marked_makes_the_command_fail(root, mark, monkeypatch):
    def fail(notebook, job):
        raise OSError("no memory left")

    monkeypatch.setattr(one, "_run_trusted", fail)
    hand_in(root, "s001", GOOD)

    code, told = mark("--trusted")

    assert code == 1
    assert "原来的成绩不变" in told
    assert "no memory left" in told


def test_without_a_sandbox_nothing_is_run_and_nothing_written(root, mark, monkeypatch):
    def missing():
        message = "没有运行学生的代码：没有 bubblewrap。\n提示：apt install bubblewrap，或 --trusted。"
        raise SandboxError(message)

    hand_in(root, "s001", GOOD)
    before = gradebook_without_ledger(root)
    monkeypatch.setattr(warm, "check_sandbox", missing)
    monkeypatch.setattr(one, "mark_submission", lambda job: pytest.fail("something was run"))

    code, told = mark()

    assert code == 1
    assert "apt install bubblewrap" in told
    assert gradebook_without_ledger(root) == before
    assert not (root / "autograded").exists()


def gradebook_without_ledger(root):
    from tests.markingclass import COMMENTS, GRADES, SUBMISSIONS, query  # noqa: PLC0415

    return [query(root, statement) for statement in (GRADES, COMMENTS, SUBMISSIONS)]


def test_plain_tcp_is_refused(root, mark):
    hand_in(root, "s001", GOOD)

    code, told = mark("--scheduler", "tcp://127.0.0.1:8786")

    assert code == 1
    assert "tls://" in told


def test_marks_of_one_student_only(root, mark):
    hand_in(root, "s001", GOOD)
    hand_in(root, "s002", GOOD)

    mark("--trusted", "--student", "s002", "--workers", "1")

    assert gradebook(root)["students"] == [("s002",)]


def break_marking(root, old, new):
    path = root / "../../solutions/crossborder_crm/tiny/marking.py"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_useless_marking_file_is_said_once_with_its_line(root, mark):
    break_marking(root, "TASKS = [", "TASKS = = [")
    for number in range(4):
        hand_in(root, f"s00{number}", GOOD)

    code, told = mark("--trusted")

    assert code == 1
    assert told.count("SyntaxError") == 1
    assert "marking.py 不能用（第 27 行）" in told
    assert "等老师评：tiny/t1_total，4 份" in told


def test_judge_that_fails_is_told_by_task_with_its_reason(root, mark):
    break_marking(root, "if close(value, 14)", "if 1 / 0")
    for number in range(3):
        hand_in(root, f"s00{number}", GOOD)

    _, told = mark("--trusted")

    assert told.count("ZeroDivisionError") == 1
    assert "这次有 3 份没有自动评出来" in told
    assert "marking.log" in told


def test_no_log_is_named_where_none_was_written(root, mark):
    hand_in(root, "s001", GOOD)

    _, told = mark("--trusted")

    assert "等老师评" in told
    assert "marking.log" not in told


def test_late_work_is_said(root, mark):
    change(root, "update assignment set duedate = '2026-10-14 09:00:00.000000'")
    hand_in(root, "s001", GOOD)

    _, told = mark("--trusted")

    assert "迟交约 2 天 3 小时。" in told


def test_student_without_a_result_has_no_score(root, mark, monkeypatch):
    def fail(notebook, job):
        raise OSError("no memory left")

    monkeypatch.setattr(one, "_run_trusted", fail)
    hand_in(root, "s001", GOOD)

    _, told = mark("--trusted")

    assert "— / 14" in told


def test_interrupted_run_says_that_it_can_go_on(root, mark, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ecrm_helpers.marking.run.mark.lines_of", interrupt)
    hand_in(root, "s001", GOOD)

    code, told = mark("--trusted")

    assert code == 1
    assert "会接着评" in told
