"""Whatever is done to a notebook's bytes or cells: marking goes on, and marks nobody else differently."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecrm_helpers.marking.attachments import reader
from ecrm_helpers.marking.rebuild.restore import answers_in, rebuild
from ecrm_helpers.marking.rebuild.salvage import read_cells
from ecrm_helpers.marking.run.one import mark_submission
from tests.sandboxing import needs_sandbox

FOLDER = Path(__file__).parent / "fixtures/solutions/crossborder_crm/tiny"
RELEASE = nbformat.read(FOLDER / "tiny.ipynb", as_version=4)
STUBS = {
    "a1_total": "total_orders = ...  # 改这里",
    "a2_letter": "letter = ...  # 改这里",
    "a3_counts": 'counts = {"新客": ..., "老客": ...}  # 改这里',
    "t4_essay": "（写下你的回答。）",
}
GOOD = {
    "a1_total": "total_orders = sum(orders)  # 改这里",
    "a2_letter": 'letter = "B"  # 改这里',
    "a3_counts": 'counts = {"新客": 2, "老客": 3}  # 改这里',
    "t4_essay": "先联系老客，因为他们买得多。",
}


def grade_id(cell):
    told = cell["metadata"].get("nbgrader", {}) if isinstance(cell["metadata"], dict) else {}
    return told.get("grade_id") if isinstance(told, dict) else None


for one in RELEASE.cells:
    one.source = STUBS.get(grade_id(one), one.source)
WORK = json.loads(nbformat.writes(RELEASE))
for one in WORK["cells"]:
    one["source"] = GOOD.get(grade_id(one), "".join(one["source"]))
BYTES = json.dumps(WORK, ensure_ascii=False).encode()

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = st.integers(0, len(WORK["cells"]) - 1)
KEYS = st.sampled_from(["cell_type", "metadata", "source", "outputs", "id", "attachments", "execution_count"])
TOLD = st.sampled_from(
    ["grade_id", "points", "grade", "solution", "locked", "task", "schema_version", "checksum"]
)
TYPES = st.sampled_from(["code", "markdown", "raw", "heading"])
MUTATIONS = st.one_of(
    st.tuples(st.just("delete"), PLACES),
    st.tuples(st.just("repeat"), PLACES, PLACES),
    st.tuples(st.just("move"), PLACES, PLACES),
    st.tuples(st.just("split"), PLACES, st.integers(1, 60)),
    st.tuples(st.just("merge"), PLACES),
    st.tuples(st.just("set"), PLACES, KEYS, ODD),
    st.tuples(st.just("drop"), PLACES, KEYS),
    st.tuples(st.just("tell"), PLACES, TOLD, ODD),
    st.tuples(st.just("retype"), PLACES, TYPES),
    st.tuples(st.just("insert"), PLACES, ODD),
    st.tuples(st.just("write"), PLACES, st.text(max_size=200)),
    st.tuples(st.just("strip")),
)


def mutated(book, mutations):
    """Apply mutations to a copy of a notebook; a place that is gone is none."""
    book = copy.deepcopy(book)
    for name, *arguments in mutations:
        cells = book["cells"]
        at = arguments[0] if arguments else 0
        if not cells or at >= len(cells):
            continue
        _mutate(book, cells, name, at, arguments[1:])
    return book


def _mutate(book, cells, name, at, arguments):
    cell = cells[at]
    if name == "delete":
        del cells[at]
    elif name == "repeat":
        cells.insert(arguments[0], copy.deepcopy(cell))
    elif name == "move":
        cells.insert(arguments[0], cells.pop(at))
    elif name == "insert":
        cells.insert(at, arguments[0])
    elif name == "strip":
        book["metadata"] = {}
        for each in cells:
            if isinstance(each, dict):
                each["metadata"] = {}
                each.pop("id", None)
    elif isinstance(cell, dict):
        _mutate_cell(cells, cell, name, at, arguments)


def _mutate_cell(cells, cell, name, at, arguments):
    source = cell.get("source")
    if name == "split" and isinstance(source, str):
        cells.insert(at, copy.deepcopy(cell) | {"source": source[: arguments[0]]})
        cell["source"] = source[arguments[0] :]
    elif (
        name == "merge"
        and isinstance(source, str)
        and at + 1 < len(cells)
        and isinstance(cells[at + 1], dict)
    ):
        cell["source"] = f"{source}\n\n{cells.pop(at + 1).get('source')}"
    elif name == "set":
        cell[arguments[0]] = arguments[1]
    elif name == "drop":
        cell.pop(arguments[0], None)
    elif name == "tell" and isinstance(cell.get("metadata"), dict):
        told = cell["metadata"].get("nbgrader")
        if isinstance(told, dict):
            told[arguments[0]] = arguments[1]
    elif name == "retype":
        cell["cell_type"] = arguments[0]
    elif name == "write":
        cell["source"] = arguments[0]


def assert_sound(made):
    """The marked cells are the release's, once and in order; it is a valid notebook that can be written."""
    ours = [cell for cell in made.notebook.cells if "nbgrader" in cell.metadata]
    theirs = [cell for cell in RELEASE.cells if "nbgrader" in cell.metadata]
    assert [cell.metadata.nbgrader for cell in ours] == [cell.metadata.nbgrader for cell in theirs]
    for mine, released in zip(ours, theirs, strict=True):
        assert mine.cell_type == released.cell_type
        if released.metadata.nbgrader["locked"]:
            assert mine.source == released.source
    for cell in made.notebook.cells:
        if cell.id.startswith(("own", "spare")):
            assert cell.metadata == {}
    nbformat.validate(made.notebook)
    nbformat.writes(made.notebook).encode("utf-8")
    assert made.notebook.metadata.ecrm["notes"] == made.notes


@pytest.fixture(autouse=True, scope="module")
def unchanged_release():
    before = nbformat.writes(RELEASE)
    yield
    assert nbformat.writes(RELEASE) == before


@settings(max_examples=300, deadline=None)
@given(st.lists(MUTATIONS, max_size=8))
@example([("strip",), ("delete", 3)])
def test_any_changes_of_cells_leave_the_marked_cells_as_released(mutations):
    assert_sound(rebuild(json.dumps(mutated(WORK, mutations)).encode(), RELEASE))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(BYTES)), st.integers(0, 400), st.binary(max_size=30)), max_size=6)
)
def test_any_changes_of_bytes_leave_the_marked_cells_as_released(cuts):
    data = BYTES
    for at, length, instead in cuts:
        data = data[:at] + instead + data[at + length :]

    assert_sound(rebuild(data, RELEASE))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | ODD.map(lambda odd: json.dumps(odd).encode())
)
def test_any_bytes_are_read_without_an_error(data):
    cells, notes = read_cells(data)

    assert cells == [] or all(isinstance(cell.source, str) for cell in cells)
    assert all(isinstance(note, str) and note for note in notes)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.just("insert"), PLACES, ODD), max_size=4), st.booleans())
def test_own_cells_and_lost_marks_cost_no_answer(inserted, strip):
    """Odd cells between them, ids and metadata gone: every answer is still found."""
    mutations = [*inserted, ("strip",)] if strip else inserted
    made = rebuild(json.dumps(mutated(WORK, mutations)).encode(), RELEASE)

    found = {grade_id(cell): cell.source for cell in made.notebook.cells}
    assert {name: found[name] for name in GOOD} == GOOD


@settings(max_examples=100, deadline=None)
@given(st.integers(1, len(GOOD["a3_counts"]) - 1), st.sampled_from(sorted(GOOD)))
def test_a_split_answer_loses_no_letter(cut, name):
    """JupyterLab gives both halves the same metadata; wherever the cut was, every letter is still there."""
    at = next(at for at, cell in enumerate(WORK["cells"]) if grade_id(cell) == name)
    made = rebuild(json.dumps(mutated(WORK, [("split", at, cut)])).encode(), RELEASE)

    whole = "".join("".join(cell.source.split()) for cell in made.notebook.cells)
    assert "".join(GOOD[name][:cut].split()) in whole
    assert "".join(GOOD[name][cut:].split()) in whole


def test_the_same_bytes_give_the_same_notebook():
    data = json.dumps(mutated(WORK, [("strip",), ("repeat", 3, 1), ("merge", 5)])).encode()

    assert nbformat.writes(rebuild(data, RELEASE).notebook) == nbformat.writes(
        rebuild(data, RELEASE).notebook
    )
    assert answers_in(data, RELEASE) == answers_in(data, RELEASE) > 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["docx", "xlsx", "pdf", "png", "json"]), st.binary(max_size=200))
@pytest.mark.filterwarnings("ignore")
def test_any_attached_bytes_are_counted_or_refused(kind, data):
    for start in (b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"):
        told = reader.read(json.dumps(kind).encode() + b"\n" + start + data)
        assert isinstance(told, dict)
        assert told


def job(student, data):
    return {
        "student": student, "course": "crossborder_crm", "assignment": "tiny",
        "notebooks": {"tiny": {"data": data, "notes": []}},
        "releases": {"tiny": nbformat.writes(RELEASE).encode()},
        "marking": (FOLDER / "marking.py").read_bytes(), "files": {}, "limits": {}, "hidden": [],
        "seconds_per_task": 10.0, "trusted": False, "attachments": {}, "attachments_digest": "",
    }  # fmt: skip


@pytest.fixture(scope="module")
def sound_outcome():
    return told(mark_submission(job("s001", BYTES)))


def told(outcome):
    """Return an outcome without what differs from run to run."""
    return {key: value for key, value in outcome.items() if key not in {"seconds", "notebooks", "student"}}


@needs_sandbox
@settings(max_examples=25, deadline=None)
@given(st.lists(MUTATIONS, min_size=1, max_size=5), st.binary(max_size=20), st.integers(0, len(BYTES)))
def test_no_hand_in_stops_marking_or_changes_another_mark(sound_outcome, mutations, instead, at):
    """Through sandbox and judge: points stay within bounds, and the next student's outcome is the same."""
    book = json.dumps(mutated(WORK, mutations), ensure_ascii=False).encode("utf-8", errors="replace")
    for data in (book, BYTES[:at] + instead + BYTES[at + 40 :]):
        outcome = mark_submission(job("s666", data))

        full = {"t1_total": 4, "t2_letter": 2, "t3_counts": 3, "t4_essay": 5}
        assert sorted(row["grade_id"] for row in outcome["grades"]) == sorted(full)
        for row in outcome["grades"]:
            assert row["auto_score"] is None or 0 <= row["auto_score"] <= full[row["grade_id"]]
    assert told(mark_submission(job("s001", BYTES))) == sound_outcome
