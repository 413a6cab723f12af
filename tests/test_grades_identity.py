"""Ids and names held against the class: what is one, who was probably meant, what is said."""

import pytest

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import check_person, read_id
from ecrm_helpers.grades.record import Person

PEOPLE = {
    one.student_id: one
    for one in (Person("02023001", "02023001", name="王芳"), Person("02023013", "02023013", name="孙三"))
}


def check(student, name=""):
    check_person(student, student, name, PEOPLE, id_at="第 2 行“学号”列", name_at="第 2 行“姓名”列")


@pytest.mark.parametrize(
    ("student", "name", "near"),
    [
        ("2023001", "王芳", "，是不是 02023001 王芳？"),  # the zero is lost
        ("99", "孙三", "，是不是 02023013 孙三？"),
        ("02023014", "", "，是不是 02023013 孙三？"),
        ("020230133", "", "，是不是 02023013 孙三？"),
        ("02023011", "", "。"),  # either of the two
        ("02023003", "𠮷田", "。"),  # somebody else, however alike the ids
    ],
)
def test_an_unknown_id_is_told_with_whom_it_may_mean(student, name, near):
    with pytest.raises(GradingError) as refusal:
        check(student, name)
    who = f"{student}（{name}）" if name else student
    assert str(refusal.value).splitlines()[0] == f"第 2 行“学号”列：名单里没有学号 {who}{near}"


def test_another_name_is_told_at_its_own_column():
    with pytest.raises(
        GradingError, match="第 2 行“姓名”列：学号 02023001 在名单里叫“王芳”，这里写的是“王方”"
    ) as refusal:
        check("02023001", "王方")
    assert "名单里改过名字的，照名单改这一格" in str(refusal.value)


@pytest.mark.parametrize("name", ["", "王 芳", "王芳"])
def test_the_same_name_or_none_passes(name):
    check("02023001", name)


def test_without_a_roster_everybody_passes():
    check_person("9", "9", "甲", {}, id_at="", name_at="")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "是空的"),
        ("2.02301E+11", "科学计数法"),
        ("2023.0", "存成了小数"),
        ("../x", "不是学号"),
        ("平均分", "不是学号"),
    ],
)
def test_what_is_no_id_is_refused_with_the_reason(text, says):
    with pytest.raises(GradingError, match=says):
        read_id(text, "第 2 行“学号”列")
