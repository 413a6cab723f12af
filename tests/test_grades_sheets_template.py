"""Templates: what is in them, what a filled one reads back as, and that an update loses nothing."""

import csv
import dataclasses
import io
import os
import shutil
import stat
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import Component, Rubric
from ecrm_helpers.grades.sheets import read_sheets
from ecrm_helpers.grades.sheets.template import write_templates
from tests.scoresheets import COURSE, PEOPLE, WORDS, person

FILES = ["X1 课堂表现.xlsx", "X2 画像实验.xlsx", "X3 开发报告.xlsx", "X4 实训.xlsx", "X5 综合表现.xlsx"]


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """Every template, not filled."""
    folder = tmp_path_factory.mktemp("scores")
    write_templates(COURSE, PEOPLE, folder)
    return folder


def rows(path, title):
    return [list(row) for row in load_workbook(path)[title].iter_rows(values_only=True)]


def fill(path, title, cells):
    """Write into cells given by (id or group, heading), as a teacher would."""
    book = load_workbook(path)
    sheet = book[title]
    headings = {cell.value: cell.column for cell in sheet[2]}
    lines = {cell.value: cell.row for cell in sheet["A"]}
    for (who, name), value in cells.items():
        sheet.cell(lines[who], headings[name], value)
    book.save(path)


def test_one_file_per_component_and_a_sheet_per_part(blank):
    assert sorted(path.name for path in blank.iterdir()) == FILES
    assert load_workbook(blank / FILES[0]).sheetnames == ["出勤", "互动", "说明"]
    assert load_workbook(blank / FILES[3]).sheetnames == ["小组评分", "互评", "说明"]  # 贡献: the groups file


def test_files_are_the_owners_only(blank):
    assert {stat.S_IMODE(path.stat().st_mode) for path in blank.iterdir()} == {0o600}


def test_first_row_has_marker_and_instruction_and_the_second_the_headings(blank):
    title, headings, *_ = rows(blank / FILES[0], "出勤")
    assert title[0].startswith("【X1.出勤】〔demo〕出勤：")
    assert "出勤 100、迟到 60、早退 60、旷课 0；请假不计入" in title[0]
    assert headings == ["学号", "姓名", "行政班", "第1次", "第2次", "第3次", "第4次", "备注"]
    headings = rows(blank / FILES[2], "开发报告")[1]
    assert headings[3:] == ["选题（满分20）", "分析（满分50）", "写作（满分30）", "迟交天数", "备注"]


def test_ids_and_names_are_text(blank):
    sheet = load_workbook(blank / FILES[1])["画像实验"]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in sheet[4][:2]] == [
        ("0012", "s", "@"), ("=1+1", "s", "@"),
    ]  # fmt: skip
    assert sheet.freeze_panes == "D3"
    assert sheet["D3"].protection.locked is False


def test_what_is_typed_is_checked_by_excel_too(blank):
    words = load_workbook(blank / FILES[0])["出勤"].data_validations.dataValidation[0]
    assert (words.type, words.formula1, str(words.sqref)) == (
        "list",
        f'"{",".join(WORDS)}"',
        "D3:D8 E3:E8 F3:F8 G3:G8",
    )
    found = load_workbook(blank / FILES[2])["开发报告"].data_validations.dataValidation
    assert [(one.type, one.formula1, one.formula2) for one in found] == [
        ("decimal", "0", "20"), ("decimal", "0", "50"), ("decimal", "0", "30"), ("decimal", "0", None),
    ]  # fmt: skip


def test_groups_stand_in_one_row_with_their_members(blank):
    assert [row[:2] for row in rows(blank / FILES[3], "小组评分")[2:]] == [
        ["第1组", "王芳、=1+1、𠮷田"], ["第2组", "买买提·艾力、李强"],
    ]  # fmt: skip


def test_everybody_rates_the_others_of_the_group_and_nobody_oneself(blank):
    pairs = [(row[1], row[3]) for row in rows(blank / FILES[3], "互评")[2:]]
    first = [
        ("0011", "0012"),
        ("0011", "0013"),
        ("0012", "0011"),
        ("0012", "0013"),
        ("0013", "0011"),
        ("0013", "0012"),
    ]
    assert pairs == [*first, ("007A", "0015"), ("0015", "007A")]


def test_a_blank_template_gives_no_mark_and_no_problem(blank):
    sheets = read_sheets(blank, COURSE, PEOPLE)
    assert {entry.value for own in sheets.entries.values() for entry in own.values()} == {None}
    assert sheets.notices == []


def test_a_file_that_is_there_is_never_written_over(blank):
    before = (blank / FILES[1]).read_bytes()
    with pytest.raises(GradingError, match=r"X2 画像实验\.xlsx，可能填过了"):
        write_templates(COURSE, PEOPLE, blank, places=["X2"])
    assert (blank / FILES[1]).read_bytes() == before


def test_a_csv_saved_from_a_template_is_not_doubled(tmp_path):
    (tmp_path / "X2 画像实验.csv").write_text("学号,X2\n0011,80\n", "utf-8")
    with pytest.raises(GradingError, match=r"X2 画像实验\.csv"):
        write_templates(COURSE, PEOPLE, tmp_path, places=["X2"])


def test_places_choose_components(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["画像实验", "X1.出勤"])
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES[:2]
    with pytest.raises(GradingError, match="没有“期末”这个考核项"):
        write_templates(COURSE, PEOPLE, tmp_path, places=["期末"])


def test_without_groups_sheets_by_group_wait(tmp_path):
    people = {key: dataclasses.replace(one, group="") for key, one in PEOPLE.items()}
    made = write_templates(COURSE, people, tmp_path)
    assert [path.name for path in made.written] == [*FILES[:3], FILES[4]]
    assert "“X4.互评”按小组给分，还没有分组表 groups.xlsx" in "".join(made.notes)
    with pytest.raises(GradingError, match=r"没有要填的成绩表：[\s\S]*分组表"):
        write_templates(COURSE, people, tmp_path, places=["X4"])


def test_update_keeps_entries_adds_the_new_and_marks_those_who_left(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["X2"])
    path = tmp_path / FILES[1]
    fill(path, "画像实验", {
        ("0011", "成绩（满分100）"): 81, ("0012", "成绩（满分100）"): 82, ("0012", "备注"): "退学",
    })  # fmt: skip
    people = {key: one for key, one in PEOPLE.items() if key != "0012"} | {"0020": person("0020", "新同学")}
    made = write_templates(COURSE, people, tmp_path, places=["X2"], update=True)
    assert made.notes == ("  画像实验：新增 1 行，注明离开 1 行",)
    found = {row[0]: row[3:] for row in rows(path, "画像实验")[2:]}
    assert found["0012"] == [82, None, "退学；已不在名单"]
    assert list(found)[-1] == "0020"
    sheets = read_sheets(tmp_path, COURSE, people)
    assert sheets.entries["0011"]["X2"].value == 81
    assert "0012" not in sheets.entries
    write_templates(COURSE, PEOPLE, tmp_path, places=["X2"], update=True)
    assert read_sheets(tmp_path, COURSE, PEOPLE | people).entries["0012"]["X2"].value == 82
    assert {row[0]: row[5] for row in rows(path, "画像实验")[2:]}["0012"] == "退学"


def test_update_keeps_the_marks_of_a_dimension_that_changed_and_reading_asks(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["X3"])
    fill(tmp_path / FILES[2], "开发报告", {("0011", "选题（满分20）"): 15})
    changed = dataclasses.replace(
        COURSE, components=(Component("X3", "开发报告", 100, by=Rubric({"选题": 40, "分析": 60})),)
    )
    with pytest.raises(GradingError, match="现在是“选题（满分40）”"):
        read_sheets(tmp_path, changed, PEOPLE)
    write_templates(changed, PEOPLE, tmp_path, update=True)
    _, headings, first, *_ = rows(tmp_path / FILES[2], "开发报告")
    assert headings[-2:] == ["选题（满分40）", "分析（满分60）"]
    assert first[3] == 15
    with pytest.raises(GradingError, match="“选题（满分20）”像是按旧方案填的"):
        read_sheets(tmp_path, changed, PEOPLE)


def test_update_marks_pairs_that_are_no_longer_in_one_group(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["X4"])
    book = load_workbook(tmp_path / FILES[3])
    for row in range(3, 11):
        book["互评"].cell(row, 6, 80)
    book.save(tmp_path / FILES[3])
    people = PEOPLE | {"0013": dataclasses.replace(PEOPLE["0013"], group="第2组")}
    with pytest.raises(GradingError, match="给别组的"):
        read_sheets(tmp_path, COURSE, people)
    write_templates(COURSE, people, tmp_path, places=["X4"], update=True)
    assert read_sheets(tmp_path, COURSE, people).entries["0013"]["X4.互评"].value is None
    assert [row[1] for row in rows(tmp_path / FILES[3], "小组评分")[2:]] == [
        "王芳、=1+1",
        "𠮷田、买买提·艾力、李强",
    ]


def test_update_takes_away_blank_rows_of_former_groups_and_renames_the_groups(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["X4"])
    filled = rows(tmp_path / FILES[3], "互评")[2]
    book = load_workbook(tmp_path / FILES[3])
    book["互评"].cell(3, 6, 80)
    book.save(tmp_path / FILES[3])
    renamed = {
        key: dataclasses.replace(one, group={"第1组": "追风队", "第2组": "追风队"}.get(one.group, ""))
        for key, one in PEOPLE.items() if key != "0013"
    }  # fmt: skip
    told = write_templates(COURSE, renamed, tmp_path, places=["X4"], update=True).notes
    peers = rows(tmp_path / FILES[3], "互评")[2:]
    assert peers[0][1:6] == [*filled[1:5], 80]
    pairs = [(row[1], row[3]) for row in peers]
    assert len(pairs) == len({*pairs}) == 12  # four members, each rates three
    assert {row[0] for row in peers} == {"追风队"}
    assert any("删去原来分组的空行" in line for line in told)
    assert (
        read_sheets(tmp_path, COURSE, renamed).entries["0012"]["X4.互评"].word == "互评只有 1 份，至少要 2 份"
    )


def test_update_keeps_a_formulas_value_and_refuses_one_without(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["X2"])
    fill(tmp_path / FILES[1], "画像实验", {("0011", "成绩（满分100）"): "=40+45"})
    before = (tmp_path / FILES[1]).read_bytes()
    with pytest.raises(GradingError, match="是公式，但文件里没有存下算出的数"):
        write_templates(COURSE, PEOPLE, tmp_path, places=["X2"], update=True)
    assert (tmp_path / FILES[1]).read_bytes() == before


def test_update_leaves_a_teachers_own_sheet_and_column_alone(tmp_path):
    write_templates(COURSE, PEOPLE, tmp_path, places=["X2"])
    book = load_workbook(tmp_path / FILES[1])
    book.create_sheet("草稿")["A1"] = "=1+2"
    book["画像实验"]["G2"] = "备注"
    book["画像实验"]["G3"] = "口头报告好"
    book.save(tmp_path / FILES[1])
    write_templates(COURSE, PEOPLE, tmp_path, places=["X2"], update=True)
    book = load_workbook(tmp_path / FILES[1])
    assert book["草稿"]["A1"].value == "=1+2"
    assert book["画像实验"]["G3"].value == "口头报告好"


MARKS = st.none() | st.integers(0, 100) | st.decimals(0, 100, places=1).map(float)
PAIRS = [
    ("X2", "画像实验", "X2", "成绩（满分100）", 100),
    ("X1", "互动", "X1.互动", "成绩（满分100）", 100),
    ("X3", "开发报告", "X3:分析", "分析（满分50）", 50),
    ("X5", "表现", "X5.表现:沟通", "沟通（满分100）", 100),
]
STUDENTS = [one.shown_id for one in PEOPLE.values()]


def as_csv(path, title):
    """Save one sheet as CSV, as Excel does: values only, an empty cell between commas."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(
        [["" if value is None else value for value in row] for row in rows(path, title)]
    )
    path.with_suffix(".csv").write_bytes(lines.getvalue().encode("gb18030"))
    path.unlink()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(PAIRS), saved_as_csv=st.booleans(),
    marks=st.lists(MARKS, min_size=len(STUDENTS), max_size=len(STUDENTS)),
)  # fmt: skip
def test_marks_read_back_as_they_were_filled(blank, which, saved_as_csv, marks):
    component, title, place, heading, full = which
    scaled = [None if mark is None else round(mark * full / 100, 1) for mark in marks]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "填好的.xlsx"
        shutil.copy(next(blank.glob(f"{component} *.xlsx")), path)
        fill(path, title, {(who, heading): mark for who, mark in zip(STUDENTS, scaled, strict=True)})
        if saved_as_csv:
            as_csv(path, title)
        entries = read_sheets(Path(folder), COURSE, PEOPLE).entries
    expected = [None if mark is None else Fraction(str(mark)) * 100 / full for mark in scaled]
    assert [entries[student][place].value for student in PEOPLE] == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(list(WORDS)), min_size=4, max_size=4))
def test_attendance_reads_back_as_the_mean_of_its_points(blank, words):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "点名.xlsx"
        shutil.copy(blank / FILES[0], path)
        fill(path, "出勤", {("0012", f"第{n}次"): word for n, word in enumerate(words, start=1)})
        entry = read_sheets(Path(folder), COURSE, PEOPLE).entries["0012"]["X1.出勤"]
    points = [WORDS[word] for word in words if WORDS[word] is not None]
    assert entry.value == (Fraction(sum(points), len(points)) if points else None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ratings=st.lists(st.integers(0, 100), min_size=8, max_size=8), groups=st.tuples(MARKS, MARKS))
def test_group_and_peer_marks_read_back(blank, ratings, groups):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "实训.xlsx"
        shutil.copy(blank / FILES[3], path)
        fill(
            path,
            "小组评分",
            {(f"第{n}组", "成绩（满分100）"): mark for n, mark in enumerate(groups, start=1)},
        )
        book = load_workbook(path)
        for row, rating in enumerate(ratings, start=3):
            book["互评"].cell(row, 6, rating)
        book.save(path)
        entries = read_sheets(Path(folder), COURSE, PEOPLE).entries
    assert entries["0011"]["X4.互评"].value == Fraction(ratings[2] + ratings[4], 2)
    assert entries["0015"]["X4.互评"].value is None  # rated once, two are needed
    expected = None if groups[1] is None else Fraction(str(groups[1]))
    assert entries["007a"]["X4.小组评分"].value == expected


def test_a_thousand_students_fit(tmp_path):
    people = {f"{n:06d}": person(f"{n:06d}", f"学生{n}") for n in range(1000)}
    write_templates(COURSE, people, tmp_path, places=["X2"])
    assert len(read_sheets(tmp_path, COURSE, people).entries) == 1000


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1"])  # 76: UTF-8
def test_saved_by_libreoffice_a_template_reads_the_same(blank, tmp_path, form):
    source = tmp_path / "X2 画像实验.xlsx"
    shutil.copy(blank / FILES[1], source)
    fill(source, "画像实验", {("0012", "成绩（满分100）"): 84.5, ("0013", "迟交天数"): 2})
    saved = tmp_path / "saved"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form,
         "--outdir", saved, source],
        check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    entries = read_sheets(saved, COURSE, PEOPLE).entries
    assert entries["0012"]["X2"].value == Fraction("84.5")
    assert entries["0013"]["X2"].late_days == 2
    assert list(entries) == list(PEOPLE)
