"""nbgrader's own fixture notebooks: our scores equal stock nbgrader's, and every exception has its reason."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests import agreeing
from tests.sandboxing import needs_sandbox

HERE = Path(__file__).parent
WAYS = [pytest.param(way, marks=needs_sandbox) for way in ("ours", "mark")]

WAITING = [None, None, True]
# assignment/student/grade id: what we give instead, where stock nbgrader gives what the next table says.
BARE = (
    "the file has lost nbgrader's metadata: stock finds no cell of its own and waits for the teacher for "
    "ever; ours finds the answers by their places and runs the tests of the release"
)
EXCEPTIONS = {
    "squares/bare/correct_squares": (WAITING, [1.0, None, False], BARE),
    "squares/bare/squares_invalid_input": (WAITING, [1.0, None, False], BARE),
    "squares/bare/correct_sum_of_squares": (WAITING, [0.5, None, False], BARE),
    "squares/bare/sum_of_squares_uses_squares": (WAITING, [0.5, None, False], BARE),
}
# Fixtures that no hand-in can be made of.
LEFT_OUT = {
    "infinite-loop": "has no graded cell, and stock nbgrader fails the submission",
    "infinite-loop-with-output": "has no graded cell, and stock nbgrader fails the submission",
    "side-effects": "has no graded cell: it shows that a cell can write files",
    "test-no-metadata-autotest": "has no graded cell: it is a source for autotests before they are tagged",
    "test-v0-invalid": "nbgrader refuses to update it, hence never marks it",
    "too-new": "the metadata of a later nbgrader: this one can neither release nor mark it",
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Mark everything in one of three ways, once, and return the scores."""

    @cache
    def scores(way: str) -> dict[str, list]:
        root = tmp_path_factory.mktemp(way) / "courses" / "crossborder_crm"
        agreeing.build(root, ours=way != "stock")
        command = [sys.executable, agreeing.__file__, str(root), way]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=900)
        assert done.returncode == 0, done.stderr[-3000:]
        failed = json.loads((root / "failed.json").read_text("utf-8"))
        assert not failed, failed
        return agreeing.scores(root)

    return scores


def test_every_fixture_is_marked_or_left_out_for_a_reason():
    used = {source for source, _ in agreeing.ASSIGNMENTS.values()}
    used |= {name for _, students in agreeing.ASSIGNMENTS.values() for name in students.values()}
    shipped = {path.stem for path in agreeing.FILES.glob("*.ipynb")}
    assert used | LEFT_OUT.keys() == shipped
    assert not used & LEFT_OUT.keys()


@pytest.mark.parametrize("way", WAYS)
def test_scores_equal_stock(way, marked):
    stock, here = marked("stock"), marked(way)
    assert stock.keys() == here.keys()
    expected = {key: value for key, value in stock.items() if not key.startswith("squares/bare/")}
    assert {key: here[key] for key in expected} == expected
    assert len(expected) > 60


@pytest.mark.parametrize("way", WAYS)
def test_exceptions_are_as_listed(way, marked):
    stock, here = marked("stock"), marked(way)
    for key, (theirs, ours, reason) in EXCEPTIONS.items():
        assert stock[key] == theirs, key
        assert here[key] == ours, (key, reason)


def test_stock_gives_what_its_own_tests_say(marked):
    """The comparison compares something: right, wrong, partly right and manual work are among it."""
    stock = marked("stock")
    assert stock["manual/changed/bar"] == [1.0, None, False]
    assert stock["manual/cheat/bar"] == [0.0, None, False]
    assert stock["manual/changed/baz"] == WAITING
    assert stock["hidden/whole/correct_squares"] == [0.0, None, False]
    assert stock["autohidden/right/test_hidden"] == [1.0, None, False]
    assert stock["environment/asked/cell-bfbdf1784663b6b6"] == [0.0, None, False]
