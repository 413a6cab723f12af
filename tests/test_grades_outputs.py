"""One class, one figure: what the workbook, the report and the students' pages say must agree."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from html import unescape

import openpyxl
import pytest
from rich.console import Console

from ecrm_helpers.grades import Attainment, Formative, RoundHalfUp
from ecrm_helpers.grades.attainment import attained
from ecrm_helpers.grades.book import write_book
from ecrm_helpers.grades.coverage.records import Section
from ecrm_helpers.grades.items.view import missed_lines, table
from ecrm_helpers.grades.page import write_students
from ecrm_helpers.grades.page.facts import facts
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.record import Line, Mark
from ecrm_helpers.messages import book as messages
from ecrm_helpers.messages import items as item_messages
from tests.gradingresults import results, scheme

LEVELS = ("优秀", "良好", "中等", "及格", "不及格")


def decided_anew(found, state):
    """The class with a total by the teacher for the first student of `state`."""
    rows = list(found.listed.rows)
    at = next(n for n, row in enumerate(rows) if row.person.state == state)
    line = Line(TOTAL, "override", None, "课程总评由李老师于 2026-07-01 改为 61 分：补考")
    mark = replace(rows[at].total, value=Fraction(61), lines=(*rows[at].total.lines, line))
    rows[at] = replace(
        rows[at], total=mark, marks={**rows[at].marks, TOTAL: mark}, level="及格",
        shown_total=found.listed.course.rounding.shown(Fraction(61), digits=0),
    )  # fmt: skip
    return replace(found, listed=replace(found.listed, rows=tuple(rows)))


def sheet(found, folder, name):
    path = write_book(found, folder / "grades.xlsx")
    return list(openpyxl.load_workbook(path, data_only=True)[name].iter_rows(values_only=True))


@pytest.mark.parametrize("policy", ["pending", "zero", "leave_out"])
@pytest.mark.parametrize("state", ["缺考", "缓考"])
def test_the_distribution_is_the_same_in_workbook_and_report(tmp_path, policy, state):
    """A total that a state gave is in no band; one that a teacher gave instead is."""
    found = decided_anew(results(scheme(missing=policy), students=40), state)
    rules = sheet(found, tmp_path, "口径")
    counts = [row[2] for row in rules if str(row[0])[:2] in {"90", "80", "70", "60"}]
    told = facts(found)
    assert counts == [int(told[f"band.{n}.count"]) for n in (4, 3, 2, 1, 0)]
    levels = {row[0]: row[2] for row in rules if row[0] in LEVELS}
    assert levels == {told[f"level.{n}.label"]: int(told[f"level.{n}.count"]) for n in range(5)}
    mean = next(row[1] for row in rules if str(row[0]).startswith("平均分"))
    assert f"{mean:.1f}" == told["total.mean"]
    by_hand = [row for row in found.listed.rows if row.shown_total is not None and (
        row.person.state in {"正常", "重修"} or row.total.lines[-1].kind == "override")]  # fmt: skip
    assert sum(counts) == len(by_hand) == int(told["class.totals"])


def test_who_is_left_out_of_an_outcome_is_the_same_number_everywhere(tmp_path):
    found = results(scheme(), students=30)
    told = facts(found)
    rows = sheet(found, tmp_path, "课程目标")
    for one in found.attained.outcomes:
        counted, left_out = next(row[6:8] for row in rows if row[0] == one.outcome)
        assert str(counted) == told[f"outcome.{one.outcome}.counted"]
        assert str(left_out) == told[f"outcome.{one.outcome}.left_out"]
        assert counted + left_out == len(found.listed.rows)
        assert left_out > len(one.left_out)  # a state keeps some out


def student_page(found, folder, row) -> str:
    (path,) = write_students(found, folder, only=[row.student_id])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", path.read_text("utf-8"))))


def test_attainment_of_a_student_has_the_decimals_of_the_report(tmp_path):
    found = results(scheme(), students=12)
    row = found.listed.rows[1]
    own = {one.outcome: one.students[row.student_id] for one in found.attained.outcomes}
    text = student_page(found, tmp_path, row)
    known = [(name, value) for name, value in own.items() if value is not None]
    assert known
    for name, value in known:
        assert f"{name} {RoundHalfUp(components=3, total=3).shown(value, digits=3)}" in text


def test_a_student_reads_what_an_outcome_is_measured_by(tmp_path):
    found = results(scheme(), students=12)
    text = student_page(found, tmp_path, found.listed.rows[1])
    assert "依据：X3 开发报告 1" in text
    assert "final 的题" in text


def test_work_that_counts_in_no_total_stands_on_the_students_page(tmp_path):
    found = results(scheme(), students=12, quiet=True)
    row = found.listed.rows[0]
    shown = found.listed.course.rounding.shown(row.marks["LAB2"].value, digits=1)
    assert f"实验二 不计入总分 {shown}" in student_page(found, tmp_path, row)
    formative = results(scheme(unit_exercises=Formative()), students=12, quiet=True)
    text = student_page(formative, tmp_path, formative.listed.rows[0])
    assert "单元练习 不计入总分" in text
    assert "第 1 题 quiz1" in text


@pytest.mark.parametrize(("state", "value"), [("缓考", None), ("缺考", 0), ("免修", None)])
def test_nothing_is_open_for_a_student_whose_state_made_the_total(tmp_path, state, value):
    found = results(scheme(), students=12, quiet=True)
    first, *others = found.listed.rows
    line = Line(TOTAL, "state", None, f"状态为{state}")
    total = Mark(None if value is None else Fraction(value), missing=("X4",), lines=(line,))
    row = replace(
        first, person=replace(first.person, state=state), total=total, marks={**first.marks, TOTAL: total},
        shown_total=None if value is None else Decimal(value),
    )  # fmt: skip
    listed = replace(found.listed, rows=(row, *others))
    found = replace(found, listed=listed, attained=attained(listed, found.gradebook, found.tasks))
    text = student_page(found, tmp_path, row)
    assert "还不完整" not in text
    assert "LO211 — 不计入" in text
    assert messages.standing(row) == state


def test_a_deduction_says_what_was_before_it_also_after_a_note(tmp_path):
    found = results(scheme(), students=12, quiet=True)
    row = found.listed.rows[0]
    lines = (
        Line("quiz1", "note", None, "迟交 5 分钟，不扣分"),
        Line("quiz1", "attempts", Fraction(-3), "交了 2 次，扣 3 分"),
    )
    mark = Mark(Fraction(77), lines=lines, before=Fraction(80))
    found = replace(
        found,
        listed=replace(found.listed, rows=(replace(row, marks={**row.marks, "quiz1": mark}),)),
    )
    assert "扣 3 分 （处理前 80.0）" in student_page(found, tmp_path, found.listed.rows[0])


def test_points_missed_lead_to_sections_in_workbook_report_and_terminal(tmp_path):
    section = Section("unit3", "value", "3.2 客户价值评估", "theory", 20, ("LO351",))
    found = replace(results(scheme(), students=40), sections=(section,))
    named = "单元 3 · 3.2 客户价值评估"
    one = next(one for one in found.items.missed if one.task == "t1")
    rows = sheet(found, tmp_path, "题目分析")
    assert next(row[1] for row in rows if row[2] == one.text) == named
    told = facts(found)
    at = next(n for n in range(8) if told[f"missed.{n}.text"] == one.text.rstrip("。"))
    assert told[f"missed.{at}.sections"] == named
    assert any(
        line.endswith(f"{one.text}；可回看 {named}")
        for line in missed_lines(found.items, found.tasks, found.sections)
    )


def test_item_figures_are_rounded_halves_up_everywhere(tmp_path):
    found = results(scheme(), students=12)
    group = found.items.assignments[0]
    item = replace(group.items[0], difficulty=0.125, none=0.125)
    items = replace(found.items, assignments=(replace(group, items=(item,), alpha=0.7),))
    found = replace(found, items=items)
    told = facts(found)
    screen = io.StringIO()
    Console(file=screen, width=120).print(table(items))
    key, text = f"items.{group.assignment}", screen.getvalue()
    assert (told[f"{key}.0.difficulty"], told[f"{key}.0.none"], told[f"{key}.alpha"]) == (
        "0.13",
        "12.5%",
        "0.70",
    )
    assert all(one in text for one in (" 0.13 ", " 13% ", "α 0.70"))


def test_rounding_never_carries_an_attainment_across_the_threshold(tmp_path):
    found = results(scheme(attainment=Attainment(threshold=0.605)), students=12, quiet=True)
    first, *others = found.attained.outcomes
    own = dict.fromkeys(first.students, Fraction("0.60496"))
    near = replace(first, value=Fraction("0.60496"), reached=False, students=own)
    found = replace(found, attained=replace(found.attained, outcomes=(near, *others), weakest=near))
    path = write_book(found, tmp_path / "grades.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    row = next(row for row in book["课程目标"].iter_rows() if row[0].value == near.outcome)
    assert [row[2].number_format, row[4].value] == ["0.00000", "否"]
    assert row[3].number_format == "General"  # 0.605, not 0.61
    column = next(cell.column for cell in book["个人达成度"][5] if cell.value == near.outcome)
    assert book["个人达成度"].cell(7, column).number_format == "0.00000"
    assert facts(found)[f"outcome.{near.outcome}.value"] == "0.60496"


def test_statistics_have_the_decimals_of_the_totals_they_are_of():
    course = scheme(rounding=RoundHalfUp(components=2, total=2))
    found = results(course, students=12, quiet=True)
    told = facts(found)
    totals = [row.shown_total for row in found.listed.rows]
    assert (told["total.low"], told["total.high"]) == (str(min(totals)), str(max(totals)))
    assert re.fullmatch(r"\d+\.\d\d", told["component.X3.mean"])


def test_workbook_reads_item_figures_by_the_bands_of_the_explanations():
    told = "".join(messages.READING)
    for band in ("0.4 以下偏难", "0.4–0.7 适中", "0.7 以上偏易"):
        assert band in told
        assert band in item_messages.explain_difficulty(0.5)
