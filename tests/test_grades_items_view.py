"""Item analysis as a teacher reads it: the table, the command, and what a figure means."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ecrm_helpers import cli
from ecrm_helpers.grades.items.view import missed_lines, table
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.messages import items as messages
from tests.itemsclass import analysis_of, graded, mark, matrix
from tests.markingclass import GOOD, HALF, hand_in, released_course, run_plainly

POINTS = [(2, 2, 4), (2, 1, 3), (1, 2, 2), (1, 1, 2), (0, 0, 1), (0, 0, 0)]


def drawn(analysis, width=80):
    out = io.StringIO()
    Console(file=out, width=width).print(table(analysis))
    return out.getvalue()


def row_of(text, begin):
    return next(line for line in text.splitlines() if line.strip().startswith(begin)).split()


def test_table_has_a_row_per_task_under_its_assignment():
    tasks = [graded(f"t{number}", f"第{number + 1}题") for number in range(3)]
    text = drawn(analysis_of(matrix(POINTS, (2, 4, 4)), tasks))

    assert row_of(text, "第1题") == ["第1题", "6", "0.50", "—", "0.92", "33%", "33%"]
    assert row_of(text, "第2题") == ["第2题", "6", "0.25", "—", "0.78", "33%", "0%"]
    assert "a1（做完全部题目 6 人，信度 α 0.91）" in text.replace("\n", "")
    assert "只有 6 人，少于 10 人" in text


def test_figures_that_stand_out_are_explained_and_the_others_are_not():
    tasks = [graded(f"t{number}", f"第{number + 1}题") for number in range(3)]
    text = drawn(analysis_of(matrix(POINTS, (2, 4, 4)), tasks), width=400)

    assert "a1：第2题　难度 0.25：全班平均拿到这题的 25%，偏难" in text
    assert "第1题　难度" not in text
    assert "a1：信度 α = 0.91：各题测的很一致" in text


def test_table_of_long_titles_fits_80_columns():
    tasks = [graded(f"t{number}", "第 5 题　对症下药，也要会说“不”" * 3) for number in range(3)]
    text = drawn(analysis_of(matrix(POINTS, (2, 4, 4)), tasks))

    assert "0.92" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_titles_are_text_and_no_markup():
    assert "[bold]甲" in drawn(analysis_of([mark("s1", "t1", 1)], [graded("t1", "[bold]甲")]))


def test_tasks_without_a_final_mark_are_named():
    rows = [mark("s1", "t1", 1), mark("s1", "t2", 0, pending=True)]

    assert "没有人做或还没有评完，没有分析：短文" in drawn(analysis_of(rows, [graded("t2", "短文")]))


def test_missed_points_are_numbered():
    rows = [mark(f"s{at}", "t1", 0, message="再想一想。") for at in range(3)]

    assert missed_lines(analysis_of(rows)) == [messages.MISSED, "1. t1：3 人中有 3 人——再想一想"]
    assert missed_lines(analysis_of(rows[:1])) == [messages.NOTHING_MISSED]


# --- What a figure means ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "word"), [(0.35, "偏难"), (0.4, "适中"), (0.7, "适中"), (0.71, "偏易")])
def test_difficulty_is_put_into_words(value, word):
    told = messages.explain_difficulty(value)

    assert f"难度 {value:.2f}：全班平均拿到这题的 {value:.0%}，{word}" in told
    assert told.count("。") == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.4, "能很好地"),
        (0.3, "能分出高低"),
        (0.2, "勉强"),
        (0.1, "几乎分不出"),
        (-0.001, "几乎分不出"),
        (-0.05, "反而得分更高"),
    ],
)
def test_discrimination_is_put_into_words_with_its_source(value, words):
    told = messages.explain_discrimination(value)

    assert words in told
    assert "Ebel 和 Frisbie，1991" in told
    assert "-0.00" not in told
    assert told.count("。") == 1


@pytest.mark.parametrize(
    ("value", "words"), [(0.95, "很一致"), (0.7, "比较一致"), (0.55, "不太一致"), (-0.2, "不太一致")]
)
def test_alpha_is_put_into_words_with_its_source(value, words):
    told = messages.explain_alpha(value)

    assert words in told
    assert "Nunnally" in told
    assert told.count("。") == 1


@pytest.mark.parametrize("explain", [messages.explain_discrimination, messages.explain_alpha])
def test_what_cannot_be_computed_says_why(explain):
    assert "没有算：" in explain(None)


@pytest.mark.parametrize(
    ("students", "words"), [(0, "少于 10 人"), (9, "少于 10 人"), (10, "少于 30 人"), (29, "少于 30 人")]
)
def test_small_class_is_cautioned(students, words):
    assert words in messages.caution(students)
    assert messages.caution(30) == ""


# --- The command -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Twelve students, marked: eight did well, four not."""
    root = released_course(tmp_path_factory.mktemp("class"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one, "_run_trusted", run_plainly)
        for number in range(12):
            hand_in(root, f"2026{number:04}", GOOD if number < 8 else HALF)
        mark_assignment(root, "tiny", trusted=True)
    return root


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(arguments)
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


def test_command_shows_tasks_and_what_was_missed_and_names_nobody(ecrm, root):
    code, out, err = ecrm("items", "--root", str(root))

    assert (code, err) == (0, "")
    # 8 · 4 + 4 · 1 of 12 · 4 points; upper three all right, lower three 1 of 4
    assert row_of(out, "t1_total") == ["t1_total", "12", "0.75", "0.75", "1.00", "0%", "67%"]
    assert "12 人中有 4 人——这是有几个数，不是一共几单" in out
    assert "2026" not in out


def test_command_shows_one_assignment(ecrm, root):
    assert "t2_letter" in ecrm("items", "--root", str(root), "--assignment", "tiny")[1]

    code, _, err = ecrm("items", "--root", str(root), "--assignment", "unit9")

    assert code == 1
    assert "没有名为“unit9”的作业；有的是：tiny" in err
    assert "提示：" in err


def test_course_without_marks_is_told_what_to_do(ecrm, tmp_path):
    code, out, _ = ecrm("items", "--root", str(tmp_path))

    assert code == 0
    assert "提示：先运行 ecrm mark" in out


def test_recorded_answers_come_back_as_shares(root):
    from ecrm_helpers.grades.gradebook import read_gradebook  # noqa: PLC0415
    from ecrm_helpers.grades.items import analysed  # noqa: PLC0415
    from tests.itemsclass import class_of  # noqa: PLC0415

    book = read_gradebook(root / "gradebook.db")
    found = analysed(class_of(*(f"2026{number:04}" for number in range(12))), book, ())
    shares = {
        item.task: [(one.text, one.count) for one in item.answers] for item in found.assignments[0].items
    }

    assert shares["t2_letter"] == [("B", 8), ("A", 4)]
    assert shares["t3_counts"] == [("新客=2", 12), ("老客=3", 8), ("老客=2", 4)]
    assert "t4_essay" not in shares  # the teacher has still to mark it
