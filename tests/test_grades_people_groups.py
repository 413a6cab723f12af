"""Forming groups: random by ids and seed alone, in the roster's order, from sign-up sheets, with roles."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.dealing import apportioned, deal_roles, dealt, group_count, in_order
from ecrm_helpers.grades.people.forming import form_groups
from ecrm_helpers.grades.people.signup import read_signup
from ecrm_helpers.grades.record import Person
from ecrm_helpers.messages.grouping import ROLES

IDS = st.lists(st.integers(1, 10**6).map("{:07d}".format), min_size=1, max_size=60, unique=True)
SEEDS = st.integers(0, 10**6)


def people(*ids, classes=None, states=None, name="同名"):
    found = [
        Person(one, one, name, (classes or {}).get(one, ""), (states or {}).get(one, "正常")) for one in ids
    ]
    return {one.student_id: one for one in found}


@given(IDS, SEEDS, st.data())
def test_random_groups_hold_everybody_once_and_differ_by_at_most_one(ids, seed, data):
    groups = dealt(ids, data.draw(st.integers(1, len(ids))), seed=seed)
    assert Counter(one for group in groups for one in group) == Counter(ids)
    assert max(map(len, groups)) - min(map(len, groups)) <= 1


@given(IDS, SEEDS, st.data())
def test_random_groups_depend_on_ids_and_seed_only(ids, seed, data):
    count = data.draw(st.integers(1, len(ids)))
    assert dealt(data.draw(st.permutations(ids)), count, seed=seed) == dealt(ids, count, seed=seed)


def test_random_groups_are_the_same_on_every_machine():
    # printf 5:0012 | sha256sum and so on: c357…, fa65…, 8d91…, 95a7…
    ids = ["0012", "0013", "0014", "0015"]
    assert dealt(ids, 2, seed=5) == [["0014", "0012"], ["0015", "0013"]]
    assert dealt(ids, 2, seed=6) != dealt(ids, 2, seed=5)


def test_names_are_never_used():
    first = form_groups(people("1", "2", "3", "4", name="甲"), "random", count=2, seed=3)
    other = form_groups(people("1", "2", "3", "4", name="乙"), "random", count=2, seed=3)
    assert first.members == other.members


@given(st.integers(12, 400))
def test_groups_of_four_have_four_or_five(students):
    # The course document's groups: 4 to 5 members.
    sizes = {len(group) for group in in_order(list(range(students)), group_count(students, 4))}
    assert sizes <= {4, 5}


@given(IDS, st.data())
def test_groups_in_order_are_neighbours(ids, data):
    groups = in_order(ids, data.draw(st.integers(1, len(ids))))
    assert [one for group in groups for one in group] == ids
    assert max(map(len, groups)) - min(map(len, groups)) <= 1


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.data())
def test_groups_are_shared_out_among_classes(sizes, data):
    count = data.draw(st.integers(len(sizes), sum(sizes)))
    shares = apportioned(sizes, count)
    assert sum(shares) == count
    assert all(1 <= share <= size for share, size in zip(shares, sizes, strict=True))


def test_within_class_keeps_classes_apart():
    ids = [f"{number:02d}" for number in range(20)]
    classes = {one: "一班" if int(one) % 3 else "二班" for one in ids}
    formed = form_groups(people(*ids, classes=classes), "random", size=4, seed=1, within_class=True)
    by_group = {}
    for one in formed.members:
        by_group.setdefault(one.group, set()).add(classes[one.student_id])
    assert all(len(found) == 1 for found in by_group.values())
    assert list(by_group) == [str(number) for number in range(1, len(by_group) + 1)]


def test_who_is_exempt_takes_no_part():
    formed = form_groups(people("1", "2", "3", states={"2": "免修"}), "roster", count=1, without=("免修",))
    assert [one.student_id for one in formed.members] == ["1", "3"]
    assert formed.left_out == {"免修": 1}
    assert formed.alone == ()


def test_more_groups_than_students_are_refused():
    with pytest.raises(GradingError, match="2 名学生分不成 3 组"):
        form_groups(people("1", "2"), "random", count=3)
    with pytest.raises(GradingError, match="至少要 2 组"):
        form_groups(people("1", "2", classes={"1": "一"}), "random", count=1, within_class=True)


@given(st.lists(st.integers(1, 999).map(str), min_size=1, max_size=9, unique=True), SEEDS, st.integers(0, 9))
def test_every_role_is_dealt_and_everybody_has_one(ids, seed, turn):
    roles = deal_roles(ids, ROLES, seed=seed, turn=turn)
    assert set(roles) == set(ids)
    assert {one for given_ in roles.values() for one in given_.split("、")} == set(ROLES)
    if len(ids) == len(ROLES):
        assert sorted(roles.values()) == sorted(ROLES)


def test_roles_that_were_given_stay(tmp_path):
    path = tmp_path / "given.csv"
    path.write_text("组号,学号,分工\n1,1,组长\n1,2,\n2,3,\n", "utf-8")
    formed = form_groups(people("1", "2", "3"), "given", file=path, roles=ROLES)
    assert [one.role for one in formed.members[:2]] == ["组长", ""]
    assert set(formed.members[2].role.split("、")) == set(ROLES)


KNOWN = people("20230001", "20230002", "20230003", "a7")


@pytest.mark.parametrize(
    "text",
    [
        "小组,学号,姓名\n红队,20230001,王芳\n红队,20230002,李明\n蓝队,A7,赵\n",
        "提交时间,1、你们的组名,2、组长学号,3、组员学号,小组人数\n9:00,红队,20230001,20230002,2\n9:01,蓝队,Ａ７,无,1\n",
        "组名,成员\n红队,王芳 20230001、李明20230002\n蓝队,a7\n",
        "报名表\n组名,组员1学号,组员1姓名,组员2学号\n红队,20230001,王芳,20230002\n蓝队,a7,赵,\n",
        '组名,组员学号\n红队,"20230001，20230002"\n蓝 队,a7（赵）\n蓝队,a7\n',
    ],
)
def test_signup_sheets_of_both_kinds_are_read(tmp_path, text):
    (tmp_path / "报名.csv").write_text(text, "utf-8")
    members = read_signup(tmp_path / "报名.csv", KNOWN)
    groups = [one.group.replace(" ", "") for one in members]
    assert list(zip([one.student_id for one in members], groups, strict=True)) == [
        ("20230001", "红队"), ("20230002", "红队"), ("a7", "蓝队"),
    ]  # fmt: skip


def test_signup_sheet_may_be_a_workbook(tmp_path):
    book = Workbook()
    book.active.append(["组名", "组员学号"])
    book.active.append(["红队", 20230001])
    book.save(tmp_path / "报名.xlsx")
    assert [one.student_id for one in read_signup(tmp_path / "报名.xlsx", KNOWN)] == ["20230001"]


def test_students_in_two_groups_are_all_listed(tmp_path):
    path = tmp_path / "报名.csv"
    path.write_text("组名,组员学号\n红队,20230001、20230002\n蓝队,20230001、20230002、a7\n", "utf-8")
    with pytest.raises(GradingError) as refused:
        read_signup(path, KNOWN)
    lines = str(refused.value).splitlines()
    assert lines[0] == "有学生报了两个组："
    assert lines[1] == (
        "  20230001 同名：红队（报名.csv 第 2 行“组员学号”列）；蓝队（报名.csv 第 3 行“组员学号”列）"
    )
    assert lines[2].startswith("  20230002 同名：红队")
    assert lines[-1].startswith("提示：")


def test_students_in_no_group_are_listed(tmp_path):
    path = tmp_path / "报名.csv"
    path.write_text("组名,组员学号\n红队,20230001\n", "utf-8")
    formed = form_groups(KNOWN, "chosen", file=path)
    assert [one.shown_id for one in formed.alone] == ["20230002", "20230003", "a7"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("组名,组员学号\n红队,20230009\n", "第 2 行“组员学号”列：名单里没有学号 20230009"),
        ("组名,组员学号\n红队,王芳、李明\n", "第 2 行“组员学号”列：“王芳、李明”里没有学号"),
        ("组名,组员学号\n红队,20230001\n,20230002\n", "第 3 行“组名”列是空的"),
        ("队伍口号,班级\n冲,一班\n", "找不到小组和学号的列标题"),
    ],
)
def test_signup_that_cannot_be_meant_is_refused(tmp_path, text, says):
    (tmp_path / "报名.csv").write_text(text, "utf-8")
    with pytest.raises(GradingError, match=says) as refused:
        read_signup(tmp_path / "报名.csv", KNOWN)
    assert "提示：" in str(refused.value)
