"""The second seam: a notebook in, its outputs and what stopped out."""

from __future__ import annotations

import json
import os

import pytest
from nbformat import writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from ecrm_helpers.answers import MIME
from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking import execute_cells
from ecrm_helpers.marking.execute_cells import (
    draws,
    execute_notebook,
    limits_of,
    ready,
    released_files,
    shared_sandbox,
)
from ecrm_helpers.marking.judge.asserts import settle_test_cell
from ecrm_helpers.marking.judge.findings import collected
from ecrm_helpers.marking.sandbox import Limits, Sandbox
from ecrm_helpers.marking.seams.execute import ExecuteSubmission
from ecrm_helpers.messages import marking as marking_say
from ecrm_helpers.messages import sandbox as say
from tests.sandboxing import needs_sandbox
from tests.test_marking_nbgrader import GOOD, hand_in, nbgrader, new_course, released, with_answers

RECORD = f"from IPython.display import display\nprint('said')\ndisplay({{{MIME!r}: 'record'}}, raw=True)\n"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(limits=Limits(cell_seconds=30)) as made:
        yield made


def notebook(*sources):
    return new_notebook(cells=[new_markdown_cell("text"), *(new_code_cell(source) for source in sources)])


@needs_sandbox
def test_outputs_counts_and_statuses_are_set(sandbox):
    book = notebook("x = 2", "", "x * 2", "1 / 0")

    done = execute_notebook(book, student_id="s001", sandbox=sandbox)

    assert done["statuses"] == {1: "ok", 3: "ok", 4: "error"}
    assert done["seconds"] > 0
    assert [cell.execution_count for cell in book.cells[1:]] == [1, None, 2, 3]
    assert book.cells[3].outputs[0].data["text/plain"] == "4"
    assert book.cells[3].outputs[0].execution_count == 2
    assert book.metadata.ecrm["executed"] is True


@needs_sandbox
def test_stopped_cell_keeps_what_it_printed_and_no_answer(sandbox):
    book = notebook(RECORD, f"{RECORD}\nimport os\nos._exit(0)", "'after'")

    execute_notebook(book, student_id="s001", sandbox=sandbox)

    assert MIME in book.cells[1].outputs[1].data
    assert [output.output_type for output in book.cells[2].outputs] == ["stream", "error"]
    assert book.cells[2].outputs[1].evalue == say.STOPPED["killed"]
    assert book.cells[2].metadata.ecrm == {"stopped": "killed"}
    assert book.cells[3].outputs[0].data["text/plain"] == "'after'"


@needs_sandbox
def test_cell_that_was_not_run_says_so(sandbox):
    book = notebook("import os\nos._exit(0)", "1")

    execute_notebook(book, student_id="s001", sandbox=sandbox, limits=Limits(restarts=0))

    assert book.cells[2].outputs == []
    assert book.cells[2].metadata.ecrm == {"stopped": "not_run", "not_run": True}


ENDS = "import os\nos._exit(0)"


def tasks(count):
    """As many tasks: an answer cell that takes the process with it, and the locked cell that records it."""
    made = []
    for number in range(count):
        told = {"grade": True, "solution": False, "grade_id": f"t{number}", "points": 2}
        source = f'answer("t{number}", x{number})'
        made += [new_code_cell(ENDS), new_code_cell(source, metadata={"nbgrader": told})]
    return made


@needs_sandbox
def test_submission_whose_every_task_ends_the_process_gets_zero_for_those_and_leaves_none_to_the_teacher(
    sandbox,
):
    told = {"grade": True, "solution": False, "grade_id": "good", "points": 2}
    good = new_code_cell(RECORD, metadata={"nbgrader": told})
    book = new_notebook(cells=[*tasks(7), good])

    execute_notebook(book, student_id="s001", sandbox=sandbox)
    findings, records = collected(locked_cells(book), executed=True)

    assert {(one.status, one.points) for one in findings.values()} == {("missing", 0.0)}
    assert records == {"good": "record"}


@needs_sandbox
def test_tasks_that_the_total_time_left_no_room_for_get_zero_and_the_reason(sandbox):
    told = {"grade": True, "solution": False, "grade_id": "test", "points": 3}
    test = new_code_cell("assert True", metadata={"nbgrader": told})
    book = new_notebook(cells=[new_code_cell("import time\ntime.sleep(99)"), *tasks(1), test])

    execute_notebook(book, student_id="s001", sandbox=sandbox, limits=Limits(total_seconds=4))
    findings, records = collected({"t0": book.cells[2]}, executed=True)

    assert records == {}
    assert (findings["t0"].points, findings["t0"].message) == (0.0, marking_say.OUT_OF_TIME)
    assert settle_test_cell(test, executed=True)[0] == 0.0
    assert "总时间用完" in book.cells[3].outputs[0]["traceback"][0]


def locked_cells(book):
    return {cell.metadata.nbgrader.grade_id: cell for cell in book.cells if cell.metadata.get("nbgrader", {})}


def test_trusted_kernel_too_goes_on_as_often_as_tasks_end_it():
    book = new_notebook(cells=[*tasks(5), new_code_cell("print('end')")])

    ExecuteSubmission(trusted=True, timeout=30).preprocess(book, {"nbgrader": {"student": "s001"}})
    findings, _ = collected(locked_cells(book), executed=True)

    assert {(one.status, one.points) for one in findings.values()} == {("missing", 0.0)}
    assert book.cells[-1].outputs[0].text == "end\n"


def test_trusted_kernel_whose_time_is_used_up_scores_zero_and_says_so():
    book = new_notebook(cells=[new_code_cell("import time\ntime.sleep(1.5)"), *tasks(1)])

    run = ExecuteSubmission(trusted=True, submission_timeout=1).preprocess
    run(book, {"nbgrader": {"student": "s001"}})
    findings, _ = collected(locked_cells(book), executed=True)

    assert (findings["t0"].points, findings["t0"].message) == (0.0, marking_say.OUT_OF_TIME)


@needs_sandbox
def test_preprocessor_runs_in_the_sandbox():
    book = notebook("import os\nprint(os.getcwd(), os.environ['ECRM_STUDENT'])")

    ExecuteSubmission(timeout=30).preprocess(book, {"nbgrader": {"student": "s001", "assignment": "x"}})

    assert book.cells[1].outputs[0].text == "/student/work s001\n"


def test_trusted_preprocessor_runs_in_a_kernel_of_the_marker(tmp_path):
    book = notebook("import os\nprint(os.getppid() and os.getuid(), os.environ['ECRM_STUDENT'])")
    told = {"nbgrader": {"student": "s001", "assignment": "x"}, "metadata": {"path": str(tmp_path)}}

    ExecuteSubmission(trusted=True).preprocess(book, told)

    assert book.cells[1].outputs[0].text == f"{os.getuid()} s001\n"


def no_sandbox():
    message = "no sandbox"
    raise SandboxError(message)


@pytest.mark.parametrize("section", ["Execute", "ExecuteSubmission"])
def test_what_is_not_executed_or_trusted_needs_no_sandbox(monkeypatch, section):
    monkeypatch.setattr(execute_cells, "check_sandbox", no_sandbox)

    ready(Config({section: {"enabled": False}}))
    ready(Config({"ExecuteSubmission": {"trusted": True}}))
    with pytest.raises(SandboxError):
        ready(Config())
    with pytest.raises(SandboxError):
        ready(Config({"ExecuteSubmission": {"trusted": False}}))


def test_trust_may_come_from_a_command_line(monkeypatch):
    monkeypatch.setattr(execute_cells, "check_sandbox", no_sandbox)

    ready(Config({"ExecuteSubmission": {"trusted": DeferredConfigString("True")}}))


def test_nbgrader_without_bubblewrap_touches_nothing_unless_it_is_told_to_trust(tmp_path):
    root = new_course(tmp_path)
    nbgrader(root, "generate_assignment", "tiny")
    hand_in(root, "s001", json.dumps(with_answers(released(root), GOOD)).encode())
    marked = root / "autograded/s001/tiny"
    marked.mkdir(parents=True)
    (marked / "tiny.ipynb").write_text("{}", encoding="utf-8")
    bare = tmp_path / "bare"
    bare.mkdir()

    refused = nbgrader(root, "autograde", "tiny", "--force", check=False, path=bare)
    kept = (marked / "tiny.ipynb").read_text(encoding="utf-8")
    trusted = nbgrader(root, "autograde", "tiny", "--force", "--ExecuteSubmission.trusted=True", path=bare)

    assert refused.returncode == 1
    assert "apt install bubblewrap" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert kept == "{}"
    assert trusted.returncode == 0
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        assert book.find_submission("tiny", "s001").score == 9.0


def test_without_a_sandbox_nothing_is_run(monkeypatch):
    monkeypatch.setattr("ecrm_helpers.marking.sandbox.client.check_sandbox", no_sandbox)
    book = notebook("1")

    with pytest.raises(SandboxError), Sandbox() as sandbox:
        execute_notebook(book, student_id="s001", sandbox=sandbox)

    assert "executed" not in book.metadata.get("ecrm", {})


def test_limits_are_those_of_the_configuration():
    settings = ExecuteSubmission(timeout=7, submission_timeout=70, max_restarts=1, memory_mb=99)

    found = limits_of({name: getattr(settings, name) for name in settings.trait_names(config=True)})

    assert (found.cell_seconds, found.total_seconds, found.restarts, found.memory_mb) == (7, 70, 1, 99)
    untouched = ExecuteSubmission()
    assert limits_of({name: getattr(untouched, name) for name in untouched.trait_names()}) == Limits()


def test_released_files_are_data_only(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / ".ipynb_checkpoints").mkdir()
    for name in ("data/a.csv", "x.ipynb", ".hidden", ".ipynb_checkpoints/a.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")

    assert released_files(tmp_path) == {"data/a.csv": b"x"}
    assert released_files(tmp_path / "nowhere") == {}


def test_released_files_must_fit(tmp_path, monkeypatch):
    monkeypatch.setattr(execute_cells, "_MOST_FILES_BYTES", 1 << 20)
    (tmp_path / "big.csv").write_bytes(bytes(2 << 20))

    with pytest.raises(SandboxError, match="2 MB"):
        released_files(tmp_path)


DRAWING = (
    "import matplotlib.pyplot as plt",
    "from ecrm_helpers import figures",
    "import plotly.express as px",
    "table.plot(kind='bar')",
    "table['M'].hist()",
)


@pytest.mark.parametrize("source", DRAWING)
def test_exercise_that_draws_is_known_by_its_cells(source):
    assert draws(writes(notebook("x = 1", source)).encode())


def test_exercise_that_only_writes_of_drawing_does_not_draw():
    book = notebook("x = 1", "history = plotted = 2")
    book.cells[0].source = "matplotlib and plotly draw"

    assert not draws(writes(book).encode())


@pytest.mark.parametrize("released", [b"", b"\xff\xfe", b"[]", b"{}", b'{"cells": [1]}', b'{"cells": [{}]}'])
def test_release_that_cannot_be_read_may_draw(released):
    assert draws(released)


def test_exercises_that_draw_and_those_that_do_not_have_a_sandbox_each():
    bare, drawing = (writes(notebook(source)).encode() for source in ("1", DRAWING[0]))

    assert shared_sandbox("c", released=[bare]) is shared_sandbox("c", released=[bare, bare])
    assert shared_sandbox("c", released=[bare, drawing]) is shared_sandbox("c", released=[drawing])
    assert not shared_sandbox("c", released=[bare]).drawing
    assert shared_sandbox("c", released=[drawing]).drawing
