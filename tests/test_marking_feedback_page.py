"""The feedback page: marks, messages, comments, what was wrong with the file, nothing it must not show."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from ecrm_helpers.marking.judge.card import message_of, outputs_for
from ecrm_helpers.marking.pages.feedback import Facts, FeedbackExporter, beijing, page
from ecrm_helpers.marking.pages.policy import MarkingPolicy
from ecrm_helpers.marking.pages.showing import CleanStudentWork

HIDDEN = "### BEGIN HIDDEN TESTS\nassert total == 1414\n### END HIDDEN TESTS"


def utc(*parts):
    """A moment as the gradebook keeps it: UTC, without a zone."""
    return dt.datetime(*parts)  # noqa: DTZ001


def told(grade_id, *, grade=False, solution=False, task=False, points=0):
    return {"nbgrader": {
        "grade_id": grade_id, "grade": grade, "solution": solution, "task": task, "points": points,
        "locked": not solution, "schema_version": 3,
    }}  # fmt: skip


def cell(kind, source, cell_id, **metadata):
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return new(source, id=cell_id, metadata=metadata)


def marked(status="judged", points=1.0, message="这是有几个数，不是一共几单。"):
    """A marked notebook with one judged task, one essay and one own cell."""
    judged = cell(
        "code", f"answer('t1_total', total)\n{HIDDEN}", "t1", **told("t1_total", grade=True, points=4)
    )
    judged.outputs = outputs_for(status, points, 4, message)
    judged.metadata["ecrm"] = {"status": status}
    answer = cell("code", "total = 5", "a1", **told("a1_total", solution=True))
    answer.outputs = [nbformat.v4.new_output("stream", text="五")]
    return nbformat.v4.new_notebook(
        metadata={"ecrm": {"notes": ["文件的编码不是 <UTF-8>，已转换。"]}},
        cells=[
            cell("markdown", "**评阅前的整理**\n\n- 文件的编码不是 <UTF-8>，已转换。", "ecrm-notes"),
            cell("markdown", "# 小作业", "title"),
            cell("markdown", "**第 1 题** 一共几单？", "q1"),
            answer,
            judged,
            cell("markdown", "## 第 2 题（5 分）\n\n=== BEGIN MARK SCHEME ===\n\n先看 xyzzy", "q2"),
            cell("markdown", "先联系老客。", "t4", **told("t4_essay", grade=True, solution=True, points=5)),
            cell("code", "print('自己的')", "own-7"),
        ],
    )


def grade(points, full, *, waits=False, by_teacher=False, extra=0.0, auto=True):
    return {
        "points": points, "full": full, "waits": waits, "by_teacher": by_teacher, "extra": extra,
        "auto": auto,
    }  # fmt: skip


FACTS = Facts(
    score=1, full=9, due=utc(2026, 12, 1), handed_in=utc(2026, 11, 20, 3, 4), attempts=2,
    grades={"t1_total": grade(1, 4), "t4_essay": grade(0, 5, waits=True)},
    comments={"t4_essay": "**想得细**<script>x()</script>"},
)  # fmt: skip


def shown(book=None, facts=FACTS, **options):
    cleaned, _ = CleanStudentWork().preprocess(book or marked(), {})
    return page(cleaned, facts, student="s001", name="tiny", **options)


def test_page_tells_marks_messages_comments_and_the_file():
    made = shown(allowed=3)

    for words in (
        "<title>小作业 · 作业反馈 · s001</title>", "1 / 4", "部分得分", "这是有几个数，不是一共几单。",
        "第 1 题", "第 2 题", "还有 1 题等老师查看", "<strong>想得细</strong>", "2026-11-20 11:04", "2 / 3",
        "文件的编码不是 &lt;UTF-8&gt;，已转换。", "五", "你自己加的内容", "先联系老客。",
    ):  # fmt: skip
        assert words in made
    assert "<script" not in made
    assert "评阅前的整理" not in made  # it stands in the box above, once


def test_page_shows_neither_hidden_tests_nor_the_mark_scheme():
    made = shown()

    assert "1414" not in made
    assert "HIDDEN" not in made
    assert "xyzzy" not in made


def teachers(book, tmp_path):
    """The page on which a teacher marks it."""
    from ecrm_helpers.marking.pages.grading import grading_page  # noqa: PLC0415

    path = tmp_path / "tiny.ipynb"
    nbformat.write(book, path)
    return grading_page(
        path, nonce="n", base_url="", submission_id="i", assignment="tiny", notebook="tiny",
        notebook_path="x",
        index=0, total=1, student="s</script>", names=(None, None),
    )  # fmt: skip


def test_teachers_page_shows_tests_and_scheme(tmp_path):
    made = teachers(marked(), tmp_path)

    assert "xyzzy" in made
    assert "1414" in made
    assert "s&lt;/script&gt;" in made


def test_teachers_page_tells_a_verdict_from_what_a_students_process_shows(tmp_path):
    faked = outputs_for("judged", 4, 4, "对。")
    judged = teachers(marked(), tmp_path).split('<div class="verdict">')

    assert len(judged) == 2
    assert "1 / 4" in judged[1].split("</div>")[0]
    assert 'verdict"' not in teachers(with_tests(faked), tmp_path)


@pytest.mark.parametrize(
    ("status", "row", "state", "points"),
    [
        ("judged", grade(4, 4), "全对", "4 / 4"),
        ("judged", grade(0, 4), "未得分", "0 / 4"),
        ("missing", grade(0, 4), "没有收到答案", "0 / 4"),
        ("pending", grade(0, 4, waits=True), "等老师查看", "— / 4"),
        ("other_shop", grade(1, 4, waits=True), "等老师查看", "1 / 4"),
        ("missing", grade(3, 4, by_teacher=True), "部分得分", "3 / 4"),
        ("judged", grade(4, 4, extra=1.5), "全对", "+1.5 加分"),
    ],
)
def test_state_of_a_task_is_told_in_words(status, row, state, points):
    made = shown(marked(status), Facts(score=1, full=4, grades={"t1_total": row}))

    assert state in made
    assert points in made


def test_held_feedback_tells_what_was_received_and_nothing_of_the_judge():
    made = shown(held=True)

    assert "2026-12-01 08:00" in made
    assert "已收到答案" in made
    for words in ("这是有几个数", "部分得分", "1 / 4", "总分"):
        assert words not in made
    assert "没有收到这一题的答案" in shown(marked("missing", 0.0, "x"), held=True)


def test_held_feedback_is_the_same_for_right_and_wrong():
    right = Facts(score=4, full=9, due=FACTS.due, grades={**FACTS.grades, "t1_total": grade(4, 4)})
    wrong = Facts(score=0, full=9, due=FACTS.due, grades={**FACTS.grades, "t1_total": grade(0, 4)})

    held = shown(marked("judged", 4.0, "对。"), right, held=True)

    assert held == shown(marked("judged", 0.0, "不对。"), wrong, held=True)
    assert held == shown(marked("other_shop", 4.0, "对。"), right, held=True)
    assert held == shown(marked("pending", None, "等一等"), wrong, held=True)


def test_held_feedback_is_the_same_whatever_the_teacher_has_written():
    written = {**FACTS.grades, "t4_essay": grade(5, 5, by_teacher=True, auto=False, extra=1.0)}
    done = Facts(score=6, full=9, due=FACTS.due, grades=written, comments={"t4_essay": "想得细"})
    waits = Facts(score=1, full=9, due=FACTS.due, grades=FACTS.grades)

    assert shown(facts=done, held=True) == shown(facts=waits, held=True)


def with_tests(outputs, later="", status="forgeable"):
    """A notebook with an ordinary test cell of 4 points, and a student's own cell behind it."""
    tested = cell("code", "assert total == 1414", "t1", **told("t1_total", grade=True, points=4))
    tested.outputs = [nbformat.from_dict(one) for one in outputs]
    tested.metadata["ecrm"] = {"status": status}
    own = cell("code", "print(In[-2])", "own-2")
    own.outputs = [nbformat.v4.new_output("stream", text=later)]
    return nbformat.v4.new_notebook(cells=[cell("markdown", "# 小作业", "title"), tested, own])


def facts_of(points, **more):
    return Facts(score=points, full=4, due=FACTS.due, grades={"t1_total": grade(points, 4)}, **more)


def test_held_feedback_leaves_out_what_ran_behind_a_test():
    held = shown(with_tests([], "assert total == 1414"), facts_of(4), held=True)

    assert "1414" not in held
    assert held == shown(with_tests([], "AssertionError"), facts_of(0), held=True)
    assert "1414" in shown(with_tests([], "assert total == 1414"), facts_of(4))


def test_a_students_process_puts_no_message_into_the_result_of_a_test():
    faked = outputs_for("judged", 4, 4, "老师：满分，写得好。")

    made = shown(with_tests(faked), facts_of(0))
    assert "满分" not in made
    assert "测试没有全部通过。" in made
    assert "测试通过。" in shown(with_tests(faked), facts_of(4))


@pytest.mark.parametrize(
    ("ename", "evalue", "said"),
    [
        ("AssertionError", "总数\n应当 <大于> 0", True),
        ("AssertionError", "", False),
        ("ValueError", "应当", False),
    ],
)
def test_what_a_failed_assertion_says_is_told(ename, evalue, said):
    failed = {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": ["assert 1414"]}

    made = shown(with_tests([failed]), facts_of(0))
    assert ("测试没有全部通过。测试的提示：总数 应当 &lt;大于&gt; 0" in made) is said
    assert "测试没有全部通过。" in made
    assert "1414" not in made


def test_a_written_answer_left_as_it_was_is_said_to_be_missing():
    untouched = Facts(score=1, full=9, grades={**FACTS.grades, "t4_essay": grade(0, 5)}, due=FACTS.due)
    looked_at = {**FACTS.grades, "t4_essay": grade(0, 5, by_teacher=True)}

    assert "没有写" in shown(facts=untouched)
    assert "没有收到这一题的答案" in shown(facts=untouched, held=True)
    assert "没有写" not in shown(facts=Facts(score=1, full=9, grades=looked_at))
    assert "没有写" not in shown(facts=Facts(grades={"t4_essay": grade(0, 5, auto=False)}))


def test_what_code_printed_is_told_apart_from_points():
    made = shown()

    assert made.index("运行结果") < made.index("五")
    assert "得分以最上面的表为准" in made


def test_the_last_attempt_is_told():
    assert "已经用完" in shown(allowed=2)
    assert "已经用完" not in shown(allowed=3)
    assert "已经用完" not in shown()


def test_a_page_of_endless_code_costs_no_minutes():
    book = marked()
    book.cells += [cell("code", "a." * 9_999, f"own-{number}") for number in range(30)]

    assert len(shown(book)) < 3_000_000


@pytest.mark.parametrize(
    ("hold", "due", "held"),
    [(True, 12, True), (True, 10, False), (False, 12, False), (True, None, False)],
)
def test_messages_are_held_until_the_deadline_where_the_course_says_so(hold, due, held):
    policy = MarkingPolicy(hold_messages=hold)
    deadline = None if due is None else utc(2026, due, 1)

    assert policy.holds(deadline, now=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) is held


def test_a_list_of_attachments_is_no_question():
    book = marked()
    book.cells.insert(5, cell("markdown", "**交来的附件**\n\n- [a](attachments/a.docx)", "ecrm-attachments"))
    book.cells = [one for one in book.cells if one.id != "q2"]

    made = shown(book)
    assert 'href="#task-t4_essay">第 1 题</a>' in made
    assert "attachments/" not in made  # released feedback is one file


def test_teacher_can_open_attachments(tmp_path):
    book = marked()
    book.cells.insert(5, cell("markdown", "- [a](attachments/a.docx)", "ecrm-attachments"))

    assert 'href="attachments/a.docx"' in teachers(book, tmp_path)


def test_message_is_found_among_the_outputs_of_a_judged_cell_only():
    assert message_of(outputs_for("pending", None, 4, "等一等")) == "等一等"
    assert message_of([nbformat.v4.new_output("stream", text="得分 4 / 4")]) == ""


def test_times_are_beijings():
    assert beijing(utc(2026, 10, 16, 16, 0)) == "2026-10-17 00:00"


@pytest.fixture(scope="module")
def first_gradebook(tmp_path_factory):
    """A gradebook with the marked notebook in it, and ours of hand-ins beside nbgrader's tables."""
    from sqlalchemy import text  # noqa: PLC0415
    from sqlalchemy.exc import SAWarning  # noqa: PLC0415

    # nbgrader calls alembic by name, which takes seconds: once.
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        warnings.simplefilter("ignore", SAWarning)
        with Gradebook(f"sqlite:///{path}", "c") as book:
            book.add_assignment("tiny", duedate="2199-01-01 00:00")
            book.add_notebook("tiny", "tiny")
            book.add_grade_cell("t1_total", "tiny", "tiny", max_score=4, cell_type="code")
            book.add_solution_cell("t4_essay", "tiny", "tiny")
            book.add_student("s001")
            book.add_submission("tiny", "s001", timestamp=utc(2026, 11, 20))
            book.find_grade("t1_total", "tiny", "tiny", "s001").auto_score = 1
            book.find_comment("t4_essay", "tiny", "tiny", "s001").manual_comment = "想得细"
            book.db.execute(text("create table ecrm_marked (assignment text, student text, attempts int)"))
            book.db.execute(text("insert into ecrm_marked values ('tiny', 's001', 2)"))
            book.db.commit()
    return path


@pytest.fixture
def gradebook(first_gradebook, tmp_path):
    return f"sqlite:///{shutil.copy(first_gradebook, tmp_path)}"


def exported(gradebook, **policy):
    from traitlets.config import Config  # noqa: PLC0415

    config = Config(MarkingPolicy=policy)
    config.Exporter.default_preprocessors = []
    config.HTMLExporter.preprocessors = ["ecrm_helpers.marking.pages.showing.CleanStudentWork"]
    resources = {
        "nbgrader": {"db_url": gradebook, "notebook": "tiny", "assignment": "tiny", "student": "s001"}
    }
    made, _ = FeedbackExporter(config=config).from_notebook_node(marked(), resources)
    return made


def test_exporter_reads_the_gradebook_and_the_courses_policy(gradebook):
    made = exported(gradebook, attempts=3)

    assert "1 / 4" in made
    assert "想得细" in made
    assert "2 / 3" in made
    assert "1 / 4" not in exported(gradebook, hold_messages=True)


def change(gradebook, **values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Gradebook(gradebook) as book:
            for name, value in values.items():
                work = book.find_submission("tiny", "s001")
                setattr(work if name == "extension" else work.assignment, name, value)
            book.db.commit()


def test_messages_are_held_until_the_students_own_deadline(gradebook):
    yesterday = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(days=1)
    change(gradebook, duedate=yesterday)
    assert "1 / 4" in exported(gradebook, hold_messages=True)

    change(gradebook, extension=dt.timedelta(days=2))
    assert "1 / 4" not in exported(gradebook, hold_messages=True)


def test_messages_that_nothing_holds_are_told_to_the_teacher(gradebook, caplog):
    change(gradebook, duedate=None)

    assert "1 / 4" in exported(gradebook, hold_messages=True)
    assert "没有截止时间" in caplog.text


def test_page_asks_nobody_and_allows_no_script():
    made = shown()

    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in made
    assert "http://" not in made
    assert "https://" not in made
