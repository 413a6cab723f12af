"""The workbook, read back with a second library: text stays text, formulas are live, paper is set up."""

import re
import stat
import sys
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from ecrm_helpers.grades.book import write_book
from tests.gradingresults import NAMES, results, scheme

ALLOWED = {
    "SUM", "IF", "COUNT", "ISNUMBER", "N", "ROUND", "AVERAGE", "INDEX", "MATCH", "SUMPRODUCT", "MIN", "MAX",
}  # fmt: skip
SHEETS = ["总评", "分项", "题目", "扣分与改动", "课程目标", "个人达成度", "题目分析", "教务", "口径"]


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    return results(scheme(), students=30)


@pytest.fixture(scope="module")
def path(messy, tmp_path_factory):
    return write_book(messy, tmp_path_factory.mktemp("book") / "grades.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


@pytest.fixture(scope="module")
def values(path):
    return load_workbook(path, data_only=True)


def formulas(book):
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def table(sheet, head):
    """Rows below the heading row as dicts; a heading that stands twice keeps its first column."""
    names = [cell.value for cell in sheet[head]]
    return {name: column for column, name in reversed(list(enumerate(names, start=1))) if name}


def test_the_sheets_and_their_order(book):
    assert book.sheetnames == SHEETS


def test_text_is_text(book):
    sheet = book["总评"]
    shown = [(sheet.cell(6 + n, 2).value, sheet.cell(6 + n, 2).data_type) for n in range(len(NAMES))]
    assert shown == [(name, "s") for name in NAMES]
    assert {sheet.cell(row, 1).number_format for row in range(6, 36)} == {"@"}
    assert sheet["A6"].value == "00A0000"
    assert all(not cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_a_name_of_finished_markup_does_not_break_the_file(messy, tmp_path):
    first, *others = messy.listed.rows
    odd = replace(first, person=replace(first.person, name="<r><t>x</t></r>"))
    listed = replace(messy.listed, rows=(odd, *others))
    sheet = load_workbook(write_book(replace(messy, listed=listed), tmp_path / "a.xlsx"))["总评"]
    assert sheet["B6"].value.strip() == "<r><t>x</t></r>"


def test_formulas_use_only_what_every_program_has_and_nothing_volatile(book):
    used = {name for cell in formulas(book) for name in re.findall(r"([A-Z]+)\(", cell.value)}
    assert used <= ALLOWED


def test_every_formula_carries_a_value(book, values):
    assert [cell for cell in formulas(book) if values[cell.parent.title][cell.coordinate].value is None] == []


def test_students_are_found_by_id_on_other_sheets_so_that_any_sheet_may_be_sorted(book):
    per_student = "总评|分项|题目|个人达成度|教务"
    for name in per_student.split("|"):
        other = [one for one in per_student.split("|") if one != name]
        loose = re.compile(rf"'({'|'.join(other)})'!(?!\$[A-Z]+\$\d)")
        assert [
            cell.value for cell in formulas(book) if cell.parent.title == name and loose.search(cell.value)
        ] == []


def test_totals_carry_weights_from_the_rules_and_the_state(book, values):
    sheet = book["总评"]
    columns = table(sheet, 4)
    total = next(sheet.cell(row, columns["课程总评"]).value for row in range(6, 36)
                 if sheet.cell(row, columns["课程总评"]).data_type == "f")  # fmt: skip
    assert "'口径'!$E$6" in total
    assert "ROUND(ROUND(" in total
    assert "MATCH($D" in total
    assert values["总评"].cell(5, columns["X1 课堂表现"]).value == pytest.approx(100 / 9)


def test_the_full_row_feeds_percents_and_percents_feed_the_components(book, values):
    tasks = book["题目"]
    assert tasks["F6"].value == "=SUM($C$6:$E$6)"
    assert values["题目"]["F6"].value == 10.5
    percent = next(cell for cell in tasks["G"][6:] if cell.data_type == "f")
    assert percent.value == f"=MAX(0,MIN(100,$F{percent.row}*100/$F$6))"
    assert any("'题目'!" in str(cell.value) for cell in book["分项"]["C"])


def test_a_deduction_is_subtracted_in_sight_and_an_override_is_a_number_with_its_reason(messy, book):
    sheet = book["分项"]
    grid = {row[0].value: row for row in sheet.iter_rows(min_row=7)}
    columns = {cell.value: cell.column - 1 for cell in sheet[4]}
    deducted = changed = 0
    for student in messy.listed.rows:
        mark = student.marks["X3"]
        kinds = {line.kind for line in mark.lines}
        cell = grid[student.person.shown_id][columns["开发报告"]]
        if kinds == {"late"}:
            assert cell.value.endswith("-10")
            assert "迟交" in cell.comment.text
            deducted += 1
        if "override" in kinds:
            assert (cell.data_type, cell.value) == ("n", pytest.approx(float(mark.value)))
            assert all(word in cell.comment.text for word in ("李老师", "2026-06-30", "复核"))
            assert cell.fill.fgColor.rgb == "FFFBE3D0"
            changed += 1
    assert deducted
    assert changed


def test_every_line_is_listed(messy, values):
    rows = [row for row in values["扣分与改动"].iter_rows(min_row=5, values_only=True) if row[0]]
    lines = [(one.person.shown_id, line.text) for one in messy.listed.rows for line in one.lines]
    assert [(row[0], row[-1]) for row in rows] == lines


def test_the_office_gets_plain_columns_with_text_ids(messy, book, values):
    sheet = values["教务"]
    assert [cell.value for cell in sheet[1]][:5] == ["学号", "姓名", "平时", "期末", "总评"]
    assert [sheet.cell(row, 1).value for row in range(2, 32)] == [
        one.person.shown_id for one in messy.listed.rows
    ]
    totals = [values["总评"].cell(row, 10).value for row in range(6, 36)]
    assert [sheet.cell(row, 5).value for row in range(2, 32)] == totals
    assert all("'总评'!" in book["教务"].cell(row, 5).value for row in range(2, 32))


def test_a_preliminary_workbook_says_so_on_every_sheet_and_page(book):
    for sheet in book:
        if sheet.title != "教务":
            assert sheet["A1"].value.startswith("【初步】")
        assert "（初步）" in sheet.oddHeader.center.text
    assert "先不要上报" in book["教务"]["G1"].value


def test_a_final_workbook_does_not(tmp_path):
    path = write_book(results(scheme(), quiet=True), tmp_path / "a.xlsx")
    text = " ".join(
        str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row
    )
    assert "初步" not in text.split("grading_config.py 全文")[0]


def test_paper_is_landscape_as_wide_as_the_page_with_headings_on_every_page(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert sheet.print_title_rows
        assert sheet.oddHeader.left.text.endswith("示例课 A&&B")
    assert book["总评"].freeze_panes == "C6"


def test_the_settings_used_are_all_there(messy, values):
    text = "\n".join(str(row[0].value) for row in values["口径"].iter_rows())
    for line in (*messy.listed.policies, *messy.listed.notices, *messy.listed.sources, messy.made_on):
        assert line in text
    assert 'id="crossborder_crm"' in text


def test_items_are_shown_with_how_to_read_them(messy, values):
    text = "\n".join(str(cell.value) for row in values["题目分析"].iter_rows() for cell in row if cell.value)
    assert "区分度 = " in text
    assert all(one.text in text for one in messy.items.missed)
    assert "反馈：" in text


def test_a_course_without_gradebook_has_no_tasks_sheet(messy, tmp_path):
    bare = replace(messy, gradebook=None)
    assert "题目" not in load_workbook(write_book(bare, tmp_path / "a.xlsx")).sheetnames


def test_the_same_results_give_the_same_bytes(messy, path, tmp_path):
    assert write_book(messy, tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_can_read_it(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["grades.xlsx"]
