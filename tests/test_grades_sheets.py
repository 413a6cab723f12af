"""Score sheets: what is read, what is missing, and which cell a refusal names."""

from fractions import Fraction

import pytest
from openpyxl import Workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.grades.sheets import normal_id, read_sheets
from tests.test_grading_config import CONFIG

COURSE = load_course(CONFIG, "crossborder_crm")


@pytest.fixture
def read(tmp_path):
    """Write CSV texts and rows of workbooks, then read the folder."""

    def reader(**files):
        for name, content in files.items():
            if isinstance(content, str):
                (tmp_path / f"{name}.csv").write_bytes(content.encode("utf-8"))
                continue
            book = Workbook()
            for row in content:
                book.active.append(row)
            book.save(tmp_path / f"{name}.xlsx")
        return read_sheets(tmp_path, COURSE)

    return reader


def values(sheets, student):
    return {place: entry.value for place, entry in sheets.entries[student].items()}


def test_reads_marks_by_id_title_or_both(read):
    result = read(
        a="学号,姓名,X2,课程论文\n001,王芳,80,90.5\n",
        b="学号,姓名,X3 建立跨境客户关系的开发报告,出勤,X1 互动\n001,王芳,70,100,60\n",
    )
    assert result.names == {"001": "王芳"}
    assert values(result, "001") == {
        "X2": 80, "X4": Fraction("90.5"), "X3": 70, "X1.出勤": 100, "X1.互动": 60,
    }  # fmt: skip


def test_missing_and_zero_are_different(read):
    result = read(a="学号,姓名,X2,X3,X4\n001,王芳,0,,缓考\n")
    assert values(result, "001") == {"X2": 0, "X3": None, "X4": None}
    assert result.entries["001"]["X4"].word == "缓考"


def test_ids_keep_leading_zeros_and_are_normalised(read):
    result = read(a="学号,姓名,X2\n ００７Ａ ,王芳,80\n", b=[["学号", "姓名", "X3"], ["007A", "王芳", 70]])
    assert list(result.entries) == ["007a"]
    assert normal_id("007A") == "007a"


def test_number_formatted_ids_in_a_workbook_keep_their_zeros(tmp_path):
    book = Workbook()
    book.active.append(["学号", "姓名", "X2"])
    book.active.append([7, "王芳", 85])
    book.active["A2"].number_format = "000"
    book.save(tmp_path / "a.xlsx")
    assert list(read_sheets(tmp_path, COURSE).entries) == ["007"]


@pytest.mark.parametrize(
    ("cell", "value", "shown_as", "says"),
    [("C2", 0.85, "0%", "“85%”不是 0 到 100 的分数"), ("A2", 202301010000000017, "0", "末尾数字已丢失")],
)
def test_workbook_cells_are_read_as_a_person_sees_them(tmp_path, cell, value, shown_as, says):
    book = Workbook()
    for row in (["学号", "姓名", "X2"], ["001", "王芳", 85]):
        book.active.append(row)
    book.active[cell], book.active[cell].number_format = value, shown_as
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(GradingError, match=says):
        read_sheets(tmp_path, COURSE)


def test_float_noise_of_a_formula_does_not_pull_a_half_down(read):
    result = read(a=[["学号", "姓名", "X2"], ["001", "王芳", 84.49999999999999]])
    assert values(result, "001") == {"X2": Fraction("84.5")}


def test_title_lines_blank_rows_and_ordinary_columns_are_passed_over(read):
    result = read(
        a=[
            ["2026 年春季成绩"],
            [],
            ["序号", "学号", "姓名", "X2", "备注"],
            [1, "001", "王芳", 85, "补交"],
            [],
        ]
    )
    assert values(result, "001") == {"X2": 85}


def test_reads_what_excel_in_china_saves_as_csv(tmp_path):
    (tmp_path / "a.csv").write_bytes("学号,姓名,X2\r\n001,王芳,80\r\n".encode("gbk"))
    assert read_sheets(tmp_path, COURSE).names == {"001": "王芳"}


def test_full_width_marks_are_marks_and_exact(read):
    result = read(a="学号,姓名,X2\n001,王芳,８０.１\n")
    assert values(result, "001")["X2"] == Fraction(801, 10)


def test_two_classes_in_two_files_are_one_list(read):
    result = read(a="学号,姓名,X2\n001,王芳,80\n", b="学号,姓名,X2\n002,李强,70\n")
    assert sorted(result.entries) == ["001", "002"]
    assert result.files == ["a.csv", "b.csv"]


def test_a_folder_that_is_not_there_has_no_marks(tmp_path):
    assert read_sheets(tmp_path / "scores", COURSE).entries == {}


def test_locked_copies_and_other_files_are_left_alone(read, tmp_path):
    (tmp_path / "~$a.xlsx").write_bytes(b"lock")
    (tmp_path / "说明.txt").write_text("…", "utf-8")
    assert read(a="学号,姓名,X2\n001,王芳,80\n").files == ["a.csv"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("学号,姓名,X2\n001,王芳,101\n", r"a\.csv 第 2 行“X2”列：“101”"),
        ("学号,姓名,X2\n001,王芳,八十\n", r"第 2 行“X2”列：“八十”"),
        ("学号,姓名,X2\n001,王芳,-5\n", r"“-5”不是 0 到 100"),
        ("学号,姓名,X2\n001,王芳,nan\n", r"“nan”不是"),
        ("学号,姓名,X2\n001,王芳,1e1\n", r"“1e1”不是"),
        ("学号,姓名,X5\n001,王芳,80\n", r"列标题“X5”[\s\S]*可用的成绩列"),
        ("学号,姓名,课程论问\n001,王芳,80\n", r"是不是“课程论文”"),
        ("学号,姓名,X2,客户画像实验\n001,王芳,80,90\n", r"两列都是“X2”"),
        ("学号,姓名,X2\n001,王芳,,80\n", "第 2 行有一格上面没有列标题"),
        ("学号,姓名,X2,\n001,王芳,80,90\n", "第 2 行有一格上面没有列标题"),
        ("姓名,X2\n王芳,80\n", "没有“学号”"),
        ("学号,姓名,X2\n,王芳,80\n", r"第 2 行“学号”列"),
        ("学号,姓名,X2\n平均分,,80\n", r"“平均分”不是学号"),
        ("学号,姓名,X2\n2.02301E+11,王芳,80\n", "科学计数法"),
        ("学号,姓名,X2\n001,王芳,80\n001,王芳,90\n", "第 2 行和第 3 行"),
        ("学号,姓名,X2\n001,王芳,80\n1,王芳,90\n", "前导零"),
    ],
)
def test_refusal_names_file_row_and_column(read, text, says):
    with pytest.raises(GradingError, match=says) as refusal:
        read(a=text)
    assert "提示：" in str(refusal.value)


@pytest.mark.parametrize("rows", [1, 20_000])
def test_unclosed_quote_that_swallows_students_is_refused(read, rows):
    with pytest.raises(GradingError, match=r"a\.csv 打不开"):
        read(a='学号,姓名,X2\n001,"王芳,80\n' + "002,李强,80\n" * rows)


def test_one_mark_in_two_files_is_refused_with_both_places(read):
    with pytest.raises(GradingError, match=r"a\.csv 第 2 行“X2”列，b\.csv 第 2 行“X2”列"):
        read(a="学号,姓名,X2\n001,王芳,80\n", b="学号,姓名,X2\n001,王芳,80\n")


def test_one_id_with_two_names_is_refused(read):
    with pytest.raises(GradingError, match="别处叫“王芳”，这里叫“李强”"):
        read(a="学号,姓名,X2\n001,王芳,80\n", b="学号,姓名,X3\n001,李强,80\n")


def test_formula_without_a_stored_value_is_not_taken_for_missing(read):
    with pytest.raises(GradingError, match=r"C2 是公式"):
        read(a=[["学号", "姓名", "X2"], ["001", "王芳", "=40+45"]])


@pytest.mark.parametrize(("name", "says"), [("a.xls", "只读 CSV 和 XLSX"), ("a.xlsx", "打不开")])
def test_files_that_cannot_be_read_are_named(tmp_path, name, says):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0 not a workbook")
    with pytest.raises(GradingError, match=says):
        read_sheets(tmp_path, COURSE)
