"""Sheets whose first row begins with 【place】: what each kind comes to, and what is refused where."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets import read_sheets
from tests.scoresheets import COURSE, PEOPLE


@pytest.fixture
def read(tmp_path):
    """Write CSV texts, then read the folder with the roster."""

    def reader(people=PEOPLE, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        return read_sheets(tmp_path, COURSE, people)

    return reader


ATTENDANCE = "【X1.出勤】〔demo〕出勤\n学号,姓名,第1次,第2次 3月9日,第3次,第4次,备注\n"
RUBRIC = "【X3】〔demo〕开发报告\n学号,姓名,选题（满分20）,分析（满分50）,写作（满分30）,迟交天数\n"
GROUP = "【X4.小组评分】〔demo〕\n组号,组员,成绩（满分100）\n"
PEERS = "【X4.互评】〔demo〕\n组号,评价人学号,评价人,被评人学号,被评人,评分（满分100）\n"


def test_attendance_is_the_mean_over_counted_sessions(read):
    sheets = read(a=ATTENDANCE + "0011,王芳,出勤,迟到,请假,旷课,\n0012,=1+1,出勤,出勤,出勤,出勤,\n")
    mark = sheets.entries["0011"]["X1.出勤"]
    assert mark.value == Fraction(160, 3)  # (100 + 60 + 0) / 3, 请假 is not counted
    assert mark.note == "出勤 1、迟到 1、请假 1（不计）、旷课 1"


def test_a_session_blank_for_everybody_was_not_held_and_a_single_blank_is_missing(read):
    sheets = read(a=ATTENDANCE + "0011,王芳,出勤,,出勤,,\n0012,=1+1,出勤,,,,\n")
    assert sheets.entries["0011"]["X1.出勤"].value == 100
    entry = sheets.entries["0012"]["X1.出勤"]
    assert (entry.value, entry.word) == (None, "第3次没有登记")
    assert sheets.notices == ["a.csv：【X1.出勤】第2次、第4次全班空白，没有计入（方案写 4 次）"]


def test_attendance_where_nothing_counts_is_missing_not_zero(read):
    entry = read(a=ATTENDANCE + "0011,王芳,请假,请假,,,\n").entries["0011"]["X1.出勤"]
    assert (entry.value, entry.word) == (None, "没有计入的次数")


def test_dimensions_are_scaled_from_their_own_full_mark(read):
    own = read(a=RUBRIC + "0011,王芳,15,40,缓考,1.5\n").entries["0011"]
    assert own["X3:选题"].value == 75
    assert own["X3:分析"].value == 80
    assert (own["X3:写作"].value, own["X3:写作"].word) == (None, "缓考")
    assert (own["X3"].value, own["X3"].late_days) == (None, Fraction(3, 2))


def test_dimensions_without_declared_points_are_each_out_of_100(read):
    text = "【X5.表现】\n学号,姓名,纪律(满分100),态度(满分100),沟通(满分100)\n0011,王芳,90,80,70\n"
    assert read(a=text).entries["0011"]["X5.表现:态度"].value == 80


def test_one_column_may_state_its_own_full_mark(read):
    text = "【X2】\n学号,姓名,成绩（满分30）\n0011,王芳,20\n"
    assert read(a=text).entries["0011"]["X2"].value == Fraction(200, 3)


def test_a_rubric_may_be_marked_as_a_whole(read):
    assert read(a="【X3】\n学号,成绩（满分100）\n0011,88\n").entries["0011"]["X3"].value == 88


def test_every_member_gets_the_groups_mark_and_whoever_has_no_group_is_missing(read):
    entries = read(a=GROUP + "第1组,,80\n第2组,,\n").entries
    assert [entries[student]["X4.小组评分"].value for student in ("0011", "0012", "0013")] == [80] * 3
    assert entries["0012"]["X4.小组评分"].note == "小组成绩（第1组）"
    assert entries["007a"]["X4.小组评分"].value is None
    assert (entries["0016"]["X4.小组评分"].value, entries["0016"]["X4.小组评分"].word) == (None, "未分组")


def test_groups_may_be_marked_by_dimension(read):
    entries = read(a="【X5.展示】\n组号,内容（满分60）,表达（满分40）\n第2组,45,30\n").entries
    assert entries["0015"]["X5.展示:内容"].value == entries["0015"]["X5.展示:表达"].value == 75


def test_peers_are_averaged_over_others_and_too_few_are_missing(read):
    entries = read(
        a=PEERS
        + "第1组,0011,王芳,0012,=1+1,80\n第1组,0013,,0012,,91\n第1组,0011,,0013,,70\n第1组,0012,,0013,,\n"
    ).entries
    assert entries["0012"]["X4.互评"].value == Fraction(171, 2)
    assert entries["0012"]["X4.互评"].note == "互评 2 份，取平均"
    assert entries["0013"]["X4.互评"].word == "互评只有 1 份，至少要 2 份"
    assert entries["0011"]["X4.互评"].word == "没有互评"
    assert entries["0016"]["X4.互评"].word == "未分组"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ATTENDANCE + "0011,王芳,出勤,迟到了,,,\n", r"第 3 行“第2次 3月9日”列：“迟到了”[\s\S]*是不是“迟到”"),
        (ATTENDANCE + "0011,王芳,15,,,,\n", "“15”没有规定得分"),
        (ATTENDANCE.replace("第3次", "第2次") + "0011,王芳,,,,,\n", "两列都是“第2次”"),
        (RUBRIC + "0011,王芳,21,40,30,\n", r"第 3 行“选题（满分20）”列：“21”不是 0 到 20"),
        (RUBRIC + "0011,王芳,20,五十,30,\n", "“五十”不是 0 到 50"),
        (RUBRIC + "0011,王芳,20,50%,30,\n", "“50%”[\\s\\S]*不带百分号"),
        (RUBRIC + "0011,王芳,20,40,30,两天\n", r"“迟交天数”列：“两天”不是迟交的天数"),
        (RUBRIC.replace("满分20", "满分30") + "0011,王芳,20,,,\n", "现在是“选题（满分20）”"),
        (
            RUBRIC.replace("选题（满分20）,", "") + "0011,王芳,20,,\n",
            "缺少列：选题（满分20）[\\s\\S]*--update",
        ),
        (RUBRIC.replace("写作", "格式") + "0011,王芳,1,1,1,\n", "没有“格式（满分30）”这一列"),
        (GROUP + "3组,,80\n", r"第 3 行“组号”列：分组表里没有“3组”组[\s\S]*第1组、第2组"),
        (GROUP + "第1组,,80\n第 1 组,,90\n", "“第1组”组在第 3 行和第 4 行"),
        (PEERS + "第1组,0011,,0011,,80\n", "给自己打了分"),
        (PEERS + "第1组,0011,,0015,,80\n", "给别组的 0015（第2组）打了分"),
        (PEERS + "第1组,0011,,0016,,80\n", "给别组的 0016（未分组）打了分"),
        (PEERS + "第1组,0011,,0012,,80\n第1组,0011,,0012,,90\n", "第 3 行和第 4 行各出现一次"),
        (PEERS + "第1组,0099,,0012,,80\n", r"“评价人学号”列：名单里没有学号 0099"),
        ("【X2】〔other〕\n学号,成绩（满分100）\n", "课程 other 的，这里是 demo"),
        ("【X9】\n学号,成绩（满分100）\n", r"【X9】不是这门课的考核项[\s\S]*去掉【】"),
        ("【X4.贡献】\n学号,成绩（满分100）\n", "取自分组表"),
        ("【X2】\n姓名,成绩（满分100）\n", "缺少列：学号"),
    ],
)
def test_refusal_names_file_row_and_column(read, text, says):
    with pytest.raises(GradingError, match=says) as refusal:
        read(a=text)
    assert "a.csv" in str(refusal.value)
    assert str(refusal.value).splitlines()[-1].startswith("提示：")


def test_groups_cannot_be_read_without_a_groups_file(read):
    with pytest.raises(GradingError, match="还没有分组"):
        read(people={}, a=GROUP + "第1组,,80\n")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("12,=1+1,80", "第 2 行“学号”列：名单里没有学号 12（=1\\+1），是不是 0012 =1\\+1？"),
        ("0019,王芳,80", "名单里没有学号 0019（王芳），是不是 0011 王芳？"),
        ("0011,王方,80", "第 2 行“姓名”列：学号 0011 在名单里叫“王芳”，这里写的是“王方”"),
    ],
)
def test_ids_and_names_are_held_against_the_roster(read, row, says):
    with pytest.raises(GradingError, match=says):
        read(a=f"学号,姓名,X2\n{row}\n")


def test_names_are_compared_as_people_do(read):
    entries = read(a="学号,姓名,X2\n007A,买买提 • 艾力,80\n0013,𠮷 田,70\n0012,'=1+1,60\n").entries
    assert [entries[student]["X2"].value for student in ("007a", "0013", "0012")] == [80, 70, 60]


def test_all_problems_of_all_files_are_told_at_once(read):
    with pytest.raises(GradingError) as refusal:
        read(a=RUBRIC + "0011,王方,21,五十,30,\n", b="学号,X2\n0099,101\n0011,-1\n")
    told = str(refusal.value)
    for part in ("王方", "“21”", "“五十”", "0099", "“101”", "“-1”"):
        assert part in told
    assert told.count("提示：核对是不是学号填错了行；") == 1


def test_problems_with_the_same_hint_stand_together_above_it(read):
    with pytest.raises(GradingError) as refusal:
        read(a="学号,X2\n0011,很好\n0099,1\n0012,-1\n", b="学号,X3\n0011,好\n")
    assert [
        line[:8] if line.startswith("提示") else line.partition("：")[2]
        for line in str(refusal.value).splitlines()
    ] == [
        "“很好”不是 0 到 100 的分数。",
        "“-1”不是 0 到 100 的分数。",
        "提示：没有成绩就",
        "名单里没有学号 0099。",
        "提示：核对学号；",
        "“好”不是 0 到 100 的分数。",
        "提示：没有成绩就",
    ]


def test_at_most_twenty_problems_of_a_file_are_told(read):
    with pytest.raises(GradingError) as refusal:
        read(people={}, a="学号,X2\n" + "".join(f"{number:03d},很好\n" for number in range(50)))
    assert str(refusal.value).count("“很好”") == 20
    assert "还有 30 处" in str(refusal.value)


def test_the_same_marks_in_two_sheets_are_one_problem(read):
    rows = "".join(f"{student},80\n" for student in PEOPLE)
    with pytest.raises(GradingError, match="“X2”有 6 名学生的成绩填了两次") as refusal:
        read(a="学号,X2\n" + rows, b="【X2】\n学号,成绩（满分100）\n" + rows)
    assert "a.csv 第 2 行" in str(refusal.value)
    assert "b.csv 第 3 行" in str(refusal.value)


def test_a_rubric_marked_as_a_whole_and_by_dimension_is_refused(read):
    with pytest.raises(GradingError, match="“X3”既有总分又有各维度的分，学号 0011"):
        read(a=RUBRIC + "0011,王芳,15,40,30,\n", b="学号,X3\n0011,85\n")


def test_rows_marked_as_left_are_passed_over_with_a_notice(read):
    sheets = read(a="【X2】\n学号,姓名,成绩（满分100）,备注\n0099,张三,80,退学；已不在名单\n0011,王芳,70,\n")
    assert "0099" not in sheets.entries
    assert sheets.notices == ["a.csv 第 3 行“学号”列：0099 张三 已不在名单，这一行没有计入"]


def test_brackets_in_a_remark_are_no_marker(read):
    entries = read(a="学号,姓名,X2,备注\n0011,王芳,80,【补交】\n").entries
    assert entries["0011"]["X2"].value == 80


def test_days_late_stand_beside_the_mark_of_a_wide_sheet(read):
    own = read(a="学号,X2,X2迟交天数,X3,X3 迟交天数\n0011,80,2,70,\n").entries["0011"]
    assert (own["X2"].value, own["X2"].late_days, own["X3"].late_days) == (80, 2, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_every_encoding_excel_writes_is_read(tmp_path, encoding, mark):
    text = RUBRIC.replace(",", mark) + mark.join(["0013", "𠮷田", "15", "40", "30", ""]) + "\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert read_sheets(tmp_path, COURSE, PEOPLE).entries["0013"]["X3:选题"].value == 75


def test_excels_unicode_text_is_read_and_other_texts_are_left_alone(tmp_path):
    (tmp_path / "a.txt").write_bytes("学号\tX2\n0011\t80\n".encode("utf-16"))
    (tmp_path / "说明.txt").write_text("给老师的话", "utf-8")
    assert read_sheets(tmp_path, COURSE, PEOPLE).files == ["a.txt"]


def test_a_letter_lost_in_a_csv_is_told_apart_from_another_name(read):
    with pytest.raises(
        GradingError, match=r"“𠮷田”，这里写的是“\?田”[\s\S]*提示：问号是存成 CSV 时丢掉的生僻字"
    ):
        read(a="学号,姓名,X2\n0013,?田,80\n")


def test_blanks_inside_a_word_make_no_difference(read):
    own = read(a=ATTENDANCE + "0011,王芳,迟 到,,,,\n", b="学号,X2\n0011,缓　考\n").entries["0011"]
    assert (own["X1.出勤"].value, own["X2"].word) == (60, "缓考")


def test_a_template_that_lost_its_first_row_is_not_read_as_out_of_100(read):
    rows = RUBRIC.split("\n")[1]
    with pytest.raises(GradingError, match="“选题（满分20）”列：没有【】开头一行的表") as refusal:
        read(a=f"{rows}\n0011,王芳,15,40,30,\n")
    assert "提示：从模板里删掉了第一行的，补上“【X3】”" in str(refusal.value)


def test_days_late_of_no_work_are_told_with_what_they_may_be_of(read):
    with pytest.raises(GradingError, match=r"“迟交天数”不是这门课的考核项[\s\S]*X2迟交天数、X3迟交天数"):
        read(a="学号,迟交天数\n0011,1\n")


@pytest.mark.parametrize("ending", ["xlsm", "numbers"])
def test_marks_in_a_format_that_is_not_read_are_not_passed_over(tmp_path, ending):
    (tmp_path / f"X2.{ending}").write_bytes(b"PK")
    with pytest.raises(GradingError, match=f"X2.{ending} 的格式读不了"):
        read_sheets(tmp_path, COURSE, PEOPLE)


@pytest.mark.parametrize(
    ("jotted", "meant"), [("到", "出勤"), ("√", "出勤"), ("缺", "旷课"), ("病假", "请假")]
)
def test_what_teachers_jot_down_is_asked_about_never_taken(read, jotted, meant):
    with pytest.raises(GradingError, match=f"“{jotted}”没有规定得分，是不是“{meant}”？"):
        read(a=ATTENDANCE + f"0011,王芳,{jotted},,,,\n")


def test_group_names_are_compared_as_in_the_groups_file(read):
    people = {"0011": replace(PEOPLE["0011"], group="A组")}
    assert read(people, a=GROUP + "ａ 组,,80\n").entries["0011"]["X4.小组评分"].value == 80
