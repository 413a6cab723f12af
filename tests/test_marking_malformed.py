"""Files as students really hand them in, through the whole marking: what each earns, and what is said.

Every kind is one student of one class. Nothing that one of them hands in changes another's mark: the class is
marked in one run, between students whose work is sound.
"""

from __future__ import annotations

import copy
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter, PythonExporter
from nbformat import reads

from ecrm_helpers.marking.run.mark import mark_assignment
from ecrm_helpers.messages import marking as say
from tests.sandboxing import needs_sandbox

REPOSITORY = Path(__file__).parents[1]
COURSE = "crossborder_crm"
GOOD = {
    "a1_total": "total_orders = sum(orders)",
    "a2_letter": 'letter = "B"',
    "a3_counts": 'counts = {"新客": 2, "老客": 3}',
    "t4_essay": "先联系老客，因为他们买得多。",
}
FULL = 9.0  # what the judges give; the essay waits for the teacher


def cell(book, grade_id):
    return next(
        one for one in book["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def packed(book, **options):
    return json.dumps(book, ensure_ascii=False, **options).encode()


def code(source, **more):
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    } | more


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def changed(change):
    """Hand in a notebook after `change` was applied to it."""

    def hand_in(folder, book):
        made = change(book)
        (folder / "tiny.ipynb").write_bytes(packed(book if made is None else made))

    return hand_in


def content(change):
    """Hand in other bytes under the right name."""
    return lambda folder, book: (folder / "tiny.ipynb").write_bytes(change(packed(book)))


def named(name, change=lambda data: data):
    """Hand in a file of another name."""
    return lambda folder, book: (folder / name).write_bytes(change(packed(book)))


def zipped(*names):
    def pack(data):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, data)
        return made.getvalue()

    return pack


def exported(exporter):
    def export(data):
        return exporter().from_notebook_node(reads(data.decode(), as_version=4))[0].encode()

    return export


def strip(book):
    book["metadata"] = {}
    for one in book["cells"]:
        one["metadata"] = {}
        del one["id"]


def strip_and_move(book):
    strip(book)
    book["cells"].reverse()


def duplicate(book):
    for grade_id in ("t1_total", "t4_essay", "a1_total"):
        book["cells"].append(copy.deepcopy(cell(book, grade_id)))


def second_attempt(book):
    at = book["cells"].index(cell(book, "a1_total"))
    book["cells"].insert(
        at, copy.deepcopy(cell(book, "a1_total")) | {"source": "total_orders = 3", "id": "old"}
    )


def split(book):
    """As JupyterLab splits a cell: both halves keep the metadata, the second keeps the id."""
    for grade_id, halves in {
        "a1_total": ("numbers = [3, 1, 4, 1, 5]", "total_orders = sum(numbers)"),
        "a3_counts": ('counts = {"新客": 2}', 'counts["老客"] = 3'),
        "t4_essay": ("先联系老客。", "因为他们买得多，所以值得。"),
    }.items():
        whole = cell(book, grade_id)
        whole["source"] = halves[1]
        first = copy.deepcopy(whole) | {"source": halves[0], "id": f"{grade_id}-half"}
        book["cells"].insert(book["cells"].index(whole), first)


def merge(book):
    """As JupyterLab merges cells: one text, the metadata of the active one (here the question)."""
    question = next(one for one in book["cells"] if "第 4 题" in "".join(one["source"]))
    essay = cell(book, "t4_essay")
    question["source"] = "".join(question["source"]) + "\n\n" + essay["source"]
    book["cells"].remove(essay)
    setup = next(one for one in book["cells"] if one["id"] == "setup")
    setup["source"] = "".join(setup["source"]) + "\n\n" + cell(book, "a1_total")["source"]
    book["cells"].remove(cell(book, "a1_total"))


def merge_all(book):
    whole = "\n\n".join("".join(one["source"]) for one in book["cells"])
    return {"cells": [code(whole)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def delete(book):
    for grade_id in ("a2_letter", "t2_letter", "t3_counts"):
        book["cells"].remove(cell(book, grade_id))


def empty_cells(book):
    for one in book["cells"]:
        one["source"] = ""


def empty_answers(book):
    for grade_id in ("a1_total", "t4_essay"):
        cell(book, grade_id)["source"] = "  \n"


def other_types(book):
    cell(book, "a1_total")["cell_type"] = "raw"
    cell(book, "a2_letter")["cell_type"] = "markdown"
    cell(book, "t4_essay")["cell_type"] = "code"


def null_sources(book):
    for one in book["cells"]:
        if "nbgrader" not in one["metadata"]:
            one["source"] = None
    cell(book, "t2_letter")["source"] = {"a": 1}


def odd_cells(book):
    book["cells"][3:3] = [None, 3, [], {}, {"cell_type": "video"}, {"cell_type": ["code"], "metadata": 7}]
    book["cells"].append(code([1, None, {"a": 2}], id=5, metadata=[]))


def bad_metadata(book):
    book["metadata"] = ["x"] * 3
    for one in book["cells"]:
        if "nbgrader" in one["metadata"]:
            one["metadata"]["nbgrader"] |= {
                "points": "NaN",
                "locked": None,
                "schema_version": "neu",
                "task": 7,
            }


def gigantic_metadata(book):
    book["metadata"]["widgets"] = {"state": ["x" * 1_000] * 6_000}


def gigantic_outputs(book):
    shown = {"output_type": "stream", "name": "stdout", "text": "行" * 18_000_000}
    cell(book, "a1_total")["outputs"] = [shown]


def format_3(book):
    cells = []
    for one in book["cells"]:
        old = {"cell_type": one["cell_type"], "metadata": one["metadata"]}
        cells.append(
            old | ({"input": one["source"], "language": "python"} if one["cell_type"] == "code" else one)
        )
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}


def in_r(book):
    book["metadata"]["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}


def schema(version):
    def change(book):
        for one in book["cells"]:
            if "nbgrader" in one["metadata"]:
                one["metadata"]["nbgrader"]["schema_version"] = version

    return change


def last_year(book):
    for old, new in (("a2_letter", "a2_choice"), ("t2_letter", "t2_choice")):
        cell(book, old)["metadata"]["nbgrader"]["grade_id"] = new
    cell(book, "a2_choice")["source"] = 'choice_made = "C"'
    cell(book, "t2_choice")["source"] = 'answer("t2_choice", choice_made)'
    for one in book["cells"]:
        del one["id"]


def other_assignment(book):
    told = {"grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3}
    return {
        "cells": [
            text("# 另一份作业"),
            code("import os", metadata={"nbgrader": told | {"grade_id": "q1"}}),
            code("price = 3", metadata={"nbgrader": told | {"grade_id": "q2"}}),
            text("我的回答是这样的。"),
        ]
    }


def upto(mark, part=0):
    """Cut the file off at a text, or `part` bytes into it."""
    return lambda data: data[: data.index(mark.encode()) + part]


def top_level(value):
    """Put an odd value beside the notebook's own keys."""
    return lambda data: data.replace(b'"nbformat": 4', b'"odd": ' + value + b', "nbformat": 4')


def middle_lost(data):
    at = data.index(b"a2_letter")
    return data[: at - 120] + b"\xff\xfe<<<<<<< HEAD" + data[at + 40 :]


def work_in_a_copy(folder, book):
    (folder / "tiny-Copy1.ipynb").write_bytes(packed(book))
    untouched = copy.deepcopy(book)
    for grade_id, source in STUBS.items():
        cell(untouched, grade_id)["source"] = source
    (folder / "tiny.ipynb").write_bytes(packed(untouched))


def two_drafts(folder, book):
    (folder / "tiny 终稿.ipynb").write_bytes(packed(book))
    first = copy.deepcopy(book)
    cell(first, "a1_total")["source"] = STUBS["a1_total"]
    (folder / "tiny 初稿.ipynb").write_bytes(packed(first))


def two_equal_drafts(folder, book):
    (folder / "a.ipynb").write_bytes(packed(book))
    cell(book, "a1_total")["source"] = "total_orders = 99"
    (folder / "b.ipynb").write_bytes(packed(book))


def only_the_checkpoint(folder, book):
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints/tiny-checkpoint.ipynb").write_bytes(packed(book))


def nothing(folder, book):
    (folder / "timestamp.txt").write_text("2026-10-16 10:00:00.000000 UTC")


def linked(folder, book):
    (folder / "tiny.ipynb").symlink_to(folder.parents[4] / "solutions" / COURSE / "tiny/tiny.ipynb")


def pipe(folder, book):
    os.mkfifo(folder / "tiny.ipynb")


def beside_it(folder, book):
    """Files that nobody asked for, among them what stops stock nbgrader."""
    (folder / "tiny.ipynb").write_bytes(packed(book))
    os.mkfifo(folder / "wait")
    (folder / "endless").symlink_to("/dev/zero")
    (folder / "solution.py").symlink_to(folder.parents[4] / "solutions" / COURSE / "tiny/marking.py")
    (folder / "virus.exe").write_bytes(b"MZ")
    (folder / "part_b.ipynb.bak").mkdir()


STUBS: dict[str, str] = {}
WORD = zipped("[Content_Types].xml", "word/document.xml")(b"<a/>")
KINDS = {
    # Sound work, before, between and after the others.
    "sound": (changed(lambda book: None), FULL, []),
    "sound_2": (changed(lambda book: None), FULL, []),
    "crlf": (content(lambda data: data.replace(b"\\n", b"\\r\\n").replace(b"\n", b"\r\n")), FULL, []),
    "bom": (content(lambda data: b"\xef\xbb\xbf" + data), FULL, []),
    "indented": (changed(lambda book: json.loads(json.dumps(book))), FULL, []),
    "lines": (changed(lambda book: [one.update(source="".join(one["source"]).splitlines(keepends=True))
                                    for one in book["cells"]] and None), FULL, []),
    "own_cells": (changed(lambda book: book["cells"].insert(2, code("k = 1\nprint(k)"))), FULL, []),
    "model": (changed(lambda book: {"type": "notebook", "content": book}), FULL, []),
    # Not a notebook.
    "empty": (content(lambda data: b""), 0.0, [say.EMPTY_FILE]),
    "blank": (content(lambda data: b" \n\n"), 0.0, [say.EMPTY_FILE]),
    "zeros": (content(lambda data: b"\0" * 5_000), 0.0, [say.UNREADABLE]),
    "garbage": (content(lambda data: b"\x81\xff\x13\x00" * 500), 0.0, [say.UNREADABLE]),
    "number": (content(lambda data: b"12"), 0.0, [say.UNREADABLE]),
    "list": (content(lambda data: b"[1, 2]"), 0.0, [say.UNREADABLE]),
    "deep": (content(lambda data: b"[" * 200_000), 0.0, [say.UNREADABLE]),
    "no_cells": (changed(lambda book: {"cells": [], "metadata": {}}), 0.0, [say.NO_CELLS]),
    "cells_no_list": (changed(lambda book: {"cells": "none"}), 0.0, [say.UNREADABLE]),
    "word": (content(lambda data: WORD), 0.0, [say.not_a_notebook("word")]),
    "excel": (content(zipped("[Content_Types].xml", "xl/workbook.xml")), 0.0, [say.not_a_notebook("excel")]),
    "pdf": (content(lambda data: b"%PDF-1.7 ..."), 0.0, [say.not_a_notebook("pdf")]),
    "screenshot": (content(lambda data: b"\x89PNG\r\n\x1a\n"), 0.0, [say.not_a_notebook("picture")]),
    "login_page": (content(lambda data: b"<!DOCTYPE html><p>Login</p>"), 0.0, [say.not_a_notebook("page")]),
    "word_beside": (named("a.docx", lambda data: WORD), 0.0, [say.not_a_notebook("word")]),
    "link": (linked, 0.0, [say.LINKED_FILE]),
    "pipe": (pipe, 0.0, [say.LINKED_FILE]),
    "nothing": (nothing, 0.0, [say.NO_FILE]),
    "unasked_files": (beside_it, FULL, []),
    # Damaged on the way.
    "truncated": (content(upto("t2_letter")), 6.0, [say.TRUNCATED, say.not_found(2)]),
    "cut_in_a_letter": (content(upto("联系", part=1)), FULL, [say.TRUNCATED, say.not_found(1)]),
    "middle_lost": (content(middle_lost), 7.0, [say.DAMAGED, say.not_found(1)]),
    "twice_over": (content(lambda data: data + data[500:]), FULL, [say.TRAILING]),
    "json_in_json": (content(lambda data: json.dumps(data.decode()).encode()), FULL, []),
    "gbk": (content(lambda data: data.decode().encode("gb18030")), FULL, [say.WRONG_ENCODING]),
    "utf_16": (content(lambda data: data.decode().encode("utf-16")), FULL, [say.WRONG_ENCODING]),
    "utf_16_no_mark": (content(lambda data: data.decode().encode("utf-16-le")), FULL, [say.WRONG_ENCODING]),
    "odd_numbers": (content(top_level(b"[NaN, 1e999, 1" + b"0" * 5_000 + b"]")), FULL, []),
    "deep_metadata": (content(top_level(b"[" * 9_000 + b"]" * 9_000)), FULL, [say.TRUNCATED]),
    # Another name, form or version.
    "renamed": (named("tiny (1).ipynb"), FULL, [say.renamed_file("tiny (1).ipynb")]),
    "renamed_chinese": (named("学号 姓名<b>.ipynb"), FULL, [say.renamed_file("学号 姓名?b?.ipynb")]),
    "copy": (work_in_a_copy, FULL, [say.other_file("tiny-Copy1.ipynb")]),
    "drafts": (two_drafts, FULL, [say.most_answered(2, "tiny 终稿.ipynb")]),
    "equal_drafts": (two_equal_drafts, 0.0, [say.several_files(2)]),
    "checkpoint": (only_the_checkpoint, FULL, [say.old_copy("tiny-checkpoint.ipynb")]),
    "script": (named("tiny.py", exported(PythonExporter)), FULL, [say.SCRIPT, say.found_by_place(4)]),
    "script_renamed": (content(exported(PythonExporter)), FULL, [say.SCRIPT, say.found_by_place(4)]),
    "page": (named("tiny.html", exported(HTMLExporter)), FULL, [say.PAGE, say.found_by_place(4)]),
    "zip": (named("tiny.zip", zipped("作业/tiny.ipynb", "__MACOSX/._tiny.ipynb")), FULL, [say.UNPACKED]),
    "zip_renamed": (content(zipped("tiny.ipynb")), FULL, [say.UNPACKED]),
    "zip_of_two": (content(zipped("a.ipynb", "b.ipynb")), 0.0, [say.not_a_notebook("zip")]),
    "format_3": (changed(format_3), FULL, [say.OLD_FORMAT]),
    "kernel_r": (changed(in_r), FULL, [say.other_language("R")]),
    "schema_1": (changed(schema(1)), FULL, []),
    "schema_99": (changed(schema(99)), FULL, []),
    "last_year": (changed(last_year), 7.0, [say.other_version(2), say.deleted_answers(1), say.restored(1)]),
    "other_assignment": (changed(other_assignment), 0.0, [say.OTHER_ASSIGNMENT]),
    # Changed inside.
    "stripped": (changed(strip), FULL, [say.found_by_place(4)]),
    "stripped_and_moved": (changed(strip_and_move), FULL, None),
    "duplicated": (changed(duplicate), FULL, [say.duplicated(3)]),
    "second_attempt": (changed(second_attempt), FULL, [say.duplicated(1)]),
    "split": (changed(split), FULL, [say.joined(3)]),
    "merged": (changed(merge), FULL, [say.unmerged(2), say.found_by_place(2)]),
    "merged_all": (changed(merge_all), FULL, None),
    "deleted": (changed(delete), 7.0, [say.deleted_answers(1), say.restored(2)]),
    "emptied": (changed(empty_cells), 0.0, None),
    "emptied_answers": (changed(empty_answers), 5.0, [say.emptied(2)]),
    "other_types": (changed(other_types), FULL, [say.other_type(3)]),
    "null_sources": (changed(null_sources), FULL, [say.restored(1)]),
    "odd_cells": (changed(odd_cells), FULL, []),
    "bad_metadata": (changed(bad_metadata), FULL, []),
    "gigantic_metadata": (changed(gigantic_metadata), FULL, []),
    "gigantic_outputs": (changed(gigantic_outputs), FULL, []),
    "zz_sound": (changed(lambda book: None), FULL, []),
}  # fmt: skip
ESSAY_LOST = {name for name, (_, points, _) in KINDS.items() if not points} | {
    "truncated", "cut_in_a_letter", "emptied_answers"
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """One class, one run."""
    folder = tmp_path_factory.mktemp("malformed")
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "courses" / COURSE / "nbgrader_config.py", root)
    shutil.copytree(Path(__file__).parent / "fixtures/solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    release = json.loads((folder / "exercises" / COURSE / "tiny/tiny.ipynb").read_text("utf-8"))
    STUBS.update({grade_id: "".join(cell(release, grade_id)["source"]) for grade_id in GOOD})
    for student, (hand_in, _, _) in KINDS.items():
        book = copy.deepcopy(release)
        for grade_id, source in GOOD.items():
            cell(book, grade_id)["source"] = source
        place = root / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        hand_in(place, book)
    return root


@pytest.fixture(scope="module")
def lines(course):
    report = mark_assignment(course, "tiny")
    return {line.student: line for line in report.lines}


@needs_sandbox
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_earns_what_can_still_be_told_and_says_what_was_wrong(lines, kind):
    _, points, notes = KINDS[kind]

    assert (lines[kind].state, lines[kind].reason) == ("marked", "")
    assert lines[kind].score == points, lines[kind].notes
    if notes is None:
        assert lines[kind].notes
    else:
        assert lines[kind].notes == notes
    assert lines[kind].waiting == ([] if kind in ESSAY_LOST else ["tiny/t4_essay"])


@needs_sandbox
def test_the_student_reads_it_at_the_top_of_the_marked_notebook(course, lines):
    for kind, line in lines.items():
        book = json.loads((course / "autograded" / kind / "tiny/tiny.ipynb").read_text("utf-8"))
        shown = "".join(book["cells"][0]["source"])
        assert shown.startswith(say.NOTES_TITLE) == bool(line.notes)
        assert all(note in shown for note in line.notes)


@needs_sandbox
def test_nothing_but_the_notebook_is_copied(course, lines):
    found = {path.name for path in (course / "autograded/unasked_files/tiny").rglob("*")}

    assert found == {"tiny.ipynb"}


@needs_sandbox
def test_other_attempts_are_shown_and_not_run(course, lines):
    book = json.loads((course / "autograded/second_attempt/tiny/tiny.ipynb").read_text("utf-8"))

    shown = [one for one in book["cells"] if "total_orders = 3" in "".join(one["source"])]
    assert [one["cell_type"] for one in shown] == ["markdown"]
    assert say.OTHER_COPY in "".join(shown[0]["source"])


@needs_sandbox
def test_outputs_of_the_student_are_not_kept(course, lines):
    assert (course / "autograded/gigantic_outputs/tiny/tiny.ipynb").stat().st_size < 100_000


def test_archive_without_one_notebook_is_explained_in_one_plain_sentence():
    told = say.not_a_notebook("zip")

    assert told.startswith("交来的压缩包里要正好有一份笔记本，这一包里没有，或者不止一份，")
    assert "不是笔记本" not in told
    assert ".ipynb" in told
