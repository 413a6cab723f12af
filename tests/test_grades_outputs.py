"""One class, one figure: what the workbook, the report and the students' pages say must agree."""

from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest

from ecrm_helpers.grades.book import write_book
from ecrm_helpers.grades.page.facts import facts
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.record import Line
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
