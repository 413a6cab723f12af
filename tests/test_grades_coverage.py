"""Sections and tasks are read off the notebooks; the matrix shows every hole, the hours every difference.

The notebooks under tests/fixtures/coverage are small enough to check by hand.
"""

import csv
import json
import shutil
import stat
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from ecrm_helpers import cli
from ecrm_helpers.curriculum import OBJECTIVES, Hours, objective_ids
from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.coverage import graded_tasks, sections
from ecrm_helpers.grades.coverage.hours import hours
from ecrm_helpers.grades.coverage.matrix import MARKED_UNDER, NEEDS, matrix
from ecrm_helpers.grades.coverage.records import GradedTask, Section
from ecrm_helpers.grades.coverage.table import show_coverage, write_matrix
from ecrm_helpers.messages import coverage as messages

ROOT = Path(__file__).resolve().parent.parent
SMALL = Path(__file__).parent / "fixtures" / "coverage"
COURSE = "crossborder_crm"


@pytest.fixture(scope="module")
def found():
    return matrix(SMALL, COURSE)


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(arguments)
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return run


def row(found, code):
    return next(one for one in found.rows if one.objective.id == code)


def shown(found, planned):
    console = Console(width=80, file=StringIO(), color_system=None)
    show_coverage(found, planned, console)
    return console.file.getvalue()


def test_sections_are_read_in_order_with_titles_minutes_and_every_objective():
    assert sections(SMALL, COURSE) == (
        Section("unit2", "card", "客户概况", "theory", 1, ("XB2", "XB2.V")),  # XB2.V: an instructor cell
        Section("unit2", "choose", "为什么要选客户", "theory", 89, ("XB2", "XB2.D", "LO351", "XB2.S")),
        Section("unit2", "tea", "茶歇", "practice", 5, ()),
        Section("unit2", "practice", "练习", "practice", 80, ("XB2.S", "XB2.T")),
        Section("unit10", "extra", "extra", "theory", 7, ("XB3",)),
    )


def test_tasks_are_read_from_solutions_and_from_exercises_that_have_none():
    name = "unit2_choose"
    assert graded_tasks(SMALL, COURSE) == (
        GradedTask(name, name, "t1", "第 1 题\u3000选客户", 4, ("XB2.D",), manual=False),  # its answer's
        GradedTask(name, name, "t1b", "第 1 题\u3000选客户", 1, ("LO351",), manual=False),  # its own
        GradedTask(name, name, "t2", "第 2 题\u3000写一段话", 6, ("LO811", "XB2.S"), manual=True),
        GradedTask(name, name, "t3", "第 3 题\u3000写一行代码", 2.5, (), manual=True),  # code a teacher reads
        GradedTask("unit5_only", "unit5_only", "only", "only", 3, ("XB5",), manual=False),
    )


def test_holes_of_every_kind_are_found(found):
    untaught = {one.objective.id for one in found.untaught}
    unmeasured = {one.objective.id for one in found.unmeasured}
    assert {"XB5", "XB1", "XB.LO"} <= untaught  # XB5 has a task, yet nothing teaches it
    assert not {"XB2", "XB2.S", "XB2.D", "XB2.V", "XB3", "LO351", "LO21"} & untaught
    assert {"XB2", "XB3", "LO211", "XB.LAB1"} <= unmeasured  # XB2 stands in the introduction, in no task
    assert not {"XB2.S", "XB2.D", "XB5", "LO351", "XB2.V", "XB.0", "LO21"} & unmeasured
    assert [one.id for one in found.idle_sections] == ["tea"]
    assert [one.task for one in found.idle_tasks] == ["t3"]
    assert [(one.id, one.where) for one in found.unknown] == [("XB2.T", "unit2 practice")]
    assert found.unknown[0].near.startswith("XB2")
    assert not found.whole


def test_rows_name_what_serves_them(found):
    assert [one.objective.id for one in found.rows] == list(objective_ids(COURSE))
    assert [one.id for one in row(found, "XB2.S").sections] == ["choose", "practice"]
    assert [one.task for one in row(found, "XB2.S").tasks] == ["t2"]
    assert row(found, "LO811").places == ()  # no grading_config.py beside these notebooks


def test_declared_evidence_and_the_course_document_measure_too(tmp_path):
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    shutil.copy(ROOT / "grading_config.py", tmp_path)
    found = matrix(tmp_path, COURSE)
    assert row(found, "LO351").places == ("X4", "X2")
    assert row(found, "XB.LAB2").places == ("LAB2",)
    assert not row(found, "LO211").unmeasured
    assert row(found, "XB3").unmeasured


def test_a_matrix_without_holes_says_so(found):
    rows = tuple(one for one in found.rows if one.objective.id in {"XB2.S", "XB2.D", "LO351"})
    whole = replace(found, rows=rows, idle_sections=(), idle_tasks=(), unknown=())
    assert whole.whole
    assert messages.holes(whole, [])[0].startswith("没有缺口")


@pytest.mark.parametrize("broken", ["idle_sections", "idle_tasks", "unknown"])
def test_each_kind_of_hole_counts_alone(found, broken):
    rows = tuple(one for one in found.rows if one.objective.id == "XB2.S")
    nothing = {"idle_sections": (), "idle_tasks": (), "unknown": ()}
    one_hole = replace(found, rows=rows, **(nothing | {broken: getattr(found, broken)}))
    assert not one_hole.whole
    assert len(messages.holes(one_hole, [])) == 2


def test_every_kind_of_objective_is_decided_on():
    assert {one.kind for one in OBJECTIVES.values()} == set(NEEDS) == set(messages._KINDS)


def test_work_marked_under_a_component_names_places_that_exist():
    places = {
        code: set(load_course(ROOT / "grading_config.py", code).places())
        for code in (COURSE, "ecommerce_crm")
    }
    for code, place in MARKED_UNDER.items():
        assert place in places[OBJECTIVES[code].course]


def test_minutes_stand_against_the_published_class_hours():
    planned = hours(SMALL, COURSE)
    units = {one.id: one for one in planned.units}
    assert list(units) == [f"XB{number}" for number in range(1, 8)]
    assert (units["XB2"].theory, units["XB2"].practice) == (90, 85)
    assert units["XB2"].difference == (0, -5)  # published 2 + 2 class hours of 45 minutes
    assert units["XB3"].notebooks == ("unit10",)  # by its one section's objective
    assert units["XB3"].difference == (7 - 90, 0 - 90)
    assert units["XB1"].difference is None
    assert planned.published == Hours(16, 16)
    assert planned.unplaced == 0


def test_minutes_that_belong_nowhere_are_said(tmp_path):
    notebook(tmp_path, {"section": "a", "minutes": 12, "kind": "theory", "objectives": ["XB2", "XB3"]})
    planned = hours(tmp_path, COURSE)
    assert planned.unplaced == 12
    assert "另有 12 分钟" in messages.hours_notes(planned)[0]


def test_lessons_of_the_vocational_course_take_their_own_minutes(tmp_path):
    notebook(
        tmp_path,
        {"section": "a", "minutes": 45, "kind": "theory", "objectives": ["EC9.L1", "EC9.K1"]},
        {"section": "b", "minutes": 50, "kind": "practice", "objectives": ["EC9.L3"]},
        course="ecommerce_crm",
    )
    units = {one.id: one for one in hours(tmp_path, "ecommerce_crm").units}
    assert units["EC9.L1"].difference == (0, 0)
    assert units["EC9.L3"].difference == (0, 5)  # lessons 3 and 4 are the practice hours
    assert units["EC9.L2"].difference is None


def notebook(folder, *metadata, course=COURSE):
    path = folder / "notebooks" / course / "one.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"cell_type": "markdown", "metadata": {"ecrm": one}, "source": "# 一"} for one in metadata]
    path.write_text(json.dumps({"cells": cells, "metadata": {}}), "utf-8")


def test_units_without_a_notebook_are_not_shown_as_zero(found):
    text = shown(found, hours(SMALL, COURSE))
    line = next(one for one in text.splitlines() if one.strip().startswith("XB1 "))
    assert "尚无 notebook" in next(one for one in text.splitlines() if "XB1 跨境电商客户服务概述" in one)
    assert "缺" in line
    assert "已写 2/7" in text
    assert "+0 -5" in text
    assert "XB1、XB4、XB5、XB6、XB7 还没有 notebook" in text


@pytest.mark.parametrize("course", [COURSE, "ecommerce_crm"])
def test_tables_fit_eighty_columns(course):
    text = shown(matrix(ROOT, course), hours(ROOT, course))
    rows = [line for line in text.splitlines() if not line.startswith(("·", "课程文件"))]
    assert max(cell_len(line) for line in rows) <= 80


def test_course_without_a_notebook_is_said_plainly(ecrm):
    code, out, err = ecrm("curriculum", "--course", "ecommerce_crm")
    assert (code, err) == (0, "")
    assert "notebooks/ecommerce_crm 里还没有 notebook" in out
    assert "65 + 65 + 150 = 280" in out  # as published; 4 class hours are 180 minutes


def test_both_courses_are_shown_and_strict_fails_on_holes(ecrm):
    code, out, _ = ecrm("curriculum")
    assert code == 0
    assert "EC9.K3b" in out
    assert "XB3.D" in out
    assert ecrm("curriculum", "--strict")[0] == 1


def test_unit_three_takes_exactly_its_hours():
    unit = next(one for one in hours(ROOT, COURSE).units if one.id == "XB3")
    assert unit.difference == (0, 0)


def test_csv_is_the_whole_matrix_and_opens_in_excel(found, tmp_path):
    path = write_matrix(found, tmp_path / "new" / "m.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = {one["编号"]: one for one in csv.DictReader(file)}
    assert list(lines) == list(objective_ids(COURSE))
    marked = lines["XB2.S"]
    assert [name for name, mark in marked.items() if mark == "●"] == [
        "unit2 choose 为什么要选客户",
        "unit2 practice 练习",
        "unit2_choose t2 第 2 题\u3000写一段话（6 分）",
    ]
    assert (marked["类别"], marked["缺口"], lines["XB1"]["缺口"]) == ("能力", "", "没有讲；没有考")


def test_command_writes_one_course_and_refuses_what_it_cannot(ecrm, tmp_path):
    path = tmp_path / "m.csv"
    code, out, _ = ecrm("curriculum", "--course", COURSE, "--out", str(path))
    assert code == 0
    assert str(path) in out.replace("\n", "")
    assert path.is_file()
    assert "加上 --course" in ecrm("curriculum", "--out", str(path))[2]
    assert "没有代号为“crm”的课程" in ecrm("curriculum", "--course", "crm")[2]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("not json", "one.ipynb 不是完整的 notebook"),
        ("[]", "不是完整的 notebook"),
        ('{"cells": [{"metadata": {}}], "metadata": {}}', "不是完整的 notebook"),
    ],
)
def test_broken_notebook_is_named(tmp_path, content, says):
    path = tmp_path / "notebooks" / COURSE / "one.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")
    with pytest.raises(GradingError, match=says):
        sections(tmp_path, COURSE)


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ({"section": "a", "objectives": [3]}, "第 1 格"),
        ({"section": "a", "minutes": "30"}, "minutes 是 '30'"),
        ({"section": "a", "minutes": True}, "minutes 是 True"),
    ],
)
def test_metadata_that_cannot_be_meant_are_refused(tmp_path, metadata, says):
    notebook(tmp_path, metadata)
    with pytest.raises(GradingError, match=says):
        sections(tmp_path, COURSE)


def test_one_objective_may_stand_without_a_list(tmp_path):
    notebook(tmp_path, {"section": "a", "objectives": "XB3"})
    assert sections(tmp_path, COURSE)[0].objectives == ("XB3",)


def test_help_is_in_chinese(ecrm):
    code, out, _ = ecrm("curriculum", "--help")
    assert code == 0
    assert "--strict" in out
    assert "有缺口就以退出码 1 结束" in out
