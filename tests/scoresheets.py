"""A small course with a place of every kind, and six students, for the tests of score sheets."""

from ecrm_helpers.grades import (
    Attendance,
    Component,
    Contribution,
    Course,
    Evidence,
    Formative,
    Late,
    Part,
    PeerReview,
    RoundHalfUp,
    Rubric,
    Score,
)
from ecrm_helpers.grades.record import Person

WORDS = {"出勤": 100, "迟到": 60, "早退": 60, "请假": None, "旷课": 0}
COURSE = Course(
    id="demo",
    title="示例课程",
    result="总评",
    components=(
        Component(
            "X1", "课堂表现", 20,
            parts=(Part("出勤", 50, by=Attendance(points=WORDS, sessions=4)), Part("互动", 50)),
        ),
        Component("X2", "画像实验", 20),
        Component("X3", "开发报告", 20, by=Rubric({"选题": 20, "分析": 50, "写作": 30})),
        Component(
            "X4", "实训", 20,
            parts=(
                Part("小组评分", 50, by=Score(each="group")),
                Part("互评", 30, by=PeerReview(combine="mean", least=2)),
                Part("贡献", 20, by=Contribution()),
            ),
        ),
        Component(
            "X5", "综合表现", 20, criteria=("纪律", "态度", "沟通"),
            parts=(
                Part("表现", 60, by=Rubric()),
                Part("展示", 40, by=Rubric({"内容": 60, "表达": 40}, each="group")),
            ),
        ),
    ),
    exercises=("unit3_segments",),
    gap=None,
    unit_exercises=Formative(),
    evidence=Evidence("示例", {}),
    missing="pending",
    rounding=RoundHalfUp(components=1, total=0),
    late={"X2": Late(per_day=5), "X3": Late(per_day=5)},
)  # fmt: skip


def person(student, name, group=""):
    return Person(student, student.upper(), name=name, class_name="电商 2301", group=group)


# One name is a formula, one has a letter outside the basic plane, one a middle dot; one is in no group.
PEOPLE = {
    one.student_id: one
    for one in (
        person("0011", "王芳", "第1组"), person("0012", "=1+1", "第1组"), person("0013", "𠮷田", "第1组"),
        person("007a", "买买提·艾力", "第2组"), person("0015", "李强", "第2组"), person("0016", "赵敏"),
    )
}  # fmt: skip
