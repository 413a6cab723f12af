"""Each entry on a line of its own: the line named is that of the entry, wherever its table is written.

And whatever stands in a declaration, checking it never crashes.
"""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.checks import problems
from ecrm_helpers.grades.config import load_course

ROOT = Path(__file__).resolve().parent.parent
LAID_OUT = """
from ecrm_helpers.grades import *

POINTS = {
    "出勤": 100,
    "迟到": 70,
    "请假": None,
}
DIMENSIONS = {
    "选题": 40,
    "分析": 60,
}
FIRST = Component(
    "平时",
    "平时成绩",
    weight=40,
    parts=(
        Part(
            "点名",
            share=50,
            by=Attendance(
                points=POINTS,
                sessions=16,
            ),
        ),
        Part("互动", share=50),
    ),
)
EVERY = {
    "平时.互动": 50,
    "论文:分析": 50,
}
LATE = Late(
    per_day=5,
    most=30,
)
DEMO = Course(
    id="crossborder_crm",
    title="示例",
    result="总评",
    components=(
        FIRST,
        Component(
            "论文",
            "课程论文",
            weight=60,
            by=Rubric(DIMENSIONS),
        ),
    ),
    programme={
        "LO21": ("LO211",),
        "LO35": ("LO351",),
        "LO81": ("LO811",),
    },
    exercises=(),
    gap=None,
    unit_exercises=Formative(),
    evidence=Evidence(
        "示例",
        {
            "LO211": EVERY,
            "LO351": EVERY,
            "LO811": {
                "论文": 100,
            },
        },
    ),
    missing="pending",
    rounding=RoundHalfUp(components=1, total=0),
    late={
        "论文": LATE,
        "平时.互动": Late(
            per_day=5,
            grace_minutes=5,
        ),
    },
    states={
        **STATES,
        "缓考": State(
            total="zero",
            attainment=False,
        ),
    },
    levels={
        "合格": 60,
        "不合格": 0,
    },
    attainment=Attainment(
        threshold=0.6,
        course="mean",
    ),
    office={
        "学号": "学号",
        "期末": "论文",
        "平时": (
            "平时",
            "论文",
        ),
    },
)
OTHER = Course(
    id="other",
    title="另一门",
    result="总评",
    components=(Component("论文", "课程论文", weight=100),),
    exercises=(),
    gap=None,
    unit_exercises=Formative(),
    evidence=Evidence("", {}),
    missing="pending",
    rounding=RoundHalfUp(components=1, total=0),
    late={
        "论文": Late(per_day=500, most=500),
    },
)
"""


def load(tmp_path, text):
    path = tmp_path / "grading_config.py"
    path.write_text(text, "utf-8")
    return load_course(path, "crossborder_crm")


def test_layout_itself_is_right(tmp_path):
    assert load(tmp_path, LAID_OUT).id == "crossborder_crm"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('    "迟到": 70,', '    "迟到": 170,'),
        ('    "迟到": 70,', '    "在线": 70,'),
        ('    "分析": 60,', '    "登记": 60,'),
        ('    "分析": 60,', '    "分析": "60",'),
        ("                sessions=16,", "                sessions=0,"),
        ("                sessions=16,", "                session=16,"),
        ("            share=50,", "            shares=50,"),
        ('            "点名",', '            "打卡次数",'),
        ('    "论文:分析": 50,', '    "论文:分": 50,'),
        ('    "平时.互动": 50,', '    "平时.互": 50,'),
        ("    per_day=5,", "    per_day=105,"),
        ("    most=30,", "    most=3,"),
        ("    most=30,", "    mst=30,"),
        ("            grace_minutes=5,", "            grace_minutes=-5,"),
        ('        "平时.互动": Late(', '        "平时.点名": Late('),
        ('        "平时.互动": Late(', '        "论文": Late('),
        ('            total="zero",', '            total="零",'),
        ("            attainment=False,", "            attainment=0,"),
        ('        "缓考": State(', '        "缓": State('),
        ('        "合格": 60,', '        "合格": "60",'),
        ('        "不合格": 0,', '        "不合格": 60,'),
        ("        threshold=0.6,", "        threshold=60,"),
        ('        course="mean",', '        course="all",'),
        ('        "期末": "论文",', '        "期末": "试卷",'),
        ('                "论文": 100,', '                "论": 100,'),
        ('        "LO81": ("LO811",),', '        "LO81": ("LO351",),'),
    ],
)
def test_line_of_the_entry_is_named(tmp_path, line, wrong):
    lines = LAID_OUT.splitlines()
    at = lines.index(line)
    with pytest.raises(GradingError, match=rf"grading_config.py 第 {at + 1} 行"):
        load(tmp_path, "\n".join([*lines[:at], wrong, *lines[at + 1 :]]))


def test_line_is_sought_in_the_course_that_is_wrong(tmp_path):
    path = tmp_path / "grading_config.py"
    path.write_text(LAID_OUT, "utf-8")
    line = LAID_OUT.splitlines().index('        "论文": Late(per_day=500, most=500),') + 1
    with pytest.raises(GradingError, match=rf"第 {line} 行：per_day 写了 500"):
        load_course(path, "other")


JUNK = st.sampled_from([
    None, True, -1, 0, 10**9, 1.5, float("nan"), float("inf"), "", " ", "X1", "总评", "登录", (), ("",),
    [None], {}, {"": None}, {"正常": 1}, {1: 2}, {"X1": {"a": "b"}}, {"X1": ("X1", "X1")}, object(), int,
])  # fmt: skip


@pytest.mark.parametrize("course_id", ["crossborder_crm", "ecommerce_crm"])
@settings(deadline=None)  # the first example imports what the others find loaded
@given(data=st.data())
def test_whatever_stands_in_a_declaration_checking_it_never_crashes(course_id, data):
    course = load_course(ROOT / "grading_config.py", course_id)
    broken = spoilt(course, data)
    for one in problems(broken, assignments={"unit3_segments"}):
        assert one.what
        assert one.hint
        assert all(isinstance(step, str) for step in one.at)


def spoilt(declared, data):
    """Put junk into one field of a declaration, or of one inside it."""
    name = data.draw(st.sampled_from([one.name for one in fields(declared)]))
    value = getattr(declared, name)
    inner = value if not isinstance(value, tuple) else data.draw(st.sampled_from(value or (None,)))
    deeper = is_dataclass(inner) and bool(fields(inner)) and data.draw(st.booleans())
    if not deeper:
        return replace(declared, **{name: data.draw(JUNK)})
    changed = spoilt(inner, data)
    if not isinstance(value, tuple):
        return replace(declared, **{name: changed})
    return replace(declared, **{name: tuple(changed if one is inner else one for one in value)})
