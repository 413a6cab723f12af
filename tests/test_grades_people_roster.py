"""Rosters: what schools export is read as they mean it, and what cannot be meant is refused with its cell."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import plain, protected
from ecrm_helpers.grades.people.ids import refuse_alike
from ecrm_helpers.grades.people.roster import Listed, read_roster, roster_bytes
from ecrm_helpers.grades.policies import STATES
from ecrm_helpers.grades.record import Person
from ecrm_helpers.marking.collect.names import normal_student

EXPORT = """某某学院 2025—2026 学年第一学期学生名单,,,,
课程：跨境电商客户管理,,,,
序号,学号/工号,姓 名,班级,修读性质
1,0012,王芳,电商1班,初修
2,A7b,𠮷·田,电商2班,重修
"""


@pytest.fixture
def read(tmp_path):
    """Write a CSV text, bytes or rows of a workbook, then read the file."""

    def reader(content, *, name="roster", encoding="utf-8"):
        if isinstance(content, str | bytes):
            path = tmp_path / f"{name}.csv"
            path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
            return read_roster(path, STATES)
        book = Workbook()
        for row in content:
            book.active.append(row)
        book.save(tmp_path / f"{name}.xlsx")
        return read_roster(tmp_path / f"{name}.xlsx", STATES)

    return reader


def shown(roster):
    return [(one.shown_id, one.name, one.class_name, one.state) for one in roster.people.values()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_school_export_with_titles_above_its_headings(read, encoding):
    result = read(EXPORT, encoding=encoding)
    expected = [("0012", "王芳", "电商1班", "正常"), ("A7b", "𠮷·田", "电商2班", "重修")]
    assert shown(result) == expected
    assert list(result.people) == ["0012", "a7b"]
    assert result.unused == ("序号",)


@pytest.mark.parametrize("ids", ["学号", "学生学号", "工号学号", "学号/工号", "工号（学号）*", "学号(必填)"])
@pytest.mark.parametrize("names", ["姓名", "学生姓名", "姓　名"])
@pytest.mark.parametrize("classes", ["行政班", "班级", "教学班"])
def test_headings_have_several_names(read, ids, names, classes):
    assert shown(read(f"{ids},{names},{classes}\n01,王芳,一班\n")) == [("01", "王芳", "一班", "正常")]


def test_administrative_class_goes_before_teaching_class(read):
    result = read("学号,姓名,教学班,行政班\n01,王芳,(2025)-XB-01,电商1班\n")
    assert shown(result) == [("01", "王芳", "电商1班", "正常")]
    assert result.unused == ("教学班",)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", "正常"), ("正常考试", "正常"), ("初修", "正常"), ("在籍", "正常"), ("选修", "正常"),
        ("缓考", "缓考"), ("申请缓考", "缓考"), ("旷考", "缺考"), ("免考", "免修"), ("重修考试", "重修"),
        ("作弊", "违纪"), ("缓 考", "缓考"),
    ],
)  # fmt: skip
def test_states_have_several_names(read, word, expected):
    result = read(f"学号,姓名,考试性质\n01,王芳,{word}\n")
    assert [one.state for one in result.people.values()] == [expected]


def test_state_other_than_normal_counts_wherever_it_stands(read):
    result = read("学号,姓名,学籍状态,考试性质\n01,王芳,在籍,缓考\n02,李明,在籍,正常考试\n")
    assert [one.state for one in result.people.values()] == ["缓考", "正常"]


def test_column_named_state_decides_alone(read):
    result = read("学号,姓名,状态,修读性质\n01,王芳,正常,重修\n")
    assert [one.state for one in result.people.values()] == ["正常"]


def test_several_classes_in_several_worksheets(tmp_path):
    book = Workbook()
    book.active.title = "一班"
    book.active.append(["学号", "姓名", "班级"])
    book.active.append(["01", "王芳", "一班"])
    other = book.create_sheet("二班")
    other.append(["学号", "姓名", "班级"])
    other.append(["02", "李明", "二班"])
    book.save(tmp_path / "r.xlsx")
    assert [row[2] for row in shown(read_roster(tmp_path / "r.xlsx", STATES))] == ["一班", "二班"]
    other.append(["01", "王芳", "二班"])
    book.save(tmp_path / "r.xlsx")
    says = r"r\.xlsx\[一班\] 第 2 行“学号”列 和 r\.xlsx\[二班\] 第 3 行“学号”列 都是学号 01"
    with pytest.raises(GradingError, match=says):
        read_roster(tmp_path / "r.xlsx", STATES)


@pytest.mark.parametrize(("cell", "number_format"), [("0012", "@"), (12, "0000")])
def test_zeros_survive_as_text_and_as_number_format(tmp_path, cell, number_format):
    book = Workbook()
    book.active.append(["学号", "姓名"])
    book.active.append([cell, "王芳"])
    book.active["A2"].number_format = number_format
    book.save(tmp_path / "r.xlsx")
    assert [one.shown_id for one in read_roster(tmp_path / "r.xlsx", STATES).people.values()] == ["0012"]


@pytest.mark.parametrize("cell", ['"=""0012"""', "'0012", "\t0012", "００１２", "0012\u200b"])
def test_ways_of_systems_to_keep_zeros_are_undone(read, cell):
    assert [one.shown_id for one in read(f"学号,姓名\n{cell},王芳\n").people.values()] == ["0012"]


def test_padding_inside_a_chinese_name_goes_and_other_blanks_stay(read):
    result = read("学号,姓名\n01,王　芳\n02,Anna Maria\n03,买买提·艾力\n")
    assert [one.name for one in result.people.values()] == ["王芳", "Anna Maria", "买买提·艾力"]


def test_letters_newer_than_this_python_stay(read):
    name = "张\U00031350"  # CJK extension H, unassigned in the tables of Python 3.11
    assert [one.name for one in read(f"学号,姓名\n01,{name}\n").people.values()] == [name]


@pytest.mark.parametrize("name", ["张?", "张？", "张\ue863", "张\ufffd", "王*", "#NAME?"])
def test_name_that_has_lost_a_letter_is_kept_and_told(read, name):
    result = read(f"学号,姓名\n01,{name}\n")
    assert [one.name for one in result.people.values()] == [name]
    assert len(result.notices) == 1
    assert f"roster.csv 第 2 行“姓名”列：“{name}”里有问号、星号或显示不出来的字" in result.notices[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("学号,姓名\n01,王芳\n01,王芳\n", "第 2 行“学号”列 和 roster.csv 第 3 行“学号”列 都是学号 01"),
        ("学号,姓名\nA1,王芳\na1,李明\n", "第 2 行“学号”列 和 .* 第 3 行“学号”列 的学号 A1 和 a1 只差大小写"),
        ("学号,姓名\nA1,王芳\nＡ１,李明\n", "第 2 行“学号”列 和 .* 第 3 行“学号”列 都是学号 A1"),
        ("学号,姓名\n0012,王芳\n12,李明\n", "第 2 行“学号”列的 0012 和 .* 第 3 行“学号”列的 12 只差开头的 0"),
        ("学号,姓名\n01,\n", "第 2 行“姓名”列是空的"),
        ("学号,姓名\n,王芳\n", "第 2 行“学号”列是空的"),
        ("学号,姓名\n2.02301E+11,王芳\n", "第 2 行“学号”列：“2.02301E\\+11”是被 Excel 改成科学计数法的学号"),
        ("学号,姓名\n20230001.0,王芳\n", "第 2 行“学号”列：“20230001.0”像是学号被存成了小数"),
        ("学号,姓名\n01/02,王芳\n", "第 2 行“学号”列：“01/02”不是学号"),
        ("学号,姓名\n01,王芳\n合计,1\n", "第 3 行以“合计”开头，不是学生"),
        ("序号,学号,姓名\n1,01,王芳\n制表人：李,,\n", "第 3 行以“制表人：李”开头，不是学生"),
        ("学号,姓名\n01,王芳\n学号,姓名\n", "第 3 行以“学号”开头，不是学生"),
        ("学号,姓名,班级\n01,王芳,一班\n02,李明,\n", "第 3 行“行政班”列是空的，别的行都填了"),
        ("学号,姓名,状态\n01,王芳,缓靠\n", "第 2 行“状态”列：不认识状态“缓靠”。\n提示：是不是“缓考”？"),
        ("学号,姓名,状态\n01,王芳,补考\n", "不认识状态“补考”"),
        ("学号,姓名,学籍状态\n01,王芳,休学\n", "第 2 行“学籍状态”列：“休学”的学生不在这门课里"),
        ("学号,姓名,修读性质,考试性质\n01,王芳,重修,缓考\n", "第 2 行从不同的列读出两种状态：缓考、重修"),
        ("学号,姓名,学号,姓名\n01,王芳,02,李明\n", "有两列都是“学号”"),
        ("学号,姓名\n01,王芳,正常\n", "第 2 行的“正常”上面没有列标题"),
        ("姓名,班级\n王芳,一班\n", "前 10 行里没有“学号”这一列标题"),
        ("学号,班级\n01,一班\n", "前 10 行里没有“姓名”这一列标题"),
        ("学号,姓名\n", "只有标题，没有学生"),
    ],
)
def test_refusal_names_file_row_and_column_and_gives_advice(read, text, says):
    with pytest.raises(GradingError, match=says) as refused:
        read(text)
    assert str(refused.value).splitlines()[0].count("roster.csv")
    assert str(refused.value).splitlines()[-1].startswith("提示：")


def test_other_formats_and_missing_files_are_refused(tmp_path):
    (tmp_path / "r.xls").write_bytes(b"x")
    with pytest.raises(GradingError, match=r"r\.xls 的格式读不了"):
        read_roster(tmp_path / "r.xls", STATES)
    with pytest.raises(GradingError, match="找不到文件"):
        read_roster(tmp_path / "no.csv", STATES)


def test_roster_that_is_written_reads_back(tmp_path):
    people = [
        Person("0012", "0012", "=1+1", "-1班", "正常"), Person("a7", "A7", "'=1+1", "@班", "重修"),
        Person("x", "x", "𠮷·田", "＝班", "缓考"), Person("y", "y", "王,\"芳", "'班", "正常"),
    ]  # fmt: skip
    (tmp_path / "roster.csv").write_bytes(roster_bytes([Listed(one, "+86", "") for one in people]))
    result = read_roster(tmp_path / "roster.csv", STATES)
    assert list(result.people.values()) == people
    assert {one.note for one in result.students} == {"+86"}
    text = (tmp_path / "roster.csv").read_text("utf-8-sig")
    cells = [cell for line in text.splitlines() for cell in line.split(",")]
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)


@given(st.text())
def test_every_text_survives_protection(text):
    assert plain(protected(text)) == text
    assert not protected(text).startswith(("=", "+", "-", "@", "\t", "\r"))


IDS = st.from_regex(r"[0-9a-zA-Z][0-9a-zA-Z_]{0,11}", fullmatch=True).filter(normal_student)


@given(st.lists(IDS, min_size=1, max_size=30))
def test_no_two_students_are_one(ids):
    """Either every id is one student, or the refusal names two that would be confused."""
    seen = {}
    try:
        for row, one in enumerate(ids):
            refuse_alike(normal_student(one), one, f"第 {row} 行", seen)
    except GradingError as error:
        first, second = (ids[int(row)] for row in re.findall(r"第 (\d+) 行", str(error)))
        assert first.lower().lstrip("0") == second.lower().lstrip("0")
        return
    assert len({one.lower().lstrip("0") for one in ids}) == len(ids)


@given(IDS, st.sampled_from(["upper", "lower", "title"]), st.booleans())
def test_spelling_does_not_make_another_student(one, how, wide):
    other = getattr(one, how)()
    if wide:
        other = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in other)
    assert normal_student(f" {other} ") == normal_student(one)


def test_everything_wrong_in_a_roster_is_told_at_once(read):
    with pytest.raises(GradingError) as refusal:
        read("学号,姓名,状态\n01,王芳,缓靠\n,李强,\n1,赵敏,\n03,,\n")
    told = str(refusal.value)
    for row, column in ((2, "状态"), (3, "学号"), (4, "学号"), (5, "姓名")):
        assert f"第 {row} 行“{column}”列" in told
