"""A marking file that reads a table beside it: the same marks both ways, and no student's process sees it."""

from __future__ import annotations

import json

import pytest

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking import beside
from ecrm_helpers.marking.beside import files_beside
from ecrm_helpers.marking.judge.warm import marking_file
from ecrm_helpers.marking.run import one
from ecrm_helpers.marking.run.mark import mark_assignment
from tests.markingclass import (
    COURSE,
    GOOD,
    copy_of,
    grade,
    gradebook,
    hand_in,
    marked_files,
    nbgrader,
    released_course,
    run_plainly,
)
from tests.sandboxing import needs_sandbox

TOKEN = "known-to-the-judge-alone"  # noqa: S105 - what no student may find
READS = f"""
from pathlib import Path
RIGHT, TOLD = Path(__file__).with_name("answers.csv").read_text(encoding="utf-8").split()
assert TOLD == "{TOKEN[:5]}" + "{TOKEN[5:]}"
"""
# Looks into every file that it can open, libraries apart.
SEEKS = f'''
import os
found, token = [], ("{TOKEN[:5]}" + "{TOKEN[5:]}").encode()
with open("own.txt", "wb") as file: file.write(token)
apart = ("sys", "proc", "dev", "usr", "lib", "site-packages")
for place, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if name not in apart]
    for name in names:
        path = os.path.join(place, name)
        try:
            if name == "answers.csv" or os.path.isfile(path) and token in open(path, "rb").read(9_999):
                found.append(path)
        except OSError:
            pass
print("found", *found)
total_orders = sum(orders)
'''


def with_table(root, right="14"):
    """Let the judge of the first task read what is right from a table beside it."""
    folder = root / "../../solutions" / COURSE / "tiny"
    text = (folder / "marking.py").read_text(encoding="utf-8")
    if READS not in text:
        made = text.replace("close(value, 14)", "close(value, float(RIGHT))").replace(
            "\n\ndef judge_total", f"{READS}\n\ndef judge_total", 1
        )
        (folder / "marking.py").write_text(made, encoding="utf-8")
    (folder / "answers.csv").write_text(f"{right} {TOKEN}", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = with_table(released_course(tmp_path_factory.mktemp("template")))
    nbgrader(root, "generate_assignment", "tiny", "--force")
    hand_in(root, "good", GOOD)
    hand_in(root, "seeks", {**GOOD, "a1_total": SEEKS})
    return root


def test_plain_files_are_taken_and_neither_notebooks_nor_links_nor_hidden_ones(tmp_path):
    for name in (
        "marking.py",
        "answers.csv",
        "more/table.json",
        "tiny.ipynb",
        ".hidden",
        "__pycache__/a.pyc",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "link.csv").symlink_to("/etc/passwd")

    found = files_beside(tmp_path / "marking.py")

    assert found == {"answers.csv": b"answers.csv", "more/table.json": b"more/table.json"}


def test_files_too_large_for_a_copy_are_refused_with_a_hint(tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "_MOST_BYTES", 3)
    (tmp_path / "answers.csv").write_bytes(b"1234")

    with pytest.raises(MarkingError, match="提示：只留下"):
        files_beside(tmp_path / "marking.py")


def test_judges_copy_is_private_and_another_one_for_other_files():
    first = marking_file(b"1", {"more/answers.csv": b"a"})
    other = marking_file(b"1", {"more/answers.csv": b"b"})

    assert first != other
    assert (first.read_bytes(), (first.parent / "more/answers.csv").read_bytes()) == (b"1", b"a")
    assert (other.parent / "more/answers.csv").read_bytes() == b"b"
    assert first.parents[1].stat().st_mode & 0o777 == 0o700


def test_changed_table_marks_everybody_again(template, tmp_path, monkeypatch):
    monkeypatch.setattr(one, "_run_trusted", run_plainly)
    root = copy_of(template, tmp_path)
    mark_assignment(root, "tiny", students=["good"], trusted=True)
    assert grade(root, "good", "t1_total")[0] == 4.0

    with_table(root, right="15")
    mark_assignment(root, "tiny", students=["good"], trusted=True)

    assert grade(root, "good", "t1_total")[0] == 0.0


def test_table_is_not_released_and_others_that_are_named_in_the_marking_file_are_told(template, tmp_path):
    root = copy_of(template, tmp_path)
    source = root / "../../solutions" / COURSE / "tiny"
    (source / "key.csv").write_text("1", encoding="utf-8")
    with (source / "marking.py").open("a", encoding="utf-8") as file:
        file.write('\nKEY = "key.csv"\n')

    told = nbgrader(root, "generate_assignment", "tiny", "--force").stderr

    exercise = root / "../../exercises" / COURSE / "tiny"
    assert sorted(path.name for path in exercise.iterdir()) == ["key.csv", "tiny.ipynb"]
    assert "会一起发给学生：key.csv" in told


@needs_sandbox
def test_both_ways_read_the_table_and_no_student_does(template, tmp_path):
    ours, theirs = copy_of(template, tmp_path / "ours"), copy_of(template, tmp_path / "theirs")

    mark_assignment(ours, "tiny")
    nbgrader(theirs, "autograde", "tiny")

    assert gradebook(ours) == gradebook(theirs)
    for root in (ours, theirs):
        assert grade(root, "good", "t1_total") == grade(root, "seeks", "t1_total") == (4.0, None, 0)
        files = marked_files(root)
        assert not any(TOKEN.encode() in data for data in files.values())
        assert not any("answers" in name for name in files)
        cells = json.loads(files["seeks/tiny/tiny.ipynb"])["cells"]
        printed = ["".join(out.get("text", "")) for cell in cells for out in cell.get("outputs", [])]
        assert "found /student/work/own.txt\n" in printed
