"""The CSV is for Excel and safe in it; a unit's total goes into the school's course and comes back."""

import csv
import stat
import sys
from dataclasses import replace

import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import Component, Formative
from ecrm_helpers.grades.book import write_csv, write_export
from ecrm_helpers.grades.sheets import read_sheets
from tests.gradingresults import NAMES, results, scheme


@pytest.fixture(scope="module")
def messy():
    return results(scheme(exported_as="第九单元"), students=30)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_is_for_excel_and_every_row_names_the_policies(messy, tmp_path):
    path = write_csv(messy, tmp_path / "grades.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_of(path)
    assert [row["学号"] for row in rows] == [one.person.shown_id for one in messy.listed.rows]
    assert all("XB.A-gap" in row["计分规则"] and "缺成绩：" in row["计分规则"] for row in rows)


def test_csv_shows_rounded_marks_gaps_states_and_what_was_done(messy, tmp_path):
    rows = rows_of(write_csv(messy, tmp_path / "grades.csv"))
    rounding = messy.listed.course.rounding
    for row, student in zip(rows, messy.listed.rows, strict=True):
        x2 = student.marks["X2"].value
        assert row["X2 实训 27.78%"] == ("缺" if x2 is None else str(rounding.shown(x2, digits=1)))
        assert all(line.text in row["说明"] for line in student.lines)
        if student.shown_total is not None:
            assert row["课程总评"] == str(student.shown_total)
    assert {row["状态"] for row in rows} > {"正常", "缓考"}
    assert next(row["课程总评"] for row in rows if row["状态"] == "缓考") == "缓考"
    assert {"完整", "初步", "暂无总分"} <= {row["成绩状态"] for row in rows}


def test_no_cell_of_the_csv_runs_as_a_formula(messy, tmp_path):
    with write_csv(messy, tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert f"'{NAMES[0]}" in cells


def test_columns_nobody_fills_are_left_out(tmp_path):
    known = results(scheme(levels={}), students=7)
    rows = [replace(one, person=replace(one.person, class_name="", group="")) for one in known.listed.rows]
    bare = replace(known, listed=replace(known.listed, rows=tuple(rows)))
    headings = rows_of(write_csv(bare, tmp_path / "grades.csv"))[0].keys()
    assert {"行政班", "组号", "等级"}.isdisjoint(headings)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_an_exported_total_reads_back_as_a_score_sheet(suffix, messy, tmp_path):
    school = scheme(
        components=(Component("第九单元", "电子商务客户关系管理", 100),), gap=None, exercises=(),
        unit_exercises=Formative(), late={}, resubmit={},
    )  # fmt: skip
    write_export(messy, tmp_path / f"unit{suffix}")
    found = read_sheets(tmp_path, school).entries
    for student in messy.listed.rows:
        assert found[student.student_id]["第九单元"].value == student.shown_total
    words = {one.person.state: found[one.student_id]["第九单元"].word for one in messy.listed.rows}
    assert words["缓考"] == "缓考"
    assert len(found) == 30


def test_an_exported_total_that_is_preliminary_says_so_beside_it(messy, tmp_path):
    rows = rows_of(write_export(messy, tmp_path / "unit.csv"))
    told = {row["学号"] for row in rows if row["备注"].startswith("初步")}
    assert told == {one.person.shown_id for one in messy.listed.rows if one.total.pending}
    assert told


def test_a_course_that_is_no_component_exports_nothing(tmp_path):
    with pytest.raises(GradingError, match="exported_as"):
        write_export(results(scheme(), students=7), tmp_path / "unit.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_files_are_private(messy, tmp_path):
    for path in (write_csv(messy, tmp_path / "a.csv"), write_export(messy, tmp_path / "b.xlsx")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
