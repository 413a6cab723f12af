"""Item statistics: by hand, against published examples, and whatever the order of the rows."""

from __future__ import annotations

import random
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.grades.items import AssignmentItems, ItemAnalysis, analysed
from ecrm_helpers.grades.items.statistics import (
    cronbach_alpha,
    discriminations,
    rest_correlations,
    tail,
)
from tests.itemsclass import analysis_of, book_of, class_of, graded, mark, matrix

# Six students, three tasks of 2, 4 and 4 points. Totals 8 6 5 4 1 0; squares about the means: 4, 4, 10; 46.
POINTS = [(2, 2, 4), (2, 1, 3), (1, 2, 2), (1, 1, 2), (0, 0, 1), (0, 0, 0)]
FULL = (2, 4, 4)

# https://real-statistics.com/reliability/internal-consistency-reliability/cronbachs-alpha/cronbachs-alpha-tools
# Example 1: 15 people, 10 questions, CRONALPHA = 0.59172; the table as pingouin's dataset cronbach_alpha.
QUESTIONS = [
    "357261426544564", "243452345432553", "465363545653655", "135354335422245", "456242571355323",
    "514245226533321", "123242125324213", "453663242132442", "356675463743463", "255352352214554",
]  # fmt: skip

# https://core.ecu.edu/wuenschk/StatHelp/KR20.txt (Wuensch): ten students, ten items; Σ pq = 2.18, variance of
# the totals 5.84. KR-20 is α of items marked 0 or 1.
KR20 = [
    "1111110110", "1011011101", "1111011001", "0010001000", "0000010010",
    "1110111111", "1101110111", "1111111101", "0101111101", "1101101110",
]  # fmt: skip


def only(analysis):
    (assignment,) = analysis.assignments
    return assignment


def test_six_students_and_three_tasks_by_hand():
    found = only(analysis_of(matrix(POINTS, FULL)))
    first, second, third = found.items

    assert [one.mean for one in found.items] == [1, 1, 2]
    assert [one.difficulty for one in found.items] == [0.5, 0.25, 0.5]
    assert [one.none for one in found.items] == pytest.approx([2 / 6, 2 / 6, 1 / 6])
    assert [one.all for one in found.items] == pytest.approx([2 / 6, 0, 1 / 6])
    assert found.alpha == pytest.approx(3 / 2 * (1 - (4 + 4 + 10) / 46))
    assert first.correlation == pytest.approx(9 / 96**0.5)
    assert second.correlation == pytest.approx(8 / 104**0.5)
    assert third.correlation == pytest.approx(11 / 140**0.5)
    assert [one.discrimination for one in found.items] == [None] * 3
    assert (found.counted, first.counted, first.full) == (6, 6, 2)


def test_alpha_is_that_of_the_published_example():
    points = np.array([[float(mark) for mark in question] for question in QUESTIONS]).T

    assert points.shape == (15, 10)
    assert cronbach_alpha(points) == pytest.approx(0.59172, abs=5e-6)


def test_alpha_of_items_marked_right_or_wrong_is_kr20():
    points = np.array([[float(mark) for mark in student] for student in KR20])

    assert cronbach_alpha(points) == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))


def test_alpha_of_equal_tasks_is_1():
    assert cronbach_alpha(np.array([[1.0] * 3, [2.0] * 3, [4.0] * 3])) == pytest.approx(1)


MARKS = st.integers(0, 8).map(lambda quarter: quarter / 4)


@st.composite
def tables(draw, least=1, most=14):
    tasks = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(MARKS, min_size=tasks, max_size=tasks), min_size=least, max_size=most))


def slow_alpha(table):
    exact = [[Fraction(one) for one in row] for row in table]
    tasks, totals = len(exact[0]), [sum(row) for row in exact]
    if len(table) < 2 or tasks < 2 or len(set(totals)) == 1:
        return None
    within = sum(statistics.variance(column) for column in zip(*exact, strict=True))
    return float(Fraction(tasks, tasks - 1) * (1 - within / statistics.variance(totals)))


@given(tables())
def test_alpha_agrees_with_the_formula_written_out(table):
    found, expected = cronbach_alpha(np.array(table)), slow_alpha(table)

    assert (found is None) == (expected is None)
    assert found == (expected if expected is None else pytest.approx(expected, abs=1e-9))


def slow_discriminations(table, full):
    """Each half by itself, students at the cut for the mean of all of them."""
    exact = [[Fraction(one) for one in row] for row in table]
    totals = [sum(row) for row in exact]
    if len(table) < 10 or len(set(totals)) == 1:
        return [None] * len(full)
    places = int(Fraction(27 * len(table), 100) + Fraction(1, 2))

    def mean(task, *, highest):
        cut = sorted(totals, reverse=highest)[places - 1]
        inside = [
            row[task]
            for row, total in zip(exact, totals, strict=True)
            if (total - cut) * (1 if highest else -1) > 0
        ]
        tied = [row[task] for row, total in zip(exact, totals, strict=True) if total == cut]
        return (sum(inside) + (places - len(inside)) * Fraction(sum(tied), len(tied))) / places

    return [
        float((mean(task, highest=True) - mean(task, highest=False)) / Fraction(one))
        for task, one in enumerate(full)
    ]


@given(tables(least=8, most=40))
def test_discrimination_agrees_with_the_definition_written_out(table):
    full = np.array([2.0] * len(table[0]))

    found, expected = discriminations(np.array(table), full), slow_discriminations(table, [2] * len(full))

    assert found == [one if one is None else pytest.approx(one, abs=1e-9) for one in expected]


def test_discrimination_of_ten_by_hand_with_ties_at_both_cuts():
    # 27 % of ten is three. Upper: both with 2 points, and the last place shared by three with 1 point.
    points = np.array([[1, 1], [1, 1], [1, 0], [1, 0], [1, 0], *[[0, 0]] * 5], dtype=float)

    assert tail(points.sum(axis=1), places=3)[:5] == pytest.approx([1, 1, 1 / 3, 1 / 3, 1 / 3])
    assert discriminations(points, np.ones(2)) == pytest.approx([1, 2 / 3])


@settings(deadline=None, max_examples=15)
@given(tables(least=10, most=30), st.randoms(use_true_random=False))
def test_order_of_the_rows_changes_nothing(table, dice):
    rows = [
        {**one, "message": f"第 {int(one['score'] * 4)} 种", "answer": f'"{"ABC"[int(one["score"])]}"'}
        for one in matrix(table, [2] * len(table[0]))
    ]
    shuffled = list(rows)
    dice.shuffle(shuffled)
    tasks = [graded(f"t{number}", f"第 {number} 题") for number in range(len(table[0]))]

    assert analysis_of(shuffled, tasks) == analysis_of(rows, tasks)


@settings(deadline=None, max_examples=15)
@given(tables(least=1, most=20))
def test_figures_stay_in_their_range(table):
    found = only(analysis_of(matrix(table, [2] * len(table[0]))))

    for one in found.items:
        assert 0 <= one.difficulty <= 1
        assert 0 <= one.none + one.all <= 1
        assert one.discrimination is None or -1 <= one.discrimination <= 1
        assert one.correlation is None or -1 <= one.correlation <= 1
    assert found.alpha is None or found.alpha <= 1 + 1e-12


@pytest.mark.parametrize("people", [1, 2, 9])
def test_small_class_has_difficulties_and_no_discrimination(people):
    found = only(analysis_of(matrix((POINTS * 2)[:people], FULL)))

    assert all(one.discrimination is None for one in found.items)
    assert found.items[0].difficulty > 0
    assert (found.alpha is None) == (people == 1)


def test_class_of_one_has_no_spread():
    found = only(analysis_of(matrix(POINTS[:1], FULL)))

    assert [(one.difficulty, one.correlation, one.all) for one in found.items] == [
        (1, None, 1), (0.5, None, 0), (1, None, 1),
    ]  # fmt: skip
    assert (found.alpha, found.counted) == (None, 1)


def test_class_where_everybody_did_the_same_has_no_spread():
    found = only(analysis_of(matrix([(1, 2)] * 12, (2, 2))))

    assert [(one.discrimination, one.correlation) for one in found.items] == [(None, None)] * 2
    assert found.alpha is None


def test_task_that_does_not_vary_has_no_correlation():
    found = only(analysis_of(matrix([(1, at % 3, at % 2) for at in range(12)], (2, 2, 1))))

    assert found.items[0].correlation is None
    assert found.items[0].discrimination == pytest.approx(0)
    assert found.items[1].correlation is not None


def test_single_task_has_neither_alpha_nor_correlation():
    assert rest_correlations(np.array([[1.0], [2.0]])) == [None]
    assert cronbach_alpha(np.array([[1.0], [2.0]])) is None


def test_thousand_students_are_all_counted():
    dice = random.Random(5)  # noqa: S311 - a class
    points = [[dice.randint(0, 2) for _ in range(3)] for _ in range(1_000)]

    found = only(analysis_of(matrix(points, (2, 2, 2))))

    assert (found.counted, found.items[0].counted) == (1_000, 1_000)
    assert [one.discrimination for one in found.items] == pytest.approx(
        slow_discriminations(points, [2, 2, 2])
    )


# --- Who and what counts ---------------------------------------------------------------------------------


def test_only_students_whose_state_counts_are_counted():
    rows = [mark("s1", "t1", 1), mark("s2", "t1", 0), mark("s3", "t1", 0), mark("s4", "t1", 1)]

    found = only(analysis_of(rows, s2="缓考", s3="缺考", s4="重修")).items[0]

    assert (found.counted, found.mean) == (2, 1)


def test_accounts_that_are_not_in_the_class_are_not_counted():
    rows = [mark("s1", "t1", 1), mark("grader", "t1", 0)]

    assert analysed(class_of("s1"), book_of(rows), ()).assignments[0].items[0].counted == 1


def test_pending_marks_are_not_counted_and_keep_the_rest_of_a_student():
    rows = matrix([(1, 1)] * 9 + [(0, 0)], (1, 1))
    rows[-1]["pending"] = True

    found = only(analysis_of(rows))

    assert [(one.counted, one.mean) for one in found.items] == [(10, 0.9), (9, 1)]
    assert found.counted == 9


def test_task_that_is_still_being_marked_waits_and_spoils_no_other():
    # Whoever wrote nothing has a final 0 at once; the others wait for the teacher.
    rows = matrix([(at % 3, at % 2, 0) for at in range(12)], (2, 1, 8))
    for row in rows[2::3][:8]:
        row["pending"] = True

    found = only(analysis_of(rows, [graded("t2", "短文")]))

    assert [one.task for one in found.items] == ["t0", "t1"]
    assert (found.counted, found.unmarked) == (12, ("短文",))
    assert found.items[0].discrimination is not None


def test_task_that_nobody_did_is_named_and_is_no_item():
    rows = [mark("s1", "t1", 1), mark("s1", "t2", 0, pending=True)]
    tasks = [graded("t1", "第一题"), graded("t2", "第二题"), graded("t3", "第三题")]

    found = only(analysis_of(rows, tasks, untouched=[("a1", "t3", 2)]))

    assert [one.title for one in found.items] == ["第一题"]
    assert found.unmarked == ("第二题", "第三题")


def test_assignment_that_nobody_did_has_no_items():
    found = analysis_of([mark("s1", "t1", 1)], untouched=[("later", "t1", 4)])

    assert found.assignments[1] == AssignmentItems("later", (), None, 0, ("t1",))


def test_task_worth_nothing_is_left_out():
    found = only(analysis_of([mark("s1", "t1", 1), mark("s1", "t0", 0, full=0)]))

    assert [one.task for one in found.items] == ["t1"]
    assert found.unmarked == ()


def test_extra_credit_does_not_make_a_task_easier_than_easy():
    found = only(analysis_of([mark("s1", "t1", 3, full=2), mark("s2", "t1", -1, full=2)])).items[0]

    assert (found.difficulty, found.all, found.none) == (0.5, 0.5, 0.5)


def test_tasks_stand_in_the_order_of_the_courseware_and_then_by_id():
    rows = [mark("s1", name, 1) for name in ("zz", "t1", "t2", "aa")]
    tasks = [graded("t2", "第一题"), graded("t1", "第二题")]

    assert [one.title for one in only(analysis_of(rows, tasks)).items] == ["第一题", "第二题", "aa", "zz"]


def test_same_task_id_in_two_assignments_is_two_tasks():
    found = analysis_of([mark("s1", "t1", 1), mark("s1", "t1", 0, assignment="a2")])

    assert [one.items[0].mean for one in found.assignments] == [1, 0]


def test_nothing_marked_yet_is_no_analysis():
    assert analysed(class_of("s1"), None, ()) == ItemAnalysis((), ())
    assert analysed(class_of("s1"), book_of([]), ()) == ItemAnalysis((), ())
