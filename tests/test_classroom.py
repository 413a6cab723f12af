"""The simulated class: planned students, a scratch folder only, and the whole cycle on nbgrader itself."""

import json
import os
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from rich.console import Console

from ecrm_helpers.classroom import CLASS_OF_24, cycle, roster, run_class
from ecrm_helpers.classroom.commands import Nbgrader
from ecrm_helpers.classroom.cycle import collect, hand_in
from ecrm_helpers.classroom.report import as_marked, show_class, surprises
from ecrm_helpers.classroom.room import Room, prepare, scratch_folder
from ecrm_helpers.classroom.students import BREAKAGES
from ecrm_helpers.classroom.work import broken, filled, load_assignment, plan_answers
from ecrm_helpers.errors import MarkingError, SandboxError, SettingsError
from ecrm_helpers.grades.config import load_course

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = Path(__file__).parent / "fixtures" / "classroom"
OWN_SHOP = FIXTURE / "solutions" / "crossborder_crm" / "own_shop"
SMALL = {"strong": 1, "careless": 1, "late": 1, "blank": 1, "copied": 1, "broken": 1}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The courseware with one small exercise in place of unit 3's."""
    folder = tmp_path_factory.mktemp("project")
    text = (ROOT / "grading_config.py").read_text("utf-8")
    (folder / "grading_config.py").write_text(text.replace("unit3_segments", "own_shop"), "utf-8")
    shutil.copytree(FIXTURE / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "courses" / "crossborder_crm").mkdir(parents=True)
    shutil.copy(
        ROOT / "courses" / "crossborder_crm" / "nbgrader_config.py", folder / "courses" / "crossborder_crm"
    )
    return folder


@pytest.fixture(scope="module")
def run(project, tmp_path_factory):
    before = sorted(project.rglob("*"))
    made = run_class(project, counts=SMALL, out=tmp_path_factory.mktemp("room") / "class")
    assert sorted(project.rglob("*")) == before
    return made


@pytest.fixture(scope="module")
def by_kind(run):
    rows = {row.student_id: row for row in run.listed.rows}
    return {one.kind.name: rows[one.student_id] for one in run.students}


def mark(row):
    return float(as_marked(row.marks["own_shop"]))


def test_class_of_24_has_every_kind_and_every_kind_of_broken_file():
    result = roster()
    assert len(result) == sum(CLASS_OF_24.values()) == 24
    assert {one.kind.name for one in result} == set(CLASS_OF_24)
    assert sorted(one.breakage for one in result if one.breakage) == sorted(BREAKAGES)
    assert len({one.student_id for one in result}) == len({one.name for one in result}) == 24


def test_one_more_student_changes_nobody_else():
    fewer, more = roster({"strong": 2}), roster({"strong": 3})
    assert fewer == more[:2]
    assert [one.dice("x").random() for one in fewer] == [one.dice("x").random() for one in more[:2]]


@pytest.mark.parametrize(
    "assignment", [OWN_SHOP, ROOT / "solutions" / "crossborder_crm" / "unit3_segments"], ids=str
)
def test_planned_answers_reach_what_their_kind_must(assignment):
    loaded = load_assignment(assignment, course="crossborder_crm")
    students = {one.kind.name: one for one in roster({"strong": 1, "average": 1, "careless": 1, "blank": 1})}
    reached = {name: plan_answers(loaded, one) for name, one in students.items()}
    shares = {name: plan.points / plan.full for name, plan in reached.items()}
    assert shares["strong"] == 1
    assert shares["strong"] > shares["average"] > shares["careless"] > shares["blank"] == 0
    assert all(one.kind.reach[0] <= shares[name] <= one.kind.reach[1] for name, one in students.items())


def test_answers_are_written_into_answer_cells_only():
    assignment = load_assignment(OWN_SHOP, course="crossborder_crm")
    student = roster({"strong": 1})[0]
    release = json.loads((OWN_SHOP / "own_shop.ipynb").read_text("utf-8"))
    result = filled(release, assignment, student, plan_answers(assignment, student))
    changed = [
        new["metadata"]["nbgrader"]["grade_id"]
        for old, new in zip(release["cells"], result["cells"], strict=True)
        if "".join(old["source"]) != "".join(new["source"])
    ]
    assert changed == ["t1_orders_answer", "t2_repeaters_answer", "t3_letter_answer", "t4_essay"]


def test_marking_file_without_fill_is_refused(tmp_path):
    (tmp_path / "marking.py").write_text(
        (OWN_SHOP / "marking.py").read_text("utf-8").replace("def fill(", "def _("), "utf-8"
    )
    with pytest.raises(MarkingError, match="没有 SAMPLE 或 fill"):
        load_assignment(tmp_path, course="crossborder_crm")


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_broken_files_differ_from_what_was_written(breakage):
    content = (OWN_SHOP / "own_shop.ipynb").read_bytes()
    assert broken(content, breakage) != content


def test_strong_beats_late_average_beats_careless_beats_blank(by_kind):
    strong, late, careless, blank = (mark(by_kind[kind]) for kind in ("strong", "late", "careless", "blank"))
    assert strong > late > careless > blank == 0
    assert strong == 100


def test_late_work_is_flagged_and_nobody_elses(by_kind):
    assert [kind for kind, row in by_kind.items() if row.late] == ["late"]


def test_copied_work_is_reported_with_its_owner_and_left_to_the_teacher(run, by_kind):
    assert run.other_shops == {by_kind["copied"].student_id: {by_kind["strong"].student_id}}
    assert by_kind["copied"].total.pending
    assert mark(by_kind["copied"]) < mark(by_kind["strong"])


def test_broken_file_is_explained_and_others_are_not(run, by_kind):
    assert list(run.notes) == [by_kind["broken"].student_id]
    assert "文件不完整" in run.notes[by_kind["broken"].student_id][0]


def test_every_result_is_what_was_planned(run):
    assert surprises(run) == []


def test_a_result_outside_its_band_would_be_noticed(run):
    first = run.students[0]
    moved = type(first)(**{**vars(first), "kind": roster({"blank": 1})[0].kind})
    wrong = type(run)(**{**vars(run), "students": [moved, *run.students[1:]]})
    assert any(first.student_id in one for one in surprises(wrong))


def test_deferred_exam_is_missing_and_everyone_is_on_the_list(run, by_kind):
    assert len(run.listed.rows) == len(run.students)
    assert by_kind["careless"].total.missing == ("X4（缓考）",)
    assert (by_kind["careless"].person.state, by_kind["careless"].shown_total) == ("缓考", None)
    assert by_kind["strong"].total.value is not None


def test_late_work_loses_what_the_policy_says_and_the_line_says_so(by_kind):
    late = by_kind["late"].marks["own_shop"]
    assert [(line.kind, line.points) for line in late.lines] == [("late", -20)]  # 26 hours: two days begun
    assert late.before - late.value == 20


def test_override_stands_with_who_when_and_why(by_kind):
    (line,) = (line for line in by_kind["late"].lines if line.kind == "override")
    assert "张老师" in line.text
    assert "2026-10-19" in line.text


def test_run_ends_with_workbook_report_and_a_page_for_everybody(run):
    reports = run.folder / "courses" / "crossborder_crm" / "reports"
    assert sorted(path.name for path in reports.iterdir()) == [
        "grades.csv",
        "grades.xlsx",
        "report.html",
        "students",
    ]
    assert {path.stem for path in (reports / "students").iterdir()} == {
        one.student_id for one in run.students
    }
    assert "初步报告" in (reports / "report.html").read_text("utf-8")  # the copied work waits for the teacher


def test_student_called_like_a_formula_keeps_the_name(run, by_kind):
    assert by_kind["blank"].name == "=1+1"
    page = run.paths["pages"] / f"{by_kind['blank'].person.shown_id}.html"
    assert "=1+1" in page.read_text("utf-8")


def test_missing_page_and_impossible_attainment_would_be_noticed(run):
    gone = {**run.paths, "report": run.folder / "gone.html"}
    assert any("gone.html" in one for one in surprises(replace(run, paths=gone)))
    outcome = replace(run.found.attained.outcomes[0], value=Fraction(11, 10))
    attained = replace(run.found.attained, outcomes=(outcome,))
    assert any("1.100" in one for one in surprises(replace(run, found=replace(run.found, attained=attained))))


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_report_that_others_can_read_would_be_noticed(run):
    path = run.paths["csv"]
    path.chmod(0o644)
    assert surprises(run) == [f"总成绩 CSV别人也能读：{path}"]
    path.chmod(0o600)


def test_feedback_is_given_back_through_the_exchange(run):
    handed_back = run.folder / "exchange" / "crossborder_crm" / "feedback"
    assert len(list(handed_back.glob("*.html"))) == len(run.students)


def test_everything_written_stands_in_the_scratch_folder(run):
    assert all(path.exists() and run.folder in path.parents for path in run.paths.values())
    assert "ecrm mark own_shop" in run.paths["log"].read_text("utf-8")


def test_class_without_a_sandbox_is_marked_all_the_same_and_says_so(project, tmp_path, monkeypatch):
    def missing():
        message = "没有运行学生的代码：这台机器上没有 bubblewrap。\n提示：装上它。"
        raise SandboxError(message)

    monkeypatch.setattr(cycle, "check_sandbox", missing)
    made = run_class(project, counts={"strong": 1}, out=tmp_path / "class")

    assert mark(made.listed.rows[0]) == 100
    assert any("bubblewrap" in notice and "没有用沙箱" in notice for notice in made.notices)


def test_class_without_an_exchange_hands_in_to_the_teachers_folder(project, tmp_path):
    course = load_course(project / "grading_config.py", "crossborder_crm")
    nbgrader = Nbgrader(tmp_path / "courses" / "crossborder_crm", tmp_path / "exchange", tmp_path / "log")
    students = roster({"late": 1})
    room = Room(tmp_path, course, students, nbgrader, exchange=False, progress=lambda *_: None)
    prepare(room, project)
    shutil.copytree(OWN_SHOP, tmp_path / "exercises" / "crossborder_crm" / "own_shop")
    hand_in(room)
    collect(room)
    folder = nbgrader.course_folder / "submitted" / students[0].student_id / "own_shop"
    assert sorted(one.name for one in folder.iterdir()) == [
        "own_shop.ipynb",
        "submission_secret.txt",
        "timestamp.txt",
    ]
    assert (folder / "timestamp.txt").read_text("utf-8").startswith("2026-10-17 17:59")
    assert not any(nbgrader.exchange.iterdir())


def test_folder_of_a_real_course_is_refused(tmp_path):
    course = tmp_path / "courses" / "crossborder_crm"
    course.mkdir(parents=True)
    (course / "gradebook.db").write_bytes(b"real")
    for out in (course, course / "new", tmp_path):
        with pytest.raises(SettingsError, match=r"gradebook\.db"):
            scratch_folder(out)
    assert (course / "gradebook.db").read_bytes() == b"real"


def test_folder_with_anything_in_it_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(SettingsError, match="不是空文件夹"):
        scratch_folder(tmp_path)


def test_failing_command_shows_its_log(project, tmp_path):
    broken_project = tmp_path / "project"
    shutil.copytree(project, broken_project)
    config = broken_project / "courses" / "crossborder_crm" / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8").replace("../../solutions", "../../nowhere"), "utf-8")
    with pytest.raises(MarkingError, match=r"nbgrader generate_assignment own_shop[\s\S]*提示：完整日志在"):
        show_class(
            broken_project,
            "crossborder_crm",
            console=Console(quiet=True),
            out=tmp_path / "class",
            counts=SMALL,
        )
