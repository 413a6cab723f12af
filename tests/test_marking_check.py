"""A marking file that is not fair is found out before a student meets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking import (
    Task,
    Verdict,
    check_marking,
    close,
    kendall_distance,
    load_marking,
    rows_by_key,
)

TINY = Path(__file__).parent / "fixtures/solutions/crossborder_crm/tiny"


@pytest.fixture
def changed(tmp_path):
    """Check a copy of the fixture assignment with one piece of text replaced."""

    def check(old, new, name="marking.py"):
        folder = tmp_path / "crossborder_crm" / "tiny"
        shutil.copytree(TINY, folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        return check_marking(folder)

    return check


def test_fixture_is_fair():
    assert check_marking(TINY) == []


LETTER = """    WrongAnswer(task="t2_letter", value="A", points=0, why="took the first option"),
"""
UNFAIR = {
    "sample not full": ('return {"t1_total": 14', 'return {"t1_total": 13', "0 instead of 4 points"),
    "wrong score": ("value=5, points=1", "value=5, points=2", "1 instead of 2 points for counted"),
    "check cannot fail": ("share = share_right(value,", "share = 1 or share_right(value,", "full marks for"),
    "judge raises": ("if close(value, 5)", "if value > 5", "the judge raises"),
    "task without cell": ('Task(id="t2_letter"', 'Task(id="t2_other"', "t2_letter: no task judges"),
    "other points": ("points=3, judge", "points=5, judge", "5 points in marking.py, 3.0 in its cell"),
    "no wrong answer": (LETTER, "", "t2_letter: no wrong answer"),
    "two tasks with one id": ('Task(id="t2_letter"', 'Task(id="t1_total"', "different ids"),
    "nan": ("points=4, message", "points=float('nan'), message", "finite points"),
    "no message": ('message="把五个数加起来。"', 'message=" "', "no message for added wrongly"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFAIR)
def test_unfair_marking_is_named(changed, name):
    old, new, fault = UNFAIR[name]

    faults = changed(old, new)

    assert any(fault in found for found in faults), faults


def test_cell_that_answers_another_task_is_named(changed):
    faults = changed('answer(\\"t2_letter\\"', 'answer(\\"t1_total\\"', name="tiny.ipynb")

    assert any("its grade cell answers 't1_total'" in found for found in faults)


def test_missing_marking_file_is_named(tmp_path):
    assert "no marking file" in check_marking(tmp_path)[0]
    with pytest.raises(MarkingError, match="no marking file"):
        load_marking(tmp_path / "marking.py")


@pytest.mark.parametrize("points", [0, -1, float("nan"), float("inf")])
def test_task_needs_positive_points(points):
    with pytest.raises(MarkingError, match="positive and finite"):
        Task(id="t1", points=points, judge=lambda value, context: Verdict(points=1))


@pytest.mark.parametrize("value", [None, True, "14", [14], {"a": 14}, float("nan"), float("inf"), 10**400])
def test_close_takes_numbers_only(value):
    assert not close(value, 14, tol=1e9)
    assert not close(value, 1, tol=1e9)


def test_close_takes_in_the_end_of_the_tolerance():
    assert close(0.26, 0.25, tol=0.01)
    assert not close(0.2601, 0.25, tol=0.01)
    assert close(105, 100, tol=0.05, relative=True)
    assert not close(105.1, 100, tol=0.05, relative=True)


@pytest.mark.parametrize("value", [None, 3, "text", {"a": 1}, [1, "a"], [{"n": 1}], [{"k": []}]])
def test_rows_by_key_takes_odd_values(value):
    assert rows_by_key(value, "k") == {}


def test_rows_by_key_leaves_repeated_keys_out():
    rows = [{"k": "A", "n": 1}, {"k": "Ａ", "n": 2}, {"k": "B", "n": 3}]

    assert rows_by_key(rows, "k") == {"B": {"k": "B", "n": 3}}


@pytest.mark.parametrize("value", [None, "ABC", ["A"], ["A", "B", 3], ["A", "B", "B"], {"A": 1}])
def test_kendall_distance_takes_odd_values(value):
    assert kendall_distance(value, ["A", "B", "C"]) is None
