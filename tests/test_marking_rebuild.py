"""Any bytes become a notebook with the release's locked cells and the answers that can be found."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest

from ecrm_helpers.marking.limited import LimitedError, read_apart
from ecrm_helpers.marking.rebuild import salvage
from ecrm_helpers.marking.rebuild.handin import read_bytes
from ecrm_helpers.marking.rebuild.salvage import read_cells
from ecrm_helpers.marking.seams.rebuild import rebuild
from ecrm_helpers.messages import marking as say

SOLUTION = Path(__file__).parent / "fixtures/solutions/crossborder_crm/tiny/tiny.ipynb"
STUB = "total_orders = ...  # 改这里\n# 只改写着“改这里”的地方，改完运行这一格"
DONE = "total_orders = 14  # 改这里"


@pytest.fixture
def release():
    """The tiny assignment as students get it."""
    book = nbformat.read(SOLUTION, as_version=4)
    cell(book, "a1_total").source = STUB
    cell(book, "a2_letter").source = "letter = ...  # 改这里"
    cell(book, "a3_counts").source = 'counts = {"新客": ..., "老客": ...}  # 改这里'
    cell(book, "t4_essay").source = "（写下你的回答。）"
    return book


@pytest.fixture
def work(release):
    """A student's notebook as plain JSON data, one answer given."""
    book = json.loads(nbformat.writes(release))
    handed(book, "a1_total")["source"] = DONE
    return book


def cell(book, grade_id):
    return next(cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def handed(book, grade_id):
    return next(
        cell for cell in book["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def packed(book):
    return json.dumps(book, ensure_ascii=False).encode()


def ids(book):
    return [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in book.cells]


def assert_whole(made, release):
    """Every marked cell of the release is there once, in order, with the release's metadata."""
    told = [cell.metadata.nbgrader for cell in made.notebook.cells if "nbgrader" in cell.metadata]
    assert told == [cell.metadata.nbgrader for cell in release.cells if "nbgrader" in cell.metadata]
    for grade_id in ("t1_total", "t2_letter", "t3_counts"):
        assert cell(made.notebook, grade_id).source == cell(release, grade_id).source
    nbformat.validate(made.notebook)


def test_untouched_work_is_the_release(release):
    made = rebuild(packed(json.loads(nbformat.writes(release))), release)

    assert made.notes == []
    assert made.notebook.cells == release.cells


def test_answers_are_kept_and_locked_cells_come_from_the_release(release, work):
    handed(work, "t1_total")["source"] = 'answer("t1_total", 14, expect=None)'
    handed(work, "t1_total")["metadata"]["nbgrader"]["points"] = 400

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert made.notes == [say.restored(1)]
    assert_whole(made, release)


def test_own_cells_stay_in_place_without_metadata(release, work):
    own = {
        "cell_type": "code",
        "metadata": {"nbgrader": {"grade_id": "bonus", "points": 99}},
        "source": "k = 1",
    }
    at = work["cells"].index(handed(work, "t1_total"))
    work["cells"].insert(at, own)

    made = rebuild(packed(work), release)

    kept = made.notebook.cells[at]
    assert kept.source == "k = 1"
    assert kept.metadata == {}
    assert_whole(made, release)


@pytest.mark.parametrize("stub_first", [True, False])
def test_of_two_copies_the_one_that_differs_from_the_stub_wins(release, work, stub_first):
    copy = {**handed(work, "a1_total"), "source": STUB, "id": "copy"}
    at = work["cells"].index(handed(work, "a1_total")) + (0 if stub_first else 1)
    work["cells"].insert(at, copy)

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert made.notes == [say.duplicated(1)]
    assert_whole(made, release)


def test_deleted_cells_come_back(release, work):
    for grade_id in ("a2_letter", "t2_letter"):
        work["cells"].remove(handed(work, grade_id))
    work["cells"] = [cell for cell in work["cells"] if cell["id"] != "setup"]

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a2_letter").source == cell(release, "a2_letter").source
    assert made.notes == [say.deleted_answers(1), say.restored(2)]
    assert_whole(made, release)


@pytest.mark.parametrize("keep_cell_ids", [True, False])
def test_stripped_metadata_is_found_by_id_or_place(release, work, keep_cell_ids):
    handed(work, "t4_essay")["source"] = "先看 R，再打电话。"
    handed(work, "a2_letter")["source"] = 'letter = "B"  # 改这里'
    for raw in work["cells"]:
        raw["metadata"] = {}
        if not keep_cell_ids:
            del raw["id"]

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert cell(made.notebook, "a2_letter").source == 'letter = "B"  # 改这里'
    assert cell(made.notebook, "t4_essay").source == "先看 R，再打电话。"
    assert made.notes == ([] if keep_cell_ids else [say.found_by_place(3)])
    assert_whole(made, release)


@pytest.mark.parametrize("version", [0, 1, 2, 99, "3", None, {}])
def test_odd_schema_versions_do_not_matter(release, work, version):
    for raw in work["cells"]:
        if "nbgrader" in raw["metadata"]:
            raw["metadata"]["nbgrader"]["schema_version"] = version

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert_whole(made, release)


def test_changed_cell_type_is_changed_back(release, work):
    handed(work, "a1_total")["cell_type"] = "markdown"

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").cell_type == "code"
    assert made.notes == [say.other_type(1)]


def test_cut_off_file_keeps_what_is_whole(release, work):
    data = packed(work)
    cut = data[: data.index(b"t2_letter")]

    made = rebuild(cut, release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert made.notes == [say.TRUNCATED, say.not_found(2)]
    assert_whole(made, release)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(release, work, encoding):
    made = rebuild(json.dumps(work, ensure_ascii=False).encode(encoding), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert made.notes == ([] if encoding == "utf-8-sig" else [say.WRONG_ENCODING])


UNREADABLE = {
    "garbage": b"\x00\xff\x13PK\x03\x04" * 50,
    "number": b"12",
    "list": b"[1, 2, 3]",
    "null": b"null",
    "deep": b"[" * 200_000,
    "deep in cells": b'{"cells": [' + b'{"a":' * 100_000,
    "cells are no list": b'{"cells": "none"}',
    "nan": b"NaN",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_becomes_the_release(release, name):
    made = rebuild(UNREADABLE[name], release)

    assert made.notes == [say.UNREADABLE]
    assert [found for found in ids(made.notebook) if found] == [found for found in ids(release) if found]


ODD_CELLS = [
    None,
    3,
    [],
    {},
    {"cell_type": "code"},
    {"cell_type": "raw", "source": "x"},
    {"cell_type": ["code"]},
]


def test_odd_cells_are_left_out(release, work):
    work["cells"] = [
        *ODD_CELLS,
        *work["cells"],
        {"cell_type": "code", "source": [1, None], "metadata": 7, "id": 5},
    ]

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert_whole(made, release)


def test_lone_surrogates_can_be_written_again(release, work):
    handed(work, "a1_total")["source"] = 'x = "\ud800"'

    made = rebuild(json.dumps(work).encode(), release)

    nbformat.writes(made.notebook).encode("utf-8")


def test_notebook_format_3_is_read():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]}

    cells, notes = read_cells(json.dumps(old).encode())

    assert [cell.source for cell in cells] == ["x = 1"]
    assert notes == [say.OLD_FORMAT]


def test_pasted_picture_in_an_essay_is_kept_and_odd_ones_are_not(release, work):
    essay = handed(work, "t4_essay")
    essay["source"] = "![图](attachment:a.png)"
    essay["attachments"] = {"a.png": {"image/png": "aGk="}, "b": {"text/html": "<script>"}, "c": 3}

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "t4_essay").attachments == {"a.png": {"image/png": "aGk="}}


def test_notes_are_shown_at_the_top(release):
    made = rebuild(b"", release, [say.EMPTY_FILE])

    assert say.EMPTY_FILE in made.notebook.cells[0].source
    assert made.notebook.metadata.ecrm["notes"] == [say.EMPTY_FILE]


def test_release_is_not_changed(release, work):
    before = nbformat.writes(release)

    rebuild(packed(work), release)

    assert nbformat.writes(release) == before


def test_files_that_are_no_files_are_not_opened(tmp_path):
    secret = tmp_path / "solution.txt"
    secret.write_text("secret")
    link, pipe, folder = tmp_path / "link.ipynb", tmp_path / "pipe.ipynb", tmp_path / "folder.ipynb"
    link.symlink_to(secret)
    os.mkfifo(pipe)
    folder.mkdir()

    assert read_bytes(link) == (b"", [say.LINKED_FILE])
    assert read_bytes(pipe) == (b"", [say.LINKED_FILE])
    assert read_bytes(folder) == (b"", [say.LINKED_FILE])


def test_renamed_and_missing_files(tmp_path):
    assert read_bytes(tmp_path / "tiny.ipynb") == (b"", [say.NO_FILE])
    (tmp_path / "tiny (1).ipynb").write_bytes(b"{}")
    assert read_bytes(tmp_path / "tiny.ipynb") == (b"{}", [say.renamed_file("tiny (1).ipynb")])


def test_the_other_notebook_of_an_assignment_is_no_renamed_file(tmp_path):
    (tmp_path / "part_b.ipynb").write_bytes(b"{}")

    assert read_bytes(tmp_path / "part_a.ipynb", known=["part_a", "part_b"]) == (b"", [say.NO_FILE])


def at(book, grade_id):
    return book["cells"].index(handed(book, grade_id))


def test_halves_of_a_split_answer_are_joined(release, work):
    whole = handed(work, "a1_total")
    work["cells"].insert(at(work, "a1_total"), {**whole, "source": "parts = [9, 5]", "id": "half"})
    whole["source"] = "total_orders = sum(parts)"

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == "parts = [9, 5]\ntotal_orders = sum(parts)"
    assert made.notes == [say.joined(1)]


def test_a_second_attempt_is_shown_and_not_run(release, work):
    first = {**handed(work, "a1_total"), "source": "total_orders = 3  # ```", "id": "first"}
    work["cells"].insert(at(work, "a1_total"), first)

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    shown = made.notebook.cells[at(made.notebook, "a1_total") + 1]
    assert (shown.cell_type, shown.metadata) == ("markdown", {})
    assert shown.source == f"{say.OTHER_COPY}\n\n````\ntotal_orders = 3  # ```\n````"


def test_two_drafts_of_an_essay_that_are_much_alike_are_not_joined(release, work):
    essay = handed(work, "t4_essay")
    essay["source"] = "先联系老客，因为他们买得多，也最信任我们。"
    work["cells"].insert(at(work, "t4_essay"), {**essay, "source": essay["source"][:-4], "id": "draft"})

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "t4_essay").source == essay["source"]
    assert made.notes == [say.duplicated(1)]


def test_a_text_merged_into_an_answer_is_taken_out(release, work):
    answer = handed(work, "a1_total")
    question = next(raw for raw in work["cells"] if "第 2 题" in "".join(raw["source"]))
    answer["source"] = DONE + "\n\n" + "".join(question["source"])
    work["cells"].remove(question)

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert made.notes == [say.unmerged(1)]


def test_an_answer_that_lost_its_mark_is_not_taken_for_its_neighbour(release, work):
    """Two answers without marks, one of them gone: the other goes where it belongs."""
    handed(work, "a2_letter")["source"] = 'letter = "B"  # 改这里'
    work["cells"].remove(handed(work, "a1_total"))
    for raw in work["cells"]:
        raw["metadata"] = {}
        del raw["id"]

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == STUB
    assert cell(made.notebook, "a2_letter").source == 'letter = "B"  # 改这里'


def test_an_emptied_answer_keeps_the_stub(release, work):
    handed(work, "a1_total")["source"] = " \n"

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == STUB
    assert made.notes == [say.emptied(1)]


def test_another_assignment_is_shown_and_not_run(release):
    book = {
        "cells": [{"cell_type": "code", "source": "import os"}, {"cell_type": "markdown", "source": "别的"}]
    }

    made = rebuild(packed(book), release)

    assert made.notes == [say.OTHER_ASSIGNMENT]
    own = [found for found in made.notebook.cells if found.id.startswith("own")]
    assert [(found.cell_type, found.source) for found in own] == [("raw", "import os"), ("markdown", "别的")]


def test_the_teachers_text_in_another_wording_is_not_the_essay(release, work):
    """A page saved from a notebook shows rendered texts: the likest are the teacher's."""
    handed(work, "t4_essay")["source"] = "先看 R，再打电话。"
    for raw in work["cells"]:
        raw["metadata"] = {}
        del raw["id"]
        raw["source"] = "".join(raw["source"]).replace("**", "")

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "t4_essay").source == "先看 R，再打电话。"


def test_large_files_are_read_in_a_process_of_their_own(release, work, monkeypatch):
    monkeypatch.setattr(salvage, "MAX_HERE", 100)

    made = rebuild(packed(work), release)

    assert cell(made.notebook, "a1_total").source == DONE
    assert made.notes == []


def test_a_file_that_exhausts_its_reader_is_told(release, work, monkeypatch):
    monkeypatch.setattr(salvage, "MAX_HERE", 100)
    monkeypatch.setattr(salvage, "APART_SECONDS", 0.001)

    assert rebuild(packed(work), release).notes == [say.TOO_MUCH]


def test_reading_apart_has_limits():
    with pytest.raises(LimitedError, match="took more than"):
        read_apart("ecrm_helpers.marking.rebuild.salvage_process", b"{}", seconds=0.001)
    with pytest.raises(LimitedError, match="ended with"):
        read_apart("ecrm_helpers.marking.no_such_reader", b"{}")


@pytest.mark.parametrize(
    ("source", "kind"),
    [("# In[ ]:\n\n\nx = 1\n", "code"), ("# %%\nx = 1\n", "code"), ("# %% [markdown]\n# x = 1", "markdown")],
)
def test_scripts_saved_from_notebooks_are_read(source, kind):
    cells, notes = read_cells(source.encode())

    assert [(found.kind, found.source) for found in cells] == [(kind, "x = 1")]
    assert notes == [say.SCRIPT]


def test_a_linked_submission_folder_is_not_entered(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/tiny.ipynb").write_bytes(b"{}")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert read_bytes(tmp_path / "link/tiny.ipynb") == (b"", [say.LINKED_FILE])


def test_a_file_name_is_no_markup(tmp_path, release, work):
    (tmp_path / "![x](http:a)<img>.ipynb").write_bytes(packed(work))

    _, notes = read_bytes(tmp_path / "tiny.ipynb", release=release)

    assert notes == [say.renamed_file("??x?(http?a)?img?.ipynb")]
