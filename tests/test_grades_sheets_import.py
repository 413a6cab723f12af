"""Exports of the platforms schools use: whose row it is, which column counts, and what is never guessed.

Canvas: rows and columns of its own exporter (instructure/canvas-lms, lib/gradebook_exporter.rb); Moodle:
the headings of its grade export (moodle/moodle, grade/export). The Chinese platforms publish no format: the
headings here are those their exports commonly show.
"""

from fractions import Fraction

import pytest
from openpyxl import Workbook, load_workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets import read_sheets
from ecrm_helpers.grades.sheets.import_book import write_import
from ecrm_helpers.grades.sheets.importing import plan_import
from tests.scoresheets import COURSE, PEOPLE

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,画像实验 (10234),课堂 (10235),Current Score
,,,,,Manual Posting,,
    Points Possible,,,,,20,100,(read only)
"芳, 王",1,0011,wf,A,18.5,70,90
=1+1,2,0012,x,A,EX,N/A,90
𠮷田,3,0013,y,A,,60,90
"Student, Test",9,,z,A,1,1,1
"""
MOODLE = """First name,Surname,ID number,Email address,作业：报告 (Real),Last downloaded from this course
芳,王,0011,a@b.c,18.50,1763000000
Ailijan,Maimaiti,007a,a@b.c,-,1763000000
"""
CHAOXING = """2026 春 电子商务 统计,,,,,,,
学生姓名,学号/工号,学校,班级,作业,签到,,访问数
,,,,,第1次,第2次,
王芳,0011,某校,1班,88,已签,迟到,120
𠮷田,0013,某校,1班,未提交,缺勤,事假,3
"""
RAIN = "雨课堂 成绩单\n学号,姓名,行政班级,课堂得分（满分50）,观看时长\n0011,王芳,1班,45,600\n"
ICVE = "职教云\n学号,姓名,班级,考试成绩,课件学习时长\n0011,王芳,1班,76,55\n"
MOOC = "昵称,真实姓名,学号,单元测验,视频观看个数\nw***,王芳,0011,33,12\n"
FORM = "提交者,提交时间,1、学号（必填）,2、姓名（必填）,3、自评分（必填）\n微信用户,2026/3/1,0011,王芳,90分\n"


@pytest.fixture
def plan(tmp_path):
    """Write an export and plan its import."""
    scores = tmp_path / "scores"
    scores.mkdir()

    def planned(text, *columns, to="X2", full="", name="export.csv", people=PEOPLE, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return plan_import(path, COURSE, people, scores, to=to, columns=columns, full=full, day="2026-11-22")

    planned.scores = scores
    return planned


def marks(plan, made, place):
    write_import(made, PEOPLE)
    entries = read_sheets(plan.scores, COURSE, PEOPLE).entries
    return {key: own[place].value for key, own in entries.items() if own[place].value is not None}


EXPORTS = {
    "Canvas": (CANVAS, "画像实验", "", Fraction(185, 2)),
    "Moodle": (MOODLE, "作业：报告", "20", Fraction(185, 2)),
    "超星学习通": (CHAOXING, "作业", "", 88),
    "雨课堂": (RAIN, "课堂得分（满分50）", "", 90),
    "智慧职教": (ICVE, "考试成绩", "", 76),
    "中国大学MOOC": (MOOC, "单元测验", "40", Fraction(165, 2)),
    "钉钉或腾讯文档的收集表": (FORM, "3、自评分（必填）", "", 90),
}


@pytest.mark.parametrize("platform", EXPORTS)
def test_each_platform_is_recognised_and_scaled(plan, platform):
    text, column, full, value = EXPORTS[platform]
    made = plan(text, column, full=full)
    assert made.platform == platform
    assert marks(plan, made, "X2") == {"0011": value}


def test_the_sheet_names_file_column_full_mark_and_day(plan):
    write_import(plan(CANVAS, "画像实验"), PEOPLE)
    sheet = load_workbook(plan.scores / "X2 平台导入.xlsx").active
    assert sheet["A1"].value.startswith(
        "【X2】〔demo〕〔平台导入〕来自 export.csv（Canvas）的“画像实验 (10234)”列，满分 20，2026-11-22 导入"
    )
    assert [cell.value for cell in sheet[2]] == ["学号", "姓名", "成绩（满分20）"]
    assert [(cell.value, cell.data_type) for cell in sheet[4][:2]] == [("0012", "s"), ("=1+1", "s")]


def test_a_roll_call_becomes_attendance(plan):
    made = plan(CHAOXING, "签到-第1次", "签到-第2次", to="X1.出勤")
    assert marks(plan, made, "X1.出勤") == {
        "0011": 80,
        "0013": 0,
    }  # (100 + 60) / 2; 旷课, and 事假 counts as 请假
    assert made.headings == ("第1次 签到-第1次", "第2次 签到-第2次")


def test_somebody_elses_signature_is_not_taken_for_attendance(plan):
    with pytest.raises(GradingError, match="“代签”没有规定得分"):
        plan(CHAOXING.replace("事假", "代签"), "签到-第2次", to="X1.出勤")


@pytest.mark.parametrize("to", ["X1.出勤", "出勤"])
@pytest.mark.parametrize(
    ("text", "column"),
    [(CHAOXING, "访问数"), (RAIN, "观看时长"), (ICVE, "课件学习时长"), (MOOC, "视频观看个数")],
)
def test_a_log_in_is_never_attendance(plan, text, column, to):
    with pytest.raises(GradingError, match=f"“{column}”记录的是登录、访问或在线时长[\\s\\S]*登录不是出勤"):
        plan(text, column, to=to)


def test_numbers_are_no_roll_call(plan):
    with pytest.raises(GradingError, match="“88”不是一次点名的记录"):
        plan(CHAOXING, "作业", to="X1.出勤")


@pytest.mark.parametrize("column", [(), ("作业一",)])
def test_the_usable_columns_are_listed_when_none_is_named_or_it_is_not_there(plan, column):
    with pytest.raises(GradingError) as refusal:
        plan(CHAOXING, *column)
    said = str(refusal.value)
    assert "作业：2 格有内容，例如 88、未提交" in said
    assert "签到-第1次" in said
    assert "班级：" not in said
    assert ("没有“作业一”这一列" in said) == bool(column)


@pytest.mark.parametrize(
    ("text", "column", "options", "says"),
    [
        (CANVAS, "画像实验", {"full": "10"}, "在文件里写的满分是 20，这里是 10"),
        (CHAOXING, "作业", {"full": "80"}, "第 4 行“作业”列：88 超过满分 80"),
        (CHAOXING, "作业", {"full": "八十"}, "--full"),
        (CHAOXING, "作业", {"to": "X4.小组评分"}, "不能导入到“X4.小组评分”"),
        (CHAOXING, "作业", {"to": "X9"}, "不能导入到“X9”[\\s\\S]*X1.互动"),
        (CHAOXING.replace("未提交", "良好"), "作业", {}, "第 5 行“作业”列：“良好”不是分数"),
        (CHAOXING.replace("未提交", "85%"), "作业", {"full": "90"}, "“85%”是百分数，满分只能是 100"),
        (CHAOXING.replace("0013", "0011").replace("𠮷田", "王芳"), "作业", {}, "第 4 行和第 5 行各有一条"),
        (CHAOXING.replace("001", "009"), "作业", {}, "没有一个学号在名单里"),
        ("姓名,成绩\n王芳,80\n", "成绩", {}, "没有学号列[\\s\\S]*看到的列：姓名、成绩"),
    ],
)
def test_refusals(plan, text, column, options, says):
    with pytest.raises(GradingError, match=says) as refusal:
        plan(text, column, **options)
    assert "提示：" in str(refusal.value)
    assert list(plan.scores.iterdir()) == []


def test_only_attendance_takes_several_columns(plan):
    with pytest.raises(GradingError, match="一次只能导入一列"):
        plan(CANVAS, "画像实验", "课堂")


def test_rows_that_are_nobodys_are_listed_and_none_is_guessed(plan):
    text = "学号,姓名,成绩\n0011,王芳,80\n11,王芳,70\n0012,张三,60\n,李强,50\n0015,李*,40\n"
    made = plan(text, "成绩")
    assert marks(plan, made, "X2") == {"0011": 80, "0015": 40}  # a masked name says nothing
    assert made.unmatched == (
        "第 3 行 11 王芳：不在名单里", "第 4 行 0012 张三：名单里这个学号叫“=1+1”",
        "第 5 行 （没有学号） 李强：不在名单里",
    )  # fmt: skip
    assert made.absent == ("0012 =1+1", "0013 𠮷田", "007A 买买提·艾力", "0016 赵敏")


def test_moodle_in_chinese_calls_the_given_name_a_name(plan):
    made = plan("名字,姓,ID号,电子邮件地址,作业：报告(实数)\n芳,王,0011,a@b.c,18\n", "作业：报告", full="20")
    assert marks(plan, made, "X2") == {"0011": 90}
    assert made.platform == "Moodle"


def test_an_export_that_is_not_there_is_not_called_damaged(plan, tmp_path):
    with pytest.raises(GradingError, match="找不到文件"):
        plan_import(tmp_path / "e.csv", COURSE, PEOPLE, plan.scores, to="X2", day="2026-11-22")


def test_ids_are_matched_after_normalisation(plan):
    made = plan("学号,姓名,成绩\n００７Ａ,买买提•艾力,80\n", "成绩")
    assert marks(plan, made, "X2") == {"007a": 80}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_exports_come_in_every_encoding(plan, encoding):
    assert marks(plan, plan(CHAOXING, "作业", encoding=encoding), "X2") == {"0011": 88}


def test_a_column_that_several_sheets_have_is_not_guessed(plan, tmp_path):
    book = Workbook()
    for title in ("一班", "二班"):
        sheet = book.create_sheet(title)
        sheet.append(["学号/工号", "学生姓名", "作业"])
        sheet.append(["0011", "王芳", 80])
    del book["Sheet"]
    book.save(tmp_path / "export.xlsx")
    with pytest.raises(GradingError, match="几张表都有“作业”列"):
        plan_import(
            tmp_path / "export.xlsx", COURSE, PEOPLE, plan.scores, to="X2", columns=["作业"], day="2026-11-22"
        )


def test_a_new_import_shows_what_it_changes_and_replaces_only_the_former_one(plan):
    write_import(plan(CHAOXING, "作业"), PEOPLE)
    made = plan(CHAOXING.replace("88", "90").replace("未提交", "60"), "作业")
    assert made.replaces
    assert made.changes == ("0011 王芳：88 → 90", "0013 𠮷田：空 → 60")
    assert marks(plan, made, "X2") == {"0011": 90, "0013": 60}
    assert len(list(plan.scores.iterdir())) == 1


def test_a_sheet_that_was_not_imported_is_not_replaced(plan):
    book = Workbook()
    book.active.append(["学号", "X2"])
    book.active.append(["0011", 80])
    book.save(plan.scores / "X2 平台导入.xlsx")
    with pytest.raises(GradingError, match="不是以前导入的那张表"):
        plan(CHAOXING, "作业")


def test_marks_of_the_place_in_another_sheet_are_not_doubled(plan):
    (plan.scores / "a.csv").write_text("学号,X2\n0012,80\n", "utf-8")
    with pytest.raises(GradingError, match=r"“X2”已经有 1 人的成绩，例如 a\.csv 第 2 行"):
        plan(CHAOXING, "作业")
