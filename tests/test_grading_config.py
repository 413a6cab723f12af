"""The committed schemes are the published ones, and a declaration that cannot be meant is refused by line."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import CountIn, Formative, GiveRest, RoundHalfUp, ScaleTo100
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
        path.write_text(text.replace(old, new, 1), "utf-8")
        return load_course(path, course, assignments=ASSIGNMENTS)

    return load


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


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('exercises=("unit3_segments",)', 'exercises=("unit3",)', "exercises=(", "没有名为 unit3 的作业"),
        ('exercises=("unit3_segments",)', 'exercises=("unit3_segments",) * 2', "exercises=(", "写了两次"),
        ('CountIn("X1.互动", share=50),', 'CountIn("X1.提问", share=50),', "unit_exercises=", "X1.提问"),
        ('CountIn("X1.互动", share=50),', 'CountIn("X1", share=50),', "unit_exercises=", "哪一部分"),
        ('CountIn("X1.互动", share=50),', 'CountIn("X1.互动", share=150),', "unit_exercises=", "150"),
        ("    gap=ScaleTo100()", "    gap=None", "    gap=", "合计 90"),
        ("    gap=ScaleTo100()", '    gap="scale"', "    gap=", "'scale'"),
        ("    gap=ScaleTo100()", '    gap=GiveRest(to="X5")', "    gap=", "X5"),
        ('missing="pending"', 'missing="silent"', "missing=", "'silent'"),
        ('"X4", "课程论文", weight=30', '"X4", "课程论文", weight=80', "components=", "超过了 100"),
        ('Component("X4", "课程论文"', 'Component("X3", "课程论文"', 'Component("X4"', "“X3”"),
        ('Part("互动", share=50)', 'Part("互动", share=40)', 'Component("X1"', "合计 90"),
        ('"LO811": {"X1.互动": 100}', '"LO81": {"X1.互动": 100}', "evidence=", "LO811 没有任何考核作证据"),
        ('"LO211": {"X3": 100}', '"LO211": {"X9": 100}', '"LO211": {"X3"', "X9"),
        ('"LO21": ("LO211",)', '"LO35": ("LO211",)', "programme=", "LO21 与课程目标 LO211"),
        ('"客户画像实验", weight=25', '"客户画像实验", weight="25"', 'Component("X2"', "X2 weight="),
        ('"客户画像实验", weight=25', '"客户画像实验", weight=float("nan")', 'Component("X2"', "应是一个数"),
        ('Part("互动", share=50)', 'Part("互动", share="50")', 'Component("X1"', "X1 互动 share="),
        ('CountIn("X1.互动", share=50),', 'CountIn("X1.互动", share="50"),', "unit_exercises=", "应是一个数"),
        ('CountIn("X1.互动", share=50),', 'CountIn("LAB2", share=50),', "unit_exercises=", "没有占比"),
        ('"LO811": {"X1.互动": 100}', '"LO811": {"X1.互动": "100"}', '"LO811": {"X1', "LO811 后面写的是"),
        ('("unit3_segments",)', '("unit3_segments")', "exercises=(", "后面也要有逗号"),
        ("components=1, total=0", "components=1, total=-1", "rounding=", "total= 后面写的是 -1"),
        ('"抱怨与纠纷处理实验"', '"互动"', 'Component("LAB2"', "“互动”被两项考核用作名字"),
    ],
)  # fmt: skip
def test_wrong_declaration_is_refused_and_its_line_named(changed, old, new, place, says):
    with pytest.raises(GradingError) as refusal:
        changed(old, new)
    message = str(refusal.value)
    after = "" if place.startswith('"LO') else "CROSSBORDER = Course("
    assert f"grading_config.py 第 {line_of(place, after=after)} 行" in message
    assert says in message
    assert "提示：" in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('{"过程性评价": 60', '{"过程性评价": 50', "公布为 50，下面各项合计却是 60"),
        ('counted_twice=("实训态度",)', "counted_twice=()", "“实训态度”出现在两项"),
        ('counted_twice=("实训态度",)', 'counted_twice=("实训态度", "课堂纪律")', "“课堂纪律”"),
        ('"EC9.Q1": {"课堂": 100}', '"EC9.Q1": {"课堂": 0}', "EC9.Q1 没有任何考核作证据"),
    ],
)
def test_wrong_declaration_of_the_vocational_unit_is_refused(changed, old, new, says):
    with pytest.raises(GradingError, match=says):
        changed(old, new, course="ecommerce_crm")


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
