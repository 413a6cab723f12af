"""Groups, contribution and overrides of a course folder, merged into what grades are computed from."""

import datetime as dt
from fractions import Fraction

import pytest
from openpyxl import Workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import Component, Course, Evidence, Formative, Part, RoundHalfUp, Rubric
from ecrm_helpers.grades.people import People, read_overrides, read_people
from ecrm_helpers.grades.people.groups import groups_bytes, read_groups
from ecrm_helpers.grades.record import Override, Person

COURSE = Course(
    id="demo", title="示例", result="课程总评", exercises=("unit3",), gap=None, unit_exercises=Formative(),
    components=(
        Component("X1", "课堂表现", 40, parts=(Part("出勤", 50), Part("互动", 50))),
        Component("X4", "课程论文", 60, by=Rubric({"选题": 40, "分析": 60})),
    ),
    missing="pending", evidence=Evidence("示例", {}), rounding=RoundHalfUp(components=1, total=0),
)  # fmt: skip
ROSTER = "学号,姓名,行政班,状态\n0012,王芳,一班,\nA7,=1+1,一班,重修\n0013,李明,二班,免修\n"


@pytest.fixture
def folder(tmp_path):
    """Write texts as CSV files of a course folder."""

    def written(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        return tmp_path

    return written


def test_without_a_roster_nobody_is_known(folder):
    assert read_people(folder(), COURSE) == People()
    known = read_people(folder(groups="组号,学号\n1,0012\n"), COURSE)
    assert known.people == {}
    assert known.notices == ("有 groups.csv，但课程文件夹里没有名单 roster.csv，分组和贡献度没有用上。",)


def test_groups_and_contribution_are_merged_into_the_roster(folder):
    root = folder(roster=ROSTER, groups="组号,学号,姓名,分工,贡献\n1,0012,王芳,话术撰写,84.5\n")
    known = read_people(root, COURSE)
    assert known.people["0012"] == Person(
        "0012", "0012", "王芳", "一班", "正常", "1", "话术撰写", Fraction(169, 2)
    )
    assert known.files == ("roster.csv", "groups.csv")
    assert known.notices == ("名单里有 1 人不在任何一组：A7。",)  # 免修 works in no group


def test_two_rosters_are_refused(folder):
    root = folder(roster=ROSTER)
    Workbook().save(root / "roster.xlsx")
    with pytest.raises(GradingError, match=r"同时有 roster\.csv 和 roster\.xlsx"):
        read_people(root, COURSE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("组号,学号\n1,0012\n2,0012\n", "第 2 行“学号”列 和 groups.csv 第 3 行“学号”列 都是学号 0012"),
        ("组号,学号\n1,9999\n", "第 2 行“学号”列：名单里没有学号 9999"),
        ("组号,学号\n1,12\n", "名单里没有学号 12，是不是 0012 "),
        ("组号,学号\n1,0012\n,A7\n", "第 3 行“组号”列是空的"),
        ("组号,学号,姓名\n1,0012,李明\n", "学号 0012 在名单里叫“王芳”，这里写的是“李明”"),
        ("组号,学号,贡献\n1,0012,101\n", "第 2 行“贡献”列：“101”不是 0 到 100 的贡献度"),
        ("组号,学号,贡献\n1,0012,-5\n", "“-5”不是 0 到 100 的贡献度"),
        ("组号,学号,贡献\n1,0012,好\n", "“好”不是 0 到 100 的贡献度"),
        ("组号,学号,贡献\n1,0012,0.85\n1,A7,1\n", "第 2 行“贡献”列：所有贡献度都不超过 1"),
        ("学号\n0012\n", "没有“组号”这一列标题"),
    ],
)
def test_groups_that_cannot_be_meant_are_refused(folder, text, says):
    with pytest.raises(GradingError, match=says) as refused:
        read_people(folder(roster=ROSTER, groups=text), COURSE)
    assert "groups.csv" in str(refused.value)
    assert "提示：" in str(refused.value)


def test_everything_wrong_in_a_groups_file_is_told_at_once(folder):
    with pytest.raises(GradingError) as refused:
        read_people(folder(roster=ROSTER, groups="组号,学号,贡献\n1,99,\n,0012,\n1,A7,120\n"), COURSE)
    for row, column in ((2, "学号"), (3, "组号"), (4, "贡献")):
        assert f"第 {row} 行“{column}”列" in str(refused.value)


def test_contribution_may_be_a_percentage_and_zero_or_blank(folder):
    root = folder(roster=ROSTER, groups="小组,学号,贡献度\nＡ组,0012,85%\na 组,A7,0\nA组,0013,\n")
    people = read_people(root, COURSE).people
    assert [one.contribution for one in people.values()] == [85, 0, None]
    assert {one.group for one in people.values()} == {"Ａ组"}  # one group, spelled as it came first


def test_groups_that_are_written_read_back(folder):
    root = folder(roster=ROSTER, groups="组号,学号,分工,贡献\n=1+1,0012,-无,84.5\n2,A7,,\n")
    people = read_people(root, COURSE).people
    members = read_groups(root / "groups.csv", people)
    (root / "again.csv").write_bytes(groups_bytes(members, people))
    assert read_groups(root / "again.csv", people) == members
    assert "'=1+1,0012" in (root / "again.csv").read_text("utf-8-sig")


OVERRIDES = "学号,姓名,考核项,改为,谁,何时,为什么\n{}\n"


def test_overrides_are_read_with_who_when_and_why(folder):
    rows = "0012,王芳,X4,84.5,李老师,2026-01-05,复核\na7,,课程总评,60,教务处,2026/1/6,文件"
    root = folder(roster=ROSTER, overrides=OVERRIDES.format(rows))
    where = "overrides.csv 第 {} 行“改为”列"
    assert read_overrides(root, COURSE, read_people(root, COURSE)) == (
        Override("0012", "X4", Fraction(169, 2), "李老师", "2026-01-05", "复核", where.format(2)),
        Override("a7", "总评", Fraction(60), "教务处", "2026-01-06", "文件", where.format(3)),
    )


def test_no_overrides_file_and_an_empty_one_are_no_overrides(folder):
    root = folder(roster=ROSTER)
    assert read_overrides(root, COURSE, read_people(root, COURSE)) == ()
    folder(overrides="学号,考核项,改为,谁,何时,为什么\n")
    assert read_overrides(root, COURSE, read_people(root, COURSE)) == ()


@pytest.mark.parametrize(
    ("name", "place"),
    [("X1.互动", "X1.互动"), ("x1互动", "X1.互动"), ("互动", "X1.互动"), ("X4课程论文", "X4"),
     ("X4:选题", "X4:选题"), ("总评", "总评"), ("unit3", "unit3"), ("Ｘ４", "X4")],
)  # fmt: skip
def test_places_may_be_named_by_their_titles(folder, name, place):
    root = folder(roster=ROSTER, overrides=OVERRIDES.format(f"0012,,{name},80,李,2026-01-05,复核"))
    assert [one.place for one in read_overrides(root, COURSE, read_people(root, COURSE))] == [place]


def test_dates_of_a_workbook_are_dates(tmp_path, folder):
    root = folder(roster=ROSTER)
    book = Workbook()
    book.active.append(["学号", "考核项", "改为", "谁", "何时", "为什么"])
    book.active.append(["0012", "X4", 80, "李", dt.datetime(2026, 1, 5), "复核"])  # noqa: DTZ001
    book.save(root / "overrides.xlsx")
    assert [one.when for one in read_overrides(root, COURSE, read_people(root, COURSE))] == ["2026-01-05"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("0012,,X4,80,,2026-01-05,复核", "第 2 行“谁”列是空的"),
        ("0012,,X4,80,李,,复核", "第 2 行“何时”列是空的"),
        ("0012,,X4,80,李,2026-01-05,", "第 2 行“为什么”列是空的"),
        ("0012,,X4,,李,2026-01-05,复核", "第 2 行“改为”列是空的"),
        (
            "0012,,课程论闻,80,李,2026-01-05,复核",
            "第 2 行“考核项”列：这门课没有考核项“课程论闻”。\n提示：是不是“X4”？",
        ),
        ("0012,,X4,100.5,李,2026-01-05,复核", "第 2 行“改为”列：“100.5”不是 0 到 100 的分数"),
        ("0012,,X4,-1,李,2026-01-05,复核", "“-1”不是 0 到 100 的分数"),
        ("0012,,X4,优,李,2026-01-05,复核", "“优”不是 0 到 100 的分数"),
        ("9999,,X4,80,李,2026-01-05,复核", "第 2 行“学号”列：名单里没有学号 9999"),
        ("0012,李明,X4,80,李,2026-01-05,复核", "在名单里叫“王芳”"),
        ("0012,,X4,80,李,2026-02-30,复核", "第 2 行“何时”列：“2026-02-30”不是日期"),
        ("0012,,X4,80,李,昨天,复核", "“昨天”不是日期"),
        ("0012,,X4,80,李,46027,复核", "“46027”不是日期"),
        ("0012,,X4,80,李,26-1-5,复核", "“26-1-5”不是日期"),
        (
            "0012,,X4,80,李,2026-01-05,复核\n0012,,课程论文,81,李,2026-01-06,复核",
            "学号 0012 的“X4”改了两次：overrides.csv 第 2 行“改为”列，overrides.csv 第 3 行“改为”列",
        ),
    ],
)
def test_overrides_that_cannot_be_meant_are_refused(folder, row, says):
    root = folder(roster=ROSTER, overrides=OVERRIDES.format(row))
    with pytest.raises(GradingError, match=says) as refused:
        read_overrides(root, COURSE, read_people(root, COURSE))
    assert "overrides.csv" in str(refused.value)
    assert "提示：" in str(refused.value)
