"""Every policy that shapes the figures is said in one line of plain words."""

from dataclasses import replace
from pathlib import Path

import pytest

from ecrm_helpers.grades import (
    STATES,
    Assignments,
    Attainment,
    Component,
    Contribution,
    CountIn,
    Formative,
    GiveRest,
    Late,
    Part,
    Product,
    Resubmit,
    Score,
    State,
)
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.messages.policies import percent, policies

CONFIG = Path(__file__).resolve().parent.parent / "grading_config.py"


@pytest.fixture
def course():
    return load_course(CONFIG, "crossborder_crm")


def said(course):
    return policies(course, course.effective_weights())


def test_committed_crossborder_policies_are_said_in_full(course):
    assert said(course) == (
        (
            "XB.A-gap 占比：公布为 X1 10 + X2 25 + X3 25 + X4 30 = 90；按比例放大到 100，"
            "实际用 X1 11.11、X2 27.78、X3 27.78、X4 33.33"
        ),
        "XB.A-unit 单元练习：占 X1.互动 的 50%（unit3_segments，各练习等权）",
        "XB.LO 课程目标的证据：课程文件第五部分的评价方式",
        "合成：课堂表现 = 出勤 50% + 互动 50%",
        "出勤：X1.出勤 出勤 100、迟到 70、早退 70、请假 不计入、旷课 0；共 16 次取平均，登录不等于出勤",
        "评分维度：X3 = 资料来源 20 + 客观全面 30 + 分析深度 30 + 表达规范 20",
        "评分维度：X4 = 选题与文献 15 + 理论运用 20 + 数据分析 25 + 营销策略 25 + 论证与规范 15",
        "评分维度：LAB2 = 抱怨原因 30 + 对应措施 35 + 各环节预防 35",
        "迟交：单元练习 每迟一天（不足一天算一天）扣 10 分（宽限 10 分钟），最多扣 50 分",
        "迟交：X3 每迟一天（不足一天算一天）扣 5 分，最多扣 30 分",
        "迟交：X4 每迟一天（不足一天算一天）扣 5 分，最多扣 30 分",
        "重交：单元练习 前 3 次不扣分；再交每多一次扣 5 分，最多扣 20 分；以最后一次为准",
        (
            "学生状态：正常、重修 照常算总评；缓考、免修 不出总评，以状态代替；缺考、违纪 总评记 0；"
            "缓考、缺考、免修、违纪 不计入达成度和试题分析"
        ),
        "缺成绩：显示“缺”，暂不出总分",
        "取整：四舍五入，各项 1 位小数，总分 0 位",
        "五级制（按取整后的总评）：优秀 90 起、良好 80 起、中等 70 起、及格 60 起、不及格 其余",
        "分数段：90 及以上、80–不到 90、70–不到 80、60–不到 70、不到 60",
        "达成度：不低于 0.60 为达成；整门课取最弱的一个",
        "教务表：“平时”是 X1、X2、X3 按占比加权的平均",
    )


def test_vocational_group_marks_peer_review_and_export_are_said():
    lines = said(load_course(CONFIG, "ecommerce_crm"))
    assert "合成：实训表现 = 小组评分 60% + 个人贡献 40%" in lines
    assert "评分维度：实训.小组评分（每组一个分数） = 实操能力、团队协作能力、问题解决能力，等权" in lines
    assert "组内互评：实训.个人贡献 取同组其他人打分的平均分，不含自评，至少 2 人打分，否则算缺" in lines
    assert "两处计分：实训态度（按课程文件）" in lines
    assert "迟交：只标出，不扣分" in lines
    assert "导出：单元成绩作为学校课程成绩中的一项，名为“第九单元”" in lines
    assert any(line.startswith("课程目标的证据") and "结果会相近" in line for line in lines)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"gap": GiveRest(to="LAB2")},
            (
                "XB.A-gap 占比：公布为 X1 10 + X2 25 + X3 25 + X4 30 = 90；其余的给 LAB2，"
                "实际用 X1 10、X2 25、X3 25、X4 30、LAB2 10"
            ),
        ),
        ({"unit_exercises": Formative()}, "XB.A-unit 单元练习：只作练习，不计分"),
        (
            {"unit_exercises": CountIn("X2", share=20)},
            "XB.A-unit 单元练习：占 X2 的 20%（unit3_segments，各练习等权）",
        ),
        ({"missing": "zero"}, "缺成绩：显示“缺”，按 0 分计入"),
        ({"missing": "leave_out"}, "缺成绩：显示“缺”，去掉该项，其余按比例放大"),
        (
            {"late": {"X2": Late(per_day=2.5, refuse_after_days=7)}},
            "迟交：X2 每迟一天（不足一天算一天）扣 2.5 分，超过 7 天记 0 分",
        ),
        (
            {"resubmit": {"单元练习": Resubmit(free=1, cap=90)}},
            "重交：单元练习 前 1 次不扣分；再交最高 90 分；以最后一次为准",
        ),
        (
            {"resubmit": {"单元练习": Resubmit(free=1)}},
            "重交：单元练习 前 1 次不扣分；再交也不扣分；以最后一次为准",
        ),
        ({"resubmit": {}}, "重交：不限次数，不扣分，以最后一次为准"),
        (
            {"attainment": Attainment(threshold=0.625, course="mean")},
            "达成度：不低于 0.625 为达成；整门课取各目标的平均",
        ),
        ({"bands": (85, 60)}, "分数段：85 及以上、60–不到 85、不到 60"),
        (
            {"states": {**STATES, "缺考": State(total="none", attainment=True)}},
            (
                "学生状态：正常、重修 照常算总评；缓考、缺考、免修 不出总评，以状态代替；违纪 总评记 0；"
                "缓考、免修、违纪 不计入达成度和试题分析"
            ),
        ),
    ],
)
def test_each_policy_changes_its_own_line(course, changes, line):
    before, after = said(course), said(replace(course, **changes))
    assert line not in before
    assert line in after


def test_no_levels_no_line(course):
    assert not any(line.startswith("五级制") for line in said(replace(course, levels={})))


@pytest.mark.parametrize(
    ("component", "line"),
    [
        (
            Component(
                "X2",
                "实验",
                25,
                parts=(Part("小组", 50, Score(each="group")), Part("个人", 50, Contribution())),
                combine=Product(),
            ),
            ("合成：实验 = 小组 × 个人%", "小组分：X2.小组 每组一个分数", "个人贡献：X2.个人 用分组表"),
        ),
        (Component("X2", "实验", 25, by=Assignments(("a", "b"))), ("作业：X2 = a、b，各作业等权",)),
    ],
)
def test_every_source_that_is_more_than_a_figure_is_said(course, component, line):
    components = tuple(component if one.id == "X2" else one for one in course.components)
    text = "\n".join(said(replace(course, components=components)))
    assert all(one in text for one in line)


@pytest.mark.parametrize(("value", "expected"), [(10, "10"), (0, "0"), (33.333, "33.33"), (2.5, "2.5")])
def test_percentages_carry_no_needless_zeros(value, expected):
    assert percent(value) == expected
