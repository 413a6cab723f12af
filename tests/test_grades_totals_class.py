"""A class of six, every figure counted by hand: sources, states, overrides, roster, notices."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades import (
    STATES,
    Assignments,
    Component,
    Contribution,
    CountIn,
    Late,
    Part,
    Product,
    Rubric,
    ScaleTo100,
    Score,
    State,
)
from ecrm_helpers.grades.people import People
from ecrm_helpers.grades.record import Person
from ecrm_helpers.grades.sheets import Entry, ScoreSheets
from ecrm_helpers.grades.totals import class_list
from tests.gradingclass import DAY, course, gradebook, listed, override, roster, sheets, texts

LEVELS = {"优秀": 90, "良好": 80, "中等": 70, "及格": 60, "不及格": 0}
SCHEME = course(
    # 平时 20 of published 90: 出勤 50, 互动 50, unit exercises half of 互动
    Component("P", "平时", 20, parts=(Part("出勤", 50), Part("互动", 50))),
    # 实训 30: the group's mark times one's own contribution
    Component("T", "实训", 30, combine=Product(), parts=(
        Part("小组评分", 60, by=Score(each="group")), Part("个人贡献", 40, by=Contribution()))),
    # 论文 40, by dimension
    Component("E", "论文", 40, by=Rubric({"选题": 25, "论证": 75})),
    exercises=("unit1", "unit2"), unit_exercises=CountIn("P.互动", share=50), gap=ScaleTo100(),
    late={"单元练习": Late(per_day=10)}, levels=LEVELS,
)  # fmt: skip
MARKS = {"P.出勤": 100, "P.互动": 60, "T.小组评分": 90, "E:选题": 80, "E:论证": 60}
BOOK = gradebook(
    ("1", "unit1", (5, 5), {}),
    ("1", "unit2", (4, 4), {}),
    ("2", "unit1", (5, 5), {"late_by": DAY}),
    ("2", "unit2", (4, 4), {"pending": ["t2"]}),
    ("3", "unit1", (5, 5), {}),
    ("4", "unit1", (5, 5), {}),
    ("4", "unit2", (4, 4), {}),
    ("6", "unit1", (5, 5), {}),
    ("6", "unit2", (4, 4), {}),
)
PEOPLE = People(
    {
        one: Person(one, one, f"学生{one}", state=state, contribution=Fraction(80))
        for one, state in {
            "1": "正常",
            "2": "正常",
            "3": "正常",
            "4": "缺考",
            "5": "免修",
            "6": "缓考",
        }.items()
    },
    ("roster.xlsx", "groups.xlsx"),
)


@pytest.fixture(scope="module")
def found():
    scores = sheets(
        s1=MARKS,
        s2=MARKS,
        s3={**MARKS, "E:论证": "缓交"},
        s4={place: mark for place, mark in MARKS.items() if not place.startswith("E")},
        s6={**{place: mark for place, mark in MARKS.items() if not place.startswith("E")}, "E": "缓考"},
    )
    return class_list(SCHEME, BOOK, scores, people=PEOPLE, overrides=(override("2", "E:论证", 100),))


def by_id(found):
    return {row.student_id: row for row in found.rows}


def test_every_place_has_its_mark(found):
    marks = {place: mark.value for place, mark in by_id(found)["1"].marks.items()}
    assert marks == {
        "unit1": 100,  # 10 of 10
        "unit2": 80,  # 8 of 10
        "单元练习": 90,  # their mean
        "P.出勤": 100,
        "P.互动:登记": 60,
        "P.互动": 75,  # half 60, half 90
        "P": Fraction(175, 2),  # half 100, half 75
        "T.小组评分": 90,
        "T.个人贡献": 80,
        "T": 72,  # 90 × 80 %
        "E:选题": 80,
        "E:论证": 60,
        "E": 65,  # 80 × 25 % + 60 × 75 %
        "总评": (Fraction("87.5") * 20 + 72 * 30 + 65 * 40) / 90,  # 6510 / 90 = 72.33…
    }


def test_total_is_rounded_from_the_exact_value_and_the_level_from_what_is_shown(found):
    row = by_id(found)["1"]
    assert (row.shown_total, row.level) == (Decimal(72), "中等")


def test_what_is_late_and_what_a_teacher_changed_work_their_way_up(found):
    row = by_id(found)["2"]
    # unit1 100 − 10 = 90, 练习 85, 互动 72.5, 平时 86.25; 论证 100, 论文 20 + 75 = 95
    assert row.marks["P"].value == Fraction("86.25")
    assert row.marks["E"].value == 95
    assert row.total.value == (Fraction("86.25") * 20 + 72 * 30 + 95 * 40) / 90  # 7685 / 90 = 85.38…
    assert row.total.pending == ("unit2/t2",)
    assert texts(row) == [
        "单元练习 unit1 迟交 1 天（按 1 天计），扣 10 分",
        "E 论文·论证 由王老师于 2026-12-01 改为 100 分（原来 60 分）：复核",
    ]


def test_what_is_missing_is_named_where_it_is_missing(found):
    row = by_id(found)["3"]
    assert row.total.value is None
    assert row.total.missing == ("unit2", "E:论证（缓交）")
    assert (row.shown_total, row.level) == (None, "")


def test_a_state_may_make_the_total_zero_or_stand_in_its_place(found):
    absent, exempt, deferred = (by_id(found)[one] for one in "456")
    assert (absent.total.value, absent.shown_total, absent.level) == (0, 0, "不及格")
    assert texts(absent) == ["状态为缺考，总评记 0 分"]
    assert (exempt.total.value, exempt.shown_total, exempt.level) == (None, None, "")
    assert texts(exempt) == ["状态为免修，总评不出分数"]
    assert deferred.marks["P"].value == Fraction(175, 2)  # what is there stays visible
    assert deferred.total.missing == ("E（缓考）",)


def test_the_plan_the_sources_and_the_policies_come_along(found):
    assert list(found.plan) == list(found.rows[0].marks)
    assert found.sources == ("gradebook.db", "scores.csv", "roster.xlsx", "groups.xlsx", "overrides.csv")
    assert any("按比例放大到 100" in one for one in found.policies)


ONE = course(Component("A", "平时", 40), Component("B", "期末", 60))
BOTH = sheets(s1={"A": 80, "B": 70})


def test_a_state_that_gives_a_zero_says_what_the_marks_would_have_given():
    row = listed(ONE, None, BOTH, people=roster("1", s1="违纪"))["1"]
    assert row.total.lines[0].points == -74
    assert texts(row) == ["状态为违纪，总评记 0 分（按各项算是 74 分）"]


def test_a_course_declares_what_its_states_do():
    scheme = course(*ONE.components, states={**STATES, "缺考": State(total="none", attainment=False)})
    assert listed(scheme, None, BOTH, people=roster("1", s1="缺考"))["1"].total.value is None
    assert listed(scheme, None, BOTH, people=roster("1", s1="重修"))["1"].total.value == 74


def test_work_of_a_student_without_a_total_does_not_wait():
    book = gradebook(("1", "unit1", (5, 5), {"pending": ["t1"]}))
    scheme = course(Component("A", "平时", 100), exercises=("unit1",), unit_exercises=CountIn("A", share=100))
    row = listed(scheme, book, people=roster("1", s1="违纪"))["1"]
    assert row.marks["unit1"].pending == ("unit1/t1",)
    assert row.total.pending == ()


@pytest.mark.parametrize(
    ("place", "value", "total"),
    [
        ("A", 100, 82),  # a component: 100 × 40 % + 70 × 60 %
        ("总评", 60, 60),
    ],
)
def test_an_override_works_at_every_level(place, value, total):
    row = listed(ONE, None, BOTH, overrides=[override("1", place, value)])["1"]
    assert row.total.value == total
    (line,) = row.lines
    assert (line.kind, line.place) == ("override", place)
    assert row.marks[place].before == {"A": 80, "总评": 74}[place]
    assert line.points == value - row.marks[place].before


def test_an_override_fills_a_gap_and_ends_waiting():
    book = gradebook(("1", "unit1", (5, 0), {"pending": ["t2"]}))
    scheme = course(
        Component("A", "平时", 50), Component("B", "期末", 50), exercises=("unit1",),
        unit_exercises=CountIn("A", share=100),
    )  # fmt: skip
    changes = [override("1", "B", 90), override("1", "unit1", 80)]
    row = listed(scheme, book, overrides=changes)["1"]
    assert (row.total.value, row.total.missing, row.total.pending) == (85, (), ())
    assert "原来没有成绩" in row.marks["B"].lines[0].text
    assert row.marks["B"].before is None


def test_an_override_comes_after_deductions_and_after_the_state():
    book = gradebook(("1", "unit1", (5, 5), {"late_by": DAY}))
    scheme = course(
        Component("A", "平时", 100), exercises=("unit1",), unit_exercises=CountIn("A", share=100),
        late={"unit1": Late(per_day=10)},
    )  # fmt: skip
    mark = listed(scheme, book, overrides=[override("1", "unit1", 95)])["1"].marks["unit1"]
    assert [line.kind for line in mark.lines] == ["late", "override"]
    assert (mark.before, mark.value) == (100, 95)
    made_up = listed(scheme, book, people=roster("1", s1="缓考"), overrides=[override("1", "总评", 66)])[
        "1"
    ].total
    assert [line.kind for line in made_up.lines] == ["state", "override"]
    assert made_up.value == 66


def test_a_later_override_replaces_an_earlier_one_and_both_are_told():
    changes = [override("1", "A", 90, when="2026-12-05"), override("1", "A", 50, when="2026-12-01")]
    row = listed(ONE, None, BOTH, overrides=changes)["1"]
    assert row.marks["A"].value == 90
    assert [line.points for line in row.lines] == [-30, 40]


@pytest.mark.parametrize(("student", "place"), [("2", "A"), ("1", "C")])
def test_an_override_of_nothing_is_refused_with_its_row(student, place):
    with pytest.raises(GradingError, match=rf"overrides.csv 第 2 行：没有学号 {student} 的 {place} 可改"):
        listed(ONE, None, BOTH, overrides=[override(student, place, 1)])


RUBRIC = course(Component("X4", "课程论文", 100, by=Rubric({"选题": 40, "论证": 60})))


@pytest.mark.parametrize(
    ("entries", "total", "missing"),
    [
        ({"X4:选题": 50, "X4:论证": 100}, 80, ()),
        ({"X4": 70}, 70, ()),  # one mark for all
        ({"X4": 70, "X4:选题": 50}, 62, ()),  # 50 × 40 % + 70 × 60 %
        ({"X4:选题": 50}, None, ("X4:论证",)),
        ({}, None, ("X4",)),
        ({"X4": "缓考"}, None, ("X4（缓考）",)),
        ({"X4:选题": "缺考", "X4:论证": "缺考"}, None, ("X4（缺考）",)),
        ({"X4:选题": None, "X4:论证": None}, None, ("X4",)),
    ],
)
def test_a_rubric_takes_its_dimensions_or_the_one_mark_given_for_all(entries, total, missing):
    row = listed(RUBRIC, None, sheets(s1=entries))["1"]
    assert (row.total.value, row.total.missing) == (total, missing)


@pytest.mark.parametrize(
    ("missing", "product", "total"),
    # 实训 30 × nothing, 期末 70 × 80
    [("pending", None, None), ("zero", 0, 56), ("leave_out", None, 80)],
)
def test_a_product_needs_both(missing, product, total):
    parts = (Part("小组评分", 60), Part("个人贡献", 40))
    scheme = course(
        Component("T", "实训", 30, parts=parts, combine=Product()), Component("B", "期末", 70),
        missing=missing,
    )  # fmt: skip
    row = listed(scheme, None, sheets(s1={"T.小组评分": 90, "B": 80}))["1"]
    assert (row.marks["T"].value, row.total.value) == (product, total)
    assert row.total.missing == ("T.个人贡献",)
    assert row.marks["T.小组评分"].value == 90


@pytest.mark.parametrize(
    ("missing", "part", "total"),
    # 平时 40: 出勤 50 missing, 互动 50 × 80; 期末 60 × 70
    [("pending", None, None), ("zero", 40, 58), ("leave_out", 80, 74)],
)
def test_missing_counts_as_declared_at_every_sum(missing, part, total):
    scheme = course(
        Component("A", "平时", 40, parts=(Part("出勤", 50), Part("互动", 50))), Component("B", "期末", 60),
        missing=missing,
    )  # fmt: skip
    row = listed(scheme, None, sheets(s1={"A.互动": 80, "B": 70}))["1"]
    assert (row.marks["A"].value, row.total.value) == (part, total)
    assert row.total.missing == ("A.出勤",)


def test_contribution_stands_in_the_groups_file_or_in_a_sheet_but_not_in_both():
    scheme = course(Component("C", "贡献", 100, by=Contribution()))
    with_file = People({"1": Person("1", "1", contribution=Fraction(75))})
    assert listed(scheme, None, people=with_file)["1"].total.value == 75
    assert listed(scheme, None, sheets(s1={"C": 60}))["1"].total.value == 60
    with pytest.raises(GradingError, match=r"“贡献”一列已有分数，scores.csv C 又填了一个"):
        listed(scheme, None, sheets(s1={"C": 60}), people=with_file)


def test_with_a_roster_the_class_is_the_roster_in_its_order():
    found = class_list(ONE, None, BOTH, people=roster("9", "1", "5"))
    assert [row.student_id for row in found.rows] == ["9", "1", "5"]
    assert [row.name for row in found.rows] == ["学生9", "学生1", "学生5"]


def test_accounts_that_are_not_in_the_roster_are_told_and_not_counted():
    book = gradebook(("1", "unit1", (5, 5), {}), ("guest", "unit1", (5, 5), {"penalty": 1.0}))
    found = class_list(course(*ONE.components, exercises=("unit1",)), book, BOTH, people=roster("1"))
    assert len(found.notices) == 1
    assert [row.student_id for row in found.rows] == ["1"]
    assert any("有 1 个账号不在名册里，没有算：guest" in one for one in found.notices)


def test_an_account_whose_zeros_the_roster_has_lost_is_refused():
    book = gradebook(("001", "unit1", (5, 5), {}))
    with pytest.raises(GradingError, match="只差开头的 0"):
        class_list(ONE, book, ScoreSheets(), people=roster("1"))


def test_marked_assignments_that_count_nowhere_are_told():
    book = gradebook(("1", "extra", (5, 5), {}))
    assert any("extra 没有写进 grading_config.py" in one for one in class_list(ONE, book, BOTH).notices)


def test_what_roster_and_sheets_had_to_say_comes_along():
    scores = ScoreSheets(notices=["成绩表说"])
    told = class_list(ONE, None, scores, people=People({}, (), ("名册说",))).notices
    assert told == ("名册说", "成绩表说")


@pytest.mark.parametrize(
    ("marks", "shown", "level"),
    # 80 × 40 % + 87.5 × 60 % = 84.5, a half; 89.48; 89.5 rounds into the next level; 59.49 does not
    [((80, 87.5), 85, "良好"), ((89, 89.8), 89, "良好"), ((89.5, 89.5), 90, "优秀"),
     ((59.49, 59.49), 59, "不及格")],
)  # fmt: skip
def test_halves_go_up_and_levels_follow_the_shown_total(marks, shown, level):
    scheme = course(*ONE.components, levels=LEVELS)
    row = listed(scheme, None, sheets(s1=dict(zip("AB", marks, strict=True))))["1"]
    assert (row.shown_total, row.level) == (shown, level)


def test_what_a_sheet_says_beside_a_mark_stays_with_it_and_changes_nothing():
    scheme = course(
        Component("A", "平时", 40), Component("B", "论文", 60, by=Rubric({"选题": 50, "论证": 50}))
    )
    scores = sheets(s1={
        "A": Entry(Fraction(90), "", "scores.csv", note="出勤 14、迟到 1"),
        "B:选题": Entry(Fraction(80), "", "scores.csv", note="第1组的小组成绩"),
        "B:论证": Entry(Fraction(60), "", "scores.csv", note="第1组的小组成绩"),
    })  # fmt: skip
    marks = listed(scheme, scores=scores)["1"].marks
    assert {place: mark.note for place, mark in marks.items() if mark.note} == {
        "A": "出勤 14、迟到 1", "B": "第1组的小组成绩",
    }  # fmt: skip
    assert (marks["总评"].value, marks["A"].lines) == (78, ())


def test_why_a_mark_is_missing_is_kept_too():
    scores = sheets(s1={"A": Entry(None, "没有登记", "scores.csv", note="出勤 3"), "B": 80})
    assert listed(course(), scores=scores)["1"].marks["A"].note == "出勤 3"


def test_a_notebook_that_is_lacking_is_told_beside_the_mark():
    book = gradebook(("1", "unit1", (5, 5), {}), ("2", "unit1", (5, 5), {}))
    second = book.tasks["task"] == "t2"
    lacking = (book.marks["task"] == "t2") & (book.marks["student_id"] == "1")
    book = replace(
        book,
        tasks=book.tasks.assign(notebook=second.map({True: "b", False: "a"})),
        marks=book.marks.assign(notebook=book.marks["task"].map({"t1": "a", "t2": "b"})).loc[~lacking],
    )
    scheme = course(Component("A", "平时", 100, by=Assignments(("unit1",))))
    rows = listed(scheme, book)
    assert rows["1"].total.value == 50
    assert texts(rows["1"]) == ["unit1 没有交 b.ipynb，里面的题没有得分"]
    assert texts(rows["2"]) == []


def test_an_assignment_without_points_is_told_and_no_zero():
    book = gradebook(("1", "unit1", (0, 0), {}), tasks=(0.0, 0.0))
    found = class_list(course(exercises=("unit1",)), book, sheets(s1={"A": 80, "B": 70}))
    assert found.rows[0].marks["unit1"].value is None
    assert any(one.startswith("unit1 交上来了，但里面的题合计 0 分") for one in found.notices)
    sound = class_list(course(exercises=("unit1",)), gradebook(("1", "unit1", (0, 0), {})), sheets(s1={}))
    assert sound.notices == ()


def test_a_mark_given_to_somebody_exempt_stays_and_gives_no_total():
    row = listed(
        course(), None, sheets(s1={"A": 80, "B": 70}), people=roster("1", s1="免修"),
        overrides=(override("1", "A", 95),),
    )["1"]  # fmt: skip
    assert row.marks["A"].value == 95
    assert row.total.value is None
    assert [line.kind for line in row.lines] == ["override", "state"]


def test_ids_that_differ_in_case_are_one_student_shown_as_the_school_writes_it():
    people = People({"ab-7": Person("ab-7", "Ab-7", "王芳")})
    row = listed(course(Component("A", "平时", 100, by=Assignments(("unit1",)))),
                 gradebook(("ab-7", "unit1", (5, 4), {})), people=people)["ab-7"]  # fmt: skip
    assert (row.person.shown_id, row.total.value) == ("Ab-7", 90)
