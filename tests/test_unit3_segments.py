"""The unit 3 exercise is fair, reachable without programming, and its two copies agree."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from ecrm_helpers import cases
from ecrm_helpers.curriculum import OBJECTIVES
from ecrm_helpers.marking import Context, check_marking, load_marking

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "courses" / "crossborder_crm"
SOLUTION = ROOT / "solutions" / "crossborder_crm" / "unit3_segments"
RELEASE = ROOT / "exercises" / "crossborder_crm" / "unit3_segments"
NAME = "unit3_segments.ipynb"
STUDENTS = ("20230101", "20230142", "ec-7", "li.ming", "x")
TOTAL = 50
MANUAL = "t8_write_to_people"


@pytest.fixture(scope="module")
def marking():
    return load_marking(SOLUTION / "marking.py")


@pytest.fixture(scope="module")
def module():
    """marking.py as a module, for what the judge does not need: the blanks and their filling."""
    spec = importlib.util.spec_from_file_location("unit3_marking", SOLUTION / "marking.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module", params=STUDENTS)
def context(request):
    return Context(student_id=request.param, course="crossborder_crm", assignment="unit3_segments")


def read(folder: Path) -> nbformat.NotebookNode:
    return nbformat.read(folder / NAME, as_version=4)


def told(cell) -> dict:
    return cell.metadata.get("nbgrader", {})


def answer_cells(notebook) -> dict[str, str]:
    return {
        told(cell)["grade_id"].removesuffix("_answer"): cell.source
        for cell in notebook.cells
        if told(cell).get("solution") and cell.cell_type == "code"
    }


def test_marking_is_fair_for_several_students():
    assert check_marking(SOLUTION, student_ids=STUDENTS[:3]) == []


def test_points_add_up(marking):
    cells = [told(cell) for cell in read(SOLUTION).cells if told(cell).get("grade")]
    assert sum(cell["points"] for cell in cells) == TOTAL
    assert {cell["grade_id"] for cell in cells} == {*marking.tasks, MANUAL}
    assert 6 <= len(cells) <= 8


def test_each_task_has_two_wrong_answers_with_marks_between(marking):
    for name, task in marking.tasks.items():
        earned = [wrong.points for wrong in marking.wrong if wrong.task == name]
        assert len(earned) >= 2, name
        assert any(0 < points < task.points for points in earned), name


def test_untouched_release_earns_nothing(marking, context):
    blanks = {"t1_shop_facts": {}, "t6_budget": {}, "t3_vip_list": {}}
    for name, task in marking.tasks.items():
        for untouched in (None, blanks.get(name, {})):
            assert task.judge(untouched, context).points == 0, name


def test_no_message_tells_the_right_value(marking, context):
    sample = marking.sample(context)
    for name in ("t1_shop_facts", "t2_rfm_by_hand", "t7_customer_value"):
        message = marking.tasks[name].judge(dict.fromkeys(sample[name], 987654321), context).message
        right = {f"{value:g}" for value in sample[name].values() if value > 31}
        assert not right & set(re.findall(r"\d+(?:\.\d+)?", message)), name


def test_students_get_different_questions(marking):
    samples = [
        marking.sample(Context(student_id=name, course="crossborder_crm"))
        for name in ("20230101", "20230142")
    ]
    assert all(samples[0][name] != samples[1][name] for name in marking.tasks)


def test_release_is_the_blank_form(module):
    """The stub nbgrader puts in place of the solution is the only line below the blanks."""
    for name, source in answer_cells(read(RELEASE)).items():
        blank = module.fill(name, None)
        assert source.startswith(blank), name
        below = source[len(blank) :].strip().splitlines()
        assert all(line.startswith("#") for line in below), name


def test_every_mark_is_reached_by_changing_one_value_a_line(module, marking, context):
    """Full marks differ from the release only in the literals of lines that say 改这里."""
    sample = marking.sample(context)
    for name in answer_cells(read(RELEASE)):
        blank, filled = (module.fill(name, value).splitlines() for value in (None, sample[name]))
        assert len(blank) == len(filled)
        changed = [(a, b) for a, b in zip(blank, filled, strict=True) if a != b]
        assert changed
        assert all("# 改这里" in line for pair in changed for line in pair), name
        space: dict = {}
        exec(compile("\n".join(filled), name, "exec"), space)  # noqa: S102 - our own sample
        value = module.recorded(name, space)
        assert marking.tasks[name].judge(value, context).points == marking.tasks[name].points, name


def test_objectives_exist():
    for cell in read(SOLUTION).cells:
        listed = cell.metadata.get("ecrm", {}).get("objectives", [])
        assert set(listed) <= set(OBJECTIVES)
        if told(cell).get("grade") or told(cell).get("solution"):
            assert listed, told(cell)["grade_id"]


def test_release_shows_no_answer():
    text = (RELEASE / NAME).read_text("utf-8")
    assert "SOLUTION" not in text
    assert not list(RELEASE.glob("marking*"))


def test_text_can_be_read_in_ten_minutes():
    text = "".join(cell.source for cell in read(RELEASE).cells if cell.cell_type == "markdown")
    assert len(re.sub(r"[\s|*#>-]", "", text)) < 4_000  # 400 characters a minute


def test_release_matches_its_source(tmp_path):
    """nbgrader generate_assignment, run anew, gives the committed bytes."""
    course = tmp_path / "courses" / "crossborder_crm"
    course.mkdir(parents=True)
    shutil.copy(COURSE / "nbgrader_config.py", course)
    shutil.copytree(SOLUTION, tmp_path / "solutions" / "crossborder_crm" / "unit3_segments")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "unit3_segments"],
        cwd=course, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    made = tmp_path / "exercises" / "crossborder_crm" / "unit3_segments"
    assert json.loads((made / NAME).read_text("utf-8")) == json.loads((RELEASE / NAME).read_text("utf-8"))
    assert (made / NAME).read_bytes() == (RELEASE / NAME).read_bytes()
    listed = {path.name for path in RELEASE.iterdir()} - {".ipynb_checkpoints"}  # left behind by Lab
    assert listed == {path.name for path in made.iterdir()}


def test_notebook_is_stripped():
    for folder in (SOLUTION, RELEASE):
        notebook = read(folder)
        assert "widgets" not in notebook.metadata
        assert all(
            not cell.outputs and cell.execution_count is None
            for cell in notebook.cells
            if cell.cell_type == "code"
        )


def test_solution_runs_without_an_error_or_a_warning(marking, monkeypatch):
    monkeypatch.setenv("ECRM_STUDENT", "20230142")
    notebook = read(SOLUTION)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []
    context = Context(student_id="20230142", course="crossborder_crm")
    earned = {}
    for output in outputs:
        for record in [json.loads(o) for k, o in output.get("data", {}).items() if k.endswith("answer+json")]:
            earned[record["task"]] = marking.tasks[record["task"]].judge(record["value"], context).points
    assert earned == {name: task.points for name, task in marking.tasks.items()}


@pytest.mark.parametrize("number", range(12))
def test_every_student_has_cases(number):
    shop = Context(student_id=f"stu{number:03d}", course="crossborder_crm").shop
    assert len(set(cases.hand_customers(shop).values())) == 3
    assert cases.class_customers(shop)["code"].nunique() == 6
    assert cases.group_table(shop).iloc[:4, 0].min() >= 3
    offer = cases.coupon(shop)
    gains = [
        cases.group_clv(row["margin"], row["retention"] + offer.lift)
        - cases.group_clv(row["margin"], row["retention"])
        for _, row in cases.value_groups(shop).iterrows()
    ]
    assert min(abs(gain - offer.cost) for gain in gains) >= 0.5
