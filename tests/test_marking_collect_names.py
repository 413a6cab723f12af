"""Whose a file is: from odd names, never guessed."""

from __future__ import annotations

import pytest

from ecrm_helpers.marking.collect.matching import People, match
from ecrm_helpers.marking.collect.names import bare, normal_student, possible_ids

CLASS = {
    "02023001": ("张", "三"),
    "2023002": ("李", "四"),
    "2023003": ("张", "三丰"),
    "2023004": ("王", "芳"),
    "2023005": ("王", "芳"),
    "s006": ("阿卜杜拉·买买提",),
    "7": ("赵", "七"),
    "2023008": (),
}
PEOPLE = People.listed(CLASS)


@pytest.mark.parametrize(
    ("labels", "student"),
    [
        (["2023002_李四_作业3(1).ipynb"], "2023002"),
        (["２０２３００２＿李四.ipynb"], "2023002"),
        (["作业3-2023002李四.ipynb"], "2023002"),
        (["第三次作业", "2023002 李四", "作业3.ipynb"], "2023002"),
        (["李四_12345_assignsubmission_file_", "2023002.ipynb"], "2023002"),
        (["02023001张三.zip", "unit3.ipynb"], "02023001"),
        (["S006.ipynb"], "s006"),
        (["7_赵七.ipynb"], "7"),
        (["作业_2023002_attempt_2026-11-20-12-00-00_unit3.ipynb"], "2023002"),
        (["2023003_张三丰.ipynb"], "2023003"),
        # Another student's name beside one's own is a partner, not a contradiction.
        (["2023002_李四_和张三丰讨论.ipynb"], "2023002"),
    ],
)
def test_an_id_of_the_list_tells_whose_it_is(labels, student):
    found = match(labels, PEOPLE)

    assert (found.student, found.sure, found.how) == (student, True, "id")


@pytest.mark.parametrize(
    ("labels", "student"),
    [
        (["李四.ipynb"], "2023002"),
        (["作业3_李四_最终版.ipynb"], "2023002"),
        (["张三作业.ipynb"], "02023001"),
        (["张三丰作业.ipynb"], "2023003"),
        (["阿卜杜拉·买买提_作业.ipynb"], "s006"),
        (["2023009_李四.ipynb"], "2023002"),
        (["2023001_张三.ipynb"], "02023001"),
        (["李四数据分析.ipynb"], "2023002"),
    ],
)
def test_a_unique_full_name_is_a_proposal_only(labels, student):
    found = match(labels, PEOPLE)

    assert (found.student, found.sure, found.how) == (student, False, "name")


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (["2023002_王芳.ipynb"], "姓名却是“王芳”"),
        (["2023002", "2023003_作业.ipynb"], "几个学号"),
        (["王芳.ipynb"], "有几位：2023004、2023005"),
        (["李四", "张三丰.ipynb"], "姓名有几个"),
        (["2023001.ipynb"], "只差开头的 0"),
        (["作业7.ipynb"], "没有学号"),
        (["作业3.ipynb"], "没有学号"),
        (["王芳芳.ipynb"], "没有学号"),
        (["李四方.ipynb"], "没有学号"),
    ],
)
def test_what_could_be_two_students_is_nobodys(labels, problem):
    found = match(labels, PEOPLE)

    assert found.student is None
    assert problem in found.problem


def test_an_id_that_the_list_does_not_have_is_not_taken_for_a_similar_one():
    assert match(["2023012_作业.ipynb"], PEOPLE).how == "new"


def test_without_a_list_ids_are_read_from_names_and_never_sure():
    found = match(["2023001_张三_作业3(1).ipynb"], People())

    assert (found.student, found.sure) == ("2023001", False)


@pytest.mark.parametrize(
    "labels",
    [
        ["张三.ipynb"],
        ["作业3.ipynb"],
        ["mmexport1699999999999.ipynb"],
        ["作业3_2023001_2023002.ipynb"],
        ["2023001", "2023002.ipynb"],
        ["unit3_segments.ipynb"],
        ["20261120153000.ipynb"],
    ],
)
def test_without_a_list_names_without_one_id_are_nobodys(labels):
    assert match(labels, People(), ignore=["unit3_segments"]).student is None


def test_the_assignments_own_digits_are_no_id():
    assert possible_ids("case20231_2023001", ignore=["case20231"]) == ["2023001"]


@pytest.mark.parametrize(
    "raw",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "-x",
        ".x",
        "x y",
        "x" * 33,
        "张三",
        "nul",
        "com1.txt",
        "a..b",
        "a+b",
        "x.",
    ],
)
def test_an_id_that_could_name_another_place_is_none(raw):
    assert normal_student(raw) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("作业3（2）.ipynb", ("作业3", 2)),
        ("作业3 - 副本 (3).ipynb", ("作业3", 3)),
        ("作业3 copy.ipynb", ("作业3", 1)),
        ("作业3 的副本.ipynb", ("作业3", 1)),
        ("作业3.ipynb.txt", ("作业3", 0)),
        ("(1).ipynb", ("(1)", 0)),
    ],
)
def test_copy_marks_are_no_part_of_a_name(name, expected):
    assert bare(name) == expected
