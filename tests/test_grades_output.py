"""Class lists leave the program safely: no live formulas, text ids, private whole files, policies named."""

import csv
import io
import stat
import sys
from fractions import Fraction

import pytest
from openpyxl import load_workbook
from rich.console import Console

from ecrm_helpers.grades.output import table, write_csv, write_privately, write_xlsx
from ecrm_helpers.grades.sheets import Entry, ScoreSheets
from ecrm_helpers.grades.totals import class_list
from tests.test_grades_totals import ALL, course, gradebook


@pytest.fixture
def listed():
    full = {place: Entry(Fraction(value), "", "a.csv") for place, value in ALL.items()}
    lacking = {**full, "X4": Entry(None, "缓考", "a.csv")}
    names = {"001": "王芳", "002": '=HYPERLINK("http://x")', "003": "[red]李[/red]"}
    sheets = ScoreSheets(names, {"001": full, "002": full, "003": lacking}, ["a.csv"])
    return class_list(course(), gradebook(5, 3, pending=["t2"]), sheets)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_is_for_excel_and_every_row_names_the_policies(listed, tmp_path):
    path = write_csv(listed, tmp_path / "grades.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_of(path)
    assert [row["学号"] for row in rows] == ["001", "002", "003"]
    assert all("XB.A-gap" in row["计分规则"] and "XB.A-unit" in row["计分规则"] for row in rows)


def test_preliminary_and_missing_are_shown(listed, tmp_path):
    first, _, third = rows_of(write_csv(listed, tmp_path / "grades.csv"))
    assert (first["状态"], first["课程总评"]) == ("初步", "76")
    assert "unit3_segments 的 t2" in first["说明"]
    assert (third["状态"], third["课程总评"], third["X4 课程论文 33.33%"]) == ("暂无总分", "缺", "缺")
    assert "X4（缓考）" in third["说明"]


def test_text_that_starts_like_a_formula_is_neutralised_in_csv(listed, tmp_path):
    assert rows_of(write_csv(listed, tmp_path / "grades.csv"))[1]["姓名"].startswith("'=HYPERLINK")


def test_workbook_keeps_text_as_text_and_numbers_as_numbers(listed, tmp_path):
    book = load_workbook(write_xlsx(listed, tmp_path / "grades.xlsx"))
    sheet = book["成绩表"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("001", "s")
    assert (sheet["B3"].value, sheet["B3"].data_type) == ('=HYPERLINK("http://x")', "s")
    total = next(cell.column for cell in sheet[1] if cell.value == "课程总评")
    assert sheet.cell(row=2, column=total).value == 76
    rules = "\n".join(str(cell.value) for row in book["计分规则"].iter_rows() for cell in row)
    assert "XB.A-gap" in rules
    assert "gradebook.db" in rules


def test_terminal_table_shows_names_as_they_are_and_the_policies(listed):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table(listed))
    shown = console.export_text()
    assert "[red]李[/red]" in shown
    assert "XB.A-gap" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_files_are_private(listed, tmp_path):
    for path in (write_csv(listed, tmp_path / "a.csv"), write_xlsx(listed, tmp_path / "a.xlsx")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_write_leaves_the_old_file_and_nothing_aside(tmp_path, monkeypatch):
    path = write_privately(tmp_path / "a.csv", b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda self, target: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_privately(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
