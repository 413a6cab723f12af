"""Every sentence of the report is exactly true, also of odd classes."""

from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest

from ecrm_helpers.grades.book import write_book
from ecrm_helpers.grades.page import write_report
from ecrm_helpers.grades.page.facts import facts
from ecrm_helpers.grades.page.sentences import sentences
from tests.pageresults import made


def written(results) -> str:
    told = facts(results)
    return "\n".join("".join(part.text for part in one) for one in sentences(results, told))


def with_values(*values, threshold="0.6"):
    """The class of 24 with these attainments of its three outcomes."""
    results = made()
    known = results.attained.outcomes
    limit = Fraction(threshold)
    outcomes = tuple(
        replace(one, value=None if value is None else Fraction(value),
                reached=None if value is None else Fraction(value) >= limit)
        for one, value in zip(known, values, strict=True)
    )  # fmt: skip
    told = [one for one in outcomes if one.value is not None]
    weakest = min(told, key=lambda one: one.value, default=None)
    attained = replace(results.attained, outcomes=outcomes, weakest=weakest, threshold=limit)
    return replace(results, attained=attained)


def weakest_in_book(results, folder) -> list[str]:
    path = write_book(results, folder / "grades.xlsx")
    rows = openpyxl.load_workbook(path, data_only=True)["课程目标"].iter_rows(values_only=True)
    return [row[0] for row in rows if row[5] == "最弱" and row[0] != "课程目标"]


@pytest.mark.parametrize(
    ("values", "weakest", "said"),
    [
        (("0.7", "0.8", "0.9"), ["LO211"], "最弱的是 LO211（"),
        (("0.7", "0.9", "0.7"), ["LO211", "LO811"], "最弱的是 LO211、LO811，达成度取整后都是 0.700"),
        (("0.7", "0.7", "0.7"), [], "“最弱的目标”在这里没有含义"),
        (("0.7", None, "0.9"), [], "现在能计算的课程目标中，达成度最低的是 LO211"),
        (("0.75804", "0.75802", "0.9"), ["LO351"], "最弱的是 LO211、LO351，达成度取整后都是 0.758"),
    ],
)
def test_weakest_is_named_only_where_there_is_one(tmp_path, values, weakest, said):
    results = with_values(*values)
    (path,) = write_report(results, tmp_path)
    tile = path.read_text("utf-8").partition("最弱的课程目标")[0].rpartition('class="big">')[2]
    assert tile.partition("<")[0] == ("、".join(weakest) or "—")
    assert weakest_in_book(results, tmp_path) == weakest
    assert said in written(results)


def test_nobody_below_is_said_only_of_everybody():
    results = with_values("0.7", "0.8", "0.9", threshold="0.1")
    assert "没有一个低于期望值 0.1" in written(results)
    first = results.attained.outcomes[0]
    few = replace(first, students={"a": Fraction(1, 20)})  # too few to be told, and below
    told = replace(
        results, attained=replace(results.attained, outcomes=(few, *results.attained.outcomes[1:]))
    )
    assert "没有一个低于" not in written(told)


def items(results, **changes):
    """The class with these figures of its three tasks."""
    (group,) = results.items.assignments
    made_items = tuple(
        replace(one, **{name: values[n] for name, values in changes.items()})
        for n, one in enumerate(group.items)
    )
    group = replace(group, items=made_items)
    return replace(results, items=replace(results.items, assignments=(group,)))


@pytest.mark.parametrize(
    ("difficulty", "said"),
    [
        ((0.5, 0.6, 0.7), "题目中得分率最低的是“第 1 题　先看清这张表”（平均"),
        (
            (0.7, 0.5, 0.5),
            "题目中得分率最低的是“第 2 题　亲手数 R、F、M”、“第 3 题　写给老板”（得分率都是 0.50）",
        ),
        ((1.0, 1.0, 1.0), "各题的得分率都是 1.00"),
    ],
)
def test_tasks_that_share_the_lowest_share_are_all_named(difficulty, said):
    assert said in written(items(made(), difficulty=difficulty))


def test_low_discrimination_goes_by_the_figure_that_is_shown():
    told = written(items(made(), discrimination=(0.196, 0.194, None)))
    assert "区分度低于 0.2 的有 1 题，如“第 2 题　亲手数 R、F、M”（0.19）" in told  # 0.196 is shown as 0.20


def same_marks(results, *places):
    """The class with 80 for everybody in these components."""
    rows = tuple(
        replace(
            row, marks={**row.marks, **{one: replace(row.marks[one], value=Fraction(80)) for one in places}}
        )
        for row in results.listed.rows
    )
    return replace(results, listed=replace(results.listed, rows=rows))


def test_components_that_share_the_highest_mean_are_all_named():
    results = same_marks(made(), "X2", "X4")
    told = facts(results)
    assert max(float(told["component.X1.mean"]), float(told["component.X3.mean"])) < 80
    assert "平均分最高的是“X2 客户画像实验”、“X4 课程论文”（80.0）" in written(results)


def test_a_class_of_equals_has_no_highest_no_widest_and_no_tail():
    told = written(same_marks(made(), "X1", "X2", "X3", "X4"))
    assert "平均分最高" not in told
    assert "差距最大" not in told


def test_mean_and_median_say_what_follows_from_them():
    results = made(9)
    totals = (95, 90, 90, 90, 90, 90, 90, 30, 20)  # mean 76.1, median 90
    rows = tuple(
        replace(row, shown_total=results.listed.course.rounding.shown(Fraction(total), digits=0))
        for row, total in zip(results.listed.rows, totals, strict=True)
    )
    told = written(replace(results, listed=replace(results.listed, rows=rows)))
    assert "平均分（76.1）低于中位数（90.0）：至少一半有总评的学生在平均分以上。" in told


def test_classes_are_compared_by_those_with_a_total():
    results = made(24, lacking=3)
    told, figures = written(results), facts(results)
    assert figures["group.0.students"] == figures["group.1.students"] == "12"
    assert f"分，{figures['group.0.n']} 人有总评）" in told
    assert f"分，{figures['group.1.n']} 人有总评）" in told
    assert {figures["group.0.n"], figures["group.1.n"]} == {"10", "11"}


def test_classes_together_hold_everybody_with_a_total():
    """Also who is 缺考 and has a total by the teacher."""
    results = made(24)
    first, *others = results.listed.rows
    absent = replace(first, person=replace(first.person, state="缺考"))
    figures = facts(replace(results, listed=replace(results.listed, rows=(absent, *others))))
    assert int(figures["group.0.n"]) + int(figures["group.1.n"]) == int(figures["class.totals"]) == 24
    assert figures["class.counted"] == "23"
