"""The committed schemes are the published ones, and a declaration that cannot be meant is refused by line."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import CountIn, Formative, GiveRest, Product, RoundHalfUp, ScaleTo100
from ecrm_helpers.grades.checks import problems
from ecrm_helpers.grades.config import load_course, load_courses

CONFIG = Path(__file__).resolve().parent.parent / "grading_config.py"
ASSIGNMENTS = {"unit3_segments"}


@pytest.fixture
def course():
    return load_course(CONFIG, "crossborder_crm", assignments=ASSIGNMENTS)


@pytest.fixture
def changed(tmp_path):
    """Load the committed file with one line changed."""

    def load(old, new, *, course="crossborder_crm"):
        text = CONFIG.read_text("utf-8")
        assert old in text
        path = tmp_path / "grading_config.py"
        path.write_text(replaced(text, old, new, course), "utf-8")
        return load_course(path, course, assignments=ASSIGNMENTS)

    return load


@pytest.fixture
def refusal(changed):
    """Return what a change is refused with, and the number of the line that was changed."""

    def refuse(old, new, *, course="crossborder_crm"):
        with pytest.raises(GradingError) as refused:
            changed(old, new, course=course)
        before = CONFIG.read_text("utf-8")
        after = replaced(before, old, new, course).splitlines()
        pairs = enumerate(zip(before.splitlines(), after, strict=False), 1)
        return str(refused.value), next(number for number, (one, other) in pairs if one != other)

    return refuse


def replaced(text, old, new, course):
    """Replace the first occurrence, for the vocational unit the first in its own declaration."""
    start = text.index("ECOMMERCE = Course(") if course == "ecommerce_crm" else 0
    return text[:start] + text[start:].replace(old, new, 1)


def line_of(text, *, after=""):
    lines = CONFIG.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if after in line)
    return next(number for number, line in enumerate(lines, 1) if number > start and text in line)


def test_crossborder_figures_are_as_published_and_add_up_to_ninety(course):
    assert {one.id: one.weight for one in course.components} == {
        "X1": 10, "X2": 25, "X3": 25, "X4": 30, "LAB2": 0,
    }  # fmt: skip
    assert course.published_total == 90


def test_ecommerce_figures_are_as_published():
    course = load_course(CONFIG, "ecommerce_crm", assignments=ASSIGNMENTS)
    assert [(one.title, one.weight) for one in course.components] == [
        ("课堂表现", 20), ("作业完成", 20), ("实训表现", 20), ("单元测评", 30), ("综合表现", 10),
    ]  # fmt: skip
    assert dict(course.groups) == {"过程性评价": 60, "终结性评价": 40}
    assert course.counted_twice == ("实训态度",)
    assert sum(course.effective_weights().values()) == 100


def test_default_gap_policy_scales_the_four_to_a_hundred(course):
    result = course.effective_weights()
    assert result == {
        "X1": Fraction(100, 9), "X2": Fraction(250, 9), "X3": Fraction(250, 9), "X4": Fraction(100, 3),
    }  # fmt: skip
    assert sum(result.values()) == 100


@pytest.mark.parametrize(("to", "expected"), [("LAB2", 10), ("X3", 35), ("X1", 20)])
def test_the_missing_ten_can_go_to_any_component(changed, to, expected):
    result = changed("gap=ScaleTo100()", f'gap=GiveRest(to="{to}")')
    assert result.effective_weights()[to] == expected
    assert sum(result.effective_weights().values()) == 100
    assert result.published_total == 90


def test_defaults_of_the_open_policies(course):
    assert course.gap == ScaleTo100()
    assert course.unit_exercises == CountIn("X1.互动", share=50)
    assert course.missing == "pending"
    assert course.rounding == RoundHalfUp(components=1, total=0)
    assert course.evidence.shares["LO211"] == {"X3": 100}
    assert set(course.evidence.shares["LO351"]) == {"X4", "X2"}
    assert course.evidence.shares["LO811"] == {"X1.互动": 100}
    assert course.programme == {"LO21": ("LO211",), "LO35": ("LO351",), "LO81": ("LO811",)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("evidence=TABLE_FIVE", "evidence=TABLE_EIGHT"),
        ('CountIn("X1.互动", share=50),', 'CountIn("X3", share=20),'),
        ('unit_exercises=CountIn("X1.互动", share=50)', "unit_exercises=Formative()"),
        ('missing="pending"', 'missing="leave_out"'),
    ],
)
def test_every_alternative_named_in_the_comments_is_accepted(changed, old, new):
    changed(old, new)


def test_group_mark_times_contribution_is_accepted(changed):
    changed("combine=WeightedSum()", "combine=Product()", course="ecommerce_crm")


X4 = '{"选题与文献": 15, "理论运用": 20, "数据分析": 25, "营销策略": 25, "论证与规范": 15}'
WRONG = [
    # kinds of values
    ("weight=25, by=Score()", 'weight="25", by=Score()', "X2 weight= 后面写的是 '25'，应是一个数"),
    ("weight=25, by=Score()", 'weight=float("nan"), by=Score()', "X2 weight= 后面写的是 nan"),
    ("weight=25, by=Score()", "weight=25, by=Score", "by= 后面写的是 Score，后面缺了括号"),
    ("weight=25, by=Score()", 'weight=25, by=Score(each="class")', '可写 "student"、"group"'),
    ("weight=25, by=Score()", 'weight=25, by="score"', "by= 可写 Score()"),
    ('Part("互动", share=50', 'Part("互动", share="50"', "X1 互动 share="),
    ('"X1.互动", share=50),\n    # XB.LO', '"X1.互动", share="50"),\n    # XB.LO', "应是一个数"),
    ('"LO811": {"X1.互动": 100}', '"LO811": {"X1.互动": "100"}', "LO811 X1.互动 后面写的是"),
    ('("unit3_segments",)', '("unit3_segments")', "后面也要有逗号"),
    ("sessions=16", "sessions=1.5", "应是一个整数"),
    ('"旷课": 0}', '"旷课": "0"}', "X1 出勤 旷课 后面写的是 '0'"),
    (
        'per_day=5, most=30),\n        "X4"',
        'per_day="5", most=30),\n        "X4"',
        "X3 per_day= 后面写的是 '5'",
    ),
    ('"X4": Late(per_day=5, most=30)', '"X4": 5', "X4 后面写的是 5"),
    ('"营销策略": 25', '"营销策略": None', "X4 营销策略 后面写的是 None"),
    ("    gap=ScaleTo100()", '    gap="scale"', "'scale'，没有这种政策"),
    ("    gap=ScaleTo100()", "    gap=ScaleTo100", "缺了括号"),
    ('missing="pending"', 'missing="silent"', "'silent'"),
    ('attainment=Attainment(threshold=0.60, course="weakest")', "attainment=0.6", "要写 Attainment("),
    ("levels=LEVELS", "levels=[90, 80]", "应是花括号里的一张表"),
    ("levels=LEVELS", 'levels={90: "优秀"}', "应是带引号的文字"),
    ("bands=(90, 80, 70, 60)", "bands=60", "应是一组"),
    ('"期末": "X4"', '"期末": 4', "期末 后面写的是 4"),
    # names
    ('Component("X4", "课程论文"', 'Component("X3", "课程论文"', "“X3”被两项考核用作名字"),
    ('"抱怨与纠纷处理实验"', '"互动"', "“互动”被两项考核用作名字"),
    ('"抱怨与纠纷处理实验"', '"ｘ２"', "被两项考核用作名字"),
    ('Component("LAB2"', 'Component("总评"', "“总评”已有固定的意思"),
    ('Component("LAB2"', 'Component("单元练习"', "“单元练习”已有固定的意思"),
    ('Component("LAB2"', 'Component("LAB.2"', "'LAB.2' 不能用作名字"),
    ('Part("互动"', 'Part("出勤"', "X1 里有两个部分都叫“出勤”"),
    ('"数据分析": 25', '"登记": 25', "“登记”已有固定的意思"),
    ('"数据分析": 25', '"理论运用": 25', "“理论运用”在同一个花括号里写了两次"),
    ('"X4": Late(', '"X3": Late(', "“X3”在同一个花括号里写了两次"),
    # figures that must add up
    ('"课程论文", weight=30', '"课程论文", weight=-30', "X4 的占比是 -30"),
    ("    gap=ScaleTo100()", "    gap=None", "合计 90"),
    ("    gap=ScaleTo100()", '    gap=GiveRest(to="X5")', "X5"),
    ('programme={"LO21": ("LO211",)', 'programme={"LO35": ("LO211",)', "写了两次"),
    # assignments
    (
        'exercises=("unit3_segments",)',
        'exercises=("unit3_segment",)',
        "最接近的是 unit3_segments；现有的作业",
    ),
    ('exercises=("unit3_segments",)', 'exercises=("unit3_segments",) * 2', "写了两次"),
    ("weight=25, by=Score()", 'weight=25, by=Assignments(("unit4",))', "没有名为 unit4 的作业"),
    ("weight=25, by=Score()", 'weight=25, by=Assignments(("unit3_segments",))', "既算在 单元练习，又算在 X2"),
    ("weight=25, by=Score()", "weight=25, by=Assignments(())", "没有写作业"),
    ('CountIn("X1.互动", share=50),', 'CountIn("X1.提问", share=50),', "X1.提问"),
    ('CountIn("X1.互动", share=50),', 'CountIn("X1", share=50),', "哪一部分"),
    ('CountIn("X1.互动", share=50),', 'CountIn("X4:数据分析", share=50),', "没有这一项"),
    ('CountIn("X1.互动", share=50),', 'CountIn("X1.出勤", share=50),', "出勤只能来自点名"),
    ('CountIn("X1.互动", share=50),', 'CountIn("X1.互动", share=150),', "150"),
    ('CountIn("X1.互动", share=50),', 'CountIn("LAB2", share=50),', "没有占比"),
    # rubrics and attendance
    ('"数据分析": 25', '"数据分析": 20', "X4 各维度合计 95 分，应为 100"),
    ('"早退": 70', '"早退": 170', "“早退”写了 170 分"),
    ('"旷课": 0}', '"登录": 0}', "登录不等于出勤"),
    ('"旷课": 0}', '"在线时长": 0}', "登录不等于出勤"),
    ('"旷课": 0}', '"签到次数由平台": 0}', "登录不等于出勤"),
    ('Part("出勤", share', 'Part("访问课程", share', "登录不等于出勤"),
    (
        'points={"出勤": 100, "迟到": 70, "早退": 70, "请假": None, "旷课": 0}',
        "points={}",
        "一个都没有写分数",
    ),
    (
        'points={"出勤": 100, "迟到": 70, "早退": 70, "请假": None, "旷课": 0}',
        'points={"请假": None}',
        "一个都没有",
    ),
    ("sessions=16", "sessions=0", "点名次数写了 0"),
    # evidence
    ('"LO211": {"X3": 100}', '"LO211": {"X9": 100}', "LO211 指向“X9”"),
    ('"LO351": {"X4": 60', '"LO351": {"X4:数据分": 60', "没有“数据分”。\n提示：最接近的是 数据分析"),
    ('"LO351": {"X4": 60', '"LO351": {"X2:分析": 60', "X2 没有按维度评分"),
    ('"LO211": {"X3": 100}', '"LO211": {"X3": -1, "X2": 1}', "比例 -1"),
    ('"LO211": {"X3": 100}', '"LO211": {"X3": 0}', "LO211 没有任何考核作证据"),
    # late, again
    ('"X4": Late(', '"X5": Late(', "“X5”没有自己的作业可迟交"),
    ('"X4": Late(', '"X1.出勤": Late(', "没有自己的作业可迟交"),
    ('"X4": Late(', '"X1": Late(', "没有自己的作业可迟交"),
    ('"X4": Late(', '"unit3_segment": Late(', "最接近的是 unit3_segments"),
    ('"X4": Late(per_day=5', '"X4": Late(per_day=-5', "per_day 写了 -5"),
    ('"X4": Late(per_day=5, most=30', '"X4": Late(per_day=5, most=3', "most=3 比 per_day=5 还小"),
    ('"X4": Late(per_day=5, most=30', '"X4": Late(per_day=5, grace_minutes=-1', "grace_minutes= 写了 -1"),
    ('"X4": Late(per_day=5, most=30', '"X4": Late(per_day=5, refuse_after_days=-1', "不能是负数"),
    ('resubmit={"单元练习"', 'resubmit={"X4"', "“X4”没有自己的作业可重交"),
    ("Resubmit(free=3", "Resubmit(free=0", "第一次交就要扣分"),
    ("per_extra=5, most=20", "per_extra=5, cap=120", "cap 写了 120"),
    ("per_extra=5, most=20", "per_extra=5, most=2", "most=2 比 per_extra=5 还小"),
    # totals
    ("components=1, total=0", "components=1, total=-1", "total= 后面写的是 -1"),
    ("threshold=0.60", "threshold=60", "合格线写了 60"),
    ('course="weakest"', 'course="best"', '可写 "weakest"、"mean"'),
    ('"良好": 80', '"良好": 95', "“优秀”90 分起，下一级“良好”却是 95 分起"),
    ("bands=(90, 80, 70, 60)", "bands=(60, 70, 80, 90)", "没有从高到低"),
    ("bands=(90, 80, 70, 60)", "bands=(100, 60)", "不在 0 和 100 之间"),
    ("bands=(90, 80, 70, 60)", "bands=()", "分数段写的是 ()"),
    # the office's sheet
    ('office={"学号": "学号", ', "office={", "没有学号这一列"),
    ('"期末": "X4"', '"期末": "X5"', "“期末”一列写的是“X5”，没有这一项"),
    ('"平时": ("X1", "X2", "X3")', '"平时": ("X1", "LAB2")', "不能按占比加权平均"),
    ('"平时": ("X1", "X2", "X3")', '"平时": ("X1", "X1")', "不能按占比加权平均"),
    # what Python itself says
    (
        "weight=25, by=Score()",
        "wieght=25, by=Score()",
        "Component(…) 里没有 wieght= 这一项。\n提示：最接近的是 weight",
    ),
    ("    levels=LEVELS", "    level=LEVELS", "Course(…) 里没有 level= 这一项。\n提示：最接近的是 levels"),
    ("    levels=LEVELS", "    levels=LEVEL", "不认识“LEVEL”。\n提示：最接近的是 LEVELS"),
    ("Resubmit(free=3, per", "Resubmit(per", "Resubmit(…) 里缺 free="),
    ("Resubmit(free=3, per", "Resubmit(3, per", "没写名字"),
    ("bands=(90, 80, 70, 60)", "bands=(90，80, 70, 60)", "中文标点"),
    ("bands=(90, 80, 70, 60)", "bands=(90, 80, 70, 60), gap=None", "gap= 写了两次"),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG)
def test_wrong_declaration_is_refused_and_the_changed_line_named(refusal, old, new, says):
    message, line = refusal(old, new)
    assert f"grading_config.py 第 {line} 行" in message
    assert says in message
    assert "提示：" in message


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('"X4", "课程论文", weight=30', '"X4", "课程论文", weight=80', "components=(", "超过了 100"),
        ('Part("互动", share=50', 'Part("互动", share=40', 'Component("X1"', "合计 90"),
        (
            '"LO811": {"X1.互动": 100}',
            '"LO81": {"X1.互动": 100}',
            "TABLE_FIVE = ",
            "LO811 没有任何考核作证据",
        ),
        ('("unit3_segments",)', "()", "unit_exercises=", "exercises= 是空的"),
        ("levels=LEVELS", 'levels={"优秀": 90, "及格": 60}', "levels=", "最后一级不是 0 分起"),
        ('programme={"LO21": ("LO211",), ', "programme={", "programme=", "LO21 与课程目标 LO211"),
        ("levels=LEVELS", "states={}", "levels=", "没有“正常”"),
        (
            "levels=LEVELS",
            'states={"正常": State(total="none", attainment=True)}',
            "levels=",
            "没有照常算总评",
        ),
        (
            "levels=LEVELS",
            'states={**STATES, "休学": State(total="none", attainment=True)}',
            "levels=",
            "“休学”",
        ),
        ("levels=LEVELS", 'states={**STATES, "缺考": State(total="no", attainment=True)}', "levels=", "'no'"),
        (
            "levels=LEVELS",
            'states={**STATES, "缺考": State(total="zero", attainment=0)}',
            "levels=",
            "True 或 False",
        ),
        ("levels=LEVELS", 'levels={"优秀": 90, "不及格": 0, "缓": 0}', "levels=", "“不及格”0 分起"),
        ("levels=LEVELS", 'exported_as=" "', "levels=", "exported_as= 没有写名字"),
        (X4, "", 'Component("X4"', "X4 写了 Rubric()，却没有评价维度"),
        (
            "rounding=RoundHalfUp(components=1, total=0)",
            "rounding=RoundHalfUp(components=1)",
            "rounding=",
            "缺 total=",
        ),
    ],
)
def test_line_is_the_one_to_change_where_it_is_another(refusal, old, new, place, says):
    message, _ = refusal(old, new)
    assert f"grading_config.py 第 {line_of(place)} 行" in message
    assert says in message


def test_two_tables_may_be_wrong_at_once_and_both_lines_are_named(refusal):
    message, line = refusal('"X4": Late(per_day=5', '"X4": Late(per_day=500')
    assert message.count("提示：") == 2  # 500 is no percentage, and most=30 is less
    assert message.count(f"第 {line} 行") == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('{"过程性评价": 60', '{"过程性评价": 50', "公布为 50，下面各项合计却是 60"),
        ('counted_twice=("实训态度",)', 'counted_twice=("实训态度", "课堂纪律")', "“课堂纪律”"),
        ('"EC9.Q1": {"课堂:客户服务意识": 100}', '"EC9.Q1": {"课堂": 0}', "EC9.Q1 没有任何考核作证据"),
        ('"EC9.Q1": {"课堂:客户服务意识"', '"EC9.Q1": {"课堂:服务意识"', "最接近的是 客户服务意识"),
        ("least=2", "least=0", "互评写了 least=0"),
        ('combine="mean"', 'combine="best"', '可写 "mean"、"median"'),
        ('"分析总结能力": 50, ', "", "作业.作业一 各维度合计 50 分"),
        ('"知识应用能力": 50}', '"知识应用能力": 0}', "“知识应用能力”写了 0 分"),
        ('"思维活跃度", "表达能力"', '"表达能力", "表达能力"', "课堂 的评价维度“表达能力”写了两次"),
        ('consequence="', "consequence=0 # ", "consequence= 后面写的是 0，应是带引号的文字"),
        ('exported_as="第九单元"', "exported_as=9", "exported_as= 后面写的是 9"),
        ('exported_as="第九单元"', 'exported_as="第九单元 "', "前后有空格"),
        ("combine=WeightedSum()", "combine=Product", "缺了括号"),
    ],
)
def test_wrong_declaration_of_the_vocational_unit_is_refused_by_line(refusal, old, new, says):
    message, line = refusal(old, new, course="ecommerce_crm")
    assert says in message
    assert f"grading_config.py 第 {line} 行" in message


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('counted_twice=("实训态度",)', "counted_twice=()", 'Component("综合"', "“实训态度”出现在两项"),
        ('Part("口头提问", share=40, by=Score()),', "", 'Component("测评"', "合计 60"),
        ("combine=WeightedSum(),", "combine=Product(), by=Rubric(),", 'Component("实训"', "不知道用哪一个"),
    ],
)
def test_vocational_line_is_the_one_to_change_where_it_is_another(refusal, old, new, place, says):
    message, _ = refusal(old, new, course="ecommerce_crm")
    first = line_of(place)
    assert says in message
    assert f"第 {first} 行" in message or f"第 {first + 1} 行" in message


def test_office_cannot_show_levels_that_are_not_declared(course):
    broken = replace(course, levels={}, office={"学号": "学号", "等第": "等级"})
    assert [one.at for one in problems(broken)] == [("office", "等第")]


def test_same_source_may_stand_in_a_table_of_its_own(course):
    assert problems(replace(course, levels={}, office={}, late={}, resubmit={})) == []


def test_product_needs_exactly_two_parts(course):
    component = replace(course.components[1], combine=Product())
    broken = replace(course, components=(course.components[0], component, *course.components[2:]))
    assert [one.at for one in problems(broken)] == [("components", "X2", "combine")]


def test_a_course_nobody_knows_is_still_checked_without_crashing(course):
    empty = replace(course, components=(), exercises=(), unit_exercises=Formative(), late={}, resubmit={})
    assert ("components",) in {one.at for one in problems(empty)}


def test_line_is_named_in_a_file_that_notepad_saved(tmp_path):
    path = tmp_path / "grading_config.py"
    text = CONFIG.read_text("utf-8").replace("    gap=ScaleTo100()", "    gap=None")
    path.write_text(text, "utf-8-sig", newline="\r\n")
    with pytest.raises(GradingError, match=f"第 {line_of('    gap=')} 行"):
        load_course(path, "crossborder_crm")


def test_exercises_may_count_where_the_rest_goes(course):
    to_lab_two = replace(course, gap=GiveRest(to="LAB2"), unit_exercises=CountIn("LAB2", share=50))
    assert problems(to_lab_two) == []


def test_wrong_published_sum_names_its_own_line(changed):
    with pytest.raises(GradingError, match=f"第 {line_of('groups={')} 行：“过程性评价”公布为 50"):
        changed('{"过程性评价": 60', '{"过程性评价": 50', course="ecommerce_crm")


def test_file_that_does_not_run_names_its_line(tmp_path):
    path = tmp_path / "grading_config.py"
    path.write_text("from ecrm_helpers.grades import *\n\nX = Courze()\n", "utf-8")
    with pytest.raises(GradingError, match=r"grading_config.py 第 3 行[\s\S]*Courze"):
        load_courses(path)


def test_unknown_course_and_missing_file_say_what_there_is(tmp_path):
    with pytest.raises(GradingError, match="crossborder_crm、ecommerce_crm"):
        load_course(CONFIG, "crm")
    with pytest.raises(GradingError, match="找不到计分方案"):
        load_courses(tmp_path / "grading_config.py")


def test_exercise_without_a_solution_folder_is_not_checked_when_none_are_known(course):
    assert problems(course, assignments=None) == []


def test_halves_round_up_where_binary_floats_would_not():
    rounding = RoundHalfUp(components=1, total=0)
    assert [str(rounding.shown(Fraction(value), digits=0)) for value in ("84.5", "84.4999", "0.5")] == [
        "85",
        "84",
        "1",
    ]
    assert str(rounding.shown(Fraction("2.25"), digits=1)) == "2.3"


def test_policies_are_values_not_flags():
    assert GiveRest(to="X3") != GiveRest(to="X4")
    assert Formative() == Formative()
